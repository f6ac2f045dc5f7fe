#!/usr/bin/env bash
# format.sh SOURCE: every C file is as clang-format lays it out.
set -euo pipefail
command -v clang-format >/dev/null || { echo "skipped: no clang-format"; exit 77; }
cd "$1"
find compiler runtime tests examples -name '*.[ch]' -print0 | xargs -0 clang-format --dry-run -Werror
