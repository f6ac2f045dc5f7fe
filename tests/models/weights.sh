#!/bin/sh
# weights.sh CASE AECC BIN SOURCE WORK: weights of other runs, other models and other programs.  Each function case_NAME is one
# test.
aecc=$2 bin=$3 source=$4 work=$5/weights_$1
here=$(cd "${0%/*}" && pwd)
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

# Layers whose weights PyTorch has in another order, of lengths that all differ.
layers() {
    cat > layers.ae <<'END'
model layers
input x : image[2, 7, 7] in 0..1
encoder { h = x |> conv2d(4, 3, stride = 2, pad = 1) |> tanh |> conv2d_transpose(3, 4, stride = 2, pad = 1) |> tanh |> batch_norm(axis = 0) |> flatten |> dense(5) }
decoder { xhat = h |> dense(98) |> sigmoid |> reshape(2, 7, 7) }
loss    { total = sum((xhat - x)^2) }
train   { batch 10;  epochs 2;  minimize total over all with adam(1e-2) }
END
    $1 layers.ae > plain.ae
    works "$aecc" plain.ae -o layers
}

# There and back is the same file, to the bit, by what the file says of itself; every command reads it.
case_layout() {
    layers cat
    "$bin/blobs" idx 20 1 2 7 7 > x.idx || fail blobs
    works ./layers train --data x.idx --out run --quiet
    works ./layers export --out run --weights run/last.safetensors --layout torch --output torch.safetensors
    works ./layers export --weights torch.safetensors --output back.safetensors
    same back.safetensors run/last.safetensors
    if cmp -s torch.safetensors run/last.safetensors; then fail "the layout is the same"; fi
    head -c 4000 torch.safetensors | grep -a -q '"encoder.conv2d_1.W":{"dtype":"F32","shape":\[4,2,3,3\]' || fail "convolution"
    head -c 4000 torch.safetensors | grep -a -q '"encoder.conv2d_transpose_1.W":{"dtype":"F32","shape":\[4,3,4,4\]' || fail "transposed"
    head -c 4000 torch.safetensors | grep -a -q '"decoder.dense_1.W":{"dtype":"F32","shape":\[98,5\]' || fail "dense"
    head -c 4000 torch.safetensors | grep -a -q '"encoder.conv2d_1.b":{"dtype":"F32","shape":\[4\]' || fail "bias"
    for weights in run/last.safetensors torch.safetensors; do
        works ./layers eval --data x.idx --weights $weights --json
        figures out.txt > $weights.figures
        works ./layers eval --data x.idx --weights $weights --json --double
        figures out.txt >> $weights.figures
    done
    same torch.safetensors.figures run/last.safetensors.figures
    works ./layers export --out run
    grep -q 'best.safetensors in run/export.safetensors' out.txt || fail "$(cat out.txt)"
    same run/export.safetensors run/best.safetensors
    refuses_usage "--layout wants torch, not 'jax'" ./layers eval --data x.idx --weights torch.safetensors --layout jax
    refuses_usage '--layout needs --init' ./layers train --data x.idx --layout torch
    refuses 'weights.pt: is written as .safetensors' ./layers export --out run --output weights.pt
    refuses 'would overwrite' ./layers export --weights torch.safetensors --output torch.safetensors
    # What a run begins from may be in either.
    works ./layers train --data x.idx --init torch.safetensors --lr 0 --epochs 1 --out still --quiet
    works ./layers export --weights still/last.safetensors --output still.safetensors
    found=$(tensors still.safetensors run/last.safetensors other)
    case $found in *W*) fail "begun from other weights: $found" ;; esac
}

# As PyTorch's functions take them: by their definition, in NumPy.
case_torch() {
    python=
    for candidate in /usr/bin/python3 python3; do
        "$candidate" -c 'import numpy' 2> /dev/null && python=$candidate
    done
    [ "$python" ] || skip "no Python with NumPy"
    layers 'sed s/|>.batch_norm(axis.=.0)//'
    "$python" "$here/weights.py" data x.npy || fail data
    works ./layers train --data x.npy --out run --quiet
    works ./layers export --out run --layout torch --output torch.safetensors
    works ./layers encode --data x.npy --out run --output codes.npy
    "$python" "$here/weights.py" codes x.npy torch.safetensors codes.npy || fail codes
    # A file from elsewhere says nothing of itself: --layout does.
    "$python" "$here/weights.py" plain torch.safetensors theirs.safetensors || fail plain
    works ./layers encode --data x.npy --weights theirs.safetensors --layout torch --output theirs.npy
    same theirs.npy codes.npy
    refuses 'encoder.conv2d_1.W is \[4,2,3,3\], this model wants \[3,3,2,4\]' \
        ./layers encode --data x.npy --weights theirs.safetensors --output no.npy
}

fresh
"case_$1"
