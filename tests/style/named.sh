#!/usr/bin/env bash
# named.sh SOURCE: the tables of files in READMEs are whole, and no file is named that is gone.
#
# Each .c, .def, .y and .l file of a folder of compiler/, and of all folders of runtime/, is named in the README of it; a file
# that these READMEs, docs/how-it-works.md, docs/decisions.md, tests/README.md or a comment of a source file names is there.
set -euo pipefail
cd "$1"
failed=0
complain() { echo "$1: $2"; failed=1; }
sources=$(find compiler runtime tests -type f -name '*.[chyl]' -o -name '*.def' -type f | sort)

# A header is where its .c file is told of.
whole() { # README FILE…
    local readme=$1 file base
    shift
    for file; do
        base=${file##*/}
        grep -qF "\`$base\`" "$readme" || complain "$readme" "does not name $file"
    done
}
for folder in compiler/*/; do
    mapfile -t files < <(grep -E "^$folder.*\.(c|def|y|l)$" <<<"$sources")
    [ ${#files[@]} = 0 ] && continue
    if [ -f "$folder/README.md" ]; then whole "${folder}README.md" "${files[@]}"; else complain "$folder" "has no README.md"; fi
done
mapfile -t files < <(grep -E '^runtime/[a-z]+/.*\.(c|def)$' <<<"$sources")
whole runtime/README.md "${files[@]}"

# Names in texts: the end of some file's path; x.ir, vae.c and their like are a user's or a test's.
files=$(find compiler runtime tests scripts cmake docs models -type f)
texts="compiler/README.md $(echo compiler/*/README.md) runtime/README.md docs/how-it-works.md docs/decisions.md tests/README.md"
# shellcheck disable=SC2086
gone=$(awk '
    FILENAME == "-" {
        there[$0]
        for (name = $0; sub(/^[^\/]*\//, "", name);) there[name]
        next
    }
    {
        readme = FILENAME ~ /\.md$/
        names = readme ? "`[a-z_0-9/]+[.](c|h|def|sh|py|ir)`" : "[a-z_0-9/]+[.](c|def)([^a-z_0-9]|$)"
        if (!readme && $0 !~ /^ *(\/\*| \*) / || FILENAME ~ /\.def$/) next
        for (line = $0; match(line, names);) {
            name = substr(line, RSTART, RLENGTH)
            line = substr(line, RSTART + RLENGTH)
            gsub(/^`|[^a-z]*$/, "", name)
            if (!(name in there) && name !~ /(^|\/)(vae|x|y|programs|_[a-z]+)\./)
                print FILENAME ":" FNR ": names " name ", which is not there"
        }
    }' - $texts $sources <<<"$files")
[ -z "$gone" ] || { echo "$gone"; failed=1; }
[ $failed = 0 ] && echo "every file is told of, and every file that is told of is there"
exit $failed
