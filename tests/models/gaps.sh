#!/bin/sh
# gaps.sh CASE AECC BIN SOURCE WORK: inputs that are scaled by their data, have gaps, or labels that may be missing.
# Each function case_NAME is one test.
aecc=$2 bin=$3 source=$4 work=$5/gaps_$1
here=$(cd "${0%/*}" && pwd)
. "$here/common.sh"
unoptimised

# table ROWS GAPS: readings of three columns on very different scales, one of them constant; one number in GAPS is missing.
table() {
    awk -v rows="$1" -v gaps="$2" 'function put(v) { return gaps && rand() * gaps < 1 ? mark[int(rand() * 4)] : sprintf("%.9g", v) }
        BEGIN { srand(5); mark[0] = ""; mark[1] = "NA"; mark[2] = "nan"; mark[3] = "?"
                print "temp,flow,always"
                for (i = 0; i < rows; i++) { t = rand() * 40 - 10; print put(t) "," put(10000 + 3000 * rand() + 50 * t) "," 7.5 } }'
}

# plant TRAITS [LOSS]
plant() {
    cat > plant.ae <<END
model plant
input x : table[temp, flow, always] $1
encoder { h = x |> dense(2) |> tanh }
decoder { xhat = h |> dense(3) }
loss    { total = ${2:-mse(xhat, x)} }
train   { batch 8; epochs 3; minimize total over all with adam(1e-2) }
END
    works "$aecc" plant.ae -o plant
}

# What the weights keep is the mean and deviation, or the low end and the range, of the rows that were trained on, and of no others.
case_statistics() {
    table 53 0 > d.csv
    for kind in standardized scaled; do
        plant $kind
        ends 0 "column 'always' of input x is 7.5 in all examples: its scale is 1" ./plant train --data d.csv --out run_$kind
        python3 "$here/gaps.py" statistics $kind d.csv run_$kind/last.safetensors || fail "$kind"
    done
    ends 0 always ./plant train --data d.csv --split-by-order --split 0.5,0.25,0.25 --out run_half
    ! python3 "$here/gaps.py" statistics scaled d.csv run_half/last.safetensors > out.txt || fail "a part has the range of all"
    head -n 28 d.csv > half.csv # of 53 rows 27, below the names
    python3 "$here/gaps.py" statistics scaled half.csv run_half/last.safetensors || fail "of the part that is trained on"
    # A training that begins from weights keeps what there is: other data are scaled as those were.
    awk -F, 'NR > 1 { print $1 * 3 "," $2 "," $3; next } { print }' d.csv > other.csv
    works ./plant train --data other.csv --init run_scaled/last.safetensors --out run_init
    python3 "$here/gaps.py" statistics scaled d.csv run_init/last.safetensors || fail "--init"
}

# What comes out is in the units of what went in, and the model computes what it would of data that were scaled by hand.
case_units() {
    table 40 0 > d.csv
    plant standardized
    ends 0 always ./plant train --data d.csv --out run
    mkdir hand
    mv plant kept
    plant ""
    mv plant hand/plant
    mv kept plant
    python3 "$here/gaps.py" scale d.csv run/best.safetensors > hand.csv
    python3 "$here/gaps.py" same_weights run/best.safetensors hand.safetensors
    works ./plant encode --data d.csv --out run --output codes.csv
    works hand/plant encode --data hand.csv --weights hand.safetensors --output hand_codes.csv
    python3 "$here/gaps.py" near codes.csv hand_codes.csv 1e-5 || fail "codes"
    works ./plant eval --data d.csv --out run --json
    mv out.txt eval.json
    works hand/plant eval --data hand.csv --weights hand.safetensors --json
    near "$(figure eval.json total)" "$(figure out.txt total)" 1e-5 "loss:"
    works ./plant reconstruct --data d.csv --out run --count 40 --output r.npy
    works ./plant decode --input codes.csv --out run --output decoded.npy
    python3 "$here/gaps.py" units d.csv r.npy decoded.npy || fail "units"
}

# A gap is no number, however it is marked; statistics, losses and what is reported go by what there is.
case_gaps() {
    table 60 5 > d.csv
    plant "standardized with gaps" "squared_error(xhat, x, given = x.given)"
    works ./plant gradcheck
    ends 0 always ./plant train --data d.csv --out run
    python3 "$here/gaps.py" statistics standardized d.csv run/last.safetensors || fail "statistics"
    works ./plant eval --data d.csv --out run --json
    mv out.txt said.json
    works ./plant reconstruct --data d.csv --out run --count 60 --output r.npy
    python3 "$here/gaps.py" loss d.csv r.npy run/best.safetensors "$(figure said.json total)" || fail "loss"
    sed 's/NA/nan/g; s/?//g' d.csv > marked.csv
    works ./plant eval --data marked.csv --out run --json
    same said.json out.txt
    plant standardized
    refuses "d.csv:.*wanted a number: .with gaps. lets an input have such" ./plant train --data d.csv --out refused
}

# The table with its gaps filled: by what the model restores, in its units, and all else as it was, to the byte.
case_fill() {
    table 60 5 > d.csv
    plant "standardized with gaps" "squared_error(xhat, x, given = x.given)"
    ends 0 always ./plant train --data d.csv --out run
    works ./plant reconstruct --data d.csv --out run --count 60 --output r.npy
    gaps=$(tail -n +2 d.csv | tr ',' '\n' | grep -c '^\(\|NA\|nan\|?\)$')
    works ./plant reconstruct --data d.csv --out run --fill --output filled.csv
    grep -q "^$gaps gaps filled, 60 examples in filled.csv$" out.txt || fail "$(tail -n 1 out.txt), of $gaps"
    python3 "$here/gaps.py" filled d.csv r.npy filled.csv || fail "filled"
    printf 'temp,flow,always\n,10000,7.5\n,10001,7.5\n' > bare.csv
    works ./plant reconstruct --data bare.csv --out run --output bare_back.csv
    grep -q '^  temp  *gap$' out.txt || fail "a column without a number: $(cat out.txt)"
    works ./plant reconstruct --data d.csv --out run --output all.csv
    python3 "$here/gaps.py" restored d.csv r.npy all.csv || fail "restored"
    works ./plant reconstruct --data d.csv --out run --count 7 --output few.csv
    [ "$(wc -l < few.csv)" = 8 ] || fail "--count: $(wc -l < few.csv) lines"
    head -n 8 all.csv | cmp - few.csv || fail "--count"
    # A table as people have it: other separators, decimals, columns in another order, units, words in quotes, comments.
    awk -F, 'BEGIN { print "\"who; where\";flow;always;temp"; print ";l/s;;degC" }
        NR > 1 { for (i = 1; i <= 3; i++) gsub(/\./, ",", $i); if (NR == 9) print "# a stop"; print "\"a; \"\"" NR "\"\"\";" $2 ";\"" $3 "\";" $1 }' d.csv |
        sed 's/$/\r/' > wild.csv
    ends 0 "separator=semicolon" ./plant reconstruct --data wild.csv --out run --fill --output wild_filled.csv
    python3 "$here/gaps.py" wild wild.csv filled.csv wild_filled.csv || fail "wild"
    # Part of the rows, by the seed: those rows of the whole.
    works ./plant reconstruct --data d.csv --out run --split 0.5,0.3,0.2 --output part.csv
    [ "$(wc -l < part.csv)" = 13 ] || fail "a part has $(wc -l < part.csv) lines"
    ! grep -vxF -f all.csv part.csv || fail "a part has rows of its own"
    # What came as an array goes as one; samples and what is decoded have the names of the columns.
    python3 "$here/gaps.py" array d.csv d.npy
    works ./plant reconstruct --data d.npy --out run --fill --output filled.npy
    python3 "$here/gaps.py" same_filled filled.csv filled.npy || fail "array"
    works ./plant encode --data d.csv --out run --output codes.npy
    works ./plant decode --input codes.npy --out run --output decoded.csv
    [ "$(head -n 1 decoded.csv)" = temp,flow,always ] || fail "decoded: $(head -n 1 decoded.csv)"
    works ./plant reconstruct --data d.npy --out run --output plain.csv
    tail -n +2 all.csv > numbers.csv
    tail -n +2 plain.csv | cmp - numbers.csv || fail "a table of an array"
    # A table may be called otherwise; what is no table is not written by its name, and no picture by that of another kind.
    tr ',' '\t' < d.csv > d.tsv
    works ./plant reconstruct --data d.tsv --out run --output all.tsv
    tr '\t' ',' < all.tsv | cmp - all.csv || fail "tsv"
    refuses "array.tsv: is written as .npy or .csv" ./plant reconstruct --data d.npy --out run --output array.tsv
    refuses "array.jpg: is written as .png, .npy, .csv or .txt" ./plant reconstruct --data d.npy --out run --output array.jpg
    refuses "codes.txt: is written as .npy, .csv or .tsv" ./plant encode --data d.npy --out run --output codes.txt
    for kind in xlsx csv.gz NPZ; do
        refuses "f.$kind: is written as .csv, .tsv or .txt" ./plant reconstruct --data d.csv --out run --fill --output f.$kind
        refuses "f.$kind: is written as .csv" ./plant score --data d.csv --out run --output f.$kind
    done
    # Small letters or large ones, a name says the same; a mark of UTF-8 stays.
    printf '\357\273\277' | cat - d.csv > MARKED.CSV
    works ./plant reconstruct --data MARKED.CSV --out run --fill --output FILLED.CSV
    printf '\357\273\277' | cat - filled.csv | cmp - FILLED.CSV || fail "a mark, and large letters"
    works ./plant encode --data d.csv --out run --output CODES.CSV
    works ./plant encode --data d.csv --out run --output codes.csv
    same codes.csv CODES.CSV
    refuses "would overwrite" ./plant reconstruct --data d.csv --out run --fill --output d.csv
    refuses "wants --data with gaps, and --output" ./plant reconstruct --data d.csv --out run --fill
    refuses "is no table of text: --output FILE.npy" ./plant reconstruct --data d.npy --out run --fill --output f.csv
    plant standardized
    ends 0 always ./plant train --data filled.csv --out whole
    refuses "input x has no gaps" ./plant reconstruct --data filled.csv --out whole --fill --output f.csv
}

# Gaps of a class are filled with the word of the largest of the decoder's logits_NAME, here ant, "bee, wild" or cat as a, b or 0.5 is the largest; those of
# a class that no decoder restores stay, and are told.
case_fill_classes() {
    cat > kinds.ae <<'END'
model kinds
input x : table[a, b]
input kind : class[3] optional
input site : class[3] optional
input part : class[3] other
encoder { h = concat(x, one_hot(kind, 3) * kind.given, one_hot(site, 3) * site.given, one_hot(part, 3)) |> dense(2) }
decoder {
    xhat = dense(h, 2)
    logits_kind = [x[0], x[1], 0.5]
    logits_part = [0, 1, 2]
}
loss    { total = mse(xhat, x) }
train   { batch 8; epochs 1; minimize total over all with adam(1e-2) }
END
    works "$aecc" kinds.ae -o kinds
    awk 'BEGIN { srand(2); word[0] = "ant"; word[1] = "\"bee, wild\""; word[2] = "cat"; gap[0] = ""; gap[1] = "NA"; gap[2] = "-1"
        split("p q r", site, " "); print "note,kind,a,site,b,part"
        for (i = 0; i < 60; i++) { a = rand(); b = rand(); k = i % 3; m = a > b && a > 0.5 ? 0 : b > 0.5 ? 1 : 2; missing = rand() < 0.3; place = i % 7 ? site[1 + i % 3] : ""
            line = sprintf(",%.4f,%s,%.4f,%s", a, place, b, i % 3 ? substr("uuv", 1 + i % 3, 1) : "w" i % 4)
            printf "n %d,%s%s\r\n", i, missing ? gap[i % 3] : word[k], line
            printf "n %d,%s%s\r\n", i, missing ? word[m] : word[k], line > "wanted.csv"
            printf "n %d,%s\n", i, word[m] > "restored.csv"
            count += missing }
        print count > "count" }' > d.csv
    works ./kinds train --data d.csv --out run --quiet
    works ./kinds reconstruct --data d.csv --out run --fill --output filled.csv
    sed 1d filled.csv | cmp - wanted.csv || fail "other words: $(sed 1d filled.csv | diff - wanted.csv | head -n 6)"
    grep -q '^9 gaps of site stay: no decoder says which class is likely$' out.txt || fail "$(cat out.txt)"
    grep -q "^$(cat count) gaps filled, 60 examples in filled.csv$" out.txt || fail "$(cat out.txt)"
    works ./kinds reconstruct --data d.csv --out run --fill --output filled.csv --json
    grep -qF "\"filled\": $(cat count), \"left\": {\"site\": 9}" out.txt || fail "$(cat out.txt)"
    # The same where the table calls the class otherwise.
    sed 1s/kind/sort/ d.csv > e.csv
    works ./kinds reconstruct --data e.csv --columns kind=sort --out run --fill --output other.csv
    sed 1d other.csv | cmp - wanted.csv || fail "a class of another column: $(sed 1d other.csv | diff - wanted.csv | head -n 6)"
    # The whole table restored: the classes too, but for one that has no word, as that of all others has none.
    works ./kinds reconstruct --data d.csv --out run --output all.csv
    awk -F, 'NR > 1 { print $1 "," ($0 ~ /,"bee, wild",/ ? "\"bee, wild\"" : $2) }' all.csv | cmp - restored.csv || fail "not restored"
    [ "$(tr -d '\r' < all.csv | sed 's/.*,//')" = "$(tr -d '\r' < d.csv | sed 's/.*,//')" ] || fail "a class without a word is written"
    # A table without the column of a class that may be missing: it is missing, and no other column is taken for it.
    printf 'a,b,part\n1,2,u\n3,1,v\n' > bare.csv
    ends 0 "bare.csv: no example has a 'kind': name its file or column" ./kinds train --data bare.csv --init run/best.safetensors --out bare_run
    # Classes in a file of their own are none of the table.
    sed 's/"bee, wild"/bee/' d.csv | tr -d '\r' | awk -F, -v OFS=, '{ print $3, $5 > "x.csv"; print $2 > "kind.csv"; print $4 > "site.csv"; print $6 > "part.csv" }'
    sed -i 's/^$/NA/' kind.csv site.csv
    works ./kinds train --data x=x.csv --data site=site.csv --data part=part.csv --data kind=kind.csv --out apart --quiet
    works ./kinds reconstruct --data x=x.csv --data site=site.csv --data part=part.csv --data kind=kind.csv --out apart --fill --output f.csv
    grep -q "^$(cat count) gaps of kind stay: they are in another file$" out.txt || fail "$(cat out.txt)"
    cmp f.csv x.csv || fail "a file without gaps changed"
}

# Of numbers those of the input that is restored are filled; where another one has gaps in the same table they stay, and are told.
case_fill_beside() {
    cat > sides.ae <<'END'
model sides
input x : table[a, b] with gaps
input w : table[c] with gaps
encoder { h = concat(x, x.given, w, w.given) |> dense(2) }
decoder { xhat = h |> dense(2) }
loss    { total = squared_error(xhat, x, given = x.given) }
train   { batch 8; epochs 1; minimize total over all with adam(1e-2) }
END
    works "$aecc" sides.ae -o sides
    awk 'BEGIN { print "c,b,a"; for (i = 1; i < 41; i++) print (i % 4 ? i : "NA") "," (i % 5 ? 0.5 * i : "") "," i }' > d.csv
    works ./sides train --data d.csv --out run --quiet
    works ./sides reconstruct --data d.csv --out run --fill --output filled.csv
    grep -q '^10 gaps of w stay: another input is restored$' out.txt || fail "$(cat out.txt)"
    grep -q '^8 gaps filled, 40 examples in filled.csv$' out.txt || fail "$(cat out.txt)"
    cut -d, -f1,3 d.csv > a && cut -d, -f1,3 filled.csv | cmp - a || fail "other columns changed"
    works ./sides reconstruct --data d.csv --out run --fill --output filled.csv --json
    grep -qF '"filled": 8, "left": {"w": 10}' out.txt || fail "$(cat out.txt)"
}

# Of a class reconstruct says which are right and what share of those that are given: here ant and bee come back, cat as ant, and five are missing.
case_right() {
    cat > kinds.ae <<'END'
model kinds
input kind : class[3] optional
encoder { h = one_hot(kind, 3) * kind.given |> dense(2) }
decoder { logits = dense(h, 3);  xhat = argmax([1, 4 * (kind.given * kind == 1), 0]) }
loss    { total = mean(logits^2) }
train   { batch 8; epochs 1; minimize total over all with adam(1e-2) }
END
    works "$aecc" kinds.ae -o kinds
    awk 'BEGIN { print "kind"; split("ant bee cat NA", word, " "); for (i = 0; i < 20; i++) print word[1 + i % 4] }' > d.csv
    works ./kinds train --data d.csv --out run --quiet
    works ./kinds reconstruct --data d.csv --out run --output r.npy --count 20
    grep -q 'mse' out.txt && fail "an error of classes: $(cat out.txt)"
    awk 'NR == 1 && $2 != "right" { exit 1 } NR > 1 && NR < 22 && $2 != (NR % 4 == 1 ? "gap" : NR % 4 != 0) { exit 1 }
        $1 == "mean" && $2 != 0.66666667 { exit 1 }' out.txt || fail "$(cat out.txt)"
    works ./kinds reconstruct --data d.csv --out run --output r.npy --json
    grep -q '"right": {"model": 0.666666666666666[67]' out.txt && ! grep -q squared out.txt || fail "$(cat out.txt)"
    refuses '--pca restores numbers' ./kinds reconstruct --data d.csv --out run --output r.npy --pca --fit d.csv
}

# What shows codes by a label that the encoder does not read takes one that may be missing as it is: of a column, and of a file of its own.
case_marks() {
    cat > marks.ae <<'END'
model marks
input x : vector[2]
label y : class[3] optional
encoder { h = x |> dense(2) }
decoder { xhat = dense(h, 2) }
loss    { total = squared_error(xhat, x) + cross_entropy(dense(h, 3), y, given = y.given) }
train   { batch 8; epochs 1; minimize total over all with adam(1e-2) }
END
    works "$aecc" marks.ae -o marks
    awk 'BEGIN { srand(2); print "a,b,y"; split("p q r NA", word, " "); split(";p;q;r", shown, ";")
        for (i = 0; i < 24; i++) { print rand() "," rand() "," word[1 + i % 4]; print word[1 + i % 4] > "y.csv"; print i % 4 == 3 ? "" : word[1 + i % 4] > "wanted" } }' > d.csv
    cut -d, -f1,2 d.csv > x.csv
    works ./marks train --data d.csv --out run --quiet
    works ./marks encode --data d.csv --out run --output codes.csv
    sed 1d codes.csv | cut -d, -f3 | cmp - wanted || fail "$(cat codes.csv)"
    works ./marks encode --data x.csv --labels y.csv --out run --output codes.csv
    sed 1d codes.csv | cut -d, -f3 | cmp - wanted || fail "of a file: $(cat codes.csv)"
    works ./marks scatter --data d.csv --out run --output s.png
    works ./marks encode --data d.csv --out run --projector folder
    refuses 'example 3 has no label' ./marks probe --data d.csv --query d.csv --out run
}

# A loss that reads what may be missing goes by where it is, or is warned of; a word that fits no input is told.
case_warned() {
    cat > w.ae <<'END'
model w
input x : vector[3] with gaps
encoder { h = x |> dense(2) }
decoder { xhat = h |> dense(3) }
loss    { total = sum((xhat - x)^2) }
train   { minimize total over all with adam(1e-2) }
END
    ends 0 'reads `x`, which may be missing, without `x.given`' "$aecc" w.ae -o w.c
    sed -i 's/sum((xhat - x)^2)/sum(x.given * (xhat - x)^2)/' w.ae
    works "$aecc" w.ae -o w.c
    sed 's/ with gaps//' w.ae > wrong.ae
    ends 1 'an input has it where its declaration ends in `with gaps`' "$aecc" wrong.ae -o w.c
    sed 's/with gaps/standardized scaled/' w.ae > wrong.ae
    ends 1 'an input is `standardized` or `scaled`, not both' "$aecc" wrong.ae -o w.c
    sed 's/with gaps/optional/' w.ae > wrong.ae
    ends 1 '`optional` is said of classes' "$aecc" wrong.ae -o w.c
}

# classes TRAIT LOSS [BATCH [MORE]]: compiled for processors that do not round a product and a sum at once, so that the same
# formula in another order of its terms has the same bits.
classes() {
    cat > classes.ae <<END
model classes
input x : vector[4]
label y : class[3] $1
encoder { h = x |> dense(5) |> tanh }
network head(v) { return v |> dense(3) }
decoder { xhat = h |> dense(4) }
loss    { total = squared_error(xhat, x) + $2 }
train   { batch ${3:-10}; epochs 4; minimize total over all with adam(1e-2) }
$4
END
    works "$aecc" --march x86-64 classes.ae -o classes
}

# Labels that may be missing and are all there train the same weights, to the bit, as labels that may not.
case_optional() {
    "$bin/blobs" f32 47 3 4 > x.f32
    awk 'BEGIN { srand(2); for (i = 0; i < 47; i++) print int(rand() * 3) }' > y.csv
    classes "" "cross_entropy(head(h), y)"
    works ./classes train --data x.f32 --labels y.csv --out plain --quiet
    classes optional "cross_entropy(head(h), y, given = y.given)"
    works ./classes train --data x.f32 --labels y.csv --out all --quiet
    python3 "$here/gaps.py" equal plain/last.safetensors all/last.safetensors || fail "weights differ"
    classes optional "mean_given(cross_entropy(head(h), y), y.given)"
    works ./classes gradcheck
    works ./classes train --data x.f32 --labels y.csv --out mean --quiet
    python3 "$here/gaps.py" equal plain/last.safetensors mean/last.safetensors || fail "mean_given"
    classes optional "mean_given(cross_entropy(head(h), y), y.given)" "10, labelled 4" # which mixes nothing where no label is missing
    # Training without any label is told, and scores are then measured against none.
    ends 1 "x.f32: no example has a 'y': name its file or column" ./classes train --data x.f32 --out none
    works ./classes score --data x.f32 --out mean
    grep -q ROC out.txt && fail "$(cat out.txt)"
    works ./classes train --data x.f32 --labels y.csv --out mixed --quiet
    python3 "$here/gaps.py" equal plain/last.safetensors mixed/last.safetensors || fail "labelled"
}

# A mean over those that have a label is that over a data set, too, however few of a batch have one: the figures of the 7 examples
# with a label among 50 are those of the 7 by themselves.
case_labelled_means() {
    "$bin/blobs" f32 50 3 4 > x.f32
    awk 'BEGIN { srand(2); for (i = 0; i < 50; i++) print i < 7 ? int(rand() * 3) : -1 }' > y.csv
    head -c 112 x.f32 > few.f32
    head -n 7 y.csv > few.csv
    nll="mean_given(cross_entropy(head(h), y), y.given)"
    classes optional "$nll" 10 "metric { nll = $nll; right = mean_given(argmax(head(h)) == y, y.given);  share = y.given }"
    works ./classes train --data x.f32 --labels y.csv --out run --quiet --epochs 1
    works ./classes eval --data few.f32 --labels few.csv --out run --json
    mv out.txt few.json
    for batch in 10 3 1; do
        works ./classes eval --data x.f32 --labels y.csv --out run --json --batch $batch
        near "$(figure out.txt right)" "$(figure few.json right)" 1e-6 "batches of $batch, right:"
        near "$(figure out.txt nll)" "$(figure few.json nll)" 1e-6 "batches of $batch, nll:"
        near "$(figure out.txt share)" 0.14 1e-6 "labelled of all:"
    done
    apart "$(figure few.json right)" 0 1e-6 "nothing is right"
    works ./classes eval --data x.f32 --out run --json # no label: no number
    grep -q '"right": null' out.txt || fail "$(cat out.txt)"
}

# Each batch has its share of labelled rows, each of the others comes once, and what is drawn is the same in a training that goes on.
case_labelled() {
    "$bin/blobs" f32 50 3 4 > x.f32
    awk 'BEGIN { srand(2); for (i = 0; i < 50; i++) print i % 6 ? (i % 2 ? "NA" : -1) : int(rand() * 3) }' > y.csv
    classes optional "mean_given(cross_entropy(head(h), y), y.given)" "10, labelled 4" "metric { share = y.given }"
    works ./classes gradcheck
    works ./classes train --data x.f32 --labels y.csv --out run
    grep -q '^9 of them are labelled, 4 of each batch: 69 rows an epoch$' out.txt || fail "$(cat out.txt)"
    works ./classes eval --data x.f32 --labels y.csv --out run --json
    near "$(figure out.txt share)" 0.18 1e-6 "labelled of all:"
    works ./classes eval --data x.f32 --out run --json # no labels at all
    near "$(figure out.txt share)" 0 1e-9 "labelled of none:"
    sed 's/^.*$/-1/' y.csv > none.csv
    refuses "no example has the label y, and 4 of each batch are to" ./classes train --data x.f32 --labels none.csv --out none
    refuses "4 of its rows are to be labelled" ./classes train --data x.f32 --labels y.csv --batch 4 --out few
    works ./classes train --data x.f32 --labels y.csv --out part --epochs 2 --quiet
    works ./classes train --data x.f32 --labels y.csv --out part --resume --epochs 4 --quiet
    python3 "$here/gaps.py" equal run/last.safetensors part/last.safetensors || fail "after a stop"
}

# The walk of examples/table, command by command as it is written there: faults are found, and no gap is left.
case_walk() {
    awk '/^```sh/ { on = 1; next } /^```/ { on = 0 } on' "$source/examples/table/README.md" |
        sed "s#build/aecc#$aecc#; s# examples/# $source/examples/#" > commands
    [ "$(wc -l < commands)" = 6 ] || fail "commands: $(cat commands)"
    sh -e commands > out.txt 2> err.txt || fail "$(cat out.txt err.txt)"
    auc=$(sed -n 's/.*area under the ROC curve \([0-9.]*\),.*/\1/p' out.txt)
    awk -v auc="$auc" 'BEGIN { exit !(auc > 0.9) }' || fail "area under the ROC curve: '$auc'"
    grep -q '^461 gaps filled, 1500 examples in filled.csv$' out.txt || fail "$(tail -n 3 out.txt)"
    [ "$(cut -d';' -f1,2,8 readings.csv)" = "$(cut -d';' -f1,2,8 filled.csv)" ] || fail "other columns"
    ! sed 1,2d filled.csv | grep -q ';;' || fail "a gap is left"
    works "$aecc" first.ae -o first
}

fresh
case_"$1"
