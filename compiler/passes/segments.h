/* What scans keep for their gradients. */
#ifndef AECC_SEGMENTS_H
#define AECC_SEGMENTS_H

#include "ir/program.h"
#include "passes/passes.h"

/* Cuts the scans that a gradient is to pass, and that would keep too much for it, into segments;
 * adds to `kept` what each of them keeps, at so many rows. */
void graph_segment(Graph *graph, const PassOptions *options, int rows, KeepingList *kept);

#endif
