#!/usr/bin/env bash
# measure.sh SOURCE: what scripts/measure says of its rows fits together: each has a run, with --quick too, which has no more epochs
# then and whose bound is no stricter for them; each is in the README, as is every model, and so is every picture there or on a page.
set -euo pipefail
cd "$1"
failed=0
complain() { echo "$*"; failed=1; }

lines() { sed -n "/^$1() {/,/^EOT/p" scripts/measure | grep '|'; }

declare -A epochs few
while IFS='|' read -r run model _ _ all some; do
    [ -f "models/$model.ae" ] || complain "$run: no models/$model.ae"
    grep -q "(models/$model.ae)" README.md || complain "$model: not in the README"
    epochs[$run]=$all few[$run]=$some
    [ "$some" = - ] || [ "$some" -le "$all" ] || complain "$run: $some epochs with --quick, $all without"
done < <(lines runs)

rows=0 quick=0
while IFS='|' read -r row run formula bound some what; do
    [ "$what" ] || complain "$row: not six columns"
    needs=$(echo "$run"; grep -o '[a-z_0-9]*\.[a-z]' <<<"$formula" | grep '^[a-z]' | cut -d. -f1) || true
    for need in $needs; do
        [ "${epochs[$need]:-}" ] || complain "$row: no run $need"
        [ "$some" = - ] || [ "${few[$need]:-0}" != - ] || complain "$row: has a bound with --quick, $need has no epochs"
    done
    rows=$((rows + 1))
    [ "$some" = - ] && continue
    quick=$((quick + 1))
    awk "BEGIN { exit !($some >= $bound) }" || complain "$row: $some with --quick is stricter than $bound"
    [ "${few[$run]:-}" != "${epochs[$run]:-}" ] || [ "$needs" != "$run" ] || [ "$some" = "$bound" ] ||
        complain "$row: as many epochs with --quick, another bound"
done < <(lines table)
[ "$rows" -ge 40 ] && [ "$quick" -ge 20 ] || complain "$rows rows, $quick of them with --quick"

listed=$(scripts/measure --help)
for script in scripts/measure-*; do
    for row in $(python3 "$script" --list); do
        grep -qw "$row" <<<"$listed" || complain "$row: not in scripts/measure --help"
    done
done

# Links to pictures lead somewhere, and no picture is there that no page shows.
for model in models/*.ae; do grep -q "($model)" README.md || complain "$model: not in the README"; done
named=$(mktemp)
for page in README.md docs/*.md examples/*/README.md; do
    for picture in $(grep -o '([a-z_0-9./]*\.png)' "$page" | tr -d '()'); do
        realpath --relative-to=. "$(dirname "$page")/$picture"
    done
done | sort -u >"$named"
comm -3 "$named" <(ls docs/pictures/*.png examples/*/*.png | sort) | sed 's/^\t\(.*\)/\1: no page shows it/; t; s/$/: a page shows it, but it is gone/' >"$named.off"
[ ! -s "$named.off" ] || { cat "$named.off"; failed=1; }
rm -f "$named" "$named.off"
exit $failed
