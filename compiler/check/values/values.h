/* Values of expressions, scopes, terms, and the state of one check: what all rooms of check/ share.
 */
#ifndef AECC_CHECK_VALUES_H
#define AECC_CHECK_VALUES_H

#include "check/check.h"

enum { SAME_BUCKETS = 4096 };
/* MAX_AXES_OF_VALUE: of samples and examples, too.  A derivative adds axes, up to MAX_RANK. */
enum { MAX_FEATURES = 8, MAX_AXES_OF_VALUE = MAX_RANK - 2 };

typedef struct Scope Scope;
typedef struct CallFrame CallFrame;
typedef struct Distribution Distribution;
typedef struct Block Block;

typedef enum ValueKind {
    VALUE_missing,      /* an argument that was not given */
    VALUE_error,        /* already reported: whatever it touches is silent */
    VALUE_none,         /* the name `none` */
    VALUE_term,         /* a number or tensor */
    VALUE_list,         /* [a, b], a shape */
    VALUE_definition,   /* dense, relu, normal: something to call */
    VALUE_primitive,    /* tanh, sum: a function that the compiler knows itself */
    VALUE_distribution, /* normal(0, 1) */
    VALUE_layer,        /* layer dense(500): one set of parameters */
    VALUE_block,        /* encoder, as in encoder.h */
    VALUE_results,      /* what a call returned by name */
    VALUE_axis,         /* the names `all` and `samples`, and of paddings `same` and `valid` */
} ValueKind;

typedef struct Value Value;
struct Value {
    ValueKind kind;
    Loc loc; /* where it was given its name, else the expression */
    Term *term;
    Scope *inside;              /* names that .name reaches: taps, results, a block's names */
    const char *path;           /* of parameters that .name reaches: "encoder.dense_1" */
    Distribution *distribution; /* of a drawn variable too */
    const struct Define *define;
    const struct SharedLayer *layer;
    Block *block;     /* NULL where the name only begins those of blocks: encoder of encoder.one */
    const char *name; /* of an axis, of a primitive function */
    int count;
    Value *items;
    Term **stands; /* of a list: what it stands for as a value, once that was asked for; or NULL */
};

typedef struct Binding {
    const char *name;
    Value value;
    Loc loc;
    bool used;
    Scope *from; /* the file in which it will be evaluated when it is first read, or NULL */
    const Ast *unevaluated; /* evaluated when first asked for (distributions, hypers), else NULL */
    bool busy;              /* being evaluated: to be asked for it now is a cycle */
    const char *home;       /* the block that gave the name, or NULL */
    bool fixed;             /* the counter of a repeat: not to be given again */
    const char *rival;      /* another block that gave the same name: say which */
} Binding;

struct Scope {
    Scope *outer;
    List(Binding) bindings;
    Scope *imports; /* names of a file that is used, which are looked up next */
    Scope *taps;    /* what was applied in it, as parameters are named: dense_1; or NULL */
    Block *block;   /* the block that names its values here; what it reads lies further out */
};

/* A file of definitions. */
typedef struct Unit {
    const char *path; /* normal: no ".", and ".." only in front */
    const Ast *file;
    Scope *scope;
    bool loading; /* what it uses is being read */
} Unit;

/* Something that can be called: its tree and the scope that it was written in. */
typedef struct Define {
    const Ast *ast;
    Scope *scope;
    const char *path; /* of a network: the one home of its parameters */
} Define;

typedef struct SharedLayer {
    const Define *define;
    const Ast *call; /* its further arguments */
    Scope *scope;
    const char *path;
} SharedLayer;

struct Distribution {
    const Define *define;
    Scope *scope; /* the parameters and, when asked for, the lets */
    Loc loc;
};

typedef struct Count {
    const char *name;
    int n;
} Count;

typedef List(Count) CountList;

/* The numbers that one draw takes: its name in the program, and how many of them were made. */
typedef struct DrawStream {
    const char *name;
    int count;
} DrawStream;

/* What holds while something inside it is evaluated: context_enter() begins it, context_leave()
 * brings back what held before, and nothing else sets it.  A frame leaves it as it was. */
typedef struct Context {
    bool initial;        /* an initial value: its draws are shared by all examples */
    bool updating;       /* the right side of `<-`: a state is what earlier updates leave */
    const char *trained; /* an optimizer: the slot that its p stands for; else NULL */
    DrawStream *stream;  /* of the draw that is being made, or NULL */
    int samples;         /* K of the `samples K` that is being drawn, or 0 */
    bool shared;         /* what is being drawn is one value for the whole batch */
} Context;

/* One application of a template, or one block: where its parameters and draws live. */
struct CallFrame {
    CallFrame *caller;
    Loc call;
    const Ast *define; /* NULL for a block */
    const char *path;  /* of parameters */
    const char *draws; /* of draws: the path, and the application's number for a network */
    CountList counts;
    CountList networks; /* applied in it */
    Scope *taps;        /* what is applied in it, see Scope */
    bool in_noise_block;
    int scans;     /* how many `scan` enclose the statement in this frame: 0 or 1 */
    int repeats;   /* how many `repeat` enclose the statement */
    bool returned; /* a `return` was met */
    Context outer; /* that holds again when it is closed */
};

typedef struct Application {
    const Define *define;
    int n;
    Value *arguments;
    Value result;
} Application;

/* kl(z, prior) of a z that was drawn from `own`; or log_prob(z), where there is no prior. */
typedef struct KnownDivergence {
    Term *drawn;
    Distribution *own, *prior;
    Term *term; /* its value: one number */
} KnownDivergence;

/* Of the values of a term: see range.h. */
typedef struct Range {
    double low, high;
    bool reached; /* some element has, or may have, each bound */
    bool fixed;   /* the values are known when compiled */
} Range;

/* Where a name is used. */
typedef enum NameSpace {
    SPACE_setting, /* --set NAME=… */
    SPACE_column,  /* of metrics.csv, and of metrics.jsonl */
    SPACE_home,    /* of parameters, states and draws: "encoder.dense_1" */
} NameSpace;

/* A name that leaves the compiler: see published.h. */
typedef struct Published {
    NameSpace space;
    const char *name, *what;
    const Ast *key;
    Loc loc;
} Published;

/* A max_pool: its switches, the shape of its values, its windows. */
typedef struct Pool {
    const Term *switches;
    Type values;
    int size, stride;
    Loc loc;
} Pool;

typedef struct Checker {
    Arena *arena;
    Names *names;
    Diag *diag;
    Model *model;
    const Ast *tree; /* the user's file */
    Scope *prelude, *file;
    Scope *scope; /* of the expression that is evaluated */
    const Ast *const *overrides;
    int n_overrides;
    LoadFile *load;
    void *load_user;
    List(Unit *) units; /* the model's own file first */
    CallFrame *frame;
    int depth;
    Context context;
    bool too_large;         /* the limit on terms was told */
    struct ScanCheck *scan; /* whose steps are being checked, or NULL */
    int rounds;             /* of repeats, so far */
    bool generates;         /* there is a generate block */
    bool has_bottleneck;    /* which defines the code, whatever encoders follow it */
    ModelStep *step;
    Scope *blocks; /* what blocks have named, for later ones */
    List(Application) applications;
    List(KnownDivergence) divergences;
    List(Pool) pools;
    CountList network_uses;
    List(int) same, same_next;  /* by term: see same.c */
    int *same_first;            /* by bucket */
    List(const char *) unknown; /* names that were told to be unknown */
    List(Published) published;
    List(const Ast *) watches; /* by plateau: what it watches, until it is known */
    List(Range) ranges;        /* by term, of the first of them */
    List(int) slot_places;     /* by the number of a name: its place among the slots + 1, or 0 */
} Checker;

/* ---- messages (report.c).  A mistake inside the prelude is told at the user's call, with a note.
 * ---- */
void check_error(Checker *c, Loc loc, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Where the user wrote what led to `loc`; `inside` names the definition of the prelude, or is NULL.
 */
Loc check_user_loc(Checker *c, Loc loc, const char **inside);
void check_help(Checker *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
void check_mark(Checker *c, Loc loc, const Value *value);
bool check_in_prelude(Checker *c, Loc loc);
Value value_error(void);
const char *value_text(Checker *c, const Value *value); /* "[784]", "the layer dense" */

/* ---- what holds for a while (context.c) ---- */
/* `inside` holds from now on; what held before is returned, for context_leave(). */
Context context_enter(Checker *c, Context inside);
void context_leave(Checker *c, Context outer);

/* ---- where things live (homes.c) ---- */
const char *path_join(Checker *c, const char *path, const char *name);
/* "encoder.dense_1.W" lies within "encoder" */
bool path_within(const char *name, const char *path);
bool check_names_blocks(Checker *c, const char *name); /* "encoder" where there is encoder.inner */
CallFrame *frame_open(Checker *c, const char *path, const char *draws, const Ast *define, Loc call);
void frame_close(Checker *c);
/* "dense_2": counts uses in the frame; and the same below the frame's path */
const char *frame_leaf(Checker *c, const char *name);
const char *frame_number(Checker *c, const char *name);
const char *count_number(Checker *c, CountList *counts, const char *name);
ModelSlot *check_find_slot(Checker *c, const char *name);
void check_add_slot(Checker *c, ModelSlot made);

/* ---- scopes (scope.c) ---- */
Scope *scope_open(Checker *c, Scope *outer);
void scope_bind(Checker *c, Scope *scope, const char *name, Loc loc, Value value);
void scope_unbind(Scope *scope, const char *name);
Binding *scope_find(Scope *scope, const char *name); /* outwards */
Binding *scope_find_here(Scope *scope, const char *name);
int scope_names(Checker *c, Scope *scope, const char ***names);
/* Marks the names in a tree that is not evaluated, such as the other branch of an `if`, as used, so
 * that no warning calls them unused. */
void scope_use_names(Scope *scope, const Ast *ast);

/* ---- terms (term.c) ---- */
Term *term_new(Checker *c, TermKind kind, Loc loc, TermType type, int n, Term *const *in);
Term *term_number(Checker *c, Loc loc, double value);
Term *term_leaf(Checker *c, TermKind kind, Loc loc, const char *name, TermType type);
/* A scalar that belongs to the hyper or step number `index`, whose name is `of`. */
Term *term_scalar(Checker *c, Loc loc, ScalarKind kind, int index, const char *of);
/* Elementwise; folds numbers.  NULL, reported with marks at `places`, where the shapes do not fit.
 */
Term *term_map(Checker *c, Loc loc, Op op, int n, Term *const *in, const Loc *places);
Term *term_map_2(Checker *c, Loc loc, Op op, Term *a, Term *b); /* of two, told at loc */
Term *term_sum_features(Checker *c, Loc loc, Term *a); /* over all axes but rows and samples */
/* A term of one operation, `kind` and `op`, on features, whose shape is what the op's rule in
 * ir/shape.c says; `own` is the shape of one that says it itself.  Rows and samples are those of
 * the first operand.  NULL, and why, but not told, where the operands do not fit. */
Term *term_shaped(Checker *c, TermKind kind, Loc loc, Op op, const Attr *attr, Type own, int n,
                  Term *const *in, const char **why);
Term *term_expand(Checker *c, Loc loc, Term *a, Type shape);
bool term_is_number(const Term *term, double *value);
/* `whole` with `value` in the place of `old`, a leaf of the same type. */
Term *term_with(Checker *c, Term *whole, const Term *old, Term *value);
/* How a value depends on a term: at all; by a path of differentiable operations, stop counted among
 * them; by one that a gradient takes. */
enum { DEPENDS = 1, SMOOTH = 2, TRAINS = 4 };
/* How a gradient through `term` reaches its operand i. */
int term_passes(const Term *term, int i);
Value value_term(Term *term, Loc loc);
Value value_number(Checker *c, Loc loc, double number);

/* ---- the same value (same.c) ---- */
bool check_same_term(Checker *c, const Term *a, const Term *b);
/* Are they the same value, definition or list of those? */
bool check_same_value(Checker *c, const Value *a, const Value *b);

#endif
