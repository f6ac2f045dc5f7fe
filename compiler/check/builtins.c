/* The functions that the compiler knows itself: the elementwise rows of the op table by their names, and
 * the few below that need a shape, an axis or a rule of their own.  All else is in the prelude.
 */
#include "check/internal.h"

#include <string.h>

typedef Value BuiltinRule(Checker *c, Scope *scope, const Ast *call, Value *v);

struct Builtin {
    const char *name;
    BuiltinRule *rule;
    int n; /* formals; -1: the rule reads the arguments itself */
    const char *formals[4];
    Op op;
};

/* ---- axes ---- */

/* Feature axes, negative and ascending; `samples` tells that the sample axis is meant. */
static bool axes_of(Checker *c, Loc loc, const Value *axis, Type shape, int *count, int *axes, bool *samples) {
    *samples = false;
    *count = 0;
    bool all = axis->kind == VALUE_missing || (axis->kind == VALUE_axis && strcmp(axis->name, "all") == 0);
    if (axis->kind == VALUE_axis && !all) {
        *samples = true;
        return true;
    }
    if (all) {
        for (int i = 0; i < shape.rank; i++)
            axes[(*count)++] = i - shape.rank;
        return true;
    }
    const Value *items = axis->kind == VALUE_list ? axis->items : axis;
    int n = axis->kind == VALUE_list ? axis->count : 1;
    bool chosen[MAX_RANK] = {false};
    for (int i = 0; i < n; i++) {
        int place;
        if (!value_integer(c, loc, &items[i], "an axis", &place))
            return false;
        if (place < -shape.rank || place >= shape.rank) {
            check_error(c, loc, "there is no axis %d in %s", place, type_text(c->arena, shape));
            return false;
        }
        chosen[place < 0 ? place + shape.rank : place] = true;
    }
    for (int i = 0; i < shape.rank; i++)
        if (chosen[i])
            axes[(*count)++] = i - shape.rank;
    return true;
}

static bool flag_of(const Value *value) {
    double number = 0;
    return value->kind == VALUE_term && term_is_number(value->term, &number) && number != 0;
}

static Type without_axes(Type shape, int count, const int *axes, bool keep) {
    bool gone[MAX_RANK] = {false};
    Type result = {0};
    for (int i = 0; i < count; i++)
        gone[axes[i] + shape.rank] = true;
    for (int i = 0; i < shape.rank; i++)
        if (!gone[i])
            result.dim[result.rank++] = shape.dim[i];
        else if (keep)
            result.dim[result.rank++] = 1;
    return result;
}

static Value over_samples(Checker *c, const Ast *call, Op op, Term *v) {
    if (v->type.n_samples == 0) {
        check_error(c, call->loc, "this value has no sample axis");
        check_help(c, "a sample axis comes from a draw:  z ~ normal(mu, sigma) samples 5");
        return value_error();
    }
    TermType type = v->type;
    type.n_samples--;
    Term *term = term_new(c, TERM_over_samples, call->loc, type, 1, &v);
    term->op = op;
    return value_term(term, call->loc);
}

static Value reduce(Checker *c, const Ast *call, Op op, Value *v) {
    Term *a = value_as_term(c, call->loc, &v[0]);
    int count, axes[MAX_RANK];
    bool samples;
    if (!a || !axes_of(c, call->loc, &v[1], a->type.shape, &count, axes, &samples))
        return value_error();
    if (samples)
        return over_samples(c, call, op, a);
    if (count == 0)
        return v[0];
    TermType type = a->type;
    type.shape = without_axes(a->type.shape, count, axes, flag_of(&v[2]));
    Term *term = term_new(c, TERM_reduce, call->loc, type, 1, &a);
    term->op = op;
    term->count = count;
    memcpy(term->ints, axes, sizeof axes);
    term->flag = flag_of(&v[2]);
    return value_term(term, call->loc);
}

static Value rule_sum(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return reduce(c, call, OP_sum, v);
}

static Value rule_amax(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return reduce(c, call, OP_amax, v);
}

static Value rule_count(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *a = value_as_term(c, call->loc, &v[0]);
    int count, axes[MAX_RANK];
    bool samples;
    if (!a || !axes_of(c, call->loc, &v[1], a->type.shape, &count, axes, &samples))
        return value_error();
    double total = 1;
    for (int i = 0; i < count; i++)
        total *= a->type.shape.dim[axes[i] + a->type.shape.rank];
    if (samples)
        total = a->type.n_samples ? a->type.samples[a->type.n_samples - 1] : 1;
    return value_number(c, call->loc, total);
}

static Value rule_argmax(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *a = value_as_term(c, call->loc, &v[0]);
    int count, axes[MAX_RANK];
    bool samples;
    Value last = value_number(c, call->loc, -1);
    if (!a || !axes_of(c, call->loc, v[1].kind == VALUE_missing ? &last : &v[1], a->type.shape, &count, axes,
                       &samples))
        return value_error();
    if (samples || count != 1) {
        check_error(c, call->loc, "this takes the place along one axis of the features");
        return value_error();
    }
    TermType type = a->type;
    type.shape = without_axes(a->type.shape, 1, axes, false);
    Term *term = term_new(c, TERM_argmax, call->loc, type, 1, &a);
    term->count = 1;
    term->ints[0] = axes[0];
    return value_term(term, call->loc);
}

static Value rule_argmin(Checker *c, Scope *scope, const Ast *call, Value *v) {
    Term *a = value_as_term(c, call->loc, &v[0]);
    if (!a)
        return value_error();
    v[0].term = term_map(c, call->loc, OP_neg, 1, &a, NULL);
    return rule_argmax(c, scope, call, v);
}

/* ---- shapes ---- */

/* The arguments from `first` on as one shape: numbers, or one list. */
static bool shape_arguments(Checker *c, Scope *scope, const Ast *call, int first, Type *shape) {
    Value list = {.kind = VALUE_list, .loc = call->loc};
    list.items = NEW_ARRAY(c->arena, Value, call->n + 1);
    for (int i = first; i < call->n; i++) {
        Value value = check_expression(c, scope, call->kid[i]);
        if (value.kind == VALUE_error)
            return false;
        if (value.kind == VALUE_list && call->n == first + 1)
            return value_shape(c, call->kid[i]->loc, &value, shape);
        list.items[list.count++] = value;
    }
    return value_shape(c, call->loc, &list, shape);
}

static Value rule_reshape(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)v;
    Term *a = call->n > 1 ? check_term(c, scope, call->kid[1]) : NULL;
    Type shape;
    if (call->n < 2)
        check_error(c, call->loc, "reshape needs a value and its new lengths:  v |> reshape(1, 28, 28)");
    if (!a || !shape_arguments(c, scope, call, 2, &shape))
        return value_error();
    if (type_size(shape, 1) != type_size(a->type.shape, 1)) {
        check_error(c, call->loc, "this reshapes %s to %s", termtype_text(c->arena, &a->type),
                    type_text(c->arena, shape));
        check_help(c, "the first holds %.0f numbers, the second %.0f; they must be equal",
                   type_size(a->type.shape, 1), type_size(shape, 1));
        return value_error();
    }
    if (type_equal(shape, a->type.shape))
        return value_term(a, call->loc);
    TermType type = a->type;
    type.shape = shape;
    return value_term(term_new(c, TERM_reshape, call->loc, type, 1, &a), call->loc);
}

static Value rule_expand(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *a = value_as_term(c, call->loc, &v[0]);
    Type shape, joined;
    if (!a || !value_shape(c, call->loc, &v[1], &shape))
        return value_error();
    if (!type_broadcast(a->type.shape, shape, &joined) || !type_equal(joined, shape)) {
        check_error(c, call->loc, "%s cannot be repeated to %s", termtype_text(c->arena, &a->type),
                    type_text(c->arena, shape));
        check_help(c, "shapes are aligned at the right: each axis must be equal or 1");
        return value_error();
    }
    return value_term(term_expand(c, call->loc, a, shape), call->loc);
}

static Value rule_transpose(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *a = value_as_term(c, call->loc, &v[0]);
    if (!a)
        return value_error();
    int rank = a->type.shape.rank;
    if (rank < 2) {
        check_error(c, call->loc, "transpose swaps the last two axes, and %s has %d",
                    termtype_text(c->arena, &a->type), rank);
        return value_error();
    }
    TermType type = a->type;
    type.shape.dim[rank - 1] = a->type.shape.dim[rank - 2];
    type.shape.dim[rank - 2] = a->type.shape.dim[rank - 1];
    Term *term = term_new(c, TERM_transpose, call->loc, type, 1, &a);
    term->count = 2;
    term->ints[0] = -1;
    term->ints[1] = -2;
    return value_term(term, call->loc);
}

static Value rule_concat(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)v;
    Term **parts = NEW_ARRAY(c->arena, Term *, call->n + 1);
    int n = 0, axis = -1;
    TermType type = {0};
    for (int i = 1; i < call->n; i++) {
        const Ast *argument = call->kid[i];
        if (argument->kind == AST_named && strcmp(argument->name, "axis") == 0) {
            Value value = check_expression(c, scope, argument->kid[0]);
            if (!value_integer(c, argument->loc, &value, "an axis", &axis))
                return value_error();
            continue;
        }
        parts[n] = check_term(c, scope, argument);
        if (!parts[n++])
            return value_error();
    }
    for (int i = 0, total = 0; i < n; i++) {
        Type shape = parts[i]->type.shape;
        int place = axis < 0 ? axis + shape.rank : axis;
        if (place < 0 || place >= shape.rank || (i && shape.rank != type.shape.rank)) {
            check_error(c, call->loc, "concat joins values of as many axes, along one that they have");
            return value_error();
        }
        total += shape.dim[place];
        Type one = shape, other = i ? type.shape : shape;
        one.dim[place] = other.dim[place] = 1;
        TermType probe = parts[i]->type;
        probe.shape = one;
        if (i)
            type.shape = other;
        if (!type_equal(one, other) || !termtype_join(i ? &type : &probe, &probe, &type)) {
            check_error(c, call->loc, "concat cannot join %s to the values before it",
                        termtype_text(c->arena, &parts[i]->type));
            check_help(c, "all axes but the joined one must be equal");
            return value_error();
        }
        type.shape.dim[place] = total;
        if (i == n - 1)
            axis = place - shape.rank;
    }
    Term *term = term_new(c, TERM_concat, call->loc, type, n, parts);
    term->count = 1;
    term->ints[0] = axis;
    return n ? value_term(term, call->loc) : value_error();
}

static Value rule_iota(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Type shape;
    if (!value_shape(c, call->loc, &v[0], &shape))
        return value_error();
    return value_term(term_new(c, TERM_iota, call->loc, (TermType){.shape = shape}, 0, NULL), call->loc);
}

static Value rule_identity(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    int n;
    if (!value_integer(c, call->loc, &v[0], "a length", &n))
        return value_error();
    Type shape = {.rank = 2, .dim = {n, n}};
    return value_term(term_new(c, TERM_eye, call->loc, (TermType){.shape = shape}, 0, NULL), call->loc);
}

static Value rule_gather(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *in[2] = {value_as_term(c, call->loc, &v[0]), value_as_term(c, call->loc, &v[1])};
    if (!in[0] || !in[1])
        return value_error();
    if (in[0]->type.rows || in[0]->type.shape.rank < 1) {
        check_error(c, call->loc, "gather takes rows of a shared table, and this is %s", value_text(c, &v[0]));
        return value_error();
    }
    TermType type = in[1]->type;
    for (int i = 1; i < in[0]->type.shape.rank; i++)
        type.shape.dim[type.shape.rank++] = in[0]->type.shape.dim[i];
    return value_term(term_new(c, TERM_gather, call->loc, type, 2, in), call->loc);
}

static Value rule_matmul(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *in[2] = {value_as_term(c, call->loc, &v[0]), value_as_term(c, call->loc, &v[1])};
    if (!in[0] || !in[1])
        return value_error();
    Type a = in[0]->type.shape, b = in[1]->type.shape;
    bool fit = a.rank >= 1 && b.rank == 2 && a.dim[a.rank - 1] == b.dim[0];
    TermType join, left = in[0]->type, right = in[1]->type;
    left.shape = right.shape = (Type){0};
    if (!fit || !termtype_join(&left, &right, &join)) {
        check_error(c, call->loc, "this multiplies the matrices %s and %s", termtype_text(c->arena, &in[0]->type),
                    termtype_text(c->arena, &in[1]->type));
        for (int i = 0; i < 2; i++)
            check_mark(c, call->kid[i + 1]->loc, &v[i]);
        check_help(c, "the last axis of the first must be as long as the first axis of the second, which has two");
        return value_error();
    }
    join.shape = a;
    join.shape.dim[a.rank - 1] = b.dim[1];
    return value_term(term_new(c, TERM_matmul, call->loc, join, 2, in), call->loc);
}

/* v[0:10]  v[3]  v[:, 2:4] */
Value check_index(Checker *c, Scope *scope, const Ast *ast) {
    Term *v = check_term(c, scope, ast->kid[0]);
    if (!v)
        return value_error();
    Type kept = {0}, shape = v->type.shape;
    if (ast->n - 1 > shape.rank) {
        check_error(c, ast->loc, "this gives %d indices to %s", ast->n - 1, termtype_text(c->arena, &v->type));
        return value_error();
    }
    for (int i = 0; i < shape.rank; i++) {
        int length = shape.dim[i], begin = 0, end = length;
        const Ast *index = i + 1 < ast->n ? ast->kid[i + 1] : NULL;
        bool single = index && index->kind != AST_range;
        const Ast *first = single ? index : index ? index->kid[0] : NULL;
        const Ast *last = single || !index ? NULL : index->kid[1];
        Value value;
        if (first && (value = check_expression(c, scope, first),
                      !value_integer(c, first->loc, &value, "an index", &begin)))
            return value_error();
        if (last &&
            (value = check_expression(c, scope, last), !value_integer(c, last->loc, &value, "an index", &end)))
            return value_error();
        begin += begin < 0 ? length : 0;
        end = single ? begin + 1 : end + (end < 0 ? length : 0);
        if (begin < 0 || end > length || begin >= end) {
            check_error(c, index->loc, "this range leaves the axis, which has places 0 to %d", length - 1);
            return value_error();
        }
        if (!single)
            kept.dim[kept.rank++] = end - begin;
        if (end - begin == length)
            continue;
        TermType type = v->type;
        type.shape.dim[i] = end - begin;
        v = term_new(c, TERM_slice, ast->loc, type, 1, &v);
        v->count = 3;
        v->ints[0] = i - shape.rank, v->ints[1] = begin, v->ints[2] = end;
    }
    TermType type = v->type;
    type.shape = kept;
    return value_term(type_equal(kept, v->type.shape) ? v : term_new(c, TERM_reshape, ast->loc, type, 1, &v),
                      ast->loc);
}

/* ---- batches and derivatives ---- */

static Value rule_batch_mean(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *a = value_as_term(c, call->loc, &v[0]);
    if (!a)
        return value_error();
    if (!a->type.rows) {
        check_error(c, call->loc, "batch_mean takes a per-example value, and this is shared");
        return value_error();
    }
    TermType type = a->type;
    type.rows = false;
    return value_term(term_new(c, TERM_batch_mean, call->loc, type, 1, &a), call->loc);
}

enum { REACHES = 1, MIXES = 2 };

/* Whether y depends on v, and whether a path between them mixes examples. */
static int path_between(Checker *c, const Term *y, const Term *v) {
    unsigned char *path = NEW_ARRAY(c->arena, unsigned char, c->model->terms.count);
    path[v->id] = REACHES;
    for (int id = v->id + 1; id <= y->id; id++) {
        const Term *term = c->model->terms.at[id];
        for (int i = 0; i < term->n; i++)
            path[id] |= path[term->in[i]->id];
        if (path[id] && term->kind == TERM_batch_mean)
            path[id] |= MIXES;
    }
    return path[y->id];
}

static bool derivative_fits(Checker *c, const Ast *call, Term *y, Term *v) {
    if (y->type.rows && !v->type.rows) {
        check_error(c, call->loc, "this is the derivative of a per-example value by a shared one");
        check_help(c, "average it first:  grad(batch_mean(y), v)");
        return false;
    }
    int path = path_between(c, y, v);
    if (!path) {
        check_error(c, call->loc, "the first value does not depend on the second");
        check_help(c, "a derivative that is zero everywhere is taken for a mistake");
        return false;
    }
    if (y->type.rows && path & MIXES) {
        check_error(c, call->loc, "between these two values examples are mixed, by batch_mean");
        check_help(c, "a per-example derivative wants each example to depend on itself alone");
        return false;
    }
    return true;
}

static Value rule_grad(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *in[2] = {value_as_term(c, call->loc, &v[0]), value_as_term(c, call->loc, &v[1])};
    if (!in[0] || !in[1])
        return value_error();
    if (!termtype_one_element(&in[0]->type)) {
        check_error(c, call->loc, "grad wants a first value with one element, and this is %s",
                    termtype_text(c->arena, &in[0]->type));
        check_help(c, "sum it, or ask for jacobian(h, v)");
        return value_error();
    }
    if (!derivative_fits(c, call, in[0], in[1]))
        return value_error();
    return value_term(term_new(c, TERM_grad, call->loc, in[1]->type, 2, in), call->loc);
}

static Value rule_jacobian(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *in[2] = {value_as_term(c, call->loc, &v[0]), value_as_term(c, call->loc, &v[1])};
    if (!in[0] || !in[1])
        return value_error();
    TermType type = in[0]->type;
    Type by = in[1]->type.shape;
    if (!in[0]->type.rows || !in[1]->type.rows || in[0]->type.n_samples || in[1]->type.n_samples) {
        check_error(c, call->loc, "jacobian is of one per-example value by another, without sample axes");
        check_help(c, "for a value with one element use grad");
        return value_error();
    }
    if (!derivative_fits(c, call, in[0], in[1]))
        return value_error();
    if (type.shape.rank + by.rank > MAX_RANK - 1) {
        check_error(c, call->loc, "the jacobian of %s by %s has more axes than the limit of %d",
                    termtype_text(c->arena, &in[0]->type), termtype_text(c->arena, &in[1]->type), MAX_RANK - 1);
        return value_error();
    }
    for (int i = 0; i < by.rank; i++)
        type.shape.dim[type.shape.rank++] = by.dim[i];
    return value_term(term_new(c, TERM_jacobian, call->loc, type, 2, in), call->loc);
}

/* ---- draws, distributions, choices ---- */

static Value rule_rand(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *like = value_as_term(c, call->loc, &v[0]);
    return like ? check_random(c, call->loc, OP_rand, like) : value_error();
}

static Value rule_randn(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *like = value_as_term(c, call->loc, &v[0]);
    return like ? check_random(c, call->loc, OP_randn, like) : value_error();
}

static Value rule_log_prob(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return builtin_log_prob(c, call->loc, v, true);
}

static Value rule_log_density(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return builtin_log_prob(c, call->loc, v, false);
}

static Value rule_kl(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return builtin_kl(c, call->loc, v);
}

/* given(v, a, b): a where the argument v was given, else b; the other is not looked at. */
static Value rule_given(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)v;
    if (call->n != 4) {
        check_error(c, call->loc, "given takes a value and two choices:  given(v, a, b)");
        return value_error();
    }
    Value value = check_expression(c, scope, call->kid[1]);
    if (value.kind == VALUE_error)
        return value;
    return check_expression(c, scope, call->kid[value.kind == VALUE_none ? 3 : 2]);
}

static Value rule_map(Checker *c, Scope *scope, const Ast *call, Value *v);

static const Builtin table[] = {
    {"sum", rule_sum, 3, {"v", "axis", "keep"}, 0},
    {"amax", rule_amax, 3, {"v", "axis", "keep"}, 0},
    {"count", rule_count, 2, {"v", "axis"}, 0},
    {"argmax", rule_argmax, 2, {"v", "axis"}, 0},
    {"argmin", rule_argmin, 2, {"v", "axis"}, 0},
    {"reshape", rule_reshape, -1, {0}, 0},
    {"expand", rule_expand, 2, {"v", "shape"}, 0},
    {"transpose", rule_transpose, 1, {"v"}, 0},
    {"concat", rule_concat, -1, {0}, 0},
    {"iota", rule_iota, 1, {"n"}, 0},
    {"identity", rule_identity, 1, {"n"}, 0},
    {"gather", rule_gather, 2, {"table", "index"}, 0},
    {"matmul", rule_matmul, 2, {"a", "b"}, 0},
    {"batch_mean", rule_batch_mean, 1, {"v"}, 0},
    {"grad", rule_grad, 2, {"y", "v"}, 0},
    {"jacobian", rule_jacobian, 2, {"h", "v"}, 0},
    {"rand", rule_rand, 1, {"like"}, 0},
    {"randn", rule_randn, 1, {"like"}, 0},
    {"log_prob", rule_log_prob, 2, {"d", "v"}, 0},
    {"log_density", rule_log_density, 2, {"d", "v"}, 0},
    {"kl", rule_kl, 2, {"d", "prior"}, 0},
    {"given", rule_given, -1, {0}, 0},
#define OP(name, arity, ...) {#name, rule_map, arity, {"a", "b", "c"}, OP_##name},
#include "ir/ops.def"
};

enum { N_BUILTINS = sizeof table / sizeof *table };

static bool usable(const Builtin *b) {
    return b->rule != rule_map ||
           (optab[b->op].kind == KIND_map && optab[b->op].attr == ATTR_NONE && optab[b->op].arity > 0);
}

const Builtin *builtin_find(const char *name) {
    for (int i = 0; i < N_BUILTINS; i++)
        if (strcmp(table[i].name, name) == 0 && usable(&table[i]))
            return &table[i];
    return NULL;
}

int builtin_names(Checker *c, const char ***names) {
    *names = NEW_ARRAY(c->arena, const char *, N_BUILTINS);
    int n = 0;
    for (int i = 0; i < N_BUILTINS; i++)
        if (usable(&table[i]))
            (*names)[n++] = table[i].name;
    return n;
}

static const Builtin *builtin_of_call(const Ast *call) {
    return builtin_find(call->kid[0]->name);
}

static Value rule_map(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    const Builtin *b = builtin_of_call(call);
    Term *in[3];
    Loc places[3];
    for (int i = 0; i < b->n; i++) {
        in[i] = value_as_term(c, i + 1 < call->n ? call->kid[i + 1]->loc : call->loc, &v[i]);
        places[i] = i + 1 < call->n ? call->kid[i + 1]->loc : call->loc;
        if (!in[i])
            return value_error();
    }
    return value_term(term_map(c, call->loc, b->op, b->n, in, places), call->loc);
}

static int required(const Builtin *b) {
    static const char *const optional[] = {"axis", "keep"};
    int n = b->n;
    while (n > 0 && (strcmp(b->formals[n - 1], optional[0]) == 0 || strcmp(b->formals[n - 1], optional[1]) == 0))
        n--;
    return b->rule == rule_log_prob || b->rule == rule_log_density ? 1 : n;
}

Value builtin_call(Checker *c, Scope *scope, const Builtin *b, const Ast *call) {
    if (b->n < 0)
        return b->rule(c, scope, call, NULL);
    Value values[4] = {0};
    if (!check_arguments(c, scope, call, 0, b->n, b->formals, arena_printf(c->arena, "`%s`", b->name), values))
        return value_error();
    for (int i = 0; i < required(b); i++)
        if (values[i].kind == VALUE_missing) {
            check_error(c, call->loc, "`%s` needs its argument `%s`", b->name, b->formals[i]);
            return value_error();
        }
    return b->rule(c, scope, call, values);
}
