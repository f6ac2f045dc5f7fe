#!/bin/sh
# What --dump prints is read back: run.sh AECC IRTOOL MODEL.ae
#   tree   as a model of its own gives the same tree, and the same graphs
#   ir     and grad: printed, read, verified and printed again are the same text
set -eu
aecc=$1 irtool=$2 model=$3
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
plain() { sed 's/ *@.*//' "$1"; }

"$aecc" --dump=tree "$model" >"$work/tree.ae"
"$aecc" --dump=tree "$work/tree.ae" >"$work/again.ae"
cmp "$work/tree.ae" "$work/again.ae"
for stage in ir grad; do
    "$aecc" --dump=$stage "$model" >"$work/dump"
    [ "$(grep -c '^graph ' "$work/dump")" -ge 5 ]
    "$irtool" print "$work/dump" >"$work/again"
    plain "$work/dump" >"$work/one"
    plain "$work/again" >"$work/two"
    cmp "$work/one" "$work/two"
    "$aecc" --dump=$stage "$work/tree.ae" >"$work/dump"
    plain "$work/dump" | cmp - "$work/one"
done
if grep -E ' (grad|jacobian|jvp|vjp)\(' "$work/one"; then
    echo "a placeholder is left after autodiff"
    exit 1
fi
