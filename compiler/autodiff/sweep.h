/* One reverse sweep: from y, with a cotangent given there, to what it depends on.
 *
 *     GradContext c = sweep_open(graph, scratch, y);
 *     c.needed[v->id] = true;                    for each v that is wanted
 *     if (sweep_reaches(&c, y)) {
 *         sweep_seed_one(&c, y);                 or another seed
 *         sweep_run(&c, y);
 *         Node *g = sweep_result(&c, v);
 *     }
 *
 * The cotangent of y is the number 1 for a gradient, an identity for a Jacobian, or any node that
 * broadcasts to [y's type] or to [seeds, y's type].
 */
#ifndef AECC_SWEEP_H
#define AECC_SWEEP_H

#include "autodiff/cotangent.h"

/* Whether a derivative passes from the node to its operand i. */
bool sweep_passes(const Node *node, int i);
/* For ids to y's: does the node depend on one that is marked?  The marked ones are given. */
void sweep_mark(const Graph *graph, const Node *y, bool *marked);

/* A context for a sweep from y, in which nothing is wanted yet. */
GradContext sweep_open(Graph *graph, Arena *scratch, const Node *y);
/* Marks what lies between y and what is wanted; whether there is anything. */
bool sweep_reaches(GradContext *c, const Node *y);

void sweep_seed_one(GradContext *c, const Node *y);
/* A seed for each element of y; where y has rows, for each element of an example. */
void sweep_seed_identity(GradContext *c, const Node *y);
/* `cotangent` of y's type, or of one with an axis of seeds before it. */
void sweep_seed(GradContext *c, const Node *y, Node *cotangent);

void sweep_run(GradContext *c, const Node *y);

/* The cotangent of v, [v's type] or [seeds, v's type]; NULL where none has arrived. */
Node *sweep_result(GradContext *c, const Node *v);
/* Names g after v, whose derivative it is, unless it is older than `first` or has a name. */
void sweep_name(const GradContext *c, const Node *v, Node *g, int first);

#endif
