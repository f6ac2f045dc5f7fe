#!/bin/sh
# scores.sh CASE AECC BIN SOURCE WORK: what `score` says of each example.  Each function case_NAME is one test.
aecc=$2 bin=$3 source=$4 work=$5/scores_$1
here=$(cd "${0%/*}" && pwd)
. "$here/common.sh"
unoptimised

made() {
    cat > scores.ae <<'END'
model scores
input x : vector[4]
encoder { mu = x |> dense(2);  logvar = x |> dense(2) }
bottleneck { z ~ normal(mu, exp(logvar / 2)) }
decoder { xhat = z |> dense(4) }
loss    { error = sum((xhat - x)^2);  total = error + kl(z, normal(0, 1)) }
metric  { column = (xhat - x)^2 }
train   { batch 10; epochs 5; minimize total over all with adam(1e-2) }
END
    works "$aecc" scores.ae -o scores
    "$bin/blobs" f32 45 1 4 > x.f32
    "$bin/blobs" f32 60 7 4 > fit.f32
    awk 'BEGIN { srand(3); for (i = 0; i < 45; i++) print rand() < 0.3 }' > labels.csv
    works ./scores train --data x.f32 --out run --quiet
}

# The mean of what each example has is what eval says of all, draws and columns included.
case_mean() {
    made
    works ./scores score --data x.f32 --out run --output s.csv
    grep -q '^45 examples by total: mean ' out.txt || fail "$(cat out.txt)"
    [ "$(head -n 1 s.csv)" = 'example,error,total,column[0],column[1],column[2],column[3]' ] || fail "$(head -n 1 s.csv)"
    [ "$(wc -l < s.csv)" = 46 ] || fail "lines"
    works ./scores eval --data x.f32 --out run
    k=2
    for name in error total 'column\[0\]' 'column\[3\]'; do
        [ "$name" != 'column\[3\]' ] || k=7
        mean=$(awk -F, -v k=$k 'NR > 1 { s += $k } END { printf "%.10g", s / (NR - 1) }' s.csv)
        said=$(awk -v name="$name" '$2 ~ "^" name "$" { print $3 }' out.txt)
        near "$mean" "$said" 1e-5 "$name:"
        k=$((k + 1))
    done
    # Of one example, the columns add up to its error; and no score is the mean.
    awk -F, 'NR > 1 { d = $2 - $4 - $5 - $6 - $7; if (d * d > 1e-8 * $2 * $2) bad = 1 } END { exit bad }' s.csv || fail "columns"
    apart "$(sed -n 2p s.csv | cut -d, -f3)" "$(sed -n 3p s.csv | cut -d, -f3)" 1e-3 "two examples"
    [ -s run/worst.png ] || fail "no picture of the worst"
}

# separation LABELS SAID: what `score` has said of the scores in s.csv is what they are by these labels; $auc and $ap are these figures
separation() {
    tail -n +2 s.csv | cut -d, -f3 | paste - "$1" | grep -v NA > pairs
    auc=$(awk '{ s[NR] = $1; y[NR] = $2 } END { for (i in s) for (j in s) if (y[i] == 1 && y[j] == 0) { n++; w += s[i] > s[j] ? 1 : s[i] == s[j] ? 0.5 : 0 }
        printf "%.12g", w / n }' pairs)
    ap=$(sort -k1,1gr pairs | awk '{ y[NR] = $2; p += $2 } END { for (i = 1; i <= NR; i++) { if (y[i]) { h++; a += h / i } } printf "%.12g", a / p }')
    near "$(figure "$2" auc)" "$auc" 1e-9 auc:
    near "$(figure "$2" average_precision)" "$ap" 1e-9 "average precision:"
}

# The area under the ROC curve is the share of pairs in the right order; the quantile that of NumPy.
case_labels() {
    made
    works ./scores score --data x.f32 --labels labels.csv --out run --output s.csv --json
    mv out.txt said.json
    separation labels.csv said.json
    # So it is where the data is named for its input.
    works ./scores score --data x=x.f32 --labels labels.csv --out run --output s.csv --json
    same said.json out.txt
    # The other class as the normal one turns the order round.
    works ./scores score --data x.f32 --labels labels.csv --normal 1 --out run --output t.csv --json
    near "$(figure out.txt auc)" "$(awk -v a="$auc" 'BEGIN { printf "%.12g", 1 - a }')" 1e-9 "the other auc:"
    # Where all are of one kind there is nothing to tell apart.
    sed 's/.*/0/' labels.csv > normal.csv
    works ./scores score --data x.f32 --labels normal.csv --out run --output t.csv
    grep -q '^none are of other classes than the normal one: there is no ROC curve$' out.txt || fail "$(cat out.txt)"
    # Words have no order that could say which is normal.
    sed 's/0/good/; s/1/bad/' labels.csv > words.csv
    refuses 'say which one is normal by --normal' ./scores score --data x.f32 --labels words.csv --out run --output u.csv
    works ./scores score --data x.f32 --labels words.csv --normal good --out run --output u.csv --json
    near "$(figure out.txt auc)" "$auc" 1e-9 "auc by words:"
    refuses "has no class 'nice'" ./scores score --data x.f32 --labels words.csv --normal nice --out run --output u.csv
    same s.csv u.csv
    # Examples without a label are on neither side.
    sed 's/^encoder/label y : class[2] optional\n&/; s/^metric .*/metric { known = y.given }/' scores.ae > some.ae
    works "$aecc" some.ae -o some
    awk '{ print NR % 3 ? "NA" : $1 }' labels.csv > some.csv
    works ./some train --data x.f32 --labels some.csv --out some_run --quiet
    works ./some score --data x.f32 --labels some.csv --normal 0 --out some_run --output s.csv --json
    separation some.csv out.txt
}

case_threshold() {
    made
    works ./scores score --data fit.f32 --out run --output fit.csv
    works ./scores score --data x.f32 --fit fit.f32 --quantile 0.9 --out run --output s.csv --json
    wanted=$(tail -n +2 fit.csv | cut -d, -f3 | sort -g | awk '{ s[NR - 1] = $1 } END { p = 0.9 * (NR - 1); f = int(p); printf "%.12g", s[f] + (p - f) * (s[f + 1] - s[f]) }')
    near "$(figure out.txt threshold)" "$wanted" 1e-9 threshold:
    above=$(figure out.txt above)
    [ "$above" = "$(awk -F, -v t="$wanted" 'NR > 1 { n += $3 > t } END { print n + 0 }' s.csv)" ] || fail "$above above"
    [ "$above" = "$(awk -F, 'NR > 1 { n += $8 } END { print n + 0 }' s.csv)" ] || fail "flags"
    head -n 1 s.csv | grep -q ',flag$' || fail "$(head -n 1 s.csv)"
    refuses "s.npy: is written as .csv" ./scores score --data x.f32 --out run --output s.npy
    works ./scores score --data x.f32 --by 'column[1]' --out run --output c.csv
    grep -q ' by column\[1\]: ' out.txt || fail "$(cat out.txt)"
    sed 's/^metric .*/metric { pole = log(x[0] - 0.02) }/' scores.ae > poles.ae
    works "$aecc" poles.ae -o poles
    refuses 'quantile: so many scores are no numbers' \
        ./poles score --data x.f32 --weights run/best.safetensors --by pole --quantile 0.9 --out run
    works ./poles score --data x.f32 --weights run/best.safetensors --by pole --quantile 0.1 --out run
    refuses "no loss or metric 'totl'; did you mean 'total'" ./scores score --data x.f32 --by totl --out run
    refuses_usage 'share between 0 and 1, not 1.5' ./scores score --data x.f32 --quantile 1.5 --out run
    refuses_usage 'fit needs --quantile' ./scores score --data x.f32 --fit fit.f32 --out run
}

# Each moment of a recording has the mean of the windows that hold it, and is judged by its own label.
case_moments() {
    cat > moments.ae <<'END'
model moments
input s : signal[2, 16]
encoder { h = s |> flatten |> dense(4) |> tanh }
decoder { xhat = h |> dense(32) |> reshape(s.shape) }
loss    { total = squared_error(xhat, s) }
metric  { first = mean((xhat[0] - s[0])^2) }
train   { batch 8; epochs 2; minimize total over all with adam(1e-2) }
END
    works "$aecc" moments.ae -o moments
    awk 'BEGIN { print "a,b,odd"; srand(4); for (i = 0; i < 203; i++) { odd = i >= 90 && i < 110
        print sin(i / 5) + 0.1 * rand() + (odd ? 2 : 0) "," cos(i / 7) + 0.1 * rand() "," odd } }' > r.csv
    ./moments train --data r.csv --ignore odd --stride 5 --out run --quiet 2> err.txt || fail "$(cat err.txt)"
    ./moments score --data r.csv --label-column odd --stride 5 --out run --quantile 0.9 --output m.csv --json > m.json 2> err.txt || fail "$(cat err.txt)"
    awk -F, 'NR > 1 { a[NR - 2] = $1; b[NR - 2] = $2 } END { for (k = 0; k < 39; k++) { w = k < 38 ? 5 * k : 187; line = ""
        for (i = 0; i < 16; i++) line = line a[w + i] ","; for (i = 0; i < 16; i++) line = line b[w + i] (i < 15 ? "," : ""); print line } }' r.csv > windows.csv
    works ./moments score --data windows.csv --out run --output w.csv
    python3 - <<'END' || fail "moments"
import csv, json
windows = list(csv.DictReader(open("w.csv")))
moments = list(csv.DictReader(open("m.csv")))
odd = [int(row["odd"]) for row in csv.DictReader(open("r.csv"))]
begins = [5 * k for k in range(38)] + [203 - 16]    # the last one ends with the recording
assert len(windows) == 39 and [int(m["moment"]) for m in moments] == list(range(203))
for m, row in enumerate(moments):
    holds = [w for b, w in zip(begins, windows) if b <= m < b + 16]
    for name in ("total", "first"):
        mean = sum(float(w[name]) for w in holds) / len(holds)
        assert abs(mean - float(row[name])) <= 1e-6 * abs(mean), (m, name)
score = [float(row["total"]) for row in moments]
said = json.load(open("m.json"))
pairs = [(a > b) + (a == b) / 2 for i, a in enumerate(score) if odd[i] for j, b in enumerate(score) if not odd[j]]
assert said["moments"] == len(score) and said["anomalies"] == 20
assert abs(said["auc"] - sum(pairs) / len(pairs)) < 1e-9
assert all(int(row["flag"]) == (float(row["total"]) > said["threshold"]) for row in moments)
END
    # What the threshold is taken of need not have the labels, and may.
    cut -d, -f1,2 r.csv > plain.csv
    for fit in plain.csv r.csv; do
        ./moments score --data r.csv --label-column odd --stride 5 --out run --fit $fit --quantile 0.9 --output n.csv --json > n.json 2> err.txt || fail "$fit: $(cat err.txt)"
        sed 's/n.csv/m.csv/' n.json | cmp - m.json || fail "--fit $fit"
    done
    [ -s run/score.png ] && [ -s run/worst.png ] || fail "no picture"
    # A label that may be missing is so where there is none.
    sed 's/^encoder/label odd : class[2] optional\n&/; s/^metric .*/metric { known = odd.given }/' moments.ae > some.ae
    works "$aecc" some.ae -o some
    works ./some train --data plain.csv --out some_run --quiet
    ends 0 'taken for a recording' ./some score --data plain.csv --out some_run --output some.csv
    [ "$(wc -l < some.csv)" = 204 ] || fail "$(cat err.txt)"
    # The example that reads windows moment by moment: a stretch of other numbers among those of four channels is what it cannot write.
    works "$aecc" "$source/examples/sequences/recording.ae" -D units=8 -D code=2 -D moments=8 -o sequence
    works ./sequence gradcheck --batch 2 --threads 1
    awk -F, '{ print $1 "," $2 "," (NR > 1 ? $1 - $2 : "c") "," (NR > 1 ? -$1 : "d") "," $3 }' r.csv > four.csv
    ./sequence train --data four.csv --ignore odd --stride 2 --out four --epochs 10 --quiet 2> err.txt || fail "$(cat err.txt)"
    ./sequence score --data four.csv --label-column odd --stride 1 --out four --json > out.txt 2> err.txt || fail "$(cat err.txt)"
    awk -v auc="$(figure out.txt auc)" 'BEGIN { exit !(auc > 0.9) }' || fail "$(cat out.txt)"
}

fresh
case_"$1"
echo "$1: fine"
