/* What is stopped in steps, where values are to hold. */
#ifndef AECC_HELD_H
#define AECC_HELD_H

#include "ir/ir.h"

/* Takes each stop() in the body of a scan out of it, so that its values in all steps are one value,
 * under one stop. */
void graph_hold(Graph *graph);

#endif
