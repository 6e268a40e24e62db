#!/bin/sh
# Compares all tenants with what was last applied: exit 0 without drift, 2 with drift. Writes drift.md.
set -eu
# shellcheck source=/dev/null
. "$(dirname "$0")/environment.sh"
acctl drift --all -o markdown >drift.md
