#!/bin/sh
# A Jacobian is made from its narrowest side: sides.sh AECC
# In a training step, and in the gradients of what is made of Jacobians, no value has more numbers for each example
# than the seeds of that side take; seeds from another would show as a larger one.  What is made of a product with a
# Jacobian takes one seed for each column.
set -eu
aecc=$1 status=0
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT

# model LOSS: 48 numbers, a code of 3, 48 again
model() {
    cat <<END
input x : image[1, 6, 8] in 0..1
encoder { z = x |> flatten |> dense(20) |> tanh |> dense(3) }
decoder { xhat = z |> dense(20) |> elu |> dense(48) |> sigmoid |> reshape(x.shape) }
loss {
    fit = squared_error(xhat, x)
    t ~ normal(0, 1) like z
    u ~ normal(0, 1) like x
    s ~ normal(0, 1) samples 2 like z
    total = fit + $1
}
train { minimize total over all with adam(1e-3) }
END
}

# largest MODEL: of the types that have rows, the most numbers for each example
largest() {
    "$aecc" --dump=grad "$1" 2>/dev/null | sed -n '/^graph step_main/,/^}/p' | sed -n 's/.* : \[\([^]]*n[^]]*\)\].*/\1/p' |
        awk -F, '{ size = 1; for (i = 1; i <= NF; i++) { sub("n", "", $i); if ($i != "") size *= $i }
                   if (size > most) most = size } END { print most + 0 }'
}

# expect BOUND LOSS
expect() {
    model "$2" >"$work/model.ae"
    "$aecc" check "$work/model.ae" 2>"$work/said" || { cat "$work/said"; status=1; }
    found=$(largest "$work/model.ae")
    [ "$found" -ge 48 ] && [ "$found" -le "$1" ] && return
    echo "$2: a value of $found numbers an example, at most $1 are needed"
    status=1
}

expect 144 'sum(jacobian(xhat, z)^2)'                                             # from the 3 inputs
expect 144 'sum(jacobian(z, x)^2)'                                                # from the 3 outputs
expect 144 'sum(jacobian(xhat, x)^2)'                                             # from the 3 between
expect 144 'sum(jacobian(xhat - 1, x)^2) + sum(jacobian(z, x)^2)'
expect 144 'log(sum(matmul(transpose(reshape(jacobian(xhat, z), 48, 3)), reshape(jacobian(xhat, z), 48, 3))^2))'
expect 144 'sum(grad(sum(jacobian(xhat, z)^2), z)^2)'                             # and once more

J='reshape(jacobian(xhat, z), 48, 3)'
expect 48 'sum(sum(jacobian(xhat, z) * t, axis = -1)^2)'                          # products: one seed, no Jacobian
expect 48 'sum(sum(jacobian(z, x) * u, axis = [-3, -2, -1])^2)'
expect 48 "sum(matmul($J, reshape(t, 3, 1))^2)"
expect 48 "sum(matmul(reshape(u, 1, 48), $J)^2) + sum(matmul(transpose($J), reshape(x, 48, 1))^2)"
expect 48 "sum(matmul(transpose($J), matmul($J, reshape(t, 3, 1)))^2)"
expect 96 "sum(matmul($J, encoder.dense_2.W[0:3, 0:2])^2)"                        # two columns
expect 96 'mean(sum(sum(jacobian(xhat, z) * s, axis = -1)^2), axis = samples)'     # two samples
expect 48 'sum(matmul(jacobian(xhat, z), reshape(t, 3, 1))^2)'                     # an image as it is
expect 48 'sum(jacobian(xhat, z)) + sum(jacobian(xhat, x))'
expect 48 'sum(sum(jacobian(xhat, x) / 2, axis = [-6, -5, -4])^2)'
expect 48 'sum(grad(sum(sum(jacobian(xhat, z) * t, axis = -1)^2), z)^2)'
exit $status
