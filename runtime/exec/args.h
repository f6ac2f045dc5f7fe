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

/* Fills args[0 .. entry->places); those of words that are numbers mean nothing. */
void aert_args(const AertEntry *entry, size_t real_bytes, const AertRun *run, void **args);

/* The arguments that the kernels of a loop have in a step: at run->rows rows. */
void aert_args_step(const AertEntry *entry, const AertLoop *loop, const AertRun *run, int step);

#endif
