/* Keeps what is differentiated by as it is, while passes run.
 *
 * A placeholder asks for the derivative by a node v as if v were a leaf.  A rule that looks through
 * v would break that: log(v), v = sigmoid(l), as -softplus(-l) does not depend on v any more.  So v
 * is made a leaf for its users before the passes, and put back after them, as a reshape to its own
 * type: a node apart from others that passes have found equal to v.
 *
 *       %3 = sigmoid(%2)   %4 = log(%3)         %5 = grad(%4, %3)
 *     → %3 = sigmoid(%2)   %4 = input "v:3"     %5 = log(%4)   %6 = grad(%5, %4)
 *       output "v:3" = %3
 */
#ifndef AECC_CUT_H
#define AECC_CUT_H

#include "ir/ir.h"

/* The number of roots before; cut_mend() wants it. */
int cut_open(Graph *graph);
void cut_mend(Graph *graph, int n_roots);

#endif
