#!/bin/sh
# Plans of graphs against goldens: x.ir + x.plan, which pin what is computed together, when, and in how much memory; not where
# a buffer lies, in which overlap.awk looks for overlaps, nor how long the pieces are that a kernel is cut into.  Lines in x.ir
# say what must have come of it: "# expect N kernels" and "# expect N buffers" which fusion must have happened, "# expect cut"
# that every kernel has pieces for two threads, "# expect whole" that none is cut, since the work is less than sharing it costs.
#
#     run.sh TOOLS            compares        run.sh TOOLS --bless     writes the goldens anew
set -eu
tools=$1
cd "$(dirname "$0")"
status=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for graph in *.ir; do
    name=${graph%.ir}
    if ! "$tools/emit_tool" plan "$graph" 128 > "$work/plan"; then
        echo "$graph: no plan"
        status=1
        continue
    fi
    sed 's/ chunk [0-9]*:/:/; s/ offset [0-9]*//' "$work/plan" > "$work/pinned"
    if [ "${2:-}" = --bless ]; then
        cp "$work/pinned" "$name.plan"
    fi
    diff -u "$name.plan" "$work/pinned" || status=1
    awk -f overlap.awk "$work/plan" || status=1
    for cut in $(sed -n 's/^# expect \(cut\|whole\)$/\1/p' "$graph"); do
        awk -v expected="$cut" -v rows=128 -f pieces.awk "$work/plan" || status=1
    done
    sed -n 's/^# expect \([0-9]*\) \(kernel\|buffer\)s$/\1 \2/p' "$graph" > "$work/expected"
    while read -r number what; do
        found=$(grep -c "^$what " "$work/plan" || true)
        if [ "$found" != "$number" ]; then
            echo "$graph: $found ${what}s, not $number"
            status=1
        fi
    done < "$work/expected"
done
exit $status
