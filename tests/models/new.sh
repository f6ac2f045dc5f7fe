#!/bin/sh
# new.sh CASE AECC BIN SOURCE WORK: `aecc new`, for each kind of data: the model compiles without a warning and trains as it
# stands, by the commands in its comments.  Each function case_NAME is one test.
aecc=$2 bin=$3 source=$4 work=$5/new_$1
here=$(cd "${0%/*}" && pwd)
. "$here/common.sh"
unoptimised

# made DATA NAME WORDS…: with the options $as a model NAME.ae whose lines hold each of the words; its three commands, of two epochs, work.
made() {
    data=$1 name=$2
    shift 2
    # shellcheck disable=SC2086
    "$aecc" new "$data" ${as-} -o "$name.ae" > said.txt 2> err.txt || fail "$data: $(cat err.txt)"
    for words in "$@"; do
        grep -qF -- "$words" "$name.ae" || fail "$name.ae has no '$words': $(cat "$name.ae")"
    done
    sed -n 's/^#     //p' "$name.ae" > commands
    [ "$(wc -l < commands)" = 3 ] || fail "not three commands: $(cat commands)"
    tail -n 3 said.txt | sed 's/^  //' | cmp - commands || fail "other commands are told"
    (PATH="${aecc%/*}:$PATH" sh -e -c "$(sed 's/ train / train --quiet --epochs 2 /' commands)") > out.txt 2>&1 ||
        fail "$name: $(cat "$name.ae" out.txt)"
    ! grep -q 'warning' out.txt || fail "$name: $(cat out.txt)"
    sh -e -c "$(sed -n '2s/ train / eval /p' commands | sed 's/--split-by-order//')" > out.txt 2>&1 || fail "eval: $(cat out.txt)"
}

# A table with names, words, gaps in both, a number for each row, the time, and what is of no use.
case_table() {
    awk 'BEGIN { srand(3); print "id,kind,bill length,mass,sex,note,loss,input"
        for (i = 0; i < 240; i++) { k = int(rand() * 3)
            print i + 1 "," substr("adelie gentoo strap ", 1 + 7 * k, 6) "," (rand() < 0.1 ? "NA" : 30 + 5 * k + rand()) "," 3000 + 400 * rand() "," \
                (rand() < 0.1 ? "" : rand() < 0.5 ? "male" : "female") ",word" i "," (rand() < 0.5 ? "a" : "b") "," rand() } }' > 'my table.csv'
    made 'my table.csv' birds 'table["bill length", mass, "input"] standardized with gaps' 'input  kind : class[3]' \
        'input  sex : class[2] optional' 'Not read: id, which numbers the rows.' 'Not read: note, which has many different words.' \
        'Not read: loss, which is a class whose name the model cannot use: rename it.' "--data 'my table.csv' --ignore id,note,loss"
    grep -q ',$' filled.csv && fail "a gap is left"
    [ "$(cut -d, -f6 filled.csv)" = "$(cut -d, -f6 'my table.csv')" ] || fail "other columns changed"
    grep -q ',,' filled.csv && fail "a gap of a class is left"
    awk 'BEGIN { srand(5); print "a,b,region"; for (i = 0; i < 120; i++) print rand() "," (i % 9 ? i % 2 : "") "," (i % 3 ? "0" i % 3 : 36) }' > binary.csv
    made binary.csv binary 'input  x : table[a] standardized' 'input  b : class[2] optional' 'input  region : class[3]' '--output filled.csv --fill'
}

# Words alone, and columns of 0 and 1, which have two classes: as many as a model may begin with.
case_classes() {
    awk 'BEGIN { srand(4); print "cap,gill,a,b"; for (i = 0; i < 150; i++) { k = int(rand() * 3)
        print substr("xyz", 1 + k, 1) "," (k == 1 ? "free" : "near") "," (rand() < 0.5) "," rand() } }' > mushrooms.csv
    made mushrooms.csv m 'table[b] standardized' 'input  cap : class[3]' 'input  gill : class[2]' 'input  a : class[2]' 'cross_entropy(logits_a, a)'
    cut -d, -f1,2 mushrooms.csv > words.csv
    made words.csv words 'xhat   = argmax(logits_cap)' 'total = error_cap + error_gill '
    grep -q 'input  x' words.ae && fail "numbers where there are none: $(cat words.ae)"
    awk 'BEGIN { for (k = 0; k < 40; k++) printf "c%d%s", k, k < 39 ? "," : "\n"
        for (i = 0; i < 60; i++) for (k = 0; k < 40; k++) printf "%d%s", (i * 7 + k * k) % 5 < 3, k < 39 ? "," : "\n" }' > many.csv
    # Of a table that is too wide to write all its names in a model, columns are numbers in their order.
    awk 'BEGIN { srand(8); printf "kind"; for (k = 0; k < 4200; k++) printf ",g%d", k; print ""
        for (i = 0; i < 30; i++) { printf "%s", i % 2 ? "up" : "down"; for (k = 0; k < 4200; k++) printf ",%.2f", rand(); print "" } }' > genes.csv
    made genes.csv genes 'input  x : vector[4200] standardized' 'input  kind : class[2]'
    "$aecc" new many.csv --as table > many.ae || fail "many.csv"
    [ "$(grep -c 'class\[2\]' many.ae)" = 28 ] || fail "$(cat many.ae)"
    works "$aecc" many.ae -o many
}

# Classes with gaps, -1 among them, and numbers among their words, one of the name of a time: some are hidden from the encoder, and gaps are filled with words.
case_class_gaps() {
    awk 'BEGIN { srand(7); split(";NA;-1", gap, ";"); print "colour;size;time"
        for (i = 0; i < 160; i++) { k = int(rand() * 3)
            print (rand() < 0.1 ? gap[1 + i % 3] : substr("red bluegrey", 1 + 4 * k, 4)) ";" (rand() < 0.1 ? "" : k == 2 ? 42 : k ? "large" : "small") ";" (i % 2 ? "p" : "q") } }' |
        sed 's/red ;/red;/' > things.csv
    made things.csv things 'input  colour : class[3] optional' 'input  size : class[3] optional' 'input  time : class[2]' \
        'one_hot(colour, 3) * (colour.given * shown[0]), one_hot(size, 3) * (size.given * shown[1]), one_hot(time, 2))' '--output filled.csv --fill'
    grep -q -e '^;' -e ';;' -e NA -e -1 filled.csv && fail "a gap is left: $(cat filled.csv)"
    awk -F';' 'NR == FNR { was[FNR] = $0; next } { split(was[FNR], w, ";")
        for (i = 1; i <= 3; i++) if (w[i] != $i && w[i] != "" && w[i] != "NA" && w[i] != "-1") exit 1 }' things.csv filled.csv || fail "words that were there changed"
    grep -qv -e '^\(red\|blue\|grey\);\(small\|large\|42\);[pq]$' -e '^colour' filled.csv && fail "other words: $(cat filled.csv)"
    # Codes back to words, under the name of what they stand for.
    works ./things encode --data things.csv --out runs/things --output codes.npy --csv 'separator=;,header=yes'
    works ./things decode --input codes.npy --out runs/things --output back.csv
    works ./things reconstruct --data things.csv --out runs/things --output restored.csv --csv 'separator=;,header=yes'
    cut -d';' -f1 restored.csv | cmp - back.csv || fail "not the words that reconstruct writes"
}

# Any word of a model, as the name of a class: the model says nothing else by it.  Of a name that two columns have none is read.
case_names() {
    table() { awk -v name="$1" 'BEGIN { srand(4); print name ",b,v,g"; for (i = 0; i < 120; i++)
        print substr("xyz", 1 + i % 3, 1) "," (i % 2 ? "free" : "near") "," rand() "," (i % 9 ? rand() : "") }' > table.csv; }
    table kind
    "$aecc" new table.csv > first.ae && "$aecc" new --as table table.csv | cmp - first.ae || fail "kind"
    grep -v '^#' first.ae | tr -cs 'a-z_' '\n' | sort -u | sed 's/kind/b/' > names
    echo lr >> names # what --set knows
    [ "$(wc -l < names)" -gt 30 ] || fail "few names: $(cat names)"
    while read -r name; do
        table "$name"
        "$aecc" new table.csv -o model.ae > out.txt 2>&1 && "$aecc" check model.ae > out.txt 2>&1 || fail "$name: $(cat out.txt model.ae)"
        [ ! -s out.txt ] || fail "$name: $(cat out.txt model.ae)"
    done < names
    awk 'BEGIN { print "a,b,a"; for (i = 0; i < 60; i++) print i % 7 "," i % 5 "," i % 3 }' > table.csv
    made table.csv twice 'table[b]' '--ignore 1,3' 'Not read: 3, which has the name of another column.'
    # Names of rows count, where a column is named by its number.  A name that no model can write is none.
    awk 'NR == 1 { print "," $0; next } { print "r" NR "," $0 }' table.csv > rows.csv
    "$aecc" new rows.csv 2> err.txt | grep -q -e '--ignore 2,4 ' || fail "$("$aecc" new rows.csv)"
    awk 'BEGIN { printf "a,,\"c\nd\",\"e\tf\"\n"; for (i = 0; i < 60; i++) print i % 7 "," i % 5 "," i % 3 "," i % 4 }' > table.csv
    "$aecc" new table.csv -o model.ae > out.txt && "$aecc" check model.ae && grep -q 'table\[a\]' model.ae && grep -q -e '--ignore .2,3,' model.ae || fail "$(cat model.ae)"
}

# Without names, and nothing but numbers.
case_plain() {
    awk 'BEGIN { print "a,b,c"; for (i = 0; i < 100; i++) print rand() "," (i == 7 ? "-inf" : rand()) "," rand() (i == 9 ? "e300" : "") }' > infinite.csv
    made infinite.csv finite 'table[a] standardized' 'Not read: b, which has numbers that are infinite, or larger than a float.' '--ignore b,c'
    awk 'BEGIN { srand(1); for (i = 0; i < 100; i++) print rand() ";" rand() * 9 ";" rand() - 4 }' > plain.csv
    made plain.csv plain 'vector[3] standardized'
    # What stands above the names, as --csv says it: the commands say it, too.
    (echo "Log of May" && sed '1s/^/a;b;c\n/' plain.csv) > titled.csv
    refuses 'titled.csv:1: found 1 field, .* --csv skip=1' "$aecc" new titled.csv
    "$aecc" new titled.csv --csv skip=1 > out.txt || fail "--csv"
    grep -q 'table\[a, b, c\]' out.txt && grep -q -e '--data titled.csv --csv skip=1 --split' out.txt || fail "$(cat out.txt)"
    "$bin/blobs" f32 1 1 1 > one.f32
    refuses 'is no table of text, no NPY' "$aecc" new one.f32 -o one.ae
}

case_recording() {
    awk 'BEGIN { print "time,a,b"; for (i = 0; i < 1500; i++) print i * 0.1 "," sin(i / 9) "," cos(i / 11) }' > r.csv
    made r.csv r 'signal[2, 64] standardized' --stride 'Not read: time, which tells the time.' --split-by-order
    [ -s runs/r/score.png ] || fail "no picture of the recording"
    # Rows out of order are no recording; from the last to the first they are in one.
    (sed 1q r.csv && sed -n '900,$p' r.csv && sed -n 2,899p r.csv) > back.csv
    "$aecc" new back.csv > out.txt && grep -q 'table\[a, b\]' out.txt && grep -q 'Not read: time, which tells the time, and goes back' out.txt || fail "$(cat out.txt)"
    awk -F, 'NR > 1 { $1 = sprintf("2024-01-%02d", 1 + (NR - 2) % 1400 / 50) } { print $1 "," $2 "," $3 }' r.csv > dates.csv
    "$aecc" new dates.csv | grep -q 'table\[a, b\]' || fail "dates that go back"
    (sed 1q r.csv && sed 1d r.csv | sort -t, -k1,1nr) > down.csv
    "$aecc" new down.csv | grep -q 'signal\[2, 64\]' || fail "from the last to the first"
    "$aecc" new r.csv --as table > table.ae || fail "--as"
    grep -q 'table\[a, b\] standardized' table.ae || fail "$(cat table.ae)"
    awk 'BEGIN { print "a,b"; for (i = 0; i < 300; i++) print sin(i / 9) "," cos(i / 11) }' > s.csv
    "$aecc" new s.csv --as recording -o s.ae > out.txt || fail "--as recording"
    works "$aecc" s.ae -o s
}

case_arrays() {
    python3 - <<'END' || fail "arrays"
import random, struct
random.seed(1)
def npy(path, descr, shape, data):
    head = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (descr, shape)
    head += " " * (63 - (10 + len(head)) % 64) + "\n"
    open(path, "wb").write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + data)
npy("grey.npy", "|u1", (120, 12, 10), bytes(random.randrange(256) for _ in range(120 * 120)))
npy("colour.npy", "<f4", (60, 3, 6, 6), struct.pack("<6480f", *[random.random() for _ in range(6480)]))
npy("last.npy", "|u1", (60, 9, 7, 3), bytes(random.randrange(256) for _ in range(60 * 189)))
npy("vectors.npy", "<f4", (200, 7), struct.pack("<1400f", *[random.gauss(5, 3) for _ in range(1400)]))
npy("gaps.npy", "<f4", (200, 7), struct.pack("<1400f", *[random.choice([random.gauss(5, 3)] * 9 + [float("nan")]) for _ in range(1400)]))
npy("holes.npy", "<f4", (60, 4, 5), struct.pack("<1200f", *[float("nan") if i % 70 == 3 else random.random() for i in range(1200)]))
npy("endless.npy", "<f4", (20, 2), struct.pack("<40f", *[float("inf") if i == 7 else i for i in range(40)]))
npy("digits.npy", "<f8", (60, 4, 4), struct.pack("<960d", *[(i * i + i % 7) % 17 for i in range(960)]))
npy("deep.npy", "<u2", (60, 4, 4), struct.pack("<960H", *[(i * 4051) % 65500 for i in range(960)]))
npy("signed.npy", "<f4", (60, 4, 4), struct.pack("<960f", *[random.gauss(0, 1) for _ in range(960)]))
npy("long.npy", "<f4", (900,), struct.pack("<900f", *[random.gauss(5, 3) for _ in range(900)]))
npy("counts.npy", "<i4", (300, 50), struct.pack("<15000i", *[max(0, random.randrange(-5, 4)) for _ in range(15000)]))
END
    made grey.npy grey 'image[1, 12, 10] in 0..1' 'sample --out runs/grey'
    made colour.npy colour 'image[3, 6, 6] in 0..1'
    made last.npy last 'image[3, 9, 7] in 0..1'
    made vectors.npy vectors 'vector[7] standardized'
    made gaps.npy gaps 'vector[7] standardized with gaps' '--output filled.npy --fill'
    "$aecc" new holes.npy | grep -qx 'input  x : vector.20. standardized with gaps' || fail "images with gaps: $("$aecc" new holes.npy)"
    refuses 'endless.npy: holds numbers that are infinite' "$aecc" new endless.npy
    made counts.npy counts 'counts[50]'
    # Images of other numbers than bytes and 0 to 1 are called so; what the data are not, no model is written for.
    for images in digits:0..16 deep:0..65535 signed:-; do
        "$aecc" new ${images%:*}.npy | grep -q 'vector\[16\] standardized' || fail "$images"
        as="--as images"
        made "${images%:*}.npy" "${images%:*}" "image[1, 4, 4] in ${images#*:}" 'pixels = clamp('
        as=
    done
    refuses 'holes.npy: has images with gaps: --as vector' "$aecc" new holes.npy --as images
    refuses 'vectors.npy: counts are whole numbers from 0 on' "$aecc" new vectors.npy --as counts
    made long.npy long 'signal[1, 64] standardized' --stride
}

case_sparse() {
    awk 'BEGIN { srand(2); for (i = 0; i < 150; i++) { line = i % 2; for (k = 1; k < 60; k += 1 + int(rand() * 20)) line = line " " k ":" 1 + int(rand() * 4); print line } }' > c.svm
    made c.svm words 'counts['
    awk 'BEGIN { print "%%MatrixMarket matrix coordinate integer general"; print 90, 40, 270; for (i = 0; i < 270; i++) print i % 90 + 1, (i * 7) % 40 + 1, 1 + i % 3 }' > c.mtx
    made c.mtx matrix 'counts[40]'
    sed '1s/integer/real/; 9s/$/.25/' c.mtx > shares.mtx
    made shares.mtx shares 'vector[40] standardized'
    refuses 'shares.mtx: counts are whole numbers from 0 on' "$aecc" new shares.mtx --as counts
}

case_pictures() {
    "$bin/blobs" idx 40 1 12 10 > x.idx && "$bin/pngs" x.idx photos/cat && "$bin/blobs" idx 9 1 14 16 > y.idx && "$bin/pngs" y.idx photos/dog || fail pngs
    made photos animals 'image[1, 12, 10] in 0..1' '--resize fit'
    "$bin/pngs" x.idx one || fail pngs
    refuses 'one: is a folder of pictures, which are images' "$aecc" new one --as vector
    made one greys 'image[1, 12, 10] in 0..1' '--data one --split'
}

# Lines, files of folders, a column of a table; a file of lines that has no columns to be read is taken for texts without being told.
case_texts() {
    awk 'BEGIN { srand(3); split("fox boat girl house king tree", noun, " "); split("sees likes meets", verb, " ")
        for (i = 0; i < 120; i++) print "The " noun[1 + int(6 * rand())] ", who " verb[1 + int(3 * rand())] " a " noun[1 + int(6 * rand())] (i == 7 ? " once." : i % 30 ? "." : ", is rare" i % 3 ".") }' > tales.txt
    made tales.txt tales 'const places = 9 ' 'const words  = 20 ' 'input x : tokens[places] < words' './tales reconstruct --data tales.txt --out runs/tales'
    [ "$(wc -l < runs/tales/reconstructions.txt)" = 120 ] || fail "$(cat out.txt)"
    "$aecc" new tales.txt --as texts -o told.ae > out.txt && sed 's/tales/told/g; s/told\.txt/tales.txt/g' tales.ae | cmp - told.ae || fail "--as texts"
    mkdir -p folder/good folder/bad
    n=0
    while read -r line && [ $n -lt 30 ]; do n=$((n + 1)); echo "$line" > folder/$([ $((n % 2)) = 1 ] && echo good || echo bad)/$n.txt; done < tales.txt
    made folder files 'tokens[places] < words' '--data folder --split'
    awk -v q='"' 'BEGIN { print "nr,kind,a text" } { print NR ",k" NR % 3 "," q $0 q }' tales.txt > stars.csv
    "$aecc" new stars.csv > table.ae || fail "a table"
    grep -q 'input  kind : class\[3\]' table.ae || fail "a table with a class is one: $(cat table.ae)"
    "$aecc" new stars.csv --as texts > texts.ae || fail "--as texts"
    grep -qF -- "--data stars.csv --columns '\"x=a text\"'" texts.ae || fail "$(cat texts.ae)"
    cut -d, -f1,3- stars.csv > bare.csv
    made bare.csv bare "--data bare.csv --columns '\"x=a text\"'" 'const words  = 20 '
}

case_wrong() {
    refuses 'nothing.csv: ' "$aecc" new nothing.csv -o n.ae
    : > empty.csv
    "$bin/blobs" f32 1 1 1 > one.f32
    refuses 'the file is empty' "$aecc" new empty.csv -o n.ae
    printf 'a,b\n1,2\n3,4\n' > few.csv
    refuses '2 examples are too few' "$aecc" new few.csv -o n.ae
    awk 'BEGIN { print "a"; for (i = 0; i < 30; i++) print "word" i }' > words.csv
    refuses 'has 0 columns of numbers or classes' "$aecc" new words.csv -o n.ae
    refuses 'where its lines are texts, say --as texts' "$aecc" new words.csv -o n.ae
    printf 'a 1 2\nb 3 4\nc 5\n' > torn.txt
    refuses 'torn.txt:3: found' "$aecc" new torn.txt -o n.ae
    refuses 'one.f32: holds no text' "$aecc" new one.f32 --as texts
    refuses 'empty.csv: ' "$aecc" new empty.csv --as texts
    refuses_usage 'new wants a data set' "$aecc" new
    refuses_usage 'new takes no --fast' "$aecc" new few.csv --fast
    refuses_usage "csv knows no 'size'" "$aecc" new few.csv --csv size=2
    refuses_usage 'new takes one data set' "$aecc" new few.csv words.csv
    awk 'BEGIN { for (i = 0; i < 40; i++) print i % 7 "," i % 5 }' > d.csv
    refuses 'data are a table, vector, images, recording, counts or texts' "$aecc" new d.csv --as tables
    refuses 'is no table whose columns have names' "$aecc" new d.csv --as table
    refuses 'a recording has 128 moments or more' "$aecc" new d.csv --as recording
    refuses 'images have two axes' "$aecc" new d.csv --as images
    cp d.csv kept.csv
    ends 1 'd.csv' "$aecc" new d.csv -o d.csv
    same d.csv kept.csv
}

fresh
case_"$1"
