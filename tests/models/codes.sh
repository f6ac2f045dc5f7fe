#!/bin/sh
# codes.sh CASE AECC BIN SOURCE WORK: what commands do with codes, with data of every format, and the pictures of a run.
# Each function case_NAME is one test.  It uses the programs that zoo.sh built, and one of its own: a code of two axes.
aecc=$2 bin=$3 source=$4 work=$5/codes_$1 home=$5
here=$(cd "${0%/*}" && pwd)
. "$here/common.sh"
little_optimised

vae=$home/zoo/vae/build/program
run="--weights $home/zoo/vae/build/run/last.safetensors"

# floats FILE FROM COUNT: numbers of an NPY, as bytes
floats() {
    header=$(od -An -tu1 -j8 -N2 "$1" | awk '{ print 10 + $1 + 256 * $2 }')
    tail -c +$((header + 4 * $2 + 1)) "$1" | head -c $((4 * $3))
}

# alike A B COUNT: that many floats, equal but for the last places (another number of rows adds up in another order)
alike() {
    od -An -v -tf4 -w4 "$1" > alike.a
    od -An -v -tf4 -w4 "$2" > alike.b
    paste alike.a alike.b | awk -v count="$3" '{ d = $1 - $2; if (d < 0) d = -d; if (d > most) most = d; n++ }
        END { exit !(n == count && most < 1e-4) }' || fail "$1 and $2 are not alike"
}

# shape FILE SHAPE: of an NPY
shape() {
    head -n 1 "$1" | tr -d '\000' | grep -a -q "'shape': ($2)" || fail "$1: $(head -n 1 "$1" | tr -d '\000'), wanted ($2)"
}

# png FILE WIDTH HEIGHT: as its header has them
png() {
    found=$(od -An -tu1 -j16 -N8 "$1" | awk '{ print $3 * 256 + $4, $7 * 256 + $8 }')
    [ "$found" = "$2 $3" ] || fail "$1 has $found pixels, wanted $2 $3"
}

# json FILE PATH: a number of a JSON object of one line, by the words before it: 'codes.*mean": \['
json() {
    sed -n "s/.*$2\([-+0-9.e]*\).*/\1/p" "$1" | grep . || fail "no $2 in: $(cat "$1")"
}

# same_eval OPTIONS…: what the vae says of that data is what it said of x.idx
same_eval() {
    # shellcheck disable=SC2086
    works "$vae" eval $run --json "$@"
    same eval.json out.txt
}

# The same images as IDX, gzipped, CSV in four dresses, NPZ, PNG: the same figures to the bit.
case_formats() {
    images x.idx 40
    # shellcheck disable=SC2086
    works "$vae" eval $run --json --data x.idx
    mv out.txt eval.json
    tail -c +17 x.idx | od -An -v -tu1 -w784 | sed 's/^ *//; s/  */ /g' > x.txt
    tr ' ' ',' < x.txt > x.csv
    awk '{ print NR % 4 " " $0 }' x.txt | tr ' ' ';' > numbered.csv
    (seq -f 'p%g' 784 | tr '\n' '\t' && echo kind && awk '{ print $0 " k" NR % 4 }' x.txt | tr ' ' '\t') > named.tsv
    gzip -k x.idx x.csv
    "$bin/pngs" x.idx pictures || fail pngs
    same_eval --data x.idx.gz
    same_eval --data x.txt
    same_eval --data x.csv
    same_eval --data x.csv.gz
    same_eval --data numbered.csv --label-column 1
    same_eval --data named.tsv --label-column kind
    same_eval --data pictures
    # shellcheck disable=SC2086
    {
        refuses "numbered.csv: has 785 columns" "$vae" eval $run --data numbered.csv
        refuses "no column 'sort'" "$vae" eval $run --data named.tsv --label-column sort
        refuses "x.idx: is no CSV" "$vae" eval $run --data x.idx --label-column 1
        head -c 3000 x.csv > cut.csv
        refuses 'cut.csv:2: f' "$vae" eval $run --data cut.csv
        "$bin/blobs" idx 3 1 20 20 > small.idx
        "$bin/pngs" small.idx small || fail pngs
        refuses 'small.*is 20 pixels high and 20 wide, input x wants 28 and 28' "$vae" eval $run --data small
        mkdir none
        refuses 'none: is a folder without PNG' "$vae" eval $run --data none
    }
    # labels that data brings along are those that a file of labels has
    awk '{ print NR % 4 }' x.txt > labels.csv
    # shellcheck disable=SC2086
    {
        works "$vae" encode $run --data numbered.csv --label-column 1 --output a.csv
        works "$vae" encode $run --data x.csv --labels labels.csv --output b.csv
        works "$vae" encode $run --data named.tsv --label-column kind --output c.tsv
        head -n 39 labels.csv > few.csv
        refuses 'few.csv has 39 labels' "$vae" encode $run --data x.csv --labels few.csv --output d.csv
    }
    same a.csv b.csv
    awk '{ print "k" $0 }' labels.csv > wanted.tsv
    same c.metadata.tsv wanted.tsv
}

# Codes as text are those of the array, to the bit.
case_text() {
    images x.idx 130
    # shellcheck disable=SC2086
    {
        for suffix in npy csv tsv; do
            works "$vae" encode $run --data x.idx --output codes.$suffix
        done
        for suffix in npy csv tsv; do
            works "$vae" decode $run --input codes.$suffix --output $suffix.npy
        done
    }
    same npy.npy csv.npy
    same npy.npy tsv.npy
    [ "$(head -n 1 codes.csv | cut -d, -f 1,20)" = code_0,code_19 ] || fail "$(head -n 1 codes.csv)"
    [ "$(wc -l < codes.tsv)" = 130 ] || fail "lines of codes.tsv"
    [ "$(tail -n 1 codes.metadata.tsv)" = 129 ] || fail "without labels each code has its number"
    # shellcheck disable=SC2086
    {
        works "$vae" encode $run --count 5 --output labelled.csv
        head -n 1 labelled.csv | grep -q ',label$' || fail "built-in digits have labels: $(head -n 1 labelled.csv)"
        refuses 'label-column' "$vae" decode $run --input labelled.csv --output d.npy
        works "$vae" decode $run --input labelled.csv --label-column label --output d.npy
        refuses '/dev/full' "$vae" encode $run --output /dev/full
        refuses 'no/folder' "$vae" encode $run --output no/folder/c.tsv
        (
            ulimit -f 1
            refuses 'cannot write' "$vae" encode $run --output full.csv
        ) || exit 1
    }
    [ ! -e full.csv ] && [ -z "$(find . -name '*.tmp*')" ] || fail "left behind: $(ls -a)"
}

# identity SIZE: a program `same` whose code is the example itself, and its reconstruction, too
identity() {
    cat > same.ae <<EOF
model same
input x : vector[$1]
encoder { h = x }
decoder { param b : [$1] = 0;  xhat = h + b }
loss { total = sum((xhat - x)^2) }
train { batch 10;  epochs 1;  minimize total over all with sgd(0) }
EOF
    works "$aecc" same.ae -o same
}

# Codes packed to few bits: each number is one of 2^bits, evenly from the smallest of its place to the largest; the same bytes and
# bits again; what is damaged, cut short, of another model or of other weights is told.
case_packed() {
    identity 3
    awk 'BEGIN { srand(3); for (i = 0; i < 300; i++) printf "%.9g,%.9g,7\n", 100 * rand() - 20, exp(9 * rand()) }' > x.csv
    works ./same train --data x.csv --out run --quiet
    for bits in 1 5 8 9 16; do
        works ./same encode --data x.csv --out run --bits $bits --output $bits.aez
        cp out.txt said.txt
        works ./same decode --input $bits.aez --out run --output $bits.csv
        tail -n +2 $bits.csv | paste -d, x.csv - | awk -F, -v levels=$((1 << bits)) '
            { for (k = 1; k <= 3; k++) { x[NR, k] = $k; y[NR, k] = $(k + 3)
                if (NR == 1 || $k < low[k]) low[k] = $k
                if (NR == 1 || $k > high[k]) high[k] = $k } }
            END { for (k = 1; k <= 3; k++) { step = (high[k] - low[k]) / (levels - 1); room = 1e-6 * (high[k] - low[k] + 100)
                for (i = 1; i <= NR; i++) { d = x[i, k] - y[i, k]; d = d < 0 ? -d : d
                    if (d > step / 2 + room) { print "example", i, "is off by", d, "of steps of", step; exit 1 }
                    at = step > 0 ? (y[i, k] - low[k]) / step : 0; off = at - int(at + 0.5); off = off < 0 ? -off : off
                    if (off * step > room) { print "no value of the grid:", y[i, k]; exit 1 } } } }' || fail "$bits bits"
        size=$(wc -c < $bits.aez)
        grep -q "^$size bytes, all counted" said.txt || fail "$(cat said.txt), not $size bytes"
        works ./same info --input $bits.aez
        same out.txt said.txt
    done
    works ./same info --input 8.aez --json
    near "$(json out.txt '"bytes_example": ')" "$(awk -v n="$(wc -c < 8.aez)" 'BEGIN { print n / 300 }')" 1e-5 'bytes an example'
    [ "$(wc -c < 1.aez)" -lt "$(wc -c < 8.aez)" ] && [ "$(wc -c < 8.aez)" -lt 3000 ] || fail "not packed: $(wc -c ./*.aez)"
    works ./same encode --data x.csv --out run --bits 8 --output again.aez
    same again.aez 8.aez

    refuses_usage '--bits 17: wanted 1 to 16' ./same encode --data x.csv --out run --bits 17
    refuses_usage 'wanted a name in .aez' ./same encode --data x.csv --out run --bits 8 --output c.npy
    refuses 'holds no codes' ./same decode --input run/last.safetensors --out run
    for length in 4 40 400 $(($(wc -c < 8.aez) - 1)); do
        head -c "$length" 8.aez > cut.aez
        refuses 'cut.aez' ./same decode --input cut.aez --out run
    done
    for at in $(seq 0 97 "$(($(wc -c < 8.aez) - 1))"); do # one bit of a byte here and there
        byte=$(od -An -tu1 -j"$at" -N1 8.aez | tr -d ' ')
        cp 8.aez flipped.aez
        printf "\\$(printf %03o $((byte ^ 4)))" | dd of=flipped.aez bs=1 seek="$at" conv=notrunc 2> dd.txt || fail "$(cat dd.txt)"
        refuses 'flipped.aez' ./same decode --input flipped.aez --out run
    done
    # shellcheck disable=SC2086
    {
        images x.idx 20
        works "$vae" encode $run --data x.idx --bits 8 --output vae.aez
        refuses 'vae.aez: codes of another model than this same' ./same decode --input vae.aez --out run
        refuses 'vae.aez: codes of another model than this same' ./same info --input vae.aez
        works "$vae" decode $run --input vae.aez --output a.npy
        works "$vae" encode $run --data x.idx --bits 16 --output fine.aez
        works "$vae" decode $run --input fine.aez --output b.npy
        works "$vae" encode $run --data x.idx --output plain.npy
        works "$vae" decode $run --input plain.npy --output c.npy
        floats b.npy 0 15680 > b.f32
        floats c.npy 0 15680 > c.f32
        alike b.f32 c.f32 15680
    }
    works ./same train --data x.csv --out other --quiet --seed 5
    refuses '8.aez: codes of other weights of same than these' ./same decode --input 8.aez --out other
}

# A folder for the embedding projector: what it names is there, and the sprite is a square of the pictures.
case_projector() {
    images x.idx 130
    "$bin/blobs" classes 130 3 4 > y.idx || fail blobs
    printf '\000\000\010\003\000\001\115\021\000\000\000\034\000\000\000\034' > many.idx # 85265 black pictures
    truncate -s $((16 + 85265 * 784)) many.idx
    # shellcheck disable=SC2086
    {
        works "$vae" encode $run --data x.idx --labels y.idx --projector folder
        [ "$(sort -u folder/metadata.tsv | tr '\n' ' ')" = "0 1 2 3 " ] || fail "labels: $(sort -u folder/metadata.tsv)"
        works "$vae" encode $run --data x.idx --output codes.tsv
        same codes.tsv folder/vectors.tsv
        if command -v python3 > /dev/null; then
            python3 "$here/projector.py" x.idx folder 20 || fail "the folder"
        fi
        refuses 'more than 8192 pixels a side, .*: --count 85264 at most' "$vae" encode $run --data many.idx --projector large
        refuses_usage 'give one' "$vae" encode $run --data x.idx --projector folder --output c.npy
    }
    [ ! -e large ] || fail "a folder that is not to be"
    # What is encoded is no image: no sprite.
    cat > vector.ae <<'END'
model vector
input x : vector[5]
encoder { h = x |> dense(2) }
decoder { xhat = h |> dense(5) }
loss    { total = sum((xhat - x)^2) }
train   { batch 10;  epochs 1;  minimize total over all with adam(1e-2) }
END
    works "$aecc" vector.ae -o vector
    "$bin/blobs" f32 20 1 5 > v.f32 || fail blobs
    works ./vector train --data v.f32 --out plain --quiet
    works ./vector encode --data v.f32 --out plain --projector bare
    [ "$(find bare -type f | sort | tr '\n' ' ')" = "bare/metadata.tsv bare/projector_config.json bare/vectors.tsv " ] || fail "$(find bare)"
    if grep -q sprite bare/projector_config.json; then fail "$(cat bare/projector_config.json)"; fi
}

# A prior for codes that have none: fitted, kept with the run, drawn from; of this model and these weights only.
case_prior() {
    identity 2
    # two clusters: about (0, 0), and about (10, 5) with a fifth of the rows
    awk 'function near_normal() { return rand() + rand() + rand() + rand() - 2 }
        BEGIN { srand(2); for (i = 0; i < 2000; i++) { far = i % 5 == 0
            printf "%.9g,%.9g\n", near_normal() + 10 * far, near_normal() + 5 * far } }' > x.csv
    works ./same train --data x.csv --out run --quiet
    refuses "cannot sample: .*'fit-prior' fits one" ./same sample --out run
    refuses 'prior.safetensors' ./same sample --fitted --out run
    works ./same fit-prior --data x.csv --out run --components 2
    grep -q '^2 Gaussians on 2000 codes of 2 numbers: ' out.txt || fail "$(cat out.txt)"
    works ./same sample --out run --count 5000 --output s.csv
    cp s.csv first.csv
    works ./same sample --out run --count 5000 --output s.csv
    same s.csv first.csv
    tail -n +2 s.csv | awk -F, '
        $1 > 5 { far++ }
        { x = $1 > 5 ? $1 - 10 : $1; y = $1 > 5 ? $2 - 5 : $2; a += x; b += y; c += x * x; d += y * y; e += x * y }
        END { far /= NR; c /= NR; d /= NR; e /= NR # the sum of four uniform numbers has variance 1 / 3
            ok = NR == 5000 && far > 0.18 && far < 0.22 && a / NR < 0.05 && a / NR > -0.05 && b / NR < 0.05 && b / NR > -0.05
            exit !(ok && c > 0.29 && c < 0.37 && d > 0.29 && d < 0.37 && e < 0.04 && e > -0.04) }' ||
        fail "what is drawn has other moments: $(head -n 4 s.csv)"
    works ./same sample --out run --count 3 --seed 1 --output other.csv
    ! cmp -s other.csv s.csv || fail 'another seed draws the same'
    works ./same sample --out run
    refuses 'want as many codes' ./same fit-prior --data x.csv --out run --components 2001
    works ./same train --data x.csv --out other --quiet --seed 5
    cp run/prior.safetensors other/
    refuses 'prior of other weights of same than these' ./same sample --out other
    head -c 300 run/prior.safetensors > other/prior.safetensors
    refuses 'prior.safetensors' ./same sample --out other
    # shellcheck disable=SC2086
    {
        mkdir vae
        cp run/prior.safetensors vae/
        refuses 'prior of another model than this vae' "$vae" sample $run --out vae --fitted
        works "$vae" fit-prior $run --out vae --components 3
        works "$vae" sample $run --out vae --output own.npy
        works "$vae" sample $run --out vae --fitted --output fitted.npy
    }
    ! cmp -s own.npy fitted.npy || fail '--fitted draws from the prior of the model'
}

# What codes tell of a label: the nearest neighbour as a plain search finds it, classes that a line parts, units that vary.
case_probe() {
    identity 3
    # the class is the sign of a - b, but for a tenth of the labels; the third number hardly varies
    awk 'BEGIN { srand(7); for (i = 0; i < 1500; i++) { a = rand(); b = rand(); y = (a > b) != (rand() < 0.1)
        printf "%.9g,%.9g,%.9g,%d\n", a, b, 0.1 * rand(), y } }' > all.txt
    head -n 1000 all.txt | cut -d, -f 1-3 > x.csv
    head -n 1000 all.txt | cut -d, -f 4 > y.csv
    tail -n 500 all.txt | cut -d, -f 1-3 > q.csv
    tail -n 500 all.txt | cut -d, -f 4 > qy.csv
    works ./same train --data x.csv --out run --quiet
    works ./same probe --data x.csv --labels y.csv --query q.csv --query-labels qy.csv --out run --json
    near "$(json out.txt '"nearest": ')" "$(awk -F, 'NR <= 1000 { for (k = 1; k <= 4; k++) x[NR, k] = $k; next }
        { least = 1e9; for (i = 1; i <= 1000; i++) { d = 0; for (k = 1; k <= 3; k++) d += ($k - x[i, k]) ^ 2
            if (d < least) { least = d; y = x[i, 4] } }
          right += y == $4 } END { print right / 500 }' all.txt)" 1e-6 'nearest neighbour'
    awk -v linear="$(json out.txt '"linear": ')" 'BEGIN { exit !(linear > 0.85 && linear < 0.94) }' || fail "$(cat out.txt)"
    grep -q '^{"examples": 500, "known": 1000, .* "active": 2, "size": 3}$' out.txt || fail "$(cat out.txt)"
    works ./same probe --data x.csv --labels y.csv --query q.csv --query-labels qy.csv --out run
    grep -q 'active units       2 of 3' out.txt || fail "$(cat out.txt)"
    refuses_usage 'probe wants examples to go by, --data, and others to ask, --query' ./same probe --data x.csv --labels y.csv --out run
    refuses 'x.csv has no labels, which a probe goes by' ./same probe --data x.csv --query q.csv --query-labels qy.csv --out run
    refuses 'q.csv has no labels' ./same probe --data x.csv --labels y.csv --query q.csv --out run
    refuses 'y.csv has 1000 labels' ./same probe --data x.csv --labels y.csv --query q.csv --query-labels y.csv --out run
}

# A walk shows what decode makes of codes with two axes changed.
case_walk() {
    images x.idx 20
    # shellcheck disable=SC2086
    {
        works "$vae" encode $run --data x.idx --output codes.csv
        works "$vae" walk $run --data x.idx --example 3 --axes 4,17 --range -2,3 --rows 2 --columns 3 --output walk.npy
        shape walk.npy "6, 1, 28, 28"
        sed -n 5p codes.csv > third
        head -n 1 codes.csv > way.csv
        for y in 3 -2; do
            for x in -2 0.5 3; do
                awk -F, -v OFS=, -v x=$x -v y=$y '{ $5 = x; $18 = y; print }' third >> way.csv
            done
        done
        works "$vae" decode $run --input way.csv --output way.npy
        floats walk.npy 0 4704 > walked
        floats way.npy 0 4704 > decoded
        alike walked decoded 4704
        # without a range it goes as far as draws of the prior do: 2 % of a normal lie beyond 2.05
        works "$vae" walk $run --output w.png
        png w.png 1120 1120
        far=$(sed -n 's/.*left to right: [-0-9.]* to \([0-9.]*\)/\1/p' out.txt)
        near "$far" 2.054 0.05 "how far a walk goes:"
        works "$vae" walk $run --quantiles --columns 5 --rows 1 --output w.png
        far=$(sed -n 's/.*left to right: [-0-9.]* to \([0-9.]*\)/\1/p' out.txt)
        near "$far" 1.2816 0.05 "nine tenths of a normal lie below"
        refuses_usage '--axes wants two axes of the code, 0 to 19' "$vae" walk $run --axes 3,20
        refuses_usage '--axes' "$vae" walk $run --axes 3
        refuses_usage '--axes' "$vae" walk $run --axes 3,3
        refuses_usage '--range' "$vae" walk $run --range 3,-3
        refuses_usage 'give one of them' "$vae" walk $run --range -3,3 --quantiles
        refuses_usage 'at most 1000' "$vae" walk $run --rows 1001
        refuses '--example 20: x.idx has examples 0 to 19' "$vae" walk $run --data x.idx --example 20
        refuses '/dev/full' "$vae" walk $run --output /dev/full
    }
    # without a prior, and without a bottleneck that draws: the spread is that of the codes
    plain=$home/zoo/autoencoder/build
    works "$plain/program" walk --weights "$plain/run/last.safetensors" --data x.idx --output p.png
}

# Between two examples lie the codes between theirs; the examples stand at both ends.
case_interpolate() {
    images x.idx 20
    # shellcheck disable=SC2086
    {
        works "$vae" encode $run --data x.idx --output codes.csv
        works "$vae" reconstruct $run --data x.idx --count 20 --output both.npy
        works "$vae" interpolate $run --data x.idx --between 2,7,11,2 --columns 3 --output way.npy
        shape way.npy "10, 1, 28, 28"
        (head -n 1 codes.csv && awk -F, -v OFS=, 'NR == 4 { split($0, a, ",") }
            NR == 9 { for (i = 1; i <= 20; i++) $i = (a[i] + $i) / 2; print }' codes.csv) > middle.csv
        works "$vae" decode $run --input middle.csv --output middle.npy
    }
    for part in '0 2' '4 7' '5 11' '9 2' '1 22' '3 27' '6 31' '8 22'; do # cell of way.npy, of both.npy
        floats way.npy $((${part% *} * 784)) 784 > a
        floats both.npy $((${part#* } * 784)) 784 > b
        alike a b 784
    done
    floats way.npy 1568 784 > a
    floats middle.npy 0 784 > b
    alike a b 784
    # On the arc the middle is the sum of both over twice the cosine of half the angle.
    (head -n 1 codes.csv && awk -F, -v OFS=, 'NR == 4 { split($0, a, ",") }
        NR == 9 { for (i = 1; i <= 20; i++) { aa += a[i]^2; bb += $i^2; ab += a[i] * $i }
            half = sqrt((1 + ab / sqrt(aa * bb)) / 2)
            for (i = 1; i <= 20; i++) $i = (a[i] + $i) / (2 * half); print }' codes.csv) > middle.csv
    # shellcheck disable=SC2086
    {
        works "$vae" decode $run --input middle.csv --output middle.npy
        works "$vae" interpolate $run --data x.idx --between 2,7,2,2 --columns 3 --spherical --output way.npy
    }
    for part in '0 2' '2 -' '4 7' '5 2' '7 22' '9 2'; do # its middle, and the ends; the arc from a code to itself is that code
        floats way.npy $((${part% *} * 784)) 784 > a
        case $part in
        *-) floats middle.npy 0 784 > b ;;
        *) floats both.npy $((${part#* } * 784)) 784 > b ;;
        esac
        alike a b 784
    done
    floats way.npy 1568 784 > b
    if (alike a b 784) > /dev/null; then fail "the middle is an end"; fi
    # shellcheck disable=SC2086
    {
        works "$vae" interpolate $run --data x.idx --output i.png
        png i.png 814 466
        refuses_usage '--between wants pairs of examples, 0 to 19' "$vae" interpolate $run --data x.idx --between 0,20
        refuses_usage '--between' "$vae" interpolate $run --data x.idx --between 0,1,2
        refuses_usage '--between' "$vae" interpolate $run --data x.idx --between a,b
    }
}

# Mean and covariance are those of the codes that encode writes; the prior's are those of a normal.
case_scatter() {
    images x.idx 3000
    # shellcheck disable=SC2086
    {
        works "$vae" encode $run --data x.idx --output codes.csv
        works "$vae" scatter $run --data x.idx --output s.png --json
    }
    png s.png 1156 566
    awk -F, 'NR > 1 { a += $1; b += $2; ab += $1 * $2; aa += $1 * $1; n++ }
        END { printf "%.9f %.9f %.9f\n", a / n, aa / n - a * a / n / n, ab / n - a * b / n / n }' codes.csv > moments
    read -r mean variance covariance < moments
    near "$(json out.txt '"codes": {"mean": \[')" "$mean" 1e-4 "mean:"
    near "$(json out.txt '"codes": {[^{]*"covariance": \[\[')" "$variance" 1e-4 "variance:"
    near "$(json out.txt '"codes": {[^{]*"covariance": \[\[[^,]*, ')" "$covariance" 1e-3 "covariance:"
    near "$(json out.txt '"prior": {[^{]*"covariance": \[\[')" 1 0.1 "variance of the prior:"
    apart "$variance" 1 0.1 "variance of the codes and of the prior"
    own=$(json out.txt '"sliced_wasserstein_of_prior": ')
    awk "BEGIN { exit !($own > 0 && $own < 0.1 && $(json out.txt '"sliced_wasserstein": ') > 3 * $own) }" ||
        fail "distances: $(grep -o '"sliced.*' out.txt)"
    # shellcheck disable=SC2086
    {
        works "$vae" scatter $run --data x.idx --output s.png --axes 5,2 --count 100
        grep -q '100 codes in s.png' out.txt || fail "$(cat out.txt)"
        refuses_usage '--axes' "$vae" scatter $run --axes 0,0
        refuses '/dev/full' "$vae" scatter $run --output /dev/full
    }
}

# PCA of as many axes as the data spans loses nothing; fewer lose, and more data than a chunk is all counted.
case_pca() {
    images few.idx 20
    images many.idx 700
    deep=$home/zoo/autoencoder/build/program # a code of 32
    weights="--weights $home/zoo/autoencoder/build/run/last.safetensors"
    # shellcheck disable=SC2086
    {
        works "$deep" reconstruct $weights --pca --fit few.idx --data few.idx --json --output r.npy
        awk "BEGIN { exit !($(json out.txt '"pca": ') < 1e-8) }" || fail "20 images in 32 axes: $(cat out.txt)"
        shape r.npy "3, 16, 1, 28, 28"
        floats r.npy 0 12544 > a
        floats r.npy $((2 * 12544)) 12544 > b
        alike a b 12544
        works "$deep" reconstruct $weights --pca --fit many.idx --data many.idx --json --output r.png
        png r.png 930 176
        lost=$(json out.txt '"pca": ')
        awk "BEGIN { exit !($lost > 0.1) }" || fail "700 images in 32 axes: $(cat out.txt)"
        # in another order, so in other chunks; and its first half, which does not fit as well
        (head -c 16 many.idx && tail -c +$((16 + 784 * 300 + 1)) many.idx && tail -c +17 many.idx | head -c $((784 * 300))) > turned.idx
        works "$deep" reconstruct $weights --pca --fit turned.idx --data many.idx --json --output r.png
        near "$(json out.txt '"pca": ')" "$lost" 1e-9 "in another order:"
        images half.idx 350
        works "$deep" reconstruct $weights --pca --fit half.idx --data many.idx --json --output r.png
        awk "BEGIN { exit !($(json out.txt '"pca": ') > $lost) }" || fail "half of the data fits as well as all"
        works "$deep" reconstruct $weights --pca --fit many.idx --data many.idx --output r.png
        grep -q 'PCA of 32  *[0-9.]* *fitted on 700 examples' out.txt || fail "$(cat out.txt)"
        refuses_usage 'needs --pca' "$deep" reconstruct $weights --fit many.idx
        refuses 'wants the data to fit it on: --fit FILE' "$deep" reconstruct $weights --pca --data many.idx
        refuses 'nowhere' "$deep" reconstruct $weights --pca --fit nowhere --data many.idx
        "$bin/blobs" idx 10 1 20 20 > small.idx
        refuses 'small.idx' "$deep" reconstruct $weights --pca --fit small.idx --data many.idx
    }
    # with noise, PCA gets what the encoder gets, and its row stands before the clean one
    noisy=$home/zoo/denoising/build
    works "$noisy/program" reconstruct --weights "$noisy/run/last.safetensors" --corrupt --pca --fit many.idx --data few.idx --output n.npy
    shape n.npy "4, 16, 1, 28, 28"
    grep -q 'mse noisy  *mse PCA' out.txt || fail "$(cat out.txt)"
}

# Exact PCA of MNIST in 30 axes: 13.866 an image of the test set.
case_pca_mnist() {
    mnist=$source/../shared/data/mnist
    [ -r "$mnist/train-images-idx3-ubyte.gz" ] || skip "no MNIST in $mnist"
    images x.idx 16
    works "$aecc" -D latent=30 "$source/models/vae.ae" -o vae30
    works ./vae30 train --data x.idx --epochs 1 --out run --quiet
    works ./vae30 reconstruct --out run --pca --fit "$mnist/train-images-idx3-ubyte.gz" \
        --data "$mnist/t10k-images-idx3-ubyte.gz" --json
    near "$(json out.txt '"pca": ')" 13.866 5e-5 "PCA of MNIST:"
}

# Signals: built-in ones in classes, from text, and drawn as curves.
case_signals() {
    cat > signals.ae << 'END'
model signals
input s : signal[2, 64] in -1..1
encoder { z = s |> flatten |> dense(16) |> relu |> dense(2) }
decoder { shat = z |> dense(16) |> relu |> dense(128) |> reshape(2, 64) }
loss    { total = squared_error(shat, s) }
train   { batch 64; epochs 2; minimize total over encoder, decoder with adam(1e-2) }
END
    works "$aecc" signals.ae -o signals
    works ./signals train --out run
    grep -q 'built-in signals' out.txt || fail "$(cat out.txt)"
    [ -s run/pictures/scatter-0002.png ] || fail "signals come in classes: $(ls run/pictures)"
    works ./signals reconstruct --out run --pca --output r.png
    png r.png 1128 440
    works ./signals walk --out run --rows 2 --columns 3 --output w.png
    png w.png 428 152
    # what reconstruct takes from the built-in signals, as text: the same codes
    works ./signals encode --out run --count 16 --output codes.npy
    works ./signals reconstruct --out run --count 16 --output both.npy
    floats both.npy 0 2048 | od -An -v -tf4 -w512 | sed 's/^ *//; s/  */,/g' > signals.csv
    [ "$(wc -l < signals.csv)" = 16 ] || fail "$(wc signals.csv)"
    works ./signals encode --out run --data signals.csv --output again.npy
    floats codes.npy 0 32 > a
    floats again.npy 0 32 > b
    alike a b 32
    refuses 'codes.npy: holds 16 moments of 2 channels, input s wants windows of 64, or signals of shape \[2,64\]' ./signals eval --out run --data codes.npy
    mkdir folder && "$bin/blobs" idx 2 1 28 28 > x.idx && "$bin/pngs" x.idx folder
    refuses 'those are for images' ./signals eval --out run --data folder
}

# A run's pictures: losses always, codes where they have two axes; a run that was resumed has the same.
case_pictures() {
    images x.idx 200
    awk 'BEGIN { for (i = 0; i < 200; i++) print "k" i % 3 }' > labels.csv
    works "$aecc" -D latent=2 "$source/models/vae.ae" -o vae2
    options="--data x.idx --labels labels.csv --valid x.idx --batch 50"
    # shellcheck disable=SC2086
    {
        works ./vae2 train $options --epochs 3 --out whole --quiet
        works ./vae2 train $options --epochs 1 --out parts --quiet
        cp parts/pictures/losses.png first.png
        works ./vae2 train --resume --epochs 3 --out parts --quiet
    }
    same whole/pictures/losses.png parts/pictures/losses.png
    if cmp -s first.png whole/pictures/losses.png; then fail "the curve has not grown"; fi
    grep -q '^epoch,.*,valid.total' whole/metrics.csv || fail "$(head -n 1 whole/metrics.csv)"
    # with --valid, which has no labels, there is nothing to colour; without, there is
    [ ! -e whole/pictures/scatter-0003.png ] || fail "a scatter without labels"
    works ./vae2 train --data x.idx --labels labels.csv --epochs 2 --out coloured --quiet
    [ -s coloured/pictures/scatter-0002.png ] || fail "$(ls coloured/pictures)"
    works ./vae2 scatter --data x.idx --labels labels.csv --out coloured
    works ./vae2 walk --quantiles --rows 3 --columns 3 --out coloured
    png coloured/walk.png 168 168
    head -n 10 labels.csv > few.csv
    refuses 'few.csv has 10 labels' ./vae2 train --data x.idx --labels few.csv --out no
    (
        ulimit -f 8 # the weights do not fit
        refuses 'cannot write' ./vae2 train --data x.idx --epochs 1 --out full
    ) || exit 1
}

# A decoder that reads a label is given its class, the same for all.
case_given() {
    works "$aecc" "$here/given.ae" -o given
    images x.idx 64
    yes 3 | head -n 64 > three.csv
    "$bin/blobs" classes 64 1 10 > y.idx || fail blobs
    works ./given train --data x.idx --labels y.idx --out run --quiet
    [ ! -e run/pictures/samples-0001.png ] || fail "samples of no class"
    works ./given encode --out run --data x.idx --labels three.csv --output codes.npy
    works ./given encode --out run --data x.idx --set y=3 --output given.npy
    same codes.npy given.npy
    works ./given decode --out run --input codes.npy --set y=3 --output decoded.npy
    works ./given reconstruct --out run --data x.idx --labels three.csv --output restored.npy
    floats decoded.npy 0 12544 > a.f32
    floats restored.npy 12544 12544 > b.f32
    alike a.f32 b.f32 12544
    works ./given decode --out run --input codes.npy --set y=4 --output other.npy
    ! cmp -s decoded.npy other.npy || fail "y=3 and y=4 decode alike"
    for y in 1 2; do
        works ./given sample --out run --set y=$y --output $y.npy
        works ./given walk --out run --set y=$y --output walk$y.npy
        works ./given interpolate --out run --data x.idx --set y=$y --output way$y.npy
    done
    for name in '' walk way; do
        ! cmp -s ${name}1.npy ${name}2.npy || fail "$name: y=1 and y=2 are alike"
    done
    works ./given scatter --out run --data x.idx --labels y.idx --set y=2
    works ./given scatter --out run --data x.idx --labels y.idx
    for command in 'decode --input codes.npy' sample walk 'interpolate --data x.idx --labels y.idx'; do
        # shellcheck disable=SC2086
        refuses "'${command%% *}' reads the label y: give its class by --set y=N, 0 to 9" ./given $command --out run
    done
    for class in 10 -1 1.5; do
        refuses_usage '--set y wants a class, 0 to 9' ./given sample --out run --set y=$class
    done
    refuses_usage '--set y: eval reads the label of each example' ./given eval --data x.idx --labels y.idx --out run --set y=3
    refuses_usage '--set y: train reads the label of each example' ./given train --set y=3 --out other
    refuses_usage "no hyper 'x'" ./given sample --out run --set x=3
}

fresh
case_"$1"
echo "$1: fine"
