/* Productions: draws, what is said of their probability, noise, reductions over samples. */
#include "maker.h"

static bool per_example(const Maker *m, const Value *v) {
    return v->rows && numbers_in(v) <= LARGEST / 4 && (!m->inside || v->n_samples == 0);
}

static bool has_samples(const Maker *m, const Value *v) {
    (void)m;
    return v->n_samples > 0;
}

/* The text of a distribution around the value `place` that can be differentiated. */
static const char *around(Maker *m, int place, int with, const char **kind) {
    const char *text = named(m, place);
    const char *width =
        with >= 0 ? arena_printf(m->arena, "0.2 + sigmoid(%s)", use(m, with)) : "0.4";
    int k = below(m, m->own_distribution ? 4 : 3);
    if (k == 2) {
        *kind = "uniform";
        return arena_printf(m->arena, "uniform(%s - 0.5, %s + %s)", text, text, width);
    }
    if (k == 3) {
        *kind = "own";
        has(m, HAS_own_distribution);
        return arena_printf(m->arena, "laplacian(%s, %s)", text, width);
    }
    *kind = "normal";
    return arena_printf(m->arena, chance(m, 2) ? "normal(%s, %s)" : "normal(%s, sigma = %s)", text,
                        width);
}

static void remember(Maker *m, int value, const char *distribution, const char *kind) {
    Drawn drawn = {value, distribution, kind};
    list_add(m->arena, &m->draws, drawn);
}

/* A coin whose gradient is that of its logits. */
static void draw_coin(Maker *m, int place) {
    Value v = derived(&m->pool.at[place]);
    const char *text = named(m, place), *name = fresh(m, "b");
    if (chance(m, 2))
        line(m, "%s ~ bernoulli(logits = %s)", name, text);
    else
        line(m, "%s ~ bernoulli(sigmoid(%s))", name, text);
    has(m, HAS_discrete);
    v.size = 4;
    keep_named(m, v, arena_printf(m->arena, "(%s + %s - stop(%s))", name, text, text));
    if (chance(m, 2)) {
        has(m, HAS_log_prob);
        v.size = 30;
        v.shape = (Type){0};
        keep(m, v, "log_prob(%s)", name);
    }
}

/* Laplace's; nearly one-hot; a class number, which no gradient reaches. */
static void draw_class(Maker *m, int place) {
    Value v = derived(&m->pool.at[place]);
    const char *text = named(m, place), *name = fresh(m, "k");
    int n = v.shape.rank ? v.shape.dim[v.shape.rank - 1] : 0,
        form = n < 2 ? 0 : below(m, 2 + (v.shape.rank == 1));
    has(m, HAS_prelude_distribution);
    has(m, HAS_draws);
    v.size = 3;
    if (form == 0) {
        line(m, "%s ~ laplace(%s, 0.3 + 0.1 * sigmoid(%s))", name, text, text);
        int at = keep_named(m, v, name);
        remember(m, at, "", "laplace");
    } else if (form == 1) {
        line(m, "%s ~ gumbel_softmax(logits = %s, temperature = 0.%d)", name, text,
             6 + below(m, 3));
        keep_named(m, v, name);
    } else {
        line(m, "%s ~ categorical(softmax(%s))", name, text);
        keep_named(
            m, v, arena_printf(m->arena, "(one_hot(%s, %d) + %s - stop(%s))", name, n, text, text));
    }
}

static int draw_as(Maker *m, int place, const char *name) {
    int with = any(m);
    Value v;
    const Value *a = &m->pool.at[place];
    if (m->pool.at[with].n_samples > a->n_samples || !join(a, &m->pool.at[with], &v) ||
        numbers_in(&v) > LARGEST / 2)
        with = -1, v = derived(a);
    const char *kind, *samples = "", *distribution = around(m, place, with, &kind);
    int most = (int)(LARGEST / numbers_in(&v)), k = 2 + below(m, 3);
    if (!m->inside && v.n_samples < MOST_AXES && k <= most && chance(m, 2)) {
        v.samples[v.n_samples++] = k;
        samples = arena_printf(m->arena, " samples %d", k);
        has(m, HAS_samples);
        if (v.n_samples == 2)
            has(m, HAS_two_samples);
    }
    v.size = 3;
    v.rows = true;
    has(m, HAS_draws);
    line(m, "%s ~ %s%s", name, distribution, samples);
    int at = keep_named(m, v, name);
    remember(m, at, distribution, kind);
    return at;
}

void draw_code(Maker *m, int place) {
    draw_as(m, place, "z");
}

static bool all_share(const Maker *m, const Value *v) {
    (void)m;
    return !v->rows && v->n_samples == 0;
}

/* One draw for the whole batch, of shared parameters. */
static void draw_shared(Maker *m, int place) {
    const char *name = fresh(m, "s"), *like = named(m, place);
    int about = any_that(m, all_share);
    Value v = {.shape = m->pool.at[place].shape, .size = 3}, joined;
    has(m, HAS_shared_draw);
    if (about < 0 || !join(&v, &m->pool.at[about], &joined) || joined.rows)
        line(m, "%s ~ normal(0.1, 0.5) like %s shared", name, like);
    else if (chance(m, 2))
        line(m, "%s ~ normal(%s, 0.5) like %s shared", name, calm(m, about), like), v = joined;
    else
        line(m, "%s ~ laplace(tanh(%s), 0.5) like %s shared", name, calm(m, about), like),
            v = joined;
    v.size = 3;
    keep_named(m, v, name);
}

void draw_value(Maker *m) {
    int place = any_that(m, per_example);
    if (place < 0)
        return;
    if (!m->inside && chance(m, 6)) {
        draw_shared(m, place);
        return;
    }
    if (chance(m, 3))
        draw_class(m, place);
    else if (chance(m, 4))
        draw_coin(m, place);
    else
        draw_as(m, place, fresh(m, "d"));
}

void draw_log_prob(Maker *m) {
    if (m->draws.count == 0)
        return;
    Drawn drawn = m->draws.at[below(m, m->draws.count)];
    if (drawn.value < m->from)
        return;
    Value v = derived(&m->pool.at[drawn.value]);
    const char *name = use(m, drawn.value);
    bool density = chance(m, 3), standard = chance(m, 3);
    v.size = 20;
    if (!density)
        v.shape = (Type){0};
    has(m, HAS_log_prob);
    const char *function = density ? "log_density" : "log_prob";
    if (standard && density) /* elementwise: the draw's own shape */
        keep(m, v, "log_density(normal(0, 1), %s)", name);
    else if (standard)
        keep(m, v, "log_prob(normal(0.1, 1.5), %s)", name);
    else
        keep(m, v, "%s(%s)", function, name);
}

/* Of distributions of parameters alone, so that the draw's own sample axis is not there. */
void draw_kl(Maker *m) {
    static const char *const forms[] = {"normal", "uniform", "bernoulli"};
    int a = any_that(m, per_example), b = any(m), k = below(m, 3);
    Value v;
    if (a < 0 || !join(&m->pool.at[a], &m->pool.at[b], &v) || numbers_in(&v) > LARGEST)
        return;
    const char *left = calm(m, a), *right = named(m, b), *name = forms[k];
    v.shape = (Type){0};
    v.size = 20;
    has(m, HAS_kl);
    if (k == 0 && chance(m, 2))
        keep(m, v, "kl(normal(%s, 0.3 + square(%s)), normal(0, 1))", left, right);
    else if (k == 0)
        keep(m, v, "kl(normal(%s, 0.5), normal(%s, exp(%s / 2)))", left, right, right);
    else if (k == 1)
        keep(m, v, "kl(%s(tanh(%s), 2 + abs(sin(%s))), uniform(-2, 4))", name, left, right);
    else
        keep(m, v, "kl(%s(logits = %s), bernoulli(0.1 + 0.8 * sigmoid(%s)))", name, left, right);
}

void draw_noise(Maker *m) {
    static const char *const forms[] = {"dropout", "gaussian", "mask", "salt_and_pepper"};
    int place = any_that(m, per_example);
    if (place < 0)
        return;
    Value v = derived(&m->pool.at[place]);
    v.size += 1;
    has(m, HAS_dropout);
    const char *text = calm(m, place);
    keep(m, v, "%s(%s, 0.%d)", PICK(m, forms), text, 1 + below(m, 5));
}

void draw_over_samples(Maker *m) {
    static const char *const names[] = {"mean", "sum", "amax", "logsumexp", "mean"};
    int place = any_that(m, has_samples);
    if (place < 0)
        return;
    Value v = derived(&m->pool.at[place]);
    const char *text = calm(m, place);
    v.n_samples--;
    v.size += 2;
    has(m, HAS_over_samples);
    keep(m, v, "%s(%s, axis = samples)", PICK(m, names), text);
}

static bool has_one_axis(const Maker *m, const Value *v) {
    return v->n_samples == 1 && numbers_in(v) <= LARGEST / 3 && v->rows && !m->inside;
}

/* A second sample axis. */
void draw_twice(Maker *m) {
    int place = any_that(m, has_one_axis);
    if (place >= 0)
        draw_as(m, place, fresh(m, "d"));
}
