/* What the command line is told: one line on standard error. */
#ifndef AECC_COMPLAIN_H
#define AECC_COMPLAIN_H

#include "support/arena.h"

#include <stdbool.h>

/* "aecc: " and the text, control characters written out. False, for `return complain(…)`. */
bool complain(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
