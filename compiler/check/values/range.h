/* What is known of a term's values before any data is read.
 *
 *     input x : vector[3] in -1..1      x is in -1..1, and (x + 1) / 2 in 0..1
 *     input x : vector[3]               x may be any number; so may x / 255
 *     iota(10)                          0 to 9, and nothing else
 */
#ifndef AECC_RANGE_H
#define AECC_RANGE_H

#include "check/values/values.h"

/* Whether a value lies in low..high, which the definition asks of its argument: a warning where it
 * certainly may not; of an argument in -infinity..infinity, where it certainly is no logit. */
void check_argument_range(Checker *c, const Ast *formal, const char *what, Loc loc,
                          const Value *value);

/* The index of a gather from a table of so many rows: an error where it is fixed and lies outside,
 * a warning where a class may. */
bool check_index_range(Checker *c, Loc loc, const Term *index, int rows, bool classes);

/* Whether an index that the model makes itself is not known to be a whole number of 0 to rows - 1:
 * then the program looks at it.  What the prelude itself gathers and takes is made to be one, which
 * its bounds do not always say; class numbers that it is given are the model's. */
bool check_may_leave(Checker *c, const Term *index, int rows);

#endif
