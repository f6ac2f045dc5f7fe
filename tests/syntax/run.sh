#!/bin/sh
# run.sh PARSE ROUND_TRIP [--bless]: every x.ae here gives its tree, x.ast, or its messages, x.err;
# as JSON, x.json where there is one.  All that parses survives being printed.  --bless writes what
# is printed now: look at the difference before it is kept.
parse=$1 round_trip=$2 bless=$3
cd "$(dirname "$0")" || exit 2
out=$(mktemp) || exit 2
trap 'rm -f "$out"' EXIT
failed=0

check() { # check GOLDEN: is it what $out holds?
    if [ "$bless" = --bless ]; then
        cp "$out" "$1"
    elif ! diff -u "$1" "$out"; then
        echo "FAILED $1"
        failed=1
    fi
}

good=
for source in *.ae; do
    name=${source%.ae}
    "$parse" "$source" >"$out" 2>&1
    case $? in
    0) check "$name.ast"; wrong=$name.err; good="$good $source" ;;
    1) check "$name.err"; wrong=$name.ast ;;
    *) echo "FAILED $source: parse broke off"; cat "$out"; failed=1; continue ;;
    esac
    [ "$bless" = --bless ] && rm -f "$wrong"
    [ -e "$wrong" ] && echo "FAILED $wrong stands there, but is not made" && failed=1
    if [ -e "$name.json" ]; then
        "$parse" --json "$source" >"$out" 2>&1
        check "$name.json"
    fi
done
"$round_trip" $good ../../models/*.ae ../../compiler/prelude/*.ae || failed=1
exit $failed
