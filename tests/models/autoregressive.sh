#!/bin/sh
# autoregressive.sh CASE AECC BIN SOURCE WORK: models that say of each element what those before it tell.
# Each function case_NAME is one test.
aecc=$2 bin=$3 source=$4 work=$5/autoregressive_$1
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
unoptimised

# in_order MODEL BLOCKS: on images of 6 by 6, what MODEL says of a pixel has the derivative 0, exactly, by each pixel that is not before
# it, in rows from the top; by each that is before it, in some example another
in_order() {
    cp "$source/models/$1.ae" .
    cat > order.ae << END
model order
use "$1.ae" only $2
input x : image[1, 6, 6] in 0..1
loss { total = bernoulli_nll(logits, x) }
metric {
    slope    = reshape(jacobian(logits, x), 36, 36)
    before   = reshape(iota(36), 36, 1) > iota(36)         # the row's pixel, the column's
    wrong    = sum((slope != 0) * (1 - before))
    blind    = sum((batch_mean(abs(slope)) == 0) * before)
}
train { batch 50; epochs 2; minimize total over all with adam(1e-3) }
END
    compiled order
    "$bin/blobs" f32 50 3 1 6 6 > x.f32 || fail blobs
    works ./order train --data x.f32 --out run --quiet
    for double in '' --double; do
        # shellcheck disable=SC2086
        works ./order eval --data x.f32 --out run --json $double
        [ "$(figure out.txt wrong)" = 0 ] || fail "$1: a pixel looks at what it must not: $(cat out.txt)"
        [ "$(figure out.txt blind)" = 0 ] || fail "$1: a pixel does not look at all before it: $(cat out.txt)"
    done
}

case_made() {
    in_order made encoder,decoder
}

case_pixel_cnn() {
    in_order pixel_cnn encoder,decoder
}

fresh
case_"$1"
echo "$1: fine"
