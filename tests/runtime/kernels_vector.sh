#!/bin/sh
# kernels_vector.sh RUNTIME: gcc and clang make vector code of every loop of kernels_vector.c, by their own report.
# For AVX2, which every machine can compile for, and without -ffast-math; skipped where there is neither.
runtime=$1
here=$(cd "$(dirname "$0")" && pwd)
# Tuned for a processor whose gathers are fast, else gcc leaves sin and cos scalar for their table.
flags="-std=c11 -O3 -mavx2 -mfma -mtune=haswell -fno-math-errno -fno-trapping-math -ffp-contract=fast -fopenmp-simd"
lines=$(grep -n '/\* LOOP \*/' "$here/kernels_vector.c" | cut -d: -f1)
echo 'int main(void) { return 0; }' | cc -mavx2 -x c - -o /dev/null 2>/dev/null || { echo "skipped: no AVX2"; exit 77; }
failed=0 tried=0

# check COMPILER REPORT-OPTION WORDS: each line of a loop has the words in the compiler's report
check() {
    command -v "$1" >/dev/null || return
    tried=1
    report=$("$1" $flags "$2" -I"$runtime" -c "$here/kernels_vector.c" -o /dev/null 2>&1) || {
        echo "$report"
        failed=1
        return
    }
    for line in $lines; do
        if ! echo "$report" | grep -q "kernels_vector.c:$line:.*$3"; then
            echo "FAILED $1: no vector code for $(sed -n "${line}p" "$here/kernels_vector.c")"
            failed=1
        fi
    done
}
check gcc -fopt-info-vec "loop vectorized"
check clang -Rpass=loop-vectorize "vectorized loop"
[ $tried = 1 ] || exit 77
exit $failed
