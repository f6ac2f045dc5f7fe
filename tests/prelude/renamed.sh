#!/bin/sh
# A prelude definition that is copied and renamed means the same.
#     renamed.sh copy COMPILER WORK              every definition of the prelude under another name: WORK/own.ae
#     renamed.sh AECC MODEL.ae WORK              goes into the model, which uses those; the graphs are equal
set -eu
if [ "$1" = copy ]; then
    compiler=$2 work=$3
    rm -rf "$work" && mkdir -p "$work"
    sed -n 's/^\(layer\|network\|noise\|loss\|function\|distribution\|optimizer\) \([a-z_0-9]*\)(.*/\2/p' \
        "$compiler"/prelude/*.ae | sort -u | sed 's/.*/s#\\b&\\(\\b\\|_[0-9]\\)#own_&\\1#g/' >"$work/rename"
    [ "$(wc -l <"$work/rename")" -gt 20 ]
    for file in "$compiler"/prelude/*.ae; do
        sed -f "$work/rename" "$file"
        echo
    done >"$work/own.ae"
    exit 0
fi
aecc=$1 model=$2 copy=$3
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cp "$copy/own.ae" "$work/own.ae"
# What the model itself declares, such as a hyper beta, is its own.
sed -n 's/^\(hyper\|const\|input\|label\) \([a-z_0-9]*\) .*/s#\\b\2\\(/p' "$model" >"$work/declared"
echo none >>"$work/declared"
grep -v -F -f "$work/declared" "$copy/rename" >"$work/rename_model"
# x.mask is a part of x, and `clip norm` are words of the language, whatever a definition is called.
sed -f "$work/rename_model" -e 's#\(given = x\.\|\* x\.\)own_#\1#g' -e 's#clip own_#clip #' "$model" >>"$work/own.ae"
for which in own plain; do
    if [ $which = plain ]; then source=$model; else source=$work/own.ae; fi
    "$aecc" --dump=ir "$source" | sed 's/ *@.*//; s/own_//g' >"$work/$which.ir"
done
[ "$(wc -l <"$work/plain.ir")" -gt 50 ]
cmp "$work/plain.ir" "$work/own.ir"
