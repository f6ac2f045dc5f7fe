/* The ways of inputs `signal`. */
#include "signals.h"
#include "input_ways.h"

const AertWays aert_ways_signal = {.builtin = "built-in signals", .draw = aert_signal_draw};
