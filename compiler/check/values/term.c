/* Making terms: typed on the way, numbers folded at once so that shapes may be computed.
 *
 *     2 * latent   →   the number 40          mu + sigma   →   map add : [20] per example
 */
#include "check/values/values.h"

/* Whether a value has more axes, or more numbers for one example, than a graph may hold. */
static bool beyond_limits(const TermType *type) {
    Type array = type->shape;
    double size = type_size(array, 1);
    for (int i = 0; i < type->n_samples; i++)
        size *= type->samples[i];
    return size > MAX_NUMBERS || array.rank + type->n_samples + type->rows > MAX_AXES_OF_VALUE;
}

/* An error at the first value that passes the limits. What is made of it passes them as well, and
 * is not told again. */
static void check_limits(Checker *c, Loc loc, const TermType *type, int n, Term *const *in) {
    if (!beyond_limits(type))
        return;
    for (int i = 0; i < n; i++)
        if (beyond_limits(&in[i]->type))
            return;
    double size = type_size(type->shape, 1);
    for (int i = 0; i < type->n_samples; i++)
        size *= type->samples[i];
    if (size > MAX_NUMBERS)
        check_error(c, loc, "a value of %.0f numbers is larger than the limit of %d", size,
                    MAX_NUMBERS);
    else
        check_error(c, loc, "a value has at most %d axes, those of samples and examples included",
                    MAX_AXES_OF_VALUE);
}

Term *term_new(Checker *c, TermKind kind, Loc loc, TermType type, int n, Term *const *in) {
    Term *term = NEW(c->arena, Term);
    const char *inside;
    check_limits(c, loc, &type, n, in);
    loc = check_user_loc(c, loc, &inside);
    *term = (Term){.kind = kind, .id = c->model->terms.count, .type = type, .loc = loc, .n = n};
    term->in = NEW_ARRAY(c->arena, Term *, n);
    for (int i = 0; i < n; i++)
        term->in[i] = in[i];
    list_add(c->arena, &c->model->terms, term);
    return term;
}

void model_mark_operands(const Model *model, bool *marked) {
    for (int id = model->terms.count; id-- > 0;)
        for (int i = 0; marked[id] && i < model->terms.at[id]->n; i++)
            marked[model->terms.at[id]->in[i]->id] = true;
}

Term *term_number(Checker *c, Loc loc, double value) {
    Term *term = term_new(c, TERM_number, loc, (TermType){0}, 0, NULL);
    term->value = value;
    return term;
}

Term *term_leaf(Checker *c, TermKind kind, Loc loc, const char *name, TermType type) {
    Term *term = term_new(c, kind, loc, type, 0, NULL);
    term->name = name;
    return term;
}

Term *term_scalar(Checker *c, Loc loc, ScalarKind kind, int index, const char *of) {
    static const char *const what[] = {[SCALAR_hyper] = "hyper",
                                       [SCALAR_set] = "set",
                                       [SCALAR_update] = "update",
                                       [SCALAR_fall] = "fall"};
    Model *m = c->model;
    const char *name = names_of(c->names, arena_printf(c->arena, "%s:%s", what[kind], of));
    bool known = false;
    for (int i = 0; i < m->scalars.count && !known; i++)
        known = m->scalars.at[i].name == name;
    if (!known)
        list_add(c->arena, &m->scalars, ((ScalarInfo){name, kind, index}));
    return term_leaf(c, TERM_scalar, loc, name, (TermType){0});
}

/* Copies what lies between `old` and `whole`; terms that do not depend on `old` stay as they are.
 */
Term *term_with(Checker *c, Term *whole, const Term *old, Term *value) {
    Term **now = NEW_ARRAY(c->arena, Term *, whole->id + 1);
    bool *needed = NEW_ARRAY(c->arena, bool, c->model->terms.count);
    needed[whole->id] = true;
    model_mark_operands(c->model, needed);
    now[old->id] = value;
    for (int id = old->id + 1; id <= whole->id; id++) {
        const Term *term = c->model->terms.at[id];
        bool changes = false;
        for (int i = 0; needed[id] && i < term->n; i++)
            changes |= now[term->in[i]->id] != NULL;
        if (!changes)
            continue;
        Term *copy = NEW(c->arena, Term);
        *copy = *term;
        copy->id = c->model->terms.count;
        copy->in = NEW_ARRAY(c->arena, Term *, term->n);
        for (int i = 0; i < term->n; i++)
            copy->in[i] = now[term->in[i]->id] ? now[term->in[i]->id] : term->in[i];
        list_add(c->arena, &c->model->terms, copy);
        now[id] = copy;
    }
    return now[whole->id] ? now[whole->id] : whole;
}

bool term_is_number(const Term *term, double *value) {
    if (term->kind != TERM_number || term->type.shape.rank)
        return false;
    *value = term->value;
    return true;
}

static bool fold(Op op, int n, Term *const *in, double *value) {
    double v[3] = {0};
    for (int i = 0; i < n; i++)
        if (!term_is_number(in[i], &v[i]))
            return false;
    if (!optab[op].value)
        return false;
    *value = optab[op].value(v[0], v[1], v[2], 0);
    return true;
}

/* What an operation does to two shapes, for messages. */
static const char *combination(Checker *c, Op op, const char *a, const char *b) {
    if (op == OP_sub)
        return arena_printf(c->arena, "subtracts %s from %s", b, a);
    if (op == OP_div)
        return arena_printf(c->arena, "divides %s by %s", a, b);
    if (op == OP_add)
        return arena_printf(c->arena, "adds %s to %s", a, b);
    if (op == OP_mul)
        return arena_printf(c->arena, "multiplies %s by %s", a, b);
    return arena_printf(c->arena, "combines %s and %s by `%s`", a, b, optab[op].name);
}

static const char *length_text(Checker *c, int length) {
    return length < 0 ? "n" : arena_printf(c->arena, "%d", length);
}

static void explain(Checker *c, const TermType *a, const TermType *b) {
    for (int i = 0; i < a->n_samples && i < b->n_samples; i++)
        if (a->samples[i] != b->samples[i]) {
            check_help(c, "their sample axes, %d and %d draws, must be equal", a->samples[i],
                       b->samples[i]);
            return;
        }
    for (int k = 1; k <= a->shape.rank && k <= b->shape.rank; k++) {
        int da = a->shape.dim[a->shape.rank - k], db = b->shape.dim[b->shape.rank - k];
        if (da != db && da != 1 && db != 1) {
            check_help(
                c, "shapes are aligned at the right: the %s axes, %s and %s, must be equal or 1",
                k == 1 ? "last" : "differing", length_text(c, da), length_text(c, db));
            return;
        }
    }
}

Term *term_map(Checker *c, Loc loc, Op op, int n, Term *const *in, const Loc *places) {
    double value;
    if (fold(op, n, in, &value))
        return term_number(c, loc, value);
    TermType type = in[0]->type;
    for (int i = 1; i < n; i++) {
        TermType joined;
        if (!termtype_join(&type, &in[i]->type, &joined)) {
            check_error(c, loc, "this %s",
                        combination(c, op, termtype_text(c->arena, &type),
                                    termtype_text(c->arena, &in[i]->type)));
            for (int k = 0; places && k < n; k++) {
                Value v = {.kind = VALUE_term, .term = in[k], .loc = in[k]->loc};
                check_mark(c, places[k], &v);
            }
            explain(c, &type, &in[i]->type);
            return NULL;
        }
        type = joined;
    }
    Term *term = term_new(c, TERM_map, loc, type, n, in);
    term->op = op;
    return term;
}

Term *term_shaped(Checker *c, TermKind kind, Loc loc, Op op, const Attr *attr, Type own, int n,
                  Term *const *in, const char **why) {
    TermType type = in[0]->type;
    Type *shapes = NEW_ARRAY(c->arena, Type, n);
    for (int i = 0; i < n; i++)
        shapes[i] = in[i]->type.shape;
    if (!op_type(op, attr, own, n, shapes, c->arena, &type.shape, why))
        return NULL;
    Term *term = term_new(c, kind, loc, type, n, in);
    term->count = attr->count;
    for (int i = 0; i < attr->count; i++)
        term->ints[i] = attr->ints[i];
    return term;
}

Term *term_expand(Checker *c, Loc loc, Term *a, Type shape) {
    if (type_equal(a->type.shape, shape))
        return a;
    TermType type = a->type;
    type.shape = shape;
    return term_new(c, TERM_expand, loc, type, 1, &a);
}

Value value_term(Term *term, Loc loc) {
    if (!term)
        return value_error();
    return (Value){.kind = VALUE_term, .term = term, .loc = loc};
}

Value value_number(Checker *c, Loc loc, double number) {
    return value_term(term_number(c, loc, number), loc);
}

int term_passes(const Term *term, int i) {
    bool choice =
        (term->kind == TERM_map && term->op == OP_where && i == 0) ||
        ((term->kind == TERM_gather || term->kind == TERM_take) && i == 1) ||
        term->kind == TERM_argmax ||
        ((term->kind == TERM_map || term->kind == TERM_along) && optab[term->op].flags & STEP);
    if (choice)
        return DEPENDS;
    return term->kind == TERM_map && term->op == OP_stop ? DEPENDS | SMOOTH
                                                         : DEPENDS | SMOOTH | TRAINS;
}

Term *term_map_2(Checker *c, Loc loc, Op op, Term *a, Term *b) {
    return term_map(c, loc, op, 2, (Term *[]){a, b}, NULL);
}

Term *term_sum_features(Checker *c, Loc loc, Term *a) {
    if (!a || a->type.shape.rank == 0)
        return a;
    TermType type = a->type;
    type.shape = (Type){0};
    Term *term = term_new(c, TERM_reduce, loc, type, 1, &a);
    term->op = OP_sum;
    term->count = a->type.shape.rank;
    for (int i = 0; i < term->count; i++)
        term->ints[i] = i - term->count;
    return term;
}
