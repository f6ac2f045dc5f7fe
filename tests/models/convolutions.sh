#!/bin/sh
# convolutions.sh CASE AECC BIN SOURCE WORK: convolutions, their way back and pooling by value, against loops in Python, and their
# derivatives, by differences; the walk of examples/convolution.  Each function case_NAME is one test.  Without a Python that has
# NumPy there is nothing to compare with.
aecc=$2 bin=$3 source=$4 work=$5/convolutions_$1
here=$(cd "${0%/*}" && pwd)
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
    little_optimised
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

# The commands of examples/convolution, as they are written there, on a few digits under the names of MNIST's files; and what its
# table says of the size of the model that they make.
case_walk() {
    little_optimised
    readme=$source/examples/convolution/README.md
    awk '/^```sh/ { on = 1; next } /^```/ { on = 0 } on' "$readme" |
        sed "s#build/aecc#$aecc#; s# models/# $source/models/#" > commands
    [ "$(wc -l < commands)" = 8 ] || fail "commands: $(cat commands)"
    images train-images-idx3-ubyte 40
    images t10k-images-idx3-ubyte 40
    gzip ./*-ubyte
    sh -e commands > out.txt 2> err.txt || fail "$(cat out.txt err.txt)"
    [ ! -s err.txt ] || fail "$(cat err.txt)"
    grep -q '^function upsample' out.txt || fail "--show: $(tail -n 5 out.txt)"
    [ "$(od -An -c -j1 -N3 upsample.png | tr -d ' ')" = PNG ] || fail "no picture"
    works ./conv_upsample info --json
    said=$(sed -n 's/^| `conv_upsample` |[^|]*| \([0-9,]*\) |.*/\1/p' "$readme" | tr -d ,)
    [ "$said" = "$(figure out.txt parameters)" ] || fail "$said parameters, not $(figure out.txt parameters)"
    for program in lines squares small; do
        works ./$program gradcheck --data t10k-images-idx3-ubyte.gz --batch 2 --directions 2
    done
}

fresh
"case_$1"
