#!/usr/bin/env bash
# clang.sh SOURCE BUILD: everything compiles without a warning with clang as well, whose warnings do not depend on what it
# optimises.
set -euo pipefail
command -v clang >/dev/null || { echo "skipped: no clang"; exit 77; }
command -v ninja >/dev/null && export CMAKE_GENERATOR=Ninja
cmake -S "$1" -B "$2" -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Debug -DAECC_WERROR=ON >"$2.log" ||
    { cat "$2.log"; exit 1; }
cmake --build "$2" -j2
