#!/bin/sh
# Plans of graphs against goldens: x.ir + x.plan.  Lines "# expect N kernels" or "# expect N buffers" in x.ir say
# which fusion must have happened; overlaps are looked for in the plan's text, by overlap.awk.
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
    if [ "${2:-}" = --bless ]; then
        cp "$work/plan" "$name.plan"
    fi
    diff -u "$name.plan" "$work/plan" || status=1
    awk -f overlap.awk "$work/plan" || status=1
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
