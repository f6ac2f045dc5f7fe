#!/bin/sh
# runs.sh CASE AECC BIN WORK: what a run's folder promises, by the program of kept.ae.  Each function case_NAME is one test.
# With AECC_FULL=1 they try all that there is; otherwise a sample.
aecc=$2 bin=$3 home=$4 work=$4/$1
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../models/common.sh"

kept=$home/kept
options="--data $home/x.f32 --labels $home/x.idx --valid $home/v.f32 --valid-labels $home/v.idx"

# trains DIR OPTION…: on 60 examples in batches of 16, saved after every batch, so that no moment is without a checkpoint
trains() {
    out=$1
    shift
    # shellcheck disable=SC2086
    "$kept" train $options --threads "${threads:-1}" --checkpoint-every 1 --quiet --out "$out" "$@"
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
    works "$aecc" "$here/tiny.ae" -o tiny
    "$bin/blobs" f32 20 1 3 > t.f32
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
create .lock
unlink metrics.jsonl
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
truncate metrics.csv
truncate metrics.jsonl
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

# draw MOST: $drawn is a number from 1, each time another, and the same ones in each run of the test
draw() {
    state=$(((${state:-1} * 1103515245 + 12345) % 2147483648))
    drawn=$((state / 65536 % $1 + 1))
}

# killed_in_time SECONDS COMMAND…: as killed, whatever it is doing then
killed_in_time() {
    status=0
    timeout -s KILL "$@" > killed.txt 2>&1 || status=$?
    [ $status = 137 ] || [ $status = 0 ] || fail "$*: exit status $status: $(cat killed.txt)"
    [ $status = 137 ]
}

# A run that is killed anywhere: at a change on the disk by its number, in the middle of a write, at some time.
case_anywhere() {
    kills=0 wanted=10 over=1
    [ -z "$AECC_FULL" ] || wanted=500
    while [ $kills -lt $wanted ] || [ $over = 0 ]; do
        if [ $over = 1 ]; then
            rm -rf parts
            over=0
            draw 2
            threads=$drawn
        fi
        draw 4
        how=$drawn
        draw 250 # an epoch has some 45 changes, so that most turns get through one
        # shellcheck disable=SC2086
        case $how in
        1) killed KILL_AT=$drawn trains parts --resume || over=1 ;;
        2 | 3) killed KILL_AT=$drawn KILL_TORN=1 trains parts --resume || over=1 ;;
        4) killed_in_time "$(printf '0.%03d' $drawn)" "$kept" train $options --threads $threads --checkpoint-every 1 --quiet \
            --out parts --resume || over=1 ;;
        esac
        if [ $over = 1 ]; then
            diff -r "$home/whole" parts || fail "after $kills kills the run is another one"
        else
            kills=$((kills + 1))
        fi
    done
    echo "killed $kills times"
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

# A run that saves by time alone has its first checkpoint before anything is written of the first epoch.
case_first() {
    for moment in "create checkpoint" "create reconstructions-0001.png" "rename last.safetensors" "tear metrics.csv"; do
        # shellcheck disable=SC2086
        killed KILL_WHAT="$moment" "$kept" train $options --resume --quiet --out run || fail "it never came to '$moment'"
    done
    # shellcheck disable=SC2086
    works "$kept" train $options --resume --quiet --out run
    diff -r "$home/whole" run || fail "the run that was killed is another one"
}

# The best weights of an epoch that is done again are there already: it must be done as it was.
case_best() {
    set -- "$home/tiny" train --resume --out run --quiet
    killed KILL_AFTER="rename reconstructions-0002.png" KILL_WHAT="sync run" "$@" --data "$home/t.f32" || fail "never killed"
    killed KILL_AFTER="rename best.safetensors" KILL_WHAT="sync run" "$@" || fail "never killed"
    refuses 'epoch 2, which is done again: resume without more epochs first' "$@" --epochs 9
    works "$@"
    works "$home/tiny" train --data "$home/t.f32" --out whole --quiet
    diff -r whole run || fail "the run that was killed is another one"
}

# damaged HOW FILE AT: a copy of the tiny run, with that file damaged
damaged() {
    rm -rf run && cp -r tiny run
    "$bin/damage" "$1" "run/$2" "$3" || fail "damage $*"
}

# told_or_exact FILE: a run that goes on with the damaged file is refused in one line and leaves the folder as it was, or
# leaves all that one leaves that went on with the file as it was
told_or_exact() {
    rm -rf before && cp -r run before
    status=0
    "$home/tiny" train --resume --out run --epochs 3 --quiet > out.txt 2> err.txt || status=$?
    if [ $status = 0 ]; then
        [ ! -s err.txt ] || fail "it goes on, and says: $(cat err.txt)"
        [ "${1%/*}" = "$1" ] || cp "more/$1" "run/$1" # a picture of before
        diff -r more run || fail "$what: it goes on, and ends otherwise"
        exact=$((exact + 1))
    else
        [ $status = 1 ] && [ "$(wc -l < err.txt)" = 1 ] || fail "$what: exit status $status: $(cat err.txt)"
        diff -r before run || fail "$what: it is refused, and the folder is another one"
        told=$((told + 1))
    fi
}

# A bit of a byte, or all that follows it, of each file of a run: it is told, or does not matter.
case_damage() {
    told=0 exact=0
    works "$home/tiny" train --data "$home/t.f32" --out tiny --quiet
    cp -r tiny more
    works "$home/tiny" train --resume --out more --epochs 3 --quiet
    works "$home/tiny" eval --out tiny --data "$home/t.f32" --json
    cp out.txt figures.txt
    for file in $(cd tiny && find . -type f -size +0 | sed 's/^..//' | sort); do
        size=$(wc -c < "tiny/$file") step=1
        # Pictures are large, and nothing reads them.
        if [ -z "$AECC_FULL" ] || [ "${file%/*}" != "$file" ]; then step=$((size / 4 + 1)); fi
        for how in flip cut; do
            at=0
            while [ $at -lt "$size" ]; do
                what="$how $file $at"
                damaged $how "$file" $at
                if [ "$file" = best.safetensors ]; then
                    refuses 'best.safetensors' "$home/tiny" eval --out run --data "$home/t.f32"
                fi
                told_or_exact "$file"
                at=$((at + step))
            done
        done
    done
    echo "told $told times, without effect $exact times"
    [ $told -gt 20 ] || fail "this was told $told times only"
    # Where nothing will be written again, the last weights must be whole as well.
    damaged flip last.safetensors 500
    refuses 'last.safetensors' "$home/tiny" train --resume --out run
    damaged flip best.safetensors 500
    refuses 'best.safetensors' "$home/tiny" train --init run/best.safetensors --out other
    works "$home/tiny" train --data "$home/t.f32" --out one --epochs 1 --quiet
    cp one/best.safetensors run
    refuses 'weights of epoch 1, where the run has those of epoch 2' "$home/tiny" train --resume --out run
    rm run/best.safetensors
    refuses 'best.safetensors' "$home/tiny" train --resume --out run
    damaged flip best.safetensors 500
    cp tiny/last.safetensors run/best.safetensors
    rm run/metrics.csv
    refuses 'metrics.csv' "$home/tiny" train --resume --out run
}

# Every command that looks at weights.
case_commands() {
    cp -r "$home/whole" run
    works "$kept" encode --out run --output codes.npy
    "$bin/damage" flip run/best.safetensors 4000 || fail damage
    for command in eval encode "decode --input codes.npy" reconstruct sample walk interpolate scatter \
        "gradcheck --weights run/best.safetensors"; do
        # shellcheck disable=SC2086
        set -- $command
        [ "$1" = gradcheck ] || set -- "$@" --out run
        refuses 'run/best.safetensors: damaged' "$kept" "$@"
    done
}

# What no run writes, in a checkpoint whose checksum fits: TENSOR, element, value.
case_values() {
    works "$home/tiny" train --data "$home/t.f32" --out tiny --quiet
    for value in "run:place 0 0" "run:place 0 2" "run:place 0 4" "run:place 0 4611686018427387904" "run:place 1 -1" \
        "run:place 1 4" "run:place 1 4611686018427387904" "run:place 2 1" "run:place 2 -1" "run:place 3 0" "run:place 3 4" \
        "run:place 4 0" "run:place 4 3" "run:place 4 -1" "run:place 5 0" "run:place 5 9" "run:place 5 -1" \
        "run:place 5 4611686018427387904" "run:place 7 21" "run:place 7 0" "run:epochs 0 0" "run:epochs 0 -2" "run:epochs 0 1" \
        "run:epochs 0 4611686018427387904" "run:rows 0 21" "run:rows 0 -1" "run:rows 0 0.5" "run:rows 0 nan" "run:update 0 7" \
        "run:update 0 nan" "run:update 0 -1" "run:data 0 0" "run:metrics 0 -1" "run:metrics 0 9223372036854775807" \
        "run:metrics 1 -1" "run:metrics 2 1" "run:metrics 3 1"; do
        rm -rf run && cp -r tiny run
        # shellcheck disable=SC2086
        set -- $value
        "$bin/damage" set run/checkpoint "$@" || fail "damage $value"
        echo "$value"
        cp run/checkpoint before
        refuses 'run/\|examples' "$home/tiny" train --resume --out run --epochs 5
        same before run/checkpoint
    done
    rm -rf run && cp -r tiny run
    "$bin/damage" format run/checkpoint "aert checkpoint 1"
    refuses 'written by another version of aecc' "$home/tiny" train --resume --out run
}

# A name is bytes, and need be no text.
case_paths() {
    name=$(printf 'a \377\376"\n\047b')
    mkdir "$name"
    cp "$home/t.f32" "$name/$name.f32"
    works "$home/tiny" train --data "$name/$name.f32" --out run --quiet
    mkdir other
    (cd other && works "$home/tiny" train --resume --out ../run --epochs 3 --quiet) || exit 1
    works "$home/tiny" train --data "$home/t.f32" --out whole --epochs 3 --quiet
    same whole/last.safetensors run/last.safetensors
    works "$home/tiny" train --resume --out run --data "$name/$name.f32"
    refuses_usage 'goes on as begun' "$home/tiny" train --resume --out run --data "$home/t.f32"
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
    works "$kept" eval --out run --data "$home/v.f32"
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
