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

/* rows.c: what lists name by number. */
typedef struct TableRow {
    const char *text;     /* as it is written */
    const char *function; /* of a kernel */
    bool barrier;
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
/* In a list: */
const char *rows_kernel(Arena *arena, const Rows *rows, int number);
const char *rows_place(Arena *arena, Rows *rows, const CodePlace *place);
const char *rows_number(Arena *arena, long number); /* 12, AERT_FAR(300) */
const char *rows_signed(Arena *arena, long number);
const char *rows_word(Arena *arena, const char *place); /* of any 32 bits */
/* The functions of the precision that is read, in the order of their numbers. */
void rows_write_functions(Writer *w, const Rows *rows);
void rows_write_kernels(Writer *w, const Rows *rows);
void rows_write_places(Writer *w, const Rows *rows);

/* texts.c: names and formulas, each once. */
typedef struct OneText {
    const char *own; /* behind … */
    int before;      /* … the text of this number less 1; 0: none */
} OneText;
typedef struct Texts {
    Arena *arena;
    Names *names; /* all texts, whole, in their order */
    List(OneText) at;
    size_t bytes; /* of all texts, whole */
} Texts;
Texts texts_open(Arena *arena);
int texts_name(Texts *texts, const char *name); /* "encoder.dense_1.W", "vae.ae:19" */
int texts_form(Texts *texts, const char *form); /* nothing of which others begin with */
void texts_write(Writer *w, const Texts *texts);

/* What is made of the lists of entries. */
typedef enum Made {
    MADE_kernel,
    MADE_place,
    MADE_loop,
    MADE_given,
    MADE_output,
    MADE_info,
    MADE_reach,
    MADE_table, /* of these */
    MADE_character,
    MADES
} Made;
/* What the program tells, while it is written. */
/* What the program tells, while it is written. */
typedef struct Told {
    const ProgramPlan *program;
    const KernelCodes *codes;
    Rows rows;
    Dims dims;
    Texts texts;
    List(float) flops;  /* all numbers of operations that differ */
    size_t made[MADES]; /* so many of each kind are made of it */
} Told;
/* lists.c: what an entry tells. */
void lists_write(Writer *w, Told *told);
void lists_write_flops(Writer *w, const Told *told);
/* entries.c, model.c */
void trainer_write_functions(Writer *w, const Told *told);
void trainer_write_entries(Writer *w, Told *told);
const char *trainer_reals(unsigned reals); /* "AERT_IN_FLOAT | AERT_IN_DOUBLE" */
/* Goes on with what is there in these precisions. */
void trainer_switch_reals(Writer *w, unsigned *open, unsigned reals);
unsigned trainer_inputs_read(const Plan *plan);
void trainer_write_slots(Writer *w, Told *told);
void trainer_write_model(Writer *w, const Told *told);

#endif
