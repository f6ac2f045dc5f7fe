/* What the files about training share. */
#ifndef AECC_CHECK_TRAINING_H
#define AECC_CHECK_TRAINING_H

#include "check/elaboration/elaboration.h"

/* decay 1e-4 over encoder */
typedef struct Decay {
    const Ast *ast;
    Term *factor;
    size_t *reach; /* by slot: 0 where it does not decay; else larger where `over` names it more
                      closely */
} Decay;

/* Training, a stage of it, or a step: what stands there holds for each minimise inside. */
typedef struct TrainLevel TrainLevel;
struct TrainLevel {
    const TrainLevel *outer;
    Term *clip; /* the most that the norm of a gradient may be, or NULL */
    List(Decay) decays;
};

/* ---- groups.c ---- */
/* "encoder.inner" of a name or a chain of fields; NULL for anything else */
const char *group_path(Checker *c, const Ast *ast);
const char *groups_text(Checker *c, const Ast *over);            /* "encoder, decoder" */
bool groups_hold(Checker *c, const Ast *over, const char *slot); /* whether one has it */
/* reach[slot] of each parameter below one of the groups: 1 for `all`, more for a longer path. False
 * after an error. */
bool groups_reach(Checker *c, const Ast *over, size_t *reach);

/* ---- gradient.c: clip and decay ---- */
void level_clip(Checker *c, TrainLevel *level, const Ast *ast);
void level_decay(Checker *c, TrainLevel *level, const Ast *ast);
/* Gradients g[0 … n) of the parameters with these slots become what the optimiser gets. */
void gradients_adjust(Checker *c, const TrainLevel *level, int n, const int *slot, Term **g);

/* ---- minimize.c ---- */
/* Adds a step to the model: `step` has its name, stage and when it runs.  `only`: there is no other
 * in the model. */
void check_minimize(Checker *c, const Ast *ast, ModelStep step, bool only, const TrainLevel *level);
/* A shared number of a value with one element: the mean over the batch, if it is per example. */
Term *mean_of(Checker *c, Loc loc, Term *term);

/* ---- when.c ---- */
/* The condition of a step: a shared number.  NULL after an error. */
Term *check_when(Checker *c, const Ast *ast);

/* ---- average.c ---- */
/* Each parameter that is trained gets a running mean of what its updates leave, weighted by
 * factor^age. */
void add_averages(Checker *c, Term *factor, Loc loc);

/* The train block of the model; its own file and the defaults where there is none (train.c). */
void check_train(Checker *c, const Ast *train);

/* Finds what plateaus watch, when all losses are known. */
void check_plateaus(Checker *c);

#endif
