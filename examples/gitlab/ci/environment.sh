# shellcheck shell=sh
# Read by the other scripts: works in the top folder, and hands acctl what CI keeps as variables in private files, which
# are gone at the end: the platform's key, with which plans are signed, and a context for the database, so that the one
# that .acctl.yaml names need not exist there.
cd "$(dirname "$0")/.." || exit
private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT
if [ -n "${ACCTL_PLATFORM_KEY-}" ]; then
  export ACCTL_KEY_FILE="$private/platform.key"
  (umask 077 && printf '%s\n' "$ACCTL_PLATFORM_KEY" >"$ACCTL_KEY_FILE")
fi
if [ -n "${ACCTL_DATABASE_URL-}" ] && [ -z "${ACCTL_CONTEXT-}" ]; then
  mkdir "$private/acctl"
  printf 'contexts:\n  ci: {}\n' >"$private/acctl/config.yaml"
  export XDG_CONFIG_HOME="$private" ACCTL_CONTEXT=ci
fi
