#!/bin/sh
# inputs.sh CASE AECC BIN SOURCE WORK: models of several inputs, and metrics of several numbers.  Each function case_NAME is one test.
aecc=$2 bin=$3 source=$4 work=$5/inputs_$1
here=$(cd "${0%/*}" && pwd)
. "$here/common.sh"
unoptimised

# Noisy examples, what they should show, and two numbers that the decoder knows.
paired_model() {
    cat > paired.ae <<'END'
model paired
input  noisy : vector[6]
input  place : vector[2]
target clean : vector[6]
encoder { h = noisy |> dense(3) |> tanh }
decoder { xhat = concat(h, place) |> dense(6) }
loss    { total = sum((xhat - clean)^2) }
metric  { each = (xhat - clean)^2;  first = each[0];  mean_code = batch_mean(h) }
train   { batch 10; epochs 2; minimize total over all with adam(1e-2) }
END
    works "$aecc" paired.ae -o paired
    "$bin/blobs" f32 25 1 6 > noisy.f32
    "$bin/blobs" f32 25 2 6 > clean.f32
    "$bin/blobs" f32 25 3 2 > place.f32
}

files="--data noisy=noisy.f32 --data clean=clean.f32 --data place=place.f32"

case_paired() {
    paired_model
    # shellcheck disable=SC2086
    works ./paired train $files --out run --quiet
    # shellcheck disable=SC2086
    works ./paired gradcheck $files
    # Each command asks for what it reads, and no more.
    works ./paired encode --data noisy.f32 --out run
    works ./paired encode --data noisy=noisy.f32 --out run --output other.npy
    same run/codes.npy other.npy
    refuses 'paired reads noisy: name its file by --data noisy=FILE' ./paired encode --data clean=clean.f32 --out run
    refuses 'name the file of each: --data noisy=FILE --data place=FILE --data clean=FILE' ./paired eval --data noisy.f32 --out run
    refuses '^paired: no.csv: cannot open: No such file' ./paired eval --data no.csv --out run
    # What is read is not written over, whatever it is read for.
    yes 1,2,3,4,5,6 | head -n 25 | tee kept.csv > read.csv
    # shellcheck disable=SC2086
    refuses 'output read.csv would overwrite read.csv' ./paired score $files --fit noisy=read.csv --fit clean=clean.f32 \
        --fit place=place.f32 --quantile 0.9 --out run --output read.csv
    refuses 'output read.csv would overwrite read.csv' ./paired nearest --data noisy=noisy.f32 --query noisy=read.csv --out run --output read.csv
    same read.csv kept.csv
    refuses "'decode' reads the input place: name its file by --data place=FILE" ./paired decode --input run/codes.npy --out run
    works ./paired decode --input run/codes.npy --data place=place.f32 --out run
    refuses "'walk' takes no input place: 'decode' does" ./paired walk --data noisy=noisy.f32 --data place=place.f32 --out run
    # shellcheck disable=SC2086
    works ./paired reconstruct $files --count 25 --out run --output both.npy
    # What decode makes of the codes is what reconstruct shows, which stands beside the target, not beside what came in.
    head -n 1 both.npy | tr -d '\000' | grep -a -q "(2, 25, 6)" || fail "$(head -n 1 both.npy)"
    tail -c 1200 both.npy | head -c 600 | cmp - clean.f32 || fail "the original is not the target"
    tail -c 600 both.npy > made
    tail -c 600 run/decoded.npy > decoded
    od -An -v -tf4 -w4 made > a
    od -An -v -tf4 -w4 decoded > b
    paste a b | awk '{ d = $1 - $2; if (d * d > 1e-10) bad = 1; n++ } END { exit !(n == 150 && !bad) }' || fail "decode and reconstruct differ"
    # Another number of examples is told with both files.
    "$bin/blobs" f32 24 2 6 > short.f32
    refuses 'noisy.f32.*25.*short.f32.*24\|short.f32.*24.*noisy.f32.*25' \
        ./paired train --data noisy=noisy.f32 --data clean=short.f32 --data place=place.f32 --out no
    [ ! -e no ] || [ ! -e no/checkpoint ] || fail "a run was begun"
    # Without data there is some of each.
    works ./paired train --out built --quiet --epochs 1
}

# A run goes on with the files that it was begun with, and with no others.
case_resume() {
    paired_model
    # shellcheck disable=SC2086
    works ./paired train $files --valid noisy=noisy.f32 --valid clean=clean.f32 --valid place=place.f32 --out whole --quiet --epochs 3
    # shellcheck disable=SC2086
    works ./paired train $files --valid noisy=noisy.f32 --valid clean=clean.f32 --valid place=place.f32 --out parts --quiet --epochs 1
    refuses_usage 'has --data clean .*clean.f32, not noisy.f32' ./paired train --out parts --resume --data clean=noisy.f32
    mkdir elsewhere
    (cd elsewhere && works ../paired train --out ../parts --resume --quiet --epochs 3) || exit 1
    for file in best.safetensors last.safetensors metrics.csv metrics.jsonl; do same whole/$file parts/$file; done
    works python3 "$here/metrics.py" whole total valid.total 'valid.each[0]' 'valid.each[5]' valid.first 'valid.mean_code[2]'
}

# A target that is the input again changes no bit of what is learned.
case_same() {
    cat > plain.ae <<'END'
input  x : vector[6]
encoder { h = x |> dense(3) |> tanh }
decoder { xhat = h |> dense(6) }
loss    { total = sum((xhat - x)^2) }
train   { batch 10; epochs 2; minimize total over all with adam(1e-2) }
END
    sed -e '1a target t : vector[6]' -e 's/xhat - x/xhat - t/' plain.ae > targeted.ae
    "$bin/blobs" f32 25 1 6 > x.f32
    works "$aecc" plain.ae -o plain
    works "$aecc" targeted.ae -o targeted
    works ./plain train --data x.f32 --out one --quiet
    works ./targeted train --data x=x.f32 --data t=x.f32 --out two --quiet
    same one/metrics.csv two/metrics.csv
    "$bin/tensors" one/last.safetensors two/last.safetensors > tensors.txt
    grep -q '^same decoder.dense_1.W' tensors.txt || fail "no tensors: $(head -n 3 tensors.txt)"
    if grep '^other' tensors.txt; then fail "they learned otherwise"; fi
}

# A class as an input: of each example, or given for all.
case_class() {
    cat > sites.ae <<'END'
model sites
input  x    : vector[6]
input  site : class[3]
encoder { h = x |> dense(2) |> tanh }
decoder { xhat = concat(h, one_hot(site, 3)) |> dense(6) }
loss    { total = sum((xhat - x)^2) }
train   { batch 10; epochs 2; minimize total over all with adam(1e-2) }
END
    works "$aecc" sites.ae -o sites
    "$bin/blobs" f32 25 1 6 > x.f32
    awk 'BEGIN { for (i = 0; i < 25; i++) print i % 3 }' > site.csv
    works ./sites train --data x=x.f32 --data site=site.csv --out run --quiet
    works ./sites encode --data x.f32 --out run
    refuses "'decode' reads the input site: give its class by --set site=N, 0 to 2" ./sites decode --input run/codes.npy --out run
    works ./sites decode --input run/codes.npy --data site=site.csv --out run --output each.npy
    for c in 0 1 2; do works ./sites decode --input run/codes.npy --set site=$c --out run --output $c.npy; done
    # Row i of those with data is row i of those of its class.
    for file in each 0 1 2; do tail -c 600 $file.npy | od -An -v -tf4 -w24 > $file.txt; done
    for c in 0 1 2; do
        awk -v c=$c 'NR % 3 == (c + 1) % 3' each.txt > have
        awk -v c=$c 'NR % 3 == (c + 1) % 3' $c.txt > wanted
        same have wanted
    done
    apart "$(sum 0.txt)" "$(sum 1.txt)" 1e-9 "classes"
    awk 'BEGIN { for (i = 0; i < 25; i++) print i % 4 }' > beyond.csv
    refuses 'beyond.csv.*3' ./sites train --data x=x.f32 --data site=beyond.csv --out no
}

# A row of another table above single numbers is no name of theirs: it is told, not left out.
case_first_line() {
    cat > one.ae <<'END'
input x : vector[1]
encoder { h = x |> dense(1) }
decoder { xhat = h |> dense(1) }
loss { total = squared_error(xhat, x) }
train { batch 4; epochs 1; minimize total over all with sgd(1e-6) }
END
    works "$aecc" one.ae -o one
    (echo 1,2,3 && seq 20) > x.csv
    refuses "x.csv:1: field 1 is '1,2,3', wanted a number" ./one train --data x.csv --out run
    (echo height && seq 20) > x.csv
    works ./one train --data x.csv --out run
    grep -q '^one: 20 examples' out.txt || fail "$(cat out.txt)"
}

sum() { awk '{ for (i = 1; i <= NF; i++) s += $i } END { print s }' "$1"; }

# What a metric of several numbers says is what each of them says alone.
case_several() {
    paired_model
    # shellcheck disable=SC2086
    works ./paired train $files --out run --quiet
    # shellcheck disable=SC2086
    works ./paired eval $files --out run --json
    each=$(sed -n 's/.*"each": \[\([^]]*\)\].*/\1/p' out.txt)
    first=$(figure out.txt first)
    [ "$(echo "$each" | tr ',' '\n' | wc -l)" = 6 ] || fail "each: $each"
    near "${each%%,*}" "$first" 1e-6 "the first of each:"
    total=$(figure out.txt total)
    near "$(echo "$each" | tr ',' '\n' | awk '{ s += $1 } END { printf "%.12g", s }')" "$total" 1e-6 "sum of each:"
    python3 -c 'import json, sys; json.load(open("out.txt"))' || fail "no JSON: $(cat out.txt)"
    # shellcheck disable=SC2086
    works ./paired eval $files --out run
    grep -q 'metric  each\[5\] ' out.txt || fail "$(cat out.txt)"
}

# A table of three columns, a class as an input and one as a label.
table_model() {
    cat > kinds.ae <<'END'
model kinds
input x    : table[temp, "flow, l/s", mass]
input kind : class[3]
label ok   : class[2]
network head(v) { return v |> dense(2) }
encoder { h = concat(x, one_hot(kind, 3)) |> dense(4) |> tanh }
decoder { xhat = concat(h, one_hot(kind, 3)) |> dense(3) }
loss {
    size  = sum((xhat - x)^2)
    state = cross_entropy(head(h), ok)
    total = size + state
}
metric {
    error  = (xhat - x)^2
    each   = [kind == 0, kind == 1, kind == 2]
    second = error[1]
}
train { batch 4; epochs 3; minimize total over all with adam(1e-2) }
END
    works "$aecc" kinds.ae -o kinds
    cat > d.csv <<'END'
id,kind,"flow, l/s",mass,temp,ok
1,cat,0.5,1.5,0.25,yes
2,ant,0.25,1.25,0.5,no
3,dog,0.75,1,0.75,yes
4,ant,0.5,1.75,0.5,no
5,dog,-0.5,1.5,1,no
END
}

# each NAME: the numbers that out.txt has of a metric of several numbers
each() { sed -n "s/.*\"$1\": [[{]\([^]}]*\)[]}].*/\1/p" out.txt; }

# The columns of one table go to the inputs of their names, whatever their order; of files apart it is the same to the bit.
case_columns() {
    table_model
    works ./kinds train --data d.csv --out run --quiet
    awk -F, 'BEGIN { print "temp,mass,\"flow, l/s\"" } NR > 1 { print $5 "," $4 "," $3 }' d.csv > x.csv
    awk -F, 'NR > 1 { print $2 }' d.csv > kind.csv
    awk -F, 'NR > 1 { print $6 }' d.csv > ok.csv
    works ./kinds train --data x=x.csv --data kind=kind.csv --labels ok.csv --out apart --quiet
    same run/last.safetensors apart/last.safetensors
    works ./kinds train --data x=x.csv --data kind=kind.csv --data ok=ok.csv --out named --quiet
    same run/last.safetensors named/last.safetensors
    # By place where there are no names, which is told.
    awk -F, '{ print $1 "," $3 "," $2 }' x.csv | sed 1d > bare.csv
    ./kinds train --data x=bare.csv --data kind=kind.csv --labels ok.csv --out bare > out.txt 2> err.txt || fail "$(cat err.txt)"
    [ "$(cat err.txt)" = "kinds: bare.csv has no names of columns: those of x are taken by place" ] || fail "$(cat err.txt)"
    "$bin/tensors" run/last.safetensors bare/last.safetensors > tensors.txt
    grep '^same encoder.dense_1.W' tensors.txt || fail "$(cat tensors.txt)"
    grep '^other' tensors.txt && fail "they learned otherwise"
    sed 's/temp/temperature/' d.csv > wrong.csv
    refuses "wrong.csv: has no column 'temp' of input x; its columns are id, kind, flow, l/s, mass, temperature, ok" ./kinds eval --data wrong.csv --out run
    sed '1s/mass/temp/' d.csv > twice.csv
    refuses "twice.csv: has several columns 'temp' of input x" ./kinds eval --data twice.csv --out run
    # Other names are told to stand for the input's, in its order; --columns and --ignore name columns that there are, and none that is read is left out.
    works ./kinds eval --data d.csv --out run --json
    mv out.txt by_name.json
    works ./kinds eval --data wrong.csv --columns 'x=temperature,"x=flow, l/s",x=mass' --out run --json
    same by_name.json out.txt
    refuses "wrong.csv: has 2 columns that are chosen (id, kind, flow, l/s, mass, temperature, ok), input x wants 3 numbers: choose by" ./kinds eval --data wrong.csv --columns x=temperature,x=mass --out run
    # A class is no column of another name, and no other input's, which a class with what is unknown would take without a word.
    sed '1s/kind/sort/' d.csv | cut -d, -f 2- > sort.csv
    refuses "sort.csv: has no column 'kind' of input kind; its columns are sort, flow, l/s, mass, temp, ok: --columns kind=NAME says which" ./kinds eval --data sort.csv --out run
    works ./kinds eval --data sort.csv --columns kind=sort --out run --json
    same by_name.json out.txt
    cut -d, -f 2- sort.csv > none.csv
    refuses "none.csv: has no column 'kind'" ./kinds eval --data none.csv --out run
    refuses "none.csv: has 0 columns, wanted one of labels" ./kinds eval --data d.csv --data kind=none.csv --out run
    refuses "has no column 'tmep'" ./kinds eval --data d.csv --columns 'tmep,mass' --out run
    refuses "has no column 'time'" ./kinds eval --data d.csv --ignore time --out run
    refuses "leaves out 'mass', which input x reads" ./kinds eval --data d.csv --ignore id,mass --out run
    refuses "leaves out 'kind', which input kind reads" ./kinds eval --data d.csv --ignore kind --out run
    works ./kinds eval --data d.csv --ignore id --out run --json
    same by_name.json out.txt
    refuses "several inputs" ./kinds eval --data run/last.safetensors --out run
    # A vector takes what no other input has.
    sed -e 's/table\[temp, "flow, l.s", mass\]/vector[3]/' kinds.ae > rest.ae
    works "$aecc" rest.ae -o rest
    cut -d, -f 2- d.csv | sed 1d > cut && (echo "kind,flow,mass,temp,ok" && cat cut) > rest.csv
    works ./rest train --data rest.csv --out rest_run --quiet
    refuses "d.csv: has 4 columns\|d.csv:" ./rest train --data d.csv --out no
    works ./rest train --data d.csv --ignore id --out ignored --quiet
    "$bin/tensors" rest_run/last.safetensors ignored/last.safetensors > tensors.txt
    grep '^other' tensors.txt && fail "--ignore: $(cat tensors.txt)"
    return 0
}

# What a metric has of each column goes by its name, everywhere.
case_names() {
    table_model
    works ./kinds train --data d.csv --valid d.csv --out run --quiet
    works ./kinds eval --data d.csv --out run --json
    python3 - <<'END' || fail "eval --json: $(cat out.txt)"
import csv, json
metrics = json.load(open("out.txt"))["metrics"]
assert list(metrics["error"]) == ["temp", "flow, l/s", "mass"], metrics
assert metrics["error"]["flow, l/s"] == metrics["second"]
assert metrics["each"] == [0.4, 0.2, 0.4], metrics
rows = list(csv.DictReader(open("run/metrics.csv")))
lines = [json.loads(line) for line in open("run/metrics.jsonl")]
for row, line in zip(rows, lines):
    assert float(row["valid.error[flow, l/s]"]) == line["valid.error[flow, l/s]"] == line["valid.second"], row
assert len(rows) == len(lines) == 3
END
    works ./kinds eval --data d.csv --out run
    grep -q 'metric  error\[flow, l/s\] ' out.txt || fail "$(cat out.txt)"
    works ./kinds score --data d.csv --out run --output scores.csv
    python3 -c 'import csv; rows = list(csv.DictReader(open("scores.csv")));  assert len(rows) == 5 and rows[3]["error[flow, l/s]"] == rows[3]["second"]' || fail "$(head -n 2 scores.csv)"
    works ./kinds info
    grep -q 'input   x  *table\[temp, "flow, l/s", mass\]' out.txt || fail "$(cat out.txt)"
    # A run of several stages, and a resume, write the same names.
    works ./kinds train --data d.csv --valid d.csv --out run --resume --epochs 5 --quiet
    [ "$(wc -l < run/metrics.csv)" = 6 ] || fail "$(cat run/metrics.csv)"
}

# A word means the class that it meant in training, in every command and in a run that goes on.
case_words() {
    table_model
    works ./kinds train --data d.csv --out run --quiet --epochs 1
    sed -n '1p; /cat/p; /dog/p' d.csv > fewer.csv
    works ./kinds eval --data fewer.csv --out run --double --json
    [ "$(each each)" = "0, 0.3333333333333333, 0.6666666666666666" ] || fail "each: $(each each)"
    sed '3s/ant/eel/' d.csv > other.csv
    refuses "other.csv:3: field 2 (kind) is 'eel', wanted a class of this run: ant, cat, dog" ./kinds eval --data other.csv --out run
    refuses "other.csv:3: field 2 (kind) is 'eel', wanted a class of this run" ./kinds train --data d.csv --valid other.csv --out no
    sed '4s/,dog/,/' d.csv > blank.csv
    refuses "blank.csv:4: field 2 (kind) is '', wanted a class" ./kinds eval --data blank.csv --out run
    sed '5s/yes/perhaps/; 5s/no/perhaps/' d.csv > label.csv
    refuses "label.csv:5: field 6 (ok) is 'perhaps', wanted a class of this run: no, yes" ./kinds eval --data label.csv --out run
    # In codes, and given for all.
    works ./kinds encode --data d.csv --out run --output codes.csv
    [ "$(sed -n 2p codes.csv | sed 's/.*,//')" = yes ] || fail "$(cat codes.csv)"
    works ./kinds encode --data d.csv --out run --output codes.npy
    works ./kinds decode --input codes.npy --out run --set kind=dog --output word.npy
    works ./kinds decode --input codes.npy --out run --set kind=2 --output number.npy
    same word.npy number.npy
    refuses_usage "set kind=eel is no class of this run: the first is 'ant'" ./kinds decode --input codes.npy --out run --set kind=eel
    works ./kinds decode --input codes.npy --out run --data d.csv
    mv run/decoded.npy decoded.npy
    works ./kinds decode --input codes.csv --label-column label --out run --data d.csv # whose labels are no concern of the table beside them
    same run/decoded.npy decoded.npy
    # A run goes on with its words, though the file has changed; one that begins from its weights has them too.
    cp d.csv whole.csv
    sed -n '1p; /cat/p; /dog/p; /cat/p; 2p' whole.csv > d.csv
    works ./kinds train --data d.csv --out run --resume --quiet --epochs 2
    works ./kinds eval --data d.csv --weights run/last.safetensors --double --json
    [ "$(each each)" = "0, 0.6, 0.4" ] || fail "resumed: $(each each): $(cat d.csv)"
    works ./kinds train --data d.csv --init run/last.safetensors --out second --quiet --epochs 1
    works ./kinds eval --data whole.csv --out second --double --json
    [ "$(each each)" = "0.4, 0.2, 0.4" ] || fail "from weights: $(each each)"
    refuses "holds 2 classes, the first 'cat', input kind wants 3" ./kinds train --data d.csv --out fresh
    # Who trains on numbers wants numbers.
    sed 's/ant/0/; s/cat/1/; s/dog/2/; s/yes/1/; s/no/0/' whole.csv > numbers.csv
    works ./kinds train --data numbers.csv --out numbers --quiet --epochs 1
    refuses "whole.csv:2: field . ([a-z]*) is '[a-z]*', wanted a number, as in the data of the training" ./kinds eval --data whole.csv --out numbers
    sed '4s/,2,/,3,/' numbers.csv > beyond.csv
    refuses "beyond.csv:4: field 2 (kind) is '3', wanted a class of 0 to 2 (input kind)" ./kinds eval --data beyond.csv --out numbers
    sed 's/,2,/,2.0,/' numbers.csv > points.csv
    works ./kinds eval --data points.csv --out numbers --double --json
    [ "$(each each)" = "0.4, 0.2, 0.4" ] || fail "points: $(each each)"
}

# The class of all that is not known: what is rare in training, and what is new afterwards.
case_other() {
    cat > rare.ae <<'END'
model rare
input x    : vector[1]
input kind : class[3] other
encoder { h = concat(x, one_hot(kind, 3)) |> dense(2) }
decoder { xhat = h |> dense(1) }
loss    { total = sum((xhat - x)^2) }
metric  { each = [kind == 0, kind == 1, kind == 2] }
train   { batch 4; epochs 1; minimize total over all with adam(1e-2) }
END
    works "$aecc" rare.ae -o rare
    (echo x,kind && for kind in fox bee fox ant fox bee cat ant bee; do echo "1,$kind"; done) > d.csv
    works ./rare train --data d.csv --out run --quiet
    works ./rare eval --data d.csv --out run --double --json
    [ "$(each each)" = "0.3333333333333333, 0.3333333333333333, 0.3333333333333333" ] || fail "each: $(each each)"
    (echo x,kind && for kind in bee yak '' fox; do echo "1,$kind"; done) > new.csv
    works ./rare eval --data new.csv --out run --double --json
    [ "$(each each)" = "0.25, 0.25, 0.5" ] || fail "new: $(each each)"
    # Numbers that are classes are these, and later ones beyond them are other; numbers beyond them in training are words.
    (echo x,kind && for kind in 0 1 2 -1 0; do echo "1,$kind"; done) > few.csv
    (echo x,kind && for kind in 0 1 5 -1 12; do echo "1,$kind"; done) > numbers.csv
    works ./rare train --data few.csv --out numbers --quiet
    works ./rare eval --data numbers.csv --out numbers --double --json
    [ "$(each each)" = "0.2, 0.2, 0.6" ] || fail "numbers: $(each each)"
    (echo x,kind && for kind in 30 10 30 20 30 10 40 20 10; do echo "1,$kind"; done) > codes.csv
    works ./rare train --data codes.csv --out codes --quiet
    works ./rare eval --data codes.csv --out codes --double --json
    [ "$(each each)" = "0.3333333333333333, 0.3333333333333333, 0.3333333333333333" ] || fail "codes: $(each each)"
    works ./rare eval --data numbers.csv --out codes --double --json
    [ "$(each each)" = "0, 0, 1" ] || fail "other codes: $(each each)"
}

# --columns says for each input which columns are its own; what is said of none is for those that are no classes, and the rest for who has none.
case_own_columns() {
    cat > own.ae <<'END'
model own
input  x    : vector[2]
input  y    : vector[1]
input  site : class[3]
encoder { h = concat(x, y, one_hot(site, 3)) |> dense(2) }
decoder { xhat = dense(h, 2) }
loss    { total = sum((xhat - x)^2) + sum(y) }
train   { batch 8; epochs 1; minimize total over all with adam(1e-2) }
END
    works "$aecc" own.ae -o own
    awk 'BEGIN { srand(4); print "a,site,b,c,town"; for (i = 0; i < 30; i++) { k = 1 + int(3 * rand())
        a = rand(); b = rand(); c = rand(); print a "," substr("rst", 1 + i % 3, 1) "," b "," c "," substr("pqr", k, 1)
        print a "," b > "x.csv"; print c > "y.csv"; print substr("pqr", k, 1) > "town.csv"; print substr("rst", 1 + i % 3, 1) > "site.csv" } }' > d.csv
    trains() {
        out=$1
        shift
        works ./own train "$@" --out "$out" --quiet
    }
    trains files --data x=x.csv --data y=y.csv --data site=town.csv
    trains one --data d.csv --columns 'x=a,x=b,y=c,site=town'
    trains rest --data d.csv --columns 'y=c,site=town' --ignore site
    trains mixed --data d.csv --columns 'a,b,site=5,y=4'
    trains sites --data x=x.csv --data y=y.csv --data site=site.csv
    trains named --data d.csv --columns 'a,b,y=c'
    for run in one rest mixed; do same files/last.safetensors $run/last.safetensors; done
    same sites/last.safetensors named/last.safetensors
    refuses "has no column 'd'" ./own train --data d.csv --columns 'a,b,y=d' --out no --quiet
    refuses "column 'a' is named twice" ./own train --data d.csv --columns 'x=a,x=a,y=c' --out no --quiet
}

# Numbers that a decoder reads beside the code are given for all by the name of the input or of its columns: as if they stood in data.
case_set_numbers() {
    cat > about.ae <<'END'
model about
input x    : vector[4]
input age  : vector[1] in 0..100 standardized
input site : table[height, "mean depth"] with gaps
encoder { mu = concat(x, age) |> dense(2) }
bottleneck { z ~ normal(mu, 1) }
decoder { xhat = concat(z, age, site * site.given, site.given) |> dense(4) }
loss    { total = sum((xhat - x)^2) + kl(z, normal(0, 1)) }
train   { batch 10; epochs 1; minimize total over all with adam(1e-2) }
END
    works "$aecc" about.ae -o about
    awk 'BEGIN { srand(1); print "a,b,c,d,age,height,mean depth"; for (i = 0; i < 30; i++) print rand() "," rand() "," rand() "," rand() "," int(90 * rand()) "," rand() "," rand()
        print "age,height,mean depth" > "set.csv"; for (i = 0; i < 30; i++) print "42,0.5,-3" > "set.csv" }' > d.csv
    works ./about train --data d.csv --out run --quiet
    works ./about encode --data d.csv --out run
    works ./about decode --input run/codes.npy --data set.csv --out run --output one.npy
    works ./about decode --input run/codes.npy --set age=42 --set height=0.5 --set 'mean depth=-3' --out run --output two.npy
    same one.npy two.npy
    works ./about decode --input run/codes.npy --set age=43 --set height=0.5 --set 'mean depth=-3' --out run --output other.npy
    cmp -s one.npy other.npy && fail "the number is not read"
    works ./about sample --count 30 --data set.csv --out run --output one.npy
    works ./about sample --count 30 --set age=42 --set height=0.5 --set 'mean depth=-3' --out run --output two.npy
    same one.npy two.npy
    refuses_usage "--set gives some numbers of site, and not 'mean depth'" ./about decode --input run/codes.npy --set age=42 --set height=1 --out run
    refuses "'decode' reads the input age: name its file by --data age=FILE, or give --set age=NUMBER" ./about decode --input run/codes.npy --out run
    refuses_usage "--set age wants a number, not 'old'" ./about decode --input run/codes.npy --set age=old --out run
    refuses_usage '--set age wants a number of 0 to 100, not 101' ./about decode --input run/codes.npy --set age=101 --out run
    refuses_usage '--set age: eval reads the number of each example' ./about eval --data d.csv --set age=4 --out run
}

fresh
case_"$1"
echo "$1: fine"
