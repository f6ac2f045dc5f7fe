/* The program: what `lower` makes of a model, beside its graphs.  Plan and emit read it. */
#ifndef AECC_PROGRAM_H
#define AECC_PROGRAM_H

#include "ir/ir.h"

/* Kinds that the runtime knows as well, by their rows of abi.def. */
typedef enum SlotKind {
#define ABI_SLOT(name, NAME, what) SLOT_##name,
#include "abi.def"
} SlotKind;

typedef struct Slot {
    SlotKind kind;
    const char *name; /* as files call it: "encoder.dense_1.W", "train.main.m:encoder.dense_1.W" */
    const char *of;   /* of an average or an optimizer's state: the parameter's name; else NULL */
    const char *part; /* what it is of that: "m", "average" */
    Type type;        /* static */
    Loc loc;
} Slot;

typedef enum InputKind {
#define ABI_INPUT(name, NAME, rank, holds, lengths, many) INPUT_##name,
#include "abi.def"
} InputKind;

/* What examples of a kind hold: a column of its row. */
typedef enum InputHolds {
#define ABI_HOLDS(NAME, what) HOLDS_##NAME,
#include "abi.def"
} InputHolds;
InputHolds input_holds(InputKind kind);
bool input_is_whole(InputKind kind); /* classes and tokens: integers */

typedef enum InputRole {
#define ABI_ROLE(name, NAME, what) AS_##name,
#include "abi.def"
} InputRole;

typedef enum Scaling {
#define ABI_SCALING(name, NAME, what) SCALING_##name,
#include "abi.def"
} Scaling;

typedef struct InputInfo {
    InputKind kind;
    InputRole role;
    const char *name;
    Type type;                 /* of one example, static; a class has rank 0 */
    int classes;               /* of a class; of tokens how many the vocabulary has */
    bool characters;           /* of tokens: each is a character, else a word */
    const char *const *column; /* of a table: the names of its numbers; else NULL */
    bool other;                /* the last class is all that training did not know */
    bool missing;              /* a number, or the class, may be missing: there is a mask of it */
    const char *of;            /* of a mask: what it is the mask of; else NULL */
    Scaling scaling;
    const char *shift, *scale; /* slots: x is (data - shift) / scale; or NULL */
    double low, high;
    bool ranged;
} InputInfo;

typedef struct HyperInfo {
    const char *name;
    double value;
    bool scheduled;
} HyperInfo;

typedef struct StepInfo {
    const char *name, *loss, *over;
    const char *report; /* the name that its loss is reported under */
    bool differentiates_twice;
    int stage;
    int every;   /* it runs in each so many-th batch of its stage */
    bool when;   /* an entry of its own says whether it runs */
    bool joined; /* the entry of the step before computes it too: from `check` on where they are
                    simultaneous, later where they share products */
} StepInfo;

typedef enum Watch {
#define ABI_WATCH(name, NAME, what) WATCH_##name,
#include "abi.def"
} Watch;

/* A scalar of a graph that is not the clock's own: a hyper, whether it is set, how often a step has
 * updated, how often a plateau has fallen.  Graphs call it by name. */
typedef enum ScalarKind { SCALAR_hyper, SCALAR_set, SCALAR_update, SCALAR_fall } ScalarKind;

typedef struct ScalarInfo {
    const char *name; /* interned */
    ScalarKind kind;
    int index; /* of the hyper, step or plateau */
} ScalarInfo;

/* A schedule that falls where nothing gets better: how often it has is its scalar. */
typedef struct PlateauInfo {
    const char *watch; /* the loss or metric … */
    Watch of;          /* … as it is in training or validation */
    int patience;      /* epochs without a lower one */
} PlateauInfo;

/* Steps that run together in each batch.  Stages follow each other. */
typedef struct StageInfo {
    const char *name; /* NULL: the model writes no stages, and this is the whole training */
    int epochs;
    int first, steps;  /* its steps: [first, first + steps) */
    const char *watch; /* the loss or metric that says which weights are best, … */
    Watch of;          /* … as it is in training or validation; either: validation if there is */
    bool higher;       /* more of it is better */
    int patience; /* the stage ends after so many epochs without a better one; 0: it does not */
} StageInfo;

typedef enum EntryKind {
#define ABI_ENTRY(name, NAME, what) ENTRY_##name,
#include "abi.def"
} EntryKind;

/* The precisions that an entry is emitted in, a set. */
enum { IN_FLOAT = 1, IN_DOUBLE = 2 };

/* What a scan keeps for its gradient. */
typedef struct Keeping {
    Loc loc;
    int steps, every;    /* each so many-th step; those between are computed again.  1: all */
    double numbers, all; /* at the full batch: what it keeps, and what all steps would */
} Keeping;

typedef List(Keeping) KeepingList;

typedef struct Entry {
    EntryKind kind;
    unsigned reals;
    int step;    /* of step, when and gradcheck */
    int variant; /* bit 0: corruption on; bit 1: draws on */
    Graph *graph;
    const Graph *like; /* that of an earlier variant, which is the same but for its name; or NULL */
    KeepingList kept;  /* a row for each scan that is differentiated */
} Entry;

typedef struct Program {
    Arena *arena;
    Arena *scratch; /* while a model is lowered: what one entry needs meanwhile */
    Names *names;
    Diag *diag;
    const char *name;    /* of the model */
    const char *source;  /* base name of the .ae file */
    const char *command; /* "aecc -D latent=32 vae.ae -o vae.c", base names */
    int batch;
    int labelled;           /* of it, rows whose class is known; 0: as they come */
    List(InputInfo) inputs; /* the code that decode reads is one more, the last: name "code" */
    List(Slot) slots;
    List(HyperInfo) hypers;
    List(ScalarInfo) scalars;
    List(StepInfo) steps;
    List(StageInfo) stages;
    List(PlateauInfo) plateaus;
    List(Entry) entries;
    int original;     /* the input that the reconstruction stands for */
    Type code, image; /* of one example; rank -1: there is none */
    const char *cannot_decode, *cannot_sample, *best;
} Program;

/* What the scalar of that name is, an interned one; NULL: the clock's own. */
const ScalarInfo *program_scalar(const Program *program, const char *name);

#endif
