#!/bin/sh
# No gradient is computed where nobody trains, no pairs are compared where a row is sorted: products.sh AECC MODELS
# A product of matrices has one more for each operand that a gradient has to reach; they are counted.
set -eu
aecc=$1 vae=$2/vae.ae status=0
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT

# expect NUMBER MODEL WHAT: products in its training step
expect() {
    found=$("$aecc" --dump=grad "$2" 2>/dev/null | sed -n '/^graph step_main/,/^}/p' | grep -c ' = matmul(')
    [ "$found" = "$1" ] && return
    echo "$3: $found products, wanted $1"
    status=1
}
expect 14 "$vae" "5 products, 5 gradients of weights, 4 of values: none for the images"
sed 's/over encoder, decoder/over decoder/' "$vae" >"$work/decoder.ae"
expect 8 "$work/decoder.ae" "only the decoder's 2 weights and 1 value"
sed 's/over encoder, decoder/over encoder.dense_3/' "$vae" >"$work/head.ae"
expect 8 "$work/head.ae" "1 weight, and the 2 values between it and the loss"
sed 's/+ beta \* divergence/+ sum(grad(reconstruction, x)^2)/' "$vae" >"$work/images.ae"
found=$("$aecc" --dump=grad "$work/images.ae" 2>/dev/null | sed -n '/^graph step_main/,/^}/p' | grep -c ' = matmul(')
[ "$found" -gt 14 ] || { echo "a gradient by the images is asked for, and $found products are there"; status=1; }

# The strongest units are found by sorting: no value has a number for each pair of them.
strongest() { "$aecc" --dump=grad -D units=strongest -D penalty=nothing "$2" 2>/dev/null | grep -c "$1" || true; }
[ "$(strongest ' = rank(' "$2/sparse.ae")" -gt 0 ] || { echo "the strongest units are not there"; status=1; }
[ "$(strongest '\[n,256,256\]' "$2/sparse.ae")" = 0 ] || { echo "top_k compares all pairs"; status=1; }
exit $status
