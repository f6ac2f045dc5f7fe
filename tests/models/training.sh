#!/bin/sh
# training.sh CASE AECC BIN SOURCE WORK: steps and what else a train block computes, by models whose numbers are known; its
# course over epochs is looked at by stages.sh.  Each function case_NAME is one test.
aecc=$2 bin=$3 source=$4 work=$5/training_$1
here=$(cd "${0%/*}" && pwd)
. "$here/common.sh"
unoptimised

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
    line_losses run/metrics.jsonl 2 > second
    near "$(figure second late.minimised)" "$(awk 'BEGIN { printf "%.12g", (0 * 10 + 1 * 5) / 15 }')" 1e-6 late:
    line_losses run/metrics.jsonl 1 > first
    near "$(figure first always.minimised)" 0.8 1e-6 always:
    sed -n 1p run/metrics.jsonl | grep -q '"late.minimised": null' || fail "late ran in the first epoch"
    refuses_usage 'always.lr, third.lr' ./counting train --lr 3 --out no
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
    # One that the model makes itself, and that leaves the table or is none.
    sed 's/gather(table, x\[0\])/gather(table, sum(x > 0.05) + 2 * (x[0] == 4))/' kinds.ae > counted.ae
    compiled counted
    refuses 'example [49]: counted.ae:5 wants a row of 0 to 4, and this is 5' ./counted train --data 4.csv --out counted.no
    sed 's/gather(table, x\[0\])/gather(table, clamp(floor(x[0]), 0, 4))/' kinds.ae > clamped.ae
    compiled clamped
    for value in 7 -1 2.5 3000000000; do
        works ./clamped train --data $value.csv --out clamped.run$value --quiet
    done
    step_indices
}

# In a step of a scan too, given by data or computed from what is carried; but not in one that does not count.
step_indices() {
    cat > steps.ae <<'END'
model steps
input x : vector[3]
encoder {
    param table : [5, 4] ~ normal(0, 1)
    scan t in x given x > -9 with h : [4] = 0, k : [] = 0 {
        h = tanh(h + gather(table, t))
        h = h + 0.1 * row_at(reshape(concat(h, h, h), 12, 1), k + t)
        k = k + t
    }
    c = dense(concat(last_of(h), 0.1 * k), 2)
}
decoder { xhat = dense(c, 3) }
loss    { total = sum(square(xhat - x)) }
train   { batch 4; epochs 2; minimize total over all with adam(1e-2) }
END
    compiled steps
    printf '4,0,3\n-9,4,-9\n4,-700,4\n2,3,3\n' > fine.csv
    works ./steps train --data fine.csv --out steps.run --quiet
    works ./steps gradcheck --data fine.csv
    for wrong in "4,0,5:6 wants a row of 0 to 4, and this is 5" "0,1.5,0:6 wants a row of 0 to 4, and this is 1.5" \
        "4,4,4:7 wants a class of 0 to 11, and this is 12"; do
        (cat fine.csv && echo "${wrong%%:*}") > wrong.csv
        refuses "wrong.csv: example 4: steps.ae:${wrong#*:}" ./steps train --data wrong.csv --out steps.no
        refuses "wrong.csv: example 4: steps.ae:${wrong#*:}" ./steps encode --data wrong.csv --out steps.run --output c.npy
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
    line_losses one/metrics.jsonl 1 > line1
    line_losses one/metrics.jsonl 4 > line4
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

fresh
case_"$1"
echo "$1: fine"
