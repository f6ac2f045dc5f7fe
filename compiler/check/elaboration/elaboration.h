/* Elaboration: expressions, calls, statements and blocks become terms.  What the files of this room
 * share, and what training and the file itself ask of them. */
#ifndef AECC_CHECK_ELABORATION_H
#define AECC_CHECK_ELABORATION_H

#include "check/values/values.h"

/* ---- names that are not known (unknown.c) ---- */
/* `is_call`: it stands before the bracket of a call. */
void check_unknown(Checker *c, Loc loc, bool is_call, const char *name, Scope *scope);
/* The name that was probably meant where `name` is known and is of the wrong kind: a near one that
 * nothing reads, or NULL. */
const char *check_meant(Checker *c, Scope *scope, const char *name);
/* Whether the name was told to be unknown before; notes that it has been now. */
bool check_was_told(Checker *c, const char *name);
/* "did you mean …?", and where it is defined */
void check_offer(Checker *c, Scope *scope, const char *meant);
void check_near_group(Checker *c, const char *path);
void check_no_member(Checker *c, const Ast *field, const Value *base);

/* ---- what a value is worth where something is wanted (wanted.c) ---- */
/* Each is false or NULL after an error; `what` is what is wanted, in words. */
bool value_integer(Checker *c, Loc loc, const Value *value, const char *what, int *result);
/* A number of classes or words, which may be more than any length. */
bool value_many(Checker *c, Loc loc, const Value *value, const char *what, int *result);
bool value_shape(Checker *c, Loc loc, const Value *value, Type *shape); /* of a list or number */
Term *value_as_term(Checker *c, Loc loc, const Value *value);
Value value_of_list(Checker *c, Value value); /* of a list the value that it stands for */
/* Tells that an axis of the batch's length is in the way; true where there is one. */
bool check_rows_axis(Checker *c, Loc loc, const Term *v, const char *verb);

/* ---- expressions (expression.c) ---- */
Value check_expression(Checker *c, Scope *scope, const Ast *ast);
Term *check_term(Checker *c, Scope *scope, const Ast *ast);    /* NULL after an error */
Value check_force(Checker *c, Binding *binding, Scope *scope); /* the value of a binding */

/* ---- calls (call.c) ---- */
Value check_call(Checker *c, Scope *scope, const Ast *ast);
/* Binds arguments to formals by place and name; false after an error. */
bool check_arguments(Checker *c, Scope *scope, const Ast *call, int first, int n,
                     const char *const *formals, const char *what, const Define *define,
                     Value *values);
bool check_bind_formals(Checker *c, const Define *define, Loc loc, Scope *inner, int n,
                        Value *arguments);
int ast_formals(Checker *c, const Ast *define, const char ***names);

/* ---- the functions that the compiler knows (builtins.c, by name builtin_names.c) ---- */
typedef struct Builtin Builtin;
const Builtin *builtin_find(const char *name);
Value builtin_call(Checker *c, Scope *scope, const Builtin *builtin, const Ast *call);
Value check_index(Checker *c, Scope *scope, const Ast *ast); /* v[0:10] */

/* ---- distributions and draws (draw.c) ---- */
Value distribution_make(Checker *c, const Define *define, Loc loc, int n, Value *arguments);
Value distribution_member(Checker *c, Distribution *d, const char *name, Loc loc);
Value check_draw(Checker *c, Scope *scope, const Ast *statement);
Value check_random(Checker *c, Loc loc, Op op, Term *like);
Value builtin_log_prob(Checker *c, Loc loc, Value *v, bool summed);
Value builtin_kl(Checker *c, Loc loc, Value *v, bool summed);
Term *check_prior(Checker *c, Term *code, Distribution *prior);
/* Lists for the model what its blocks say of the densities of draws. */
void check_divergences(Checker *c);
Distribution *distribution_like(Checker *c, Distribution *d, Type shape, Loc loc);

/* ---- statements and parameters (statement.c) ---- */
/* Runs statements in `scope`; `result` gets the last value, or what `return` says. */
void check_statements(Checker *c, Scope *scope, Ast *const *statement, int n, Value *result);
/* An error where the name has a value already and may not get another. */
bool check_name_free(Checker *c, Scope *scope, const char *name, Loc loc);
/* Gives a name its value, or tells that it has one; inside `repeat` it may get another. */
void check_bind(Checker *c, Scope *scope, const char *name, Loc loc, Value value);
/* ---- scans (scan.c) ---- */
void check_scan(Checker *c, Scope *scope, const Ast *ast, Value *result);
/* What a step of the scan draws: its slice of draws for all steps. */
Term *scan_draw(Checker *c, Loc loc, Op op, const char *name, TermType type);
/* Runs the statements of a body. */
void check_all(Checker *c, Scope *scope, Ast *const *statement, int n, Value *result);
/* An error where a scan is checked: `what` cannot stand in it. */
bool check_outside_scan(Checker *c, Loc loc, const char *what);

/* ---- blocks (block.c) ---- */
/* Runs it below `outer` and makes its names known; `call` is the `use` that brings it, or nowhere.
 */
void check_block(Checker *c, const Ast *ast, Scope *outer, Loc call);
Value check_block_call(Checker *c, Scope *scope, const Ast *call, const Value *block);
void block_reads(Checker *c, Block *block, const char *name, const Value *value);

/* ---- files that are used (use.c), consts and hypers (consts.c) ---- */
void check_definitions(Checker *c, Scope *scope, const Ast *file); /* binds those of a file */
/* Reads all that the file uses, and what they use. */
void check_load_uses(Checker *c, const Ast *file);
void check_use(Checker *c, const Ast *use); /* its definitions, consts and hypers */
void check_use_blocks(Checker *c, const Ast *use);
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

/* keep f(…) of the parameter that slot number `slot` is, which begins as f leaves it (kept.c). */
void check_keep(Checker *c, Scope *scope, const Ast *ast, int slot);

/* ---- what `sample` draws (generate.c) ---- */
/* The block in a scope below `outer`; `call` is the `use` that brings it, or nowhere. */
void check_generate(Checker *c, const Ast *block, Scope *outer, Loc call);
void check_plain_prior(Checker *c);

/* ---- the file: model.c, inputs.c, warnings.c ---- */
void check_input(Checker *c, const Ast *ast); /* input, target or label */
/* What is said of an input behind its type, kids of `ast` from `first` on: `info` is told, and what
 * blocks read by its name is returned, made of what the data supplies (traits.c). */
Value input_traits(Checker *c, const Ast *ast, int first, InputInfo *info, Term *raw);
/* The input that says where `info`, which may have gaps, has a number: x.given. */
InputInfo input_mask(Checker *c, const InputInfo *info);
/* A value of input `info` in the units of the data. */
Term *input_unscaled(Checker *c, const InputInfo *info, Term *value);
/* An error where the code or the reconstruction depends on a target. */
void check_targets(Checker *c);
/* Declares a hyper and returns what it is worth: the schedule, unless the user has set it. `what`
 * it is, for messages: "the hyper `beta`", "the rate of the step main". */
Term *check_hyper(Checker *c, const char *name, Term *value, Loc loc, const char *what);
void check_warnings(Checker *c, const Ast *file); /* warnings.c */

#endif
