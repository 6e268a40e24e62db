# The Debian package, by CPack; scripts/package.sh builds it. One that is built on Debian 12 installs on 12 and 13.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME acctl)
set(CPACK_PACKAGE_VENDOR "The acctl maintainers")
set(CPACK_PACKAGE_CONTACT "The acctl maintainers <acctl@help.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "administration and provisioning of ActionConnect tenants")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"ActionConnect is a multi-tenant help desk in which every customer organization
(tenant) has a PostgreSQL database of its own. acctl provisions tenants, one or
thousands, administers their users, roles and teams, and applies configuration
that is kept as YAML and reviewed like code.

The package brings timers that deliver queued mail and drop expired tenants.
They are enabled by the administrator: see README.Debian.")
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_HOMEPAGE "https://help.example/acctl")
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# libcurl is loaded when the first mail leaves; shlibdeps does not see it.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, libcurl4 (>= 7.85)")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "postgresql")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "man-db")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_STRIP_FILES ON)
set(CPACK_SET_DESTDIR ON)  # so that what is installed knows the prefix that it will have
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/debian/stage.cmake)
foreach(file postinst prerm postrm conffiles)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_LIST_DIR}/debian/${file})
endforeach()
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_ACCTL_SOURCE ${PROJECT_SOURCE_DIR})
include(CPack)
