#!/bin/sh
# Compiles a program made of graphs, runs it, and compares it with the reference evaluator.
#
#     run.sh TOOLS SOURCE GRAPHS BATCH CC [optimisation]
#
# TOOLS holds emit_tool and the makers of graphs.  GRAPHS is a file of IR, "ops", or "fuzz:FIRST:COUNT".
set -eu
tools=$1 source=$2 graphs=$3 batch=$4 cc=$5 level=${6:--O3}
here=$source/tests/emit
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! command -v "$cc" > /dev/null; then
    echo "$cc is not installed" >&2
    exit 77
fi
case $graphs in
ops) "$tools/emit_ops_ir" > "$work/x.ir" ;;
fuzz:*)
    range=${graphs#fuzz:}
    "$tools/emit_fuzz_ir" "${range%:*}" "${range#*:}" > "$work/x.ir"
    ;;
*) cp "$here/$graphs" "$work/x.ir" ;;
esac

"$tools/emit_tool" c "$work/x.ir" "$batch" > "$work/x.c"
"$tools/emit_tool" c "$work/x.ir" "$batch" > "$work/again.c"
cmp "$work/x.c" "$work/again.c"
mkdir "$work/include"
ln -s "$source/runtime" "$work/include/aert"
. "$source/tests/library.sh"
"$cc" -std=c11 "$level" $sanitize -march=native -fno-math-errno -fno-trapping-math -ffp-contract=fast -fopenmp-simd \
    -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror \
    -I"$work/include" -I"$source/runtime" -I"$source/tests" -I"$here" \
    $lld "$work/x.c" "$here/harness.c" -o "$work/x" "$library" -lopenblas -ljansson -lpng -ljpeg -lzstd -lz -lm
OPENBLAS_NUM_THREADS=1 "$work/x" > "$work/x.out"
"$tools/emit_tool" check "$work/x.ir" "$batch" < "$work/x.out"
