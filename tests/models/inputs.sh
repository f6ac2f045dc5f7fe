#!/bin/sh
# inputs.sh CASE AECC BIN SOURCE WORK: models of several inputs, and metrics of several numbers.  Each function case_NAME is one test.
aecc=$2 bin=$3 source=$4 work=$5/inputs_$1
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

# Noisy examples, what they should show, and two numbers that the decoder knows.
paired_model() {
    cat > paired.ae <<'END'
model paired
input  noisy : vector[6]
input  place : vector[2]
target clean : vector[6]
encoder { h = noisy |> dense(3) |> tanh }
decoder { xhat = concat(h, place) |> dense(6) }
loss    { total = sum((xhat - clean)^2) }
metric  { each = (xhat - clean)^2;  first = each[0];  mean_code = batch_mean(h) }
train   { batch 10; epochs 2; minimize total over all with adam(1e-2) }
END
    works "$aecc" paired.ae -o paired
    "$bin/blobs" f32 25 1 6 > noisy.f32
    "$bin/blobs" f32 25 2 6 > clean.f32
    "$bin/blobs" f32 25 3 2 > place.f32
}

files="--data noisy=noisy.f32 --data clean=clean.f32 --data place=place.f32"

case_paired() {
    paired_model
    # shellcheck disable=SC2086
    works ./paired train $files --out run --quiet
    # shellcheck disable=SC2086
    works ./paired gradcheck $files
    # Each command asks for what it reads, and no more.
    works ./paired encode --data noisy.f32 --out run
    works ./paired encode --data noisy=noisy.f32 --out run --output other.npy
    same run/codes.npy other.npy
    refuses 'paired reads noisy: name its file by --data noisy=FILE' ./paired encode --data clean=clean.f32 --out run
    refuses 'name the file of each: --data noisy=FILE --data place=FILE --data clean=FILE' ./paired eval --data noisy.f32 --out run
    refuses "'decode' reads the input place: name its file by --data place=FILE" ./paired decode --input run/codes.npy --out run
    works ./paired decode --input run/codes.npy --data place=place.f32 --out run
    # shellcheck disable=SC2086
    works ./paired reconstruct $files --count 25 --out run --output both.npy
    # What decode makes of the codes is what reconstruct shows, which stands beside the target, not beside what came in.
    head -n 1 both.npy | tr -d '\000' | grep -a -q "(2, 25, 6)" || fail "$(head -n 1 both.npy)"
    tail -c 1200 both.npy | head -c 600 | cmp - clean.f32 || fail "the original is not the target"
    tail -c 600 both.npy > made
    tail -c 600 run/decoded.npy > decoded
    od -An -v -tf4 -w4 made > a
    od -An -v -tf4 -w4 decoded > b
    paste a b | awk '{ d = $1 - $2; if (d * d > 1e-10) bad = 1; n++ } END { exit !(n == 150 && !bad) }' || fail "decode and reconstruct differ"
    # Another number of examples is told with both files.
    "$bin/blobs" f32 24 2 6 > short.f32
    refuses 'noisy.f32.*25.*short.f32.*24\|short.f32.*24.*noisy.f32.*25' \
        ./paired train --data noisy=noisy.f32 --data clean=short.f32 --data place=place.f32 --out no
    [ ! -e no ] || [ ! -e no/checkpoint ] || fail "a run was begun"
    # Without data there is some of each.
    works ./paired train --out built --quiet --epochs 1
}

# A run goes on with the files that it was begun with, and with no others.
case_resume() {
    paired_model
    # shellcheck disable=SC2086
    works ./paired train $files --valid noisy=noisy.f32 --valid clean=clean.f32 --valid place=place.f32 --out whole --quiet --epochs 3
    # shellcheck disable=SC2086
    works ./paired train $files --valid noisy=noisy.f32 --valid clean=clean.f32 --valid place=place.f32 --out parts --quiet --epochs 1
    refuses_usage 'has --data clean .*clean.f32, not noisy.f32' ./paired train --out parts --resume --data clean=noisy.f32
    mkdir elsewhere
    (cd elsewhere && works ../paired train --out ../parts --resume --quiet --epochs 3) || exit 1
    for file in best.safetensors last.safetensors metrics.csv metrics.jsonl; do same whole/$file parts/$file; done
    works python3 "$here/metrics.py" whole total valid.total 'valid.each[0]' 'valid.each[5]' valid.first 'valid.mean_code[2]'
}

# A target that is the input again changes no bit of what is learned.
case_same() {
    cat > plain.ae <<'END'
input  x : vector[6]
encoder { h = x |> dense(3) |> tanh }
decoder { xhat = h |> dense(6) }
loss    { total = sum((xhat - x)^2) }
train   { batch 10; epochs 2; minimize total over all with adam(1e-2) }
END
    sed -e '1a target t : vector[6]' -e 's/xhat - x/xhat - t/' plain.ae > targeted.ae
    "$bin/blobs" f32 25 1 6 > x.f32
    works "$aecc" plain.ae -o plain
    works "$aecc" targeted.ae -o targeted
    works ./plain train --data x.f32 --out one --quiet
    works ./targeted train --data x=x.f32 --data t=x.f32 --out two --quiet
    same one/metrics.csv two/metrics.csv
    "$bin/tensors" one/last.safetensors two/last.safetensors > tensors.txt
    grep -q '^same decoder.dense_1.W' tensors.txt || fail "no tensors: $(head -n 3 tensors.txt)"
    if grep '^other' tensors.txt; then fail "they learned otherwise"; fi
}

# A class as an input: of each example, or given for all.
case_class() {
    cat > sites.ae <<'END'
model sites
input  x    : vector[6]
input  site : class[3]
encoder { h = x |> dense(2) |> tanh }
decoder { xhat = concat(h, one_hot(site, 3)) |> dense(6) }
loss    { total = sum((xhat - x)^2) }
train   { batch 10; epochs 2; minimize total over all with adam(1e-2) }
END
    works "$aecc" sites.ae -o sites
    "$bin/blobs" f32 25 1 6 > x.f32
    awk 'BEGIN { for (i = 0; i < 25; i++) print i % 3 }' > site.csv
    works ./sites train --data x=x.f32 --data site=site.csv --out run --quiet
    works ./sites encode --data x.f32 --out run
    refuses "'decode' reads the input site: give its class by --set site=N, 0 to 2" ./sites decode --input run/codes.npy --out run
    works ./sites decode --input run/codes.npy --data site=site.csv --out run --output each.npy
    for c in 0 1 2; do works ./sites decode --input run/codes.npy --set site=$c --out run --output $c.npy; done
    # Row i of those with data is row i of those of its class.
    for file in each 0 1 2; do tail -c 600 $file.npy | od -An -v -tf4 -w24 > $file.txt; done
    for c in 0 1 2; do
        awk -v c=$c 'NR % 3 == (c + 1) % 3' each.txt > have
        awk -v c=$c 'NR % 3 == (c + 1) % 3' $c.txt > wanted
        same have wanted
    done
    apart "$(sum 0.txt)" "$(sum 1.txt)" 1e-9 "classes"
    awk 'BEGIN { for (i = 0; i < 25; i++) print i % 4 }' > beyond.csv
    refuses 'beyond.csv.*3' ./sites train --data x=x.f32 --data site=beyond.csv --out no
}

sum() { awk '{ for (i = 1; i <= NF; i++) s += $i } END { print s }' "$1"; }

# What a metric of several numbers says is what each of them says alone.
case_several() {
    paired_model
    # shellcheck disable=SC2086
    works ./paired train $files --out run --quiet
    # shellcheck disable=SC2086
    works ./paired eval $files --out run --json
    each=$(sed -n 's/.*"each": \[\([^]]*\)\].*/\1/p' out.txt)
    first=$(figure out.txt first)
    [ "$(echo "$each" | tr ',' '\n' | wc -l)" = 6 ] || fail "each: $each"
    near "${each%%,*}" "$first" 1e-6 "the first of each:"
    total=$(figure out.txt total)
    near "$(echo "$each" | tr ',' '\n' | awk '{ s += $1 } END { printf "%.12g", s }')" "$total" 1e-6 "sum of each:"
    python3 -c 'import json, sys; json.load(open("out.txt"))' || fail "no JSON: $(cat out.txt)"
    # shellcheck disable=SC2086
    works ./paired eval $files --out run
    grep -q 'metric  each\[5\] ' out.txt || fail "$(cat out.txt)"
}

fresh
case_"$1"
echo "$1: fine"
