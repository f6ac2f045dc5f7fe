#!/usr/bin/env bash
# asan.sh SOURCE BUILD: the tests that need no generated program, under AddressSanitizer and UBSan; those that only do more of
# what others do are left to AECC_FULL=1.
set -euo pipefail
command -v ninja >/dev/null && export CMAKE_GENERATOR=Ninja
cmake -S "$1" -B "$2" -DCMAKE_BUILD_TYPE=Asan >"$2.log" ||
    { cat "$2.log"; exit 1; }
cmake --build "$2" -j2
cd "$2"
# Memory of an arena lives as long as the program; only reports of wrong accesses matter.
export ASAN_OPTIONS=detect_leaks=0:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1
less=(-E '^(check/overgrown|check/slips|docs/list|dumps/sides|runtime/kernels_)')
[ -z "${AECC_FULL-}" ] || less=()
ctest --output-on-failure -j2 --timeout 240 -LE "program|slow" "${less[@]}"
