/* The ways of inputs `class`, whose formats are those that every input has. */
#include "input_ways.h"

const AertWays aert_ways_class = {.builtin = "built-in classes"};
