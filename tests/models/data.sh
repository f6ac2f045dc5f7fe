#!/bin/sh
# data.sh CASE AECC BIN SOURCE WORK: data as people have it: tables, pictures, recordings, parts of a data set.
# Each function case_NAME is one test, with a model of its own.
aecc=$2 bin=$3 source=$4 work=$5/data_$1
here=$(cd "${0%/*}" && pwd)
. "$here/common.sh"
unoptimised

# columns N: makes ./columns, which reads vectors of N numbers; its metrics c0 … are their means
columns() {
    {
        echo "model columns"
        echo "input x : vector[$1]"
        echo "encoder { h = x |> dense(2) }"
        echo "decoder { xhat = h |> dense($1) }"
        echo "loss    { total = squared_error(xhat, x) }"
        echo "metric {"
        i=0
        while [ $i -lt "$1" ]; do echo "    c$i = x[$i]" && i=$((i + 1)); done
        echo "}"
        echo "train { batch 4; epochs 1; minimize total over all with sgd(1e-6) }"
    } > columns.ae
    works "$aecc" columns.ae -o columns
    "$bin/blobs" f32 8 1 "$1" > first.f32
    works ./columns train --data first.f32 --out run --quiet
}

# means VALUES EXAMPLES OPTIONS…: what eval says of these columns
means() {
    values=$1 examples=$2 i=0
    shift 2
    ./columns eval --out run --json "$@" > out.txt 2> err.txt || fail "$*: $(cat err.txt)"
    grep -q "\"examples\": $examples," out.txt || fail "$*: wanted $examples examples: $(cat out.txt)"
    for value in $values; do
        near "$(figure out.txt c$i)" "$value" 1e-6 "$*: column $i:"
        i=$((i + 1))
    done
}

# says WORDS: the last command has said one line on standard error, with these words, or nothing where there are none
says() {
    if [ $# = 0 ]; then
        [ ! -s err.txt ] || fail "it says: $(cat err.txt)"
    else
        [ "$(wc -l < err.txt)" = 1 ] && grep -q -e "$1" err.txt || fail "no '$1' in: $(cat err.txt)"
    fi
}

# What is guessed is told once, in words that say it otherwise; a first row with a gap is no header; columns are chosen.
case_tables() {
    columns 2
    printf '# of two sensors\nflow;temp\nl/s;C\n0,25;20\n0,75;30\n' > units.csv
    means "0.5 25" 2 --data units.csv
    says '^columns: units.csv: taken for --csv separator=semicolon,decimal=comma,units=yes, which can say it otherwise; left out: 1 line with #'
    means "0.5 25" 2 --data units.csv --csv 'separator=;,decimal=,,units=yes'
    says 'columns: units.csv: left out: 1 line with #'
    refuses 'units.csv:4: field 1 (flow) is .0,25., wanted a number: with decimals, say --csv decimal=comma' \
        ./columns eval --out run --data units.csv --csv decimal=.
    works ./columns train --quiet --data units.csv --out quiet
    printf 'sep=;\na;b\n1;2\n3;4\n' > sep.csv
    means "2 3" 2 --data sep.csv
    says
    printf '"a","b"\n"1",0.1,0.2\n"2",0.3,0.4\n' > r.csv
    means "0.2 0.3" 2 --data r.csv
    says 'rownames=yes'
    for gap in '' NA '?' nan null -; do
        printf '0.1,%s\n0.2,0.3\n' "$gap" > gap.csv
        refuses "gap.csv:1: field 2 is '$gap', wanted a number" ./columns eval --out run --data gap.csv
    done
    printf 'time,id,a,b\n2024-01-01 00:00,7,0.1,0.2\n2024-01-01 00:01,8,0.3,0.4\n' > log.csv
    refuses 'log.csv: has 4 columns (time, id, a, b), input x wants 2 numbers: choose by --columns, leave out by --ignore' \
        ./columns eval --out run --data log.csv
    means "0.2 0.3" 2 --data log.csv --ignore time,id
    means "0.3 0.2" 2 --data log.csv --columns b,a
    means "0.3 7.5" 2 --data log.csv --columns 4,id
    means "0.2 0.3" 2 --data log.csv --ignore 1,2
    refuses "log.csv: has no column 'tim'; its columns are time, id, a, b" ./columns eval --out run --data log.csv --ignore tim
    refuses "log.csv: column 'a' is named twice" ./columns eval --out run --data log.csv --columns a,a
    refuses_usage '--csv knows no .sep.; it knows separator' ./columns eval --out run --data log.csv --csv 'sep=;'
    refuses_usage '--csv header wants yes or no' ./columns train --data log.csv --csv header=perhaps --out no
}

# What is wrong with a file is told as what it is: blanks that do not break are blanks, a byte 0, fields that something else separates, more words than classes.
case_told() {
    columns 2
    printf '\302\240a;b\342\200\257\n\302\2401;\302\240\302\2402 \302\240\n3\342\200\257;4\302\240\n' > blanks.csv
    means "2 3" 2 --data blanks.csv --columns a,b
    says
    printf 'a,b\n1,2\n3,\0004\n' > zero.csv
    refuses 'zero.csv:3: holds a byte 0, which no text has' ./columns eval --out run --data zero.csv
    printf 'a^b\n1^2\n3^4\n' > other.csv
    refuses 'other.csv: has 1 column (1 to 1), input x wants 2 numbers: --csv separator= says what stands between them' ./columns eval --out run --data other.csv
    means "2 3" 2 --data other.csv --csv separator=^
    refuses_usage '--data wants FILE, or INPUT=FILE for an input of the model, not .y=blanks.csv' ./columns eval --out run --data y=blanks.csv
    refuses_usage '--data wants one file of each input, not .other.csv' ./columns eval --out run --data blanks.csv --data other.csv
    refuses_usage '--data wants one file of each input, not .x=other.csv' ./columns eval --out run --data x=blanks.csv --data x=other.csv
    # seconds since 1970: a float has one in 128 of them
    printf 'time,b\n16777216,2\n1700000001,4\n1700000002,6\n' > seconds.csv
    ends 0 'column 1 (time) has numbers such as 1700000001, of which a float keeps 24 bits: subtract what they share' \
        ./columns eval --out run --data seconds.csv
    python3 -c "import struct; open('seconds.npy', 'wb').write(b'\x93NUMPY\x01\x00' + struct.pack('<H', 118)
        + b\"{'descr': '<i8', 'fortran_order': False, 'shape': (2, 2), }\".ljust(117) + b'\n' + struct.pack('<4q', 1, 2, 1700000001, 4))"
    ends 0 'seconds.npy has numbers such as 1700000001, of which a float keeps 24 bits' ./columns eval --out run --data seconds.npy
    printf '1,2\n3,4\n' > y=1.csv # a file that is called so
    means "2 3" 2 --data y=1.csv
    refuses 'blanks.csv: 2 examples are too few for --folds fold 2 of 9' ./columns train --out no --data blanks.csv --folds 9 --fold 2
    cat > kinds.ae <<'END'
input  x : vector[2]
target t : vector[2]
label  y : class[3]
encoder { h = x |> dense(2) }
decoder { xhat = h |> dense(2) }
loss    { total = squared_error(xhat, t) + cross_entropy(dense(h, 3), y) }
train   { batch 4; epochs 1; minimize total over all with sgd(1e-6) }
END
    works "$aecc" kinds.ae -o kinds
    printf 'a,b,y\n1,2,ant\n3,4,bee\n5,6,cat\n7,8,dog\n' > four.csv
    refuses 'four.csv:5: field 3 (y) is .dog., wanted one of 3 classes, and the file has 4 (input y)' ./kinds train --out no --data x=four.csv --data t=four.csv
    sed 's/vector\[2\]/vector[4] in 0..1/; s/dense(2)/dense(4)/' columns.ae | grep -v ' c[0-9] = ' > flat.ae
    works "$aecc" flat.ae -o flat
    "$bin/blobs" idx 5 1 2 2 > b.idx
    ends 0 '^columns: b.idx: its bytes, 0 to 255, are taken for 0 to 1$' ./flat train --data b.idx --out flat.run
    printf '1,2\n3,4\n5,6\n' > short.csv
    sed -i s/dog/cat/ four.csv
    refuses 'short.csv has 3 examples, four.csv has 4 examples: wanted as many' ./kinds train --out no --data x=four.csv --data t=short.csv
}

# A run that goes on reads its data as it began.
case_tables_resume() {
    columns 2
    printf 'id;a;b\n7;0,1;0,2\n8;0,3;0,4\n9;0,3;0,6\n' > d.csv
    ./columns train --data d.csv --ignore id --csv 'decimal=,' --out kept --epochs 1 --quiet || fail "train"
    works ./columns train --resume --out kept --epochs 2 --quiet
    refuses_usage '--resume goes on as begun: the run in kept has --ignore id, not a' \
        ./columns train --resume --out kept --epochs 3 --ignore a
    refuses_usage '--resume goes on as begun: the run in kept has --columns (none), not a,b' \
        ./columns train --resume --out kept --epochs 3 --columns a,b
    refuses_usage 'has --csv decimal=,, not header=yes' ./columns train --resume --out kept --epochs 3 --csv header=yes
}

# Pictures of several formats and sizes in folders of labels; what is no picture is told; a run keeps --resize.
case_pictures() {
    cat > pictures.ae << 'END'
model pictures
input x : image[1, 28, 28] in 0..1
encoder { h = x |> flatten |> dense(4) }
decoder { xhat = h |> dense(784) |> reshape(1, 28, 28) }
loss    { total = squared_error(xhat, x) }
metric  { grey = mean(x) }
train   { batch 4; epochs 1; minimize total over all with sgd(1e-6) }
END
    works "$aecc" pictures.ae -o pictures
    images x.idx 6
    mkdir one
    "$bin/pngs" x.idx one || fail pngs
    works ./pictures train --data one --out run --quiet
    works ./pictures eval --data x.idx --out run --json
    grey=$(figure out.txt grey)
    works ./pictures eval --data one --out run --json
    near "$(figure out.txt grey)" "$grey" 1e-6 "as IDX and as PNG:"
    cp "$here/../fuzz/corpus/jpeg/large" one/photo.JPG
    refuses 'photo.JPG: is 19 pixels high and 33 wide, input x wants 28 and 28: --resize fit or fill' \
        ./pictures eval --data one --out run
    echo text > one/notes.txt
    ./pictures train --data one --resize fit --out fitted > out.txt 2> err.txt || fail "$(cat err.txt)"
    grep -q '^pictures: 7 examples' out.txt || fail "$(cat out.txt)"
    says '^pictures: one: 7 pictures; left out: 1 that is no PNG or JPEG (notes.txt)$'
    works ./pictures train --quiet --resume --epochs 2 --out fitted
    refuses_usage 'the run in fitted has --resize fit, not fill' ./pictures train --resume --epochs 3 --out fitted --resize fill
    refuses_usage '--resize wants fit or fill, not .stretch.' ./pictures eval --data one --out run --resize stretch
    refuses 'photo.JPG: is a picture: name the folder' ./pictures eval --data one/photo.JPG --out run
    head -c 300 one/photo.JPG > one/cut.jpeg
    refuses 'cut.jpeg: cannot be read as JPEG: ' ./pictures eval --data one --out run --resize fill
}

# Pictures of an array with the channels last are those with the channels first, bytes and floats; it is told.
case_channels() {
    cat > colour.ae <<'END'
input x : image[3, 2, 4] in 0..1
encoder { h = x |> flatten |> dense(2) }
decoder { xhat = h |> dense(24) |> reshape(3, 2, 4) }
loss    { total = squared_error(xhat, x) }
metric  { each = flatten(x) }
train   { batch 4; epochs 1; minimize total over all with sgd(1e-3) }
END
    works "$aecc" colour.ae -o colour
    python3 - <<'END' || fail python3
import struct
def npy(path, descr, shape, data):
    head = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (descr, shape)
    head += " " * (63 - (10 + len(head)) % 64) + "\n"
    open(path, "wb").write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + data)
value = lambda i, c, y, x: (97 * i + 61 * c + 31 * y + 7 * x) % 256
first = [value(i, c, y, x) for i in range(5) for c in range(3) for y in range(2) for x in range(4)]
last = [value(i, c, y, x) for i in range(5) for y in range(2) for x in range(4) for c in range(3)]
for name, shape, values in ("first", (5, 3, 2, 4), first), ("last", (5, 2, 4, 3), last):
    npy(name + ".npy", "|u1", shape, bytes(values))
    npy(name + "f.npy", "<f4", shape, struct.pack("<120f", *[v / 255 for v in values]))
END
    works ./colour train --data first.npy --out run --quiet
    for kind in "" f; do
        works ./colour eval --data first$kind.npy --out run --json
        mv out.txt first.json
        ./colour eval --data last$kind.npy --out run --json > out.txt 2> err.txt || fail "$(cat err.txt)"
        says ": last$kind.npy: taken for pictures with the 3 channels last"
        same first.json out.txt
    done
}

# Pictures of two folders go together by their order: other names are told.
case_pictures_paired() {
    cat > paired.ae <<'END'
input  x : image[1, 6, 6] in 0..1
target t : image[1, 6, 6] in 0..1
encoder { h = x |> flatten |> dense(2) }
decoder { xhat = h |> dense(36) |> reshape(1, 6, 6) }
loss    { total = squared_error(xhat, t) }
train   { batch 4; epochs 1; minimize total over all with sgd(1e-3) }
END
    works "$aecc" paired.ae -o paired
    "$bin/blobs" idx 6 1 6 6 > x.idx && "$bin/pngs" x.idx one && "$bin/pngs" x.idx two || fail pngs
    works ./paired train --data x=one --data t=two --out run --quiet
    works ./paired eval --data x=one --data t=two --out run
    last=$(cd two && for file in *; do echo "$file"; done | tail -n 1)
    mv "two/$last" two/zz.png
    ./paired eval --data x=one --data t=two --out run > out.txt 2> err.txt || fail "$(cat err.txt)"
    says '^paired: two: its pictures have other names than those of one, and go with them in the order of their names$'
    mv two/zz.png "two/${last%.png}.jpeg" # what it holds tells what it is
    works ./paired eval --data x=one --data t=two --out run
}

# A recording is its windows: the same figures as of examples that hold what they hold, one after the other.
case_recording() {
    cat > recording.ae << 'END'
model recording
input s : signal[2, 16]
encoder { h = s |> flatten |> dense(4) |> relu }
decoder { shat = h |> dense(32) |> reshape(2, 16) }
loss    { total = squared_error(shat, s) }
metric  { first = s[0, 0];  last = s[1, 15] }
train   { batch 4; epochs 2; minimize total over all with adam(1e-2) }
END
    works "$aecc" recording.ae -o recording
    awk 'BEGIN { print "time,a,b"; for (i = 0; i < 200; i++) printf "%d,%.6f,%.6f\n", i, sin(i / 5), cos(i / 7) }' > r.csv
    awk 'BEGIN { for (w = 0; w + 16 <= 200; w += 5) {
        for (k = w; k < w + 16; k++) printf "%.6f,", sin(k / 5)
        for (k = w; k < w + 16; k++) printf "%.6f%s", cos(k / 7), k < w + 15 ? "," : "\n" } }' > windows.csv
    ./recording train --data r.csv --ignore time --stride 5 --out run > out.txt 2> err.txt || fail "$(cat err.txt)"
    grep -q '^recording: 37 examples (r.csv)' out.txt || fail "$(cat out.txt)"
    says '^recording: r.csv: taken for a recording of 2 channels: 37 windows of 16 moments, one every 5 (--stride); left out: the last 4 moments$'
    works ./recording train --data windows.csv --out other
    same run/metrics.csv other/metrics.csv
    works ./recording eval --data windows.csv --out run --json
    mv out.txt windows.json
    ./recording eval --data r.csv --columns a,b --stride 5 --out run --json > out.txt 2> /dev/null || fail eval
    agree windows.json out.txt 1e-12
    works ./recording train --resume --quiet --epochs 3 --out run
    refuses_usage 'the run in run has --stride 5, not 6' ./recording train --resume --epochs 4 --out run --stride 6
    refuses 'r.csv: has 3 columns (time, a, b), input s wants 2, the channels of a recording, or 32 numbers: choose by --columns, leave out by --ignore' ./recording eval --data r.csv --out run
    refuses 'windows.csv: --stride is for recordings' ./recording eval --data windows.csv --out run --stride 3
    # a class of each moment becomes one of each window: 12 of 16 moments in two windows of five
    sed 's/^metric .*/label y : class[2]\nmetric { ones = y }/' recording.ae > labelled.ae
    works "$aecc" labelled.ae -o labelled
    awk 'BEGIN { print "a,b,y"; for (i = 0; i < 80; i++) printf "%d,%d,%d\n", i % 7, i % 5, (i >= 20 && i < 48) }' > y.csv
    works ./labelled train --quiet --data y.csv --label-column y --out y
    ./labelled eval --data y.csv --label-column y --out y --json > out.txt 2> /dev/null || fail "eval"
    ./labelled reconstruct --data y.csv --out y --output again.csv > again.txt 2> err.txt || fail "labels beside the channels: $(cat err.txt)"
    near "$(figure out.txt ones)" 0.4 1e-6 "windows of class 1:"
    refuses_usage '--stride wants a number of moments from 1 on, not .0.' ./recording eval --data r.csv --out run --stride 0
}

# A recording comes back as one: each moment the mean of what the windows that hold it restore, in the table that it came in, or its gaps alone.
case_recording_back() {
    cat > back.ae <<'END'
model back
input x : signal[2, 4] with gaps
encoder { h = x |> flatten |> dense(2) }
decoder { xhat = x + x[0, 0] + 0 * sum(h) }
loss    { total = mean(h^2) + squared_error(xhat, x, given = x.given) }
train   { batch 4; epochs 1; minimize total over all with sgd(1e-9) }
END
    "$aecc" back.ae -o back > out.txt 2>&1 || fail "$(cat out.txt)"
    awk 'BEGIN { srand(6); print "t;a;b"; for (i = 0; i < 21; i++) print i ";" (i % 8 == 5 ? "" : int(90 * rand())) ";" (i % 8 == 2 ? "NA" : int(90 * rand())) }' > r.csv
    ./back train --data r.csv --ignore t --stride 3 --out run --quiet 2> err.txt || fail "$(cat err.txt)"
    awk -F';' -v OFS=';' 'NR == 1 { print > "all.csv"; print > "filled.csv"; next }
        { t[NR - 2] = $1; a[NR - 2] = $2; b[NR - 2] = $3 }
        END { for (w = 0; w < 20; w += 3) { v = w + 4 > 21 ? 17 : w; for (m = v; m < v + 4; m++) { n[m]++; sum[m] += a[v] } }
            for (m = 0; m < 21; m++) if (n[m]) { first = sum[m] / n[m]; u = a[m] + first; v = b[m] + first
                printf "%s;%.8g;%.8g\n", t[m], u, v > "all.csv"; printf "%s;%s;%s\n", t[m], a[m] == "" ? sprintf("%.8g", u) : a[m], b[m] == "NA" ? sprintf("%.8g", v) : b[m] > "filled.csv" } }' r.csv
    # The last window lies at the end of the recording, and holds moments of the one before.
    ends 0 '7 windows of 4 moments, one every 3 (--stride)' ./back reconstruct --data r.csv --ignore t --stride 3 --out run --output out.csv
    ! grep -q 'left out' err.txt || fail "$(cat err.txt)"
    same out.csv all.csv
    ends 0 'a recording' ./back reconstruct --data r.csv --ignore t --stride 3 --out run --output out.csv --fill
    same out.csv filled.csv
    grep -q '^5 gaps filled' out.txt || fail "$(cat out.txt)"
    # Of an array a table of its channels; of a part of the windows the moments of these.
    "$bin/blobs" f32 13 3 2 > r.f32
    { printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (13, 2), }" && cat r.f32; } > r.npy
    ends 0 'a recording' ./back reconstruct --data r.npy --stride 1 --out run --output out.csv
    [ "$(head -n 1 out.csv)" = x_0,x_1 ] && [ "$(wc -l < out.csv)" = 14 ] || fail "$(cat out.csv)"
    ends 0 'a recording' ./back reconstruct --data r.csv --ignore t --out run --output out.csv --split 0.5,0.5 --split-by-order --part valid
    says 'left out: the last 1 moment$'
    [ "$(sed 1d out.csv | cut -d';' -f1 | tr '\n' ' ')" = "$(echo 12 13 14 15 16 17 18 19) " ] || fail "$(cat out.csv)"
    ends 0 'left out: 9 moments between them' ./back reconstruct --data r.csv --ignore t --out run --output out.csv --stride 8
    [ "$(sed 1d out.csv | cut -d';' -f1 | tr '\n' ' ')" = "$(echo 0 1 2 3 8 9 10 11 16 17 18 19) " ] || fail "$(cat out.csv)"
    # The gaps of an array are filled, and what is there stays to the bit.
    printf '\000\000\300\177' | dd of=r.npy bs=1 seek=$((128 + 4 * 25)) conv=notrunc 2> /dev/null
    ends 0 'a recording' ./back reconstruct --data r.npy --stride 2 --out run --output out.npy --fill
    grep -q '^1 gaps filled' out.txt || fail "$(cat out.txt)"
    cmp -n $((128 + 4 * 25)) r.npy out.npy || fail "what was there"
    [ "$(wc -c < out.npy)" = $((128 + 4 * 26)) ] && ! cmp -s r.npy out.npy || fail "the last gap"
}

# numbers PART…: the examples that `score` sees of it, one a line
numbers() {
    ./columns score --data d.csv --out run --output scores.csv "$@" > out.txt 2> err.txt || fail "$*: $(cat err.txt)"
    tail -n +2 scores.csv | cut -d, -f1
}

# Parts of the data: train, valid and test of one seed are the data; other commands see the last, or what they ask for.
case_split() {
    columns 2
    awk 'BEGIN { print "a,b"; for (i = 0; i < 40; i++) printf "%d,%d\n", i, i * i }' > d.csv
    order="--split 0.5,0.25,0.25 --split-by-order"
    # shellcheck disable=SC2086
    {
        ./columns train --data d.csv $order --out run --force > out.txt || fail train
        grep -q '^columns: 20 examples (d.csv)' out.txt && grep -q '^10 more are validated on, 10 are seen by other commands' out.txt ||
            fail "$(cat out.txt)"
        means 34.5 10 --data d.csv $order
        means 9.5 20 --data d.csv $order --part train
        means 24.5 10 --data d.csv $order --part valid
        means 24.5 10 --data d.csv --folds 4 --fold 3 --split-by-order
    }
    works ./columns train --data d.csv --split 0.5,0.25,0.25 --seed 3 --out run --force
    works ./columns eval --data d.csv --split 0.5,0.25,0.25 --part valid --out run --json
    near "$(figure out.txt c0)" "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "valid.c0") at = i } END { print $at }' run/metrics.csv)" \
        1e-6 "what training validates on:"
    for part in train valid test; do numbers --split 0.5,0.25,0.25 --part $part > $part; done
    numbers --split 0.5,0.25,0.25 --seed 99 > again # the run's seed splits
    same test again
    [ "$(wc -l < train)" = 20 ] && [ "$(wc -l < valid)" = 10 ] || fail "$(wc -l train valid test)"
    seq 0 39 > all
    sort -n train valid test > together
    same all together
    for fold in 1 2 3 4 5; do numbers --folds 5 --fold $fold; done | sort -n > together
    same all together
    # a run that goes on keeps its parts
    works ./columns train --resume --epochs 2 --out run
    grep -q '10 more are validated on' out.txt || fail "$(cat out.txt)"
    refuses_usage 'the run in run has --split 0.5,0.25,0.25, not 0.5,0.5' ./columns train --resume --epochs 3 --out run --split 0.5,0.5
    refuses_usage 'the run in run has --split 0.5,0.25,0.25, not fold 1 of 5 by order' \
        ./columns train --resume --epochs 3 --out run --folds 5 --fold 1 --split-by-order
    refuses_usage 'wants two or three shares that add up to 1' ./columns eval --data d.csv --out run --split 0.5,0.2
    refuses_usage 'give one of them' ./columns eval --data d.csv --out run --split 0.5,0.5 --folds 5 --fold 1
    refuses_usage 'folds needs --fold' ./columns eval --data d.csv --out run --folds 5
    refuses_usage 'go with --split or --folds' ./columns eval --data d.csv --out run --part test
    refuses_usage 'need --data' ./columns eval --out run --split 0.5,0.5
    refuses_usage '--part wants train, valid or test' ./columns eval --data d.csv --out run --split 0.5,0.5 --part best
    refuses_usage 'give one of them' ./columns train --data d.csv --valid d.csv --split 0.5,0.5 --out no
    head -n 3 d.csv > few.csv
    refuses 'few.csv: 2 examples are too few for --split 0.8,0.2' ./columns train --data few.csv --split 0.8,0.2 --out no
}

# Counts that are kept as what is not 0 give the figures of the same counts as a table; without data there are built-in ones.
case_counts() {
    cat > counts.ae << 'END'
model counts
input x : counts[6]
label y : class[2147483647]
encoder { h = log1p(x) |> dense(3) }
decoder { rate = h |> dense(6) |> softplus;  xhat = rate }
loss    { total = poisson_nll(rate + 1e-6, x) }
metric  { kind = y;  first = x[0];  far = y == 16777217;  near = y - 1 == 16777216 }
train   { batch 4; epochs 2; minimize total over all with adam(1e-2) }
END
    # a tensor so long takes a second of each command: one command, of a program of its own
    sed 's/far = .*/place = sum(iota(16777220) == 16777217) }/' counts.ae > places.ae
    works "$aecc" places.ae -o places
    works "$aecc" counts.ae -o counts
    printf '1 1:2 6:3\n0 2:1\n2\n+1 1:2 4:1\n' > x.svm
    printf '%%%%MatrixMarket matrix coordinate integer general\n4 6 5\n1 1 2\n1 6 3\n2 2 1\n4 4 1\n4 1 2\n' > x.mtx
    printf 'a,b,c,d,e,f,y\n2,0,0,0,0,3,1\n0,1,0,0,0,0,0\n0,0,0,0,0,0,2\n2,0,0,1,0,0,1\n' > x.csv
    printf '1\n0\n2\n1\n' > y.csv
    gzip -k x.mtx
    works ./counts train --data x.csv --out run
    works ./counts train --data x.svm --out sparse
    same run/metrics.csv sparse/metrics.csv
    works ./counts eval --data x.csv --out run --json
    mv out.txt table.json
    for data in "x.svm" "x.mtx --labels y.csv" "x.mtx.gz --labels y.csv"; do
        # shellcheck disable=SC2086
        works ./counts eval --data $data --out run --json
        agree table.json out.txt 1e-12
    done
    works ./counts eval --out run --json
    works ./counts gradcheck
    # classes and places are exact where a float has every other number only
    printf 'a,b,c,d,e,f,y\n1,0,0,0,0,0,16777216\n1,0,0,0,0,0,16777217\n1,0,0,0,0,0,16777218\n1,0,0,0,0,0,2147483646\n' > far.csv
    works ./counts eval --data far.csv --out run --json
    near "$(figure out.txt far)" 0.25 1e-12 "examples of class 16777217:"
    near "$(figure out.txt near)" 0.25 1e-12 "examples of the class after 16777216:"
    works ./places eval --data far.csv --weights run/last.safetensors --json
    near "$(figure out.txt place)" 1 1e-12 "places 16777217:"
    sed 's/2147483646$/2147483647/' far.csv > beyond.csv
    refuses 'beyond.csv:5: field 7 (y) is .2147483647., wanted a class of 0 to 2147483646 (input y)' ./counts eval --data beyond.csv --out run
    printf '1 1:2\n0 2:-1\n' > bad.svm
    refuses 'bad.svm: example 1 holds -1 in column 2, input x wants counts, whole numbers from 0 on' ./counts eval --data bad.svm --out run
    printf 'a,b,c,d,e,f,y\n2,0,0,0,0,1.5,1\n' > bad.csv
    refuses 'bad.csv:2: field 6 (f) is .1.5., wanted counts, whole numbers from 0 on (input x)' ./counts eval --data bad.csv --out run
}

# Products by what is not 0 give what products of all elements give: the same words as counts and as a vector.
case_nonzeros() {
    cat > words.ae << 'END'
model words
input x : counts[300]
encoder { h = log(1 + x) |> normalize |> dense(20) |> tanh |> dense(3) }
decoder { logits = h |> dense(300);  xhat = softmax(logits) }
loss    { total = -sum(x * log_softmax(logits)) }
train   { batch 16; epochs 3; minimize total over all with adam(1e-2) }
END
    sed 's/counts\[/vector[/' words.ae > plain.ae
    awk 'BEGIN { for (i = 0; i < 64; i++) { s = i % 3
        for (c = 1 + i % 7; c <= 300; c += 61 + i % 5) s = s " " c ":" 1 + (i + c) % 4
        print s (i ? "" : " 300:1") } }' > x.svm
    works "$aecc" words.ae -o words.c
    [ "$(grep -c nonzeros_times words.c)" -ge 2 ] || fail "no product by what is not 0, or no gradient"
    works "$aecc" words.ae -o words
    works "$aecc" plain.ae -o plain
    for program in words plain; do
        works ./$program train --data x.svm --out $program.run
        works ./$program eval --data x.svm --out $program.run --json
        mv out.txt $program.json
    done
    agree plain.json words.json 1e-5
    works ./words gradcheck --data x.svm
}

# Products skip zeros where an image is 0 and so is what is made of it; that they give the same bits is shown by
# tests/runtime/kernels_skips_test.c.
case_zeros() {
    # skips COUNT INPUT NOISY ENCODED: so many products of a program whose first layer reads ENCODED of that input
    skips() {
        printf 'model m\n%s\n' "$2" > m.ae
        [ "$4" != xc ] || printf 'noise { xc = %s }\n' "$3" >> m.ae
        printf 'encoder { z = %s |> flatten |> dense(80) |> tanh |> dense(70) }\n' "$4" >> m.ae
        printf 'decoder { xhat = z |> dense(100) |> reshape(1, 10, 10) }\nloss { total = squared_error(xhat, x) }\n' >> m.ae
        printf 'train { batch 100; minimize total over all with adam(1e-3) }\n' >> m.ae
        works "$aecc" m.ae -o m.c
        found=$(grep -c 'REAL(skips_times)' m.c || true)
        [ "$found" = "$1" ] || fail "$found products skip zeros of $4, $2, $3; wanted $1"
        skipping=$([ "$1" = 0 ] && echo OUT || true)
        grep -q "AERT_VECTORS(AERT_WITHOUT, AERT_WITH$skipping)" m.c || fail "wrong vectors for $1 products"
    }
    image='input x : image[1, 10, 10] in 0..1'
    skips 3 "$image" x x
    skips 3 'input x : image[1, 10, 10]' x x
    skips 3 "$image" x '(log(1 + x) * 2)'
    skips 3 "$image" 'x |> mask(0.3)' xc
    skips 3 "$image" 'x |> dropout(0.3)' xc
    skips 0 'input x : image[1, 10, 10] in -1..1' x x
    skips 0 "$image" x '(x - 0.5)'
    # codes of what is not noisy
    skips 1 "$image" 'x |> gaussian(0.3)' xc
    skips 1 "$image" 'x |> salt_and_pepper(0.3)' xc
}

fresh
case_"$1"
echo "$1: fine"
