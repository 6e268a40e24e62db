#!/usr/bin/env bash
# Tries what acctl writes in the programs of others: CI files against the schemas of GitHub and GitLab, definitions in the
# language server of editors, the list of components against CycloneDX, pages in headless Chromium with axe-core.
# Usage: scripts/outside.sh FOLDER [PICTURES]
#   What npm gives goes to FOLDER; PICTURES is where screenshots are kept. ACCTL_TEST_PROGRAM names another acctl than
#   that of build/dev. Ends with 4 where npm or its registry is not there, and leaves the pages out without Chromium.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if (($# < 1)); then
  sed -n '4,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 3
fi
if ! command -v npm >/dev/null; then
  echo "npm is not there; nothing is tried in the programs of others." >&2
  exit 4
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)
pictures=${2-}
acctl=${ACCTL_TEST_PROGRAM:-$PWD/build/dev/bin/acctl}
components=$(dirname "$acctl")/../acctl.cdx.json

# Exact versions, so that a run can be repeated. Of two packages only a schema is needed: they come without dependencies.
packages=(yaml-language-server@1.19.2 axe-core@4.14.1 @action-validator/core@0.6.0 @action-validator/cli@0.6.0)
schemas=(gitlab-ci-local@4.56.0 @cyclonedx/cyclonedx-library@10.3.0)
if [[ $(cat "$folder/fetched" 2>/dev/null) != "${packages[*]} ${schemas[*]}" ]]; then
  rm -rf "$folder/node_modules" "$folder"/*.tgz
  (
    cd "$folder"
    npm install --ignore-scripts --no-audit --no-fund --silent --prefix . "${packages[@]}" || exit 4
    for package in "${schemas[@]}"; do
      name=${package%@*}
      mkdir -p "node_modules/$name"
      tar -xzf "$(npm pack --silent "$package" || exit 4)" -C "node_modules/$name" --strip-components 1
    done
    echo "${packages[*]} ${schemas[*]}" >fetched
  ) || exit 4
fi

echo "GitHub: workflows" >&2
for file in examples/github/.github/workflows/*.yml; do
  node "$folder/node_modules/@action-validator/cli/cli.mjs" "$file"
done
echo "GitLab: pipeline" >&2
node tests/outside/gitlab.mjs "$folder" examples/gitlab/.gitlab-ci.yml
echo "CycloneDX: components" >&2
node tests/outside/components.mjs "$folder" "$components"
echo "yaml-language-server: problems, hover, completion" >&2
repository=$(mktemp -d)
trap 'rm -rf "$repository"' EXIT
"$acctl" init "$repository" >/dev/null 2>&1
node tests/outside/language_server.mjs "$folder" "$repository/definitions"
mkdir "$repository/schemas"
for kind in definitions tenants platform config; do
  "$acctl" schema "$kind" >"$repository/schemas/$kind.json"
done
node tests/outside/mistakes.mjs "$folder" "$repository/schemas" >&2
if command -v chromedriver >/dev/null; then
  echo "Chromium: pages" >&2
  python3 tests/outside/pages.py "$acctl" "$folder/node_modules/axe-core/axe.min.js" ${pictures:+"$pictures"}
else
  echo "chromedriver is not there; pages are not looked at." >&2
fi
