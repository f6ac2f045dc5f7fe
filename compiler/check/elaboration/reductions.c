/* Reductions: functions that fold axes.  An axis is a number, `all` features, or `samples`.
 *
 *     sum(v, axis = -1)   [1,28,28] → [1,28]          mean over `samples`: the sample axis goes
 */
#include "check/elaboration/builtins.h"
#include "check/values/range.h"

#include <string.h>

/* Feature axes, negative and ascending; `samples` tells that the sample axis is meant. */
static bool axes_of(Checker *c, Loc loc, const Value *axis, Type shape, int *count, int *axes,
                    bool *samples) {
    *samples = false;
    *count = 0;
    bool all =
        axis->kind == VALUE_missing || (axis->kind == VALUE_axis && strcmp(axis->name, "all") == 0);
    if (axis->kind == VALUE_axis && strcmp(axis->name, "samples") == 0) {
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
            check_error(c, loc,
                        shape.rank ? "there is no axis %d in %s" : "a single number has no axis %d",
                        place, type_text(c->arena, shape));
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

static Value over_samples(Checker *c, const Ast *call, Op op, Term *v) {
    if (v->type.n_samples == 0) {
        check_error(c, call->loc, "this value has no sample axis");
        check_help(c, "a sample axis comes from a draw:  z ~ … samples 5");
        return value_error();
    }
    TermType type = v->type;
    type.spread &= ~(1u << --type.n_samples);
    Term *term = term_new(c, TERM_over_samples, call->loc, type, 1, &v);
    term->op = op;
    return value_term(term, call->loc);
}

/* By a shape rule for which no message of ours has more to say. */
static Value refused(Checker *c, const Ast *call, const char *why) {
    check_error(c, call->loc, "%s", why);
    return value_error();
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
    Attr attr = {.count = count};
    memcpy(attr.ints, axes, sizeof axes);
    const char *why;
    Term *term = term_shaped(c, TERM_reduce, call->loc, op, &attr, (Type){0}, 1, &a, &why);
    if (!term)
        return refused(c, call, why);
    term->op = op;
    term->flag = flag_of(&v[2]);
    if (term->flag) { /* 1 in the places of the axes */
        term->type.shape = a->type.shape;
        for (int i = 0; i < count; i++)
            term->type.shape.dim[a->type.shape.rank + axes[i]] = 1;
    }
    return value_term(term, call->loc);
}

Value rule_sum(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return reduce(c, call, OP_sum, v);
}

Value rule_amax(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return reduce(c, call, OP_amax, v);
}

Value rule_count(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *a = value_as_term(c, call->loc, &v[0]);
    int count, axes[MAX_RANK];
    bool samples;
    if (!a || !axes_of(c, call->loc, &v[1], a->type.shape, &count, axes, &samples))
        return value_error();
    double total = 1;
    Term *rows = NULL;
    for (int i = 0; i < count; i++) {
        int length = a->type.shape.dim[axes[i] + a->type.shape.rank];
        total *= length < 0 ? 1 : length;
        if (length < 0)
            rows = term_leaf(c, TERM_scalar, call->loc, names_of(c->names, "rows"), (TermType){0});
    }
    if (samples)
        total = a->type.n_samples ? a->type.samples[a->type.n_samples - 1] : 1;
    Term *both[2] = {term_number(c, call->loc, total), rows};
    return value_term(rows ? term_map(c, call->loc, OP_mul, 2, both, NULL) : both[0], call->loc);
}

/* One axis of the features, negative, the last where none is given; false after an error. */
static bool one_axis(Checker *c, const Ast *call, const Value *axis, const Term *a, int *found) {
    int count, axes[MAX_RANK];
    bool samples;
    Value last = value_number(c, call->loc, -1);
    if (!axes_of(c, call->loc, axis->kind == VALUE_missing ? &last : axis, a->type.shape, &count,
                 axes, &samples))
        return false;
    *found = axes[0];
    if (!samples && count == 1)
        return true;
    check_error(c, call->loc, "`%s` goes along one axis of the features", call->kid[0]->name);
    return false;
}

/* A term of what is found along one axis, by an op that has one. */
static Value along(Checker *c, const Ast *call, TermKind kind, Op op, Value *v) {
    Term *a = value_as_term(c, call->loc, &v[0]);
    int axis;
    if (!a || !one_axis(c, call, &v[1], a, &axis))
        return value_error();
    const char *why;
    Attr attr = {.count = 1, .ints = {axis}};
    Term *term = term_shaped(c, kind, call->loc, op, &attr, (Type){0}, 1, &a, &why);
    if (!term && check_rows_axis(c, call->loc, a, "go along an axis of"))
        return value_error();
    return term ? value_term(term, call->loc) : refused(c, call, why);
}

Value rule_argmax(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return along(c, call, TERM_argmax, OP_argmax, v);
}

/* The operation along an axis that keeps the shape. */
static Value along_by(Checker *c, const Ast *call, Op op, Value *v) {
    Value value = along(c, call, TERM_along, op, v);
    if (value.kind == VALUE_term)
        value.term->op = op;
    return value;
}

Value rule_rank(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return along_by(c, call, OP_rank, v);
}

Value rule_argsort(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return along_by(c, call, OP_argsort, v);
}

Value rule_cumsum(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return along_by(c, call, flag_of(&v[2]) ? OP_cumsum_back : OP_cumsum, v);
}

/* take(v, index): the two agree but for the axis; other axes of length 1 are repeated. */
Value rule_take(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *in[2] = {value_as_term(c, call->loc, &v[0]), value_as_term(c, call->loc, &v[1])};
    int axis, rank = in[0] ? in[0]->type.shape.rank : 0;
    if (!in[0] || !in[1] || !one_axis(c, call, &v[2], in[0], &axis))
        return value_error();
    Type a = in[0]->type.shape, index = in[1]->type.shape, joined;
    int length = a.dim[rank + axis], taken = index.rank == rank ? index.dim[rank + axis] : 0;
    if (length < 0 && check_rows_axis(c, call->loc, in[0], "take a part of"))
        return value_error();
    a.dim[rank + axis] = index.dim[rank + axis] = 1;
    TermType type, left = in[0]->type, right = in[1]->type;
    left.shape = right.shape = (Type){0};
    if (index.rank != rank || taken < 0 || !type_broadcast(a, index, &joined) ||
        !termtype_join(&left, &right, &type)) {
        check_error(c, call->loc, "this takes of %s by places of the shape %s",
                    termtype_text(c->arena, &in[0]->type), termtype_text(c->arena, &in[1]->type));
        check_help(
            c, "an index has as many axes, each equal or 1 but for the axis that it goes along");
        return value_error();
    }
    if (!check_index_range(c, call->loc, in[1], length, false))
        return value_error();
    bool may_leave = !check_in_prelude(c, call->loc) && check_may_leave(c, in[1], length);
    for (int i = 0; i < 2; i++) {
        Type wide = joined;
        wide.dim[rank + axis] = i ? taken : length;
        in[i] = term_expand(c, call->loc, in[i], wide);
    }
    const char *why;
    Attr attr = {.count = 1, .ints = {axis}};
    Term *term = term_shaped(c, TERM_take, call->loc, OP_take, &attr, (Type){0}, 2, in, &why);
    if (!term)
        return refused(c, call, why);
    type.shape = term->type.shape;
    term->flag = may_leave;
    term->type = type; /* rows and samples of both */
    return value_term(term, call->loc);
}

Value rule_argmin(Checker *c, Scope *scope, const Ast *call, Value *v) {
    Term *a = value_as_term(c, call->loc, &v[0]);
    if (!a)
        return value_error();
    v[0] = value_term(term_map(c, call->loc, OP_neg, 1, &a, NULL), v[0].loc);
    return rule_argmax(c, scope, call, v);
}
