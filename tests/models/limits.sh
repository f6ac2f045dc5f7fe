#!/bin/sh
# limits.sh CASE AECC BIN SOURCE WORK: programs where the system gives them little, and files that are not what they
# seem: a line of reason, or the same work.  Each function case_NAME is one test.  It uses the programs that zoo.sh built.
aecc=$2 bin=$3 source=$4 work=$5/limits_$1 home=$5
here=$(cd "${0%/*}" && pwd)
. "$here/common.sh"

vae=$home/zoo/vae/build/program
run="--weights $home/zoo/vae/build/run/last.safetensors"

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
        "$vae" info > info.txt 2>&1 || { # the processor has it not
            grep -q "^vae: AERT_GEMM=$kernel: wanted .*blas, what this program has for this processor" info.txt || fail "$(cat info.txt)"
            continue
        }
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

# What a file claims is no size: memory grows with what was read, up to a bound that can be raised.
case_claims() {
    # one member that claims 4,294,967,294 bytes and has none
    sizes='\0\0\0\0\002\0\0\0\376\377\377\377'
    printf 'PK\003\004\024\0\0\0\010\0\0\0\0\0'"$sizes"'\005\0\0\0x.npy\003\0' > claim.npz
    printf 'PK\001\002\024\0\024\0\0\0\010\0\0\0\0\0'"$sizes"'\005\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0x.npy' >> claim.npz
    printf 'PK\005\006\0\0\0\0\001\0\001\0\063\0\0\0\045\0\0\0\0\0' >> claim.npz
    head -c 100000 /dev/zero | tr '\0' ',' > wide.csv
    yes '1,2' | head -n 100000 >> wide.csv
    seq -s , 784 > long.csv
    yes 1 | head -n 2000000 >> long.csv
    head -c 8000000 /dev/zero | gzip > packed.f32.gz
    for _ in 1 2 3 4 5 6 7 8 9 10; do cat packed.f32.gz; done > many.f32.gz
    # shellcheck disable=SC2086
    {
        refuses 'claim.npz: damaged ZIP member' within '-v 900000' "$vae" eval $run --data claim.npz
        refuses 'wide.csv:1: found 100002 fields, wanted 2 as in the lines below' within '-v 900000' "$vae" eval $run --data wide.csv
        refuses 'long.csv: has 1 column (1 to 1), input x wants 784 numbers' within '-v 900000' "$vae" eval $run --data long.csv
        refuses 'many.f32.gz: unpacks to more than 20 MB: if it is meant to, raise --max-unpacked' \
            "$vae" eval $run --data many.f32.gz --max-unpacked 20
        refuses 'many.f32.gz: found 80000000 bytes' "$vae" eval $run --data many.f32.gz --max-unpacked 77
        images x.idx 40
        "$bin/pngs" x.idx pictures || fail pngs
        works "$vae" eval $run --data pictures --max-unpacked 1
    }
}

# OpenBLAS tries for ever where it gets no buffer.
case_memory() {
    images x.idx 20
    works "$vae" info
    mv out.txt info.txt
    works within '-v 150000' timeout 60 "$vae" info # though OpenBLAS has started threads
    same info.txt out.txt
    export OPENBLAS_NUM_THREADS=1 # no pool at the start, whose memory differs from machine to machine
    works within '-v 120000' timeout 60 "$vae" info
    same info.txt out.txt
    # shellcheck disable=SC2086
    refuses 'out of memory' within '-v 120000' timeout 60 "$vae" eval $run --data x.idx
    refuses 'out of memory' within '-v 120000' timeout 60 "$vae" gradcheck --batch 8 --threads 1
    refuses 'out of memory' within '-v 350000' timeout 60 "$vae" gradcheck --batch 8 --threads 3
}

# A pipe, a device, a folder where a file is wanted: a line, at once.
case_pipes() {
    mkfifo pipe folder.png
    for option in --data --weights; do
        # shellcheck disable=SC2086
        refuses 'pipe: is a pipe, wanted a file' timeout 20 "$vae" scatter $run $option pipe
    done
    images x.idx 5
    # shellcheck disable=SC2086
    refuses 'pipe: is a pipe, wanted a file' timeout 20 "$vae" scatter $run --data x.idx --labels pipe
    refuses 'pipe: is a pipe, wanted a file' timeout 20 "$vae" decode --input pipe $run
    refuses 'pipe: is a pipe, wanted a file' timeout 20 "$vae" train --valid pipe
    refuses 'pipe: is a pipe, wanted a file' timeout 20 "$vae" train --init pipe
    refuses 'pipe: is a pipe' timeout 20 "$vae" reconstruct --pca --fit pipe $run
    refuses '/dev/zero: is a device, wanted a file' timeout 20 "$vae" eval --data /dev/zero $run
    refuses 'is a folder, wanted a file' timeout 20 "$vae" eval --weights .
    mkdir pictures && mv folder.png pictures
    refuses 'folder.png: is a pipe, wanted a file' timeout 20 "$vae" eval --data pictures $run
}

# A file that is cut short while it is mapped ends the program with a line.
case_cut() {
    for threads in 1 2; do
        images x.idx 2000
        "$vae" train --data x.idx --epochs 100000 --threads $threads --quiet --out cut 2> err.txt &
        program=$!
        left=600
        while [ ! -s cut/metrics.csv ] && [ $left -gt 0 ]; do
            sleep 0.1
            left=$((left - 1))
        done
        : > x.idx
        status=0
        wait $program || status=$?
        [ $status = 1 ] || fail "exit status $status: $(cat err.txt)"
        [ "$(cat err.txt)" = 'vae: x.idx: the file was cut short, or its disk failed, while it was read' ] ||
            fail "$(cat err.txt)"
        rm -r cut
    done
}

# Control characters never reach the terminal.
case_terminal() {
    hostile=$(printf 'a\033[2J\177\302\233\377\342\200\256.idx')
    shown='a\\x1b\[2J\\x7f\\x9b\\xff\\u202e'
    images "$hostile" 20
    # shellcheck disable=SC2086
    {
        works "$vae" eval $run --data "$hostile"
        grep -q "$shown.idx" out.txt || fail "$(cat -v out.txt)"
        works "$vae" encode $run --data "$hostile" --output "$hostile.csv"
        grep -q "$shown.idx.csv" out.txt || fail "$(cat -v out.txt)"
        works "$vae" sample $run --output "$hostile.png"
        grep -q "$shown.idx.png" out.txt || fail "$(cat -v out.txt)"
        works "$vae" train --epochs 1 --data "$hostile" --out "$hostile.run"
        grep -q "$shown.idx.run" out.txt || fail "$(cat -v out.txt)"
        works "$vae" eval --out "$hostile.run" --data "$hostile" --json
        grep -q '"a\\u001b\[2J\\u007f\\u009b\\\\xff\\u202e.idx.run/best' out.txt || fail "$(cat -v out.txt)"
        refuses "$shown.idxx: cannot open" "$vae" eval $run --data "${hostile}x"
        refuses_usage "$shown" "$vae" "$hostile"
        refuses_usage "$shown" "$vae" eval --set "$hostile=1"
        refuses_usage "$shown" "$vae" eval --batch "$hostile"
    }
    ! LC_ALL=C grep -q "$(printf '[\033\177\302\377]')" out.txt err.txt || fail "$(cat -v out.txt err.txt)"
}

# Labels of any words are written so that they read back.
case_labels() {
    images x.idx 5
    printf '"a,b"\n"c ""d"""\n"e\tf"\n"g\nh;"\n"\303\274 "\n' > kinds.csv
    # shellcheck disable=SC2086
    {
        works "$vae" encode $run --data x.idx --labels kinds.csv --output one.csv
        works "$vae" encode $run --data x.idx --labels one.csv --label-column label --output two.csv
        same one.csv two.csv
        works "$vae" encode $run --data x.idx --labels kinds.csv --output one.tsv
        works "$vae" encode $run --data x.idx --labels one.metadata.tsv --output two.tsv
        same one.metadata.tsv two.metadata.tsv
        same one.tsv two.tsv
        works "$vae" decode $run --input one.csv --label-column label --output a.npy
        works "$vae" encode $run --data x.idx --output plain.npy
        works "$vae" decode $run --input plain.npy --output b.npy
        same a.npy b.npy
    }
    same one.metadata.tsv kinds.csv
    # Words beside numbers, a byte order mark, controls that the name of a folder may hold
    printf '"\357\273\277a"\n007\n"\033\001"\n-1\nb\n' > odd.csv
    # shellcheck disable=SC2086
    {
        works "$vae" encode $run --data x.idx --labels odd.csv --output odd.tsv
        works "$vae" encode $run --data x.idx --labels odd.metadata.tsv --output again.tsv
    }
    same odd.metadata.tsv odd.csv
    same again.metadata.tsv odd.csv
}

fresh
case_"$1"
echo "$1: fine"
