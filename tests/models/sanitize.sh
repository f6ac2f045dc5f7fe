#!/bin/sh
# sanitize.sh CASE AECC BIN SOURCE WORK TREE: programs and the compiler under AddressSanitizer and UBSan.  TREE is a build
# tree of that kind; case_tree makes what is needed of it, the compiler and the runtime.
aecc=$6/aecc bin=$3 source=$4 work=$5/sanitize_$1 tree=$6
here=$(cd "${0%/*}" && pwd)
. "$here/common.sh"
# Leaks are looked for in the compiler; OpenBLAS keeps what it has until the program ends.
asan=malloc_context_size=$([ "${AECC_FULL-}" ] && echo 4 || echo 1):strict_string_checks=1:handle_sigill=1 # see style/asan
export ASAN_OPTIONS=detect_leaks=0:$asan UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
# As style/asan has it: by default there are neither words nor lines.
trap=-fsanitize-undefined-trap-on-error words=-w
[ -z "${AECC_FULL-}" ] || trap='' words=-g1
lld=$(command -v ld.lld > /dev/null && echo -fuse-ld=lld)

case_tree() {
    mkdir -p "$tree"
    if [ ! -f "$tree/CMakeCache.txt" ]; then
        generator=$(command -v ninja > /dev/null && echo Ninja || echo "Unix Makefiles")
        cmake -G "$generator" -S "$source" -B "$tree" -DCMAKE_BUILD_TYPE=Asan \
            "-DCMAKE_C_FLAGS=$words $trap" > log.txt 2>&1 || fail "$(tail -n 20 log.txt)"
    fi
    cmake --build "$tree" -j2 --target aecc aert aert_headers > log.txt 2>&1 || fail "$(tail -n 20 log.txt)"
    # An access out of bounds would be seen.
    nm "$aecc" | grep -q __asan_init || fail "$aecc has no sanitizer in it"
}

# Memory that the compiler does not give back is a mistake, where this machine lets leaks be seen.  To look for it takes as long as to
# compile: it is done in each fourth run, with AECC_FULL=1 in each.
leaks_seen=1
see_leaks() {
    ASAN_OPTIONS=detect_leaks=1 "$aecc" --version > out.txt 2>&1 && return
    leaks_seen=0
    echo "leaks cannot be looked for here"
}

# look_for_leaks NUMBER: in the run of that number, if it is its turn
look_for_leaks() {
    turn=0
    if [ "${AECC_FULL-}" ] || [ $(($1 % 4)) = 1 ]; then turn=$leaks_seen; fi
    ASAN_OPTIONS=detect_leaks=$turn:$asan
}

# clean HOW MODEL: the compiler runs through, and no sanitizer has a word to say
clean() {
    # shellcheck disable=SC2086
    "$aecc" $1 "$2" > out.txt 2> err.txt || fail "$1 $2: exit status $?: $(head -n 30 err.txt)"
    if grep -q -e 'runtime error' -e Sanitizer err.txt; then fail "$1 $2: $(head -n 30 err.txt)"; fi
}

# The compiler on every model; style/asan has it on those of tests/check, and on what other stages print.  Without passes, and as far
# as the plan's text, it is every eighth, with AECC_FULL=1 each.
case_compiler() {
    see_leaks
    number=0
    for model in "$source"/models/*.ae "$here"/*.ae; do
        look_for_leaks $number
        fewer=
        case $model in */sentence_transformer.ae) fewer="-D depth=1" ;; esac # its layers are alike
        clean "$fewer -o model.c" "$model"
        if [ "${AECC_FULL-}" ] || [ $((number % 8)) = 0 ]; then clean "--passes= -o model.c" "$model"; fi
        if [ "${AECC_FULL-}" ] || [ $((number % 8)) = 4 ]; then clean --dump=plan "$model"; fi
        number=$((number + 1))
    done
}

# Models with one small mistake each, 2 of every model: compiled, or refused with its place; never a crash.  All are
# checked, since mistakes are met there; each eighth that is right is compiled too.  With AECC_FULL=1 it is 100, and each.
case_mutants() {
    see_leaks
    right=0 wrong=0 all=0
    for model in "$source"/models/*.ae "$here"/*.ae; do
        number=0
        while [ $number -lt "$([ "${AECC_FULL-}" ] && echo 100 || echo 2)" ]; do
            number=$((number + 1)) all=$((all + 1))
            "$bin/mutate" "$model" $all > mutant.ae || fail mutate
            look_for_leaks $all
            status=0 how=check
            if [ "${AECC_FULL-}" ] || [ $((all % 8)) = 0 ]; then how="-o mutant.c"; fi
            # shellcheck disable=SC2086
            "$aecc" $how mutant.ae > out.txt 2> err.txt || status=$?
            case $status in
            0) right=$((right + 1)) ;;
            1) wrong=$((wrong + 1))
                grep -q '^mutant.ae:[0-9]*:[0-9]*: error: ' err.txt || fail "$model, mutant $all: $(cat err.txt)" ;;
            *) fail "$model, mutant $all: exit status $status: $(head -n 30 err.txt)" ;;
            esac
            if grep -q -e 'runtime error' -e Sanitizer err.txt; then
                fail "$model, mutant $all: $(head -n 30 err.txt)"
            fi
        done
    done
    echo "$right compiled, $wrong refused"
    [ $right -gt 25 ] && [ $wrong -gt 25 ] || fail "mutants of one kind only"
}

# compile MODEL: the program, sanitized as the runtime is
compile() {
    "$aecc" "$1" -o model.c 2> err.txt || fail "$(cat err.txt)"
    works "${CC:-cc}" $lld -std=c11 -O0 $words -fopenmp-simd -fsanitize=address,undefined -fno-sanitize-recover=all $trap \
        -I"$tree/include" model.c -o program -L"$tree/lib" -laert -lopenblas -ljansson -lpng -ljpeg -lzstd -lz -lpthread -lm
}

# What the kernels of a model are in; what is in the runtime alone case_vae looks at.
few_commands() {
    "$bin/blobs" idx 60 1 28 28 > x.idx
    works ./program train --data x.idx --valid x.idx --epochs 1 --batch 25 --out run --checkpoint-every 1
    works ./program train --data x.idx --valid x.idx --epochs 2 --batch 25 --out run --resume
    works ./program eval --data x.idx --out run --double --json --batch 7
    works ./program reconstruct --data x.idx --out run --output both.png
}

commands() {
    few_commands
    works ./program eval --data x.idx --out run
    works ./program encode --data x.idx --out run --output codes.npy
    works ./program decode --input codes.npy --out run --output back.npy
    works ./program bench --data x.idx --steps 2 --batch 10
    works ./program info
}

case_vae() {
    compile "$source/models/vae.ae"
    commands
    works ./program encode --data x.idx --out run --output codes.npy --sample
    works ./program sample --out run --output samples.png
    works ./program walk --out run --quantiles --rows 3 --columns 3
    works ./program walk --out run --data x.idx --example 7 --axes 3,1 --rows 2 --columns 2
    works ./program interpolate --out run --data x.idx --between 3,4 --columns 3
    works ./program scatter --out run --count 50
    works ./program scatter --out run --data x.idx --axes 4,2 --json
    works ./program reconstruct --out run --data x.idx --pca --fit x.idx --json
    works ./program encode --out run --count 30 --output codes.tsv
    works ./program encode --out run --count 30 --output codes.csv
    works ./program decode --out run --input codes.csv --label-column label --output back.csv
    "$bin/pngs" x.idx pictures || fail pngs
    works ./program eval --out run --data pictures
}

# A code of two axes with labels, so that a run has all its pictures.
case_pictures() {
    sed 's/const latent = 20/const latent = 2/' "$source/models/vae.ae" > two.ae
    compile two.ae
    "$bin/blobs" idx 60 1 28 28 > x.idx
    "$bin/blobs" classes 60 1 3 > y.idx
    works ./program train --data x.idx --labels y.idx --valid x.idx --valid-labels y.idx --epochs 2 --batch 25 --out run
    [ -s run/pictures/scatter-0002.png ] || fail "$(ls run/pictures)"
    works ./program scatter --data x.idx --labels y.idx --out run
}

case_contractive() {
    compile "$source/models/contractive.ae"
    if [ "${AECC_FULL-}" ]; then commands; else few_commands; fi
}

case_denoising() {
    compile "$source/models/denoising.ae"
    if [ "${AECC_FULL-}" ]; then commands; else few_commands; fi
    works ./program reconstruct --data x.idx --out run --output both.png --corrupt
}

case_gradcheck() {
    compile "$here/groups.ae"
    "$bin/blobs" idx 60 1 28 28 > x.idx
    works ./program gradcheck --data x.idx --batch 2
    compile "$here/kl.ae"
    commands
}

fresh
case_"$1"
echo "$1: fine"
