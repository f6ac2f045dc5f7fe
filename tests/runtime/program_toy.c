/* toy: a model written by hand in the form that aecc writes, for the tests of the program half of
 * the runtime.
 *
 *     input x : image[1,8,8] in 0..1      noise { xc = x + level * n }
 *     h = xc·W + b      z ~ normal(h, 0.1)      xhat = sigmoid(z·V + c)
 *     reconstruction = sum((xhat - x)^2)      energy = sum(|z - stop(batch_mean(z))|)
 *     total = reconstruction + beta * energy
 *
 * Compiled with -DTOY_WRONG=1e-4 the gradient of V is wrong by that much, with -DTOY_BLOWUP the
 * loss becomes infinite in step 30, -DTOY_OTHER is a model of another hash, -DTOY_CPU="…" asks for
 * a processor, -DTOY_STEPS2 has two steps, -DTOY_LABEL reads a label of each example, which a
 * metric adds up.  With -DTOY_ODD the variable ODD of the environment says what is odd for a
 * gradient check: see odd_loss.
 */
#ifndef AERT_REAL
#include <aert/aert.h>
#define AERT_REAL 32
#include __FILE__
#undef AERT_REAL
#define AERT_REAL 64
#include __FILE__
#undef AERT_REAL

static const AertInput inputs[] = {
    {AERT_IMAGE, AERT_AS_DATA, "x", 3, .dim = {1, 8, 8}, 0, 0, 1, 1, .ways = &aert_ways_image},
    {AERT_CLASS, AERT_AS_LABEL, "y", 0, .dim = {0}, 10, 0, 0, 0}};

static const AertSlot slots[] = {
    {"encoder.dense_1.W", (const int[]){64, 4}, 0, -1, AERT_PARAM, 2},
    {"encoder.dense_1.b", (const int[]){4}, 256, -1, AERT_PARAM, 1},
    {"decoder.dense_1.W", (const int[]){4, 64}, 260, -1, AERT_PARAM, 2},
    {"decoder.dense_1.b", (const int[]){64}, 516, -1, AERT_PARAM, 1},
    {"train.main.m:encoder.dense_1.W", (const int[]){64, 4}, 580, 0, AERT_OPTIMIZER, 2},
    {"train.main.m:encoder.dense_1.b", (const int[]){4}, 836, 1, AERT_OPTIMIZER, 1},
    {"train.main.m:decoder.dense_1.W", (const int[]){4, 64}, 840, 2, AERT_OPTIMIZER, 2},
    {"train.main.m:decoder.dense_1.b", (const int[]){64}, 1096, 3, AERT_OPTIMIZER, 1},
    {"encoder.mean", (const int[]){4}, 1160, -1, AERT_STATE, 1},
};

#ifdef TOY_STEPS2
#define TOY_STEPS 2
#define TOY_RATE  "main.lr"
#else
#define TOY_STEPS 1
#define TOY_RATE  "lr"
#endif

static const AertHyper hypers[] = {{"beta", 0.01, 1}, {"level", 0.3, 0}, {TOY_RATE, 0.05, 0}};

static const AertStep steps[] = {{"main", "total", "encoder, decoder", 0, 0, 1, 0, 0},
                                 {"again", "total", "encoder, decoder", 0, 0, 1, 0, 0}};

static const AertStage stages[] = {{NULL, 2, 0, TOY_STEPS, "total", AERT_WATCH_EITHER, 0, 0}};

#ifndef TOY_CPU
#define TOY_CPU ""
#endif
#ifdef TOY_OTHER
#define TOY_HASH "0123456789abcdee"
#else
#define TOY_HASH "0123456789abcdef"
#endif

static const AertVectors vectors[] = AERT_VECTORS(AERT_WITHOUT, AERT_WITHOUT);

int main(int argc, char **argv) {
    static const AertModel model = {.abi = AERT_ABI,
                                    .name = "toy",
                                    .source = "toy.ae",
                                    .hash = TOY_HASH,
                                    .batch = 16,
                                    .inputs = INPUTS,
                                    .slots = 9,
                                    .hypers = 3,
                                    .steps = TOY_STEPS,
                                    .stages = 1,
                                    .input = inputs,
                                    .slot = slots,
                                    .hyper = hypers,
                                    .step = steps,
                                    .stage = stages,
                                    .store = 1164,
                                    .code_rank = 1,
                                    .code_dim = {4},
                                    .image_rank = 3,
                                    .image_dim = {1, 8, 8},
                                    .best = "total",
                                    .flops_example = 3072,
                                    .cpu = TOY_CPU,
                                    .vectors = vectors,
                                    .restored = &aert_restored,
                                    .f32 = &program_f32,
                                    .f64 = &program_f64};
    return aert_main(&model, argc, argv);
}
#else
#include <aert/real.h>

#ifndef TOY_SHAPES
#define TOY_SHAPES
enum { BATCH = 16, PIXELS = 64, CODE = 4, PARAMS = 580 };
#ifdef TOY_LABEL
enum { INPUTS = 2 };
#else
enum { INPUTS = 1 };
#endif
enum { W = 0, B = 256, V = 260, C = 516, MOMENTUM = 580, MEAN = 1160 }; /* in the store */
enum {                                                                  /* in the arena */
       XC = 0,
       H = XC + BATCH * PIXELS,
       Z = H + BATCH * CODE,
       CENTRE = Z + BATCH * CODE,
       XHAT = CENTRE + CODE,
       DLOGIT = XHAT + BATCH * PIXELS,
       DZ = DLOGIT + BATCH * PIXELS,
       GRADIENT = DZ + BATCH * CODE,
       LOSS = GRADIENT + PARAMS, /* total, reconstruction, energy, mse, kinks */
       ARENA = LOSS + 5
};
enum { BETA, LEVEL, LR, OVER_ROWS, SCALARS };
#define STREAM_NOISE 0x1111111111111111u
#define STREAM_CODE  0x2222222222222222u
#define STREAM_INIT  0x3333333333333333u

static void toy_scalars(const AertClock *clock, double *scalar) {
    double ramp = clock->epoch / 4 < 1 ? clock->epoch / 4 : 1;
    scalar[BETA] = clock->set[0] != 0 ? clock->hyper[0] : clock->hyper[0] * ramp;
    scalar[LEVEL] = clock->hyper[1];
    scalar[LR] = clock->hyper[2];
    scalar[OVER_ROWS] = 1 / clock->rows;
#ifdef TOY_BLOWUP
    if (clock->step >= 30)
        scalar[BETA] = 1 / (clock->step - clock->step);
#endif
}
#ifdef TOY_ODD
#include <stdlib.h>
#include <string.h>

static int odd(const char *name) {
    const char *value = getenv("ODD");
    return value && strcmp(value, name) == 0;
}

/* What the loss has besides.  blank: the sum of the squares of x of row 0, of which the gradient is
 * made no number where it is 0.  pole: its logarithm. */
static double odd_loss(double first) {
    return odd("coarse") || odd("wrong") ? 3e7
           : odd("vague")                ? 1e15
           : odd("infinite")             ? 1e308 * 10
           : odd("pole")                 ? 1 / first
                                         : 0;
}

static double odd_gradient(double gradient, double first) {
    return odd("wrong") ? gradient * 1.001 : odd("blank") && first == 0 ? first / first : gradient;
}
#endif
#endif

static void REAL(init)(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    real *store = run->store;
    const AertKey key = REAL(draw_key)(run, STREAM_INIT, -1);
    for (int i = begin; i < end; i++)
        store[i] = i < B || (i >= V && i < C) ? (real)0.2 * REAL(draw_randn)(key, (uint32_t)i) : 0;
}

/* xc = x + level * n          toy.ae:3 */
static void REAL(noisy)(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    const real *x = run->input[0];
    real *xc = (real *)run->arena + XC;
    const real level = (real)run->scalar[LEVEL];
    for (int r = begin; r < end; r++) {
        const AertKey key = REAL(draw_key)(run, STREAM_NOISE, r);
        for (int i = 0; i < PIXELS; i++)
            xc[r * PIXELS + i] = x[r * PIXELS + i] + level * REAL(draw_randn)(key, (uint32_t)i);
    }
}

static void REAL(clean)(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    const real *x = run->input[0];
    real *xc = (real *)run->arena + XC;
    for (int i = begin * PIXELS; i < end * PIXELS; i++)
        xc[i] = x[i];
}

/* h = xc·W + b          toy.ae:4 */
static void REAL(hidden)(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    const real *store = run->store;
    real *arena = run->arena;
    for (int r = begin; r < end; r++)
        for (int j = 0; j < CODE; j++) {
            real sum = store[B + j];
            for (int i = 0; i < PIXELS; i++)
                sum += arena[XC + r * PIXELS + i] * store[W + i * CODE + j];
            arena[H + r * CODE + j] = sum;
        }
}

/* z ~ normal(h, 0.1)          toy.ae:5 */
static void REAL(code)(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    real *arena = run->arena;
    for (int r = begin; r < end; r++) {
        const AertKey key = REAL(draw_key)(run, STREAM_CODE, r);
        for (int j = 0; j < CODE; j++)
            arena[Z + r * CODE + j] =
                arena[H + r * CODE + j] + (real)0.1 * REAL(draw_randn)(key, (uint32_t)j);
    }
}

static void REAL(code_mean)(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    real *arena = run->arena;
    (void)run;
    for (int i = begin * CODE; i < end * CODE; i++)
        arena[Z + i] = arena[H + i];
}

static void REAL(code_given)(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    const real *given = run->input[INPUTS];
    real *arena = run->arena;
    for (int i = begin * CODE; i < end * CODE; i++)
        arena[Z + i] = given[i];
}

static void REAL(code_drawn)(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    real *arena = run->arena;
    for (int r = begin; r < end; r++) {
        const AertKey key = REAL(draw_key)(run, STREAM_CODE, r);
        for (int j = 0; j < CODE; j++)
            arena[Z + r * CODE + j] = REAL(draw_randn)(key, (uint32_t)j);
    }
}

/* stop(batch_mean(z))          toy.ae:8 */
static void REAL(centre)(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    real *arena = run->arena;
    if (run->hold)
        return;
    for (int j = begin; j < end; j++) {
        real sum = 0;
        for (int r = 0; r < run->rows; r++)
            sum += arena[Z + r * CODE + j];
        arena[CENTRE + j] = sum * (real)run->scalar[OVER_ROWS];
    }
}

/* xhat = sigmoid(z·V + c)          toy.ae:6 */
static void REAL(xhat)(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    const real *store = run->store;
    real *arena = run->arena;
    for (int r = begin; r < end; r++)
        for (int i = 0; i < PIXELS; i++) {
            real sum = store[C + i];
            for (int j = 0; j < CODE; j++)
                sum += arena[Z + r * CODE + j] * store[V + j * PIXELS + i];
            arena[XHAT + r * PIXELS + i] = sigmoid(sum);
        }
}

/* total = reconstruction + beta * energy          toy.ae:9 */
static void REAL(losses)(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    const real *x = run->input[0];
    real *arena = run->arena;
    real squares = 0, energy = 0, kinks = 0;
    (void)begin, (void)end;
    for (int i = 0; i < run->rows * PIXELS; i++)
        squares += (arena[XHAT + i] - x[i]) * (arena[XHAT + i] - x[i]);
    for (int i = 0; i < run->rows * CODE; i++) {
        real d = arena[Z + i] - arena[CENTRE + i % CODE];
        energy += fabs(d);
        kinks = kinks + (d > 0 ? (real)(i + 1) * (i + 1) : 0);
    }
    const real over = (real)run->scalar[OVER_ROWS];
    arena[LOSS + 0] = over * squares + (real)run->scalar[BETA] * over * energy;
    arena[LOSS + 1] = over * squares;
    arena[LOSS + 2] = over * energy;
    arena[LOSS + 3] = over * squares / PIXELS;
#ifdef TOY_LABEL
    const int32_t *y = run->input[1];
    arena[LOSS + 3] = 0;
    for (int r = 0; r < run->rows; r++)
        arena[LOSS + 3] += over * (real)y[r];
#endif
    arena[LOSS + 4] = kinks;
#ifdef TOY_ODD
    real first = 0;
    for (int i = 0; i < PIXELS; i++)
        first += x[i] * x[i];
    arena[LOSS + 0] += (real)odd_loss((double)first);
    if (odd("torn"))
        arena[LOSS + 4] += ((const real *)run->store)[B];
#endif
}

/* dlogit, dz: rows */
static void REAL(back)(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    const real *x = run->input[0], *store = run->store;
    real *arena = run->arena;
    const real over = (real)run->scalar[OVER_ROWS], beta = (real)run->scalar[BETA];
    for (int r = begin; r < end; r++) {
        for (int i = r * PIXELS; i < (r + 1) * PIXELS; i++) {
            real s = arena[XHAT + i];
            arena[DLOGIT + i] = 2 * over * (s - x[i]) * s * (1 - s);
        }
        for (int j = 0; j < CODE; j++) {
            real d = arena[Z + r * CODE + j] - arena[CENTRE + j];
            real sum = beta * over * (d > 0 ? (real)1 : d < 0 ? (real)-1 : 0);
            for (int i = 0; i < PIXELS; i++)
                sum += arena[DLOGIT + r * PIXELS + i] * store[V + j * PIXELS + i];
            arena[DZ + r * CODE + j] = sum;
        }
    }
}

/* gradients, each element a sum over rows */
static void REAL(gradients)(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    real *arena = run->arena;
    for (int k = begin; k < end; k++) {
        real sum = 0;
        for (int r = 0; r < run->rows; r++) {
            const real *dz = arena + DZ + r * CODE, *dlogit = arena + DLOGIT + r * PIXELS;
            if (k < B)
                sum += arena[XC + r * PIXELS + k / CODE] * dz[k % CODE];
            else if (k < V)
                sum += dz[k - B];
            else if (k < C)
                sum += arena[Z + r * CODE + (k - V) / PIXELS] * dlogit[(k - V) % PIXELS];
            else
                sum += dlogit[k - C];
        }
#ifdef TOY_WRONG
        if (k >= V && k < C)
            sum *= (real)(1 + TOY_WRONG);
#endif
#ifdef TOY_ODD
        real first = 0;
        for (int i = 0; i < PIXELS; i++)
            first += ((const real *)run->input[0])[i] * ((const real *)run->input[0])[i];
        if (k >= C)
            sum = (real)odd_gradient((double)sum, (double)first);
#endif
        arena[GRADIENT + k] = sum;
    }
}

/* m <- 0.9 * m + g; p <- p - lr * m; mean <- 0.9 * mean + 0.1 * batch_mean(z) */
static void REAL(update)(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    real *store = run->store;
    const real *arena = run->arena;
    for (int i = begin; i < end; i++) {
        if (i >= PARAMS) {
            store[MEAN + i - PARAMS] =
                (real)0.9 * store[MEAN + i - PARAMS] + (real)0.1 * arena[CENTRE + i - PARAMS];
            continue;
        }
        store[MOMENTUM + i] = (real)0.9 * store[MOMENTUM + i] + arena[GRADIENT + i];
        store[i] -= (real)run->scalar[LR] * store[MOMENTUM + i];
    }
}

#define K(f, extent, rows, chunk, barrier)                                                         \
    { REAL(f), 0, extent, rows, chunk, barrier }
#define K_NOISY  K(noisy, 0, 1, 4, 1)
#define K_CLEAN  K(clean, 0, 1, 4, 1)
#define K_HIDDEN K(hidden, 0, 1, 4, 1)
#define K_CODE   K(code, 0, 1, 4, 1)
#define K_MEAN   K(code_mean, 0, 1, 4, 1)
#define K_GIVEN  K(code_given, 0, 1, 4, 1)
#define K_DRAWN  K(code_drawn, 0, 1, 4, 1)
#define K_CENTRE K(centre, 4, 0, 4, 1)
#define K_XHAT   K(xhat, 0, 1, 4, 1)
#define K_LOSSES K(losses, 1, 0, 1, 1)
#define K_BACK   K(back, 0, 1, 4, 1)
#define K_GRADS  K(gradients, PARAMS, 0, 64, 1)
#define K_UPDATE K(update, PARAMS + CODE, 0, 128, 1)

static const AertKernel REAL(k_init)[] = {{REAL(init), 0, 1164, 0, 256, 1}};
static const AertKernel REAL(k_step)[] = {K_NOISY,  K_HIDDEN, K_CODE,  K_CENTRE, K_XHAT,
                                          K_LOSSES, K_BACK,   K_GRADS, K_UPDATE};
static const AertKernelInfo REAL(step_info)[] = {
    {"xc = x + level * n", "toy.ae:9", 0, 128},
    {"h = matmul(xc, W) + b", "toy.ae:9", 0, 512},
    {"z ~ normal(h, 0.1)", "toy.ae:9", 0, 8},
    {"centre = stop(batch_mean(z))", "toy.ae:9", 0, 4},
    {"xhat = sigmoid(matmul(z, V) + c)", "toy.ae:9", 0, 512},
    {"total = reconstruction + beta * energy", "toy.ae:9", 0, 200},
    {"dz", "toy.ae:9", 0, 512},
    {"dW, db, dV, dc", "toy.ae:9", 0, 1024},
    {"momentum", "toy.ae:9", 0, 0},
};
static const AertKernel REAL(k_eval)[] = {K_NOISY, K_HIDDEN, K_CODE, K_CENTRE, K_XHAT, K_LOSSES};
static const AertKernel REAL(k_clean)[] = {K_CLEAN, K_HIDDEN, K_MEAN, K_XHAT};
static const AertKernel REAL(k_noisy)[] = {K_NOISY, K_HIDDEN, K_MEAN, K_XHAT};
static const AertKernel REAL(k_decode)[] = {K_GIVEN, K_XHAT};
static const AertKernel REAL(k_sample)[] = {K_DRAWN, K_XHAT};

static const AertOutput REAL(o_losses)[] = {
    {"reconstruction", "toy.ae:7", (const int[]){0}, LOSS + 1, AERT_LOSS, 0, 0, 0},
    {"energy", "toy.ae:8", (const int[]){0}, LOSS + 2, AERT_LOSS, 0, 0, 0},
    {"total", "toy.ae:9", (const int[]){0}, LOSS, AERT_LOSS, 0, 0, 0},
    {"mse", "toy.ae:10", (const int[]){0}, LOSS + 3, AERT_METRIC, 0, 0, 0}};
static const AertOutput REAL(o_encode)[] = {
    {"code", "toy.ae:4", (const int[]){-1, 4}, Z, AERT_TENSOR, 2, 0, 0}};
static const AertOutput REAL(o_rest)[] = {
    {"xhat", "toy.ae:6", (const int[]){-1, 1, 8, 8}, XHAT, AERT_TENSOR, 4, 0, 0},
    {"x", "toy.ae:1", (const int[]){-1, 1, 8, 8}, XC, AERT_TENSOR, 4, 0, 0}};
/* x is overwritten by noise in the arena; the original is what was gathered, and goes last */
static const AertOutput REAL(o_noisy)[] = {
    {"xhat", "toy.ae:6", (const int[]){-1, 1, 8, 8}, XHAT, AERT_TENSOR, 4, 0, 0},
    {"noisy", "toy.ae:3", (const int[]){-1, 1, 8, 8}, XC, AERT_TENSOR, 4, 0, 0},
    {"x", "toy.ae:1", (const int[]){-1, 1, 8, 8}, DLOGIT, AERT_TENSOR, 4, 0, 0}};

/* x = input */
static void REAL(original)(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    const real *x = run->input[0];
    real *arena = run->arena;
    for (int i = begin * PIXELS; i < end * PIXELS; i++)
        arena[DLOGIT + i] = x[i];
}
static const AertKernel REAL(k_restore)[] = {K_NOISY, K_HIDDEN, K_MEAN, K_XHAT,
                                             K(original, 0, 1, 4, 0)};

#if AERT_REAL == 64
static const AertKernel gradcheck_kernels[] = {K_NOISY, K_HIDDEN, K_CODE, K_CENTRE,
                                               K_XHAT,  K_LOSSES, K_BACK, K_GRADS};
static const AertOutput gradcheck_outputs[] = {
    {"loss", "toy.ae:9", (const int[]){0}, LOSS, AERT_TENSOR, 0, 0, 0},
    {"kinks", "toy.ae:9", (const int[]){0}, LOSS + 4, AERT_TENSOR, 0, 0, 0},
    {"encoder.dense_1.W", "toy.ae:4", (const int[]){64, 4}, GRADIENT + W, AERT_GRADIENT, 2, 0, 0},
    {"encoder.dense_1.b", "toy.ae:4", (const int[]){4}, GRADIENT + B, AERT_GRADIENT, 1, 0, 0},
    {"decoder.dense_1.W", "toy.ae:6", (const int[]){4, 64}, GRADIENT + V, AERT_GRADIENT, 2, 0, 0},
    {"decoder.dense_1.b", "toy.ae:6", (const int[]){64}, GRADIENT + C, AERT_GRADIENT, 1, 0, 0}};
#endif

#define READS(kind)                            (kind == AERT_DECODE || kind == AERT_SAMPLE ? 0 : (1u << INPUTS) - 1)
#define ENTRY(kind, step, variant, name, k, o) TIMED_ENTRY(kind, step, variant, name, k, 0, o)
#define TIMED_ENTRY(kind, step, variant, name, k, info, o)                                         \
    {                                                                                              \
        kind, step, variant, READS(kind), name, sizeof k / sizeof k[0], k, info, 0, 0, 0, 0, 0,    \
            SCALARS, toy_scalars, sizeof o / sizeof o[0], o, ARENA, ARENA, 0,                      \
            sizeof k / sizeof k[0], 0, 0                                                           \
    }
static const AertEntry REAL(entries)[] = {
    {AERT_INIT, 0, 0, 0, "init", 1, REAL(k_init), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0},
    TIMED_ENTRY(AERT_STEP, 0, 0, "step_main", REAL(k_step), REAL(step_info), REAL(o_losses)),
    TIMED_ENTRY(AERT_STEP, 1, 0, "step_again", REAL(k_step), REAL(step_info), REAL(o_losses)),
    ENTRY(AERT_EVAL, 0, 0, "eval", REAL(k_eval), REAL(o_losses)),
    ENTRY(AERT_ENCODE, 0, 0, "encode", REAL(k_clean), REAL(o_encode)),
    ENTRY(AERT_ENCODE, 0, 1, "encode_corrupt", REAL(k_noisy), REAL(o_encode)),
    ENTRY(AERT_DECODE, 0, 0, "decode", REAL(k_decode), REAL(o_rest)),
    ENTRY(AERT_RECONSTRUCT, 0, 0, "reconstruct", REAL(k_clean), REAL(o_rest)),
    ENTRY(AERT_RECONSTRUCT, 0, 1, "reconstruct_corrupt", REAL(k_restore), REAL(o_noisy)),
    ENTRY(AERT_SAMPLE, 0, 0, "sample", REAL(k_sample), REAL(o_rest)),
#if AERT_REAL == 64
    ENTRY(AERT_GRADCHECK, 0, 0, "gradcheck_main", gradcheck_kernels, gradcheck_outputs),
#endif
};
static const AertProgram REAL(program) = {
    sizeof(real), sizeof REAL(entries) / sizeof REAL(entries)[0], REAL(entries)};
#undef K
#undef ENTRY
#undef TIMED_ENTRY
#undef K_NOISY
#undef K_CLEAN
#undef K_HIDDEN
#undef K_CODE
#undef K_MEAN
#undef K_GIVEN
#undef K_DRAWN
#undef K_CENTRE
#undef K_XHAT
#undef K_LOSSES
#undef K_BACK
#undef K_GRADS
#undef K_UPDATE
#endif
