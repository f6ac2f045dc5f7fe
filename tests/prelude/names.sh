#!/bin/sh
# No name that the prelude defines occurs in the compiler's C or grammar: names.sh COMPILER
# Comments do not count, nor do words of a message: what counts is an identifier, or a string that is the name.  The tables of
# words say those of the grammar, of which `clip norm` is one.
set -u
compiler=$1 failed=0
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
sed -n 's/^\(layer\|network\|noise\|loss\|function\|distribution\|optimizer\) \([a-z_0-9]*\)(.*/\2/p' \
    "$compiler"/prelude/*.ae | sort -u >"$work/names"
sed -n 's/^WORD([A-Z0-9_]*, "\([a-z_]*\)".*/\1/p' "$compiler"/syntax/words.def >"$work/words"
[ "$(wc -l <"$work/names")" -gt 20 ] || { echo "found too few definitions in the prelude"; exit 1; }
find "$compiler" \( -name '*.[chly]' -o -name '*.def' \) | sort >"$work/files"
while read -r file; do
    # Strips /* … */ and // … outside of strings, line by line, so that numbers of lines stay.
    awk '{
        out = ""; line = $0
        if (!inside && line ~ /^# *include/) { print ""; next }
        while (length(line)) {
            if (inside) { at = index(line, "*/"); if (!at) { line = ""; break }
                          line = substr(line, at + 2); inside = 0; continue }
            if (match(line, /^"([^"\\]|\\.)*"/)) {
                text = substr(line, 2, RLENGTH - 2)
                if (text ~ /^[a-z_0-9]+$/) out = out " " text " "
                line = substr(line, RLENGTH + 1); continue
            }
            if (substr(line, 1, 2) == "/*") { inside = 1; line = substr(line, 3); continue }
            if (substr(line, 1, 2) == "//") break
            out = out substr(line, 1, 1); line = substr(line, 2)
        }
        print out }' "$file" >"$work/text"
    case $file in
    */emit/c/names.c) grep -v -x gamma "$work/names" >"$work/these" ;; # a word of C's library
    */kernel/*.[ch] | */plan/*.c | */emit/c/*.c) grep -v -x edge "$work/names" >"$work/these" ;;   # what a node of a kernel reads
    */check/traits.c | */check/warnings.c) grep -v -x mask "$work/names" >"$work/these" ;; # a part of tokens, x.mask
    */emit/targets.def) grep -v -x dot "$work/names" >"$work/these" ;; # a program that draws graphs
    */syntax/words.def | */syntax/parser.y) grep -v -x -f "$work/words" "$work/names" >"$work/these" ;;
    *) cp "$work/names" "$work/these" ;;
    esac
    if grep -n -w -f "$work/these" "$work/text" >"$work/hits"; then
        sed "s|^|$file:|" "$work/hits"
        failed=1
    fi
done <"$work/files"
exit $failed
