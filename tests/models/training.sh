#!/bin/sh
# training.sh CASE AECC BIN SOURCE WORK: steps, stages, schedules and what else a train block says, by models whose numbers
# are known.  Each function case_NAME is one test.
aecc=$2 bin=$3 source=$4 work=$5/training_$1
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
unoptimised
. "$here/../kills.sh"

# compiled MODEL: makes ./MODEL of MODEL.ae, which lies here or beside this script
compiled() {
    [ -r "$1.ae" ] || cp "$here/$1.ae" .
    works "$aecc" "$1.ae" -o "$1"
}

# means FILE ROW: figures of one line of metrics.jsonl, without its epoch and stage
means() {
    sed -n "$2p" "$1" | sed 's/"epoch": [0-9]*, //; s/"stage": "[a-z]*", //'
}

# wants NAME VALUE: what eval has just said
wants() {
    near "$(figure out.txt "$1")" "$2" 1e-6 "$1:"
}

# Three batches in each of three epochs; every number follows from the text of the model.
case_steps() {
    compiled counting
    "$bin/blobs" f32 25 1 4 > x.f32
    works ./counting train --data x.f32 --out run
    grep -q 'step third: minimize sum(b) over encoder.b, every 3 batches' out.txt || fail "$(cat out.txt)"
    works ./counting eval --data x.f32 --out run --weights run/last.safetensors --json
    wants va 9  # once a batch
    wants vb 3  # batches 3, 6, 9; counts its own updates
    wants vc 5  # when step > 4
    wants vd 7  # when a <= 7: reads a as the first step left it
    wants ve 9  # the gradient is a: that too
    wants vf 6  # when (spread > 0) * (epoch > 1)
    wants vu "$(awk 'BEGIN { printf "%.12g", 2 - 2^-9 }')"   # u <- 1 + u / 2
    wants vv "$(awk 'BEGIN { printf "%.12g", 4 - 2 * 4^-9 }')" # v <- 3 + v / 4: the closest decay holds
    wants vk -5.4 # (3, 4) has the norm 5, and is clipped to 1
    wants vl -7.2
    # A value is the mean over the batches that computed it: of the last epoch's three, of 10, 10 and 5 examples.
    means run/metrics.jsonl 2 > second
    near "$(figure second late.minimised)" "$(awk 'BEGIN { printf "%.12g", (0 * 10 + 1 * 5) / 15 }')" 1e-6 late:
    means run/metrics.jsonl 1 > first
    near "$(figure first always.minimised)" 0.8 1e-6 always:
    sed -n 1p run/metrics.jsonl | grep -q '"late.minimised": null' || fail "late ran in the first epoch"
    refuses_usage 'always.lr, third.lr' ./counting train --lr 3 --out no
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

# An index that data supplies is a whole number within its table, a class one of those there are: else example, line and
# value are told, by every command, before anything is written of it.
case_indices() {
    cat > kinds.ae <<'END'
model kinds
input x : vector[3]
encoder {
    param table : [5, 4] ~ normal(0, 1)
    h = concat(gather(table, x[0]), x[1:3]) |> dense(4) |> relu
}
decoder { xhat = concat(x[0:1], h |> dense(2)) }
loss    { total = sum((xhat - x)^2) }
train   { batch 4; epochs 2; minimize total over all with adam(1e-2) }
END
    cat > classes.ae <<'END'
model classes
input x : vector[3]
encoder { h = x[1:3] |> dense(4) |> relu }
decoder { logits = h |> dense(5);  xhat = concat(reshape(argmax(logits), 1), x[1:3]) }
loss    { total = cross_entropy(logits, x[0]) }
train   { batch 4; epochs 2; minimize total over all with adam(1e-2) }
END
    for value in 4 7 -1 2.5 3000000000; do
        awk -v last="$value" 'BEGIN { for (i = 0; i < 11; i++) print i % 5 ",0.1," i / 10; print last ",0.1,0.1" }' > "$value.csv"
    done
    for model in kinds classes; do
        compiled $model
        [ $model = kinds ] && noun=row || noun=class
        line=$(grep -n 'gather\|cross_entropy' $model.ae | cut -d: -f1)
        works ./$model train --data 4.csv --out $model.run --quiet
        works ./$model gradcheck --data 4.csv
        for value in 7 -1 2.5 3000000000; do
            refuses "$value.csv: example 11: $model.ae:$line wants a $noun of 0 to 4, and this is" \
                ./$model train --data $value.csv --out $model.no
        done
        refuses 'example 11: .* this is 7' ./$model train --data 4.csv --valid 7.csv --out $model.valid
        refuses 'example 11: .* this is 7' ./$model eval --data 7.csv --out $model.run
        [ ! -e $model.no/last.safetensors ] || fail "weights of a training on what is no index"
    done
    refuses 'example 11: .* this is 7' ./kinds encode --data 7.csv --out kinds.run --output c.npy
    works ./classes encode --data 7.csv --out classes.run --output c.npy    # reads no class
    sed 's/gather(table, x\[0\])/gather(table, clamp(floor(x[0]), 0, 4))/' kinds.ae > clamped.ae
    compiled clamped
    for value in 7 -1 2.5 3000000000; do
        works ./clamped train --data $value.csv --out clamped.run$value --quiet
    done
}

# A run that dies names the function, its argument, the line, the example and the batch in which it happened: of a value, of
# a derivative whose loss is fine, and, gone through again from its checkpoint, of what overflows many batches later.
case_cause() {
    for i in 0 1 2 3 4 5 6 7 8 9; do
        [ $i = 6 ] && echo 0,0,0 || echo 0.$i,1,2
    done > d.csv
    cat > poles.ae <<'END'
model poles
input x : vector[3]
encoder { h = x |> dense(4, bias = false) |> tanh }
const f = first
function first(v)  = log(abs(v))
function second(v) = where(sum(abs(v)) > 100, log(v),
                           sqrt(abs(v)))
function third(v)  = v / sum(abs(v))
function fourth(v) = where(sum(abs(v)) > 100, lgamma(-0.5 - v), digamma(abs(v)))
decoder { xhat = h |> dense(3, bias = false) |> f }
loss  { total = squared_error(xhat, x) }
train { batch 4; epochs 3; minimize total over all with adam(1e-2) }
END
    while read -r function words; do
        works "$aecc" poles.ae -D f=$function -o poles
        refuses "poles.ae:$words (example 6 of d.csv), in epoch 1, batch [123] of 3; nothing was saved yet" \
            ./poles train --data d.csv --out $function
    done <<'END'
first 5: log of 0 is infinite
second 7: sqrt of 0 has no derivative
third 8: the inverse of 0 is infinite
fourth 9: digamma of 0 is infinite
END
    cat > grows.ae <<'END'
model grows
input x : vector[3]
encoder {
    param k : [1] = 0
    h = x |> dense(4)
}
decoder { xhat = h |> dense(3) }
loss  { total = squared_error(xhat, x) - sum(exp(k)) }
train { batch 4; epochs 50; minimize total over all with sgd(0.05) }
END
    compiled grows
    refuses 'grows.ae:8: exp of [0-9.]* is infinite, in epoch [5-9], batch [123] of 3; the last good checkpoint is in run' \
        ./grows train --data d.csv --out run --checkpoint-every 4
}

# The examples that are gone through: those trained on, those of the validation, those of a data set; a row's place in
# its batch, the last one of 5 included, with one thread and with two.
case_data_size() {
    cat > sizes.ae <<'END'
input x : vector[4]
encoder { h = x |> dense(2) }
decoder { xhat = h |> dense(4) }
loss {
    size  = data_size
    place = row
    apart = sum((batch(row) == row) * batch(row)) - row      # it is its own in the whole batch
    total = mse(xhat, x) + 0 * (size + place + apart)
}
train { batch 10;  epochs 2;  minimize total over all with sgd(0.1);  stop after 9 epochs without lower valid.total }
END
    compiled sizes
    "$bin/blobs" f32 50 1 4 > x.f32
    "$bin/blobs" f32 25 1 4 > y.f32
    for threads in 1 2; do
        rm -rf run
        works ./sizes train --data x.f32 --out run --quiet --threads $threads
        last_losses run > line
        near "$(figure line size)" 45 1e-6 "trained on:"
        near "$(figure line valid.size)" 5 1e-6 "held back:"
        near "$(figure line place)" "$(awk 'BEGIN { printf "%.12g", (40 * 4.5 + 5 * 2) / 45 }')" 1e-6 "places:"
        near "$(figure line apart)" 0 1e-6 "own places:"
        works ./sizes eval --data y.f32 --out run --json --threads $threads
        wants size 25
        wants place "$(awk 'BEGIN { printf "%.12g", (20 * 4.5 + 5 * 2) / 25 }')"
    done
    rm -rf run
    works ./sizes train --data x.f32 --valid y.f32 --out run --quiet
    last_losses run > line
    near "$(figure line size)" 50 1e-6 "trained on:"
    near "$(figure line valid.size)" 25 1e-6 "validated:"
    works ./sizes gradcheck --data y.f32
    works ./sizes bench --data y.f32 --steps 3
}

# One draw for each batch: the same in all its steps and with any threads, another in each batch and epoch, and after
# --resume as without; `eval` draws by the place of the batch.
case_shared_draws() {
    cat > shared.ae <<'END'
input x : vector[4]
encoder {
    state last = 0
    u ~ normal(0, 1) shared
    last <- u
    h = x |> dense(2)
}
decoder { xhat = h |> dense(4) }
loss {
    drawn = u
    turn  = (u - last)^2
    later = (u - last)^2
    total = mse(xhat, x)
}
train {
    batch 10
    epochs 4
    step first  { minimize total + 0 * (drawn + turn) over encoder with sgd(0) }
    step second { minimize total + 0 * later over decoder with sgd(0);  when step > 0 }
}
END
    compiled shared
    "$bin/blobs" f32 25 1 4 > x.f32
    works ./shared train --data x.f32 --out one --threads 1 --quiet
    works ./shared train --data x.f32 --out two --threads 2 --quiet
    works ./shared train --data x.f32 --out parts --threads 1 --quiet --epochs 2
    works ./shared train --resume --out parts --epochs 4 --quiet
    same one/metrics.jsonl two/metrics.jsonl
    same one/metrics.jsonl parts/metrics.jsonl
    works ./shared train --data x.f32 --out small --quiet --epochs 1 --batch 5
    means one/metrics.jsonl 1 > line1
    means one/metrics.jsonl 4 > line4
    apart "$(figure line1 drawn)" "$(figure line4 drawn)" 1e-3 "epochs share a draw:"
    last_losses small > line
    apart "$(figure line1 drawn)" "$(figure line drawn)" 1e-3 "three batches and five:"
    apart "$(figure line1 turn)" 0 1e-3 "a state is not what is drawn:"
    # The second step reads what the first has left: its own draw.
    near "$(figure line4 later)" 0 1e-12 "steps of a batch:"
    works ./shared eval --data x.f32 --out one --json --threads 1
    cp out.txt first.json
    works ./shared eval --data x.f32 --out one --json --threads 2
    same out.txt first.json
    works ./shared eval --data x.f32 --out one --json --batch 5
    apart "$(figure out.txt drawn)" "$(figure first.json drawn)" 1e-3 "five batches and three:"
    works ./shared gradcheck --data x.f32
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
        means run/metrics.jsonl "$epoch" > line
        near "$(figure line "$name")" "$value" 1e-6 "epoch $epoch, $name:"
    done < wanted
    [ "$(wc -l < wanted)" = 96 ] || fail "$(wc -l < wanted) values"
}

# trained RUN RUN: the tensors that differ
trained() {
    "$bin/tensors" "$1/last.safetensors" "$2/last.safetensors" | sed -n 's/^other //p' | tr '\n' ' '
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
    refuses_usage 'whole number' ./staged train --set first.epochs=0 --out no
    refuses_usage 'first.fit.lr, first.shrink.lr, second.lr' ./staged train --lr 3 --out no
    works ./staged train --help
    grep -q 'second.epochs  *9' out.txt || fail "$(cat out.txt)"
}

# Steps that share products are one entry, and compute the same as when conditions keep them apart; no slot is copied
# that was updated in place.
case_joined() {
    compiled joined
    sed 's/adam(1e-3) }/adam(1e-3); when step > 0 }/' joined.ae > apart.ae
    compiled apart
    for model in joined apart; do
        works ./$model train --threads 1 --out run_$model --quiet
        works ./$model info
        sed -n 's/^ *\(step[s]*_[a-z]*\) .*/\1/p' out.txt > $model.entries
        works "$aecc" --dump=plan $model.ae
        sed -n '/^plan step/,/^plan eval/p' out.txt > $model.plan
    done
    [ "$(tr '\n' ' ' < joined.entries)" = "steps_judge step_decode " ] || fail "$(cat joined.entries)"
    [ "$(wc -l < apart.entries)" = 3 ] || fail "$(cat apart.entries)"
    [ "$(grep -c ' gemm ' joined.plan)" -lt "$(grep -c ' gemm ' apart.plan)" ] || fail "no product is saved"
    [ "$(grep -c ' copy ' joined.plan)" -le "$(grep -c ' copy ' apart.plan)" ] || fail "slots are copied"
    last_losses run_joined > joined.json
    last_losses run_apart > apart.json
    agree joined.json apart.json 1e-6
    works ./joined bench --steps 20 --kernels
    # In another order all three are one, with averages, decay and a clipped gradient too.
    for model in joined apart; do
        awk '/step encode/ { encode = $0; next }
            /step decode/ { print; print encode; print "average 0.9; decay 0.01; clip norm 0.5"; next }
            { print }' $model.ae > three_$model.ae
        compiled three_$model
        works ./three_$model train --threads 1 --out three_$model.run --quiet
    done
    works ./three_joined info
    [ "$(grep -c '^ *steps*_' out.txt)" = 1 ] || fail "$(cat out.txt)"
    last_losses three_joined.run > joined.json
    last_losses three_apart.run > apart.json
    agree joined.json apart.json 1e-6
}

# trains MODEL DATA ARGUMENTS…: the figures of what it leaves are in MODEL.json
trains() {
    model=$1 data=$2
    shift 2
    [ -x "./$model" ] || compiled "$model"
    rm -rf "run_$model"
    works "./$model" train --data "$data" --out "run_$model" --quiet "$@"
    works "./$model" eval --data "$data" --out "run_$model" --weights "run_$model/last.safetensors" --json --double
    cp out.txt "$model.json"
}

# Steps that are simultaneous read the parameters as they were before any of them: in the game a b, which one player
# lowers and the other raises, a^2 + b^2 grows by 1 + lr^2 each time; one after the other it does not.
case_simultaneous() {
    cat > rules.ae <<'END'
input x : vector[4]
encoder {
    param a : [1] = 1
    state before : [1] = 0
    before <- a + 0 * batch_mean(x[0])
    h = a * x
}
decoder { param b : [1] = 2;  xhat = b * h }
loss   { game = sum(a * b);  total = mse(xhat, x) }
metric { va = a;  vb = b;  vbefore = before }
END
    low="minimize game over encoder with sgd(0.1)" high="minimize -game over decoder with sgd(0.2)"
    train="batch 10;  epochs 4"
    (cat rules.ae && echo "train { $train;  step low, high simultaneous { $low;  $high;  every 2 steps } }") > game.ae
    (cat rules.ae && echo "train { $train;  step low { $low; every 2 steps };  step high { $high; every 2 steps } }") > turns.ae
    "$bin/blobs" f32 25 1 4 > x.f32
    for model in game turns; do
        trains $model x.f32
        awk -v turns=$model 'BEGIN {
            a = 1; b = 2
            for (i = 1; i <= 6; i++) { before = a; a -= 0.1 * b; b += 0.2 * (turns == "turns" ? a : before) }
            printf "%.12g %.12g %.12g\n", a, b, before }' > wanted
        read -r a b before < wanted
        near "$(figure $model.json va)" "$a" 1e-5 "$model, a:"
        near "$(figure $model.json vb)" "$b" 1e-5 "$model, b:"
        near "$(figure $model.json vbefore)" "$before" 1e-5 "$model, before:"
    done
    grep -q '"update.low" *: *"6"' run_game/last.safetensors || fail "updates are not counted"
}

# The gradients of one loss over two groups are those over both, and what the losses share is computed once.
case_simultaneous_shared() {
    awk '/^train/ { exit } { print }' "$here/joined.ae" > model.ae
    grep -v 'D(\|fit ~' model.ae > plain.ae
    train="train { batch 16;  epochs 2;  average 0.5;  decay 1e-3 over decoder"
    one="minimize reconstruction over encoder with sgd(1e-2)" other="minimize reconstruction over decoder with sgd(1e-2)"
    (cat plain.ae && echo "$train;  step one, other simultaneous { $one;  $other } }") > apart.ae
    (cat plain.ae && echo "$train;  minimize reconstruction over encoder, decoder with sgd(1e-2) }") > whole.ae
    "$bin/blobs" f32 50 1 1 8 8 > x.f32
    trains apart x.f32
    trains whole x.f32
    agree apart.json whole.json 1e-6
    judge="minimize judge over D with adam(1e-3)" fool="minimize reconstruction + fool over encoder with adam(1e-3)"
    train="train { batch 16;  step decode { minimize reconstruction over decoder with adam(1e-3);  when step > 0 }"
    (cat model.ae && echo "$train;  step judge, fool simultaneous { $judge;  $fool } }") > both.ae
    (cat model.ae && echo "$train;  step judge { $judge; when step > 0 };  step fool { $fool; when step > 0 } }") > turns.ae
    for model in both turns; do
        works "$aecc" --dump=plan $model.ae
        sed -n '/^plan step/,/^plan eval/p' out.txt | grep -c ' gemm ' > $model.count
    done
    # z and D(z) are two layers each.
    [ "$(cat both.count)" = $(($(cat turns.count) - 4)) ] || fail "products: $(cat turns.count), together $(cat both.count)"
    trains both x.f32 --epochs 2 --threads 1
    cp -r run_both run_one
    trains both x.f32 --epochs 2 --threads 2
    same run_one/last.safetensors run_both/last.safetensors
    same run_one/metrics.jsonl run_both/metrics.jsonl
    works ./both gradcheck --data x.f32
    works ./both bench --data x.f32 --steps 3
    sed 's/;  when step > 0//' both.ae > three.ae # the step before shares products with the two: one entry
    trains three x.f32 --epochs 2
    works ./three info
    [ "$(grep -c '^ *steps*_' out.txt)" = 1 ] || fail "$(cat out.txt)"
    agree both.json three.json 1e-6
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

# column RUN NAME: a column of its metrics, a line an epoch
column() {
    awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next } { print $at }' "$1/metrics.csv"
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

fresh
# Names as long as the compiler allows, 120 bytes with what lies above them, and steps that one word of C would name: nothing of them is lost.
case_names() {
    hyper=$(printf 'h%.0s' $(seq 120)) step=$(printf 's%.0s' $(seq 115)) block=$(printf 'b%.0s' $(seq 102)) loss=$(printf 'l%.0s' $(seq 120))
    cat > long.ae <<END
model m$(printf 'm%.0s' $(seq 119))
input x : vector[4]
hyper $hyper = 3
encoder $block { h = x |> dense(2) }
decoder { xhat = h |> dense(4) }
loss { $loss = $hyper * squared_error(xhat, x) }
train {
    batch 10
    stage a {
        epochs 1
        step $step { minimize $loss over all with sgd(1e-3) }
        step b { minimize $loss over all with sgd(1e-4) }
    }
    stage a_b { epochs 1;  minimize $loss over all with sgd(0) }
}
END
    works "$aecc" long.ae -o long
    small_data ./long 20
    # shellcheck disable=SC2086
    works ./long train $data --quiet --threads 1 --out run --set "$hyper=2" --set "a.$step.lr=0" --set a.b.lr=0 --set a_b.epochs=2
    [ "$(head -n 1 run/metrics.csv)" = "epoch,stage,$loss" ] || fail "$(cat run/metrics.csv)"
    [ "$(wc -l < run/metrics.csv)" = 4 ] || fail "$(cat run/metrics.csv)"
    # shellcheck disable=SC2086
    works ./long eval $data --threads 1 --out run --json
    near "$(figure out.txt "$loss")" "$(tail -n 1 run/metrics.csv | cut -d, -f3)" 1e-5 "the hyper that was set is kept"
    grep -aq "encoder.$block.dense_1.W" run/last.safetensors || fail "no encoder.$block.dense_1.W"
    works ./long info
    grep -q "$hyper" out.txt || fail "$(cat out.txt)"
}

case_"$1"
echo "$1: fine"
