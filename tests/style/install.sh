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

# has_tiles PROGRAM: whether it has the products of processors with AMX, as all for any processor have, wherever they are made
has_tiles() { [ "$(uname -m)" != x86_64 ] || grep -qaP '\x00amx\x00' "$1"; }

CC=$source/tests/models/cc_unoptimised aecc --march portable vae.ae -o vae # beside itself it finds the runtime
./vae info >/dev/null
has_tiles vae

# clang knows all options that it is given
! command -v clang >/dev/null || CC=clang aecc --march portable "$source/models/pca.ae" -o pca

aecc vae.ae -o vae.c
# shellcheck disable=SC2046
cc -O0 -march=native -Wall -Wextra -Werror vae.c $(pkg-config --cflags --libs aert) -o vae_pc
./vae_pc info >/dev/null

cat >CMakeLists.txt <<'EOT'
cmake_minimum_required(VERSION 3.16)
project(user LANGUAGES C)
find_package(aecc REQUIRED)
aecc_add_autoencoder(vae_cmake vae.ae --march portable -D latent=3)
target_compile_options(vae_cmake PRIVATE -O0)
EOT
cmake -S . -B build "-DCMAKE_PREFIX_PATH=$work/moved" >/dev/null
cmake --build build >/dev/null
./build/vae_cmake info >info.txt
grep -q 'code *\[3\]' info.txt
has_tiles build/vae_cmake
[ -f "$work/moved/share/aecc/models/vae.ae" ]
echo "installed, moved, used"
