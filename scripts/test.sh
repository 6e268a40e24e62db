#!/usr/bin/env bash
# Builds and runs all tests: with the address and undefined behaviour sanitizers, and the whole program as it is installed.
# Usage: scripts/test.sh [--quick] [CTEST-OPTION…]
#   --quick builds once, without sanitizers and optimisation; the rest goes to ctest: -L unit, -R 'cli: .*', …
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

quick=false
if [[ ${1-} == --quick ]]; then
  quick=true
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

build() {
  local preset=$1 log=build/$1/configure.log
  shift
  # Its hundreds of lines matter only when something fails.
  mkdir -p "${log%/*}"
  cmake --preset "$preset" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  cmake --build --preset "$preset" "$@"
}

check_format
shellcheck scripts/*.sh .ci/run

jobs=$(($(nproc) + 1)) # tests wait for processes now and then
if $quick; then
  build dev
  exec ctest --preset dev --parallel "$jobs" "$@"
fi
build asan
scripts/tidy.sh --changed
build release --target acctl
ctest --preset asan --parallel "$jobs" --label-regex 'unit|database' "$@"
# The whole program is tried as it is installed, and every fifteenth of these tests with sanitizers: a start costs them ten
# times as much. Leaks are looked for in the tests that end once, not at the end of thousands of short programs.
ACCTL_FAULTS=${ACCTL_FAULTS:-few} ACCTL_TEST_PROGRAM=$PWD/build/release/bin/acctl \
  ctest --preset asan --parallel "$jobs" --label-regex 'cli|fault' "$@"
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

# A few changes to the code that keeps promises, each of which a test must notice. Always the same ones: what a commit
# did not touch must not fail it. All of them: scripts/mutants.sh.
scripts/mutants.sh --build build/asan --sample 2 --seed 1
