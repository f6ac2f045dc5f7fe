#!/bin/sh
# run.sh IRTOOL [--bless]: each pass on the graphs of its folder.
#   x.ir x.out.ir    the pass makes the second of the first, and it is another
#   not_x.ir         the pass leaves it as it is
# The folder `all` is for derivatives and passes in turn, as the compiler runs them.
irtool=$1
bless=$2
failed=0
made=$(mktemp) && plain=$(mktemp) || exit 1
trap 'rm -f "$made" "$plain"' EXIT
cd "$(dirname "$0")" || exit 1

fail() {
    echo "$1: $2"
    failed=1
}

for graph in */*.ir; do
    case $graph in *.out.ir) continue ;; esac
    pass=${graph%%/*}
    if [ "$pass" = all ]; then
        "$irtool" simplify "$graph" >"$made" || fail "$graph" "irtool failed"
    else
        "$irtool" pass "$graph" "$pass" >"$made" || fail "$graph" "irtool failed"
    fi
    expected=${graph%.ir}.out.ir
    case ${graph#*/} in
    not_*) "$irtool" print "$graph" >"$plain" && expected=$plain ;;
    *)
        [ "$bless" = --bless ] && cp "$made" "$expected"
        "$irtool" print "$graph" | cmp -s - "$made" && fail "$graph" "nothing has changed"
        ;;
    esac
    diff -u "$expected" "$made" || fail "$graph" "not as expected"
done
exit $failed
