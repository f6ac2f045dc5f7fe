# Reads a plan's text and finds overlaps anew: two buffers alive in a common phase may share memory only where one
# lies over the other, which then dies in the phase that the first is born in.
function fail(text) { print plan ": " text; status = 1 }
function check(  i, j) {
    for (i = 0; i < buffers; i++) {
        if (offset[i] % 16 || offset[i] + size[i] > arena) fail("buffer " i " lies outside the arena, or askew")
        for (j = 0; j < i; j++) {
            if (offset[i] >= offset[j] + size[j] || offset[j] >= offset[i] + size[i]) continue
            if (held[i] || held[j]) { fail("buffer " i " shares held memory with " j); continue }
            if (first[i] > last[j] || first[j] > last[i]) continue
            if (!((over[i] == j && first[i] == last[j]) || (over[j] == i && first[j] == last[i]) || linked(i, j)))
                fail("buffers " i " and " j " overlap")
        }
    }
}
# Over one another through others, born in the same phase.
function linked(i, j,  k, steps) {
    for (k = i; over[k] >= 0 && steps++ < 100; k = over[k]) if (over[k] == j) return 1
    for (k = j; over[k] >= 0 && steps++ < 200; k = over[k]) if (over[k] == i) return 1
    return 0
}
/^plan / {
    if (plan) check()
    plan = $2; buffers = 0
    for (i = 1; i <= NF; i++) if ($i == "arena") arena = $(i + 1) + 0
}
/^buffer / {
    b = $2; over[b] = -1; held[b] = 0
    for (i = 3; i <= NF; i++) {
        if ($i == "offset") offset[b] = $(i + 1)
        if ($i == "size") size[b] = $(i + 1)
        if ($i == "phases") { split($(i + 1), p, "-"); first[b] = p[1]; last[b] = p[2] }
        if ($i == "over") over[b] = $(i + 1)
        if ($i == "held") held[b] = 1
    }
    buffers = b + 1
}
END { if (plan) check(); exit status }
