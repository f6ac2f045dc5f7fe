#!/bin/sh
# convolutions.sh CASE AECC BIN SOURCE WORK: convolutions, their way back and pooling by value, against loops in Python, and their
# derivatives, by differences.  Each function case_NAME is one test.  Without a Python that has NumPy there is nothing to compare with.
aecc=$2 bin=$3 source=$4 work=$5/convolutions_$1
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
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

fresh
"case_$1"
