#!/bin/sh
# rules.sh NAME AECC BIN SOURCE WORK: rules/NAME.ae says a rule of the language in metrics: those named zero_… are 0 and those
# named apart_… are not, on every data set.  Lines in it: `# options: …` of
# aecc; `# works: …` a command that the program offers; `# refuses COMMAND: words` one that it must refuse with them.
name=$1 aecc=$2 bin=$3 source=$4 work=$5/rules/$1
here=$(cd "${0%/*}" && pwd)
. "$here/common.sh"
unoptimised
fresh
cp -r "$here"/rules/*.ae "$here"/rules/more .
options=$(sed -n 's/^# options: //p' "$name.ae")
# shellcheck disable=SC2086
"$aecc" $options "$name.ae" -o program || fail "aecc"
small_data ./program 50
# shellcheck disable=SC2086
{
    works ./program gradcheck $data --batch 4 --threads 1
    works ./program train $data --epochs 2 --batch 16 --out run --quiet
    works ./program eval $data --weights run/last.safetensors --json --double
}
! grep '"\(zero\|apart\)_[^"]*": null' out.txt || fail "a figure is no number"
figures out.txt > all.figures
grep -q -e '^zero_' -e '^apart_' all.figures || fail "no rule among: $(cat all.figures)"
while read -r figure value; do
    case $figure in
    zero_*) near 1 "$(awk "BEGIN { printf \"%.17g\", 1 + $value }")" 1e-9 "$figure:" || exit 1 ;;
    apart_*) apart 1 "$(awk "BEGIN { printf \"%.17g\", 1 + $value }")" 1e-4 "$figure" || exit 1 ;;
    esac
done < all.figures
sed -n 's/^# refuses \([a-z]*\): .*/\1/p' "$name.ae" | while read -r command; do
    words=$(sed -n "s/^# refuses $command: //p" "$name.ae")
    case $command in
    decode) refuses "$words" ./program decode --out run --input x.f32 --output out.npy ;;
    sample) refuses "$words" ./program sample --out run --output out.npy ;;
    esac
done || exit 1
sed -n 's/^# works: //p' "$name.ae" | while read -r command; do
    # shellcheck disable=SC2086
    works ./program $command --out run
done || exit 1
echo "$name: fine"
