#!/bin/sh
# Opens an issue about drift.md, or adds to the one that is open.
set -eu
cd "$(dirname "$0")/.."
title="Tenants differ from what was last applied"
[ -s drift.md ] || echo "acctl drift failed before it had a report; see the log of the job." >drift.md
cat drift.md >>"$GITHUB_STEP_SUMMARY"
open=$(gh issue list --state open --search "$title in:title" --json number --jq '.[0].number // empty')
if [ -n "$open" ]; then
  gh issue comment "$open" --body-file drift.md
else
  gh issue create --title "$title" --body-file drift.md
fi
