#!/bin/sh
# files.sh AECC: what aecc reads is a file and what it writes is there whole or not at all. Each refusal is one line.
set -u
aecc=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0

# refuses STATUS WORDS COMMAND…: within seconds it ends with STATUS and one line that has these words.
refuses() {
    status=$1 words=$2
    shift 2
    timeout 20 "$@" >out 2>err
    found=$?
    [ $found -eq "$status" ] && [ "$(wc -l <err)" -eq 1 ] && grep -qF -e "$words" err && return
    echo "FAILED, status $found: $*"
    cat err
    failed=1
}

works() {
    "$@" >out 2>err && return
    echo "FAILED: $*"
    cat err
    failed=1
}

model() {
    echo 'input x : vector[4]'
    [ $# -gt 0 ] && echo "use \"$1\""
    cat <<'END'
encoder { h = x |> dense(2) }
decoder { xhat = h |> dense(4) }
loss { total = squared_error(xhat, x) }
train { minimize total over all with adam(1e-3) }
END
}

# ---- what is read ----
mkfifo pipe.ae
mkdir folder.ae
model >model.ae
refuses 1 'pipe.ae: cannot be read: it is no file but a pipe or a device' "$aecc" check pipe.ae
refuses 1 '/dev/zero: cannot be read: it is no file but a pipe or a device' "$aecc" check /dev/zero
refuses 1 'folder.ae: cannot be read: Is a directory' "$aecc" check folder.ae
for path in pipe.ae folder.ae none.ae; do
    model $path >uses.ae
    timeout 20 "$aecc" check uses.ae 2>err && failed=1
    grep -q "^uses.ae:2:5: error: .$path.: cannot be read: " err || { cat err; failed=1; }
done
# Of a file that is no .ae no line is shown.
mkdir deep
echo 'secret words' >passwords
model ../passwords >deep/uses.ae
"$aecc" check deep/uses.ae 2>err && failed=1
if grep -q secret err || ! grep -q 'ends in .ae' err; then cat err; failed=1; fi

# ---- what is written ----
refuses 2 'none/out.c: there is no such folder to write into' "$aecc" model.ae -o none/out.c
refuses 2 'none/out.d: there is no such folder to write into' "$aecc" model.ae -o out.c --depend none/out.d
refuses 2 'folder.ae: is a folder; --depend wants the name of a file' "$aecc" model.ae -o out.c --depend folder.ae
refuses 2 './model.ae: is the model itself' "$aecc" model.ae -o out.c --depend ./model.ae
refuses 2 'out.c: -o and --depend name the same file' "$aecc" model.ae -o out.c --depend out.c
refuses 2 'pipe.ae: is a pipe or a device; -o wants the name of a file' "$aecc" model.ae -o pipe.ae
refuses 2 '/dev/full: is a pipe or a device' "$aecc" model.ae -o out.c --depend /dev/full
echo 'function f(v) = v' >parts.ae
{ model parts.ae | sed 's/dense(2)/dense(2) |> f/'; } >parted.ae
refuses 1 'parts.ae: is read for the model and would be overwritten' "$aecc" parted.ae -o ./parts.ae
refuses 1 'parts.ae: is read for the model and would be overwritten' "$aecc" parted.ae -o out.c --depend parts.ae
for dump in --dump=tree --dump=ir --dump=grad --dump=plan --help --version --show=adam; do
    "$aecc" $dump model.ae >/dev/full 2>err
    status=$?
    [ $status -eq 1 ] && grep -q '^aecc: standard output cannot be written whole' err || { echo "$dump on a full disk: $status"; cat err; failed=1; }
done
for name in 'a"b.c' 'a\b.c' 'a
b.c'; do
    refuses 1 'cannot include itself' "$aecc" model.ae -o "$name"
done
[ ! -e out.c ] || { echo "something was written"; failed=1; }
# Programs may be called so.
for name in 'a"b' 'a\b' 'a b'; do
    works "$aecc" model.ae -o "$name"
    works "./$name" info
done
# A limit on sizes, or a signal: nothing half written stays, and what was there before is still there.
echo before >kept.c
(ulimit -f 4 && exec "$aecc" model.ae -o kept.c) >out 2>err
[ $? -eq 1 ] && grep -q 'kept.c: cannot be written whole: File too large' err && [ "$(cat kept.c)" = before ] || { cat err; failed=1; }
# A C compiler that takes its time, and a signal meanwhile.
printf '#!/bin/sh\ntouch started\nsleep 0.3\nexec cc "$@"\n' >slow
chmod +x slow
for signal in TERM HUP; do
    rm -f started slowly
    CC=./slow setsid "$aecc" model.ae -o slowly >out 2>err &
    until [ -e started ]; do sleep 0.05; done
    kill -$signal $!
    wait $!
    [ $? -gt 128 ] || { echo "SIG$signal did not end aecc"; failed=1; }
done
for left in *.tmp aecc.* kept.c.* slowly.*; do
    [ ! -e "$left" ] || { echo "$left is left"; failed=1; }
done
[ $failed -eq 0 ] && echo "files are as they should be"
exit $failed
