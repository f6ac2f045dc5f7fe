# Reads a plan's text: with expected=cut every kernel has at least two pieces, with expected=whole none has.
/^kernel / {
    for (i = 3; i <= NF; i++) {
        if ($i == "extent") { split($(i + 1), e, "+"); extent = e[1] + e[2] * rows }
        if ($i == "chunk") chunk = $(i + 1) + 0
    }
    if (chunk < 1) { print FILENAME ": kernel " $2 " has pieces of no length"; status = 1; next }
    pieces = int((extent + chunk - 1) / chunk)
    if ((pieces > 1) != (expected == "cut")) { print "kernel " $2 " of extent " extent ": " pieces " pieces, expected " expected; status = 1 }
}
END { exit status }
