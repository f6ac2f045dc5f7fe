#!/bin/sh
# Every example of docs/language.md is compiled to C: run.sh AECC DOCS [EACH]
# With EACH = 3 only each third of them is, but with AECC_FULL=1 all are.
# An example marked `wrong: WORDS` must be refused with a message at its place that says so (' stands for `).
set -u
aecc=$1 docs=$2 each=${3:-1} here=$(dirname "$0") number=0 failed=0
[ -z "${AECC_FULL-}" ] || each=1
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cp "$(dirname "$docs")"/../models/*.ae "$work" # one example uses another file
while number=$((number + 1)) && awk -v want=$number -f "$here/complete.awk" "$docs" >"$work/example.ae"; do
    [ $((number % each)) = 0 ] || continue
    wanted=0
    if grep -q '^# wrong: ' "$work/example.ae"; then wanted=1; fi
    "$aecc" "$work/example.ae" -o "$work/example.c" >"$work/out" 2>&1
    status=$?
    if [ $status -ne $wanted ]; then
        echo "example $number: exit status $status, wanted $wanted"
        cat "$work/example.ae" "$work/out"
        failed=1
    fi
    words=$(sed -n 's/^# wrong: //p' "$work/example.ae")
    if [ $wanted = 1 ] && ! tr '`' "'" <"$work/out" | grep 'example.ae:[0-9]*:[0-9]*: error: ' | grep -qF "$words"; then
        echo "example $number: no message with its place that says: $words"
        cat "$work/out"
        failed=1
    fi
done
echo "$((number - 1)) examples"
[ $number -gt 40 ] && exit $failed
