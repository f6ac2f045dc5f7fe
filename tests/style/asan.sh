#!/usr/bin/env bash
# asan.sh SOURCE BUILD: tests that need no generated program, under AddressSanitizer and UBSan.  By default those areas that lead the
# compiler and the runtime through texts, graphs and files of their own, without the tests that only do more of what others do;
# with AECC_FULL=1 all of them.  Every model goes through the compiler in models/sanitize.
#
# By default UBSan has no words for what it finds, and nobody knows of lines, which takes a third of the time to compile: the program
# ends there, AddressSanitizer says in which function ("ILL"), and AECC_FULL=1 says what it was and where.  Warnings are the ordinary
# build's matter.
set -euo pipefail
command -v ninja >/dev/null && export CMAKE_GENERATOR=Ninja
areas="autodiff;check;docs;emit;fuzz;ir;passes;plan;random;runtime;support;syntax" # one that is not there is an error
# Of what leads graphs through derivatives and passes, the goldens; models do the same, and fuzz/ir.
less=(-E '^(autodiff/(ops|numeric|slopes)|check/(overgrown|slips|block_value)|docs/list|ops/|passes/(values|rules|random|contractive)|runtime/(kernels_|program_bench))')
without='^(autodiff_|check_slips|kernels_|ops_|passes_)' flags="-w -fsanitize-undefined-trap-on-error"
if [ "${AECC_FULL-}" ]; then areas='' less=() without='' flags=-g1; fi
cmake -S "$1" -B "$2" -DCMAKE_BUILD_TYPE=Asan "-DCMAKE_C_FLAGS=$flags" -DAECC_TEST_AREAS="$areas" -DAECC_TEST_WITHOUT="$without" >"$2.log" ||
    { cat "$2.log"; exit 1; }
cmake --build "$2" -j2
cd "$2"
# Memory of an arena lives as long as the program; only reports of wrong accesses matter.  They say of an allocation who asked for it,
# with AECC_FULL=1 four calls deep, which takes a tenth of the time more; to keep all thirty, a sixth more still.
export ASAN_OPTIONS=detect_leaks=0:malloc_context_size=$([ "${AECC_FULL-}" ] && echo 4 || echo 1):strict_string_checks=1:handle_sigill=1 UBSAN_OPTIONS=print_stacktrace=1 OPENBLAS_NUM_THREADS=1
ctest --output-on-failure -j3 --timeout 240 -LE "program|slow" "${less[@]}"
