#!/bin/sh
# Carries out the plan that plan.sh saved; refuses (exit 7) if what it touches has changed since. Writes apply.md.
set -eu
# shellcheck source=/dev/null
. "$(dirname "$0")/environment.sh"
acctl apply plan.json --yes -o markdown >apply.md
