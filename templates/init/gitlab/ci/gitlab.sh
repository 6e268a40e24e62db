#!/bin/sh
# Writes to GitLab about this pipeline; needs ACCTL_GITLAB_TOKEN, a project access token with the scope api.
# Usage: ci/gitlab.sh comment FILE    as a note of the merge request, if there is one
#        ci/gitlab.sh alert FILE      as an issue, if the job has failed
set -eu
cd "$(dirname "$0")/.."
project=$CI_API_V4_URL/projects/$CI_PROJECT_ID
[ -s "$2" ] || echo "acctl failed before it had a report; see $CI_JOB_URL." >"$2"

# The token is no word of a command line, where every process could read it.
post() {
  url=$1
  shift
  printf 'PRIVATE-TOKEN: %s\n' "$ACCTL_GITLAB_TOKEN" |
    curl --fail --silent --show-error --output /dev/null --header @- "$@" "$url"
}

case $1 in
  comment)
    [ -n "${CI_MERGE_REQUEST_IID-}" ] || exit 0
    post "$project/merge_requests/$CI_MERGE_REQUEST_IID/notes" --form "body=<$2"
    ;;
  alert)
    [ "$CI_JOB_STATUS" = failed ] || exit 0
    post "$project/issues" --form "title=Tenants differ from what was last applied" --form "description=<$2"
    ;;
esac
