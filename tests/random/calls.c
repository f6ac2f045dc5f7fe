/* Productions: layers, networks, parameters; definitions of the model's own. */
#include "maker.h"

static bool has_axes(const Maker *m, const Value *v) {
    (void)m;
    return v->shape.rank > 0 && v->rows;
}

static const char *shape_text(Maker *m, Type shape) {
    return type_text(m->arena, shape);
}

void call_dense(Maker *m) {
    int place = any_that(m, has_axes), n = 1 + below(m, 6);
    if (place < 0)
        return;
    Value v = derived(&m->pool.at[place]);
    v.shape.dim[v.shape.rank - 1] = n;
    v.size = 2;
    if (numbers_in(&v) > LARGEST)
        return;
    const char *text = calm(m, place);
    switch (below(m, 6)) {
#define FORM(i, format)                                                                            \
    case i:                                                                                        \
        keep(m, v, format, text, n);                                                               \
        break;
        FORM(0, "dense(%s, %d)")
        FORM(1, "dense(%s, %d, bias = false)")
        FORM(2, "%s |> dense(%d) |> tanh")
        FORM(3, "%s |> dense(%d, init = he_normal) |> relu")
        FORM(4, "dense(%s, %d, init = fan_in_uniform) |> elu")
    default:
        keep(m, v, "%s |> dense(%d) |> sigmoid", text, n);
    }
}

void call_parameter(Maker *m) {
    Type shape = {.rank = 1 + below(m, 2)};
    for (int i = 0; i < shape.rank; i++)
        shape.dim[i] = 1 + below(m, 5);
    const char *name = fresh(m, "p");
    switch (below(m, 3)) {
    case 0:
        line(m, "param %s : %s ~ normal(0.1, 0.3)", name, shape_text(m, shape));
        break;
    case 1:
        line(m, "param %s : %s ~ glorot_uniform", name, shape_text(m, shape));
        break;
    default:
        line(m, "param %s : %s = 0.5", name, shape_text(m, shape));
    }
    has(m, HAS_parameter);
    keep_named(m, (Value){.shape = shape, .size = 1}, name);
}

/* ---- a layer that is used more than once ---- */

void call_shared(Maker *m) {
    int place = any_that(m, has_axes);
    if (place < 0)
        return;
    Value v = derived(&m->pool.at[place]);
    int *last = &v.shape.dim[v.shape.rank - 1];
    for (int i = 0; i < m->layers.count; i++) {
        Type type = m->layer_types.at[i];
        bool back = *last == type.dim[1];
        if (*last != type.dim[0] && !back)
            continue;
        *last = back ? type.dim[0] : type.dim[1];
        has(m, HAS_tied);
        const char *text = calm(m, place);
        v.size = 2;
        if (back)
            keep(m, v, "matmul(%s, transpose(%s.W))", text, m->layers.at[i]);
        else
            keep(m, v, "%s(%s)", m->layers.at[i], text);
        return;
    }
    const char *name = fresh(m, "e"), *first = fresh(m, "v"), *text = calm(m, place);
    Type type = {.rank = 2, .dim = {*last, 1 + below(m, 5)}};
    *last = type.dim[1];
    if (numbers_in(&v) > LARGEST)
        return;
    line(m, "%s = layer dense(%d)", name, type.dim[1]);
    list_add(m->arena, &m->layers, name);
    list_add(m->arena, &m->layer_types, type);
    line(m, "%s = %s(%s)", first, name, text); /* the use that makes its parameters */
    v.size = 2;
    keep_named(m, v, first);
}

/* ---- definitions ---- */

static Type small_shape(Maker *m) {
    Type shape = {.rank = 1 + chance(m, 3)};
    for (int i = 0; i < shape.rank; i++)
        shape.dim[i] = 2 + below(m, 3);
    return shape;
}

static bool is_name(const char *text) {
    return text[0] == 'v' && strchr("0123456789", text[1]);
}

/* An inner name that depends on the argument. */
static void choose_tap(Maker *body, Known *known) {
    for (int i = 1; i < body->pool.count; i++) {
        const Value *v = &body->pool.at[i];
        if (is_name(v->text) && v->all & 1 && v->rows && type_size(v->shape, 1) < 30) {
            known->tap = v->text;
            known->tapped = v->shape;
        }
    }
}

/* What stands behind `return`: everything that nothing has used so far goes into it.  A gradient
 * passes each of two results, since what calls this may differentiate either by its argument. */
static void write_return(Maker *body, Known *known) {
    int last = body->pool.count - 1;
    while (last > 0 && !(body->pool.at[last].rows && body->pool.at[last].on & 1))
        last--;
    const char *first = calm(body, 0), *text = named(body, last);
    known->out = body->pool.at[last].shape;
    const char *rest = arena_printf(body->arena, "0.2 * mean(%s)", first);
    for (int i = 1; i < body->pool.count; i++)
        if (!body->pool.at[i].uses)
            rest = arena_printf(body->arena, "%s + 0.1 * mean(tanh(%s))", rest, use(body, i));
    known->two = chance(body, 4);
    if (!known->two)
        line(body, "return %s + %s", text, rest);
    else if (chance(body, 2))
        line(body, "return a = %s, b = %s * (%s)", text, text, rest);
    else
        line(body, "return a = tanh(%s) + %s, b = %s", text, rest, text);
}

static void define(Maker *m, const char *kind) {
    Known known = {.name = fresh(m, kind[0] == 'l' ? "lay" : "net"), .network = kind[0] == 'n'};
    Maker body = *m;
    known.in = small_shape(m);
    body.indent = arena_printf(m->arena, "%s    ", m->indent);
    body.inside = true;
    body.pool.at = NULL, body.pool.count = body.pool.room = 0;
    body.draws.at = NULL, body.draws.count = body.draws.room = 0;
    body.layers.at = NULL, body.layers.count = body.layers.room = 0;
    body.layer_types.at = NULL, body.layer_types.count = body.layer_types.room = 0;
    body.bits = body.from = 0;
    line(m, "%s %s(arg) {", kind, known.name);
    keep_named(&body, (Value){.shape = known.in, .rows = true, .size = 2}, "arg");
    int before = body.count[HAS_nested] + body.count[HAS_jacobian], scans = body.count[HAS_scan];
    call_dense(&body);
    grow(&body, 3 + below(m, 5));
    known.plain = body.count[HAS_nested] + body.count[HAS_jacobian] > before;
    known.scans = body.count[HAS_scan] > scans;
    write_return(&body, &known);
    m->drawn = body.drawn;
    m->names = body.names;
    line(m, "}");
    choose_tap(&body, &known);
    list_add(m->arena, &m->known, known);
}

void call_layer_define(Maker *m) {
    has(m, HAS_layer);
    define(m, "layer");
}

void call_define(Maker *m) {
    if (*m->indent)
        has(m, HAS_definition_inside);
    define(m, "network");
}

/* A value of a call: it depends on what the argument does. */
static Value result_of(const Value *argument, Type shape) {
    Value v = derived(argument);
    v.shape = shape;
    v.size = 3;
    return v;
}

void call_known(Maker *m) {
    if (m->known.count == 0)
        return;
    Known *known = &m->known.at[below(m, m->known.count)];
    int place = -1;
    for (int tries = 0; tries < 12 && place < 0; tries++) {
        int at = any(m);
        const Value *v = &m->pool.at[at];
        if (v->rows && type_equal(v->shape, known->in) && !(known->plain && v->n_samples))
            place = at;
    }
    if (place < 0) {
        int from = any_that(m, has_axes);
        if (from < 0 || (known->plain && m->pool.at[from].n_samples))
            return;
        place = make_shape(m, from, known->in);
    }
    if (place < 0)
        return;
    Value argument = m->pool.at[place], v = result_of(&argument, known->out);
    v.order = known->plain ? argument.order + 1 : argument.order;
    v.scanned |= known->scans;
    if (numbers_in(&v) > LARGEST)
        return;
    const char *text = calm(m, place);
    if (known->network && known->uses++ > 0)
        has(m, HAS_network_again);
    if (known->two) {
        const char *a = fresh(m, "v"), *b = fresh(m, "v");
        has(m, HAS_results);
        line(m, "%s, %s = %s(%s)", a, b, known->name, text);
        keep_named(m, v, a);
        keep_named(m, v, b);
    } else if (known->tap && chance(m, 2)) {
        Value tapped = v;
        const char *name = fresh(m, "c");
        tapped.shape = known->tapped;
        if (numbers_in(&tapped) > LARGEST)
            return;
        line(m, "%s = %s(%s)", name, known->name, text);
        has(m, HAS_taps);
        keep_named(m, v, name);
        keep_named(m, tapped, arena_printf(m->arena, "%s.%s", name, known->tap));
    } else {
        keep(m, v, "%s(%s)", known->name, text);
    }
}

/* A network once more. */
void call_again(Maker *m) {
    bool any_network = false;
    for (int i = 0; i < m->known.count; i++)
        any_network |= m->known.at[i].network;
    if (!any_network)
        call_define(m);
    call_known(m);
}

/* A name given again, each time by a layer of its own; in some rounds only. */
void call_repeat(Maker *m) {
    int place = any_that(m, has_axes);
    if (place < 0 || m->inside)
        return;
    Value v = derived(&m->pool.at[place]);
    const char *text = calm(m, place), *name = fresh(m, "r");
    int length = v.shape.dim[v.shape.rank - 1];
    v.size = 2;
    line(m, "%s = %s", name, text);
    has(m, HAS_repeat);
    if (chance(m, 2)) {
        line(m, "repeat %d { %s = %s + (%s |> dense(%d) |> tanh) }", 2 + below(m, 2), name, name,
             name, length);
    } else {
        has(m, HAS_condition);
        line(m, "repeat i in 1..3 { if i == 2 { %s = sin(%s) } else { %s = %s * i / 2 + 0.1 } }",
             name, name, name, name);
    }
    v.size = 5;
    keep_named(m, v, name);
}

/* A layer with a state, which every step that names its group changes; behind a product it is part
 * of that where nothing is trained. */
void call_state(Maker *m) {
    int place = any_that(m, has_axes);
    if (place < 0 || !m->norm || m->pool.at[place].n_samples)
        return;
    Value v = derived(&m->pool.at[place]);
    v.mixed |= v.all;
    has(m, HAS_state);
    const char *text = calm(m, place);
    if (chance(m, 2))
        text = arena_printf(m->arena, "dense(%s, %d)", text, v.shape.dim[v.shape.rank - 1]);
    keep(m, v, "norm(%s)", text);
}
