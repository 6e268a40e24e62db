#!/usr/bin/env bash
# Installs the Debian packages that are missing. Usage: scripts/packages.sh build|test
#   build: what building and running acctl needs; test: what its tests need besides.
set -euo pipefail

build=(cmake ninja-build g++ ccache mold pkg-config libpqxx-dev libpq-dev libcurl4-openssl-dev libyaml-cpp-dev libsodium-dev
  nlohmann-json3-dev libspdlog-dev libcli11-dev libutf8proc-dev catch2
  postgresql)
check=(strace pgbouncer zsh fish mandoc shellcheck clang-format-19 clang-tidy-19 python3-jsonschema
  python3-aiosmtpd openssl systemd)

case "${1-}" in
  build) wanted=("${build[@]}") ;;
  test) wanted=("${build[@]}" "${check[@]}") ;;
  *)
    echo "usage: scripts/packages.sh build|test" >&2
    exit 3
    ;;
esac

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
  exit 0
fi

as_root=()
if [[ $(id -u) -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "These packages are missing; install them as root: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

# Debian's PostgreSQL makes and starts a cluster of its own when it is installed. We need the programs only; whoever
# installs the next version by hand gets their cluster as usual.
drop_in=/etc/postgresql-common/createcluster.d/acctl.conf
restore() { "${as_root[@]}" rm -f "$drop_in"; }
trap restore EXIT
"${as_root[@]}" mkdir -p "${drop_in%/*}"
echo "create_main_cluster = false" | "${as_root[@]}" tee "$drop_in" >/dev/null

echo "Installing: ${missing[*]}" >&2
"${as_root[@]}" apt-get update -q >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" \
  </dev/null >&2
