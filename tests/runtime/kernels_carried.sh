#!/bin/sh
# kernels_carried.sh RUNTIME: which kernels of products a program carries is what the C compiler says of the processor (vectors.h).
# Looked at before anything is compiled, so for processors that are not here, too.
runtime=$1
[ "$(uname -m)" = x86_64 ] || { echo "skipped: the kinds of vectors are those of x86-64"; exit 77; }
failed=0

# carries WANTED OPTIONS…: the kernels of a program with windows that skips zeros, in their order
carries() {
    wanted=$1
    shift
    for cc in gcc clang; do
        command -v $cc > /dev/null || continue
        if ! $cc "$1" -E -x c /dev/null > /dev/null 2>&1; then
            echo "$cc does not know $1"
            continue
        fi
        found=$(echo "of: AERT_VECTORS(AERT_WITH, AERT_WITH)" | $cc -E -P "$@" -include "$runtime/products/vectors.h" -x c - | tr -d ' \n' |
            sed -e 's/.*of:{//' -e 's/{[^&]*}};*$//' -e 's/&*aert_[a-z]*_//g' -e 's/{\([^,]*\),\([^,]*\),\([^,}]*\)},/\1+\2+\3 /g' -e 's/([^ ]*)//g')
        [ "$found" = "$wanted" ] || { echo "FAILED: $cc $*: \"$found\", wanted \"$wanted\""; failed=1; }
    done
}
carries "" -march=x86-64
carries "avx2+avx2+avx2 " -march=x86-64-v3
carries "avx2+avx2+avx2 " -march=znver3
carries "avx512+avx512+avx512 " -march=x86-64-v4
carries "avx512+avx512+avx512 " -march=icelake-server
carries "amx+avx512+ avx512+avx512+avx512 " -march=sapphirerapids
carries "amx+avx512+ avx512+avx512+avx512 avx2+avx2+avx2 " -march=x86-64-v3 -DAERT_PORTABLE
exit $failed
