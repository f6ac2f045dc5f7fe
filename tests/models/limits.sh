#!/bin/sh
# limits.sh CASE AECC BIN SOURCE WORK: programs where the system gives them little, and files that are not what they
# seem: a line of reason, or the same work.  Each function case_NAME is one test.  It uses the programs that zoo.sh built.
aecc=$2 bin=$3 source=$4 work=$5/limits_$1 home=$5
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

vae=$home/zoo/vae/build/program
run="--weights $home/zoo/vae/build/run/last.safetensors"

images() {
    "$bin/blobs" idx "$2" "${3:-1}" 28 28 > "$1" || fail blobs
}

# within LIMITS COMMAND…: the command under these limits, as `ulimit` takes them
within() {
    limits=$1
    shift
    # shellcheck disable=SC2086
    (ulimit $limits && exec "$@")
}

# A stack of 96 KB holds all commands, on every kernel of products; a smaller one is told.
case_stack() {
    images x.idx 300
    for kernel in amx avx512 avx2 blas; do
        export AERT_GEMM=$kernel
        "$vae" info > info.txt 2>&1 || continue # the processor has it not
        works "$vae" train --quiet --data x.idx --epochs 1 --batch 100 --seed 3 --out whole
        works within '-s 96' "$vae" train --quiet --data x.idx --epochs 1 --batch 100 --seed 3 --threads 1 --out small
        same whole/last.safetensors small/last.safetensors
        rm -r whole small
    done
    unset AERT_GEMM
    works within '-s 96' "$vae" gradcheck --batch 8
    # shellcheck disable=SC2086
    for command in eval 'encode --output x.csv' sample reconstruct walk; do
        data='--data x.idx'
        [ "$command" != sample ] || data=
        works within '-s 96' "$vae" $command $data $run
    done
    refuses 'stack may have 64 KB only, wanted 96' within '-s 64' "$vae" info
}

fresh
case_"$1"
echo "$1: fine"
