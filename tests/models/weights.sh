#!/bin/sh
# weights.sh CASE AECC BIN SOURCE WORK: start values from the weights of other runs and other models.  Each function case_NAME is one
# test.
aecc=$2 bin=$3 source=$4 work=$5/weights_$1
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
unoptimised

# The networks of both models: what looks at pictures, in a file that both use.
features() {
    cat > features.ae <<'END'
network features(v) { return v |> conv2d(4, 3, stride = 2) |> tanh |> flatten |> dense(6) |> tanh }
END
    cat > looking.ae <<'END'
model looking
use "features.ae"
input x : image[1, 8, 8] in 0..1
encoder { h = x |> features |> dense(3) }
decoder { logits = h |> dense(64) |> reshape(1, 8, 8);  xhat = sigmoid(logits) }
loss    { total = bernoulli_nll(logits, x) }
train   { batch 32;  epochs 2;  minimize total over all with adam(1e-2) }
END
    "$bin/blobs" idx 96 1 8 8 > x.idx || fail blobs
    works "$aecc" looking.ae -o looking
    works ./looking train --data x.idx --out seen --quiet
}

# The perceptual loss: $1 is what its network is over
perceptual() {
    cat > perceptual.ae <<END
model perceptual
use "features.ae"
input x : image[1, 8, 8] in 0..1
encoder { code = x |> flatten |> dense(5) |> tanh }
decoder { xhat = code |> dense(64) |> sigmoid |> reshape(1, 8, 8) }
loss    { total = sum((features(xhat) - features(x))^2) }
train   { batch 32;  epochs 4;  minimize total over $1 with adam(1e-2) }
END
    "$aecc" perceptual.ae -o perceptual 2> warnings.txt || fail "$(cat warnings.txt)"
}

# tensors A B WORD: the tensors of A that are the "same" or "other" in B
tensors() {
    "$bin/tensors" "$1" "$2" > tensors.txt
    sed -n "s/^$3 //p" tensors.txt | sort | tr '\n' ' '
}

# A network of the user's own that --init fills and no step trains: gradients pass through it, and it stays as it was, bit for bit;
# a run that goes on comes out as one that was left alone.
case_perceptual() {
    features
    perceptual 'encoder, decoder'
    grep -q 'no step trains the group features' warnings.txt || fail "$(cat warnings.txt)"
    grep -q 'train --init' warnings.txt || fail "$(cat warnings.txt)"
    start="--data x.idx --init seen/last.safetensors --only features"
    # shellcheck disable=SC2086
    works ./perceptual train $start --out run --quiet
    network="features.conv2d_1.W features.conv2d_1.b features.dense_1.W features.dense_1.b "
    found=$(tensors run/last.safetensors seen/last.safetensors same)
    [ "$found" = "$network" ] || fail "kept: '$found', wanted '$network'"
    # shellcheck disable=SC2086
    works ./perceptual train $start --out still --lr 0 --quiet
    found=$(tensors run/last.safetensors still/last.safetensors other)
    [ "$found" = "decoder.dense_1.W decoder.dense_1.b encoder.dense_1.W encoder.dense_1.b " ] || fail "trained: '$found'"
    works ./perceptual eval --data x.idx --weights run/last.safetensors --json
    after=$(figure out.txt total)
    works ./perceptual eval --data x.idx --weights still/last.safetensors --json
    awk -v a="$after" -v b="$(figure out.txt total)" 'BEGIN { exit !(a < b / 2) }' || fail "$after of $(figure out.txt total)"
    # Two epochs and two more, without the file that it began from.
    # shellcheck disable=SC2086
    works ./perceptual train $start --out parts --epochs 2 --quiet
    mv seen/last.safetensors moved.safetensors
    works ./perceptual train --resume --out parts --epochs 4 --quiet
    for file in last.safetensors best.safetensors metrics.csv; do
        same run/$file parts/$file
    done
    mv moved.safetensors seen/last.safetensors
    refuses_usage 'has --only features, not encoder' ./perceptual train --resume --out parts \
        --init seen/last.safetensors --only encoder
    # Trained along, it would have changed.
    perceptual all
    # shellcheck disable=SC2086
    works ./perceptual train $start --out all --quiet
    found=$(tensors all/last.safetensors seen/last.safetensors same)
    [ -z "$found" ] || fail "though it is trained, these stayed: $found"
}

# What does not fit is told before anything is made.
case_fits() {
    features
    perceptual 'encoder, decoder'
    weights=seen/last.safetensors
    refuses "model perceptual has no parameters called 'head': it has encoder, decoder, features" \
        ./perceptual train --data x.idx --out new --init $weights --only head
    refuses "model perceptual has no parameters called 'feature'" \
        ./perceptual train --data x.idx --out new --init $weights --only features,feature
    refuses "encoder.dense_1.W is \[6,3\], this model wants \[64,5\]" \
        ./perceptual train --data x.idx --out new --init $weights --only features,encoder
    refuses "it has no .*, this model wants\|this model does not\|this model wants" \
        ./perceptual train --data x.idx --out new --init $weights
    works ./perceptual train --data x.idx --out run --init $weights --only features --epochs 1 --quiet
    sed 's/model looking/model headed/; s/^train/network head(v) { return dense(v, 2) }\n&/; s/bernoulli_nll(logits, x)/& + sum(head(h)^2)/' \
        looking.ae > headed.ae
    works "$aecc" headed.ae -o headed
    refuses "run/last.safetensors: nothing in it is called 'head': it has encoder, decoder, features" \
        ./headed train --data x.idx --out new --init run/last.safetensors --only head
    [ ! -e new ] || fail "a run was begun"
}

fresh
"case_$1"
