#!/usr/bin/env bash
# measure_jobs.sh SOURCE: scripts/measure --jobs with programs that only say when they train: two at once and never three, each once, rows printed as by
# one after another, and what fails there fails.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/scripts" "$work/build" "$work/data"
cp "$1/scripts/measure" "$work/scripts"
cd "$work"
touch data/{train,t10k}-images-idx3-ubyte.gz
say() { printf '#!/usr/bin/env bash\n%s\n' "$2" >"$1"; chmod +x "$1"; }
say scripts/deps ''
say scripts/build ''
# shellcheck disable=SC2016
{
    say scripts/measure-some '[ "$1" != --list ] || { echo odd even; exit; }
        echo "1 in Python" >>trained; sleep 0.3; echo "-1 in Python" >>trained
        echo "${*: -1} 1 2 $ROW"; [ "$ROW" = pass ]'
    say build/program 'set -e; while [ "$1" != train ] && [ "$1" != eval ]; do shift; done; word=$1
        for last in "$@"; do [ "$before" != --out ] || out=$last; before=$last; done
        if [ "$word" = eval ]; then echo "{\"total\": 0.05,\"contraction\": 2}"; exit; fi
        [[ ! $out =~ ^.*/${BROKEN:-none}$ ]] || { echo "broken: $out" >&2; exit 1; }
        mkdir -p "$out"; echo "1 $out" >>trained; sleep 0.3; echo "-1 $out" >>trained'
    say build/aecc 'cp build/program "${*: -1}"'
}
rows=(autoencoder contractive_norm odd)
complain() { echo "$*"; exit 1; }
measured() { : >trained; ROW=${row:-pass} scripts/measure --data data "$@" "${rows[@]}"; }
most() { awk '{ now += $1; if (now > most) most = now } END { print most }' trained; }

code=0; measured --threads 1 >one || code=$?
[ $code = 1 ] && [ "$(most)" = 1 ] || complain "one after another: status $code, $(most) at once"
code=0; measured --jobs 2 >two || code=$?
[ $code = 1 ] && [ "$(most)" = 2 ] || complain "--jobs 2: status $code, $(most) at once"
cmp one two || { diff one two; complain "--jobs 2 says something else"; }
grep -q FAIL two && grep -q '^odd 1 2 pass' two || complain "not the rows that were asked for: $(cat two)"
[ "$(grep -c '^1' trained)" = 4 ] && [ "$(grep '^1' trained | sort | uniq -d)" = "" ] || complain "not each of three runs once: $(cat trained)"
code=0; measured --jobs 2 --keep >kept || code=$?
! grep -q / trained && cmp two kept || complain "--keep trains again"

rows=(vae odd)
code=0; row=FAIL measured --quick --jobs 3 >failed || code=$?
[ $code = 1 ] && grep -q '^odd 1 2 FAIL' failed || complain "a row that fails in Python: status $code"
measured --quick --jobs 3 >passed || complain "rows that pass: status $?"
code=0; BROKEN=vae measured --jobs 2 >broken 2>broken.err || code=$?
[ $code = 1 ] && grep -q '^broken: .*/vae$' broken.err && ! grep -q pass broken || complain "a training that fails: status $code, $(cat broken broken.err)"
code=0; measured --jobs two 2>wrong || code=$?
[ $code = 2 ] && grep -q 'jobs two is no number' wrong || complain "--jobs two: status $code, $(cat wrong)"
