# Turns example number `want` of docs/language.md into a whole model: blocks that it leaves out come from the first one.
function order(line,    i) {
    for (i = 1; i <= count; i++)
        if (line ~ "^" word[i] "([ ]|$)" && !(word[i] == "noise" && line ~ /^noise [a-z_]+\(/) &&
            !(word[i] == "loss" && line ~ /^loss [a-z_]+\(/))
            return i
    return 0
}
BEGIN { count = split("model input target label noise encoder bottleneck decoder generate loss metric train", word, " ") }
/^```ae/ { inside = 1; number++; wrong = /wrong: /; sub(/^.*wrong: /, ""); words = $0; next }
/^```/ { inside = 0; next }
inside && number == 1 { place = order($0); base[place] = $0 }
inside && number == want {
    line[++lines] = $0
    if ((place = order($0))) has[place] = 1
    used = /^use / ? $0 : ""
    sub(/#.*/, "", used)
    for (i = 1; i <= count; i++)
        if (used ~ "only.* " word[i] "([(, ]|$)") has[i] = 1
    bad = wrong
    reason = words
}
function base_up_to(place,    i) {
    for (i = 1; i <= place; i++)
        if (!has[i] && !printed[i] && base[i] != "") { print base[i]; printed[i] = 1 }
}
END {
    if (!lines) exit 1
    base_up_to(3)
    for (k = 1; k <= lines; k++) {
        if ((place = order(line[k]))) base_up_to(place)
        print line[k]
    }
    base_up_to(count)
    if (bad) print "# wrong: " reason
}
