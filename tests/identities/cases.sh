#!/bin/sh
# cases.sh CASE AECC BIN SOURCE WORK: identities that take more than one program or run.  Each function case_NAME is a test.
aecc=$2 bin=$3 source=$4 work=$5/$1
here=$(cd "$(dirname "$0")" && pwd)
. "$source/tests/models/common.sh"
unoptimised

# A linear autoencoder reaches the residual of exact PCA, found from the covariance's eigenvalues by another program.
case_pca() {
    works "$aecc" "$here/linear.ae" -o program
    small_data ./program 4000
    works ./program train --data x.f32 --out run --quiet
    works ./program eval --data x.f32 --out run --weights run/last.safetensors --double --json
    exact=$("$bin/principal" x.f32 12 3) || fail principal
    apart "$exact" "$("$bin/principal" x.f32 12 2)" 0.1 "the next component"
    near "$(figure out.txt total)" "$exact" 1e-3 "trained, exact:"
}

# However many steps a scan keeps for its gradient, values and derivatives of any order are the same: recurrent.ae compares them
# with steps that are written out, forwards and backwards, where all are kept; here scans of five steps keep each second, or the first
# alone, with AECC_FULL=1 each third, too.
# What the program keeps, the plan says; so does it where the size of what is kept has chosen.
case_segments() {
    model=$here/recurrent.ae
    for every in 2 9 ${AECC_FULL:+1 3}; do
        works "$aecc" "$model" --keep-every $every -o program
        [ -s x.f32 ] || small_data ./program 20
        [ -s run/last.safetensors ] || works ./program train --data x.f32 --out run --quiet
        works ./program eval --data x.f32 --weights run/last.safetensors --double --json
        mv out.txt $every.json
        figures $every.json > $every.figures
        for name in values by_input by_weights by_first twice backwards backwards_twice memory unit; do
            awk -v is="$(figure $every.json $name)" 'BEGIN { exit !(is ~ /^[-0-9]/ && is <= 1e-9 && is >= -1e-9) }' ||
                fail "$every: $name is $(figure $every.json $name)"
        done
        near "$(figure $every.json total)" "$(figure 2.json total)" 1e-12 "each ${every}th step kept:"
        [ $every != 2 ] || works ./program gradcheck --data x.f32 --batch 4 --threads 1 --directions 2
        # of one example alone, steps that do not count are left out
        works ./program eval --data x.f32 --batch 1 --weights run/last.safetensors --double --json
        for name in held held_backwards held_last unread; do
            awk -v is="$(figure out.txt $name)" 'BEGIN { exit !(is ~ /^[-0-9]/ && is <= 1e-9 && is >= -1e-9) }' ||
                fail "$every: $name is $(figure out.txt $name), an example at a time"
        done
        [ $every != 2 ] || works ./program gradcheck --data x.f32 --batch 1 --threads 1 --directions 2
    done
    for every in 1 2 3 9; do
        "$aecc" "$model" --keep-every $every --dump=plan > $every.plan || fail plan
        steps=$((every < 5 ? every : 5))
        if [ $every = 1 ]; then words="5 steps, all kept: [0-9]* numbers$"
        else words="5 steps, every $steps kept, the others computed again: [0-9]* numbers instead of [0-9]*$"; fi
        grep -q "^scan recurrent.ae:32: $words" $every.plan || fail "the plan says: $(grep ^scan $every.plan)"
    done
    for every in 0 -1 x; do
        ends 2 "keep-every wants a number from 1 on, and this is .$every" "$aecc" "$model" --keep-every $every -o none
    done
    # of each scan that is given which steps count, and of its gradient, forwards and backwards, there is such a step
    [ "$(sed -n '/^plan step/,/^plan [^s]/p' 1.plan | grep -c '^loop .* a step that counts for no example')" -ge 10 ] ||
        fail "$(grep 'no example' 1.plan)"
    ! grep -q '^loop [0-9]*[.]' 1.plan || fail "a loop in a loop where all is kept"
    grep -q '^loop [0-9]*[.]' 2.plan || fail "no loop in a loop"
    cat > long.ae <<'MODEL'
input x : image[1, 28, 28]
const units = 128
encoder { h = x |> reshape(784, 1) |> lstm(units) |> last_of |> dense(20) }
decoder { xhat = h |> dense(784) |> reshape(1, 28, 28) }
loss    { total = sum((xhat - x)^2) }
train   { batch 64; epochs 1; minimize total over all with adam(1e-3) }
MODEL
    works "$aecc" long.ae --dump=plan
    grep -q '^scan long.ae:3: 784 steps, all kept: 38551552 numbers$' out.txt || fail "$(grep ^scan out.txt)"
    arena=$(sed -n 's/^plan step_main: .*arena \([0-9]*\),.*/\1/p' out.txt)
    works "$aecc" long.ae -D units=512 --dump=plan          # 154 million
    grep -q '^scan long.ae:3: 784 steps, every 16 kept, .* instead of 154206208$' out.txt || fail "$(grep ^scan out.txt)"
    works "$aecc" long.ae --keep-every 16 --dump=plan
    awk -v all="$arena" -v is="$(sed -n 's/^plan step_main: .*arena \([0-9]*\),.*/\1/p' out.txt)" \
        'BEGIN { exit !(all - is > 20e6) }' || fail "the arena is no smaller: $(grep ^plan out.txt)"
}

# A kink that only a step of a scan meets is found there: no direction is smooth, and no gradient is called wrong.
case_kinks() {
    cat > kink.ae <<'MODEL'
input x : vector[12]
encoder { h = dense(x, 3) }
decoder {
    param p : [3] = 1
    scan t in reshape(x, 4, 3) with c : [3] = h {
        c = max(p * (c + t), stop(p) * (c + t))
    }
    xhat = dense(flatten(c), 12)
}
loss  { total = sum((xhat - x)^2) }
train { batch 16; epochs 1; minimize total over all with adam(1e-3) }
MODEL
    works "$aecc" kink.ae --keep-every 2 -o program # the steps are in a scan within a scan
    works ./program gradcheck --threads 1
    grep -q '4 gradients agree .* 1 without a verdict' out.txt || fail "$(cat out.txt)"
    grep -q 'decoder.p .* no verdict: no smooth direction' out.txt || fail "$(cat out.txt)"
}

# With one draw the importance weighted bound is the evidence lower bound, of the same draw; with more it is tighter.
case_iwae() {
    sed -e 's/ samples K$//' -e '/^    w  /d' -e '/^    elbo /d' -e '/^const K/d' \
        -e 's/^    bound = .*/    bound = bernoulli_nll(logits, x) + log_prob(z) - log_prob(normal(0, 1), z)/' \
        "$source/models/iwae.ae" > elbo.ae
    works "$aecc" elbo.ae -o elbo
    small_data ./elbo 130
    works ./elbo train --data x.f32 --epochs 5 --batch 10 --out run --quiet
    for draws in 1 5 50; do
        works "$aecc" "$source/models/iwae.ae" -D K=$draws -o iwae_$draws
        works ./iwae_$draws eval --data x.f32 --weights run/last.safetensors --double --json
        mv out.txt $draws.json
    done
    works ./elbo eval --data x.f32 --weights run/last.safetensors --double --json
    near "$(figure out.txt bound)" "$(figure 1.json bound)" 1e-9 "one draw, bounds:"
    near "$(figure 1.json elbo)" "$(figure 1.json bound)" 1e-9 "one draw, elbo:"
    for pair in "1 5" "5 50"; do
        awk -v few="$(figure "${pair% *}.json" bound)" -v many="$(figure "${pair#* }.json" bound)" \
            'BEGIN { exit !(many < few) }' || fail "the bound does not rise: $(cat ./*.json)"
    done
}

# Floats keep their digits where a count's density is a difference of large ones: theta 1e6, nu 1e7, b 6e3.
case_digits() {
    works "$aecc" "$here/families.ae" -o program
    small_data ./program 50
    works ./program train --data x.f32 --out run --quiet
    works ./program eval --data x.f32 --weights run/last.safetensors --json
    for figure in "negative_values 1e-3" "student_values 1e-5" "beta_values 5e-3"; do
        near 1 "$(awk -v off="$(figure out.txt "${figure% *}")" 'BEGIN { printf "%.9g", 1 + off }')" "${figure#* }" "$figure:"
    done
}

# One step on all examples is one step on all of them twice: a loss is a mean over the batch, a penalty of the batch's mean
# included.
case_duplicated() {
    for model in autoencoder contractive sparse; do
        works "$aecc" "$source/models/$model.ae" -o $model
        small_data ./$model 50
        cat x.f32 x.f32 > twice.f32
        for double in "" --double; do
            for rows in x twice; do
                # shellcheck disable=SC2086
                works ./$model train --data $rows.f32 --epochs 1 --batch 100 --seed 3 --out ${model}_$rows --quiet --force
                # shellcheck disable=SC2086
                works ./$model eval --data $rows.f32 --batch 100 --weights ${model}_x/last.safetensors --json $double
                mv out.txt $rows.json
            done
            agree x.json twice.json "$([ "$double" ] && echo 1e-12 || echo 1e-5)"
        done
        works ./$model eval --data x.f32 --batch 100 --weights ${model}_twice/last.safetensors --json
        agree x.json out.txt 1e-5
        works ./$model train --data x.f32 --epochs 1 --batch 50 --seed 4 --out other --quiet --force
        works ./$model eval --data x.f32 --weights other/last.safetensors --json
        apart "$(figure x.json total)" "$(figure out.txt total)" 1e-4 "another start"
    done
}

# What one step trains, no other does: the judge's loss reads the codes and leaves the encoder as it was, and the encoder's
# reads the judge.
case_adversarial() {
    works "$aecc" "$source/models/adversarial.ae" -o program
    small_data ./program 130
    for still in none encode judge; do
        rate=
        [ $still = none ] || rate="--set $still.lr=0"
        # shellcheck disable=SC2086
        works ./program train --data x.f32 --epochs 1 --out $still $rate --quiet
    done
    works ./program train --data x.f32 --epochs 1 --out start --set encode.lr=0 --set judge.lr=0 --quiet
    moved encode 'D\.' > moved.txt || fail "with encode.lr = 0: $(cat moved.txt)"
    moved judge 'encoder\.|decoder\.' > moved.txt || fail "with judge.lr = 0: $(cat moved.txt)"
    moved none 'D\.|encoder\.|decoder\.' > moved.txt || fail "$(cat moved.txt)"
}

# moved RUN PATTERN: of the weights just those whose names match are not what they were at the start
moved() {
    "$bin/tensors" start/last.safetensors "$1/last.safetensors" | tee /dev/stderr |
        awk -v pattern="^($2)" '$1 != ($2 ~ pattern ? "other" : "same") { wrong = 1 } END { exit wrong || NR < 6 }' 2>&1
}

fresh
case_"$1"
echo "$1: fine"
