# Read by `.` where `fail` is defined: a run that is killed again and again.

# killed_to_the_end TOOK BATCHES COMMAND…: runs it with -9 to end it, each time after some part of TOOK, the nanoseconds that
# the run takes when left alone, until it ends by itself; some of its turns must have begun within an epoch of BATCHES.
killed_to_the_end() {
    took=$1 batches=$2 kills=0 middle=0 status=137
    shift 2
    while [ $status != 0 ] && [ $kills -lt 300 ]; do
        # More each time, so that a busy machine gets through as well.
        timeout -s KILL "$(awk "BEGIN { print $took / 1e9 * (0.3 + $kills / 50) }")" "$@" > log.txt 2>&1
        status=$?
        at=$(sed -n 's/^resumed .* step //p' log.txt)
        [ -z "$at" ] || [ $((at % batches)) = 0 ] || middle=$((middle + 1))
        [ $status = 0 ] || [ $status = 137 ] || fail "exit status $status: $(cat log.txt)"
        [ $status = 0 ] || kills=$((kills + 1))
    done
    echo "killed $kills times, resumed in mid-epoch $middle times"
    [ $status = 0 ] || fail "never came to an end"
    [ $kills -ge 1 ] && [ $middle -ge 1 ] || fail "never killed in mid-epoch"
}
