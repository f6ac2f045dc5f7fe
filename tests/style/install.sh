#!/usr/bin/env bash
# install.sh SOURCE BUILD: an installation that was moved makes a program by each of the documented ways.
set -euo pipefail
command -v ninja >/dev/null && export CMAKE_GENERATOR=Ninja
source=$(cd "$1" && pwd) build=$(cd "$2" && pwd)
[ -x "$build/aecc" ] || { echo "skipped: no aecc"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --prefix "$work/first" >/dev/null
mv "$work/first" "$work/moved"
cd "$work"
export PATH=$work/moved/bin:$PATH PKG_CONFIG_PATH=$work/moved/lib/pkgconfig
cp "$source/models/vae.ae" .

CC=$source/tests/models/cc_unoptimised aecc vae.ae -o vae # beside itself it finds the runtime
./vae info >/dev/null

aecc vae.ae -o vae.c
# shellcheck disable=SC2046
cc -O0 -march=native -Wall -Wextra -Werror vae.c $(pkg-config --cflags --libs aert) -o vae_pc
./vae_pc info >/dev/null

cat >CMakeLists.txt <<'EOT'
cmake_minimum_required(VERSION 3.16)
project(user LANGUAGES C)
find_package(aecc REQUIRED)
aecc_add_autoencoder(vae_cmake vae.ae)
EOT
cmake -S . -B build "-DCMAKE_PREFIX_PATH=$work/moved" >/dev/null
cmake --build build >/dev/null
./build/vae_cmake info >/dev/null
[ -f "$work/moved/share/aecc/models/vae.ae" ]
echo "installed, moved, used"
