#!/bin/sh
# Installs acctl from the package that the variables of the repository name. Elsewhere it is installed already.
set -eu
if command -v acctl >/dev/null; then exit 0; fi
curl --fail --silent --show-error --location --output /tmp/acctl.deb "$ACCTL_DEB_URL"
echo "$ACCTL_DEB_SHA256  /tmp/acctl.deb" | sha256sum --check --quiet
sudo apt-get install --yes --no-install-recommends /tmp/acctl.deb
