/* Functions about examples and sample axes: the same numbers, whose axes mean something else.
 *
 *     batch(v)     [20] per example       →   [n,20] shared: the whole batch
 *     spread(v)    [10,20]                →   [20] with a sample axis of 10
 *     collect(v)   [20], samples [10]     →   [10,20]
 */
#include "check/elaboration/builtins.h"

static bool per_example(Checker *c, const Ast *call, const Term *v) {
    if (!v->type.rows)
        check_error(c, call->loc, "%s takes a per-example value, and this is shared",
                    call->kid[0]->name);
    return v->type.rows;
}

static Term *mean_of_batch(Checker *c, Loc loc, Term *a) {
    TermType type = a->type;
    type.rows = false;
    return term_new(c, TERM_batch_mean, loc, type, 1, &a);
}

/* Element by element the mean over those examples that have it; where none has, 0. */
static Value masked_mean(Checker *c, const Ast *call, Term *a, Term *given) {
    Loc loc = call->loc, places[3] = {loc, loc, loc};
    Term *chosen =
        term_map(c, loc, OP_where, 3, (Term *[]){given, a, term_number(c, loc, 0)}, places);
    if (!chosen || !per_example(c, call, chosen))
        return value_error();
    Term *share = given->type.rows ? mean_of_batch(c, loc, given) : given;
    Term *few = term_number(c, loc, 1e-6); /* below the share of one example in any batch */
    Term *least = term_map(c, loc, OP_max, 2, (Term *[]){share, few}, places);
    Term *average =
        term_map(c, loc, OP_div, 2, (Term *[]){mean_of_batch(c, loc, chosen), least}, places);
    if (average && termtype_one_element(&share->type)) /* its mean over a data set goes by it */
        average->share = share;
    return value_term(average, loc);
}

Value rule_batch_mean(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *a = value_as_term(c, call->loc, &v[0]);
    bool masked = v[1].kind != VALUE_missing && v[1].kind != VALUE_none;
    Term *given = masked ? value_as_term(c, call->loc, &v[1]) : NULL;
    if (!a || (masked && !given) || (!masked && !per_example(c, call, a)))
        return value_error();
    return masked ? masked_mean(c, call, a, given)
                  : value_term(mean_of_batch(c, call->loc, a), call->loc);
}

static bool too_many_axes(Checker *c, const Ast *call, const Term *v) {
    bool full = v->type.shape.rank >= MAX_FEATURES;
    if (full)
        check_error(c, call->loc, "%s adds an axis, and %s has as many as there may be",
                    call->kid[0]->name, termtype_text(c->arena, &v->type));
    return full;
}

Value rule_batch(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *a = value_as_term(c, call->loc, &v[0]);
    if (!a || !per_example(c, call, a))
        return value_error();
    if (a->type.n_samples) {
        check_error(c, call->loc, "batch takes a value without sample axes");
        check_help(c, "collect(v) makes the innermost an axis of the features");
        return value_error();
    }
    if (too_many_axes(c, call, a))
        return value_error();
    TermType type = {.shape = type_prefixed(ROWS, a->type.shape)};
    return value_term(term_new(c, TERM_batch, call->loc, type, 1, &a), call->loc);
}

Value rule_spread(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *a = value_as_term(c, call->loc, &v[0]);
    if (!a)
        return value_error();
    TermType type = a->type;
    if (type.shape.rank == 0 || type.n_samples == MAX_SAMPLE_AXES) {
        check_error(c, call->loc,
                    type.shape.rank ? "a value has at most %d sample axes, and this has them"
                                    : "spread takes a value with an axis, and this is a number",
                    MAX_SAMPLE_AXES);
        return value_error();
    }
    if (type.shape.dim[0] < 0 && check_rows_axis(c, call->loc, a, "spread"))
        return value_error();
    type.spread |= 1u << type.n_samples;
    type.samples[type.n_samples++] = type.shape.dim[0];
    type.shape = type_without(type.shape, 0);
    return value_term(term_new(c, TERM_spread, call->loc, type, 1, &a), call->loc);
}

Value rule_collect(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *a = value_as_term(c, call->loc, &v[0]);
    if (!a)
        return value_error();
    TermType type = a->type;
    if (type.n_samples == 0) {
        check_error(c, call->loc, "this value has no sample axis to collect");
        check_help(c, "a sample axis comes from spread(v), or from a draw:  z ~ … samples 5");
        return value_error();
    }
    if (too_many_axes(c, call, a))
        return value_error();
    type.shape = type_prefixed(type.samples[--type.n_samples], type.shape);
    type.spread &= ~(1u << type.n_samples);
    return value_term(term_new(c, TERM_collect, call->loc, type, 1, &a), call->loc);
}
