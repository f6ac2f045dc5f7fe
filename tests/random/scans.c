/* Productions: a scan, some of whose steps are left out. */
#include "maker.h"

static bool has_steps(const Maker *m, const Value *v) {
    (void)m;
    return v->shape.rank > 0 && v->shape.rank < 4 && (v->shape.rank < 4 - v->n_samples);
}

/* Which steps count: as what they go along says, as the place of the example says, or the same for
 * all examples, so that a step may count for none. */
static const char *which_steps(Maker *m, const char *along, Type shape) {
    int steps = shape.dim[0];
    const char *list = "";
    switch (below(m, 3)) {
    case 0:
        return shape.rank == 1   ? arena_printf(m->arena, "%s > 0.1", along)
               : shape.rank == 2 ? arena_printf(m->arena, "mean(%s, axis = 1) > 0.1", along)
                                 : arena_printf(m->arena, "mean(%s, axis = [1, 2]) > 0.1", along);
    case 1:
        return arena_printf(m->arena, "sin(2 * iota(%d) + row) > -0.3", steps);
    default:
        for (int i = 0; i < steps; i++)
            list = arena_printf(m->arena, "%s%s%d", list, i ? ", " : "", below(m, 2));
        return arena_printf(m->arena, "[%s]", list);
    }
}

/* What a step makes of h, what the step before has left, and t; a product and a second name are
 * there where they can be. */
static const char *step_text(Maker *m, const char *h, const char *second, bool matrix) {
    static const char *const forms[] = {"tanh(0.7 * %s + t)", "0.6 * %s + sin(t)",
                                        "where(t > 0.2, 0.5 * %s, 0.3 + t)",
                                        "sigmoid(%s) * t + 0.1"};
    const char *text = arena_printf(m->arena, "%s", ""), *form = PICK(m, forms);
    const char *at = strstr(form, "%s");
    const char *before = h;
    if (matrix)
        before = arena_printf(m->arena, "dense(%s, %s.last)", h, h);
    if (second) {
        text = arena_printf(m->arena, "%s = 0.5 * %s + cos(%s); ", second, second, h);
        before = arena_printf(m->arena, "(%s - %s)", before, second);
    }
    return arena_printf(m->arena, "%s%s = %.*s%s%s", text, h, (int)(at - form), form, before,
                        at + 2);
}

void call_scan(Maker *m) {
    int place = any_that(m, has_steps), other = any(m);
    if (place < 0)
        return;
    Value v = derived(&m->pool.at[place]), begin = m->pool.at[other], joined;
    Type whole = v.shape, each = {.rank = whole.rank - 1};
    for (int i = 0; i < each.rank; i++)
        each.dim[i] = whole.dim[i + 1];
    if (each.rank == 0)
        each = type_make(1, (int[]){1 + below(m, 3)});
    const char *along = named(m, place), *first = "0.2";
    v.shape = each;
    if (type_equal(begin.shape, each) && join(&v, &begin, &joined) &&
        type_equal(joined.shape, each))
        v = joined, first = calm(m, other);
    v.shape = type_make(1, whole.dim);
    for (int i = 0; i < each.rank; i++)
        v.shape.dim[v.shape.rank++] = each.dim[i];
    v.rows = v.scanned = true;
    v.size = 3;
    if (numbers_in(&v) > LARGEST)
        return;
    const char *h = fresh(m, "v"), *second = chance(m, 3) ? fresh(m, "v") : NULL, *counts = "";
    if (!chance(m, 3)) {
        has(m, HAS_given);
        counts = arena_printf(m->arena, " given %s", which_steps(m, along, whole));
    }
    has(m, HAS_scan);
    const char *type = type_text(m->arena, each), *more = "";
    if (second)
        more = arena_printf(m->arena, ", %s : %s = 0", second, type);
    line(m, "scan t in %s%s%s with %s : %s = %s%s { %s }", along, counts,
         chance(m, 3) ? " reversed" : "", h, type, first, more,
         step_text(m, h, second, each.rank == 1 && chance(m, 2)));
    keep_named(m, v, h);
    if (second)
        keep_named(m, v, second);
}
