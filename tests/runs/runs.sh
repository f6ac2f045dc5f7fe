#!/bin/sh
# runs.sh CASE AECC BIN WORK: what a run's folder promises, by the program of kept.ae.  Each function case_NAME is one test.
# With AECC_FULL=1 they try all that there is; otherwise a sample.
aecc=$2 bin=$3 home=$4 work=$4/$1
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../models/common.sh"

kept=$home/kept
options="--data $home/x.f32 --labels $home/x.idx --valid $home/v.f32 --valid-labels $home/v.idx --threads 1"

# trains DIR OPTION…: on 60 examples in batches of 16, saved after every batch, so that no moment is without a checkpoint
trains() {
    out=$1
    shift
    # shellcheck disable=SC2086
    "$kept" train $options --checkpoint-every 1 --quiet --out "$out" "$@"
}

# killed VARIABLE=VALUE… COMMAND…: runs it, to be killed at the moment that the variables tell killer.c; fails where the
# command came to its end.
killed() {
    status=0
    (
        export LD_PRELOAD="$bin/libkiller.so" KILL_LOG="$work/moments"
        while case $1 in *=*) ;; *) false ;; esac do
            export "${1?}"
            shift
        done
        "$@"
    ) > killed.txt 2>&1 || status=$?
    [ $status = 137 ] || [ $status = 0 ] || fail "$*: exit status $status: $(cat killed.txt)"
    [ $status = 137 ]
}

# The program, the data, and a run that was left alone; the other cases compare with it.
case_build() {
    mkdir -p "$home" && cd "$home" || exit 1
    works "$aecc" "$here/kept.ae" -o kept
    for set in "x 60 1" "v 20 2"; do
        # shellcheck disable=SC2086
        set -- $set
        "$bin/blobs" f32 "$2" "$3" 1 8 8 > "$1.f32"
        "$bin/blobs" classes "$2" "$3" 4 > "$1.idx"
    done
    rm -rf whole
    works trains whole
    # `stop after` ended the second stage, three epochs before its time.
    [ "$(cut -d, -f1,2 whole/metrics.csv | tr '\n' ' ')" = \
        "epoch,stage 1,first 2,first 3,second 4,second 5,second 6,second 7,third 8,third " ] || fail "$(cat whole/metrics.csv)"
    [ "$(find whole -type f ! -name '.*' | wc -l)" = 30 ] || fail "$(find whole)"
}

# MOMENT, or MOMENT; MOMENT where the first must have been done before, as killer.c names them.
moments() {
    cat <<'MOMENTS'
mkdir parts
create checkpoint
tear checkpoint
rename checkpoint
rename checkpoint; create checkpoint
mkdir pictures
create reconstructions-0001.png
tear samples-0001.png
rename scatter-0001.png
create last.safetensors
tear last.safetensors
rename last.safetensors
create best.safetensors
tear best.safetensors
rename best.safetensors
rename best.safetensors; sync parts
create metrics.csv
write metrics.csv
tear metrics.csv
sync metrics.csv
create metrics.jsonl
tear metrics.jsonl
sync metrics.jsonl
rename losses.png
rename losses.png; create checkpoint
rename losses.png; tear checkpoint
rename losses.png; sync parts
create reconstructions-0002.png
rename losses.png; create checkpoint
rename losses.png; sync parts
create reconstructions-0003.png
rename best.safetensors
tear metrics.csv
rename checkpoint
create reconstructions-0004.png
create reconstructions-0005.png
tear metrics.jsonl
create reconstructions-0006.png
rename losses.png; rename checkpoint
rename losses.png; sync parts
create reconstructions-0007.png
create reconstructions-0008.png
tear last.safetensors
rename losses.png; tear checkpoint
rename losses.png; sync parts
MOMENTS
}

# One run that is killed at each of these moments in turn, and goes on after each.  What it leaves at the end is, byte for
# byte, what the run left that was never killed.
case_kills() {
    moments > list
    while read -r moment; do
        first=${moment%; *}
        [ "$first" != "$moment" ] || first=
        killed ${first:+"KILL_AFTER=$first"} KILL_WHAT="${moment#*; }" trains parts --resume || fail "it never came to '$moment'"
    done < list
    works trains parts --resume
    diff -r "$home/whole" parts || fail "the run that was killed is another one"
    echo "killed $(wc -l < moments) times"
}

# left FOLDER: the temporaries in it
left() {
    find "$1" -name '.*.tmp'
}

# What killed processes were about to write is cleared away by the next that writes the same; what is not theirs stays.
case_leftovers() {
    for moment in "rename checkpoint" "tear last.safetensors" "rename reconstructions-0009.png" "rename losses.png"; do
        rm -rf run begun && cp -r "$home/whole" run
        killed KILL_WHAT="$moment" trains run --resume --set third.epochs=3 || fail "it never came to '$moment'"
        [ "$(left run | wc -l)" = 1 ] || fail "$moment left: $(left run)"
        cp -r run begun
        works trains run --resume --set third.epochs=3
        [ -z "$(left run)" ] || fail "resumed after '$moment': $(left run)"
        works trains begun --force --set first.epochs=1 --set second.epochs=1 --set third.epochs=1
        [ -z "$(left begun)" ] || fail "begun anew after '$moment': $(left begun)"
    done
    for codes in codes.npy codes.csv codes.tsv codes.metadata.tsv; do
        set -- "$kept" encode --out run --data "$home/x.f32" --labels "$home/x.idx" \
            --output "$(echo $codes | sed 's/.metadata//')"
        killed KILL_WHAT="rename $codes" "$@" || fail "it never came to 'rename $codes'"
        [ -n "$(left .)" ] || fail "nothing is left of $codes"
        works "$@"
        [ -z "$(left .)" ] || fail "after encode: $(left .)"
    done
    : > .notes.4711.tmp
    : > .checkpoint.tmp
    works trains . --set first.epochs=1 --set second.epochs=1 --set third.epochs=1
    [ "$(left . | wc -l)" = 2 ] || fail "of two files that are no run's are left: $(left .)"
    # One that a living process has under lock is not left by anybody.
    : > .checkpoint.4711.tmp
    works flock .checkpoint.4711.tmp "$kept" train --resume --out . --set third.epochs=2 --quiet
    [ -e .checkpoint.4711.tmp ] || fail "what another process was writing is gone"
    works "$kept" train --resume --out . --quiet
    [ ! -e .checkpoint.4711.tmp ] || fail "what no process was writing is still there"
}

# waits CONDITION: until it holds; half a minute at most
waits() {
    tries=0
    until eval "$1"; do
        tries=$((tries + 1))
        [ $tries -le 600 ] || fail "in vain: $1"
        sleep 0.05
    done
}

# Two trainings in one folder: the second is refused, until the first has ended, however it ended.
case_lock() {
    # shellcheck disable=SC2086
    "$kept" train $options --out run --set third.epochs=100000 > first.txt 2>&1 &
    first=$!
    trap 'kill -KILL $first 2> /dev/null' EXIT
    waits '[ -e run/best.safetensors ]'
    for how in --resume --force ""; do
        # shellcheck disable=SC2086
        refuses 'run: another training is at work in this folder' trains run $how
    done
    # What looks at a run may do so while it is trained.
    works "$kept" eval --out run --data "$home/v.f32" --labels "$home/v.idx"
    kill -KILL $first
    wait $first 2> /dev/null
    works trains run --force --set first.epochs=1 --set second.epochs=1 --set third.epochs=1
    # Of several that begin in a folder that is not there yet, one does.
    for n in 1 2 3 4; do
        { trains new > $n.txt 2>&1 && echo "$n" >> winners; } &
    done
    wait
    [ "$(wc -l < winners)" = 1 ] || fail "these began together: $(cat winners)"
    diff -r "$home/whole" new || fail "their files are mixed"
}

mkdir -p "$home"
[ "$1" = build ] || fresh
case_"$1"
echo "$1: fine"
