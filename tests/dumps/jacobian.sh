#!/bin/sh
# The contractive penalty forms no Jacobian: jacobian.sh AECC MODEL
# Its step's plan holds no buffer of rows, h and x at once, 500 by 784 of each example; the graph as it is written, without
# the passes, does.
set -eu
aecc=$1 model=$2

buffers() { "$aecc" --dump=plan "$@" "$model" 2>/dev/null | sed -n '/^plan step_main/,/^plan eval/p' | grep '^buffer'; }
jacobians() { buffers "$@" | grep '[[,]n[],]' | grep '[[,]500[],]' | grep -e '[[,]784[],]' -e '[[,]28,28[],]' || true; }

[ "$(buffers | wc -l)" -gt 5 ] || { echo "no plan of a step"; exit 1; }
found=$(jacobians)
[ -z "$found" ] || { echo "the Jacobian is formed: $found"; exit 1; }
[ -n "$(jacobians --passes=)" ] || { echo "this test tells nothing"; exit 1; }
