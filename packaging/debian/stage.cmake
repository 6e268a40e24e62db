# Turns what `cmake --install` has put below CPack's folder into what Debian's policy wants; CPack runs it before it packs.
set(root ${CPACK_TEMPORARY_DIRECTORY})
set(source ${CPACK_ACCTL_SOURCE})
set(doc ${root}/usr/share/doc/acctl)

file(GLOB_RECURSE pages ${root}/usr/share/man/*)
file(MAKE_DIRECTORY ${doc})
file(COPY_FILE ${source}/CHANGELOG.md ${doc}/changelog)
# With the version of the package; of SOURCE_DATE_EPOCH if that is set.
string(TIMESTAMP when "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(${source}/packaging/debian/changelog ${doc}/changelog.Debian @ONLY)
foreach(file ${pages} ${doc}/changelog ${doc}/changelog.Debian)
  if(NOT file MATCHES "\\.gz$")
    execute_process(COMMAND gzip -9nf ${file} COMMAND_ERROR_IS_FATAL ANY)
  endif()
endforeach()
file(COPY_FILE ${source}/packaging/debian/copyright ${doc}/copyright)
file(COPY_FILE ${source}/packaging/debian/README.Debian ${doc}/README.Debian)

# zsh of Debian looks for completions of packages here.
file(MAKE_DIRECTORY ${root}/usr/share/zsh/vendor-completions)
file(RENAME ${root}/usr/share/zsh/site-functions/_acctl ${root}/usr/share/zsh/vendor-completions/_acctl)
file(REMOVE_RECURSE ${root}/usr/share/zsh/site-functions)

# Configuration, which dpkg keeps as its owner has changed it. The account is made by postinst.
file(MAKE_DIRECTORY ${root}/etc/default ${root}/etc/acctl)
file(COPY_FILE ${source}/packaging/acctl.default ${root}/etc/default/acctl)
file(REMOVE_RECURSE ${root}/usr/lib/sysusers.d)

file(MAKE_DIRECTORY ${root}/usr/share/lintian/overrides)
file(COPY_FILE ${source}/packaging/debian/lintian-overrides ${root}/usr/share/lintian/overrides/acctl)

# Modes that do not depend on the umask of who builds.
file(GLOB_RECURSE all LIST_DIRECTORIES true ${root}/*)
foreach(path ${all})
  if(IS_DIRECTORY ${path} OR path STREQUAL "${root}/usr/bin/acctl" OR path MATCHES "/ci/[a-z]+\\.sh$|/\\.githooks/")
    file(CHMOD ${path} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  else()
    file(CHMOD ${path} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  endif()
endforeach()
