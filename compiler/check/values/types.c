/* Types of terms: what two values make when they meet.
 *
 *     x : [784] per example   z : [20] per example, samples [50]   b : [784] shared
 *     x + b : [784] per example            x + z : no, 784 against 20
 */
#include "check/check.h"

static bool join_samples(const TermType *a, const TermType *b, TermType *result) {
    const TermType *more = a->n_samples >= b->n_samples ? a : b;
    const TermType *less = more == a ? b : a;
    for (int i = 0; i < less->n_samples; i++)
        if (less->samples[i] != more->samples[i])
            return false;
    result->n_samples = more->n_samples;
    for (int i = 0; i < more->n_samples; i++)
        result->samples[i] = more->samples[i];
    result->spread = a->spread | b->spread;
    return true;
}

bool termtype_join(const TermType *a, const TermType *b, TermType *result) {
    TermType joined = {.rows = a->rows || b->rows};
    if (!join_samples(a, b, &joined) || !type_broadcast(a->shape, b->shape, &joined.shape))
        return false;
    *result = joined;
    return true;
}

bool termtype_one_element(const TermType *type) {
    return type->n_samples == 0 && !type_has_rows(type->shape) && type_size(type->shape, 1) == 1;
}

const char *termtype_text(Arena *arena, const TermType *type) {
    return type_text(arena, type->shape);
}

Type termtype_array(const TermType *type) {
    Type array = {0};
    if (type->rows)
        array.dim[array.rank++] = ROWS;
    for (int i = 0; i < type->n_samples; i++)
        array.dim[array.rank++] = type->samples[i];
    for (int i = 0; i < type->shape.rank; i++)
        array.dim[array.rank++] = type->shape.dim[i];
    return array;
}
