#!/bin/sh
# run.sh IRTOOL [--bless]: what placeholders are expanded into, and mistakes.
#   golden/x.ir x.grad.ir    the derivatives as nodes, before any simplification
#   golden/x.ir x.err        the messages
irtool=$1
bless=$2
failed=0
made=$(mktemp) && said=$(mktemp) || exit 1
trap 'rm -f "$made" "$said"' EXIT
cd "$(dirname "$0")/golden" || exit 1

for graph in *.ir; do
    case $graph in *.grad.ir) continue ;; esac
    name=${graph%.ir}
    "$irtool" grad "$graph" >"$made" 2>"$said"
    if [ "$bless" = --bless ] && [ -s "$said" ]; then cp "$said" "$name.err"; fi
    if [ "$bless" = --bless ] && [ ! -s "$said" ]; then cp "$made" "$name.grad.ir"; fi
    if [ -e "$name.err" ]; then
        diff -u "$name.err" "$said" || failed=1
    else
        diff -u "$name.grad.ir" "$made" || failed=1
    fi
done
exit $failed
