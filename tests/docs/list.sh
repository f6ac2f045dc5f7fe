#!/bin/sh
# The list of all functions in docs/language.md is what `aecc --show` prints: list.sh AECC DOCS COMPILER [--bless]
# Each line of it says something. What elsewhere.def offers for names of other frameworks is in it, and those names are not.
set -u
aecc=$1 docs=$2 compiler=$3 bless=${4:-} failed=0
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
fail() { echo "$1"; failed=1; }

"$aecc" --show >"$work/list" || fail "aecc --show: exit status $?"
# A line is a call, at least two blanks, and what it is.
awk '/^#/ { printf "%s| %s | |\n|---|---|\n", (NR > 1 ? "\n" : ""), substr($0, 3); next }
     /./ { at = match($0, /  +/); printf "| `%s` | %s |\n", substr($0, 1, at - 1), substr($0, at + RLENGTH) }' \
    "$work/list" >"$work/table"
awk -v table="$work/table" '
    /^<!-- aecc --show -->/ { print; while ((getline line < table) > 0) print line; inside = 1; next }
    /^<!-- end of aecc --show -->/ { inside = 0 }
    !inside' "$docs" >"$work/docs"
if [ "$bless" = --bless ]; then cat "$work/docs" >"$docs"; fi
diff "$docs" "$work/docs" || fail "the list in $docs is not what aecc --show prints: with --bless behind the arguments it is"

grep -v -e '^#' -e '^$' "$work/list" >"$work/lines"
[ "$(wc -l <"$work/lines")" -gt 100 ] || fail "the list is too short"
grep -v '^[a-z_0-9 ]*([^)]*.*)  *[^ ].\{2,129\}$' "$work/lines" && fail "these say nothing, or too much for a line"
sed 's/(.*//; s/.* //' "$work/lines" | sort >"$work/names"
while read -r name; do
    "$aecc" --show "$name" | grep -q "\b$name(" || fail "aecc --show $name does not print it"
done <"$work/names"

# What is called in the advice for names of other frameworks, and those names.
sed -n 's/^ELSEWHERE("[a-z0-9]*", "\(.*\)")$/\1/p' "$compiler/check/elaboration/elsewhere.def" | grep -o '[a-z_0-9]*(' |
    tr -d '(' | grep . | sort -u >"$work/called"
[ "$(comm -23 "$work/called" "$work/names")" = "" ] || fail "advice calls: $(comm -23 "$work/called" "$work/names")"
sed -n 's/^ELSEWHERE("\([a-z0-9]*\)", .*/\1/p' "$compiler/check/elaboration/elsewhere.def" | sort >"$work/elsewhere"
[ "$(wc -l <"$work/elsewhere")" -gt 80 ] || fail "found too few rows in elsewhere.def"
[ "$(comm -12 "$work/elsewhere" "$work/names")" = "" ] || fail "is there: $(comm -12 "$work/elsewhere" "$work/names")"

# tells STATUS WORDS NAME
tells() {
    "$aecc" --show "$3" >"$work/out" 2>&1
    [ $? = "$1" ] && grep -qF "$2" "$work/out" || fail "aecc --show $3: wanted status $1 and: $2, got: $(cat "$work/out")"
}
tells 1 "did you mean \`relu\`?" relo
tells 1 "did you mean \`softplus\`?" sofplus
tells 1 "its name is  lgamma(v)" gammaln
tells 1 "batch_norm(v, axis = 0)" BatchNorm2d
tells 1 "lists all" qqqqq
tells 0 "the natural logarithm" log
tells 0 "param W" dense
exit $failed
