/* Where a cotangent is 0 because a value was not taken.
 *
 * In y = where(r > 0, sqrt(r), 0) no cotangent reaches sqrt(r) where r is 0; the slope of sqrt
 * there is infinite, and 0 times infinity is no number.  A zero that comes from the side that was
 * not taken has to stay a zero.  So a sweep keeps, beside the cotangent of a node, where it is
 * *live*: a value of the same axes that is 0 where nothing was taken, and positive elsewhere.  A
 * rule whose slope may not be finite gives 0 where its node is not live:
 *
 *     %3 = where(%1, %2, 0)    %2 = sqrt(%0)           d%2 = where(%1, g, 0)
 *                                                      d%0 = where(%1, 0.5 d%2 / %2, 0)
 *
 * The condition is that of the model, not whether a cotangent happens to be 0: so the derivative of
 * what comes out is right, too.  Zeros come from where, max, min and amax, from a slice and a
 * gather. They pass a product of matrices where whole rows, or whole columns, of it were not taken.
 *
 * Nothing is kept, and no node made, where no slope below may fail to be finite (bounds.h).
 */
#ifndef AECC_LIVE_H
#define AECC_LIVE_H

#include "autodiff/cotangent.h"
#include "autodiff/bounds.h"

typedef struct Live {
    Bounds *bounds;
    bool *unsafe;  /* by id: its rule may multiply by what is not finite */
    bool *below;   /* by id: so may its own rule or that of something needed below it */
    bool *all;     /* by id: live everywhere */
    Node **places; /* by id: where it is live, if not everywhere */
} Live;

/* Before a sweep from y, once it is known what is needed. */
void live_open(GradContext *c, const Node *y);

/* Before `rule`, that of c->node, runs: hands on to its operands where they are live, and sets
 * c->guard.  Where c->tells, adds a root ROOT_argument for each function with a pole. */
void live_visit(GradContext *c, GradRule *rule);

/* After the sweep: such roots for the functions that it did not go over, since no gradient is
 * wanted by what they depend on. */
void live_tell_rest(GradContext *c, const Node *y);

/* Of places of a product of matrices: those of its operand i, or NULL where they are all of it. */
Node *live_factor(GradContext *c, Node *places, int i);

#endif
