#!/bin/sh
# zoo.sh CASE MODEL AECC BIN SOURCE WORK [OPTIONS]: what holds for every model of models/.  Each function case_NAME is one test;
# case_build makes the program and a short run of it that the others use, of large models a smaller one (with AECC_FULL=1 both).  case_variant
# is for a model with OPTIONS of aecc.
aecc=$3 bin=$4 source=$5 work=$6/$1 home=$6
case=$1 model=$2 options=${7-}
name=${model##*/} name=${name%.ae} text=$(cat "$model")
here=${0%/*}
. "$here/common.sh"
house="-std=c11 -fopenmp-simd -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror"
# 130 examples are no multiple of any likely batch, nor are 66, where what counts is that there are several batches.
few=130 fewer=66

# smaller: how a model is made of fewer units where it would take seconds to look at all, and differs in nothing else; nothing for others
smaller() {
    case $name in
    adversarial_semi | adversarial_supervised | classifier | cvae | gan | m2 | m2_stacked | paired) echo -D width=60 ;;
    sequence_vae) echo -D units=24 ;;
    vae_gan) echo -D width=60 ;;
    contractive_conv) echo -D code=4 ;;
    made) echo -D width=100 ;;
    masked_autoencoder) echo -D width=16 -D heads=2 ;;
    pixel_cnn) echo -D channels=4 ;;
    pixel_rnn) echo -D channels=4 ;;
    pixel_vae) echo -D channels=4 ;;
    superres) echo -D channels=8 ;;
    sentence_ae | sentence_vae) echo -D words=400 -D size=12 -D units=12 -D latent=8 ;;
    sentence_conv) echo -D words=400 -D size=12 -D wide=16 -D latent=8 ;;
    sentence_transformer) echo -D words=400 -D size=12 -D width=16 -D code=8 -D heads=2 -D depth=1 ;;
    esac
}

# fewer_units: the same for models that say their widths in place
fewer_units() {
    case $name in
    adversarial | contractive_deep) echo 's/dense(400)/dense(60)/g; s/dense(200)/dense(40)/g' ;;
    anomaly) echo 's/dense(256)/dense(40)/' ;;
    denoising) [ "$case" != variant ] || echo 's/dense(1000)/dense(60)/g; s/dense(256)/dense(40)/' ;; # the program is others' too
    dropout) echo 's/dense(512)/dense(60)/' ;;
    vae_gaussian) echo 's/dense(400,/dense(60,/' ;;
    compress | deep | layerwise) echo 's/dense(1000)/dense(100)/g; s/dense(500)/dense(50)/g; s/dense(250)/dense(40)/g' ;;
    conv_transpose | conv_unpool | conv_upsample | denoising_conv | unet | vae_conv) echo 's/(16, /(4, /g; s/(32, /(8, /g; s/(64, /(12, /' ;;
    retrieval | retrieval_binary) echo 's/dense(500)/dense(100)/; s/dense(250)/dense(60)/; s/2000/500/' ;;
    esac
}

# The program that cases look at, and its weights: the smaller one's where there is one.
run=run program=$home/build/program
[ -z "$(smaller)$(fewer_units)" ] || run=small_run program=$home/build/small
weights=$home/build/$run/last.safetensors

# compile OPTIONS…: aecc with what cases look at
compile() {
    sed "$(fewer_units)" "$model" > "$name.ae"
    [ -z "$(fewer_units)" ] || ! cmp -s "$name.ae" "$model" || fail "nothing in $name is made smaller"
    # shellcheck disable=SC2046
    works "$aecc" $(smaller) "$@"
}

# epochs N [PROGRAM]: the options for so many, of each stage where the model has some
epochs() {
    stages=$("${2:-$program}" info | sed -n "s/^  stage *\([^ ]*\) .*/--set \1.epochs=$1/p")
    echo "${stages:---epochs $1}"
}

# by_default CASE: the models that a case which compiles once more is for, those that differ most; with AECC_FULL=1 it is for all
by_default() {
    case $1 in
    warnings) echo autoencoder iwae adversarial sentence_conv ;; # the last has work that no float says to the digit
    size) echo deep iwae adversarial counts ;; # large ones of dense layers, functions that loops call
    optimised) echo autoencoder vae contractive_deep adversarial ;;
    same) echo autoencoder vae contractive adversarial unet pixel_rnn sentence_transformer m2 counts ;;
    time) ;; # none: time is that of the machine and of who shares it
    *) echo "$name" ;;
    esac
}

case_form() {
    [ "$(wc -l < "$model")" -lt 60 ] || fail "$model has more than 60 lines"
    head -n 1 "$model" | grep -q '^# [A-Z]' || fail "$model does not begin with a comment that says what it is"
    works "$aecc" check "$model"
}

# short_run PROGRAM RUN
short_run() {
    small_data "$1" $few
    # shellcheck disable=SC2086
    works "$1" train $data $(epochs 1 "$1") --batch 10 --out "$2" --quiet
    [ -s "$2/last.safetensors" ] || fail "no weights"
}

case_build() {
    case $name in
    autoencoder | vae | contractive | adversarial | unet | pixel_rnn | sentence_transformer) ;; # they differ most
    masked_autoencoder | pixel_cnn | pixel_vae) swift_floats ;;
    *) less_optimised ;;
    esac
    if [ $run = run ] || [ "${AECC_FULL-}" ]; then
        # One for any processor, so that all products of this one are there (limits.sh); others for this one.
        works "$aecc" --march "$([ "$name" = vae ] && echo portable || echo native)" "$model" -o program
        [ "$(ls)" = "$(printf 'err.txt\nout.txt\nprogram\n')" ] || fail "left behind: $(ls)"
        short_run ./program run
    fi
    if [ $run = small_run ]; then
        compile "$name.ae" -o small
        short_run ./small small_run
    fi
    works python3 -S "$here/metrics.py" $run
}

case_warnings() {
    works "$aecc" "$model" -o model.c
    include=${aecc%/*}/include
    # sentence_conv is here for a warning of clang's, and takes seconds to optimise.
    level=$([ "$name" = sentence_conv ] && echo -O0 || echo -O2)
    # shellcheck disable=SC2086
    works gcc $house "$level" -I"$include" -c model.c -o gcc.o
    command -v clang > /dev/null || skip "no clang"
    # shellcheck disable=SC2086
    works clang $house -fsyntax-only -I"$include" model.c
}

# From two folders, and by an absolute and a relative path: one file, with nothing in it of where it was made.
case_same() {
    mkdir -p one two/three
    cp "$model" two/
    (cd one && works "$aecc" "$model" -o model.c) || exit 1
    (cd two/three && works "$aecc" "../$name.ae" -o model.c) || exit 1
    same one/model.c two/three/model.c
    if grep -n -F -e "$work" -e "$source" -e "${aecc%/*}" -e /tmp/ -e "$(id -un)@" one/model.c; then fail "model.c knows of where it was made"; fi
}

# gradients PROGRAM: of every minimize they are the numeric derivatives, along one direction for each parameter and one more with blank
# examples: a gradient that is wrong somewhere is so along nearly every direction.  With AECC_FULL=1 it is five, and one.
gradients() {
    small_data "$1" $few
    # shellcheck disable=SC2086
    works "$1" gradcheck $data --batch 4 --threads 1 --directions "$([ "${AECC_FULL-}" ] && echo 5 || echo 1)"
    grep -q '^all gradients agree' out.txt || fail "$(cat out.txt)"
}

# What a trainer may weigh; of a build for users, whose runtime is optimised.  What the compiler makes of a loop depends on
# the processor: it is a fixed kind here, the same wherever the test runs.
case_size() {
    [ "$(uname -m)" = x86_64 ] || skip "the bound is for x86-64"
    case $name in
    adversarial | iwae | deep) most=290000 ;;
    sentence_transformer) most=342000 ;; # the most kernels
    *) most=327680 ;;
    esac
    works "$aecc" --march x86-64-v3 "$model" -o program
    if grep -qaP '\x00(amx|avx512)\x00' program; then fail "products for other processors"; fi
    [ "$(wc -c < program)" -le $most ] || fail "$name has $(wc -c < program) bytes"
}

# aecc itself takes at most 100 ms of a processor.
case_time() {
    (works "$aecc" "$model" -o model.c && times) > times.txt || fail "no times: $(cat times.txt)"
    ms=$(sed -n '2{s/[ms]/ /g;p;}' times.txt | awk '{ print int(1000 * (60 * ($1 + $3) + $2 + $4)) }')
    [ "$ms" -le 100 ] || fail "aecc takes $ms ms for $name"
}

case_gradcheck() {
    gradients "$program"
    [ -z "${AECC_FULL-}" ] || [ $run = run ] || gradients "$home/build/program"
}

case_variant() {
    floats_unoptimised # gradients are those of doubles
    # shellcheck disable=SC2086
    compile $options "$name.ae" -o program
    gradients ./program
    if [ "${AECC_FULL-}" ] && [ $run = small_run ]; then
        # shellcheck disable=SC2086
        works "$aecc" $options "$model" -o program
        gradients ./program
    fi
}

# says WORDS…: whether one of them is in the model; lines begin behind $newline
newline='
'
says() {
    for words; do
        case $text in *"$words"*) return 0 ;; esac
    done
    return 1
}

# A loss that reads the batch as a whole depends on which examples come together.
coupled() {
    says 'batch_mean(' 'batch(' 'mean_given('
}

# What the passes do changes no figure, and no step of training by more than rounding; nor does a portable build.
case_optimised() {
    unoptimised
    compile --passes= "$name.ae" -o plain.c
    aert=${aecc%/*}
    works "${CC:-cc}" -std=c11 -O1 -fopenmp-simd -I"$aert/include" plain.c -o plain -L"$aert/lib" -laert -lopenblas \
        -ljansson -lpng -ljpeg -lzstd -lz -lpthread -lm
    small_data "$program" $few
    for double in "" --double; do
        # shellcheck disable=SC2086
        works "$program" eval $data --weights "$weights" --json $double
        mv out.txt passes.json
        # shellcheck disable=SC2086
        works ./plain eval $data --weights "$weights" --json $double
        mv out.txt plain.json
        agree passes.json plain.json "$([ "$double" ] && echo 1e-9 || echo 1e-4)"
    done
    # shellcheck disable=SC2086
    works "$program" train $data $(epochs 4) --batch 10 --out passes --quiet
    # shellcheck disable=SC2086
    works ./plain train $data $(epochs 4) --batch 10 --out plain_run --quiet
    last_losses passes > passes.json
    last_losses plain_run > plain.json
    agree passes.json plain.json 1e-3
}

case_threads() {
    small_data "$program" $fewer
    for threads in 1 2; do
        # shellcheck disable=SC2086
        works "$program" train $data $(epochs 2) --batch 32 --threads $threads --out run$threads --quiet
    done
    same run1/last.safetensors run2/last.safetensors
    same run1/metrics.csv run2/metrics.csv
    if cmp -s run1/last.safetensors "$weights"; then fail "another run has the same weights"; fi
}

# Every example counts once, however many are computed at a time; so eval, and so does an epoch of training: at a rate
# of 0 its figures are those of eval, where nothing is drawn.
case_batches() {
    if coupled; then skip "$name has a penalty of the whole batch"; fi
    small_data "$program" $fewer
    # shellcheck disable=SC2086
    for batch in 32 7 ${AECC_FULL:+20 1}; do
        works "$program" eval $data --weights "$weights" --json --batch $batch
        mv out.txt float$batch.json
        agree float32.json float$batch.json 1e-6
    done
    # shellcheck disable=SC2086
    for batch in 32 20 1 ${AECC_FULL:+7}; do
        works "$program" eval $data --weights "$weights" --json --double --batch $batch
        mv out.txt double$batch.json
        agree double32.json double$batch.json 1e-12
    done
    # Floats take vector code, doubles none: a loop that stops short of its end shows here.
    case $name in
    autoencoder | deep | vae | iwae) agree float32.json double32.json 1e-4 ;;
    esac
    grep -q "\"examples\": $fewer," float7.json || fail "$(cat float7.json)"
}

# Losses are what their names say: where a program prints them while it trains, they are those that eval prints.
case_losses() {
    if says 'batch_norm('; then skip "$name goes by the means of the batch while it trains"; fi
    small_data "$program" $few
    rates=$(sed -n 's/^  hyper *\([a-z_.]*lr\) .*/--set \1=0/p' info.txt)
    [ -n "$rates" ] || fail "no learning rate in: $(cat info.txt)"
    # Dropout and noise inside of blocks are on in training and off in eval: the two are equal where they change nothing.
    if says 'dropout(p)'; then rates="$rates --set p=0"; fi
    if says 'gaussian(jitter)'; then rates="$rates --set level=0 --set jitter=0"; fi
    if says 'where(training, 1 - hidden'; then rates="$rates --set hidden=0"; fi
    if says "${newline}noise moved"; then rates="$rates --set most=0"; fi
    # shellcheck disable=SC2086
    works "$program" train $data --init "$weights" $(epochs 1) --batch 32 $rates --out still --quiet
    [ "$("$bin/tensors" "$weights" still/last.safetensors | grep -c '^other')" = 0 ] || fail "a rate of 0 trains"
    # shellcheck disable=SC2086
    works "$program" eval $data --weights "$weights" --batch 32 --json
    # Draws differ between epochs, and batches are shuffled: only about equal where that counts.  The logarithm of a
    # density is a small difference of large numbers.
    most=1e-5
    if coupled || says '~' "${newline}noise" training; then most=0.05; fi
    if says "${newline}noise moved"; then most=1e-3; fi # images that are moved by nothing are what they were, but for their edge
    if says 'gaussian_nll'; then most=0.5; fi
    # What is trained on is another choice of the labelled examples than all of them, which were learned by heart or not.
    if says 'mean_given('; then most=0.5; fi
    last_losses still | figures /dev/stdin | grep -v '^valid' > still.figures # what is held back is a part
    figures out.txt > eval.figures
    figures_agree still.figures eval.figures $most
}

case "${AECC_FULL:+all}: $(by_default "$1") " in
all:* | *" $name "*) ;;
*) skip "AECC_FULL=1 looks at $name too" ;;
esac
fresh
case_"$1"
echo "$1 $name: fine"
