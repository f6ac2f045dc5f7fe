#!/usr/bin/env bash
# curves.sh CURVES DIR: a plot of two runs, of which one begins later, is a PNG; what cannot be drawn is told in a line.
set -euo pipefail
curves=$1
cd "$2"
printf 'epoch,stage,total,error\n1,first,,3\n2,whole,20,2\n3,whole,5,1\n' >late.csv
printf 'epoch,total\n1,50\n2,40\n3,40\n' >whole.csv
rm -f curves.png
"$curves" curves.png total late=late.csv "the whole=whole.csv"
head -c 4 curves.png | grep -q PNG
refused() {
    local wanted=$1
    shift
    if "$curves" "$@" 2>told; then echo "drawn: $*"; exit 1; fi
    [ "$(wc -l <told)" = 1 ] && grep -q "$wanted" told || { echo "told of $*: $(cat told)"; exit 1; }
}
refused 'whole.csv: has no column .error' curves.png error late=late.csv whole=whole.csv
refused 'no.csv: No such file' curves.png total late=no.csv
refused 'is no NAME=metrics.csv' curves.png total late.csv
