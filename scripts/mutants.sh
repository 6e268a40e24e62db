#!/usr/bin/env bash
# Changes the code that keeps promises, one small change at a time, and expects the test that names the promise to fail.
# Usage: scripts/mutants.sh [--list] [--sample N [--seed S]] [--jobs N] [--build FOLDER] [--built] [WORD…]
#   --list only checks tests/mutants/*.txt: each change fits its file, and each test is there
#   --built takes the build folder (build/dev) as it is, and does not bring it up to date first
#   WORD…  only those whose file, test or promise holds one of the words: 'promise 4', registry.sql, …
# The checkout is not touched: a changed source is compiled beside it and linked before the library of a build folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec python3 scripts/mutants.py "$@"
