#!/bin/sh
# Random models: evaluator, programs that no pass has touched, and optimised ones compute the same.
#
#     run.sh TOOLS SOURCE WORK FIRST COUNT [SINCE]     models number FIRST to FIRST + COUNT - 1: all are evaluated, programs are
#                                                      made of those with a feature that none before them has, counted from
#                                                      number SINCE (FIRST) on; with AECC_FULL=1 of all
#     run.sh TOOLS SOURCE WORK x.ae                    one model
#
# WORK keeps models and programs, for looking at what fails.  Programs are only compiled as doubles and not
# optimised: how vectors and floats come out is what tests/emit looks at.  So clang compiles them, where there is one
# and AECC_FULL is not set, in half of gcc's time.
set -eu
tools=$1 source=$2 work=$3 first=$4 count=${5:-} since=${6:-$4} cc=${CC:-cc}
[ "${AECC_FULL-}" ] || ! command -v clang > /dev/null || cc=clang
rm -rf "$work"
mkdir -p "$work/include"
ln -s "$source/runtime" "$work/include/aert"
if [ -n "$count" ]; then
    if [ "${AECC_FULL-}" ]; then
        "$tools/random_tool" make "$first" "$count" "$work"
    else
        "$tools/random_tool" some "$first" "$count" "$since" "$work"
    fi
else
    "$tools/random_tool" file "$first" "$work"
fi
cd "$work"
[ -n "$(find . -name '*.c')" ] || exit 0 # none has a feature that is new
for program in *.c; do
    "$cc" -std=c11 -O0 -march=native -fopenmp-simd -Wall -Wextra -Wshadow -Werror -Iinclude -I"$source/runtime" -c "$program"
done
. "$source/tests/library.sh"
"$cc" $lld -std=c11 -O1 -Wall $sanitize -Iinclude -I. -I"$source/runtime" -I"$source/tests" \
    "$source/tests/random/harness.c" ./*.o "$library" -o run -lopenblas -ljansson -lpng -ljpeg -lzstd -lz -lm
OPENBLAS_NUM_THREADS=1 ./run expected
