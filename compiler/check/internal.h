/* What the files of check/ share: values of expressions, scopes, and the state of one check. */
#ifndef AECC_CHECK_INTERNAL_H
#define AECC_CHECK_INTERNAL_H

#include "check/check.h"

enum { SAME_BUCKETS = 4096 };
enum { MAX_FEATURES = 4, MAX_ARGUMENTS = 32 };

typedef struct Scope Scope;
typedef struct Frame Frame;
typedef struct Distribution Distribution;
typedef struct Block Block;
typedef struct Unit Unit; /* a file of definitions */

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
    VALUE_axis,         /* the names `all` and `samples` */
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
    Block *block;     /* NULL of `encoder` where there are only encoder.one, encoder.two */
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
    Scope *from;       /* the file that it was brought from, where it waits, or NULL */
    const Ast *later;  /* evaluated when first asked for (distributions, hypers), else NULL */
    bool busy;         /* being evaluated: a cycle when asked for again */
    const char *home;  /* the block that gave the name, or NULL */
    bool fixed;        /* the counter of a repeat: not to be given again */
    const char *rival; /* another block that gave the same name: say which */
} Binding;

struct Scope {
    Scope *outer;
    List(Binding) bindings;
    Scope *also;  /* names of a file that is used: looked at next */
    Scope *made;  /* what was applied in it, as parameters are named: dense_1; or NULL */
    Block *block; /* that names its values here: it reads what is found further out */
};

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

/* One application of a template, or one block: where its parameters and draws live. */
struct Frame {
    Frame *caller;
    Loc call;
    const Ast *define; /* NULL for a block */
    const char *path;  /* of parameters */
    const char *draws; /* of draws: the path, and the application's number for a network */
    CountList counts;
    CountList networks; /* applied in it */
    Scope *made;        /* what is applied in it, see Scope */
    bool in_noise_block;
    int repeats;   /* how many `repeat` enclose the statement */
    bool returned; /* a `return` was met */
    bool updating; /* of the caller: see Checker */
};

typedef struct Application {
    const Define *define;
    int n;
    Value *arguments;
    Value result;
} Application;

typedef struct KnownDivergence {
    Term *drawn;
    Distribution *prior;
} KnownDivergence;

/* Of the values of a term: see range.h. */
typedef struct Range {
    double low, high;
    bool reached; /* some element has, or may have, each bound */
    bool fixed;   /* the values are known when compiled */
} Range;

/* Where a name is used. */
typedef enum Space {
    SPACE_setting, /* --set NAME=… */
    SPACE_column,  /* of metrics.csv, and of metrics.jsonl */
    SPACE_home,    /* of parameters, states and draws: "encoder.dense_1" */
    NUM_SPACES
} Space;

/* A name that leaves the compiler: see published.h. */
typedef struct Published {
    Space space;
    const char *name, *what;
    const Ast *key;
    Loc loc;
} Published;

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
    Frame *frame;
    int depth;
    bool too_large;        /* the limit on terms was told */
    int draw_samples;      /* K of the `samples K` that is being drawn, or 0 */
    bool draw_shared;      /* what is being drawn is one value for the whole batch */
    bool initial;          /* inside an initial value: draws are shared */
    const char *draw_name; /* stream of the draw that is being made */
    int draw_number;
    bool in_optimizer;
    bool updating;       /* the right side of `<-`: a state is what earlier updates leave */
    int rounds;          /* of repeats, so far */
    bool generates;      /* there is a generate block */
    bool has_bottleneck; /* which says the code, whatever encoders follow it */
    const char *trained; /* the slot that the optimizer's p stands for */
    ModelStep *step;
    Scope *blocks; /* what blocks have named, for later ones */
    List(Application) applications;
    List(KnownDivergence) divergences;
    CountList network_uses;
    List(int) same, same_next;  /* by term: see same.c */
    int *same_first;            /* by bucket */
    List(const char *) unknown; /* names that were told to be unknown */
    List(Published) published;
    List(Range) ranges; /* by term, of the first of them */
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

/* ---- names that are not known (unknown.c) ---- */
/* `called`: it stands before the bracket of a call. */
void check_unknown(Checker *c, Loc loc, bool called, const char *name, Scope *scope);
/* For a name that stands for something unfit: one that nothing reads, and that is near; else NULL.
 */
const char *check_meant(Checker *c, Scope *scope, const char *name);
bool check_was_told(Checker *c, const char *name); /* and is from now on */
void check_offer(Checker *c, Scope *scope,
                 const char *meant); /* "did you mean …?", and where it is defined */
void check_near_group(Checker *c, const char *path);
void check_no_member(Checker *c, const Ast *field, const Value *base);

/* ---- scopes (scope.c) ---- */
Scope *scope_open(Checker *c, Scope *outer);
void scope_bind(Checker *c, Scope *scope, const char *name, Loc loc, Value value);
void scope_unbind(Scope *scope, const char *name);
Binding *scope_find(Scope *scope, const char *name); /* outwards */
Binding *scope_find_here(Scope *scope, const char *name);
int scope_names(Checker *c, Scope *scope, const char ***names);
/* What is written here is not evaluated: its names are not unused for that. */
void scope_use_names(Scope *scope, const Ast *ast);

/* ---- terms (term.c) ---- */
Term *term_new(Checker *c, TermKind kind, Loc loc, TermType type, int n, Term *const *in);
Term *term_number(Checker *c, Loc loc, double value);
Term *term_leaf(Checker *c, TermKind kind, Loc loc, const char *name, TermType type);
/* Elementwise; folds numbers.  NULL, reported with marks at `places`, where the shapes do not fit.
 */
Term *term_map(Checker *c, Loc loc, Op op, int n, Term *const *in, const Loc *places);
Term *term_expand(Checker *c, Loc loc, Term *a, Type shape);
bool term_is_number(const Term *term, double *value);
/* How a value depends on a term: at all; by a path of differentiable operations, stop counted among
 * them; by one that a gradient takes. */
enum { DEPENDS = 1, SMOOTH = 2, TRAINS = 4 };
/* What a gradient through `term` may reach of its operand i. */
int term_passes(const Term *term, int i);
Value value_term(Term *term, Loc loc);
Value value_number(Checker *c, Loc loc, double number);

/* ---- expressions (expression.c) ---- */
Value check_expression(Checker *c, Scope *scope, const Ast *ast);
Term *check_term(Checker *c, Scope *scope, const Ast *ast);    /* NULL after an error */
Value check_force(Checker *c, Binding *binding, Scope *scope); /* the value of a binding */
bool check_names_blocks(Checker *c, const char *name); /* "encoder" where there is encoder.inner */
/* A shape list or number as static dimensions; false after an error. */
bool value_shape(Checker *c, Loc loc, const Value *value, Type *shape);
bool value_integer(Checker *c, Loc loc, const Value *value, const char *what, int *result);
Term *value_as_term(Checker *c, Loc loc, const Value *value); /* NULL after an error */

/* ---- calls (call.c) ---- */
Value check_call(Checker *c, Scope *scope, const Ast *ast);
/* Binds arguments to formals by place and name; false after an error. */
bool check_arguments(Checker *c, Scope *scope, const Ast *call, int first, int n,
                     const char *const *formals, const char *what, const Define *define,
                     Value *values);
Value check_apply(Checker *c, const Define *define, Loc loc, int n, Value *arguments,
                  const char *path, const char *leaf);
/* Are they the same value, definition or list of those? */
bool check_same_value(Checker *c, const Value *a, const Value *b);
bool check_same_term(Checker *c, const Term *a, const Term *b); /* same.c */
bool check_bind_formals(Checker *c, const Define *define, Loc loc, Scope *inner, int n,
                        Value *arguments);
int ast_formals(Checker *c, const Ast *define, const char ***names);

/* ---- the functions that the compiler knows (builtins.c) ---- */
typedef struct Builtin Builtin;
const Builtin *builtin_find(const char *name);
Value builtin_call(Checker *c, Scope *scope, const Builtin *builtin, const Ast *call);
/* Tells that an axis of the batch's length is in the way; true where there is one (axes.c). */
bool check_rows_axis(Checker *c, Loc loc, const Term *v, const char *deed);
Value check_index(Checker *c, Scope *scope, const Ast *ast); /* v[0:10] */

/* ---- lists (lists.c) ---- */
Term *list_as_term(Checker *c, Loc loc, const Value *list); /* NULL after an error */
Value value_of_list(Checker *c, Value value); /* of a list the value that it stands for */
/* One item, or those from `begin` to before `end`; negative places count from the end. */
Value list_index(Checker *c, const Value *list, const Ast *ast, int begin, int end, bool single);

/* ---- distributions and draws (draw.c) ---- */
Value distribution_make(Checker *c, const Define *define, Loc loc, int n, Value *arguments);
Value distribution_member(Checker *c, Distribution *d, const char *name, Loc loc);
Value distribution_method(Checker *c, Distribution *d, const char *name, const char *other, Loc loc,
                          int n, Value *arguments);
Value check_draw(Checker *c, Scope *scope, const Ast *statement);
Value check_random(Checker *c, Loc loc, Op op, Term *like);
Value builtin_log_prob(Checker *c, Loc loc, Value *v, bool summed);
Value builtin_kl(Checker *c, Loc loc, Value *v);
Term *check_prior(Checker *c, Term *code, Distribution *prior);
Distribution *distribution_like(Checker *c, Distribution *d, Type shape, Loc loc);

/* ---- statements and parameters (statement.c) ---- */
/* Runs statements in `scope`; `result` gets the last value, or what `return` says. */
void check_statements(Checker *c, Scope *scope, Ast *const *statement, int n, Value *result);
Frame *frame_open(Checker *c, const char *path, const char *draws, const Ast *define, Loc call);
void frame_close(Checker *c);
/* "dense_2": counts uses in the frame; and the same below the frame's path */
const char *frame_leaf(Checker *c, const char *name);
const char *frame_number(Checker *c, const char *name);
const char *count_number(Checker *c, CountList *counts, const char *name);
/* Tells it where the name has a value already and may not get another. */
bool check_name_free(Checker *c, Scope *scope, const char *name, Loc loc);
/* Gives a name its value, or tells that it has one; inside `repeat` it may get another. */
void check_bind(Checker *c, Scope *scope, const char *name, Loc loc, Value value);
ModelSlot *model_find_slot(Model *model, const char *name);
const char *path_join(Checker *c, const char *path, const char *name);

/* ---- blocks (block.c) ---- */
/* Runs it below `outer` and makes its names known; `call` is the `use` that brings it, or nowhere.
 */
void check_block(Checker *c, const Ast *ast, Scope *outer, Loc call);
Value check_block_call(Checker *c, Scope *scope, const Ast *call, const Value *block);
void block_reads(Checker *c, Block *block, const char *name, const Value *value);

/* ---- files that are used (use.c), consts and hypers (consts.c) ---- */
/* Reads all that the file uses, and what they use. */
void check_load_uses(Checker *c, const Ast *file);
void check_use(Checker *c, const Ast *use); /* its definitions, consts and hypers */
void check_use_blocks(Checker *c, const Ast *use);
int check_consts(Checker *c, const Ast ***consts); /* of all files: what -D may name */
Value const_value(Checker *c, Scope *scope, const Ast *ast);
Value hyper_value(Checker *c, Scope *scope, const Ast *ast);
void check_overrides(Checker *c);

/* ---- parameters and states (slots.c) ---- */
void check_param(Checker *c, Scope *scope, const Ast *ast, Value *result);
/* Whether a layer may be used here; an error where it may not. */
bool check_layer_place(Checker *c, Loc loc, const char *layer);
void check_state(Checker *c, Scope *scope, const Ast *ast, Value *result);
void check_assign(Checker *c, Scope *scope, const Ast *ast, Value *result);
Term *check_updated(Checker *c, const char *slot); /* a state after its updates so far, or NULL */

/* ---- what `sample` draws (generate.c) ---- */
/* The block in a scope below `outer`; `call` is the `use` that brings it, or nowhere. */
void check_generate(Checker *c, const Ast *block, Scope *outer, Loc call);
void check_plain_prior(Checker *c);

/* ---- the file (model.c) and training (train.c) ---- */
void check_train(Checker *c, const Ast *train);
void check_definitions(Checker *c, Scope *scope, const Ast *file); /* binds those of a file */
/* Declares a hyper and returns what it is worth: the schedule, unless the user has set it. `what`
 * it is, for messages: "the hyper `beta`", "the rate of the step main". */
Term *check_hyper(Checker *c, const char *name, Term *value, Loc loc, const char *what);
void check_warnings(Checker *c, const Ast *file); /* warnings.c */
bool path_within(const char *name,
                 const char *path); /* "encoder.dense_1.W" lies within "encoder" */

#endif
