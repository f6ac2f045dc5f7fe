#!/bin/sh
# overgrown.sh AECC: derivatives of derivatives grow without end; where they pass the limit that is told at its line, soon.
set -u
aecc=$1
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
nested='sum(h^3)'
for _ in 1 2 3 4 5 6 7 8 9 10; do nested="sum(grad($nested, x)^2)"; done
cat >model.ae <<END
input x : vector[3]
encoder { h = x |> dense(3) |> tanh |> dense(3) |> tanh }
decoder { xhat = h |> dense(3) }
loss {
    total = squared_error(xhat, x) +
            $nested
}
train { batch 4; epochs 2; minimize total over all with adam(1e-2) }
END
timeout 60 "$aecc" model.ae -o out.c >out 2>err
status=$?
if [ $status -ne 1 ] || [ "$(grep -c error err)" -ne 1 ] || [ -e out.c ] ||
    ! grep -q '^model.ae:6:.*error: with this derivative the model needs more than the limit of' err; then
    echo "exit status $status"
    head -c 2000 err
    exit 1
fi
echo "told at its line"
