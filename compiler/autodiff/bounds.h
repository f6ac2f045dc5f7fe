/* Which values may be infinite or no number, as far as the formula tells.
 *
 * A function has a pole where its value or its slope is infinite: log and sqrt at 0, a quotient
 * where what it divides by is 0, exp where it overflows.  Whether an operand can get there is told
 * by the interval that it lies in:
 *
 *     log(1e-5 + mean(v^2))        v^2 in [0, inf), the sum in [1e-5, inf): no pole
 *     log(v)                       v anywhere: a pole at 0
 */
#ifndef AECC_BOUNDS_H
#define AECC_BOUNDS_H

#include "ir/ir.h"

typedef struct Bounds {
    double low, high;
    bool singular; /* may be infinite or no number although all leaves are finite */
    bool steady;   /* has no derivative: draws, hypers, comparisons */
    bool flat;     /* its derivative is 0 wherever it is 0, as that of a sum of squares */
} Bounds;

/* By id, for the first `count` nodes of the graph. */
Bounds *bounds_of_nodes(const Graph *graph, Arena *arena, int count);

/* Whether an operand of the node can come to where the node's function has a pole. */
bool bounds_reaches_pole(const Node *node, const Bounds *bounds);

/* Whether the node is a norm: a root of what may be 0 and is flat there. */
bool bounds_is_norm(const Node *node, const Bounds *bounds);

#endif
