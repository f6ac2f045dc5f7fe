#!/bin/sh
# texts.sh CASE AECC BIN SOURCE WORK: texts go in and come out again.  Each function case_NAME is one test.
aecc=$2 bin=$3 source=$4 work=$5/texts_$1
here=$(cd "${0%/*}" && pwd)
. "$here/common.sh"
unoptimised

# sentences FILE COUNT SEED: so many of few words
sentences() {
    awk -v count="$2" -v seed="$3" 'BEGIN { srand(seed); split("fox boat girl house king tree", noun, " "); split("sees likes meets", verb, " ")
        for (i = 0; i < count; i++) print "The " noun[1 + int(6 * rand())] " " verb[1 + int(3 * rand())] " a " noun[1 + int(6 * rand())] "." }' > "$1"
}

# trained MODEL OPTIONS…: ./program, that model made small, and its run
trained() {
    model=$1
    shift
    works "$aecc" "$@" "$source/models/$model.ae" -o program
    sentences train.txt 400 1
    sentences test.txt 20 2
    works ./program train --data train.txt --epochs 40 --set lr=0.01 --out run --quiet
    [ ! -s err.txt ] || fail "$(cat err.txt)"
}

# What reconstruct says of words is what a comparison of both files finds; the codes alone decode to the same.
case_reconstruct() {
    little_optimised
    trained sentence_ae -D words=20 -D places=8 -D size=8 -D units=16 -D latent=8
    works ./program reconstruct --data test.txt --out run --output back.txt --json
    tr 'A-Z' 'a-z' < test.txt | paste -d'|' - back.txt | awk -F'|' '{ n = split($1, a, " "); split($2, b, " "); whole += $1 == $2
        sub(/\.$/, " .", $1); sub(/\.$/, " .", $2); n = split($1, a, " "); split($2, b, " ")
        for (k = 1; k <= n; k++) { all++; right += a[k] == b[k] } } END { printf "%d %.9g %.9g\n", all, right / all, whole / NR }' > found
    read -r all right whole < found
    [ "$(figure out.txt words)" = "$all" ] || fail "words: $(cat out.txt found)"
    near "$(figure out.txt words_right)" "$right" 1e-6 "words right:"
    near "$(figure out.txt texts_right)" "$whole" 1e-6 "whole texts:"
    awk -v right="$right" 'BEGIN { exit !(right > 0.8) }' || fail "it has learnt nothing: $right"
    works ./program encode --data test.txt --out run --output codes.npy
    works ./program decode --input codes.npy --out run --output decoded.txt
    same back.txt decoded.txt
    works ./program reconstruct --data test.txt --out run
    [ "$(sed -n 1p out.txt | sed 's/^ *0  //')" = "$(head -n 1 test.txt | tr 'A-Z' 'a-z')" ] || fail "$(head -n 2 out.txt)"
    works ./program score --data test.txt --out run --output scores.csv
    worst=$(tail -n +2 scores.csv | sort -t, -k2 -g -r | head -n 1 | cut -d, -f1)
    [ "$(head -n 1 run/worst.txt)" = "$(sed -n $((worst + 1))p test.txt | tr 'A-Z' 'a-z')" ] || fail "$(cat run/worst.txt scores.csv)"
    # a new word is unknown, and never right
    echo 'The fox sees a zebra.' > new.txt
    ./program reconstruct --data new.txt --out run --output new.out --json > out.txt 2> err.txt || fail "$(cat err.txt)"
    grep -q '1 texts as words, 17 % of which are unknown' err.txt || fail "$(cat err.txt)"
    awk -v r="$(figure out.txt words_right)" 'BEGIN { exit !(r <= 5.001 / 6) }' || fail "$(cat out.txt)"
    refuses 'another vocabulary than the built-in sentences' ./program eval --out run
    printf 'fine\n\377\n' > bad.txt
    refuses 'bad.txt:2: the byte 0xff is no UTF-8' ./program eval --data bad.txt --out run
}

# What a text may be that is none, and runs whose words are others.
case_odd() {
    cat > odd.ae <<'END'
input x : tokens[6] < 20
encoder { h = x |> embedding(20, 3) |> flatten |> dense(4) }
decoder { logits = dense(h, 6 * 20) |> reshape(6, 20);  xhat = argmax(logits) }
loss    { total = sum(cross_entropy(logits, x, given = x.mask)) }
metric  { places = x.length }
train   { batch 7; epochs 2; minimize total over all with adam(1e-2) }
END
    works "$aecc" odd.ae -o odd
    sed 's/ < 20/ < 20 characters/' odd.ae > letters.ae
    works "$aecc" letters.ae -o letters
    sentences train.txt 60 5
    works ./odd train --data train.txt --out words --quiet
    ends 0 'as characters, .* cut, with more than 5: 60' ./letters train --data train.txt --out letters_run
    # Lines without words are texts of an end alone; what is longer is cut before it; unknown words are words.
    printf '\n  \t\nThe fox.\n' > empty.txt
    works ./odd eval --data empty.txt --out words --json
    near "$(figure out.txt places)" "$(awk 'BEGIN { print (1 + 1 + 4) / 3 }')" 1e-6 "places of empty lines:"
    echo 'the fox sees the king the king' > long.txt
    ends 0 'long.txt: 1 texts as words; cut, with more than 5: 1' ./odd eval --data long.txt --out words --json
    near "$(figure out.txt places)" 6 1e-6 "places of a long text:"
    echo 'Zebras quarrel .' > new.txt
    ends 0 'new.txt: 1 texts as words, 67 % of which are unknown' ./odd eval --data new.txt --out words --json
    near "$(figure out.txt places)" 4 1e-6 "places of unknown words:"
    : > none.txt
    refuses 'none.txt: the file is empty' ./odd eval --data none.txt --out words
    printf 'the\0fox\n' > zero.txt
    refuses 'zero.txt:1: holds a byte 0, which no text has' ./odd eval --data zero.txt --out words
    printf 'the fox\nthe \013king\n' > control.txt
    refuses 'control.txt:2: holds a byte 11, which no text has' ./odd eval --data control.txt --out words
    printf 'fine\n\377\n' > bad.txt
    refuses 'bad.txt:2: the byte 0xff is no UTF-8' ./odd train --data bad.txt --out none
    # Start values bring their words, and a run goes on with those that it has begun with; words are no characters.
    sentences other.txt 60 6
    sed -i 's/fox/zebra/' other.txt
    ends 0 'other.txt: 60 texts as words, .* unknown' ./odd train --data other.txt --init words/last.safetensors --out again
    refuses_usage "resume goes on as begun: the run in words has --data .*train.txt, not other.txt" ./odd train --data other.txt --resume --out words
    ends 1 'letters_run/.*: weights of another model: their vocabulary is one of characters, and x has words' ./odd eval --data train.txt --out letters_run
    ends 1 'words/.*: weights of another model: their vocabulary is one of words, and x has characters' \
        ./letters train --data train.txt --init words/last.safetensors --out none
}

# What is drawn goes on with what is given; ways between two sentences begin and end with them.
case_sample() {
    little_optimised
    trained sentence_vae -D words=20 -D places=8 -D size=8 -D units=16 -D latent=4
    works ./program sample --count 5 --out run --output all.txt
    [ "$(wc -l < all.txt)" = 5 ] || fail "$(cat all.txt)"
    # a round for each word, which computes what that word needs, and one of everything, which changes nothing
    grep -q '5 samples of seed 0 in all.txt, all 8 elements after 9 rounds' out.txt || fail "$(cat out.txt)"
    works ./program sample --count 20 --known 3 --data test.txt --out run --output known.txt
    tr 'A-Z' 'a-z' < test.txt | cut -d' ' -f1-3 > begun
    cut -d' ' -f1-3 known.txt | cmp - begun || fail "$(paste begun known.txt)"
    works ./program sample --count 20 --known 3 --data test.txt --out run --output again.txt
    same known.txt again.txt
    works ./program interpolate --data test.txt --between 0,1 --columns 4 --set temperature=0.01 --out run --output ways.txt
    [ "$(wc -l < ways.txt)" = 6 ] || fail "$(cat ways.txt)"
    head -n 2 test.txt | tr 'A-Z' 'a-z' > ends
    sed -n '1p;6p' ways.txt | cmp - ends || fail "$(cat ways.txt)"
}

# Places that no text fills change nothing: the same texts train the same model, whether there are 8 places or 30, although what
# is made of padding is infinite; and as one whose mask the compiler does not see through, so that it leaves out nothing.  Where a
# word is infinite, the run dies and tells of the first text that has it, with padding as without.
case_padding() {
    cat > padding.ae <<'END'
const places = 8
input x : tokens[places] < 20
encoder {
    param vectors : [20, 4] ~ normal(0, 0.5)
    asked = gather(vectors, x) |> transformer(2, given = x.mask)
    z = concat(asked, gather(vectors, x)) |> gru(6, given = x.mask) |> last_of |> dense(5)
}
decoder {
    param odd : [20] = iota(20) * (iota(20) - 15)
    before = reshape(iota(places), places, 1) >= iota(places)
    h = concat(gather(vectors, delayed(x)), expand(z, [places, 5])) |> gru(6) |> dense(4)
    said = h + 0.5 * (h |> transformer(2, given = before))
    logits = matmul(said, transpose(vectors)) + reshape(log(abs(gather(odd, x))), places, 1)
    xhat = argmax(logits)
}
loss    { total = sum(cross_entropy(logits, x, given = x.mask)) }
train   { batch 7; epochs 3; minimize total over all with adam(1e-2) }
END
    sentences train.txt 60 7
    awk '{ sub(/\.$/, ""); n = split($0, word, " "); for (k = 1; k <= 1 + NR % n; k++) printf "%s ", word[k]; print "." }' train.txt > texts.txt
    sed '42s/ [^ ]* \.$/ zebra ./' texts.txt > zebra.txt
    sed 's/\.$/. sees sees sees sees sees sees/' zebra.txt > full.txt # cut where there are 8 places
    sed 's/\.$/. sees sees sees sees sees sees/' texts.txt > long.txt
    for places in 8 30; do
        works "$aecc" -D places=$places padding.ae -o program
        works ./program train --data texts.txt --out run$places --quiet
        last_losses run$places > last$places.json
        for file in zebra full; do
            refuses "padding.ae:13: log of 0 is infinite (example 41 of $file.txt), in epoch 1, batch [1-9] of 9; nothing was saved yet" \
                ./program train --data $file.txt --out none --quiet
        done
    done
    agree last8.json last30.json 1e-5
    sed 's/gru(6)/gru(96)/; s/batch 7/batch 60/' padding.ae > wide.ae # where no step is left out, what would run in its place has not run
    works "$aecc" wide.ae -o program
    ./program bench --data long.txt --kernels --steps 1 > out.txt 2>&1 || fail "bench: $(cat out.txt)"
    sed 's/x\.mask/(x >= 1)/; s/log(abs(gather(odd, x)))/log(max(abs(gather(odd, x)), 1))/' padding.ae > seen.ae
    "$aecc" --dump=plan seen.ae > seen.plan 2>&1
    ! grep -q ' of x' seen.plan || fail "leaves out: $(grep -m 1 ' of x' seen.plan)"
    "$aecc" --dump=plan padding.ae > padding.plan 2>&1
    for what in 'rows of x:' 'rows sums of x each' 'columns sums of x each' 'counts for no example, by x'; do
        grep -q "$what" padding.plan || fail "no $what: $(grep ' of x' padding.plan)"
    done
    "$aecc" seen.ae -o program > out.txt 2>&1 || fail "$(cat out.txt)" # with a warning: it says nothing of the mask
    works ./program train --data texts.txt --out all --quiet
    last_losses all > all.json
    agree last8.json all.json 1e-5
}

# Convolutions with strides leave out windows behind the ends of texts: the losses are those of a model whose mask the compiler does
# not see through, whose places it computes all.
case_strides() {
    little_optimised
    cat > strides.ae <<'END'
input x : tokens[29] < 20
encoder {
    param vectors : [20, 6] ~ normal(0, 0.5)
    u = transpose(gather(vectors, x)) * x.mask
    h = u |> conv1d(72, 5, stride = 2) |> batch_norm(axis = 0) |> relu
    z = h |> conv1d(8, 3, stride = 2) |> relu |> flatten |> dense(5)
}
decoder {
    g = z |> dense(h.size) |> reshape(h.shape) |> batch_norm(axis = 0) |> relu
    logits = g |> conv1d_transpose(6, 5, stride = 2, like = u) |> transpose |> dense(20)
    xhat = argmax(logits)
}
loss    { total = sum(cross_entropy(logits, x, given = x.mask)) }
train   { batch 9; epochs 2; minimize total over all with adam(1e-2) }
END
    sed 's/x\.mask/(x >= 1)/' strides.ae > seen.ae
    sentences train.txt 40 7
    awk '{ sub(/\.$/, ""); n = split($0, word, " "); for (k = 1; k <= 1 + 6 * NR % 31; k++) printf "%s ", word[1 + k % n]; print "." }' train.txt > texts.txt
    for model in strides seen; do
        "$aecc" $model.ae -o program > out.txt 2>&1 || fail "$(cat out.txt)" # of the other's mask a warning says nothing
        works ./program train --data texts.txt --out $model --quiet
        last_losses $model > $model.json
        "$aecc" --dump=plan $model.ae > $model.plan 2>&1
    done
    [ "$(sed '/^plan eval/,$d' strides.plan | grep -c 'rows of x.* by 2 and 2:')" = 6 ] || fail "$(grep ' by 2' strides.plan)"
    ! grep -q ' of x' seen.plan || fail "$(grep -m 1 ' of x' seen.plan)"
    agree strides.json seen.json 1e-5
}

# A class of texts by the encoder of another model, whose vocabulary comes with its weights.
case_topic() {
    little_optimised
    trained sentence_conv -D words=20 -D places=8 -D size=8 -D wide=8 -D latent=4
    mkdir -p models && cp "$source/models/sentence_conv.ae" models
    sed -e 's|"../../models/sentence_conv.ae" only encoder|"models/sentence_conv.ae" only encoder|' "$source/examples/sentences/topic.ae" > topic.ae
    works "$aecc" topic.ae -o topic
    awk '{ print ($2 == "fox" || $2 == "boat") }' train.txt > train.topic
    works ./topic train --data train.txt --labels train.topic --epochs 2 --set lr=0.003 --out topics --quiet
    works ./topic eval --data train.txt --labels train.topic --out topics --json
    awk -v r="$(figure out.txt right)" 'BEGIN { exit !(r > 0.9) }' || fail "$(cat out.txt)"
}

# Texts of a column of a table are those of a file of their own: named by --columns or by the input, quotes and what they hold included, beside labels
# and classes of other columns.
case_columns() {
    cat > plain.ae <<'END'
model plain
input x : tokens[9] < 30
label mood : class[2]
encoder { h = x |> embedding(30, 4) |> flatten |> dense(6) }
decoder { logits = dense(h, 9 * 30) |> reshape(9, 30);  xhat = argmax(logits) }
loss    { total = sum(cross_entropy(logits, x, given = x.mask)) + cross_entropy(dense(h, 2), mood) }
train   { batch 7; epochs 2; minimize total over all with adam(1e-2) }
END
    works "$aecc" plain.ae -o plain
    sentences texts.txt 40 3
    awk 'BEGIN { print "Good, \"cheap\"; yes."; print "" }' >> texts.txt
    awk '{ print NR % 2 ? "praise" : "blame" }' texts.txt > moods.csv
    awk -v q='"' 'BEGIN { print "nr,mood,the body,x" } { gsub(q, q q); sub(/ /, NR % 3 ? " " : "\n")
        print NR "," (NR % 2 ? "praise" : "blame") "," q $0 q ",none" }' texts.txt > d.csv
    works ./plain train --data texts.txt --labels moods.csv --out one --quiet
    works ./plain train --data d.csv --columns 'x=the body' --out two --quiet
    works ./plain train --data d.csv --columns 'the body' --label-column 2 --out three --quiet
    sed '1s/,x$/,note/; 1s/the body/x/' d.csv | gzip > e.csv.gz
    works ./plain train --data e.csv.gz --out four --quiet
    sed "1s/.*/nr,mood,body,note/" d.csv > f.txt # no name of a table, but somebody speaks of its columns
    works ./plain train --data f.txt --columns x=3 --out five --quiet
    for run in two three four five; do
        same one/last.safetensors $run/last.safetensors
        same one/metrics.csv $run/metrics.csv
    done
    works ./plain reconstruct --data texts.txt --out one --output one.txt
    works ./plain reconstruct --data d.csv --columns 'x=the body' --out one --output two.txt
    same one.txt two.txt
    # Texts without gaps: no numbers for PCA, nothing to fill, and no table but one of the numbers of words.
    refuses '--pca restores numbers, and x is a text' ./plain reconstruct --data texts.txt --out one --pca --fit texts.txt
    refuses '--fill: input x has no gaps' ./plain reconstruct --data texts.txt --out one --fill --output out.csv
    ends 1 'all.csv: is written as .txt or .npy' ./plain reconstruct --data d.csv --columns 'x=the body' --out one --output all.csv
    works ./plain reconstruct --data texts.txt --out one --output numbers.csv
    [ "$(wc -l < numbers.csv)" = 43 ] || fail "$(head -n 3 numbers.csv)"
    sed '1s/,x$/,note/' d.csv > g.csv
    refuses 'g.csv: has the columns nr, mood, the body, note: tell which of them has the texts of input x, by --columns x=NAME' ./plain eval --data g.csv --out one
    refuses "has no column 'body'" ./plain eval --data d.csv --columns x=body --out one
    sed 's/praise/fury/' d.csv > h.csv
    refuses "h.csv:2: field 2 (mood) is 'fury', wanted a class of this run: blame, praise" ./plain eval --data h.csv --columns 'x=the body' --out one
    # The gaps of a class beside the texts are filled, and nothing else of the table is touched.
    sed 's/^label/input/; s/class\[2\]/class[2] optional/; s/^decoder {/decoder { logits_mood = [1, 0];/' plain.ae > gaps.ae
    grep -q 'logits_mood' gaps.ae && grep -q optional gaps.ae || fail "$(cat gaps.ae)"
    "$aecc" gaps.ae -o gaps > out.txt 2>&1 || fail "$(cat out.txt)"
    sed '2,$s/^\([0-9]*[05]\),[a-z]*,/\1,,/' d.csv > gaps.csv
    sed '2,$s/^\([0-9]*[05]\),[a-z]*,/\1,blame,/' d.csv > filled.csv
    works ./gaps train --data gaps.csv --columns 'x=the body' --out gaps_run --quiet
    works ./gaps reconstruct --data gaps.csv --columns 'x=the body' --out gaps_run --fill --output out.csv
    same out.csv filled.csv
    grep -q '^8 gaps filled, 42 examples in out.csv$' out.txt || fail "$(cat out.txt)"
    # Texts are written as such, not as the number of a word in their column.
    ends 1 'all.csv: is written as .txt or .npy' ./gaps reconstruct --data gaps.csv --columns 'x=the body' --out gaps_run --output all.csv
    refuses '--pca restores numbers, and x is a text' ./gaps reconstruct --data texts.txt --out gaps_run --pca --fit texts.txt
    refuses 'is no table, which has classes beside its texts' ./gaps reconstruct --data texts.txt --out gaps_run --fill --output out.csv
    mkdir folder && echo a > folder/a.txt
    refuses "is a folder of texts, and a column 'mood' is one of a table" ./plain eval --data folder --label-column mood --out one
    # A class that is no label reads the same file, by its own name or one that is told, and another encoding is one.
    sed 's/^label/input/' plain.ae > class.ae
    works "$aecc" class.ae -o class
    works ./class train --data x=texts.txt --data mood=moods.csv --out six --quiet
    works ./class train --data d.csv --columns 'x=the body' --out seven --quiet
    sed '1s/mood/how/' d.csv > i.csv
    works ./class train --data i.csv --columns 'x=the body,mood=how' --out eight --quiet
    refuses "has no column 'mood' of input mood; .*: --columns mood=NAME says which" ./class train --data i.csv --columns 'x=the body' --out nine --quiet
    for run in seven eight; do same six/last.safetensors $run/last.safetensors; done
    iconv -t UTF-16 d.csv > j.csv
    ends 0 'encoding=UTF-16LE' ./class eval --data j.csv --columns 'x=the body' --out six --json
    mv out.txt wide.json
    works ./class eval --data d.csv --columns 'x=the body' --out six --json
    agree wide.json out.txt 1e-9
}

fresh
case_"$1"
echo "$1: fine"
