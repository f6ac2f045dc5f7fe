#!/bin/sh
# nearest.sh CASE AECC BIN SOURCE WORK: the command `nearest`, and the documents that examples/reuters/prepare reads for it.
# Each function case_NAME is one test.
aecc=$2 bin=$3 source=$4 work=$5/nearest_$1
here=$(cd "${0%/*}" && pwd)
. "$here/common.sh"
unoptimised

# trained: ./points, a model of eight numbers with a code of three, its run, 60 examples in a.csv and 20 in b.csv
trained() {
    cat > points.ae << 'END'
model points
input x : vector[8]
encoder { z = x |> dense(3) }
decoder { xhat = z |> dense(8) }
loss    { total = sum((xhat - x)^2) }
train   { batch 16; epochs 1; minimize total over all with adam(1e-2) }
END
    compiled points
    for name in a:60:1 b:20:2; do
        echo "$name" | tr : ' ' | (
            read -r file rows seed
            awk -v rows="$rows" -v seed="$seed" 'BEGIN { srand(seed); for (i = 0; i < rows; i++) {
                line = ""; for (k = 0; k < 8; k++) line = line (k ? "," : "") rand() - 0.5; print line } }' > "$file.csv"
        )
    done
    works ./points train --quiet --data a.csv --out run
}

# by_hand METRIC CODES QUERIES: the ten nearest of each query, as nearest.csv has them, from codes that encode wrote
by_hand() {
    awk -F, -v metric="$1" -v itself="$([ "$2" = "$3" ] && echo 1)" '
        function distance(i, j,   k, d, ab, aa, bb) {
            for (k = 1; k <= 3; k++) { d += (q[i, k] - c[j, k])^2; ab += q[i, k] * c[j, k]; aa += q[i, k]^2; bb += c[j, k]^2 }
            return metric == "cosine" ? 1 - ab / sqrt(aa * bb) : sqrt(d)
        }
        FNR == 1 { file++; next }
        { for (k = 1; k <= 3; k++) if (file == 1) c[FNR - 2, k] = $k; else q[FNR - 2, k] = $k; count[file] = FNR - 1 }
        END { print "query,place,example,distance"
            for (i = 0; i < count[2]; i++) { split("", used)
                for (place = 1; place <= 10; place++) { best = -1
                    for (j = 0; j < count[1]; j++) if (!(j in used) && !(itself && i == j)) {
                        d = distance(i, j); if (best < 0 || d < least) { least = d; best = j } }
                    used[best] = 1; printf "%d,%d,%d,%.9f\n", i, place, best, least } } }' "$2" "$3"
}

# alike FILE FILE: the same neighbours, and distances to the digits that a float's code has
alike() {
    cut -d, -f1-3 "$1" > alike.a
    cut -d, -f1-3 "$2" > alike.b
    same alike.a alike.b
    paste -d, "$1" "$2" | awk -F, 'NR > 1 { d = $4 - $8; if (d < 0) d = -d; if (d > 2e-6) exit 1 }' || fail "distances of $1 and $2"
}

# They are those that comparing all codes finds, by either distance, in other data and among themselves.
case_codes() {
    trained
    for name in a b; do works ./points encode --data $name.csv --out run --output codes_$name.csv; done
    for metric in cosine euclidean; do
        works ./points nearest --data a.csv --query b.csv --out run --metric $metric --output found.csv
        by_hand $metric codes_a.csv codes_b.csv > wanted.csv
        alike found.csv wanted.csv
        works ./points nearest --data a.csv --out run --metric $metric --output found.csv
        by_hand $metric codes_a.csv codes_a.csv > wanted.csv
        alike found.csv wanted.csv
    done
    works ./points nearest --data b.csv --query a.csv --out run --neighbours 1000 --output all.csv
    [ "$(wc -l < all.csv)" = 1201 ] || fail "60 queries of 20 examples: $(wc -l < all.csv) lines"
    # of a part of the data the numbers are those of the file
    works ./points nearest --data a.csv --split-by-order --split 0.5,0.5 --out run --neighbours 1 --output part.csv
    [ "$(cut -d, -f1,3 part.csv | tail -n +2 | tr ',' '\n' | sort -n | head -n 1)" -ge 30 ] || fail "$(head -n 3 part.csv)"
}

# The precision is the share of neighbours that have a word in common; titles stand beside their numbers.
case_precision() {
    trained
    awk 'BEGIN { for (i = 0; i < 60; i++) print (i % 7 ? "t" i % 3 "\tu" i % 2 : "") }' > a.tags
    awk 'BEGIN { for (i = 0; i < 20; i++) printf "%s\r\n", i % 5 ? "  u" i % 2 " t" : "" }' > b.tags
    seq -f 'first %g' 60 > a.titles
    printf 'second \033[31m\n' > b.titles
    seq -f 'second %g' 19 >> b.titles
    works ./points nearest --data a.csv --query b.csv --tags a.tags --query-tags b.tags --out run --json --output found.csv
    # u is the second word of a, where there is one, and the first of b
    wanted=$(awk -F, 'NR > 1 { q = $1; e = $3; n++; if (q % 5 && e % 7 && q % 2 == e % 2) hit++ } END { printf "%.15g", hit / n }' found.csv)
    grep -q '^{"queries": 20, "neighbours": 10, "metric": "cosine", "precision": [0-9.]*}$' out.txt || fail "$(cat out.txt)"
    near "$(sed 's/.*precision": //; s/}//' out.txt)" "$wanted" 1e-12 "precision:"
    # Lines as on old Macs, in UTF-16, packed: the same words.
    mv out.txt wanted.txt
    tr '\n' '\r' < a.tags > mac.tags && iconv -t UTF-16 b.tags | gzip > wide.tags.gz
    works ./points nearest --data a.csv --query b.csv --tags mac.tags --query-tags wide.tags.gz --out run --json
    same wanted.txt out.txt
    works ./points nearest --data a.csv --query b.csv --titles a.titles --query-titles b.titles --out run --count 1 --neighbours 2
    [ "$(wc -l < out.txt)" = 3 ] && head -n 1 out.txt | grep -q -F '0  second \x1b[31m' || fail "$(cat out.txt)"
    number=$(awk -F, '$1 == 0 && $2 == 2 { print $3 }' found.csv)
    tail -n 1 out.txt | grep -q "  $number  first $((number + 1))\$" || fail "wanted $number: $(cat out.txt)"
}

case_refused() {
    trained
    seq 59 > few
    seq 61 > many
    refuses 'few has 59 lines, and a.csv 60 examples' ./points nearest --data a.csv --out run --titles few
    refuses 'many has 61 lines, and a.csv 60 examples' ./points nearest --data a.csv --out run --tags many
    : > none
    refuses 'none has 0 lines, and b.csv 20 examples' ./points nearest --data a.csv --query b.csv --query-tags none --out run
    refuses 'no.csv' ./points nearest --data a.csv --query no.csv --out run
    refuses 'no.titles' ./points nearest --data a.csv --titles no.titles --out run
    refuses '/dev/full' ./points nearest --data a.csv --out run --output /dev/full
    refuses '--output a.csv would overwrite a.csv' ./points nearest --data b.csv --query a.csv --out run --output a.csv
    refuses_usage "--metric is cosine or euclidean, not 'l1'" ./points nearest --data a.csv --out run --metric l1
    refuses_usage 'at most 1000' ./points nearest --data a.csv --out run --neighbours 1001
    refuses_usage 'belong to --query' ./points nearest --data a.csv --out run --query-titles many
    printf 'model plain\ninput x : vector[8]\ndecoder { xhat = x |> dense(8) }\nloss { total = sum((xhat - x)^2) }\n' > plain.ae
    printf 'train { batch 4; epochs 1; minimize total over all with adam(1e-3) }\n' >> plain.ae
    compiled plain
    refuses 'plain has no code' ./plain nearest --data a.csv
}

# document SPLIT TOPICS TITLE BODY: as Reuters-21578 writes one
document() {
    printf '<REUTERS TOPICS="%s" LEWISSPLIT="%s" CGISPLIT="SET" OLDID="1" NEWID="2">\n<DATE> 1-JAN-1987</DATE>\n' "${5-YES}" "$1"
    printf '<TOPICS>%s</TOPICS>\n<PLACES><D>here</D></PLACES>\n<TEXT>&#2;\n' "$(for t in $2; do printf '<D>%s</D>' "$t"; done)"
    [ -z "$3" ] || printf '<TITLE>%s</TITLE>\n<DATELINE>    HERE, Jan 1 - </DATELINE>' "$3"
    printf '<BODY>%s\n Reuter\n&#3;</BODY></TEXT>\n</REUTERS>\n' "$4"
}

# exact: two directions are all that two documents have, and one is not; where a Python has NumPy
exact() {
    for candidate in /usr/bin/python3 python3; do "$candidate" -c 'import numpy' 2> /dev/null && python=$candidate; done
    [ "${python:-}" ] || return 0
    for code in 1 2; do
        works "$aecc" "$source/examples/reuters/lsa.ae" -D words=4 -D code=$code -o lsa
        works "$python" "$source/examples/reuters/lsa" --code $code out/train.mtx lsa.safetensors
        works ./lsa eval --data out/train.mtx --weights lsa.safetensors --json
        figure out.txt total
    done > left
    # what one leaves of log(3), log(4), log(2) of #, tea, here and log(4), log(2), log(2), log(4): half the smaller eigenvalue of their products
    awk 'BEGIN { a = log(3)^2 + log(4)^2 + log(2)^2; d = 2 * log(4)^2 + 2 * log(2)^2; b = log(3) * log(4) + log(4) * log(2) + log(2)^2
        print (a + d - sqrt((a - d)^2 + 4 * b^2)) / 4 }' > wanted
    near "$(sed -n 1p left)" "$(cat wanted)" 1e-5
    awk 'NR == 2 && $1 < 1e-6 { none = 1 } END { exit !none }' left || fail "$(cat left)"
}

# Documents as counts of words, divided, with titles and topics: by hand, of documents made up here.
case_prepare() {
    {
        echo '<!DOCTYPE lewis SYSTEM "lewis.dtd">'
        document TRAIN 'tea' 'TEA RISES &lt;T> AGAIN' "The tea rose 1,200.50 pct; farmer's Tea."
        document TRAIN 'tea ore' 'ORE' 'tea
ore 3 or 4/5 and ore'
        document TEST 'ore' '' 'Ore falls &amp; falls'
        document TRAIN '' 'NOTHING' 'words without a topic'
        document TRAIN 'tea' 'NOT USED' 'of no part' NO
        document NOT-USED 'tea' 'NOT USED' 'of no part'
    } > one.sgm
    works "$source/examples/reuters/prepare" --words 4 out one.sgm
    # 5 numbers, 4 times tea, 3 ore, and here before jan; words that say nothing are none
    printf '#\ntea\nore\nhere\n' > wanted
    same out/words.txt wanted
    printf '%s\n' 'TEA RISES <T> AGAIN' ORE > wanted
    same out/train.titles wanted
    echo 'Ore falls & falls' > wanted
    same out/test.titles wanted
    printf 'tea\ntea ore\n' > wanted
    same out/train.topics wanted
    printf 'tea\ntea\n' > wanted
    same out/train.topic wanted
    echo ore > wanted
    same out/test.topic wanted
    # counts by name: document, word, how often
    awk 'NR == FNR { word[NR] = $1; next } /^%/ || !size++ { next } { print $1, word[$2], $3 }' out/words.txt out/train.mtx | sort > found
    printf '1 # 2\n1 here 1\n1 tea 3\n2 # 3\n2 here 1\n2 ore 3\n2 tea 1\n' | sort > wanted
    same found wanted
    exact
    echo nothing > no.sgm
    ends 1 'no.sgm: no <REUTERS' "$source/examples/reuters/prepare" out no.sgm
}

fresh
case_"$1"
echo "$1: fine"
