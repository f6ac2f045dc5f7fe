/* args: the addresses of kernels' arguments, from the places that a generated file tells.
 *
 *     void *args[entry->places];
 *     aert_args(entry, program->real_bytes, &run, args);
 *     run.args = args;
 *
 * They hold for as long as the run's store, arena, inputs and scalars stay where they are.
 */
#ifndef AERT_ARGS_H
#define AERT_ARGS_H

#include "aert.h"

#include <stdbool.h>

/* Fills args[0 .. entry->places); those of words that are numbers mean nothing. */
void aert_args(const AertEntry *entry, size_t real_bytes, const AertRun *run, void **args);

/* Has the kernel all of them?  Those of a loop's step come with the step: a loop that runs in place
 * of another where all texts have ended may not have run yet. */
bool aert_args_known(const AertEntry *entry, int kernel, void *const *args);

/* Goes through the entry's kernels in their order, those of loops once for each step: calls
 * visit(context, first, end) for kernels [first, end), whose arguments are then those of the step,
 * at run->rows rows. */
typedef void AertVisit(void *context, int first, int end);
void aert_steps(const AertEntry *entry, const AertRun *run, AertVisit *visit, void *context);

/* The same of steps [begin, end) of a loop that lies in no other. */
void aert_loop_steps(const AertEntry *entry, const AertRun *run, const AertLoop *loop, int begin,
                     int end, AertVisit *visit, void *context);

#endif
