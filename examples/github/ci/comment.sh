#!/bin/sh
# Shows FILE as the summary of the step, and plan.md as the one comment on the pull request, which is kept up to date.
# Usage: ci/comment.sh FILE
set -eu
cd "$(dirname "$0")/.."
cat "$1" >>"$GITHUB_STEP_SUMMARY"
if [ -n "${PULL_REQUEST-}" ]; then
  gh pr comment "$PULL_REQUEST" --body-file "$1" --edit-last --create-if-none
fi
