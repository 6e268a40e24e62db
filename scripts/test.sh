#!/usr/bin/env bash
# Builds and runs all tests. Usage: scripts/test.sh [--quick|--whole] [CTEST-OPTION…]
#   --quick  compiles each source alone, so that a changed one is quick to build again
#   --whole  also with the address and undefined behaviour sanitizers, on the program as it is installed, on the newest
#            PostgreSQL, and in the programs of others that read what acctl writes: an hour on two cores
# The rest goes to ctest: -L unit, -R 'cli: .*', …
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mode=usual
if [[ ${1-} == --quick || ${1-} == --whole ]]; then
  mode=${1#--}
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

# build PRESET [CMAKE-OPTION…] [-- BUILD-OPTION…]
build() {
  local preset=$1 log=build/$1/configure.log
  local options=()
  shift
  while (($# > 0)) && [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  (($# == 0)) || shift
  # Its hundreds of lines matter only when something fails.
  mkdir -p "${log%/*}"
  cmake --preset "$preset" "${options[@]}" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  cmake --build --preset "$preset" "$@"
}

check_format
shellcheck scripts/*.sh .ci/run

jobs=$(($(nproc) + 1)) # tests wait for processes now and then
if [[ $mode == quick ]]; then
  build dev -DACCTL_UNITY=OFF
  exec ctest --preset dev --parallel "$jobs" "$@"
fi

build dev -DACCTL_UNITY=ON
scripts/tidy.sh --changed
# A quarter of the sample of faults (tests/faults/injection.hpp).
ACCTL_FAULTS=${ACCTL_FAULTS:-few} ctest --preset dev --parallel "$jobs" "$@"
[[ $mode == whole ]] || exit 0

build asan
build release -- --target acctl
ctest --preset asan --parallel "$jobs" --label-regex 'unit|database' "$@"
ACCTL_TEST_PROGRAM=$PWD/build/release/bin/acctl ctest --preset asan --parallel "$jobs" --label-regex 'cli|fault' "$@"
# A start with sanitizers takes ten times as long. Leaks are looked for in the tests that end once, not at the end of
# thousands of short programs.
ASAN_OPTIONS=detect_leaks=0 ctest --preset asan --parallel "$jobs" --label-regex cli --tests-information 1,,15 "$@"

# Each feature on one tenant on the newest PostgreSQL, where npm is there to fetch it. All tests on all versions:
# scripts/postgres.sh.
if command -v npm >/dev/null; then
  folder=$(mktemp -d)
  chmod 755 "$folder"
  status=0
  ACCTL_PRESET=asan scripts/postgres.sh "$folder" 18 -- -R 'this version of PostgreSQL|pins each setting' || status=$?
  rm -rf "$folder"
  if ((status == 4)); then echo "PostgreSQL 18 could not be fetched; not tested." >&2; fi
  ((status == 0 || status == 4))

  # What acctl writes, in the programs of others.
  folder=$(mktemp -d)
  status=0
  ACCTL_TEST_PROGRAM=$PWD/build/release/bin/acctl scripts/outside.sh "$folder" || status=$?
  rm -rf "$folder"
  if ((status == 4)); then echo "The programs of others could not be fetched; nothing is tried in them." >&2; fi
  ((status == 0 || status == 4))
fi

# Small changes to the code that keeps promises, each of which a test must notice.
scripts/mutants.sh --build build/asan
