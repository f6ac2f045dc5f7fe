/* The ways of inputs `signal`. */
#include "signals.h"
#include "windows.h"
#include "input_ways.h"

const AertWays aert_ways_signal = {.cut = aert_windows_cut,
                                   .share = aert_windows_share,
                                   .builtin = "built-in signals",
                                   .draw = aert_signal_draw};
