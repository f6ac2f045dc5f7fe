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

# emitted NAME MODEL COUNT: writes NAME.c
emitted() {
    "$2" "$3" > "$work/$1.ae"
    "$aecc" "$work/$1.ae" -o "$work/$1.c"
}

functions() {
    grep -c '^static void REAL(' "$work/$1.c"
}

bytes() {
    wc -c < "$work/$1.c"
}

emitted few layers 10
emitted many layers 100
[ "$(functions many)" -le $(($(functions few) + 4)) ] || {
    echo "10 layers are $(functions few) functions, 100 are $(functions many)" >&2
    exit 1
}
[ $(( ($(bytes many) - $(bytes few)) / 90 )) -le 8000 ] || {
    echo "a layer adds $(( ($(bytes many) - $(bytes few)) / 90 )) bytes" >&2
    exit 1
}
