#!/usr/bin/env bash
# asan.sh SOURCE BUILD: tests that need no generated program, under AddressSanitizer and UBSan.  By default those areas that lead the
# compiler and the runtime through texts, graphs and files of their own, without the tests that only do more of what others do;
# with AECC_FULL=1 all of them.  Every model goes through the compiler in models/sanitize.
set -euo pipefail
command -v ninja >/dev/null && export CMAKE_GENERATOR=Ninja
areas="autodiff;check;docs;emit;fuzz;ir;ops;passes;plan;random;runtime;support;syntax" # one that is not there is an error
less=(-E '^(check/overgrown|check/slips|docs/list|runtime/kernels_)')
if [ "${AECC_FULL-}" ]; then areas='' less=(); fi
cmake -S "$1" -B "$2" -DCMAKE_BUILD_TYPE=Asan -DAECC_TEST_AREAS="$areas" >"$2.log" ||
    { cat "$2.log"; exit 1; }
cmake --build "$2" -j2
cd "$2"
# Memory of an arena lives as long as the program; only reports of wrong accesses matter.
export ASAN_OPTIONS=detect_leaks=0:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1
ctest --output-on-failure -j2 --timeout 240 -LE "program|slow" "${less[@]}"
