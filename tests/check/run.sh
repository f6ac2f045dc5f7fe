#!/bin/sh
# Each x.ae has its messages beside it in x.err, to the letter: run.sh AECC [--bless | --every N]
# --every: of N models one; with AECC_FULL=1 all are.
# A line `# options: …` in the model holds further options. The exit status is 1 where there is an error among them and 0 where there are warnings only.
set -u
aecc=$(cd "$(dirname "$1")" && pwd)/$(basename "$1") bless=${2:-} here=$(cd "$(dirname "$0")" && pwd) failed=0 count=0 every=1
[ "$bless" != --every ] || [ -n "${AECC_FULL-}" ] || every=$3
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cd "$here" || exit 1
opted=" $(grep -l '^# options: ' ./*.ae | tr '\n' ' ')"
for model in *.ae; do
    count=$((count + 1))
    [ $((count % every)) = 0 ] || continue
    golden=${model%.ae}.err
    options=
    case $opted in *" ./$model "*) options=$(sed -n 's/^# options: //p' "$model") ;; esac
    # shellcheck disable=SC2086
    "$aecc" check $options "$model" 2>"$work/err"
    status=$?
    [ "$bless" = --bless ] && cp "$work/err" "$golden"
    wanted=0
    case $(cat "$golden") in "error: "* | *": error: "*) wanted=1 ;; esac
    if ! cmp -s "$work/err" "$golden" || [ $status -ne $wanted ]; then
        echo "$model: exit status $status, wanted $wanted"
        diff "$golden" "$work/err"
        failed=1
    fi
done
echo "$count models"
exit $failed
