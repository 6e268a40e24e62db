#!/bin/sh
# Checks the definitions and plans them for all tenants. Writes
#   plan.json   the plan, signed, for apply.sh: exactly this is carried out
#   plan.md     for a comment and a summary
#   plan.html   for a browser
set -eu
# shellcheck source=/dev/null
. "$(dirname "$0")/environment.sh"
acctl validate -f definitions
acctl fmt -f definitions --check
acctl plan -f definitions --all --out plan.json --html plan.html -o markdown >plan.md
