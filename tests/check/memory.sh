#!/bin/sh
# memory.sh AECC MODEL: however little memory there is, aecc compiles or says in one line, with exit status 1, that there is too little.
set -u
aecc=$1 model=$2 told=0 compiled=0
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
for limit in 3000 4000 5000 6000 8000 10000 12000 14000 16000 20000 24000 32000 100000; do
    (ulimit -v $limit && exec "$aecc" --dump=plan "$model") >"$work/out" 2>"$work/err"
    status=$?
    if grep -q 'loading shared libraries\|Killed' "$work/err" || [ $status -ge 126 ] && [ $status -lt 128 ]; then
        continue # not even the program fits
    elif [ $status -eq 0 ]; then
        compiled=$((compiled + 1))
    elif [ $status -eq 1 ] && [ "$(cat "$work/err")" = 'aecc: out of memory' ]; then
        told=$((told + 1))
    else
        echo "with $limit KB: status $status"
        cat "$work/err"
        exit 1
    fi
done
echo "$told limits were told, $compiled sufficed"
[ $told -gt 0 ] && [ $compiled -gt 0 ]
