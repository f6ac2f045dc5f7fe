#!/bin/sh
# Every example of docs/language.md is compiled to C: run.sh AECC DOCS
# An example marked `wrong` must be refused with a message at its place.
set -u
aecc=$1 docs=$2 here=$(dirname "$0") number=0 failed=0
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
while number=$((number + 1)) && awk -v want=$number -f "$here/complete.awk" "$docs" >"$work/example.ae"; do
    wanted=0
    if grep -q '^# wrong$' "$work/example.ae"; then wanted=1; fi
    "$aecc" "$work/example.ae" -o "$work/example.c" >"$work/out" 2>&1
    status=$?
    if [ $status -ne $wanted ]; then
        echo "example $number: exit status $status, wanted $wanted"
        cat "$work/example.ae" "$work/out"
        failed=1
    fi
    if [ $wanted = 1 ] && ! grep -q 'example.ae:[0-9]*:[0-9]*: error: ' "$work/out"; then
        echo "example $number: no message with its place"
        failed=1
    fi
done
echo "$((number - 1)) examples"
[ $number -gt 15 ] && exit $failed
