#!/bin/sh
# What is emitted grows with what is different in a model, not with its size: layers that are alike add rows to tables,
# and no functions.
#
#     growth.sh AECC
set -eu
aecc=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# layers COUNT: a chain of so many dense layers
layers() {
    cat << END
model chain
input x : vector[32]
encoder {
    h = x |> dense(16)
    repeat $1 { h = h |> dense(16) |> relu }
}
decoder { y = h |> dense(32) }
loss    { total = sum((y - x)^2) }
train   { batch 32; minimize total over encoder, decoder with adam(1e-3) }
END
}

# widths COUNT LEAST MORE THEN: so many dense layers, each MORE units wider than the one before, and THEN behind each
widths() {
    echo 'model widths
input x : vector[32]
encoder {
    h0 = x'
    i=0
    while [ $((i += 1)) -le "$1" ]; do
        echo "    h$i = h$((i - 1)) |> dense($(($2 + $3 * i)))$4"
    done
    echo "}
loss  { total = sum(h$1^2) }
train { batch 32; minimize total over all with sgd(0.1) }"
}

# operations COUNT: a chain of so many elementwise operations
operations() {
    echo 'model operations
input x : vector[3]
encoder {
    a0 = tanh(x)'
    i=0
    while [ $((i += 1)) -le "$1" ]; do
        echo "    a$i = tanh(a$((i - 1)) + $i)"
    done
    echo "}
loss  { total = sum(dense(a$1, 3)^2) }
train { batch 4; minimize total over all with sgd(0.1) }"
}

# emitted NAME MODEL COUNT …: writes NAME.c
emitted() {
    name=$1
    shift
    "$@" > "$work/$name.ae"
    "$aecc" "$work/$name.ae" -o "$work/$name.c"
}

longest_function() {
    awk '/^static void REAL\(/ { from = NR } /^}/ { if (from && NR - from > most) most = NR - from; from = 0 } END { print most }' "$work/$1.c"
}

functions() {
    grep -c '^static void REAL(' "$work/$1.c"
}

# Those that only the doubles have.
doubles() {
    awk '/^#if AERT_REAL == 64/ { inside = 1 } /^#endif/ { inside = 0 } inside && /^static void REAL\(/ { count++ } END { print count + 0 }' \
        "$work/$1.c"
}

bytes() {
    wc -c < "$work/$1.c"
}

emitted few layers 10
emitted many layers 1000
[ "$(functions many)" -le $(($(functions few) + 8)) ] || {
    echo "10 layers are $(functions few) functions, 1000 are $(functions many)" >&2
    exit 1
}
[ $(( ($(bytes many) - $(bytes few)) / 990 )) -le 8000 ] || {
    echo "a layer adds $(( ($(bytes many) - $(bytes few)) / 990 )) bytes" >&2
    exit 1
}

# Their initial values differ in range and number only.
emitted wide widths 6 3 1 ''
[ "$(grep -c '= REAL(draw_key)(' "$work/wide.c")" -eq 1 ] || {
    echo "initial values of layers of several widths are several functions" >&2
    exit 1
}

# Functions of doubles alone that differ in lengths only have them as arguments.
emitted large widths 5 64 8 ' |> relu'
emitted larger widths 12 64 8 ' |> relu'
[ "$(doubles larger)" -le "$(doubles large)" ] || {
    echo "5 widths are $(doubles large) functions of doubles, 12 are $(doubles larger)" >&2
    exit 1
}

# What ends a product asks for rows of earlier kernels, one line each, where they are many numbers: of 32 by 600, not 64.
emitted far widths 3 600 0 ' |> elu'
emitted near widths 3 64 0 ' |> elu'
! grep -q 'REAL(ask)(' "$work/near.c" && grep -q 'REAL(ask)(.* + 600 \* i + j + 2 \* 600);' "$work/far.c" || {
    echo "asked for: $(grep 'REAL(ask)(' "$work/near.c" "$work/far.c")" >&2
    exit 1
}

emitted chain operations 2000
[ "$(longest_function chain)" -le 600 ] || {
    echo "a chain of 2000 operations is a function of $(longest_function chain) lines" >&2
    exit 1
}
