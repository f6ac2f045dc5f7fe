/* Productions: derivatives as values, means over the batch. */
#include "maker.h"

enum { DEEPEST = 3 };

static bool per_example(const Maker *m, const Value *v) {
    (void)m;
    return v->rows;
}

/* A value that y depends on, by its place: one that y may be differentiated by; or -1. */
static int below_it(Maker *m, const Value *y) {
    for (int tries = 0; tries < 20; tries++) {
        int place = m->from + below(m, m->pool.count - m->from);
        const Value *v = &m->pool.at[place];
        bool independent = y->rows && (!v->rows || v->self & y->mixed);
        if (v->self & y->on && !independent)
            return place;
    }
    return -1;
}

/* What d y / d v depends on, whatever its shape.  A derivative may be constant; that of a bent y is
 * not, and can be differentiated again. */
static Value slope(Maker *m, int y, int v, bool bent) {
    Value a = derived(&m->pool.at[y]), b = derived(&m->pool.at[v]);
    b.on = bent ? a.on | b.on : 0;
    b.all |= a.all;
    b.mixed |= a.mixed;
    b.scanned |= a.scanned;
    b.order = (a.order > b.order ? a.order : b.order) + 1;
    b.size = 5;
    has(m, HAS_nested);
    if (b.order > 1)
        has(m, HAS_third);
    return b;
}

static const char *bend(Maker *m, int y, bool bent) {
    const char *text = use(m, y);
    return bent ? arena_printf(m->arena, "tanh(%s)", text) : text;
}

static void differentiate(Maker *m, int y, int v, bool bent) {
    Value result = slope(m, y, v, bent);
    if (!m->pool.at[y].rows)
        has(m, HAS_shared_grad);
    const char *first = bend(m, y, bent), *second = use(m, v);
    keep(m, result, "grad(%s, %s)", first, second);
}

void derive_grad(Maker *m) {
    int y = any(m);
    if (m->pool.at[y].order >= DEEPEST || !m->pool.at[y].on)
        return;
    if (m->pool.at[y].n_samples || type_size(m->pool.at[y].shape, 1) != 1)
        y = make_number(m, y);
    int v = below_it(m, &m->pool.at[y]);
    if (v >= 0)
        differentiate(m, y, v, chance(m, 2));
}

/* -first, … -(first + count - 1): axes from the right */
static const char *axes_from(Maker *m, int first, int count) {
    const char *text = "";
    for (int k = 0; k < count; k++)
        text = arena_printf(m->arena, "%s%s%d", text, k ? ", " : "", -(first + k));
    return text;
}

/* The Jacobian's product with a number for each of v, or for each of h. */
static void multiply_jacobian(Maker *m, Value result, int h, int v, bool bent) {
    Type shape = m->pool.at[h].shape, by = m->pool.at[v].shape;
    const char *of_h = use(m, h), *of_v = use(m, v);
    const char *first = bent ? arena_printf(m->arena, "tanh(%s)", of_h) : of_h;
    has(m, HAS_jacobian_product);
    if (by.rank > 0 && (shape.rank == 0 || chance(m, 2))) {
        result.shape = shape;
        keep(m, result, "sum(jacobian(%s, %s) * cos(%s), axis = [%s])", first, of_v, of_v,
             axes_from(m, 1, by.rank));
        return;
    }
    const char *ones = &", 1, 1, 1, 1"[3 * (4 - by.rank)];
    result.shape = by;
    keep(m, result, "sum(jacobian(%s, %s) * reshape(cos(%s), %s.shape%s), axis = [%s])", first,
         of_v, of_h, of_h, ones, axes_from(m, by.rank + 1, shape.rank));
}

void derive_jacobian(Maker *m) {
    int h = any_that(m, per_example);
    if (h < 0 || m->pool.at[h].n_samples || m->pool.at[h].scanned || m->pool.at[h].order >= DEEPEST)
        return;
    int v = below_it(m, &m->pool.at[h]);
    if (v < 0 || m->pool.at[v].n_samples)
        return;
    Type shape = m->pool.at[h].shape, by = m->pool.at[v].shape;
    if (shape.rank + by.rank > 4 || type_size(shape, 1) * type_size(by, 1) > LARGEST)
        return;
    bool bent = !chance(m, 3);
    Value result = slope(m, h, v, bent);
    result.shape = shape;
    for (int i = 0; i < by.rank; i++)
        result.shape.dim[result.shape.rank++] = by.dim[i];
    has(m, HAS_jacobian);
    if (shape.rank + by.rank > 0 && chance(m, 5)) {
        multiply_jacobian(m, result, h, v, bent);
        return;
    }
    const char *first = bend(m, h, bent), *second = use(m, v);
    int place = keep(m, result, "jacobian(%s, %s)", first, second);
    if (place < 0 || m->inside || !chance(m, 3))
        return;
    int number = make_number(m, place), by_what = below_it(m, &m->pool.at[number]);
    if (by_what < 0)
        return;
    has(m, HAS_jacobian_nested);
    differentiate(m, number, by_what, true);
}

void derive_mean(Maker *m) {
    int place = any_that(m, per_example);
    if (place < 0)
        return;
    Value v = derived(&m->pool.at[place]);
    v.rows = false;
    v.mixed |= v.all;
    has(m, HAS_shared_value);
    keep(m, v, "batch_mean(%s)", use(m, place));
}

static bool is_slope(const Maker *m, const Value *v) {
    (void)m;
    return v->order == 1 && v->on && v->n_samples == 0;
}

/* The derivative of what is a derivative already. */
void derive_again(Maker *m) {
    int place = any_that(m, is_slope);
    if (place < 0)
        return;
    int y = make_number(m, place), v = below_it(m, &m->pool.at[y]);
    if (v >= 0)
        differentiate(m, y, v, true);
}

/* The ordinary gradient of a mean over the batch. */
void derive_shared(Maker *m) {
    int place = any_that(m, per_example);
    if (place < 0 || m->pool.at[place].order >= DEEPEST)
        return;
    int number = make_number(m, place);
    Value mean = derived(&m->pool.at[number]);
    mean.rows = false;
    mean.mixed |= mean.all;
    const char *name = fresh(m, "v");
    line(m, "%s = batch_mean(%s)", name, use(m, number));
    int y = keep_named(m, mean, name), v = below_it(m, &m->pool.at[y]);
    if (v >= 0)
        differentiate(m, y, v, chance(m, 2));
}

/* Each example beside a mean over the whole batch, or with its columns permuted. */
void derive_batch(Maker *m) {
    int place = any_that(m, per_example);
    if (place < 0 || m->pool.at[place].n_samples || m->pool.at[place].shape.rank != 1)
        return;
    Value v = derived(&m->pool.at[place]);
    const char *text = named(m, place);
    v.mixed |= v.all;
    has(m, HAS_batch);
    if (chance(m, 2)) {
        keep(m, v, "shuffle_batch(%s)", text);
        return;
    }
    v.shape = (Type){0};
    v.size = 1;
    keep(m, v, "mean(exp(-mean((%s - batch(%s))^2, axis = -1)))", text, text);
}
