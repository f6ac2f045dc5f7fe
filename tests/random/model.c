/* A whole model: declarations, definitions, blocks, losses, training. */
#include "maker.h"

static bool whole(const Maker *m, const Value *v) {
    (void)m;
    return v->rows;
}

/* ---- declarations ---- */

static Type declare_input(Maker *m) {
    static const char *const ranges[] = {" in 0..1", "", " in -1..1"};
    Type type = {0};
    const char *range = PICK(m, ranges);
    if (chance(m, 2)) {
        type = type_make(3, (int[]){1 + below(m, 2), 1 + below(m, 3), 2 + below(m, 3)});
        line(m, "input x : image%s%s", type_text(m->arena, type), range);
    } else {
        type = type_make(1, (int[]){2 + below(m, 7)});
        line(m, "input x : vector%s%s", type_text(m->arena, type), range);
    }
    keep_named(m, (Value){.shape = type, .rows = true, .size = 1}, "x");
    if (chance(m, 2)) {
        int classes = 2 + below(m, 4);
        line(m, "label y : class[%d]", classes);
        Value label = {.shape = type_make(1, &classes), .rows = true, .size = 1};
        keep_named(m, label, arena_printf(m->arena, "one_hot(y, %d)", classes));
        has(m, HAS_label);
    }
    declare_text(m);
    return type;
}

static void declare_numbers(Maker *m) {
    static const char *const functions[] = {"relu", "silu", "elu", "leaky_relu", "swish"};
    static const char *const hypers[] = {"0.7", "0.3", "ramp(0 -> 1, epochs 3)",
                                         "staircase(1, factor = 2, epochs = 1)",
                                         "cosine(1, floor = 0.2, warmup 5 steps)"};
    if (chance(m, 2)) {
        line(m, "const width = 0.%d", 1 + below(m, 9));
        m->number = "width";
    }
    if (chance(m, 2)) {
        line(m, "const bend = %s", PICK(m, functions));
        m->activation = "bend";
    }
    const char *value = PICK(m, hypers);
    m->hyper = "beta";
    if (strchr(value, '('))
        has(m, HAS_schedule);
    line(m, "hyper beta = %s", value);
    line(m, "function swish(v, slope = 1) = v * sigmoid(slope * v)");
}

static const char distribution[] = "distribution laplacian(mu, b) {\n"
                                   "    u       = rand(mu) - 0.5\n"
                                   "    sample  = mu - b * sign(u) * log(1 - 2 * abs(u))\n"
                                   "    typical = mu\n"
                                   "    log_density(v) = -abs(v - mu) / b - log(2 * b)\n"
                                   "}\n";
static const char norm[] =
    "layer norm(v) {\n"
    "    param gain  : [v.last] = 1\n"
    "    state mean  : [v.last] = 0\n"
    "    state seen  = 1\n"
    "    mean <- 0.9 * mean + 0.1 * batch_mean(sum(reshape(v, v.size / v.last, v.last), axis = "
    "0))\n"
    "    seen <- seen + 1\n"
    "    return gain * (v - where(training, batch_mean(v), mean / sqrt(1 + seen^2)))\n"
    "}\n";
static const char optimizer[] = "optimizer heavy_ball(lr, momentum = 0.9) {\n"
                                "    state v = 0\n"
                                "    v <- momentum * v + g / (1 + step)\n"
                                "    p <- p - lr * v\n"
                                "}\n";

static void declare_definitions(Maker *m) {
    if (chance(m, 2)) {
        m->own_distribution = true;
        text_add(m->out, "%s", distribution);
    }
    if (chance(m, 3)) {
        m->norm = true;
        text_add(m->out, "%s", norm);
    }
    if (chance(m, 2))
        call_layer_define(m);
    if (chance(m, 2))
        call_define(m);
}

/* ---- blocks ---- */

static void open_block(Maker *m, const char *head) {
    text_add(m->out, "%s {\n", head);
    m->indent = "    ";
}

static void close_block(Maker *m) {
    m->indent = "";
    text_add(m->out, "}\n");
}

static void write_noise(Maker *m) {
    static const char *const forms[] = {"mask(0.3)", "gaussian(0.2)", "salt_and_pepper(0.25)",
                                        "dropout(0.4)", "mask(0.2) |> gaussian(0.1)"};
    if (chance(m, 2))
        return;
    has(m, HAS_noise);
    open_block(m, "noise");
    if (chance(m, 4)) {
        line(m, "n ~ normal(0, 0.2 + 0.1 * square(x))");
        line(m, "xc = x + n");
    } else if (chance(m, 3)) {
        line(m, "c = mask(x, 0.3)");
        line(m, "xc = c + 0.1 * c.keep");
        has(m, HAS_taps);
    } else {
        line(m, "xc = x |> %s", PICK(m, forms));
    }
    close_block(m);
    Value v = derived(&m->pool.at[0]);
    keep_named(m, v, "xc");
}

static int write_encoders(Maker *m, int *smooth) {
    bool second = chance(m, 3);
    open_block(m, second ? "encoder one" : "encoder");
    *smooth = make_shape(m, m->pool.count - 1, type_make(1, (int[]){2 + below(m, 4)}));
    grow(m, 2 + below(m, 5));
    int code = make_shape(m, any_that(m, whole) < 0 ? *smooth : m->pool.count - 1,
                          type_make(1, (int[]){1 + below(m, 4)}));
    if (code < 0)
        code = make_shape(m, *smooth, type_make(1, (int[]){2}));
    close_block(m);
    if (!second)
        return code;
    has(m, HAS_blocks);
    open_block(m, "encoder two");
    grow(m, 2 + below(m, 3));
    code = make_shape(m, code, type_make(1, (int[]){1 + below(m, 4)}));
    close_block(m);
    return code;
}

static int write_bottleneck(Maker *m, int code) {
    if (chance(m, 3))
        return code;
    open_block(m, "bottleneck");
    draw_code(m, code);
    close_block(m);
    return m->pool.count - 1;
}

/* Its last dense layer reaches every parameter of the decoder that is asked for. */
static int write_decoder(Maker *m, int code, Type image) {
    int size = (int)type_size(image, 1);
    Value v = derived(&m->pool.at[code]);
    open_block(m, "decoder");
    m->closed = !chance(m, 3); /* mostly it reads nothing but the code */
    m->from = m->closed ? code : 0;
    int first = make_shape(m, code, type_make(1, (int[]){2 + below(m, 5)}));
    grow(m, 1 + below(m, 5));
    line(m, "logits = %s |> dense(%d) |> reshape(x.shape)", use(m, first), size);
    line(m, "xhat   = sigmoid(logits)");
    close_block(m);
    m->from = 0;
    v.shape = image;
    v.size = 2;
    v.on |= m->pool.at[first].self | m->pool.at[first].on;
    int logits = keep_named(m, v, "logits");
    v.on |= m->pool.at[logits].self;
    v.size = 1;
    return keep_named(m, v, "xhat");
}

/* The decoder on another code, and what sample draws. */
static void write_generate(Maker *m, int code) {
    const Value *v = &m->pool.at[code];
    if (!chance(m, 4) || strcmp(v->text, "z") != 0)
        return;
    has(m, HAS_generate);
    open_block(m, "generate");
    line(m, "scale = 0.7");
    line(m, "z ~ normal(expand(0, %s), scale)", type_text(m->arena, v->shape));
    close_block(m);
}

static void apply_again(Maker *m, int code, int xhat) {
    const Value *z = &m->pool.at[code];
    /* the decoder may reduce the code's samples, or differentiate by what lies before the code */
    if (z->n_samples || !m->closed || !chance(m, 2))
        return;
    Value v = derived(&m->pool.at[xhat]);
    v.on = v.all = v.mixed = 0;
    v.n_samples = 0;
    v.rows = true;
    has(m, HAS_block_again);
    const char *name = fresh(m, "q"), *as = z->text;
    line(m, "%s ~ normal(0, 1) like %s", name, as);
    keep(m, v, "decoder(%s = %s).%s", as, name, chance(m, 2) ? "xhat" : "logits");
}

/* ---- losses and training ---- */

/* All that nothing has used so far, as one number. */
static const char *gather_rest(Maker *m) {
    const char *text = "";
    int count = m->pool.count;
    for (int i = 1; i < count; i++)
        if (!m->pool.at[i].uses) {
            int number = make_number(m, i);
            text = arena_printf(m->arena, "%s + 0.2 * %s", text, use(m, number));
        }
    return text;
}

static const char *reconstruction(Maker *m, int xhat) {
    static const char *const forms[] = {"bernoulli_nll(logits, x)", "squared_error(xhat, x)",
                                        "3 * mse(xhat, x)", "gaussian_nll(logits, 0.7, x)"};
    const char *text = PICK(m, forms);
    const Value *v = &m->pool.at[xhat];
    for (int i = v->n_samples; i-- > 0;)
        text = arena_printf(m->arena, "mean(%s, axis = samples)", text);
    return text;
}

/* What would be too rare, were it left to chance alone. */
static void grow_rare(Maker *m) {
    static const struct {
        Production *grow;
        Feature feature;
        int one_in;
    } rare[] = {{derive_again, HAS_third, 3},
                {derive_shared, HAS_shared_grad, 5},
                {draw_twice, HAS_two_samples, 4},
                {derive_jacobian, HAS_jacobian, 6},
                {call_again, HAS_network_again, 3},
                {call_shared, HAS_tied, 4},
                {draw_value, HAS_prelude_distribution, 5},
                {derive_batch, HAS_batch, 7},
                {call_repeat, HAS_repeat, 4},
                {call_state, HAS_state, 2},
                {call_scan, HAS_given, 6},
                {draw_value, HAS_discrete, 6},
                {draw_kl, HAS_kl, 8}};
    for (size_t i = 0; i < sizeof rare / sizeof *rare; i++) {
        int before = m->count[rare[i].feature];
        bool wanted = chance(m, rare[i].one_in);
        for (int tries = 0; wanted && tries < 5 && m->count[rare[i].feature] == before; tries++)
            rare[i].grow(m);
    }
}

static void write_loss(Maker *m, int code, int xhat, int smooth) {
    open_block(m, "loss");
    apply_again(m, code, xhat);
    int statements = 2 + below(m, 5);
    grow(m, m->places > 0 ? statements / 3 : statements); /* the text's take their place */
    grow_rare(m);
    line(m, "reconstruction = %s", reconstruction(m, xhat));
    const char *rest = gather_rest(m), *text = write_text(m);
    line(m, "total = reconstruction + 0.1 * mean(tanh(%s))%s%s", use(m, smooth), rest, text);
    if (chance(m, 2))
        line(m, "other = 0.3 * total + 0.5 * sum(square(%s))", use(m, smooth));
    else
        line(m, "other = tanh(total) + grad(batch_mean(total), x)%s",
             m->pool.at[0].shape.rank == 1 ? "[0]" : "[0, 0, 0]");
    close_block(m);
    if (chance(m, 2)) {
        has(m, HAS_metric);
        open_block(m, "metric");
        line(m, "largest = amax(abs(%s - x))", m->pool.at[xhat].n_samples ? "x" : "xhat");
        close_block(m);
    }
}

static const char *optimizer_text(Maker *m) {
    static const char *const forms[] = {
        "adam(1e-2)",
        "sgd(0.1)",
        "heavy_ball(0.05)",
        "adam(cosine(1e-2, warmup 50 steps), beta1 = 0.5)",
        "sgd(staircase(0.1, epochs = 1))",
        "heavy_ball(0.1, momentum = 0.5)",
        "momentum(0.02)",
        "momentum(0.01, nesterov = true)",
        "rmsprop(constant(1e-2, warmup 40 steps))",
        "adamw(exponential(1e-2, 0.5, epochs 1), weight_decay = 0.1)",
        "sgd(0.1 * rise(steps 50))"};
    const char *text = PICK(m, forms);
    if (strncmp(text, "heavy", 5) == 0)
        has(m, HAS_own_optimizer);
    if (strchr(strchr(text, '(') + 1, '(') || strstr(text, "rise"))
        has(m, HAS_schedule);
    return text;
}

static void write_steps(Maker *m) {
    static const char *const groups[] = {"all", "encoder", "decoder", "encoder, decoder"};
    static const char *const often[] = {"",
                                        "",
                                        ";  every 2 steps",
                                        ";  when total < 3",
                                        ";  when (epoch > 1) * (batch_mean(total) > 0.1)",
                                        ";  clip norm 0.3",
                                        ";  decay 1e-2 over decoder"};
    const char *first = optimizer_text(m), *second = optimizer_text(m), *rule = PICK(m, often);
    has(m, HAS_steps);
    if (strstr(rule, "every") || strstr(rule, "when"))
        has(m, HAS_every_when);
    else if (*rule)
        has(m, HAS_clip_decay);
    if (chance(m, 3)) {
        has(m, HAS_simultaneous);
        line(m, "step one, two simultaneous {");
        line(m, "    minimize total over encoder with %s", first);
        line(m, "    minimize other + 0.1 * total over decoder with %s%s", second, rule);
        line(m, "}");
        return;
    }
    /* Steps over different groups can be joined into one entry, others cannot. */
    bool apart = chance(m, 2);
    line(m, "step one { minimize total over %s with %s }", apart ? "encoder" : PICK(m, groups),
         first);
    line(m, "step two { minimize other + 0.1 * total over %s with %s%s }",
         apart ? "decoder" : PICK(m, groups), second, rule);
}

static void write_train(Maker *m) {
    static const int batches[] = {3, 4, 5, 8, 17};
    static const char *const rules[] = {"clip norm 0.5", "decay 1e-3", "average 0.9",
                                        "decay 0.1 over encoder"};
    open_block(m, "train");
    line(m, "batch %d", batches[below(m, 5)]);
    if (chance(m, 3)) {
        has(m, HAS_clip_decay);
        line(m, "%s", PICK(m, rules));
    }
    if (chance(m, 5)) {
        has(m, HAS_stages);
        const char *first = optimizer_text(m), *second = optimizer_text(m);
        line(m, "stage early { epochs 2;  minimize total over decoder with %s }", first);
        line(m, "stage late { epochs 2;  minimize total over all with %s }", second);
    } else if (chance(m, 2)) {
        line(m, "epochs 4");
        line(m, "minimize total over all with %s", optimizer_text(m));
    } else {
        line(m, "epochs 4");
        write_steps(m);
    }
    close_block(m);
}

void model_random(Text *out, uint64_t seed, int *count) {
    Maker maker = {.arena = out->arena, .out = out, .seed = seed, .indent = "", .count = count};
    Maker *m = &maker;
    int smooth;
    line(m, "model random_%llu", (unsigned long long)seed);
    Type image = declare_input(m);
    declare_numbers(m);
    declare_definitions(m);
    text_add(out, "%s", optimizer);
    write_noise(m);
    int code = write_encoders(m, &smooth);
    code = write_bottleneck(m, code);
    int xhat = write_decoder(m, code, image);
    write_generate(m, code);
    write_loss(m, code, xhat, smooth);
    write_train(m);
}
