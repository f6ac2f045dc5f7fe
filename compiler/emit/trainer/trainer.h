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

/* rows.c: what tables name by number. */
typedef struct TableRow {
    const char *text;
    int words;       /* numbers that it takes of its table */
    unsigned reals;  /* the precisions that have it */
    int used, first; /* so often; after so many others were added */
} TableRow;
typedef struct TableRows {
    List(TableRow) rows;
    Names *texts;     /* of the rows, in their order */
    TableRow *sorted; /* as they are written */
    int *number;      /* by place in `rows` */
} TableRows;
typedef struct Rows {
    TableRows kernels, places;
    int *kernel_of; /* by number of the kernel: its row */
} Rows;
Rows rows_of(Arena *arena, const ProgramPlan *program, const KernelCodes *codes);
const char *rows_kernel(Arena *arena, const Rows *rows, int number); /* in a list */
const char *rows_place(Arena *arena, Rows *rows, const CodePlace *place);
void rows_write_kernels(Writer *w, const Rows *rows);
void rows_write_places(Writer *w, const Rows *rows);

/* entries.c, model.c */
void trainer_write_kernels(Writer *w, const ProgramPlan *program, Rows *rows,
                           const KernelCodes *codes, const Dims *dims);
void trainer_write_entries(Writer *w, const ProgramPlan *program, const KernelCodes *codes);
/* Goes on with what is there in these precisions. */
void trainer_switch_reals(Writer *w, unsigned *open, unsigned reals);
unsigned trainer_inputs_read(const Plan *plan);
void trainer_write_model(Writer *w, const ProgramPlan *program, const Dims *dims);

#endif
