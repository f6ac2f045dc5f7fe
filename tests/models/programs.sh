#!/bin/sh
# programs.sh CASE AECC BIN SOURCE WORK: what a user does with a generated program, model by model.  Each function
# case_NAME is one test.  It uses the programs that zoo.sh built.
aecc=$2 bin=$3 source=$4 work=$5/$1 home=$5
here=$(cd "${0%/*}" && pwd)
house="-std=c11 -fopenmp-simd -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror"
. "$here/common.sh"
unoptimised

# Where zoo.sh left the program and the weights of a model; of a large one they are those of a smaller one.
program() {
    ls "$home/zoo/$1/build/small" 2> /dev/null || echo "$home/zoo/$1/build/program"
}

weights() {
    ls "$home/zoo/$1/build/small_run/last.safetensors" 2> /dev/null || echo "$home/zoo/$1/build/run/last.safetensors"
}

# changes FILE PID COUNT: waits until the file was replaced so often, or the process is gone
changes() {
    seen=$(ls -i "$1" 2> /dev/null) left=$3
    while [ "$left" -gt 0 ] && kill -0 "$2" 2> /dev/null; do
        now=$(ls -i "$1" 2> /dev/null)
        [ "$now" = "$seen" ] || left=$((left - 1))
        seen=$now
    done
}

# resume MODEL: killed where it stands, again and again, and resumed, a run ends as one that was left alone
resume() {
    images x.idx 320
    steps=20
    options="--data x.idx --batch 16 --epochs 4"
    # shellcheck disable=SC2086
    works "$(program "$1")" train $options --out whole --quiet
    kills=0 middle=0
    while [ $kills -lt 40 ] && [ $middle -lt 2 ]; do
        # shellcheck disable=SC2086
        "$(program "$1")" train $options --checkpoint-every 7 --resume --out parts > log.txt 2>&1 &
        changes parts/checkpoint $! 2
        kill -KILL $! 2> /dev/null
        status=0
        wait $! 2> /dev/null || status=$?
        at=$(sed -n 's/^resumed .* after step //p' log.txt)
        [ -z "$at" ] || [ $((at % steps)) = 0 ] || middle=$((middle + 1))
        [ $status = 0 ] && break
        [ $status = 137 ] || fail "exit status $status: $(cat log.txt)"
        kills=$((kills + 1))
    done
    # shellcheck disable=SC2086
    works "$(program "$1")" train $options --resume --out parts
    echo "killed $kills times, resumed in mid-epoch $middle times"
    [ $middle -gt 0 ] || fail "never resumed in mid-epoch"
    diff -r whole parts || fail "the run that was killed is another one"
}

case_resume_vae() {
    resume vae
}

case_resume_denoising() {
    resume denoising
}

# An epoch of 300 examples in batches of 128 trains on the last 44 too: at a rate of 0 its loss is that of eval.
case_last_batch() {
    images x.idx 300
    autoencoder=$(program autoencoder)
    works "$autoencoder" train --data x.idx --lr 0.01 --epochs 20 --batch 30 --out run --quiet
    works "$autoencoder" train --data x.idx --init run/last.safetensors --lr 0 --epochs 1 --batch 128 --out still
    grep -q '300 examples.* 3 steps an epoch' out.txt || fail "$(cat out.txt)"
    works "$autoencoder" eval --data x.idx --weights still/last.safetensors --json
    last_losses still > still.json
    near "$(figure still.json total)" "$(figure out.txt total)" 1e-6 "training, eval:"
    images most.idx 256
    works "$autoencoder" eval --data most.idx --weights still/last.safetensors --json
    apart "$(figure still.json total)" "$(figure out.txt total)" 1e-4 "without the last 44 examples"
}

# trained A B: the parameters that differ between two files of weights, on one line
trained() {
    "$bin/tensors" "$1/last.safetensors" "$2/last.safetensors" > tensors.txt || fail tensors
    sed -n 's/^other //p' tensors.txt | sort | tr '\n' ' '
}

# equal WHAT FOUND WANTED
equal() {
    [ "$2" = "$3" ] || fail "$1: found '$2', wanted '$3'"
}

# A step changes the parameters of its own groups, bit for bit no others.
case_groups() {
    images x.idx 130
    main="encoder.main.dense_1.W encoder.main.dense_1.b " decoder="decoder.dense_2.W decoder.dense_2.b "
    grep -v 'step b' "$here/groups.ae" > only_a.ae
    grep -v 'step a' "$here/groups.ae" > only_b.ae
    cp "$here/groups.ae" both.ae
    for model in both only_a only_b; do
        "$aecc" $model.ae -o $model 2> warnings.txt || fail "$(cat warnings.txt)"
        grep -q 'no step trains the group encoder' warnings.txt || fail "$(cat warnings.txt)"
        for epochs in 1 2; do
            works ./$model train --data x.idx --epochs $epochs --out ${model}_$epochs --quiet
        done
    done
    works ./both train --data x.idx --epochs 1 --set a.lr=0 --set b.lr=0 --out start --quiet
    equal "step a" "$(trained start only_a_1)" "$main"
    equal "step a, one epoch more" "$(trained only_a_1 only_a_2)" "$main"
    equal "step b" "$(trained start only_b_1)" "$decoder"
    equal "both" "$(trained start both_2)" "$decoder$main"
    equal "both, one epoch more" "$(trained both_1 both_2)" "$decoder$main"
    # Another start, but for the encoders: --only takes no more than it says.
    works ./both train --data x.idx --epochs 1 --seed 5 --set a.lr=0 --set b.lr=0 --out other --quiet
    works ./both train --data x.idx --epochs 1 --seed 5 --set a.lr=0 --set b.lr=0 --out mixed --quiet \
        --init start/last.safetensors --only encoder
    equal "--only encoder" "$(trained start mixed)" "decoder.dense_1.W decoder.dense_2.W "
    equal "--only encoder" "$(trained other mixed)" "encoder.fixed.dense_1.W encoder.main.dense_1.W "
}

# A model whose names mean something in C or in generated code, and whose parameters have one element each.
case_names() {
    works "$aecc" "$here/names.ae" -o names.c
    # shellcheck disable=SC2086
    works gcc $house -O1 -I"${aecc%/*}/include" -c names.c -o gcc.o
    works "$aecc" "$here/names.ae" -o names
    works ./names gradcheck
    "$bin/blobs" f32 20 1 6 > data.f32 || fail blobs
    works ./names train --data data.f32 --epochs 1 --out run --quiet
    line=$(grep -n '^metric' "$here/names.ae" | cut -d: -f1) # where each is named, not where it is computed
    ./names eval --data data.f32 --out run >shown
    grep -q "again .* names.ae:$line\$" shown && grep -q "  n .* names.ae:$line\$" shown || fail "$(cat shown)"
}

# What aecc writes never replaces what it reads.
case_output() {
    cp "$here/groups.ae" m.ae
    mkdir folder
    for name in m.ae ./m.ae folder folder/ nowhere/program nowhere/program.c ''; do
        status=0
        "$aecc" m.ae -o "$name" 2> err.txt || status=$?
        equal "-o '$name': exit status" $status 2
        equal "-o '$name': lines" "$(wc -l < err.txt)" 1
        same m.ae "$here/groups.ae"
    done
    "$aecc" m.ae -o -program 2> /dev/null || fail "-o -program"
    works ./-program info
}

# Closed forms of kl agree with means over draws: 300,000 of them, so that 1 % is more than four standard errors.
case_kl() {
    images x.idx 300
    works "$aecc" "$here/kl.ae" -o kl
    works ./kl train --data x.idx --epochs 1 --out run --quiet
    for double in "" --double; do
        # shellcheck disable=SC2086
        works ./kl eval --data x.idx --out run --json $double
        for distribution in normal bernoulli uniform laplace categorical; do
            near "$(figure out.txt ${distribution}_closed)" "$(figure out.txt ${distribution}_drawn)" 0.01 "$distribution:"
        done
        near "$(figure out.txt normal_closed)" "$(figure out.txt normal_summed)" 1e-5 "the sum of each:"
        near "$(figure out.txt normal_third)" "$(figure out.txt normal_written)" 1e-5 "one of them:"
        near "$(figure out.txt categorical_closed)" "$(figure out.txt categorical_both)" 1e-5 "probabilities, logits:"
        near "$(figure out.txt uniform_closed)" "$(figure out.txt uniform_drawn)" 1e-5 "uniform, which needs no luck:"
    done
    for distribution in normal bernoulli laplace categorical; do
        apart "$(figure out.txt ${distribution}_closed)" "$(figure out.txt ${distribution}_drawn)" 1e-9 "$distribution"
    done
}

# A scan is a loop in the program and in its gradient, however many steps it has: a tenth more C for 800 than for 400 at most (what is
# beside the loop goes by its size), and the same bits with any number of threads, also of a last batch that is not full.
case_steps() {
    cat >steps.ae <<'EOF'
model steps
const length = 4
input x : vector[3 * length]
encoder { rows = reshape(x, length, 3);  h = rows |> lstm(8) |> gru(8, reversed = true);  code = last_of(h) }
decoder { xhat = expand(code, [length, 8]) |> bilstm(8) |> dense(3) |> reshape(3 * length) }
loss    { total = mean((xhat - x)^2) }
train   { batch 50; epochs 2; minimize total over encoder, decoder with adam(1e-2) }
EOF
    for length in 400 800; do works "$aecc" -D length=$length steps.ae -o $length.c; done
    [ "$(wc -l <800.c)" -le $(($(wc -l <400.c) * 11 / 10)) ] ||
        fail "$(wc -l <400.c) lines for 400 steps, $(wc -l <800.c) for 800"
    works "$aecc" -D length=40 steps.ae -o steps
    small_data ./steps 130
    for threads in 1 2 3; do
        # shellcheck disable=SC2086
        works ./steps train $data --out run$threads --threads $threads --quiet
        cmp run1/last.safetensors run$threads/last.safetensors || fail "$threads threads have other weights"
    done
}

# The Jacobian of one sigmoid layer has a closed form, and the compiled penalty is equal to it.
case_contractive() {
    images x.idx 130
    works "$(program contractive)" eval --data x.idx --weights "$(weights contractive)" --double --json
    contraction=$(figure out.txt contraction)
    near "$contraction" "$(figure out.txt closed_form)" 1e-9 "contraction, closed form:"
    apart "$contraction" 0 0.5 "contraction"
    near "$(figure out.txt total)" \
        "$(awk "BEGIN { printf \"%.17g\", $(figure out.txt reconstruction) + 0.1 * $contraction }")" 1e-12 "total:"
}

# That of a deep encoder is the norm of its matrices' product, written out; the program for it passes its gradient check.
case_contractive_deep() {
    images x.idx 50
    works "$aecc" "$here/contractive_form.ae" -o contractive_form
    works ./contractive_form train --data x.idx --out run --quiet
    works ./contractive_form eval --data x.idx --out run --double --json
    near "$(figure out.txt contraction)" "$(figure out.txt closed_form)" 1e-9 "contraction, written out:"
    apart "$(figure out.txt contraction)" 0 1e-3 "contraction"
    works ./contractive_form gradcheck
}

# --set changes a hyper of the compiled program, in eval and in training.
case_set() {
    images x.idx 130
    vae=$(program vae)
    works "$vae" eval --data x.idx --weights "$(weights vae)" --double --json
    first=$(figure out.txt divergence)
    for beta in 1 4 0; do
        works "$vae" eval --data x.idx --weights "$(weights vae)" --double --json --set beta=$beta
        sum=$(awk "BEGIN { printf \"%.17g\", $(figure out.txt reconstruction) + $beta * $(figure out.txt divergence) }")
        near "$(figure out.txt total)" "$sum" 1e-12 "beta $beta: total:"
        near "$(figure out.txt divergence)" "$first" 1e-12 "beta $beta: divergence:"
        works "$vae" train --data x.idx --init "$(weights vae)" --set beta=$beta --epochs 1 --out beta$beta --quiet
        last_losses beta$beta > beta.json
        sum=$(awk "BEGIN { printf \"%.17g\", $(figure beta.json reconstruction) + $beta * $(figure beta.json divergence) }")
        near "$(figure beta.json total)" "$sum" 1e-5 "training with beta $beta: total:"
    done
    if cmp -s beta1/last.safetensors beta4/last.safetensors; then fail "beta does not change training"; fi
    # What is in force is saved with the weights, and is what eval takes.
    works "$vae" eval --data x.idx --out beta4 --double --json
    sum=$(awk "BEGIN { printf \"%.17g\", $(figure out.txt reconstruction) + 4 * $(figure out.txt divergence) }")
    near "$(figure out.txt total)" "$sum" 1e-12 "beta saved with the weights: total:"
}

# npy FILE SHAPE REALS: a file of little-endian floats in C order, of that shape and length
npy() {
    [ "$(head -c 6 "$1" | od -An -tx1 | tr -d ' \n')" = 934e554d5059 ] || fail "$1 is no NPY"
    head -n 1 "$1" | tr -d '\000' | grep -a -q "'descr': '<f4'.*'fortran_order': False.*'shape': ($2)" ||
        fail "$1: $(head -n 1 "$1" | tr -d '\000'), wanted ($2)"
    header=$(od -An -tu1 -j8 -N2 "$1" | awk '{ print 10 + $1 + 256 * $2 }')
    [ "$(wc -c < "$1")" = $((header + $3 * 4)) ] ||
        fail "$1 has $(wc -c < "$1") bytes"
}

# png FILE: it begins as a PNG and ends as one
png() {
    [ "$(head -c 8 "$1" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ] || fail "$1 is no PNG"
    [ "$(tail -c 8 "$1" | od -An -tx1 | tr -d ' \n')" = 49454e44ae426082 ] || fail "$1 is cut"
}

case_commands() {
    images x.idx 130
    for model in autoencoder vae; do
        run="--weights $(weights $model)"
        size=$([ $model = vae ] && echo 20 || echo 32)
        # shellcheck disable=SC2086
        {
            works "$(program $model)" encode $run --data x.idx --output codes.npy
            npy codes.npy "130, $size" $((130 * size))
            works "$(program $model)" decode $run --input codes.npy --output back.npy
            npy back.npy "130, 1, 28, 28" $((130 * 784))
            works "$(program $model)" decode $run --input codes.npy --output back.png
            png back.png
            works "$(program $model)" reconstruct $run --data x.idx --count 130 --output both.npy
            npy both.npy "2, 130, 1, 28, 28" $((2 * 130 * 784))
            works "$(program $model)" reconstruct $run --data x.idx --count 10 --output both.png
            png both.png
        }
        # What decode makes of the codes is what reconstruct shows: the second half of its file.
        tail -c $((130 * 784 * 4)) back.npy > decoded
        tail -c $((130 * 784 * 4)) both.npy > shown
        same decoded shown
    done
    run="--weights $(weights vae)"
    # shellcheck disable=SC2086
    {
        works "$(program vae)" encode $run --data x.idx --output drawn.npy --sample
        if cmp -s drawn.npy codes.npy; then fail "--sample draws nothing"; fi
        works "$(program vae)" sample $run --count 10 --output a.npy --seed 3
        npy a.npy "10, 1, 28, 28" 7840
        works "$(program vae)" sample $run --count 10 --output b.npy --seed 4
        if cmp -s a.npy b.npy; then fail "another seed, the same samples"; fi
        works "$(program vae)" sample $run --count 10 --output a.png
        png a.png
        works "$(program denoising)" reconstruct --weights "$(weights denoising)" --data x.idx --corrupt --output c.npy --count 5
        npy c.npy "3, 5, 1, 28, 28" $((3 * 5 * 784))
    }
    refuses 'autoencoder.*prior' "$(program autoencoder)" sample --weights "$(weights autoencoder)" --output no.npy
    [ ! -e no.npy ] || fail "a file of no samples"
}

# unharmed: what the run had saved is as it was
unharmed() {
    for file in checkpoint last.safetensors best.safetensors metrics.csv; do
        same saved/$file run/$file
    done
    [ -z "$(find run -name '*.tmp*')" ] || fail "left behind: $(find run)"
}

# unlike FILE COUNT: so many pictures of 784 numbers in 0..1, the first and the last of which differ
unlike() {
    tail -c $((4 * 784 * $2)) "$1" | od -An -v -tf4 -w3136 | awk -v count="$2" '
        { for (i = 1; i <= NF; i++) if (!($i >= 0 && $i <= 1)) exit 1; if (NR == 1) first = $0 }
        END { exit !(NR == count && $0 != first) }' || fail "$1: not $2 pictures, or all alike"
    head -n 1 "$1" | tr -d '\000' | grep -a -q "'shape': ($2, 1, 28, 28)" || fail "$1: another shape"
}

# Codes of any kind are drawn, walked through and joined, as codes.sh looks at those of vae: with a class that is told, of an
# adversary, of convolutions, and those without a prior when a mixture is fitted to them.
case_views() {
    images x.idx 20
    for kind in 'cvae --set y=3' adversarial vae_conv conv_upsample; do
        name=${kind%% *} given=${kind#"${kind%% *}"}
        mkdir "$name"
        cp "$(weights "$name")" "$name/best.safetensors"
        if [ "$name" = conv_upsample ]; then
            refuses 'fit-prior' "$(program "$name")" sample --out "$name"
            works "$(program "$name")" fit-prior --out "$name" --data x.idx --components 2
        fi
        for view in '7 sample --count 7' '6 walk --rows 2 --columns 3 --data x.idx' '10 interpolate --between 2,7,3,11 --columns 3 --data x.idx' \
            '10 interpolate --between 2,7,3,11 --columns 3 --spherical --data x.idx'; do # each after the pictures that it makes
            # shellcheck disable=SC2086
            works "$(program "$name")" ${view#* } $given --out "$name" --output views.npy
            unlike views.npy "${view%% *}"
        done
    done
}

# Whatever is wrong with a file or the disk: one line says it, and what was saved stays.
case_errors() {
    images x.idx 200
    vae=$(program vae)
    works "$vae" train --data x.idx --epochs 1 --out run --quiet
    cp -r run saved
    gzip -c x.idx | head -c 2000 > cut.gz
    : > empty
    head -c 20000 x.idx > cut.idx
    "$bin/blobs" idx 10 1 20 20 > small.idx
    head -c 5000 run/last.safetensors > cut.safetensors
    head -c 100 /dev/zero > noise
    for file in cut.gz empty cut.idx small.idx noise missing .; do
        refuses "$file" "$vae" eval --out run --data $file
        refuses "$file" "$vae" train --out run --force --data $file
        refuses "$file" "$vae" encode --out run --data $file --output c.npy
        unharmed
    done
    for file in cut.safetensors empty noise x.idx missing .; do
        refuses "$file" "$vae" eval --data x.idx --weights $file
        refuses "$file" "$vae" train --data x.idx --init $file --out fresh
    done
    refuses 'another model\|no .*encoder\|fit' "$vae" eval --data x.idx --weights "$(weights autoencoder)"
    refuses 'noise' "$vae" decode --out run --input noise --output d.npy
    refuses '/dev/null' "$vae" train --data x.idx --out /dev/null/run
    refuses 'no/folder' "$vae" encode --out run --data x.idx --output no/folder/c.npy
    refuses 'standard output' sh -c "'$vae' eval --out run --data x.idx > /dev/full"
    refuses '/dev/full' "$vae" encode --out run --data x.idx --output /dev/full
    cp x.idx kept.idx
    refuses 'overwrite' "$vae" encode --out run --data x.idx --output ./x.idx
    same x.idx kept.idx
    unharmed
    # A disk that fills up: no file may be longer than 1 MiB, and the weights are.
    (
        ulimit -f 2048
        refuses 'cannot write' "$vae" train --data x.idx --out run --resume --epochs 2
    ) || exit 1
    same saved/checkpoint run/checkpoint
    same saved/last.safetensors run/last.safetensors
    works "$vae" train --out run --resume --epochs 2 --quiet
    works "$vae" train --data x.idx --epochs 2 --out straight --quiet
    same run/last.safetensors straight/last.safetensors
    head -c 3000 saved/checkpoint > run/checkpoint
    refuses 'checkpoint' "$vae" train --out run --resume --epochs 3
}

# Real digits, one epoch: a bound that a model with a mistake in it misses.
case_mnist() {
    mnist=$source/../shared/data/mnist
    [ -r "$mnist/train-images-idx3-ubyte.gz" ] || skip "no MNIST in $mnist"
    works "$(program vae)" train --data "$mnist/train-images-idx3-ubyte.gz" --epochs 1 --out run --quiet
    works "$(program vae)" eval --data "$mnist/t10k-images-idx3-ubyte.gz" --out run --json
    cat out.txt
    total=$(figure out.txt total)
    near "$total" "$(awk "BEGIN { printf \"%.17g\", $(figure out.txt reconstruction) + $(figure out.txt divergence) }")" \
        1e-5 "total:"
    awk "BEGIN { exit !($total < 150 && $total > 50 && $(figure out.txt divergence) > 1) }" || fail "total is $total"
}

fresh
case_"$1"
echo "$1: fine"
