/* Intervals: where a number lies, and where an elementwise operation of such numbers does.
 *
 *     interval_map(OP_exp, [-1, 0])             ->  [0.37, 1]
 *     interval_map(OP_sub, [0, 1], [2, 3])      ->  [-3, -1]
 *
 * Who asks adds what it knows beside: `check` whether a bound is reached, `autodiff` where a
 * function has a pole.  The operations are in one table, interval.c.
 */
#ifndef AECC_INTERVAL_H
#define AECC_INTERVAL_H

#include "ir/ir.h"

typedef struct Interval {
    double low, high; /* low <= high; infinite where there is no bound */
} Interval;

Interval interval_everywhere(void);
/* The smallest interval that holds both. */
Interval interval_join(Interval a, Interval b);
/* Of a b, where 0 times an unbounded number is 0: values themselves are finite. */
Interval interval_product(Interval a, Interval b);
/* Of the op's value, of operands in in[0 … arity), each by itself: that two are the same is for the
 * caller to see.  False where nothing is known: at a pole, and of what is not elementwise. */
bool interval_map(Op op, const Interval *in, Interval *image);
/* The image as floats have it: sigmoid(20) is 1 - 2e-9, and 1 when it is computed. */
Interval interval_in_floats(Op op, Interval image);
/* Whether the bounds of the op's values belong to some operands, as those of exp and not of sin. */
bool interval_is_reached(Op op);

#endif
