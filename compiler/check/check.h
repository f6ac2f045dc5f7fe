/* The checked model: every name resolved, every template instantiated, every value typed.
 *
 *     z |> dense(400) |> relu      →   max(matmul(z, decoder.dense_1.W) + decoder.dense_1.b, 0)
 *                                      of type [400], per example
 *
 * What differs between commands (noise on or off, `~` drawn or typical) is still open: terms
 * `noise`, `draw` and `training` hold both sides, and `lower` chooses for each entry.
 */
#ifndef AECC_CHECK_H
#define AECC_CHECK_H

#include "ir/program.h"
#include "syntax/ast.h"

/* MAX_NUMBERS: of one value, with one row; MAX_BATCH_NUMBERS: with all rows of a batch. */
enum { MAX_NUMBERS = 1 << 28, MAX_BATCH_NUMBERS = 0x7fffffff };
/* MAX_PLACES: classes, or words of a vocabulary, which are int32; no value has so many places. */
enum { MAX_PLACES = 0x7fffffff };
enum { MAX_SAMPLE_AXES = 3, MAX_TERMS = 100000, MAX_CALL_DEPTH = 64 };

/* A value's kind and shape.  In memory: rows, then sample axes, then features.  A shape may have an
 * axis ROWS: the examples of the batch, of batch(v). */
typedef struct TermType {
    bool rows;     /* per example; else shared */
    int n_samples; /* sample axes, the outermost first */
    int samples[MAX_SAMPLE_AXES];
    unsigned spread; /* bit i: sample axis i was an axis of features; else it is one of draws */
    Type shape;      /* of the features: all that the language shows */
} TermType;

typedef enum TermKind {
#define TERM(name, what) TERM_##name,
#include "check/values/term.def"
    NUM_TERMS
} TermKind;

typedef struct Term Term;
struct Term {
    TermKind kind;
    Op op;
    int id;
    TermType type;
    Loc loc;
    const char *name;
    const char *user_name; /* what the user calls it, or NULL: a hint for the generated C */
    double value;
    bool flag;
    int count, ints[MAX_RANK];
    int n;
    Term **in;
    Term *share; /* of a mean over the examples that a mask gives: which part of the batch they are;
                    or NULL */
};

typedef struct ModelSlot {
    Slot slot;
    Term *initial; /* of the slot's shape */
    Term *kept;    /* of a parameter with `keep`: what that makes of it, a term of it; or NULL */
    Term *term;    /* its value, one term for all uses */
    const Ast *origin; /* the statement that made it */
    bool named, held;  /* named: a step names it after `over`; held: the loss of that step reads it,
                          but only behind stop */
} ModelSlot;

typedef struct Report {
    const char *name;
    bool metric;
    Term *term; /* one element */
    Loc loc;
    int first; /* terms from this number on are made in its block */
} Report;

/* A value that a block has named before the decoder. */
typedef struct NamedValue {
    const char *name, *block; /* "mu", "encoder.inner" */
    Term *term;
} NamedValue;

/* slot ← term */
typedef struct Update {
    const char *slot;
    Term *term;
} Update;

/* The value that a state gets in each step that trains its group; one for each state. */
typedef struct StateUpdate {
    const char *slot;
    Term *value;
} StateUpdate;

/* What the decoder says of the class of an input: a number for each class, the largest for the most
 * likely. */
typedef struct RestoredClass {
    const char *input;
    Term *logits;
} RestoredClass;

/* What replaces a value of an earlier block when nothing is encoded, as in `sample`. */
typedef struct Generated {
    Term *old, *drawn;
} Generated;

/* What a loss says of the density of a draw z: of kl(z, d) `expected` is the value that the model
 * computes, in closed form, and `at_draw` is log q(z) - log p(z); log_prob(z) is both itself. */
typedef struct Divergence {
    Term *drawn, *expected, *at_draw;
} Divergence;

typedef struct ModelStep {
    StepInfo info;
    Loc loc;
    Term *loss;                /* shared, one element */
    Term *when;                /* shared, one number: the step runs where it is not 0; or NULL */
    List(const char *) params; /* that it trains */
    List(Update) assigns;      /* to parameters and optimiser slots; gradients are terms */
} ModelStep;

typedef struct Model {
    const char *name;
    int batch;
    int labelled; /* how many rows of a batch must have a class, where it may be missing; 0: any
                     number */
    List(InputInfo) inputs;
    List(HyperInfo) hypers;
    List(ScalarInfo) scalars;
    List(ModelSlot) slots;
    List(Report) reports;
    List(NamedValue) named; /* by the blocks that encode, in the order of the text */
    List(ModelStep) steps;
    List(StageInfo) stages;
    List(PlateauInfo) plateaus;
    int original;                        /* the input that the reconstruction stands for */
    Term *code, *reconstruction, *noisy; /* NULL where the model has none */
    Term *restored, *corrupted;          /* reconstruction and noisy, in the units of the data */
    List(RestoredClass) classes;         /* beside it: `logits_kind` of an input `kind` */
    List(Generated) generated;           /* what `sample` draws */
    List(Divergence) divergences;        /* in the order of the text */
    List(StateUpdate) updates;           /* of states, in the order of the text */
    const char *cannot_sample;
    List(Term *) terms; /* by id; operands have smaller ids */
} Model;

/* The input whose columns are the numbers of the last axis, or NULL: those of what is computed of
 * it one for one (values/columns.c). */
const InputInfo *model_columns(Arena *arena, const Model *model, const Term *term);

/* Marks, by the id of terms, all that the marked terms depend on. */
void model_mark_operands(const Model *model, bool *marked);

/* The tree of a file that a `use` names, its text known to diag by this path; NULL, and why, where
 * it cannot be read. */
typedef const Ast *LoadFile(void *user, const char *path, const char **why);

/* What the checker is given. */
typedef struct CheckInput {
    const Ast *model;          /* the user's file */
    const Ast *const *prelude; /* definitions that every file knows */
    int n_prelude;
    const Ast *const *overrides; /* files of one `const` each: -D NAME=VALUE */
    int n_overrides;
    LoadFile *load;
    void *user; /* of load */
} CheckInput;

/* The checked model; NULL where diag holds an error. */
Model *check_model(Arena *arena, Names *names, Diag *diag, const CheckInput *input);

/* ---- for the list of what there is ---- */
/* A line for each function that the compiler knows itself, or for one of them (builtins.def). */
void check_list_builtins(Text *out, const char *name);
int check_builtin_names(Arena *arena, const char ***names);
/* What to write for a name that other frameworks have, or NULL (unknown.c). */
const char *check_elsewhere(const char *name);

/* ---- types (types.c) ---- */
/* Elementwise: features align at the right, sample axes at the left, and rows join in. False where
 * they cannot. */
bool termtype_join(const TermType *a, const TermType *b, TermType *result);
bool termtype_one_element(const TermType *type);
const char *termtype_text(Arena *arena, const TermType *type); /* features only: "[784]" */
/* The array that holds it: rows, samples, features. */
Type termtype_array(const TermType *type);

#endif
