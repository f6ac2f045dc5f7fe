/* Two steps of a batch in one graph. */
#ifndef AECC_JOIN_H
#define AECC_JOIN_H

#include "ir/ir.h"

/* Both graphs, `second` after the assignments of `first`; NULL where nothing is gained.  Neither is
 * changed, both are free of what nothing uses. */
Graph *graph_join(const Graph *first, const Graph *second, const char *name);

#endif
