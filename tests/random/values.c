/* Productions: elementwise operations, choices, reductions. */
#include "maker.h"

#include <math.h>

/* ---- elementwise ---- */

static const struct {
    const char *format; /* of one value */
    double size;        /* of the result, for a value of at most 3; 0: the value's own */
} unary[] = {{"-%s", 0},
             {"tanh(%s)", 1},
             {"sigmoid(%s)", 1},
             {"softplus(%s)", 3},
             {"sin(%s)", 1},
             {"cos(%s)", 1},
             {"abs(%s)", 0},
             {"0.5 * %s^2", 4},
             {"exp(%s / 3)", 2.7},
             {"log(1 + %s^2)", 2},
             {"sqrt(0.2 + square(%s))", 3},
             {"relu(%s)", 0},
             {"elu(%s)", 0},
             {"silu(%s)", 0},
             {"leaky_relu(%s, slope = 0.1)", 0},
             {"1 / (1.5 + %s^2)", 1},
             {"log(sigmoid(%s))", 3},
             {"log1p(abs(%s))", 2},
             {"clamp(%s, -0.7, 0.8)", 1},
             {"%s |> tanh", 1},
             {"(0.3 + abs(%s))^1.5", 5},
             {"%s * 0.7 + 0.1", 0},
             {"log(1 + exp(%s))", 3},
             {"swish(%s)", 0},
             {"erf(%s)", 1},
             {"gelu(%s)", 0},
             {"atan(%s)", 1.6},
             {"lgamma(1.5 + abs(%s))", 2},
             {"digamma(1 + square(%s))", 3},
             {"polygamma(2, 1.2 + abs(%s))", 2}};

static void value_unary(Maker *m) {
    int place = any(m), k = below(m, sizeof unary / sizeof *unary);
    Value v = derived(&m->pool.at[place]);
    if (unary[k].size > 0)
        v.size = unary[k].size;
    const char *text = calm(m, place);
    char format[64];
    const char *at = strstr(unary[k].format, "%s");
    snprintf(format, sizeof format, "%.*s", (int)(at - unary[k].format), unary[k].format);
    keep(m, v, "%s%s%s", format, text, at + 2);
}

static void value_activation(Maker *m) {
    int place = any(m);
    Value v = derived(&m->pool.at[place]);
    if (!m->activation)
        return;
    has(m, HAS_constant);
    keep(m, v, "%s(%s)", m->activation, calm(m, place));
}

/* Two places whose values go together. */
static bool two(Maker *m, int *a, int *b, Value *v) {
    for (int tries = 0; tries < 12; tries++) {
        *a = any(m), *b = any(m);
        if (*a != *b && join(&m->pool.at[*a], &m->pool.at[*b], v) && numbers_in(v) <= LARGEST)
            return true;
    }
    return false;
}

static void value_binary(Maker *m) {
    static const struct {
        const char *before, *between, *after;
        double size;
    } forms[] = {{"", " + ", "", 2},
                 {"", " - ", "", 2},
                 {"", " * ", "", 1.5},
                 {"", " / (1.5 + abs(", "))", 1},
                 {"max(", ", ", ")", 1},
                 {"min(", ", ", ")", 1},
                 {"0.5 * (", " + 1) * ", "", 2},
                 {"squared_error(", ", ", ") * 0.1", 0},
                 {"mse(", ", ", ")", 0},
                 {"bce(", ", ", ")", 0}};
    int a, b, k = below(m, sizeof forms / sizeof *forms);
    Value v;
    if (!two(m, &a, &b, &v))
        return;
    if (forms[k].size > 0)
        v.size *= forms[k].size;
    else
        v.shape = (Type){0}, v.size = 5;
    if (forms[k].before[0] == 'm' && forms[k].size > 0)
        has(m, HAS_choice);
    const char *left = calm(m, a), *right = calm(m, b);
    keep(m, v, "%s%s%s%s%s", forms[k].before, left, forms[k].between, right, forms[k].after);
}

/* What is compared is also used smoothly, so that some gradient reaches all that it is made of. */
static void value_choice(Maker *m) {
    int a, b, k = below(m, 4);
    Value v;
    if (!two(m, &a, &b, &v))
        return;
    has(m, HAS_choice);
    const char *left = named(m, a), *right = named(m, b);
    v.size *= 1.5;
    if (k == 0)
        keep(m, v, "where(%s > 0.15, %s, %s)", left, right, left);
    else if (k == 1)
        keep(m, v, "where(%s < %s, %s - %s, 0.3)", left, right, right, left);
    else if (k == 2)
        keep(m, v, "(%s >= -0.2) * %s + %s", left, right, left);
    else
        keep(m, v, "%s * sign(%s) + floor(2 * %s) / 4 + 0.1 * %s", left, right, left, right);
}

static void value_stop(Maker *m) {
    int place = any(m);
    Value v = derived(&m->pool.at[place]);
    const char *text = named(m, place);
    if (chance(m, 2)) {
        has(m, HAS_stop);
        v.on = 0;
        keep(m, v, "stop(%s)", text);
    } else {
        has(m, HAS_through);
        v.size += 1;
        keep(m, v, "%s + stop(floor(3 * %s) / 3 - %s)", text, text, text);
    }
}

/* With hypers, constants, numbers of the run. */
static void value_scaled(Maker *m) {
    static const char *const numbers[] = {
        "training", "(step / (step + 20))", "(epoch / 4)",
        "pi / 3",   "(1 - 0.5 * training)", "(examples / (1000 + examples))"};
    int place = any(m);
    Value v = derived(&m->pool.at[place]);
    const char *text = calm(m, place);
    int kind = below(m, 3);
    if (kind == 0 && m->number)
        has(m, HAS_constant);
    const char *by = kind == 0 && m->number ? m->number : kind == 1 ? m->hyper : PICK(m, numbers);
    keep(m, v, "%s * %s", by, text);
}

void value_constant(Maker *m) {
    int place = any(m);
    Value v = derived(&m->pool.at[place]);
    if (!m->number)
        return;
    has(m, HAS_constant);
    keep(m, v, "%s * %s - 0.1", calm(m, place), m->number);
}

/* A row's place in the batch, the rows of the data set. */
void value_place(Maker *m) {
    int place = any(m);
    Value v = derived(&m->pool.at[place]);
    const char *text = calm(m, place);
    has(m, HAS_place);
    if (chance(m, 2)) {
        keep(m, v, "%s * log(data_size / rows) / 5", text);
        return;
    }
    v.rows = true;
    keep(m, v, "%s * cos(0.3 * (row - 2))", text);
}

/* A vector of constants; values on a new axis. */
void value_list(Maker *m) {
    int place = any(m);
    Value v = derived(&m->pool.at[place]);
    int n = v.shape.rank ? v.shape.dim[v.shape.rank - 1] : 0;
    const char *text = calm(m, place), *list = "";
    has(m, HAS_list);
    if (chance(m, 2) && n > 0 && n < 30) {
        for (int i = 0; i < n; i++)
            list = arena_printf(m->arena, "%s%s0.%d", list, i ? ", " : "", 1 + below(m, 9));
        keep(m, v, "%s * [%s]", text, list);
        return;
    }
    int kept = 1 + below(m, 3);
    Type shape = {.rank = v.shape.rank + 1, .dim = {kept}};
    for (int i = 0; i < v.shape.rank; i++)
        shape.dim[i + 1] = v.shape.dim[i];
    if (v.shape.rank >= 3 || numbers_in(&v) * kept > LARGEST)
        return;
    text = named(m, place);
    v.shape = shape;
    keep(m, v,
         kept == 1   ? "[tanh(%s)]"
         : kept == 2 ? "[0.5 - %s, sin(%s)]"
                     : "[cos(%s), tanh(%s), [%s][0]]",
         text, text, text);
}

/* ---- reductions over features ---- */

static bool has_features(const Maker *m, const Value *v) {
    (void)m;
    return v->shape.rank > 0;
}

static const char *random_axes(Maker *m, Value *v, bool keep_axes) {
    int rank = v->shape.rank, axis = below(m, rank), other = below(m, rank);
    bool gone[MAX_RANK] = {false};
    const char *text;
    if (chance(m, 3)) {
        for (int i = 0; i < rank; i++)
            gone[i] = true;
        text = "";
    } else if (axis != other && chance(m, 2)) {
        gone[axis] = gone[other] = true;
        text = arena_printf(m->arena, ", axis = [%d, %d]", axis, other - rank);
    } else {
        gone[axis] = true;
        text = arena_printf(m->arena, ", axis = %d", chance(m, 2) ? axis : axis - rank);
    }
    Type shape = {0};
    for (int i = 0; i < rank; i++)
        if (!gone[i])
            shape.dim[shape.rank++] = v->shape.dim[i];
        else if (keep_axes)
            shape.dim[shape.rank++] = 1;
    v->shape = shape;
    return text;
}

static void value_reduce(Maker *m) {
    static const char *const names[] = {"sum", "mean", "amax", "logsumexp", "mean", "sum"};
    int place = any_that(m, has_features);
    if (place < 0)
        return;
    Value v = derived(&m->pool.at[place]);
    bool keeps = chance(m, 3);
    const char *name = PICK(m, names), *text = calm(m, place);
    double size = numbers_in(&v);
    const char *axes = random_axes(m, &v, keeps);
    if (name[0] == 'l' && !*axes)
        axes = ", axis = all";
    size /= numbers_in(&v);
    if (name[0] == 's')
        v.size *= size;
    keep(m, v, "%s(%s%s%s)", name, text, axes, keeps ? ", keep = true" : "");
}

/* Along an axis. */
static void value_softmax(Maker *m) {
    int place = any_that(m, has_features);
    if (place < 0)
        return;
    Value v = derived(&m->pool.at[place]);
    const char *text = calm(m, place);
    int last = v.shape.dim[v.shape.rank - 1];
    switch (below(m, 6)) {
    case 4:
        keep(m, v, "cumsum(%s / %d%s)", text, last, chance(m, 2) ? ", reversed = true" : "");
        break;
    case 5:
        keep(m, v, "sort(%s, axis = %d).values", text, -1 - below(m, v.shape.rank));
        break;
    case 0:
        keep(m, v, "log_softmax(%s)", text);
        break;
    case 1:
        keep(m, v, "log(softmax(%s))", text);
        break;
    case 2:
        v.shape.rank--;
        keep(m, v, "log(sum(exp(%s), axis = -1))", text);
        break;
    default:
        keep(m, v, "softmax(%s, axis = %d)", text, -1 - below(m, v.shape.rank));
    }
}

/* ---- growing ---- */

typedef struct Row {
    Production *grow;
    int weight;
    bool inside; /* a definition may hold it */
} Row;

static const Row rows[] = {
    {value_unary, 10, true}, {value_activation, 2, true}, {value_binary, 10, true},
    {value_choice, 4, true}, {value_stop, 4, true},       {value_scaled, 3, true},
    {value_reduce, 5, true}, {value_softmax, 3, true},    {move_reshape, 3, true},
    {move_slice, 3, true},   {move_concat, 3, true},      {move_transpose, 3, true},
    {move_windows, 3, true}, {move_expand, 2, true},      {move_matmul, 4, true},
    {move_gather, 2, true},  {move_index, 2, true},       {call_dense, 5, true},
    {call_known, 8, false},  {call_shared, 4, true},      {call_parameter, 3, true},
    {call_define, 1, false}, {draw_value, 3, false},      {draw_log_prob, 3, false},
    {draw_kl, 3, false},     {value_constant, 3, true},   {value_list, 3, true},
    {value_place, 2, true},  {draw_noise, 3, true},       {draw_over_samples, 5, false},
    {call_scan, 2, true},    {derive_grad, 4, true},      {derive_jacobian, 2, true},
    {derive_mean, 4, false}};

void grow(Maker *m, int statements) {
    int all = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        all += m->inside && !rows[i].inside ? 0 : rows[i].weight;
    for (int k = 0; k < statements; k++) {
        int at = below(m, all);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            at -= m->inside && !rows[i].inside ? 0 : rows[i].weight;
            if (at >= 0)
                continue;
            rows[i].grow(m);
            break;
        }
    }
}

/* ---- what blocks must end in ---- */

int make_number(Maker *m, int place) {
    const char *text = use(m, place);
    Value v = derived(&m->pool.at[place]);
    for (int i = v.n_samples; i-- > 0;)
        text = arena_printf(m->arena, "mean(%s, axis = samples)", text);
    if (v.n_samples)
        has(m, HAS_over_samples);
    if (m->pool.at[place].size > 3)
        text = arena_printf(m->arena, "tanh(%s)", text);
    if (v.shape.rank)
        text = arena_printf(m->arena, chance(m, 2) ? "mean(%s)" : "0.2 * sum(%s)", text);
    v.shape = (Type){0};
    v.n_samples = 0;
    const char *name = fresh(m, "v");
    line(m, "%s = %s", name, text);
    return keep_named(m, v, name);
}
