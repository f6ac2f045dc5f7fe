#!/bin/sh
# depend.sh AECC: --depend names every file that was read, once, by a path from where aecc runs.
set -eu
aecc=$1 here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cp -r "$here/../models/rules" "$work/rules"
cd "$work"
"$aecc" -D latent=3 rules/use.ae -o 'm $1.c' --depend m.d
echo 'm\ $$1.c: rules/use.ae rules/more/denoise.ae rules/more/deeper/parts.ae' | cmp - m.d
sed -i 's/gain = 2/gain = 3/' rules/more/deeper/parts.ae
cp 'm $1.c' before.c
"$aecc" -D latent=3 rules/use.ae -o 'm $1.c'
if cmp -s before.c 'm $1.c'; then
    echo "a const of a file that is used changes nothing"
    exit 1
fi
