/* Gradients and Jacobians as ordinary operations.
 *
 * A graph may hold placeholders, OP_grad and OP_jacobian; here they become nodes that compute them.
 *
 *     %2 = mul(%0, %1) : [n,3]                     %2 = mul(%0, %1) : [n,3]
 *     %3 = sum(%2) axes=-2,-1 : []          →      %3 = sum(%2) axes=-2,-1 : []
 *     %4 = grad(%3, %0) : [n,3]                    the gradient is %1
 *
 * grad(y, v) is d sum(y) / d v, of v's type.  jacobian(h, v) of h (n, H…) and v (n, V…) is (n, H…,
 * V…): each example's h by its own v; without rows it is (H…, V…).  v may be any node; what is
 * computed is the derivative by it as if it were a leaf.  Gradients stop at `stop` and wherever the
 * op table says none.  What is made can be differentiated again.
 */
#ifndef AECC_AUTODIFF_H
#define AECC_AUTODIFF_H

#include "ir/ir.h"

/* Expands the innermost placeholders: the first in the list, and all others of the same kind that
 * differentiate the same value, in one reverse sweep.  False where there are no placeholders. Nodes
 * are replaced: pointers to nodes of `graph` do not survive, but for those in its roots.
 *
 *     do
 *         passes_run(graph, &passes);
 *     while (autodiff_step(graph, diag));
 *
 * A value that y does not depend on has the derivative zero; where `diag` is not NULL that is told
 * as an error at the placeholder, but of a parameter.  The compiler passes NULL: what a model may
 * differentiate is for `check` to say, before anything is simplified, and the same for all entries.
 *
 * A derivative that would make the graph too large is not taken: the graph is `overgrown` then, no
 * longer what it was meant to be, and of no use but for telling so.
 */
bool autodiff_step(Graph *graph, Diag *diag);

/* All placeholders, innermost first.  False where there were errors. */
bool autodiff_expand(Graph *graph, Diag *diag);

/* How many seeds jacobian(h, v) takes: the numbers of the smallest value, for each example, that
 * all ways from v to h go through, v and h among them. */
double autodiff_seeds(const Graph *graph, Node *h, Node *v);

/* Whether a gradient of y reaches v. */
bool autodiff_reaches(const Graph *graph, const Node *y, const Node *v);

/* Numbers that each step of a scan keeps for the gradient, beside what it carries: its products. */
double autodiff_kept(const Graph *body, int rows);

#endif
