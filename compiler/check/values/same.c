/* Which terms are the same value: made by the same operations of the same operands.
 *
 *     D(stop(z)) + D(stop(z))     the two stop(z) are two terms and one value: D is applied once
 *
 * Each term gets the number of the first that is the same.  Operands have smaller numbers, so one
 * walk along the list settles all; it goes on where it stopped the last time.
 */
#include "check/values/values.h"

#include <string.h>

static bool same_type(const TermType *a, const TermType *b) {
    bool same = a->rows == b->rows && a->n_samples == b->n_samples && a->spread == b->spread &&
                type_equal(a->shape, b->shape);
    for (int i = 0; same && i < a->n_samples; i++)
        same = a->samples[i] == b->samples[i];
    return same;
}

static bool same_term(const Checker *c, const Term *a, const Term *b) {
    if (a->kind != b->kind || a->op != b->op || a->n != b->n || a->flag != b->flag ||
        a->count != b->count || a->name != b->name ||
        memcmp(&a->value, &b->value, sizeof a->value) != 0)
        return false;
    for (int i = 0; i < a->n; i++)
        if (c->same.at[a->in[i]->id] != c->same.at[b->in[i]->id])
            return false;
    for (int i = 0; i < a->count; i++)
        if (a->ints[i] != b->ints[i])
            return false;
    return same_type(&a->type, &b->type);
}

static unsigned term_hash(const Checker *c, const Term *term) {
    unsigned hash = (unsigned)term->kind * 31u + (unsigned)term->op;
    for (int i = 0; i < term->n; i++)
        hash = hash * 16777619u + (unsigned)c->same.at[term->in[i]->id];
    for (int i = 0; i < term->count; i++)
        hash = hash * 16777619u + (unsigned)term->ints[i];
    for (const char *name = term->name; name && *name; name++)
        hash = hash * 16777619u + (unsigned char)*name;
    return hash % SAME_BUCKETS;
}

bool check_same_term(Checker *c, const Term *a, const Term *b) {
    if (a == b)
        return true;
    if (!c->same_first)
        c->same_first = NEW_ARRAY(c->arena, int, SAME_BUCKETS); /* id + 1 of the last in a bucket */
    while (c->same.count < c->model->terms.count) {
        const Term *term = c->model->terms.at[c->same.count];
        int *first = &c->same_first[term_hash(c, term)], at = *first;
        while (at && !same_term(c, c->model->terms.at[at - 1], term))
            at = c->same_next.at[at - 1];
        list_add(c->arena, &c->same, at ? at - 1 : term->id);
        list_add(c->arena, &c->same_next, *first);
        if (!at)
            *first = term->id + 1;
    }
    return c->same.at[a->id] == c->same.at[b->id];
}

bool check_same_value(Checker *c, const Value *a, const Value *b) {
    if (a->kind != b->kind)
        return false;
    if (a->kind == VALUE_term)
        return check_same_term(c, a->term, b->term);
    bool same = a->distribution == b->distribution && a->define == b->define &&
                a->name == b->name && a->layer == b->layer && a->count == b->count;
    for (int i = 0; same && i < a->count; i++)
        same = check_same_value(c, &a->items[i], &b->items[i]);
    return same && a->kind != VALUE_results && a->kind != VALUE_block;
}
