#!/usr/bin/env bash
# Builds and runs all tests, then the same ones with the address and undefined behaviour sanitizers.
# Usage: scripts/test.sh [--quick] [CTEST-OPTION…]
#   --quick leaves the sanitizers out; the rest goes to ctest: -L unit, -R 'cli: .*', …
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

presets=(dev asan)
if [[ ${1-} == --quick ]]; then
  presets=(dev)
  shift
fi

scripts/packages.sh test

check_format() {
  local files=()
  mapfile -t files < <(find cli commands completions man provisioning tests -name '*.[ch]pp' | sort)
  if ! clang-format-19 --dry-run --Werror "${files[@]}"; then
    echo "Not formatted. Apply with: clang-format-19 -i FILE" >&2
    return 1
  fi
}

check_format
shellcheck scripts/*.sh .ci/run

for preset in "${presets[@]}"; do
  # Its hundreds of lines matter only when something fails.
  log=build/$preset/configure.log
  mkdir -p "${log%/*}"
  cmake --preset "$preset" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  cmake --build --preset "$preset"
  ctest --preset "$preset" --parallel "$(nproc)" "$@"
done
