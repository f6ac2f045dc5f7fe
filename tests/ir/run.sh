#!/bin/sh
# IR text read and printed.  run.sh IRTOOL [--bless]
#   x.ir              printed as it is, or as x.out.ir where there is one; what is printed stays so
#   x.ir + x.err      has mistakes: these messages
#   x.ir + x.eval     values of its roots
# --bless writes what comes out into the second files; look at the difference before committing it.
tool=$1
bless=$2
here=$(cd "$(dirname "$0")" && pwd)
temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
cd "$here" || exit 1
failed=0

# compare FILE: what was expected against $temp/out
compare() {
    if [ "$bless" = --bless ] && [ "$2" != fixed ]; then
        cp "$temp/out" "$1"
    elif ! diff -u "$1" "$temp/out"; then
        echo "FAILED $1"
        failed=$((failed + 1))
    fi
}

for file in *.ir; do
    name=${file%.ir}
    case $name in *.out) continue ;; esac
    if [ -e "$name.err" ]; then
        "$tool" print "$file" >"$temp/printed" 2>"$temp/out"
        status=$?
        if [ $status -ne 1 ] || [ -s "$temp/printed" ]; then
            echo "FAILED $file: status $status, or something was printed"
            failed=$((failed + 1))
        fi
        compare "$name.err"
        continue
    fi
    "$tool" print "$file" >"$temp/out" || failed=$((failed + 1))
    if [ -e "$name.out.ir" ]; then compare "$name.out.ir"; else compare "$file" fixed; fi
    cp "$temp/out" "$temp/again.ir"
    "$tool" print "$temp/again.ir" >"$temp/out" || failed=$((failed + 1))
    compare "$temp/again.ir" fixed
    if [ -e "$name.eval" ]; then
        "$tool" eval "$file" --rows 3 --seed 7 >"$temp/out" || failed=$((failed + 1))
        compare "$name.eval"
    fi
done
[ $failed -eq 0 ] || exit 1
