#!/bin/sh
# run.sh MODEL.ae AECC BIN SOURCE WORK: what a model's figures must be, as its comments say:
#   # examples: N             rows of the data set (50)
#   # train: OPTIONS          of train                       (none)
#   # expect NAME VALUE WITHIN …   a figure of eval, in double precision, and how far off it may be
#   # trained NAME VALUE WITHIN …  the same of the last epoch of training
model=$1 name=$(basename "$1" .ae)
aecc=$2 bin=$3 source=$4 work=$5/$name
. "$4/tests/models/common.sh"
unoptimised
fresh
said() { sed -n "s|^# $1:\{0,1\}  *||p" "$model"; }
works "$aecc" "$model" -o program
examples=$(said examples)
small_data ./program "${examples:-50}"
# shellcheck disable=SC2046,SC2086
works ./program train $data --out run --quiet $(said train)
# shellcheck disable=SC2086
works ./program eval $data --weights run/last.safetensors --double --json
figures out.txt > all.figures
last_losses run > trained.json
figures trained.json > trained.figures

# compare WORD FIGURES: what is said after the word is what is found there
compare() {
    said "$1" > expected
    while read -r figure value within rest; do
        is=$(awk -v name="$figure" '$1 == name { print $2 }' "$2")
        awk -v a="$is" -v b="$value" -v most="$within" \
            'BEGIN { d = a - b; exit !(a ~ /^[-0-9]/ && d <= most && -d <= most) }' ||
            fail "$figure is $is, and should be $value within $within  $rest"
    done < expected
    wc -l < expected
}

expected=$(compare expect all.figures) || { echo "$expected"; exit 1; }
trained=$(compare trained trained.figures) || { echo "$trained"; exit 1; }
[ $((expected + trained)) -gt 0 ] || fail "nothing is expected"
echo "$name: $expected + $trained figures as they should be"
