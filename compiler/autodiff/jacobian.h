/* Jacobians, and their products with vectors, by the side that is shorter.
 *
 * jacobian(h, v) of h (n, H…) and v (n, V…) has H · V numbers for each example.  It can be made
 *
 *     from h backwards     H seeds: cotangents     (H, n, …)    where H ≤ V
 *     from v forwards      V seeds: differentials  (V, n, …)    where V < H
 *     from w both ways     W seeds, and a product  (n, H, W) (n, W, V)
 *                          where all that h knows of v passes through a node w smaller than both
 *
 * Differentials take no second set of rules.  A reverse sweep from h, with a cotangent u that
 * stands for any, makes Jᵀu: nodes that are linear in u.  A reverse sweep over these nodes, from
 * Jᵀu to u, goes along J: it is forward mode, by the same rules, exact to the same choices at kinks
 * and ties. u itself is in nothing that results, since what is linear has a derivative that does
 * not depend on where it is taken; it and Jᵀu are then dead.
 *
 *     h = tanh(v W)      Jᵀu = (u (1 - h²)) Wᵀ      along t:  (t W) (1 - h²)
 */
#ifndef AECC_JACOBIAN_H
#define AECC_JACOBIAN_H

#include "ir/ir.h"

/* Whether one reverse sweep from h is what the Jacobian by v takes. */
bool jacobian_is_backwards(const Graph *graph, const Node *h, const Node *v);

/* The Jacobian at its type (n, H…, V…), by the two other ways; NULL where h does not depend on v.
 */
Node *jacobian_forwards(Graph *graph, Loc loc, Node *h, Node *v, Type type);

/* J t, of the type that the placeholder has; NULL where h does not depend on v. */
Node *jacobian_times(Graph *graph, Loc loc, Node *h, Node *v, Node *t, Type type);

#endif
