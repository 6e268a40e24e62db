#!/usr/bin/env bash
# clang-tidy, which takes seconds for each file: all of ours, or those that the last commit changed.
# Usage: scripts/tidy.sh [--changed]      needs a build folder (scripts/test.sh makes one)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=build/dev
[[ -d $build/generated ]] || build=build/asan
folders=(cli commands completions man provisioning)
if [[ ${1-} == --changed ]]; then
  mapfile -t files < <(git diff --name-only --diff-filter=d HEAD~1 HEAD -- "${folders[@]}" | grep '\.cpp$' || true)
elif (($# > 0)); then
  echo "Usage: scripts/tidy.sh [--changed]" >&2
  exit 3
else
  mapfile -t files < <(find "${folders[@]}" -name '*.cpp' | sort)
fi
((${#files[@]} > 0)) || exit 0
# The precompiled header is GCC's; clang reads the header itself instead. GCC's -Wconversion says nothing of signs, its
# library has parts that are deprecated to others alone, and not all of its options are known to clang.
printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(nproc)" clang-tidy-19 -p "$build" --quiet --extra-arg=-Wno-ignored-gch \
    --extra-arg=-Wno-sign-conversion --extra-arg=-Wno-deprecated-declarations \
    --extra-arg=-Wno-unused-command-line-argument 2>/dev/null
