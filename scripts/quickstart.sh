#!/usr/bin/env bash
# From a bare Debian to an active tenant: packages, build, the embedded PostgreSQL, the platform, the tenant demo.
# Run again it finds everything done. Outside of build/ it installs Debian packages only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n== %s\n' "$1" >&2; }

# The tour is about the embedded server, whatever the environment names.
unset ACCTL_CONTEXT ACCTL_DATABASE_URL ACCTL_TENANT ACCTL_OUTPUT

say "Packages"
scripts/packages.sh build

say "Build"
mkdir -p build/release
cmake --preset release --compile-no-warning-as-error >build/release/configure.log 2>&1 ||
  { cat build/release/configure.log >&2; exit 1; }
cmake --build --preset release --target acctl >&2
acctl=build/release/bin/acctl

say "The embedded PostgreSQL"
"$acctl" local up

say "The platform"
"$acctl" platform init

say "A tenant"
"$acctl" tenant create demo --name "Demo" --admin-email admin@demo.example >/dev/null
"$acctl" tenant show demo

say "Its administrator's invitation"
mail=$("$acctl" platform status -o json | sed -n 's/^ *"folder": "\(.*\)".*/\1/p')
newest=
# Only a Maildir keeps what was sent; who has set another transport since finds the mail where that brings it.
if [[ -n $mail && -d $mail/new ]]; then
  newest=$(find "$mail/new" -type f -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2-)
fi
if [[ -n $newest ]]; then
  awk '/^--=_/ && ++parts == 2 {exit} {print}' "$newest"
  echo "(whole in $newest)"
else
  echo "(it is where the platform's mail transport brings it: acctl outbox list -t demo)"
fi

cat >&2 <<'NEXT'

The tenant demo is active. What to try next:

  export PATH="$PWD/build/release/bin:$PATH"
  acctl tenant list
  acctl tenant create acme --name "Acme Inc" --admin-email it@acme.example
  acctl tenant doctor demo
  acctl user invite you@demo.example --name "You" --role support-agent -t demo
  psql "$(acctl local url)"
  acctl help

To remove the embedded server and all that is in it: acctl local destroy
NEXT
