#!/usr/bin/env bash
# format.sh SOURCE: every C file is as clang-format lays it out.
set -euo pipefail
command -v clang-format >/dev/null || { echo "skipped: no clang-format"; exit 77; }
cd "$1"

# A line of a table in a comment that is too long is cut, and those behind it stay what they are.
words="one two three four five six seven eight nine ten eleven twelve one two three four five six seven eight nine"
sample=$(printf '/* A table.\n *\n *     a      %s\n *     b      c\n *\n * Does   %s\n * Keeps  values\n */\n' "$words" "$words")
for row in ' *     b      c' ' * Keeps  values'; do
    printf '%s\n' "$sample" | clang-format --assume-filename=compiler/sample.c | grep -qxF -- "$row" ||
        { echo ".clang-format joins rows of tables in comments: no '$row'"; exit 1; }
done

find compiler runtime tests examples -name '*.[ch]' -print0 | xargs -0 clang-format --dry-run -Werror
