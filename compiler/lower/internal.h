/* What the files of lower/ share. */
#ifndef AECC_LOWER_INTERNAL_H
#define AECC_LOWER_INTERNAL_H

#include "lower/lower.h"

/* What an entry makes of randomness. */
typedef struct Mode {
    bool training;    /* the value of `training` */
    bool corruption;  /* the noise block is on */
    bool other_noise; /* noise elsewhere (dropout) is on */
    bool draws;       /* `~` draws; else it is typical */
    bool one_sample;  /* of a sample axis only the first is taken */
} Mode;

/* A term's value in a graph: the array, and how its axes divide. */
typedef struct Lowered {
    Node *node;
    TermType type;
} Lowered;

/* A look at an index that a step of a scan chooses, until the scan is there: 0 where it is one,
 * else the index. */
typedef struct StepCheck {
    Lowered wrong;
    Loc loc;
    const char *name; /* of the check */
} StepCheck;

typedef List(StepCheck) StepCheckList;

typedef struct Lowerer {
    Arena *arena; /* until the next entry */
    Graph *graph;
    Mode mode;
    const Model *model;
    Lowered **values; /* by term; NULL: not lowered yet */
    bool *wanted;     /* by term: lower_term has come to it */
    List(int) queue;  /* terms that a call of lower_term has come to */
    StepCheckList in_steps;
} Lowerer;

/* One entry's graph: opened, asked for terms, rooted. */
Lowerer lower_open(const Model *model, Program *program, const char *name, Mode mode);
Lowered lower_term(Lowerer *l, Term *term);
/* The node of the term of that id, or NULL: it is not lowered. */
Node *lower_known(const Lowerer *l, int term);
/* What the term is from now on; without a node it is not lowered. */
void lower_put(Lowerer *l, int term, Lowered value);
/* What stands for the term `t`, with its sample axes: those that the value lacks have length 1. */
Lowered lower_as(Lowerer *l, const Term *t, Lowered value);
/* Terms that `roots` need in this mode, by id; those that are lowered already need nothing. */
bool *lower_needed(Lowerer *l, int n, Term *const *roots);
/* ---- how arrays meet (align.c) ---- */
/* The array of `value` with axes of length 1 where `target` has some that it lacks. */
Node *lower_align(Lowerer *l, Loc loc, Lowered value, const TermType *target);
/* As termtype_join, where sample axes of length 1 fit every other. */
void lower_join(const TermType *a, const TermType *b, TermType *result);
/* The steps of a stack, [steps, rows…, features…], as the first axis of its features. */
Node *lower_steps(Lowerer *l, Loc loc, Node *stack, int features);

/* Of what a step of a scan is given, of the scan, and of what is picked (loops.c). */
Lowered lower_given(Lowerer *l, Term *t, Lowered *in);
Lowered lower_scan(Lowerer *l, Term *t, Lowered *in);
Lowered lower_stacked(Lowerer *l, Term *t, Lowered *in);
/* The mean over the batch, rank 0, of a value with one element. */
Node *lower_mean(Lowerer *l, Term *term);

/* The input of that name, interned; NULL: the model has none, as of the code. */
const InputInfo *lower_input_of(const Lowerer *l, const char *name);
/* Has the program check that `index` is a whole number below n, where it comes from data or is not
 * known to be one.  `what` it is stands in the message: "a row". */
void lower_index(Lowerer *l, const Term *term, Lowered index, int n, const char *what);
/* Nothing is wrong in a step that does not count. */
void lower_step_counts(Lowerer *l, Lowered counts);
/* What the steps of a scan leave of their indices, from that number on, becomes checks. */
void lower_step_checks(Lowerer *l, Node *scan, int first);

#endif
