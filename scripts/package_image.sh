#!/usr/bin/env bash
# An OCI image with acctl in it, without a daemon; called by scripts/package.sh image.
# Usage: scripts/package_image.sh DEB IMAGE MIRROR      IMAGE is an OCI layout: podman run oci:IMAGE:VERSION --version
set -euo pipefail

deb=$1 image=$2 mirror=$3
if [[ $(id -u) -ne 0 ]]; then
  echo "debootstrap and umoci need root" >&2
  exit 1
fi
version=$(dpkg-deb -f "$deb" Version)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$image"
umoci init --layout "$image"
umoci new --image "$image:$version"
umoci unpack --image "$image:$version" "$work/bundle" >/dev/null
root=$work/bundle/rootfs

debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "$mirror" >&2
cp "$deb" "$root/acctl.deb"
cp /etc/resolv.conf "$root/etc/resolv.conf"
# The server is another container's; what the tests need of it is not in the image.
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive chroot "$root" \
  apt-get install -q -y --no-install-recommends /acctl.deb >&2
rm -rf "$root/acctl.deb" "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb \
  "$root"/var/log/*.log "$root"/var/log/apt "$root"/usr/share/doc/[b-z]* "$root/etc/resolv.conf"

umoci repack --image "$image:$version" --refresh-bundle "$work/bundle" >/dev/null
umoci config --image "$image:$version" --config.user acctl --config.workingdir /var/lib/acctl \
  --config.entrypoint /usr/bin/acctl --config.cmd help --config.env HOME=/var/lib/acctl --config.env LANG=C.UTF-8 \
  --config.label org.opencontainers.image.title=acctl --config.label "org.opencontainers.image.version=$version"
umoci gc --layout "$image"
echo "$image:$version"
