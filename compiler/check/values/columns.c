/* Whose columns the numbers of a value are: what a metric of several numbers calls them.
 *
 *     input x : table[temp, flow]
 *     metric { error = (xhat - x)^2 }      →      error[temp], error[flow]
 */
#include "check/values/values.h"

static const InputInfo *table_of(const Model *m, const Term *input) {
    for (int i = 0; i < m->inputs.count; i++)
        if (m->inputs.at[i].name == input->name && m->inputs.at[i].column)
            return &m->inputs.at[i];
    return NULL;
}

/* Whether the last axis of an operand is that of the result. */
static bool keeps_last(const Term *term, const Term *in) {
    Type a = in->type.shape, b = term->type.shape;
    return a.rank > 0 && b.rank > 0 && a.dim[a.rank - 1] == b.dim[b.rank - 1];
}

static bool same_columns(const InputInfo *a, const InputInfo *b) {
    for (int i = 0; i < a->type.dim[0]; i++)
        if (a->column[i] != b->column[i])
            return false;
    return true;
}

/* Operations that are one for one keep the names; of two operands with different names the result
 * has none. */
static const InputInfo *join(const InputInfo *a, const InputInfo *b, bool *clash) {
    if (a && b && !same_columns(a, b))
        *clash = true;
    return a ? a : b;
}

static bool is_one_for_one(const Term *term) {
    switch (term->kind) {
    case TERM_map:
    case TERM_batch_mean:
    case TERM_over_samples:
    case TERM_expand:
    case TERM_draw:
    case TERM_noise:
        break;
    case TERM_reduce:
        for (int i = 0; i < term->count; i++)
            if (term->ints[i] == -1)
                return false;
        break;
    default:
        return false;
    }
    return true;
}

/* By the id of the term: what is shared is looked at once. */
const InputInfo *model_columns(Arena *arena, const Model *model, const Term *term) {
    const InputInfo **found = NEW_ARRAY(arena, const InputInfo *, term->id + 1);
    for (int id = 0; id <= term->id; id++) {
        const Term *t = model->terms.at[id];
        bool clash = false;
        if (t->kind == TERM_input)
            found[id] = table_of(model, t);
        for (int i = 0; is_one_for_one(t) && i < t->n; i++)
            if (keeps_last(t, t->in[i]))
                found[id] = join(found[id], found[t->in[i]->id], &clash);
        if (clash)
            found[id] = NULL;
    }
    return found[term->id];
}
