# What acctl is built with: for `acctl --version`, and for the list of components that is installed with it (CycloneDX).
#
# Each row: name; module of pkg-config; how it comes into the program (static, headers, shared, loaded at run time); the
# licence as SPDX names it.
set(rows
  "CLI11;CLI11;headers;BSD-3-Clause"
  "fmt;fmt;headers;MIT"
  "libcurl;libcurl;loaded;curl"
  "libpq;libpq;shared;PostgreSQL"
  "libpqxx;libpqxx;${PQXX_LIBRARY};BSD-3-Clause"
  "libsodium;libsodium;${SODIUM_LIBRARY};ISC"
  "libstdc++;;static;GPL-3.0-or-later WITH GCC-exception-3.1"
  "nlohmann-json;nlohmann_json;headers;MIT"
  "spdlog;spdlog;headers;MIT"
  "utf8proc;libutf8proc;${UTF8PROC_LIBRARY};MIT"
  "yaml-cpp;yaml-cpp;${YAML_CPP_LIBRARY};MIT")

# Of the Debian package that holds `file`: "pkg:deb/debian/libpqxx@6.4.5-2?arch=source&distro=debian-12" and "6.4.5", which
# some modules of pkg-config get wrong; elsewhere "" and `version` as it was.
function(find_package_of file url version)
  set(${url} "" PARENT_SCOPE)
  find_program(DPKG_QUERY dpkg-query)
  if(NOT DPKG_QUERY OR NOT EXISTS /etc/os-release)
    return()
  endif()
  execute_process(COMMAND ${DPKG_QUERY} -S ${file} OUTPUT_VARIABLE owner ERROR_QUIET RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    return()
  endif()
  string(REGEX REPLACE ": .*" "" owner "${owner}")
  execute_process(COMMAND ${DPKG_QUERY} -W -f "\${source:Package}@\${source:Version}" ${owner} OUTPUT_VARIABLE package)
  if(package MATCHES "@([0-9]+:)?([0-9.]+)")
    set(${version} "${CMAKE_MATCH_2}" PARENT_SCOPE)
  endif()
  file(STRINGS /etc/os-release release REGEX "^VERSION_ID=")
  string(REGEX REPLACE "[^0-9.]" "" release "${release}")
  string(REPLACE "+" "%2B" package "${package}")
  string(REPLACE ":" "%3A" package "${package}")
  set(${url} "pkg:deb/debian/${package}?arch=source&distro=debian-${release}" PARENT_SCOPE)
endfunction()

set(ACCTL_LIBRARY_ROWS "")
set(components "")
set(references "")
function(add_component name version linkage license url)
  if(license MATCHES " ")
    set(licenses "{\"expression\": \"${license}\"}")
  else()
    set(licenses "{\"license\": {\"id\": \"${license}\"}}")
  endif()
  if(url)
    set(url ", \"purl\": \"${url}\"")
  endif()
  set(component "    {\"type\": \"library\", \"bom-ref\": \"${name}\", \"name\": \"${name}\", \"version\": \"${version}\"${url},
     \"licenses\": [${licenses}], \"properties\": [{\"name\": \"acctl:linkage\", \"value\": \"${linkage}\"}]}")
  list(APPEND components "${component}")
  list(APPEND references "\"${name}\"")
  set(components "${components}" PARENT_SCOPE)
  set(references "${references}" PARENT_SCOPE)
  string(APPEND ACCTL_LIBRARY_ROWS "      {\"${name}\", \"${version}\"},\n")
  set(ACCTL_LIBRARY_ROWS "${ACCTL_LIBRARY_ROWS}" PARENT_SCOPE)
endfunction()

list(LENGTH rows length)
math(EXPR last "${length} / 4 - 1")
foreach(index RANGE ${last})
  math(EXPR at "${index} * 4")
  list(SUBLIST rows ${at} 4 row)
  list(GET row 0 name)
  list(GET row 1 module)
  list(GET row 2 linkage)
  list(GET row 3 license)
  if(linkage MATCHES "^/.*\\.a$")
    set(linkage static)
  elseif(linkage MATCHES "^/")
    set(linkage shared)
  endif()
  set(version unknown)
  set(url "")
  if(name STREQUAL "libstdc++")
    set(version ${CMAKE_CXX_COMPILER_VERSION})
    execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=libstdc++.a OUTPUT_VARIABLE file
      OUTPUT_STRIP_TRAILING_WHITESPACE)
    find_package_of("${file}" url version)
  else()
    pkg_check_modules(MODULE_${index} QUIET ${module})
    if(MODULE_${index}_FOUND)
      set(version ${MODULE_${index}_VERSION})
      pkg_get_variable(folder ${module} pcfiledir)
      find_package_of(${folder}/${module}.pc url version)
    endif()
  endif()
  add_component(${name} ${version} ${linkage} "${license}" "${url}")
endforeach()

# The commit, asked of git when the build is configured; a tree without git is told with -DACCTL_COMMIT=.
set(ACCTL_COMMIT "" CACHE STRING "The commit that --version names; empty: git is asked")
set(commit "${ACCTL_COMMIT}")
find_program(GIT git)
if(NOT commit AND GIT AND EXISTS ${PROJECT_SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT} -c safe.directory=${PROJECT_SOURCE_DIR} -C ${PROJECT_SOURCE_DIR} rev-parse HEAD
    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT commit)
  set(commit unknown)
endif()

list(JOIN components ",\n" components)
list(JOIN references ", " references)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/acctl.cdx.json @ONLY CONTENT [[{
  "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
  "bomFormat": "CycloneDX",
  "specVersion": "1.5",
  "version": 1,
  "metadata": {
    "component": {"type": "application", "bom-ref": "acctl", "name": "acctl", "version": "@PROJECT_VERSION@",
                  "licenses": [{"license": {"id": "MIT"}}],
                  "properties": [{"name": "acctl:commit", "value": "@commit@"}]}
  },
  "components": [
@components@
  ],
  "dependencies": [{"ref": "acctl", "dependsOn": [@references@]}]
}
]])
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/build_info.cpp @ONLY CONTENT
[[// Generated by packaging/libraries.cmake.
#include "commands/meta/build_info.hpp"

namespace acctl {

std::string_view build_commit() { return "@commit@"; }

const std::vector<BuiltWith>& built_with() {
  static const std::vector<BuiltWith> all = {
@ACCTL_LIBRARY_ROWS@  };
  return all;
}

}  // namespace acctl
]])
