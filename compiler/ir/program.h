/* The program: what `lower` makes of a model, beside its graphs.  Plan and emit read it. */
#ifndef AECC_PROGRAM_H
#define AECC_PROGRAM_H

#include "ir/ir.h"

/* An average follows a parameter, by whose name it is called: "average:encoder.dense_1.W". */
typedef enum SlotKind { SLOT_param, SLOT_state, SLOT_optimizer, SLOT_average } SlotKind;

typedef struct Slot {
    SlotKind kind;
    const char *name; /* "encoder.dense_1.W"; "train.main.m:encoder.dense_1.W" for an optimiser's */
    Type type;        /* static */
    Loc loc;
} Slot;

typedef enum InputKind { INPUT_image, INPUT_vector, INPUT_signal, INPUT_label } InputKind;

typedef struct InputInfo {
    InputKind kind;
    const char *name;
    Type type; /* of one example, static; a label has rank 0 */
    int classes;
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

/* In the order of AertWatch (runtime/aert.h). */
typedef enum Watch { WATCH_either, WATCH_training, WATCH_valid } Watch;

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

/* In the order of AertEntryKind (runtime/aert.h). */
typedef enum EntryKind {
    ENTRY_init,
    ENTRY_step,
    ENTRY_when,
    ENTRY_eval,
    ENTRY_encode,
    ENTRY_decode,
    ENTRY_reconstruct,
    ENTRY_sample,
    ENTRY_prior,
    ENTRY_gradcheck,
} EntryKind;

/* The precisions that an entry is emitted in, a set. */
enum { IN_FLOAT = 1, IN_DOUBLE = 2 };

typedef struct Entry {
    EntryKind kind;
    unsigned reals;
    int step;    /* of step, when and gradcheck */
    int variant; /* bit 0: corruption on; bit 1: draws on */
    int label;   /* of decode, sample and prior: the input, a label, that --set gives; 0: none */
    Graph *graph;
} Entry;

typedef struct Program {
    Arena *arena;
    Names *names;
    Diag *diag;
    const char *name;    /* of the model */
    const char *source;  /* base name of the .ae file */
    const char *command; /* "aecc -D latent=32 vae.ae -o vae.c", base names */
    int batch;
    List(InputInfo) inputs; /* the code that decode reads is one more, the last: name "code" */
    List(Slot) slots;
    List(HyperInfo) hypers;
    List(StepInfo) steps;
    List(StageInfo) stages;
    List(Entry) entries;
    Type code, image; /* of one example; rank -1: there is none */
    const char *cannot_decode, *cannot_sample, *best;
} Program;

#endif
