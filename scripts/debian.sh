#!/usr/bin/env bash
# Builds the tree and runs its tests on a Debian release in a folder of its own (debootstrap and chroot; as root).
# Usage: scripts/debian.sh 12|13 [CTEST-OPTION…]
#   The folder is build/debian-12 or -13, or ACCTL_DEBIAN/12 or /13: 3 GB that later runs use again. It is removed with
#   `rm -rf`. Without options all tests run but the faults. ACCTL_MIRROR names another mirror of Debian.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case "${1-}" in
  12) suite=bookworm ;;
  13) suite=trixie ;;
  *)
    echo "usage: scripts/debian.sh 12|13 [CTEST-OPTION…]" >&2
    exit 3
    ;;
esac
root=${ACCTL_DEBIAN:+$ACCTL_DEBIAN/$1}
root=${root:-$PWD/build/debian-$1}
mirror=${ACCTL_MIRROR:-http://deb.debian.org/debian}
shift
(($#)) || set -- --label-exclude fault
if [[ $(id -u) -ne 0 ]]; then
  echo "debootstrap and chroot need root" >&2
  exit 1
fi
command -v debootstrap >/dev/null || apt-get install -q -y --no-install-recommends debootstrap >&2

if [[ ! -e $root/made ]]; then
  rm -rf "$root"
  mkdir -p "$root"
  debootstrap --variant=minbase "$suite" "$root" "$mirror" >&2
  # No daemon is started: there is no init.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod +x "$root/usr/sbin/policy-rc.d"
  touch "$root/made"
fi
cp /etc/resolv.conf "$root/etc/"

# The files as they stand, committed or not. Only what differs is copied, with the time of the copy: what was built of an
# older text would look newer than a file with its own time. What is gone would be built with the rest.
mkdir -p "$root/acctl"
git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
  if [[ ! -e $file ]] || cmp -s "$file" "$root/acctl/$file"; then continue; fi
  mkdir -p "$root/acctl/$(dirname "$file")"
  cp --preserve=mode "$file" "$root/acctl/$file"
done
find "$root/acctl" -path "$root/acctl/build" -prune -o -type f -printf '%P\0' | while IFS= read -r -d '' file; do
  if [[ ! -e $file ]]; then rm "$root/acctl/$file"; fi
done

# The mounts end with it.
exec unshare --mount --fork bash -s -- "$root" "$@" <<'INSIDE'
set -euo pipefail
root=$1
shift
mount --bind "$root" "$root" # tests make containers of their own, whose root has to be a mount
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs tmpfs "$root/run"
exec chroot "$root" env -i HOME=/root LANG=C.UTF-8 CCACHE_DIR=/var/cache/ccache \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin bash -s -- "$@" <<'CHROOT'
set -euo pipefail
cd /acctl
command -v git >/dev/null || apt-get install -q -y --no-install-recommends git >/dev/null # as where CI runs
scripts/packages.sh test
cmake --preset dev -DACCTL_UNITY=ON --compile-no-warning-as-error >/dev/null # a newer compiler warns of more
cmake --build --preset dev -j"$(nproc)" -- -k 0 # all that fails, not the first
ctest --preset dev --parallel "$(($(nproc) + 1))" "$@"
CHROOT
INSIDE
