/* From the checked model to graphs: one for each entry of the program.
 *
 *     kl(z, normal(0, 1)) : [] per example      →      sum(…) axes=-1 : [n]
 *
 * Rows and sample axes become leading axes of plain arrays; noise is on or off, `~` drawn or
 * typical, as the entry says.  Gradients stay placeholders for `autodiff`.
 */
#ifndef AECC_LOWER_H
#define AECC_LOWER_H

#include "check/check.h"

/* Fills program's tables and entries.  Its arena, names, diag, source and command are set by the
 * caller. */
void lower_model(const Model *model, Program *program);

/* To a gradcheck graph whose gradients are expanded, adds the output "kinks": a number that changes
 * when any comparison in the graph changes its result. */
void lower_kinks(Graph *graph);

#endif
