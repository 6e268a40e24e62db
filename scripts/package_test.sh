#!/usr/bin/env bash
# Installs, uses, upgrades, removes and purges the package in a bare Debian; called by scripts/package.sh test.
# Usage: scripts/package_test.sh 12|13 DEB NEXT-DEB MIRROR
#   The bare system is kept for the next run in build/bare-12 or -13 (ACCTL_BARE: elsewhere); the test works on a copy.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

release=$1 deb=$2 next=$3 mirror=$4
case $release in
  12) suite=bookworm ;;
  *) suite=trixie ;;
esac
bare=${ACCTL_BARE:-$PWD/build}/bare-$release
if [[ $(id -u) -ne 0 ]]; then
  echo "debootstrap and chroot need root" >&2
  exit 1
fi
if [[ ! -e $bare/made ]]; then
  rm -rf "$bare"
  mkdir -p "$bare"
  debootstrap --variant=minbase --include=git,ca-certificates "$suite" "$bare" "$mirror" >&2
  printf '#!/bin/sh\nexit 101\n' >"$bare/usr/sbin/policy-rc.d" # there is no init, and no daemon starts
  chmod +x "$bare/usr/sbin/policy-rc.d"
  touch "$bare/made"
fi
root=$(mktemp -d "${TMPDIR:-/var/tmp}/acctl-package.XXXXXX")
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
cp -a "$bare/." "$root/"
cp /etc/resolv.conf "$root/etc/"
mkdir "$root/package"
cp "$deb" "$root/package/acctl.deb"
cp "$next" "$root/package/next.deb"
cp scripts/package_steps.sh "$root/package/"

# The mounts end with it.
unshare --mount --pid --fork bash -s -- "$root" <<'INSIDE'
set -euo pipefail
root=$1
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs tmpfs "$root/run"
exec chroot "$root" env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive \
  bash /package/package_steps.sh
INSIDE
echo "Debian $release: $(basename "$deb") was installed, used, upgraded and purged." >&2
