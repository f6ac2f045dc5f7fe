#!/bin/sh
# terminal.sh AECC: what a terminal would obey is written out, wherever aecc shows a name or a text that it was given. Names with an escape
# sequence, a control character of two bytes, and a byte that is no text.
set -u
aecc=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
odd=$(printf 'a\033[2Jb\302\233c\377') shown='a\x1b[2Jb\x9bc\xff' failed=0

# tells STATUS WORDS COMMAND…: it ends with STATUS, says WORDS, and writes no control character.
tells() {
    status=$1 words=$2
    shift 2
    "$@" >out 2>&1
    found=$?
    [ $found -eq "$status" ] && grep -qF -e "$words" out && ! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" out &&
        ! LC_ALL=C grep -q "$(printf '\302[\200-\237]')" out && ! LC_ALL=C grep -q "$(printf '\377')" out && return
    echo "FAILED, status $found: $*"
    head -c 600 out | cat -v
    failed=1
}

model() {
    cat <<'END'
input x : vector[4]
encoder { h = x |> dense(2) }
decoder { xhat = h |> dense(4) }
loss { total = squared_error(xhat, x) }
train { minimize total over all with adam(1e-3) }
END
}

tells 1 "aecc: $shown.ae: cannot be read" "$aecc" check "$odd.ae"
printf 'wrong %s\n' "$odd" >"$odd.ae"
tells 1 "$shown.ae:1:" "$aecc" check "$odd.ae"
tells 1 "1 | wrong $shown" "$aecc" check "$odd.ae"
tells 1 '"file": "a\u001b[2Jb\u009bc\\xff.ae"' "$aecc" check --json "$odd.ae"
model >model.ae
tells 2 "no option \`--$shown\`" "$aecc" "--$odd" model.ae
tells 2 "no target \`$shown\`" "$aecc" "--target=$odd" model.ae -o out.c
tells 2 "no pass \`$shown\`" "$aecc" "--passes=$odd" model.ae -o out.c
tells 2 "this is \`$shown\`" "$aecc" -D "$odd" model.ae -o out.c
tells 1 "defines no \`$shown\`" "$aecc" --show "$odd"
tells 2 "no stage \`$shown\`" "$aecc" "--dump=$odd" model.ae
tells 2 "aecc: $shown/out.c: there is no such folder" "$aecc" model.ae -o "$odd/out.c"
tells 2 "aecc: $shown/out.d: there is no such folder" "$aecc" model.ae -o out.c --depend "$odd/out.d"
tells 1 "$shown" "$aecc" -D "a=$odd" model.ae -o out.c
CC="no-$odd" tells 1 "no-$shown did not make program" "$aecc" model.ae -o program
# The C file names its model in a comment; there, too, nothing is left for a terminal.
cp model.ae "$odd.ae"
"$aecc" "$odd.ae" -o out.c || failed=1
tells 0 "$shown.ae" cat out.c
[ $failed -eq 0 ] && echo "all is written out"
exit $failed
