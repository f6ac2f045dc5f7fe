#!/bin/sh
# Random models: evaluator, programs that no pass has touched, and optimised ones compute the same.
#
#     run.sh TOOLS SOURCE WORK FIRST COUNT     models number FIRST to FIRST + COUNT - 1: all are evaluated, programs are made
#                                              of a choice that has every feature, with AECC_FULL=1 of all
#     run.sh TOOLS SOURCE WORK x.ae            one model
#
# WORK keeps models and programs, for looking at what fails.  Programs are only compiled as doubles and hardly
# optimised: how vectors and floats come out is what tests/emit looks at.
set -eu
tools=$1 source=$2 work=$3 first=$4 count=${5:-} cc=${CC:-cc}
rm -rf "$work"
mkdir -p "$work/include"
ln -s "$source/runtime" "$work/include/aert"
if [ -n "$count" ]; then
    "$tools/random_tool" "$([ "${AECC_FULL-}" ] && echo make || echo some)" "$first" "$count" "$work"
else
    "$tools/random_tool" file "$first" "$work"
fi
cd "$work"
for program in *.c; do
    "$cc" -std=c11 -O0 -march=native -fopenmp-simd -Wall -Wextra -Wshadow -Werror -Iinclude -I"$source/runtime" -c "$program"
done
. "$source/tests/library.sh"
"$cc" -std=c11 -O1 -Wall $sanitize -Iinclude -I. -I"$source/runtime" -I"$source/tests" \
    "$source/tests/random/harness.c" ./*.o "$library" -o run -lopenblas -lm
OPENBLAS_NUM_THREADS=1 ./run expected
