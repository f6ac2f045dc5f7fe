/* Passes: graph → graph, the same values by less or safer work.
 *
 * A pass is a row of passes.def and a function of one file.  The driver simplifies and
 * differentiates in turn, so that derivatives are those of the safe formulas, then takes out what
 * only matters to derivatives (driver/compile.c):
 *
 *     do
 *         passes_run(graph, &(PassOptions){0});
 *     while (autodiff_step(graph, diag));
 *     passes_run(graph, &(PassOptions){.last = true, .stops = true});
 *
 * The verifier runs after every pass that changes something.
 */
#ifndef AECC_PASSES_H
#define AECC_PASSES_H

#include "ir/ir.h"

typedef enum PassId {
#define PASS(name, ...) PASS_##name,
#include "passes/passes.def"
    NUM_PASSES
} PassId;

/* Whether it has changed something. */
#define PASS(name, ...) bool pass_##name(Graph *graph);
#include "passes/passes.def"

typedef struct PassOptions {
    bool last;         /* nothing is left to differentiate: unfold and affine, too … */
    bool stops;        /* … and take out stop */
    unsigned left_out; /* bits 1 << PASS_… of passes that do not run */
    int keep_every; /* scans keep each so many-th step for their gradients; 0: as they choose … */
    double keep_most; /* … who would keep more numbers than this; 0: all is kept */
} PassOptions;

void passes_run(Graph *graph, const PassOptions *options);

/* Leaves out all passes but those of a list, "fold,cse"; "" leaves out all.  False where one is not
 * known: `unknown` is its name. */
bool passes_select(PassOptions *options, Arena *arena, const char *list, const char **unknown);

/* The passes' names and what they do, one a line. */
void passes_help(Text *text);

bool passes_find(const char *name, PassId *id);
bool passes_run_one(Graph *graph, PassId id);

#endif
