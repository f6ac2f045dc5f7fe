#!/bin/sh
# convolutions.sh CASE AECC BIN SOURCE WORK: convolutions, their way back and pooling by value, against loops in Python, and their
# derivatives, by differences.  Each function case_NAME is one test.  Without a Python that has NumPy there is nothing to compare with.
aecc=$2 bin=$3 source=$4 work=$5/convolutions_$1
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
unoptimised
python=
for candidate in /usr/bin/python3 python3; do
    "$candidate" -c 'import numpy' 2> /dev/null && python=$candidate
done
[ "$python" ] || skip "no Python with NumPy"

case_values() {
    "$python" "$here/convolutions.py" model > model.ae || fail model
    "$python" "$here/convolutions.py" data x.npy || fail data
    "$aecc" model.ae -o program 2> err.txt || fail "$(cat err.txt)" # warns that nothing trains the encoder
    works ./program train --data x.npy --out run --quiet
    works ./program encode --data x.npy --out run --output codes.npy
    "$python" "$here/convolutions.py" compare x.npy run/last.safetensors codes.npy || fail values
}

case_derivatives() {
    "$python" "$here/convolutions.py" derivatives > model.ae || fail model
    "$python" "$here/convolutions.py" data x.npy || fail data
    works "$aecc" model.ae -o program
    works ./program gradcheck --data x.npy --batch 2 --threads 1
    grep -q '^all gradients agree' out.txt || fail "$(cat out.txt)"
}

case_pictures() {
    cat > model.ae <<'END'
model pictures
input a : image[2, 23, 21] in 0..1
input b : image[2, 23, 21] in 0..1
encoder { h = a |> flatten |> dense(2) }
decoder { xhat = h |> dense(a.size) |> sigmoid |> reshape(a.shape) }
loss    { total = 1 - ssim(xhat, a) + 0.1 * edge(xhat, b) - 0.001 * psnr(xhat, a) - 0.1 * ms_ssim(xhat, b, size = 5, weights = [0.5, 0.5]) }
metric {
    decibels     = psnr(a, b)
    decibels_of  = psnr(a, b, peak = 2)
    alike        = ssim(a, b)
    alike_small  = ssim(a, b, peak = 2, size = 5, sigma = 1)
    scales       = ms_ssim(a, b, size = 5, weights = [0.2, 0.3, 0.5])
    rough        = total_variation(a)
    edges        = edge(a, b)
    zero_same    = abs(ssim(a, a) - 1) + abs(ms_ssim(b, b, size = 5, weights = [0.5, 0.5]) - 1) + edge(a, a)
}
train   { batch 2; epochs 1; minimize total over all with sgd(1e-3) }
END
    "$python" "$here/pictures.py" data a.npy b.npy || fail data
    works "$aecc" model.ae -o program
    works ./program gradcheck --data a=a.npy --data b=b.npy --batch 2 --threads 1
    works ./program train --data a=a.npy --data b=b.npy --out run --quiet
    works ./program eval --data a=a.npy --data b=b.npy --out run --double --json
    "$python" "$here/pictures.py" compare a.npy b.npy out.txt || fail values
}

fresh
"case_$1"
