/* The trainer: a C program of the kernels, and the tables by which the runtime trains with them.
 * What a target without training does not need stands here; kernels are emit/c's. */
#ifndef AECC_EMIT_TRAINER_H
#define AECC_EMIT_TRAINER_H

#include "emit/c/c.h"

void trainer_write_entries(Writer *w, const ProgramPlan *program); /* entries.c */
void trainer_write_model(Writer *w, const ProgramPlan *program);   /* model.c */
/* "2, .dim = {28, 28}": a type as members of a table's row. */
const char *trainer_dims(Arena *arena, Type type);

#endif
