# What the tests of this folder share: reading and comparing what programs say.  Read by `.`, with these set:
#   aecc    the compiler        bin     folder of blobs, tensors and mutate
#   source  the repository      work    folder of the test, made afresh by `fresh`, kept for a look at what failed

# OpenBLAS starts no threads of its own: a program makes it serial at once, but has waited for them.
export OPENBLAS_NUM_THREADS=1

fail() {
    echo "FAILED: $*"
    exit 1
}

skip() {
    echo "skipped: $*"
    exit 77
}

# From here on programs are hardly optimised, which takes a quarter of the time, where what they compute is looked at and not how fast.
# What optimising makes of the same kernels is looked at in every model of models/ (zoo.sh) and every row of the op table
# (tests/emit); with AECC_FULL=1 here, too.
unoptimised() {
    [ -z "${AECC_FULL-}${OPTIMISING_CC-}" ] || return 0 # or it is so already
    export OPTIMISING_CC="${CC:-cc}" CC="$source/tests/models/cc_unoptimised"
}

# From here on programs are optimised a little: for those that run for seconds.
little_optimised() {
    unoptimised
    export UNOPTIMISED=little
}

# From here on the floats of programs are hardly optimised, which are most of what there is to compile; the doubles are as for users.
floats_unoptimised() {
    unoptimised
    export UNOPTIMISED=floats
}

# From here on programs are optimised less than for users, in a third of the time.
less_optimised() {
    unoptimised
    export UNOPTIMISED=less
}

# The same for those that compute for seconds: their floats are optimised more, which takes three times as long.
swift_floats() {
    unoptimised
    export UNOPTIMISED=swift
}

fresh() {
    rm -rf "$work" && mkdir -p "$work" && cd "$work" || exit 1
}

# The system's Python, where there is one: another in the path may be a script that looks for it first.
python3() {
    if [ -x /usr/bin/python3 ]; then /usr/bin/python3 "$@"; else command python3 "$@"; fi
}

# works COMMAND…: it succeeds and has nothing to complain of; what it says is in out.txt
works() {
    "$@" > out.txt 2> err.txt || fail "$*: exit status $?: $(cat out.txt err.txt | head -n 20)"
    [ ! -s err.txt ] || fail "$*: standard error: $(head -n 20 err.txt)"
}

# ends STATUS WORDS COMMAND…: with that exit status, and WORDS on standard error
ends() {
    wanted=$1 words=$2 status=0
    shift 2
    "$@" > out.txt 2> err.txt || status=$?
    [ $status = "$wanted" ] || fail "$*: exit status $status, wanted $wanted: $(cat out.txt err.txt)"
    grep -q -e "$words" err.txt || fail "$*: no '$words' in: $(cat err.txt)"
}

# refuses WORDS COMMAND…: exit status 1, and one line of reason that has WORDS in it
refuses() {
    ends 1 "$@"
    [ "$(wc -l < err.txt)" = 1 ] || fail "$*: not one line of reason: $(cat err.txt)"
}

# refuses_usage WORDS COMMAND…: the same with exit status 2
refuses_usage() {
    ends 2 "$@"
    [ "$(wc -l < err.txt)" = 1 ] || fail "$*: not one line of reason: $(cat err.txt)"
}

same() {
    cmp "$1" "$2" || fail "$1 and $2 differ"
}

# figures FILE: losses and metrics of what `eval --json` printed, one "name value" a line
figures() {
    awk '{ n = split($0, part, /[{},]/)
        for (i = 1; i <= n; i++)
            if (part[i] ~ /^ *"[^"]*": *[-+0-9.einfa]+$/ && part[i] !~ /^ *"(examples|seed|weights)"/) {
                split(part[i], word, /"/)
                sub(/^: */, "", word[3])
                print word[2], word[3] } }' "$1"
}

# figure FILE NAME: one of them
figure() {
    figures "$1" | awk -v name="$2" '$1 == name { print $2; found = 1 } END { exit !found }' ||
        fail "no figure $2 in: $(cat "$1")"
}

# near A B RELATIVE: two numbers agree (a word that is no number agrees with nothing)
near() {
    awk -v a="$1" -v b="$2" -v most="$3" 'BEGIN {
        number = "^[-+]?[0-9][0-9.]*(e[-+]?[0-9]+)?$"
        d = a - b; s = a < 0 ? -a : a
        if (d < 0) d = -d
        exit !(a ~ number && b ~ number && d <= most * (s + 1e-12)) }' || fail "$4 $1 and $2 differ by more than $3"
}

# apart A B RELATIVE WHY: two numbers do not agree, so that a test that compares them can fail
apart() {
    if (near "$1" "$2" "$3") > near.txt; then fail "$4: $1 and $2 are equal, this test tells nothing"; fi
}

# figures_agree A B RELATIVE [all]: each line of A, "name value", is there in B (all: and each of B in A), and the values agree, as
# `near` says
figures_agree() {
    [ -s "$1" ] || fail "no figures in $1"
    awk -v most="$3" -v all="${4-}" -v number='^[-+]?[0-9][0-9.]*(e[-+]?[0-9]+)?$' '
        FNR == 1 { file++ }
        { count[file]++ }
        file == 1 { other[$1] = $2; next }
        !($1 in other) { print $1 ": only one has it"; bad = 1; next }
        { a = $2; b = other[$1]; d = a - b; s = a < 0 ? -a : a
          if (d < 0) d = -d
          if (!(a ~ number && b ~ number && d <= most * (s + 1e-12))) { print $1 ": " a " and " b; bad = 1 } }
        END { exit bad || file != 2 || all && count[1] != count[2] }' "$2" "$1" > apart.txt ||
        fail "by more than $3: $(cat apart.txt "$1" "$2")"
}

# agree A B RELATIVE: all figures of two files agree, as `near` says, and there is at least one
agree() {
    figures "$1" > a.figures
    figures "$2" > b.figures
    figures_agree a.figures b.figures "$3" all
}

# compiled MODEL: makes ./MODEL of MODEL.ae, which lies here or beside the script that reads this one, in $here
compiled() {
    [ -r "$1.ae" ] || cp "$here/$1.ae" .
    works "$aecc" "$1.ae" -o "$1"
}

# wants NAME VALUE: what eval has just said
wants() {
    near "$(figure out.txt "$1")" "$2" 1e-6 "$1:"
}

# line_losses FILE ROW: losses of one line of metrics.jsonl, without its epoch and stage
line_losses() {
    sed -n "$2p" "$1" | sed 's/"epoch": [0-9]*, //; s/"stage": "[a-z]*", //'
}

# last_losses DIR: the losses of a run's last epoch, as `figures` reads them
last_losses() {
    tail -n 1 "$1/metrics.jsonl" | sed 's/"epoch": [0-9]*, //'
}

# images FILE COUNT [SEED]: pictures of 28 by 28 bytes, as MNIST has them
images() {
    "$bin/blobs" idx "$2" "${3:-1}" 28 28 > "$1" || fail blobs
}

# small_input NAME KIND COUNT SEED: a file of an input, of what `info` says of it; adds to $data
small_input() {
    case $2 in
    counts*)
        awk -v rows="$3" -v columns="$(echo "$2" | tr -dc 0-9)" -v seed="$4" 'BEGIN { srand(seed); for (i = 0; i < rows; i++) { line = ""
            for (k = 0; k < columns; k++) line = line (k ? "," : "") int(9 * rand() * rand()); print line } }' > "$1.csv"
        file=$1.csv ;;
    class*optional | label*optional) # two of three are missing
        awk -v rows="$3" -v seed="$4" -v classes="$(echo "$2" | sed 's/.* of \([0-9]*\) classes.*/\1/')" 'BEGIN { srand(seed)
            for (i = 0; i < rows; i++) print i % 3 ? "NA" : int(classes * rand()) }' > "$1.csv"
        file=$1.csv ;;
    class* | label*)
        "$bin/blobs" classes "$3" "$4" "$(echo "$2" | sed 's/.* of \([0-9]*\) classes.*/\1/')" > "$1.idx" || fail blobs
        file=$1.idx ;;
    tokens*) # texts of up to ten of 300 words
        awk -v rows="$3" -v seed="$4" 'BEGIN { srand(seed); for (i = 0; i < rows; i++) { line = ""
            for (k = int(11 * rand()); k > 0; k--) line = line "w" substr("abcdefghijklmnopqrst", 1 + int(20 * rand()), 1) substr("aeiouxyzstruvwa", 1 + int(15 * rand() * rand()), 1) " "
            print line } }' > "$1.txt"
        file=$1.txt ;;
    *)
        shape=$(echo "$2" | sed 's/^[a-z]* *\[\([^]]*\)\].*/\1/' | tr ',' ' ')
        case $2 in table*) shape=$(echo "$2" | sed 's/\].*//' | tr -cd , | wc -c | awk '{ print $1 + 1 }') ;; esac
        # shellcheck disable=SC2086
        "$bin/blobs" f32 "$3" "$4" $shape > "$1.f32" || fail blobs
        file=$1.f32 ;;
    esac
    case $2 in
    label*) data="$data --labels $file" ;;
    *) data="$data --data $1=$file" ;;
    esac
}

# small_data PROGRAM COUNT [SEED]: writes a file for each input that the model has; $data are the options that name them
small_data() {
    "$1" info > info.txt || fail "$1 info"
    data=
    sed -n 's/^  input   \([^ ]*\) *\(.*\)$/\1 \2/p' info.txt > inputs.txt
    [ -s inputs.txt ] || fail "no input in: $(cat info.txt)"
    while read -r input kind; do
        small_input "$input" "$kind" "$2" "${3:-1}"
    done < inputs.txt
}
