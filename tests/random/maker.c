/* The dice, and the pool of values that a model has so far. */
#include "maker.h"

#include <math.h>
#include <stdarg.h>

int below(Maker *m, int limit) {
    return (int)(sample_unit(m->seed, "dice", 0, m->drawn++) * limit);
}

bool chance(Maker *m, int one_in) {
    return below(m, one_in) == 0;
}

const char *pick(Maker *m, const char *const *from, int count) {
    return from[below(m, count)];
}

const char *fresh(Maker *m, const char *stem) {
    return arena_printf(m->arena, "%s%d", stem, ++m->names);
}

double numbers_in(const Value *v) {
    double size = type_size(v->shape, 1);
    for (int i = 0; i < v->n_samples; i++)
        size *= v->samples[i];
    return size;
}

int any(Maker *m) {
    int all = m->pool.count - m->from, late = all < 6 ? all : 6;
    return m->pool.count - 1 - below(m, chance(m, 2) ? all : late);
}

int any_that(Maker *m, bool (*fits)(const Maker *m, const Value *v)) {
    for (int tries = 0; tries < 12; tries++) {
        int place = any(m);
        if (fits(m, &m->pool.at[place]))
            return place;
    }
    return -1;
}

const char *use(Maker *m, int place) {
    if (++m->pool.at[place].uses == 3)
        has(m, HAS_reused);
    return m->pool.at[place].text;
}

const char *calm(Maker *m, int place) {
    static const char *const squeezes[] = {"tanh", "sigmoid", "sin"};
    const char *text = use(m, place);
    if (m->pool.at[place].size <= 3)
        return text;
    return arena_printf(m->arena, "%s(%s)", PICK(m, squeezes), text);
}

const char *named(Maker *m, int place) {
    const char *text = calm(m, place);
    if (!strchr(text, '('))
        return text;
    const char *name = fresh(m, "w");
    line(m, "%s = %s", name, text);
    return name;
}

Value derived(const Value *a) {
    Value v = *a;
    v.on |= v.self;
    v.all |= v.self;
    v.self = 0;
    v.uses = 0;
    v.size = fmin(a->size, 3);
    return v;
}

bool join(const Value *a, const Value *b, Value *result) {
    Value left = derived(a), right = derived(b);
    const Value *more = left.n_samples >= right.n_samples ? &left : &right;
    for (int i = 0; i < left.n_samples && i < right.n_samples; i++)
        if (left.samples[i] != right.samples[i])
            return false;
    *result = *more;
    if (!type_broadcast(left.shape, right.shape, &result->shape))
        return false;
    result->rows = left.rows || right.rows;
    result->on = left.on | right.on;
    result->all = left.all | right.all;
    result->mixed = left.mixed | right.mixed;
    result->order = left.order > right.order ? left.order : right.order;
    result->scanned = left.scanned || right.scanned;
    result->size = fmax(left.size, right.size);
    return true;
}

void line(Maker *m, const char *format, ...) {
    va_list list;
    va_start(list, format);
    text_add(m->out, "%s%s\n", m->indent, arena_vprintf(m->arena, format, list));
    va_end(list);
}

static int add(Maker *m, Value v, const char *text) {
    v.text = text;
    v.uses = 0;
    v.self = !strchr(text, '(') && m->bits < 64 ? (uint64_t)1 << m->bits++ : 0;
    list_add(m->arena, &m->pool, v);
    return m->pool.count - 1;
}

int keep_named(Maker *m, Value v, const char *name) {
    return add(m, v, name);
}

int keep(Maker *m, Value v, const char *format, ...) {
    va_list list;
    va_start(list, format);
    const char *text = arena_vprintf(m->arena, format, list);
    va_end(list);
    if (numbers_in(&v) > LARGEST || v.shape.rank > 4)
        return -1;
    if (strlen(text) < 40 && chance(m, 4)) /* written out at each use, as its own value */
        return add(m, v, arena_printf(m->arena, "(%s)", text));
    const char *name = fresh(m, "v");
    line(m, "%s = %s", name, text);
    return add(m, v, name);
}
