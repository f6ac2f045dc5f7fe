/* The ways of inputs `image`, whose formats are those that every input has. */
#include "input_ways.h"

const AertWays aert_ways_image = {.builtin = "built-in strokes"};
