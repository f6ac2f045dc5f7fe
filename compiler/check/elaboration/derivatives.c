/* Derivatives: grad, jacobian.
 *
 * A per-example derivative wants each example to depend on itself alone: no batch_mean and no batch
 * between the two values.  Sample axes likewise:
 *
 *     z : [2] samples [5]     grad(sum(z^2), z)  is  2 z, for each draw its own: no reduction over
 *                             samples and no collect between the two values
 *     h : [2]                 grad(sum(z^2), h)  would be one gradient for each draw: an error
 */
#include "check/elaboration/builtins.h"

/* Beside DEPENDS, SMOOTH and TRAINS. */
enum { AVERAGES = 8, GATHERS = 16, DRAWS = 32, SCANS = 64 };

/* How y depends on v, and whether a path between them mixes examples, or the draws of the sample
 * axes that y has. */
static int path_between(Checker *c, const Term *y, const Term *v) {
    unsigned char *path = NEW_ARRAY(c->arena, unsigned char, c->model->terms.count);
    path[v->id] = DEPENDS | SMOOTH | TRAINS;
    for (int id = v->id + 1; id <= y->id; id++) {
        const Term *term = c->model->terms.at[id];
        for (int i = 0; i < term->n; i++)
            path[id] |=
                path[term->in[i]->id] & (term_passes(term, i) | AVERAGES | GATHERS | DRAWS | SCANS);
        if (path[id] && term->kind == TERM_batch_mean)
            path[id] |= AVERAGES;
        if (path[id] && term->kind == TERM_batch)
            path[id] |= GATHERS;
        if (path[id] && term->kind == TERM_scan)
            path[id] |= SCANS;
        if (path[id] && term->type.n_samples < y->type.n_samples)
            path[id] |= DRAWS;
    }
    return path[y->id];
}

/* Whether v has the sample axes that y has, as its outermost. */
static bool has_samples_of(const Term *v, const Term *y) {
    bool has = v->type.n_samples >= y->type.n_samples;
    for (int i = 0; has && i < y->type.n_samples; i++)
        has = v->type.samples[i] == y->type.samples[i];
    return has;
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
    if (!(path & TRAINS)) {
        check_error(c, call->loc, "no gradient of the first value reaches the second");
        check_help(c, "none passes a stop, a comparison, an argmax or a draw that is not "
                      "reparameterised");
        return false;
    }
    if (y->type.rows && path & (AVERAGES | GATHERS)) {
        check_error(c, call->loc, "between these two values examples are mixed, by %s",
                    path & AVERAGES ? "batch_mean" : "batch");
        check_help(c, "a per-example derivative wants each example to depend on itself alone");
        return false;
    }
    if (path & DRAWS) {
        check_error(c, call->loc, "between these two values the draws of a sample axis are mixed");
        check_help(c, "each draw's own derivative wants it to depend on itself alone; for one of "
                      "them all reduce the first value:  grad(mean(y, axis = samples), v)");
        return false;
    }
    return true;
}

/* Whether the features are one number, whatever its sample axes, which have messages of their own.
 */
static bool one_element(const TermType *type) {
    TermType features = *type;
    features.n_samples = 0;
    return termtype_one_element(&features);
}

Value rule_grad(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *in[2] = {value_as_term(c, call->loc, &v[0]), value_as_term(c, call->loc, &v[1])};
    if (!in[0] || !in[1])
        return value_error();
    if (!one_element(&in[0]->type)) {
        check_error(c, call->loc, "grad wants a first value with one element, and this is %s",
                    termtype_text(c->arena, &in[0]->type));
        check_help(c, "sum it, or ask for jacobian(h, v)");
        return value_error();
    }
    if (!has_samples_of(in[1], in[0])) {
        check_error(c, call->loc,
                    "the first value has a sample axis that the second has not: this would be a "
                    "derivative for each draw");
        check_help(c, "reduce it first:  grad(mean(y, axis = samples), v)");
        return value_error();
    }
    if (!derivative_fits(c, call, in[0], in[1]))
        return value_error();
    return value_term(term_new(c, TERM_grad, call->loc, in[1]->type, 2, in), call->loc);
}

Value rule_jacobian(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *in[2] = {value_as_term(c, call->loc, &v[0]), value_as_term(c, call->loc, &v[1])};
    if (!in[0] || !in[1])
        return value_error();
    TermType type = in[0]->type;
    Type by = in[1]->type.shape;
    if (!in[0]->type.rows || !in[1]->type.rows) {
        check_error(c, call->loc,
                    "jacobian is of one per-example value by another, without sample axes");
        check_help(c, "for a value with one element use grad");
        return value_error();
    }
    if (in[0]->type.n_samples || in[1]->type.n_samples) {
        check_error(c, call->loc,
                    "jacobian is of one per-example value by another, and the %s has "
                    "a sample axis: each draw would have a Jacobian of its own",
                    in[1]->type.n_samples ? "second" : "first");
        check_help(c, in[1]->type.n_samples
                          ? "differentiate by the value that the draws are made of"
                          : "reduce it first,  jacobian(mean(h, axis = samples), v),  or make the "
                            "draws an axis of it,  jacobian(collect(h), v)");
        return value_error();
    }
    if (check_rows_axis(c, call->loc, in[0], "differentiate each number of") ||
        check_rows_axis(c, call->loc, in[1], "differentiate by each number of") ||
        !derivative_fits(c, call, in[0], in[1]))
        return value_error();
    if (type.shape.rank + by.rank > MAX_FEATURES) {
        check_error(c, call->loc, "the jacobian of %s by %s has more axes than the limit of %d",
                    termtype_text(c->arena, &in[0]->type), termtype_text(c->arena, &in[1]->type),
                    MAX_FEATURES);
        return value_error();
    }
    if (path_between(c, in[0], in[1]) & SCANS) {
        check_error(c, call->loc,
                    "between these two values stands a `scan`, which jacobian does not pass");
        check_help(c, "grad does:  grad(sum(h * t), v)  is the jacobian times t");
        return value_error();
    }
    for (int i = 0; i < by.rank; i++)
        type.shape.dim[type.shape.rank++] = by.dim[i];
    return value_term(term_new(c, TERM_jacobian, call->loc, type, 2, in), call->loc);
}
