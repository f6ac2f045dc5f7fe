/* The ways of inputs `image`, which are read from folders of pictures, too. */
#include "digits.h"
#include "input_ways.h"

const AertWays aert_ways_image = {
    .folder = aert_folder_open, .builtin = "built-in strokes", .draw = aert_digit_draw};
