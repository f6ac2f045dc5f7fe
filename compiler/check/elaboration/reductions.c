/* Reductions: functions that fold axes.  An axis is a number, `all` features, or `samples`.
 *
 *     sum(v, axis = -1)   [1,28,28] → [1,28]          mean over `samples`: the sample axis goes
 */
#include "check/elaboration/builtins.h"

#include <string.h>

/* Feature axes, negative and ascending; `samples` tells that the sample axis is meant. */
static bool axes_of(Checker *c, Loc loc, const Value *axis, Type shape, int *count, int *axes,
                    bool *samples) {
    *samples = false;
    *count = 0;
    bool all =
        axis->kind == VALUE_missing || (axis->kind == VALUE_axis && strcmp(axis->name, "all") == 0);
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

Type shape_without_axes(Type shape, int count, const int *axes, bool keep) {
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
        check_help(c, "a sample axis comes from a draw:  z ~ … samples 5");
        return value_error();
    }
    TermType type = v->type;
    type.spread &= ~(1u << --type.n_samples);
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
    type.shape = shape_without_axes(a->type.shape, count, axes, flag_of(&v[2]));
    Term *term = term_new(c, TERM_reduce, call->loc, type, 1, &a);
    term->op = op;
    term->count = count;
    memcpy(term->ints, axes, sizeof axes);
    term->flag = flag_of(&v[2]);
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

/* A term of places along one axis, the last where none is given; `gone`: the axis goes. */
static Value places(Checker *c, const Ast *call, TermKind kind, bool gone, Value *v) {
    Term *a = value_as_term(c, call->loc, &v[0]);
    int count, axes[MAX_RANK];
    bool samples;
    Value last = value_number(c, call->loc, -1);
    if (!a || !axes_of(c, call->loc, v[1].kind == VALUE_missing ? &last : &v[1], a->type.shape,
                       &count, axes, &samples))
        return value_error();
    if (samples || count != 1) {
        check_error(c, call->loc, "this takes the place along one axis of the features");
        return value_error();
    }
    TermType type = a->type;
    if (gone)
        type.shape = shape_without_axes(a->type.shape, 1, axes, false);
    Term *term = term_new(c, kind, call->loc, type, 1, &a);
    term->count = 1;
    term->ints[0] = axes[0];
    return value_term(term, call->loc);
}

Value rule_argmax(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return places(c, call, TERM_argmax, true, v);
}

Value rule_rank(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return places(c, call, TERM_rank, false, v);
}

Value rule_argmin(Checker *c, Scope *scope, const Ast *call, Value *v) {
    Term *a = value_as_term(c, call->loc, &v[0]);
    if (!a)
        return value_error();
    v[0] = value_term(term_map(c, call->loc, OP_neg, 1, &a, NULL), v[0].loc);
    return rule_argmax(c, scope, call, v);
}
