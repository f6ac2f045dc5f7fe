#!/bin/sh
# stages.sh CASE AECC BIN SOURCE WORK: the course of a training: stages, schedules, when it stops, averages, going on after a
# kill.  Each function case_NAME is one test.
aecc=$2 bin=$3 source=$4 work=$5/stages_$1
here=$(cd "${0%/*}" && pwd)
. "$here/common.sh"
unoptimised
. "$here/../kills.sh"

# trained RUN RUN: the tensors that differ
trained() {
    "$bin/tensors" "$1/last.safetensors" "$2/last.safetensors" | sed -n 's/^other //p' | tr '\n' ' '
}

# column RUN NAME: a column of its metrics, a line an epoch
column() {
    awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next } { print $at }' "$1/metrics.csv"
}

# one_step SETTINGS: counting, with `always` alone, one batch an epoch
one_step() {
    {
        sed '/^train/,$d' "$here/counting.ae"
        echo "train { batch 10;  epochs 20;  $1"
        echo '    minimize sum(a) over encoder.a with add(1) }'
    } > "$2.ae"
    "$aecc" "$2.ae" -o "$2" 2> warnings.txt || fail "$(cat warnings.txt)"
    "$bin/blobs" f32 10 1 4 > x.f32
}

# A stage that is called as the columns of validation begin: each column is there once, and each loss has its curve.
case_columns() {
    cat > stages.ae <<'END'
model stages
input x : vector[3]
encoder { h = x |> dense(2) |> tanh }
decoder { xhat = h |> dense(3) }
loss { total = sum((xhat - x)^2) }
train {
    batch 10
    stage warm  { epochs 1; minimize 2 * total over all with sgd(0.1) }
    stage valid { epochs 1; minimize 3 * total over all with sgd(0.1) }
}
END
    compiled stages
    "$bin/blobs" f32 25 1 3 > x.f32
    works ./stages train --data x.f32 --valid x.f32 --out run
    works python3 "$here/metrics.py" run epoch stage total warm.minimised valid.minimised valid.total \
        valid.warm.minimised valid.valid.minimised
    [ -s run/pictures/losses.png ] || fail "no curves"
}

case_stages() {
    compiled staged
    run="--quiet --threads 1 --set first.fit.lr=0 --set first.shrink.lr=0 --set first.epochs=1 --set second.epochs=1"
    # shellcheck disable=SC2086
    {
        works ./staged train $run --set second.lr=0 --out still
        works ./staged train --quiet --threads 1 --set first.epochs=1 --set second.epochs=1 --set second.lr=0 --out one
        works ./staged train $run --out two
    }
    [ "$(trained still one)" = "encoder.inner.dense_1.W encoder.inner.dense_1.b decoder.inner.dense_1.W decoder.inner.dense_1.b " ] ||
        fail "stage first trains $(trained still one)"
    [ "$(trained still two | wc -w)" = 8 ] || fail "stage second trains $(trained still two)"
    head -n 1 two/metrics.csv | grep -q '^epoch,stage,fit,size,total,valid.fit' || fail "$(head -n 1 two/metrics.csv)"
    [ "$(cut -d, -f1,2 two/metrics.csv | tr '\n' ' ')" = "epoch,stage 1,first 2,second " ] || fail "$(cat two/metrics.csv)"
    grep -q '"epoch": 2, "stage": "second"' two/metrics.jsonl || fail "$(cat two/metrics.jsonl)"
    refuses_usage 'first.epochs, second.epochs' ./staged train --epochs 3 --out no
    refuses_usage "did you mean 'first.epochs'" ./staged train --set frist.epochs=3 --out no
    refuses_usage 'whole number from 0' ./staged train --set first.epochs=-1 --out no
    refuses_usage 'whole number from 0' ./staged train --set first.epochs=1.5 --out no
    refuses_usage 'first.fit.lr, first.shrink.lr, second.lr' ./staged train --lr 3 --out no
    works ./staged train --help
    grep -q 'second.epochs  *9' out.txt || fail "$(cat out.txt)"
}

# A stage of 0 epochs is left out: nothing that it trains changes, and the others are what they would be without it.  A run that
# goes on may give it epochs where it lies ahead.
case_left_out() {
    compiled staged
    frozen="--quiet --threads 1 --set first.fit.lr=0 --set first.shrink.lr=0 --set second.lr=0"
    # shellcheck disable=SC2086
    works ./staged train $frozen --set first.epochs=1 --set second.epochs=1 --out still
    works ./staged train --quiet --threads 1 --set first.epochs=1 --set second.epochs=0 --out first
    works ./staged train --quiet --threads 1 --set first.epochs=0 --set second.epochs=1 --out second
    works ./staged train --quiet --threads 1 --set first.epochs=1 --set second.epochs=1 --out both
    [ "$(trained still first)" = "encoder.inner.dense_1.W encoder.inner.dense_1.b decoder.inner.dense_1.W decoder.inner.dense_1.b " ] ||
        fail "stage first trains $(trained still first)"
    [ "$(trained still second | wc -w)" = 8 ] || fail "stage second trains $(trained still second)"
    [ "$(column second stage)" = second ] || fail "stages: $(column second stage)"
    works ./staged train --quiet --threads 1 --set second.epochs=1 --resume --out first
    for file in last.safetensors best.safetensors metrics.csv checkpoint; do same both/$file first/$file; done
    refuses_usage 'set first.epochs 0, not 1' ./staged train --set first.epochs=1 --resume --out second
    {
        sed '/^train/,$d' "$here/counting.ae"
        echo 'train { batch 10'
        for stage in first second third; do echo "stage $stage { epochs 3; minimize sum(a) over encoder.a with add(1) }"; done
        echo '}'
    } > three.ae
    "$aecc" three.ae -o three 2> warnings.txt || fail "$(cat warnings.txt)"
    "$bin/blobs" f32 10 1 4 > x.f32
    works ./three train --data x.f32 --out gap --set first.epochs=1 --set second.epochs=0
    [ "$(column gap stage | tr '\n' ' ')" = "first third third third " ] || fail "stages: $(column gap stage | tr '\n' ' ')"
    works ./three train --data x.f32 --out short --set first.epochs=1 --set third.epochs=0 --set second.epochs=0
    grep -q '^1 epochs in short; best is epoch 1: ' out.txt || fail "$(cat out.txt)"
    refuses_usage 'all stages have 0 epochs' ./staged train --set first.epochs=0 --set second.epochs=0 --out no
}

# What each schedule is worth in each batch, computed once more; 2 batches an epoch, 3 epochs and 5.
case_schedules() {
    compiled schedules
    "$bin/blobs" f32 20 1 4 > x.f32
    works ./schedules train --data x.f32 --out run
    awk 'function min(a, b) { return a < b ? a : b }
         function at(epoch, stage, s, n, step,   pi, name) {
             pi = 4 * atan2(1, 1)
             add("flat", 2 * min(s / 4, 1))
             add("half", s <= 3 ? 3 * s / 3 : 1 + (3 - 1) * (1 + cos(pi * min((s - 1 - 3) / (n - 3), 1))) / 2)
             add("line", 1 + 4 * min((s - 1) / 4, 1))
             add("nats", 25 * min((s - 1) / 5, 1))
             add("fading", 8 * 0.5 ^ ((s - 1) / 2))
             add("stairs", 100 / 10 ^ int((s - 1) / 4))
             add("tread", 100 / 10 ^ int((s - 1) / 3) * min(s / 2, 1))
             add("step", step); add("stage_step", s); add("stage_steps", n)
             add("epoch", epoch); add("examples", 10 * (step - 1))
         }
         function add(name, value) { sum[name] += value / 2 }
         BEGIN {
             for (epoch = 1; epoch <= 8; epoch++) {
                 split("", sum)
                 for (b = 1; b <= 2; b++)
                     if (epoch <= 3) at(epoch, "one", 2 * (epoch - 1) + b, 6, 2 * (epoch - 1) + b)
                     else at(epoch, "two", 2 * (epoch - 4) + b, 10, 2 * (epoch - 1) + b)
                 for (name in sum) printf "%d s_%s %.17g\n", epoch, name, sum[name]
             }
         }' > wanted
    while read -r epoch name value; do
        line_losses run/metrics.jsonl "$epoch" > line
        near "$(figure line "$name")" "$value" 1e-6 "epoch $epoch, $name:"
    done < wanted
    [ "$(wc -l < wanted)" = 96 ] || fail "$(wc -l < wanted) values"
}

# A schedule that falls where nothing gets better: by training or validation, from stage to stage, and in a run that goes on.
case_plateau() {
    cat > plateau.ae <<'END'
model plateau
input x : vector[3]
hyper rate = plateau(1, factor = 0.5, patience = 2, of flat)
hyper other = plateau(8, 0.25, 1, of valid.up)
encoder { h = x |> dense(2) }
decoder { xhat = h |> dense(3) }
loss    { total = mse(xhat, x) }
metric  { flat = 1;  up = epoch;  r = rate;  o = other }
train {
    batch 8
    stage one { epochs 7; minimize total over all with sgd(0.001 * rate) }
    stage two { epochs 3; minimize total over all with sgd(plateau(1e-3, patience = 1, of total)) }
}
END
    works "$aecc" plateau.ae -o plateau
    works ./plateau gradcheck
    "$bin/blobs" f32 40 1 3 > x.f32
    works ./plateau train --data x.f32 --out run --quiet
    # the first epoch is always better than none; then flat waits for two epochs each time, and up never gets better
    column run valid.r > r.txt
    [ "$(tr '\n' ' ' < r.txt)" = '1 1 1 0.5 0.5 0.25 0.25 1 1 1 ' ] || fail "rate: $(tr '\n' ' ' < r.txt)"
    column run valid.o > o.txt
    [ "$(tr '\n' ' ' < o.txt)" = '8 8 2 0.5 0.125 0.03125 0.0078125 8 8 2 ' ] || fail "other: $(tr '\n' ' ' < o.txt)"
    sed '/stage two/d; s/stage one {//; s/epochs 7;//; s/rate) }/rate)/' plateau.ae > whole.ae
    works "$aecc" whole.ae -o whole
    works ./whole train --data x.f32 --out whole.run --quiet --epochs 7
    works ./whole train --data x.f32 --out part --quiet --epochs 4
    works ./whole train --data x.f32 --out part --quiet --epochs 7 --resume
    same whole.run/metrics.csv part/metrics.csv
    works ./whole eval --data x.f32 --out part --weights part/last.safetensors --json
    near "$(figure out.txt r)" 0.25 1e-9 "the rate that the weights keep:"
    sed 's/plateau(1, /plateau(1, of flat, /; s/, of flat)/)/' plateau.ae > named.ae
    works "$aecc" check named.ae
    for wrong in 's/of flat/of flatt/' 's/of valid.up/of valid.down/' 's/of flat/of 3/' 's/patience = 2/patience = 0/' 's/, of flat//'; do
        sed "$wrong" plateau.ae > wrong.ae
        ends 1 error "$aecc" check wrong.ae
    done
}

# a = 1, 2, 3 …: |a - 5| falls until epoch 5.  `best` is the best, `last` the last.
case_stop() {
    for watch in "lower valid.wave" "higher valid.height" "lower wave" "higher height"; do
        rm -rf run
        one_step "stop after 3 epochs without $watch" stop
        # A value of training is computed before the update, so that it is lowest one epoch later.
        best=5 && [ "${watch#* valid}" = "$watch" ] && best=6
        works ./stop train --data x.f32 --valid x.f32 --out run
        grep -q "training is over: ${watch#* } was not ${watch% *} for 3 epochs" out.txt || fail "$(cat out.txt)"
        grep -q "^$((best + 3)) epochs in run; best is epoch $best: ${watch#* } " out.txt || fail "$watch: $(cat out.txt)"
        works ./stop eval --data x.f32 --out run --json
        wants va $best
        works ./stop eval --data x.f32 --weights run/last.safetensors --json
        wants va $((best + 3))
        works ./stop train --out run --resume --epochs 30
        grep -q "^$((best + 3)) epochs" out.txt || fail "it went on: $(cat out.txt)"
    done
    one_step "stop after 3 epochs without lower valid.wave" held
    "$bin/blobs" f32 40 1 4 > y.f32
    works ./held train --data y.f32 --out held1
    grep -q '36 examples' out.txt || fail "$(cat out.txt)"
    grep -q '^4 more, chosen by the seed, are held back' out.txt || fail "$(cat out.txt)"
    head -c 16 x.f32 > single.f32
    refuses 'too few examples' ./held train --data single.f32 --out no
}

# After update t the parameter is t: the average is that of 1 … t, weighted by 0.9^age.
case_average() {
    one_step "average 0.9" mean
    works ./mean train --data x.f32 --out run --valid x.f32
    for weights in last best; do
        works ./mean eval --data x.f32 --out run --weights run/$weights.safetensors --json
        epochs=20 && [ $weights = best ] && epochs=1
        wants va "$(awk "BEGIN { for (t = 1; t <= $epochs; t++) { s += t * 0.9^($epochs - t); n += 0.9^($epochs - t) }
            printf \"%.9g\", s / n }")"
    done
    # Validation computes with the averages, training with the parameters.
    last_losses run > line
    near "$(figure line valid.va)" "$(figure line valid.main.minimised)" 1e-6 "validation:"
    near "$(figure line main.minimised)" 19 1e-6 "training:"
    works ./mean train --out run --resume --epochs 21
    last_losses run > line
    near "$(figure line main.minimised)" 20 1e-6 "resumed:"
}

# Killed and resumed again and again, over both stages, a run ends as one that was left alone.
case_resume() {
    compiled staged
    options="--threads 1 --set first.epochs=3 --set second.epochs=6"
    began=$(date +%s%N)
    # shellcheck disable=SC2086
    works ./staged train $options --out whole --quiet
    took=$(($(date +%s%N) - began))
    # shellcheck disable=SC2086
    killed_to_the_end $took 338 ./staged train $options --checkpoint-every 30 --resume --out parts
    diff -r whole parts || fail "the run that was killed is another one"
    # Nothing but more epochs, and of a stage that is not over.
    refuses_usage 'set first.epochs 3, not 5' ./staged train --resume --out parts --set first.epochs=5
    refuses_usage 'set second.epochs 6, not 4' ./staged train --resume --out parts --set second.epochs=4
    refuses_usage 'set second.lr' ./staged train --resume --out parts --set second.lr=3
    works ./staged train --resume --out parts --quiet --set second.epochs=7
}

# A run that fails before anything was saved leaves a folder in which another may begin.
case_fresh() {
    cat > blowup.ae <<'END'
input x : vector[4]
hyper beta = 1
encoder { h = x |> dense(4) }
decoder { xhat = h |> dense(4) }
loss { total = beta * beta * mse(xhat, x) }
train { minimize total over all with sgd(0.1) }
END
    compiled blowup
    "$bin/blobs" f32 30 1 4 > x.f32
    refuses 'infinite.*nothing was saved yet' ./blowup train --data x.f32 --out run --set beta=1e300
    works ./blowup train --data x.f32 --out run --epochs 1
    refuses 'already holds a run' ./blowup train --data x.f32 --out run --epochs 1
}

fresh
case_"$1"
echo "$1: fine"
