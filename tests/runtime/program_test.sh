#!/bin/sh
# The generated program as a user meets it, with the toy model.
#
#     program_test.sh DIR CASE        DIR holds program_toy, program_toy_wrong …
#
# Each case is a function case_NAME; every check says what it wanted.
bin=$1
toy=$bin/program_toy
. "$(cd "$(dirname "$0")" && pwd)/../kills.sh"
work=$(mktemp -d) && cd "$work" || exit 1
trap 'rm -rf "$work"' EXIT

fail() {
    echo "FAILED: $*"
    exit 1
}

# wants STATUS WORDS COMMAND…: the exit status, one line on standard error that has WORDS in it
wants() {
    wanted=$1 words=$2
    shift 2
    "$@" > out.txt 2> err.txt
    status=$?
    [ $status = "$wanted" ] || fail "$*: exit status $status, wanted $wanted: $(cat err.txt)"
    if [ "$wanted" = 0 ] || [ "$wanted" = 130 ]; then
        [ ! -s err.txt ] || fail "$*: standard error: $(cat err.txt)"
        grep -q -e "$words" out.txt || fail "$*: no '$words' in: $(cat out.txt)"
    else
        [ "$(wc -l < err.txt)" = 1 ] || fail "$*: not one line: $(cat err.txt)"
        grep -q -e "$words" err.txt || fail "$*: no '$words' in: $(cat err.txt)"
    fi
}

same() {
    cmp "$1" "$2" || fail "$1 and $2 differ"
}

same_run() {
    diff -r "$1" "$2" || fail "$1 and $2 differ"
}

# examples FILE COUNT: black images, as raw floats
examples() {
    head -c $(($2 * 64 * 4)) /dev/zero > "$1"
}

case_train() {
    wants 0 'epoch  2/2' $toy train --out a
    for file in last.safetensors best.safetensors checkpoint metrics.csv metrics.jsonl \
        pictures/reconstructions-0002.png pictures/samples-0002.png; do
        [ -s a/$file ] || fail "no a/$file"
    done
    [ "$(head -n 1 a/metrics.csv)" = "epoch,reconstruction,energy,total,mse" ] || fail "metrics.csv"
    [ "$(wc -l < a/metrics.csv)" = 3 ] || fail "lines of metrics.csv"
}

case_valid() {
    examples a.f32 37
    wants 0 'valid.total' $toy train --out v --epochs 2 --valid a.f32 --batch 5
    grep -q '^epoch,.*,valid.total,valid.mse$' v/metrics.csv || fail "$(head -n 1 v/metrics.csv)"
    # the validation of the last epoch is what eval computes from its weights
    $toy eval --out v --weights v/last.safetensors --data a.f32 --batch 5 --json > eval.json
    value=$(sed -n 's/.*"valid.total": \([^,}]*\).*/\1/p' v/metrics.jsonl | tail -n 1)
    grep -q "\"total\": $value[,}]" eval.json || fail "valid.total is $value, eval says $(cat eval.json)"
}

case_threads() {
    $toy train --out a --quiet --threads 1 || fail train
    $toy train --out b --quiet --threads 2 || fail train
    $toy train --out c --quiet --threads 3 || fail train
    same_run a b
    same_run a c
    [ "$($toy eval --json --out a --threads 1)" = "$($toy eval --json --out a --threads 2)" ] || fail eval
}

case_batches() {
    $toy train --out a --quiet --epochs 1 || fail train
    one=$($toy eval --json --double --out a --batch 1 | sed 's/.*"reconstruction": \([0-9.]*\).*/\1/')
    all=$($toy eval --json --double --out a --batch 16 | sed 's/.*"reconstruction": \([0-9.]*\).*/\1/')
    awk "BEGIN { d = $one / $all - 1; exit !(d < 1e-12 && d > -1e-12) }" || fail "$one is not $all"
}

case_resume() {
    began=$(date +%s%N)
    $toy train --out a --quiet --epochs 3 || fail train
    killed_to_the_end $(($(date +%s%N) - began)) 375 $toy train --resume --out b --epochs 3 --checkpoint-every 20
    same_run a b
    # more epochs go on as if there had been more from the start, but for schedules by the length of the run
    $toy train --out b --resume --epochs 4 --quiet || fail "more epochs"
    $toy train --out c --epochs 4 --quiet || fail train
    same_run b c
}

# The checkpoint alone suffices, from any folder and more than once.
case_recall() {
    examples x.f32 40
    examples y.f32 20
    mkdir other
    $toy train --out a --quiet --epochs 1 --data x.f32 --valid y.f32 --seed 9 --batch 8 --set beta=2 --lr 0.01 || fail train
    for epochs in 2 3 4; do
        (cd other && wants 0 'resumed in epoch' $toy train --out ../a --resume --epochs $epochs) || exit 1
    done
    wants 0 '5 epochs' $toy train --out a --resume --epochs 5 --data ./x.f32 --lr 0.01 --set beta=2
    wants 2 'x.f32, not y.f32' $toy train --out a --resume --data y.f32
    $toy train --out b --quiet --epochs 5 --data x.f32 --valid y.f32 --seed 9 --batch 8 --set beta=2 --lr 0.01 || fail train
    same a/best.safetensors b/best.safetensors
    same a/metrics.csv b/metrics.csv
    examples x.f32 41
    wants 1 'has 41 examples' $toy train --out a --resume --epochs 9
}

case_interrupt() {
    $toy train --out a --quiet --epochs 3 --seed 7 || fail train
    for seconds in 0.5 1 2 4 8 16; do # until it has begun by then: under the sanitizers, beside other work, that takes long
        rm -rf b
        timeout --foreground --preserve-status -s INT $seconds \
            $toy train --out b --epochs 3 --seed 7 --checkpoint-every 1 > out.txt 2> err.txt
        status=$?
        if grep -q 'to go on: toy train --resume --out b' out.txt; then break; fi
    done
    [ $status = 130 ] && [ ! -s err.txt ] && grep -q 'to go on: toy train --resume --out b' out.txt ||
        fail "interrupted: exit status $status: $(cat out.txt err.txt)"
    [ -s b/last.safetensors ] || fail "no weights after Ctrl-C"
    $toy train --resume --out b --quiet || fail resume
    same_run a b
}

case_refusals() {
    $toy train --out a --quiet --epochs 2 --set beta=0.5 --seed 3 || fail train
    wants 1 'already holds a run' $toy train --out a
    wants 2 '--seed 3' $toy train --out a --resume --seed 4
    wants 2 '--set beta 0.5' $toy train --out a --resume --set beta=1
    wants 2 'as it is declared' $toy train --out a --resume --lr 1
    wants 2 '--batch 16' $toy train --out a --resume --batch 4
    wants 2 '--epochs 2' $toy train --out a --resume --epochs 1
    wants 2 '--data (none)' $toy train --out a --resume --data x.npy
    wants 2 '--force' $toy train --out a --resume --force
    wants 0 '2 epochs' $toy train --out a --resume --set beta=0.5 --seed 3
    rm a/checkpoint
    wants 1 'no checkpoint' $toy train --out a --resume
    wants 0 '1 epochs' $toy train --out a --force --epochs 1
    wants 0 '1 epochs' $toy train --out fresh --resume --epochs 1
    dd if=/dev/zero of=a/checkpoint bs=1 count=1 seek=900 conv=notrunc 2> /dev/null
    wants 1 'a/checkpoint' $toy train --out a --resume
}

case_usage() {
    wants 2 "did you mean 'train'" $toy trian
    wants 2 "not ' -1'" $toy train --seed ' -1'
    wants 2 "did you mean '--epochs'" $toy train --epoch 3
    wants 2 "did you mean 'beta'" $toy train --set bta=3
    wants 2 "takes no --force" $toy eval --force
    wants 2 "which command" $toy
    wants 2 "wants an argument" $toy train --epochs
    wants 2 "whole number" $toy train --epochs=0
    wants 2 "NAME=VALUE" $toy train --set beta
    wants 2 "at most 16" $toy train --batch 17
    wants 2 "takes no argument 'x'" $toy train x
    wants 2 "needs --data" $toy eval --labels x
    wants 2 "needs --init" $toy train --only encoder
    wants 2 "--set NAME=3: main.lr" $bin/program_toy_two train --lr 3
    wants 0 "Usage: toy COMMAND" $toy --help
    wants 0 "Hypers for --set" $toy train --help
    wants 0 "--weights FILE" $toy eval --help
}

case_failures() {
    wants 1 'no weights yet' $toy eval --out a
    wants 1 'wanted a folder' $toy train --out /dev/null/a
    wants 1 'x.npy' $toy train --out a --data x.npy
    [ ! -e a ] || fail "a folder was made for a data set that is not there"
    $toy train --out a --quiet --epochs 1 || fail train
    wants 1 'another model' $bin/program_toy_other eval --out a
    wants 1 'another model' $bin/program_toy_other train --out a --resume
    wants 1 'compiled for a processor' $bin/program_toy_cpu info
    wants 1 'standard output' sh -c "$toy eval --out a > /dev/full"
    head -c 1000 a/best.safetensors > cut.safetensors
    wants 1 'cut.safetensors' $toy eval --weights cut.safetensors
    wants 1 'reads no labels' $toy eval --out a --data x.npy --labels y.npy
}

# A disk that is full, as a limit of the size of files: the run fails with a line, what was saved stays whole.
case_disk() {
    $toy train --out a --quiet --epochs 1 || fail train
    cp -r a b
    (
        ulimit -f 1
        wants 1 'cannot write' $toy train --out b --resume --epochs 2
    ) || exit 1
    same a/checkpoint b/checkpoint
    $toy train --out b --resume --epochs 2 --quiet || fail resume
    $toy train --out c --epochs 2 --quiet || fail train
    same_run b c
}

case_blowup() {
    wants 1 'toy.ae:9: total is infinite in epoch 1, batch 30 of 375' $bin/program_toy_blowup train --out a \
        --checkpoint-every 10
    wants 1 'batch 30 of 375' $bin/program_toy_blowup train --out a --resume
    wants 0 'resumed in epoch 1 after step 20' $toy train --out a --resume --epochs 2
}

case_codes() {
    $toy train --out a --quiet --epochs 2 || fail train
    $toy eval --out a --json > eval.json
    grep -Eq '^\{"losses": \{"reconstruction": [0-9.e-]+, "energy": [0-9.e-]+, "total": [0-9.e-]+\}, "metrics": \{"mse": [0-9.e-]+\}, "examples": 1000, "seed": 0, "weights": "a/best.safetensors"\}$' eval.json ||
        fail "$(cat eval.json)"
    wants 0 'shape \[4\]' $toy encode --out a --output codes.npy
    wants 0 '1000 reconstructions' $toy decode --out a --input codes.npy --output back.npy
    wants 0 '1000 examples' $toy reconstruct --out a --count 1000 --output both.npy
    # what decode makes of the codes is what reconstruct makes of the examples: the second half of both.npy
    tail -c 256000 back.npy > x
    tail -c 256000 both.npy > y
    same x y
    wants 0 '1000 reconstructions' $toy decode --out a --input codes.npy --output back.png
    wants 0 'error restored / error noisy: 0' $toy reconstruct --out a --corrupt --count 20
    wants 0 '10 samples' $toy sample --out a --count 10 --seed 5 --output s.npy
    wants 0 '20 samples' $toy sample --out a --count 20 --seed 5 --output t.npy --batch 3
    tail -c 2560 s.npy > x
    tail -c 5120 t.npy | head -c 2560 > y
    same x y
    wants 1 'draws nothing' $toy encode --out a --sample
    wants 2 '--input' $toy decode --out a
}

case_init() {
    $toy train --out a --quiet --epochs 1 || fail train
    $toy train --out b --quiet --epochs 1 --init a/last.safetensors --only encoder || fail "init, only"
    wants 1 'no ' $toy train --out c --init a/last.safetensors --only incoder
    wants 0 'epoch' $toy train --out d --init a/last.safetensors --epochs 1
}

# A model that reads labels: its metric is their mean.
case_labels() {
    labelled=$bin/program_toy_label
    examples x.f32 10
    head -c 10 /dev/zero | tr '\000' '\003' > y.bytes
    printf '\000\000\010\001\000\000\000\012' | cat - y.bytes > y.idx
    head -c 17 y.idx > short.idx
    printf '\000\000\010\001\000\000\000\012' | cat - y.bytes | tr '\003' '\014' > large.idx
    wants 0 'mse 4' $labelled train --out a --epochs 1
    wants 0 'mse 3 ' $labelled train --out b --epochs 1 --data x.f32 --labels y.idx
    wants 0 '"mse": \(2.99999\|3\)' $labelled eval --out b --data x.f32 --labels y.idx --json
    wants 0 '10 reconstructions' sh -c "$labelled encode --out b --data x.f32 --labels y.idx --output c.npy > /dev/null &&
        $labelled decode --out b --input c.npy"
    wants 1 "reads the label 'y'" $labelled train --out c --data x.f32
    wants 1 'short.idx' $labelled train --out c --data x.f32 --labels short.idx
    wants 1 'large.idx' $labelled train --out c --data x.f32 --labels large.idx
    examples eleven.f32 11
    wants 1 'eleven.f32' $labelled train --out c --data eleven.f32 --labels y.idx
    wants 0 'all gradients agree' $labelled gradcheck --data x.f32 --labels y.idx
}

case_gradcheck() {
    wants 0 'all gradients agree' $toy gradcheck
    for seed in 1 2 3 4 5; do
        wants 0 'all gradients agree' $toy gradcheck --seed $seed
        wants 1 '1 gradient is not' $bin/program_toy_wrong gradcheck --seed $seed --directions 1
        wants 1 '1 gradient is not' $bin/program_toy_wrong gradcheck --seed $seed
        grep -q 'decoder.dense_1.W .* WRONG' out.txt || fail "$(cat out.txt)"
    done
    $toy train --out a --quiet --epochs 1 || fail train
    wants 0 'all gradients agree' $toy gradcheck --weights a/last.safetensors
}

# Where a gradient check cannot tell it says so; what is wrong it finds there, too, and among blank examples.
case_verdicts() {
    odd=$bin/program_toy_odd
    wants 0 'all gradients agree' $odd gradcheck
    wants 0 'all gradients agree' env ODD=coarse $odd gradcheck
    coarse=$(awk '/dense/ && $3 > 1e-6 && $3 <= $4 { n++ } END { print n + 0 }' out.txt)
    [ "$coarse" -ge 1 ] || fail "no error above 1e-6 and below what is known: $(cat out.txt)"
    wants 1 '1 gradient is not' env ODD=wrong $odd gradcheck
    grep -q 'decoder.dense_1.b .* WRONG$' out.txt || fail "$(cat out.txt)"
    wants 0 '4 without a verdict' env ODD=vague $odd gradcheck
    grep -q 'no verdict: rounding hides it' out.txt || fail "$(cat out.txt)"
    wants 0 '3 gradients agree .* 1 without a verdict' env ODD=torn $odd gradcheck
    grep -q 'encoder.dense_1.b .* no verdict: no smooth direction' out.txt || fail "$(cat out.txt)"
    wants 1 'the first 8 examples: total is infinite there and has no gradient' env ODD=infinite $odd gradcheck
    wants 0 'all gradients agree' env ODD=pole $odd gradcheck
    grep -q 'not checked where examples are blank or constant: total is infinite there' out.txt || fail "$(cat out.txt)"
    wants 1 '1 gradient is not' env ODD=blank $odd gradcheck
    grep -q 'decoder.dense_1.b .* WRONG with blank examples' out.txt || fail "$(cat out.txt)"
}

case_bench() {
    wants 0 'of it reached' $toy bench --steps 50 --kernels
    wants 0 '"share": ' $toy bench --steps 50 --json --kernels
    wants 0 'step_main' $toy info
    wants 0 '"parameters": 580' $toy info --json
}

# Ten times as many steps in an epoch allocate nothing more.
case_allocations() {
    examples few.f32 160
    examples many.f32 1600
    for set in few many; do
        COUNT_FILE=$set.count $bin/program_toy_count train --data $set.f32 --epochs 2 --threads 2 --out $set --quiet || fail train
    done
    [ "$(cat few.count)" -gt 10 ] || fail "nothing was counted"
    same few.count many.count
}

case_$2
echo "$2: fine"
