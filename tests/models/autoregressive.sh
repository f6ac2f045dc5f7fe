#!/bin/sh
# autoregressive.sh CASE AECC BIN SOURCE WORK: models that say of each element what those before it tell.
# Each function case_NAME is one test.
aecc=$2 bin=$3 source=$4 work=$5/autoregressive_$1
here=$(cd "${0%/*}" && pwd)
. "$here/common.sh"
unoptimised

# in_order MODEL BLOCKS SIGHT [LINES]: on images of 6 by 6, what MODEL says of a pixel has the derivative 0, exactly, by each pixel that is
# not before it, in rows from the top; where it has the whole in sight, by each that is before it another, in some example
in_order() {
    cp "$source/models/$1.ae" .
    slopes='    slope  = reshape(jacobian(logits, x), 36, 36)
    before = reshape(iota(36), 36, 1) > iota(36)         # the pixel of the row, that of the column'
    if [ "$3" = part ]; then # of one pixel in each example
        slopes='    pixel  = row - 36 * floor(row / 36)
    slope  = flatten(grad(sum(where(iota(36) == pixel, flatten(logits), 0)), x))
    before = iota(36) < pixel'
    fi
    cat > order.ae << END
model order
input x : image[1, 6, 6] in 0..1
${4-}
use "$1.ae" only $2
loss { total = bernoulli_nll(logits, x) }
metric {
$slopes
    wrong = sum((slope != 0) * (1 - before))
    seen  = sum((slope != 0) * before)
    blind = sum((batch_mean(abs(slope)) == 0) * before)
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
        [ "$3" = part ] || [ "$(figure out.txt blind)" = 0 ] || fail "$1: a pixel does not look at all before it: $(cat out.txt)"
        [ "$(figure out.txt seen)" != 0 ] || fail "$1: a pixel looks at none before it: $(cat out.txt)"
    done
}

case_made() {
    in_order made encoder,decoder whole
}

case_pixel_cnn() {
    in_order pixel_cnn encoder,decoder whole
}

case_pixel_rnn() {
    in_order pixel_rnn encoder,decoder part
}

# Its code is of the whole image; what the decoder makes of one code and the pixels is told in order.
case_pixel_vae() {
    in_order pixel_vae decoder part 'encoder { param c : [20] ~ normal(0, 1);  a = expand(0, [16, 3, 3]);  z = c + 0 * flatten(x)[0:20] }'
}

# sentence MODEL CODE SIZE: what MODEL's decoder says of a word, at a code that is CODE and with words of SIZE numbers, is the same whatever
# stands from that word on: example k of the file has the first k words of a sentence and then others, and what is said of word k adds up
# to what is said of the sentence
sentence() {
    cp "$source/models/$1.ae" .
    cat > order.ae << END
model order
const places = 31
const words  = 60
const size   = $3
input x : tokens[places] < words
encoder { param vectors : [words, size] ~ normal(0, 1);  param z : $2 ~ normal(0, 1) }
use "$1.ae" only decoder
loss   { total = sum(cross_entropy(logits, x, given = x.mask)) }
metric { own = sum(where(iota(places) == row, cross_entropy(logits, x), 0)) }
train  { batch 16; epochs 1; minimize total over all with adam(1e-2) }
END
    compiled order
    sentence='the old fox sees a red bird .'
    echo "$sentence" > whole.txt
    (cat whole.txt; echo hill tree near king sea wood wall) > train.txt
    works ./order train --data train.txt --out run --quiet
    for k in 1 2 3 4 5 6 7 8 9; do
        if [ $k -gt 8 ]; then echo "$sentence"; else echo "$(echo "$sentence" | cut -d' ' -f1-$k) hill tree near king sea wood wall"; fi
    done > steps.txt
    works ./order eval --data whole.txt --out run --double --json
    whole=$(figure out.txt total)
    ./order eval --data steps.txt --out run --double --json > out.txt 2> err.txt || fail "$(cat err.txt)"      # it tells that texts were cut
    near "$(figure out.txt own | awk '{ printf "%.17g", 9 * $1 }')" "$whole" 1e-9 "$1, word by word and at once:"
}

case_sentence_ae() {
    sentence sentence_ae '[256]' 64
}

case_sentence_vae() {
    sentence sentence_vae '[32]' 128
}

case_sentence_transformer() {
    sentence sentence_transformer '[8, 64]' 64
}

# floats FILE FROM COUNT: numbers of an NPY, as bytes
floats() {
    header=$(od -An -tu1 -j8 -N2 "$1" | awk '{ print 10 + $1 + 256 * $2 }')
    tail -c +$((header + 4 * $2 + 1)) "$1" | head -c $((4 * $3))
}

# small MODEL BLOCKS HIGH WIDE [EPOCHS]: ./small, that model on images of HIGH by WIDE, trained for a while on images with stripes
small() {
    cp "$source/models/$1.ae" .
    cat > small.ae << END
model small
use "$1.ae" only $2
input x : image[1, $3, $4] in 0..1
loss { total = bernoulli_nll(logits, x) }
metric { own = sum(where(iota(x.size) == row, flatten(softplus(logits) - x * logits), 0)) }    # of element i of example i
train { batch 64; epochs ${5:-20}; minimize total over all with adam(1e-2) }
END
    compiled small
    awk -v size=$(($3 * $4)) 'BEGIN { srand(2); for (i = 0; i < 500; i++) { line = ""; at = int(3 * rand())
        for (k = 0; k < size; k++) line = line (k ? "," : "") ((rand() < 0.1) != ((k + at) % 3 == 0)) * 255; print line } }' > stripes.csv
    works ./small train --data stripes.csv --out run --quiet
}

# What is drawn one after another is what drawing all again and again ends with: begun anywhere it goes on the same way, and the
# probability of its elements, each told from those before it alone, is what eval says of the whole at once.
draws_in_order() {
    small "$1" encoder,decoder,generate 6 6 4
    works ./small sample --out run --seed 7 --count 20 --output drawn.npy
    grep -q 'all 36 elements after [0-9]* rounds' out.txt || fail "$(cat out.txt)"
    floats drawn.npy 0 720 > drawn.f32
    [ "$(od -An -v -tf4 -w4 drawn.f32 | sort -u | tr -d ' \n')" = 01 ] || fail "drawn: $(od -An -v -tf4 drawn.f32 | head -n 3)"
    for known in 1 5 17 35 36; do
        works ./small sample --out run --seed 7 --count 20 --known $known --data drawn.f32 --output again.npy
        same drawn.npy again.npy
    done
    # other beginnings stay, and are gone on from in another way
    "$bin/blobs" f32 20 5 1 6 6 > other.f32 || fail blobs
    works ./small sample --out run --seed 7 --count 20 --known 9 --data other.f32 --output other.npy
    for example in 0 19; do
        floats other.npy $((36 * example)) 9 > found
        tail -c +$((36 * example * 4 + 1)) other.f32 | head -c 36 | cmp - found || fail "the beginning of $example"
    done
    # example k of steps.csv knows k elements and its own; what comes later is the opposite
    od -An -v -tf4 -w144 -N144 drawn.f32 | awk '{ for (k = 1; k <= 36; k++) { line = ""
        for (i = 1; i <= 36; i++) line = line (i > 1 ? "," : "") (i <= k ? $i : 1 - $i) * 255; print line } }' > steps.csv
    tail -n 1 steps.csv > whole.csv
    works ./small eval --data steps.csv --out run --double --json
    step_by_step=$(figure out.txt own | awk '{ printf "%.17g", 36 * $1 }')
    works ./small eval --data whole.csv --out run --double --json
    near "$step_by_step" "$(figure out.txt total)" 1e-9 "$1, step by step and at once:"
    apart "$(figure out.txt total)" 0 1e-9 "$1: the probability of a sample"
}

case_made_draws() {
    draws_in_order made
}

case_pixel_cnn_draws() {
    little_optimised
    draws_in_order pixel_cnn
}

# What the plan knows of which rows of an image its kernels see is what their windows show: the draw of a row depends on it and the seven
# above it, the stack that looks up on rows above alone, those at its first layer on three; nothing is computed anew for the whole image but
# what cuts and pads the one channel of the image, and the draws. What is kept must not be overwritten: no buffer is over another.
case_pixel_cnn_reach() {
    "$aecc" --dump=plan "$source/models/pixel_cnn.ae" > plan.txt || fail "the plan"
    awk '/^plan / { own = $2 == "sample:" } own' plan.txt > sample.txt
    grep -q ' over ' sample.txt && fail "shared memory: $(cat sample.txt)"
    for line in 'gemm .*line l of 28 sees l-3 to l-1:' 'gemm .*line l of 28 sees l-3 to l+0:' 'gemm .*line l of 28 sees l-5 to l-1:' \
        'gemm .*line l of 28 sees l-7 to l-1:' 'gemm .*line l of 28 sees l-7 to l+0:'; do
        grep -q "$line" sample.txt || fail "no $line in $(cat sample.txt)"
    done
    grep -q 'sees l.* to l+[1-9]' sample.txt && fail "rows below: $(cat sample.txt)"
    [ "$(grep -c 'sees its example:' sample.txt)" = 3 ] || fail "whole images: $(cat sample.txt)"
    grep -q 'sees other examples' sample.txt && fail "all images: $(cat sample.txt)"
    grep 'sees its example:' sample.txt | grep -v '%4=slice;\|%5=pad;\|=rand ' && fail "whole images: $(cat sample.txt)"
    # dense layers, cut by their units, go through all images at once
    "$aecc" --dump=plan "$source/models/made.ae" > plan.txt || fail "the plan"
    awk '/^plan / { own = $2 == "sample:" } own && /^kernel/' plan.txt > sample.txt
    grep 'gemm ' sample.txt | grep -v 'sees other examples:' && fail "$(cat sample.txt)"
    grep 'line l' sample.txt && fail "$(cat sample.txt)"
    return 0
}

# sees MODEL ENTRY: found.txt, its kernels of that entry
sees() {
    "$aecc" --dump=plan "$source/models/$1.ae" > plan.txt || fail "the plan"
    awk '/^plan / { own = $2 == "'"$2"':" } own && /^kernel/' plan.txt > found.txt
}

# A round computes the lines that changed, of 20 numbers here: no loop of such a draw may be told that its pieces are whole vectors.
case_lines() {
    cat > lines.ae << 'END'
input x : image[1, 20, 20] in 0..1
encoder {
    tone = exp(sin(3 * x)) + lgamma(x + 1)
    up   = concat(expand(0, [1, 1, 20]), tone[:, :19, :], axis = -2)
    h    = dense(up, 20) + sum(up, axis = -1, keep = true)
}
decoder  { logits = h;  xhat = sigmoid(logits) }
generate { x ~ bernoulli(logits = logits) }
loss     { total = bernoulli_nll(logits, x) }
train    { batch 32; epochs 1; minimize total over all with adam(1e-3) }
END
    works "$aecc" lines.ae -o lines.c
    awk '/^static void REAL/ { name = $3; sub(/\(const$/, "", name) } /REAL\(vectors\)/ { whole[name] = 1; any = 1 } /^static const/ { own = /sample_list/ }
        own && /, \/\* k[0-9]*_.* \*\/$/ { name = "REAL(" $(NF - 1) ")"; count++; if (name in whole) print name, "is told of whole vectors" }
        END { if (!any || !count) print "no vectors, or no kernels" }' lines.c > told
    [ ! -s told ] || fail "$(cat told)"
}

# What loops go along is computed by its steps, of all examples together, and a step sees what those before it are given. A word is drawn
# of the words before it alone, so that it is right at once; the product with the vocabulary is cut by words, and no more than one of an
# example is computed in a round. Where a loop goes against the order, as that which reads the input of sample backwards, there is no table.
case_loops_reach() {
    sees sentence_ae decode
    for line in 'gather .*line l of 31 sees l-1 to l-1:' 'gemm .*line l of 31 of all sees l-1 to l-1:' 'scan .*line l of 31 of all sees l-32 to l-1:' \
        'gemm .*line l of 31 sees l-32 to l-1:' 'argmax .*line l of 31 sees l-32 to l-1:'; do
        grep -q "$line" found.txt || fail "no $line in $(cat found.txt)"
    done
    grep -q 'sees other' found.txt && fail "all texts: $(cat found.txt)"
    grep 'sees its example:' found.txt | grep -v '=slice;\|=concat;\|=add;' && fail "whole texts: $(cat found.txt)"
    sees pixel_rnn sample
    [ "$(grep -c 'scan .*line l of 28 of all sees l-[0-9]* to l+0:' found.txt)" = 2 ] || fail "loops: $(cat found.txt)"
    grep -q 'sees other' found.txt && fail "all images: $(cat found.txt)"
    grep 'sees its example:' found.txt | grep -v '=pad;\|=rand ' && fail "whole images: $(cat found.txt)"
    sees sentence_vae sample                                        # where draws of a word are sums along the vocabulary
    grep -q 'cumsum .*line l of 31 sees l-32 to l-1:' found.txt || fail "draws: $(cat found.txt)"
    sees sentence_ae sample
    grep ' sees ' found.txt && fail "a loop backwards: $(cat found.txt)"
    return 0
}

case_pixel_rnn_draws() {
    little_optimised
    draws_in_order pixel_rnn
}

# Of the sixteen images of 2 by 2 each comes as often as it is likely; a low temperature leaves the likeliest way, a high one makes all alike.
case_frequencies() {
    little_optimised
    small made encoder,decoder,generate 2 2
    awk 'BEGIN { for (i = 0; i < 16; i++) print int(i / 8) % 2 * 255 "," int(i / 4) % 2 * 255 "," int(i / 2) % 2 * 255 "," i % 2 * 255 }' > all.csv
    works ./small score --data all.csv --out run --output all.scores
    for part in 1 0.01 100; do
        works ./small sample --out run --count 4000 --set temperature=$part --output drawn.npy
        floats drawn.npy 0 16000 | od -An -v -tf4 -w16 | awk '{ n[8 * $1 + 4 * $2 + 2 * $3 + $4]++ }
            END { for (i = 0; i < 16; i++) print n[i] / 4000 }' > often.$part
    done
    # 4000 draws: a deviation is at most 0.008
    cut -d, -f2 all.scores | tail -n +2 | paste -d' ' - often.1 | awk '{ p = exp(-$1); sum += p; d = p - $2; if (d * d > 0.03 * 0.03) bad++ }
        END { exit !(NR == 16 && !bad && sum > 0.99999 && sum < 1.00001) }' || fail "likely and often: $(paste all.scores often.1)"
    awk '$1 > 0.99 { found++ } END { exit found != 1 }' often.0.01 || fail "at a low temperature: $(cat often.0.01)"
    awk '($1 - 1 / 16)^2 > 0.02^2 { exit 1 }' often.100 || fail "at a high temperature: $(cat often.100)"
}

# What is read beside the elements comes from data, or is a class that is given; a code is drawn with them.
case_beside() {
    cat > beside.ae << 'END'
model beside
input x : vector[6] in 0..1
input c : class[2]
encoder    { mu = x |> dense(2) }
bottleneck { z ~ normal(mu, 1) }
decoder {
    h      = x |> masked_dense(iota(6), iota(5)) |> tanh
    logits = 1000 * (c - 0.5) + masked_dense(h, iota(5) + 1, iota(6)) + sum(z)
    xhat   = sigmoid(logits)
}
generate { z ~ normal(0, 1) like z;  x ~ bernoulli(logits = logits) }
loss     { total = bernoulli_nll(logits, x) + kl(z, normal(0, 1)) }
train    { batch 16; epochs 1; minimize total over all with adam(1e-2) }
END
    compiled beside
    "$bin/blobs" f32 20 5 6 > x.f32 || fail blobs
    awk 'BEGIN { for (i = 0; i < 20; i++) print i % 2 }' > c.csv
    works ./beside train --data x=x.f32 --data c=c.csv --out run --quiet
    works ./beside sample --out run --data c=c.csv --count 20 --output by_data.npy
    floats by_data.npy 0 120 | od -An -v -tf4 -w24 | awk '{ for (k = 1; k <= 6; k++) if ($k != (NR - 1) % 2) exit 1 }' || fail "by c.csv"
    works ./beside sample --out run --set c=1 --count 3 --output by_set.npy
    [ "$(floats by_set.npy 0 18 | od -An -v -tf4 -w4 | sort -u | tr -d ' ')" = 1 ] || fail "by --set c=1"
    works ./beside sample --out run --set c=1 --known 2 --data x=x.f32 --count 3 --output known.npy
    floats known.npy 6 2 > found
    tail -c +25 x.f32 | head -c 8 | cmp - found || fail "the beginning of the second"
}

case_refused() {
    cat > forwards.ae << 'END'
model forwards
input x : vector[4] in 0..1
encoder  { h = x |> dense(8) |> tanh }
decoder  { logits = h |> dense(4);  xhat = sigmoid(logits) }
generate { x ~ bernoulli(logits = where(iota(4) == 0, 50 - 100 * x[3], 100 * x[0:1] - 50)) }     # the first by the last, the last by the first
loss     { total = bernoulli_nll(logits, x) }
train    { batch 16; epochs 1; minimize total over all with adam(1e-2) }
END
    compiled forwards
    works ./forwards train --out run --quiet
    refuses 'forwards.ae:5.*depends on it or on later ones' ./forwards sample --out run
    "$bin/blobs" f32 20 5 4 > x.f32 || fail blobs
    refuses_usage '--known 5: an example has 4 elements' ./forwards sample --out run --known 5 --data x.f32
    refuses_usage '--known 2 wants the examples that begin so' ./forwards sample --out run --known 2
    refuses_usage 'forwards draws x itself: --known N' ./forwards sample --out run --data x.f32
    refuses '20 examples' ./forwards sample --out run --known 2 --data x.f32 --count 21
    sed 's/^generate.*/generate { h ~ normal(0, 1) like h }/; s/^model forwards/model plain/' forwards.ae > plain.ae
    compiled plain
    refuses_usage '--known: plain does not draw one element after another' ./plain sample --out run --known 2 --data x.f32
}

fresh
case_"$1"
echo "$1: fine"
