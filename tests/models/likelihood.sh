#!/bin/sh
# likelihood.sh CASE AECC BIN SOURCE WORK: `eval --nll` of a linear Gaussian model, probabilistic PCA of one axis, whose likelihood
# is known: x = w z + c + s e has the density N(c, w w' + s^2 I).  Each function case_NAME is one test.
aecc=$2 bin=$3 source=$4 work=$5/likelihood_$1
here=$(cd "${0%/*}" && pwd)
. "$here/common.sh"
unoptimised

# linear NAME OFF DRAW LOSS [HYPER]: the model, how many times too far its encoder is from the posterior, how its code is drawn, its
# loss, a hyper of that; `exact` is the likelihood by its closed form
linear() {
    cat > "$1.ae" <<END
model $1
input x : vector[5]
const s = 0.5
$5
encoder {
    param w : [1, 5] ~ normal(0, 1)
    whole = s^2 + sum(w^2)
    m     = sum(x * w) / whole / $2 |> reshape(1)
    sigma = m * 0 + $2 * s / sqrt(whole)
}
bottleneck { z ~ normal(m, sigma) $3 }
decoder    { xhat = matmul(z, w) }
loss       { $4 }
metric     { exact = 5 * log(2 * pi) / 2 + 4 * log(s) + log(whole) / 2 + (sum(x^2) - sum(x * w)^2 / whole) / (2 * s^2) }
train      { batch 40;  epochs 3;  minimize total over all with adam(1e-2) }
END
    works "$aecc" "$1.ae" -o "$1"
}
closed='reconstruction = gaussian_nll(xhat, s, x);  divergence = kl(z, normal(0, 1));  total = reconstruction + beta * divergence'
weighed='v = log_prob(normal(xhat, s), x) + log_prob(normal(0, 1), z) - log_prob(z);  total = log(7) - logsumexp(v, axis = samples)'

# nll PROGRAM DRAWS OPTIONS…: what it says, and the exact one in $exact
nll() {
    program=$1 draws=$2
    shift 2
    works ./"$program" eval --data x.f32 --weights run/last.safetensors --json --nll "$draws" "$@"
    exact=$(figure out.txt exact)
    found=$(sed -n 's/.*"nll": {"value": \([-0-9.e]*\), "draws": '"$draws"'}.*/\1/p' out.txt)
    [ "$found" ] || fail "no nll in: $(cat out.txt)"
}

case_exact() {
    little_optimised
    "$bin/blobs" f32 203 1 5 > x.f32 || fail blobs
    linear closed 2 '' "$closed" 'hyper beta = 1.0' # wider than the posterior: weights are bounded
    linear weighed 2 'samples 7' "$weighed" ''
    works ./closed train --data x.f32 --out run --quiet
    nll closed 1
    apart "$found" "$exact" 1e-2 "one draw"
    one=$found
    nll closed 3000
    near "$found" "$exact" 1e-3 "3000 draws:"
    many=$found
    awk -v a="$one" -v b="$many" 'BEGIN { exit !(a > b) }' || fail "of one draw $one, of 3000 $many"
    # Whatever weight the divergence has, the likelihood is that of the weights; and whatever batch and threads, the same.
    nll closed 3000 --set beta=7
    [ "$found" = "$many" ] || fail "with another beta $found, not $many"
    nll closed 3000 --batch 17 --threads 2
    near "$found" "$many" 1e-6 "batches of 17:"
    nll closed 3000 --seed 9
    near "$found" "$exact" 1e-3 "another seed:"
    [ "$found" != "$many" ] || fail "another seed, the same draws"
    # A loss that is the weight of 7 draws already says the same of the same weights.
    nll weighed 3000
    near "$found" "$exact" 1e-3 "by weights:"
    ./closed eval --data x.f32 --weights run/last.safetensors --nll 3 > out.txt || fail "a table"
    grep -q '^  nll  .*3 draws$' out.txt || fail "$(cat out.txt)"
    refuses_usage 'nll' ./closed eval --data x.f32 --weights run/last.safetensors --nll 0
    refuses 'leave out --double' ./closed eval --data x.f32 --weights run/last.safetensors --nll 3 --double
}

# Where the encoder gives the posterior itself, every draw has the same weight: one is enough.
case_posterior() {
    "$bin/blobs" f32 101 1 5 > x.f32 || fail blobs
    linear posterior 1 '' "$closed" 'hyper beta = 1.0'
    works ./posterior train --data x.f32 --out run --quiet
    nll posterior 1
    near "$found" "$exact" 1e-5 "one draw:"
}

# Models that have no such weight say so.
case_refused() {
    "$bin/blobs" f32 20 1 5 > x.f32 || fail blobs
    for loss in 'sum((xhat - x)^2)' 'sum((xhat - x)^2) + kl(z, normal(0, 1)) + kl(z, normal(0, 2))'; do
        cat > plain.ae <<END
model plain
input x : vector[5]
encoder    { m = x |> dense(1) }
bottleneck { z ~ normal(m, 1) }
decoder    { xhat = z |> dense(5) }
loss       { total = $loss }
train      { batch 10;  epochs 1;  minimize total over all with adam(1e-2) }
END
        works "$aecc" plain.ae -o plain
        works ./plain train --data x.f32 --out run --force --quiet
        refuses 'plain weighs no draws' ./plain eval --data x.f32 --out run --nll 5
    done
}

fresh
"case_$1"
