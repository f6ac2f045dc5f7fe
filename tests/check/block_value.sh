#!/bin/sh
# block_value.sh AECC: what changes, declares or defines is no value. With such a statement as the last one of a block or a definition, each
# command computes what it computes without it.
set -eu
aecc=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cd "$work"

# model PLACE STATEMENT: the statement ends what PLACE names.
model() {
    at() { if [ "$1" = "$2" ]; then echo "    $3"; fi; }
    echo 'input x : vector[4]'
    echo 'layer last(v) {'
    echo '    state m : [4] = 0'
    echo '    u = dense(v, 4)'
    at definition "$1" "$2"
    echo '}'
    echo 'noise {'
    echo '    state m : [4] = 0'
    echo '    u = x + rand(x)'
    at noise "$1" "$2"
    echo '}'
    echo 'encoder {'
    echo '    state m : [4] = 0'
    echo '    u = encoder_input()'
    at encoder "$1" "$2"
    echo '}'
    [ "$1" = encoder ] || {
        echo 'bottleneck {'
        echo '    state m : [4] = 0'
        echo '    u = encoder.u + 1'
        at bottleneck "$1" "$2"
        echo '}'
    }
    echo 'decoder {'
    echo '    state m : [4] = 0'
    echo "    u = $([ "$1" = encoder ] && echo encoder || echo bottleneck).u |> dense(4)"
    at decoder "$1" "$2"
    echo '}'
    echo 'loss { total = squared_error(decoder.u, x) }'
    echo 'train { batch 4; epochs 1; minimize total over all with adam(1e-3) }'
}

# What the graphs of the commands hold, without the places in the text.
graphs() {
    sed 's/encoder_input()/noise.u |> last/' >model.ae
    "$aecc" --dump=ir model.ae 2>err | sed 's/ *@.*//' | sed -n '/graph encode/,$p' || true
    if grep -q error err; then cat model.ae err; exit 1; fi
}

for place in definition noise encoder bottleneck decoder; do
    model $place '' | graphs >without
    grep -q 'output "code"' without
    for statement in 'm <- batch_mean(u)' 'param other : [4] = 1' 'state other : [4] = 1' 'function other(v) = v' \
        'network other(v) { return v |> dense(4) }' 'if 1 { m <- batch_mean(u) }' 'repeat 2 { m <- m + batch_mean(u) }'; do
        model $place "$statement" | graphs >with
        cmp -s without with || { echo "$place ending in \`$statement\`"; diff without with || true; exit 1; }
    done
done

# The code is what the bottleneck says, whatever encoders follow it; of several names that one call gives, the last.
cat >model.ae <<'END'
input x : vector[4]
encoder { function halves(v) { return a = v[0:2], b = v[1:4] }; a, b = halves(x) }
bottleneck { c, z = encoder.halves(x) }
encoder again { w = z |> dense(1) }
decoder { xhat = z |> dense(4) }
loss { total = squared_error(xhat, x) + sum(w^2) }
train { batch 4; epochs 1; minimize total over all with adam(1e-3) }
END
"$aecc" --dump=ir model.ae 2>err | sed -n '/graph encode/,/^}/p' >code
grep -q 'slice(%0) axis=-1 range=1:4 : \[n,3\]' code && ! grep -q matmul code || { cat code; exit 1; }
echo "the last value is the last that is computed"
