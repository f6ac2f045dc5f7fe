/* The trainer: a C program of the kernels, and the tables by which the runtime trains with them.
 * What a target without training does not need stands here; kernels are emit/c's. */
#ifndef AECC_EMIT_TRAINER_H
#define AECC_EMIT_TRAINER_H

#include "emit/c/c.h"

/* The lengths of all slots and outputs, each shape once. */
typedef struct Dims {
    IntList at;
} Dims;
Dims dims_of(Arena *arena, const ProgramPlan *program); /* dims.c */
void dims_write(Writer *w, const Dims *dims);
int dims_place(const Dims *dims, Type type); /* where its lengths lie, one after the other */

/* entries.c, model.c */
void trainer_write_entries(Writer *w, const ProgramPlan *program, const Dims *dims);
unsigned trainer_inputs_read(const Plan *plan);
void trainer_write_model(Writer *w, const ProgramPlan *program, const Dims *dims);

#endif
