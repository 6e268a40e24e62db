#!/usr/bin/env bash
# Builds the Debian package (acctl_*.deb), and from it an image; compares two builds. One .deb is for Debian 12 and 13.
# Usage: scripts/package.sh deb [FOLDER]         the package, into FOLDER (build/package), checked by lintian if it is there
#        scripts/package.sh reproduce [FOLDER]   once more, in another folder and without ccache: the same bytes?
#        scripts/package.sh image [FOLDER]       FOLDER/image, an OCI image with the package in it (umoci, debootstrap; root)
#        scripts/package.sh test 12|13 [FOLDER]  installs, uses, upgrades and purges it in a bare Debian (debootstrap; root)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  sed -n '3,6s/^# \{0,1\}//p' scripts/package.sh >&2
  exit 3
}
command=${1-}
shift || usage
release=
if [[ $command == test ]]; then
  release=${1-}
  [[ $release == 12 || $release == 13 ]] || usage
  shift
fi
folder=${1:-build/package}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
mirror=${ACCTL_MIRROR:-http://deb.debian.org/debian}

# The time of the last commit stands for that of the build: whoever builds this commit makes the same package.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH

# pack BUILD INTO [REVISION]: the package of a build folder.
pack() {
  rm -rf "$1/_CPack_Packages"
  (umask 022 && cd "$1" && cpack -G DEB -B "$2" -D CPACK_DEBIAN_PACKAGE_RELEASE="${3:-1}" >cpack.log) ||
    { cat "$1/cpack.log" >&2; exit 1; }
  rm -rf "$2/_CPack_Packages"
}

build() {
  mkdir -p build/release
  cmake --preset release --compile-no-warning-as-error >build/release/configure.log 2>&1 ||
    { cat build/release/configure.log >&2; exit 1; }
  cmake --build --preset release --target acctl share >&2
}

newest() {
  local found
  found=$(find "$folder" -maxdepth 1 -name "acctl_*-$1_*.deb" | sort -V | tail -n 1)
  if [[ -z $found ]]; then
    echo "there is no package in $folder; make it with: scripts/package.sh deb" >&2
    exit 1
  fi
  echo "$found"
}

case $command in
  deb)
    build
    pack "$PWD/build/release" "$folder"
    pack "$PWD/build/release" "$folder/next" 2 # the same as an upgrade, for `test`
    if command -v lintian >/dev/null; then
      lintian --fail-on error,warning --suppress-tags bad-distribution-in-changes-file "$(newest 1)" >&2
    else
      echo "lintian is not installed; the package is not checked." >&2
    fi
    newest 1
    ;;
  reproduce)
    first=$(newest 1)
    again=$(mktemp -d)
    trap 'rm -rf "$again"' EXIT
    git archive --prefix=elsewhere/ HEAD | tar -xf - -C "$again"
    cd "$again/elsewhere"
    CCACHE_DISABLE=1 cmake --preset release --compile-no-warning-as-error -DACCTL_COMMIT="$(git -C "$OLDPWD" rev-parse HEAD)" \
      >/dev/null
    CCACHE_DISABLE=1 cmake --build --preset release --target acctl share -j"${ACCTL_JOBS:-$(nproc)}" >&2
    pack "$PWD/build/release" "$again/out"
    sha256sum "$first" "$again"/out/*.deb
    cmp "$first" "$again"/out/*.deb
    ;;
  image) exec scripts/package_image.sh "$(newest 1)" "$folder/image" "$mirror" ;;
  test) exec scripts/package_test.sh "$release" "$(newest 1)" "$folder"/next/*.deb "$mirror" ;;
  *) usage ;;
esac
