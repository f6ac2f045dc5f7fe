/* The float functions of real.h against the C library in double, over the whole range of floats.
 *
 * Each function is called in a loop, as generated code does, so that with -O3 -march=native the
 * vector code is what is tested.  Every 1009th float is tried, each one with the argument "all",
 * and every 5003th with "few".  Errors are in units in the last place of the correctly rounded
 * result; a result below 2^-126 may be zero, and such an argument may count as zero.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double exact_exp(double a) {
    return exp(a);
}
static double exact_log(double a) {
    return log(a);
}
static double exact_log1p(double a) {
    return log1p(a);
}
static double exact_tanh(double a) {
    return tanh(a);
}
static double exact_erf(double a) {
    return erf(a);
}
static double exact_sin(double a) {
    return sin(a);
}
static double exact_cos(double a) {
    return cos(a);
}
static double exact_atan(double a) {
    return atan(a);
}
static double exact_lgamma(double a) {
    return lgamma(a);
}
static double exact_pow(double a, double b) {
    return pow(a, b);
}
static double exact_sqrt(double a) {
    return sqrt(a);
}
static double exact_floor(double a) {
    return floor(a);
}
static double exact_fabs(double a) {
    return fabs(a);
}
static double exact_sigmoid(double a) {
    return 1 / (1 + exp(-a));
}
static double exact_softplus(double a) {
    return fmax(a, 0) + log1p(exp(-fabs(a)));
}

#define AERT_REAL 32
#include "real.h"

enum { BLOCK = 4096 };

/* In double they are ours as well, and held to figures from elsewhere below. */
static double exact_digamma(double a) {
    return aert_polygamma(0, a);
}
static double exact_trigamma(double a) {
    return aert_polygamma(1, a);
}

#define LOOP(name)                                                                                 \
    static void loop_##name(const float *x, float *y) {                                            \
        for (int i = 0; i < BLOCK; i++)                                                            \
            y[i] = name(x[i]);                                                                     \
    }
LOOP(exp)
LOOP(log)
LOOP(log1p)
LOOP(tanh)
LOOP(erf)
LOOP(sin)
LOOP(cos)
LOOP(atan)
LOOP(lgamma)
LOOP(digamma)
LOOP(trigamma)
LOOP(sigmoid)
LOOP(softplus)
LOOP(sqrt)
LOOP(floor)
LOOP(fabs)

static void loop_pow(const float *x, const float *e, float *y) {
    for (int i = 0; i < BLOCK; i++)
        y[i] = pow(x[i], e[i]);
}

typedef struct Function {
    const char *name;
    void (*loop)(const float *x, float *y);
    double (*exact)(double a);
    double bound; /* in units in the last place */
} Function;

static const Function functions[] = {
    {"exp", loop_exp, exact_exp, 1.1},
    {"log", loop_log, exact_log, 1.1},
    {"log1p", loop_log1p, exact_log1p, 1.5},
    {"tanh", loop_tanh, exact_tanh, 2.7},
    {"erf", loop_erf, exact_erf, 1.5},
    {"sigmoid", loop_sigmoid, exact_sigmoid, 2.6},
    {"softplus", loop_softplus, exact_softplus, 1.8},
    {"sin", loop_sin, exact_sin, 1.6},
    {"cos", loop_cos, exact_cos, 1.6},
    {"atan", loop_atan, exact_atan, 1.9},
    {"lgamma", loop_lgamma, exact_lgamma, 0.51},
    {"digamma", loop_digamma, exact_digamma, 0.51},
    {"trigamma", loop_trigamma, exact_trigamma, 0.51},
    {"sqrt", loop_sqrt, exact_sqrt, 0.5},
    {"floor", loop_floor, exact_floor, 0},
    {"fabs", loop_fabs, exact_fabs, 0},
};

/* Distance of a float from the exact value, in units in the last place of that value. */
static double error_of(float got, double want) {
    if (want != want || got != got)
        return (want != want) == (got != got) ? 0 : HUGE_VAL;
    const double size = (fabs)(want);
    if (size >= 0x1.ffffffp127) /* rounds to inf */
        return (double)got == (want > 0 ? HUGE_VAL : -HUGE_VAL) ? 0 : HUGE_VAL;
    if (size < 0x1p-126 && (got == 0 || size == 0))
        return got == 0 ? 0 : HUGE_VAL;
    int exponent = -125;
    if (size >= 0x1p-126)
        frexp(size, &exponent);
    return ldexp((fabs)((double)got - want), 24 - exponent);
}

/* Worst error of a function over every stride-th float; returns the number of failures. */
static int check_function(const Function *f, uint32_t stride) {
    float x[BLOCK], y[BLOCK], worst_at = 0;
    double worst = -1;
    for (uint64_t from = 0; from < UINT64_C(1) << 32; from += (uint64_t)stride * BLOCK) {
        for (uint32_t i = 0; i < BLOCK; i++)
            x[i] = aert_float((uint32_t)(from + (uint64_t)i * stride));
        f->loop(x, y);
        for (int i = 0; i < BLOCK; i++) {
            double error = error_of(y[i], f->exact((double)x[i]));
            if (error > f->bound && (fabs)((double)x[i]) < 0x1p-126)
                error = error_of(y[i], f->exact(x[i] < 0 ? -0.0 : 0.0));
            if (error > worst) {
                worst = error;
                worst_at = x[i];
            }
        }
    }
    const int failed = worst > f->bound;
    printf("%-4s %-9s %.3f ulp at %a (bound %.2f)\n", failed ? "FAIL" : "ok", f->name, worst,
           (double)worst_at, f->bound);
    return failed;
}

/* Arguments where a case changes, or of special meaning; pow is tried on all their pairs. */
static const float special[] = {
    0.0f,
    -0.0f,
    1.0f,
    -1.0f,
    2.0f,
    -2.0f,
    3.0f,
    -3.0f,
    0.5f,
    -0.5f,
    1.5f,
    -2.5f,
    0x1p-149f,
    -0x1p-149f,
    0x1p-126f,
    -0x1p-126f,
    0x1.fffffep127f,
    -0x1.fffffep127f,
    0x1p24f,
    0x1.fffffep23f,
    -0x1.fffffep23f,
    88.72283f,
    88.7229f,
    -87.33654f,
    -87.3366f,
    -103.9f,
    9.0f,
    9.2f,
    16777217.0f,
    0x1.fffffep-1f,
    0x1.000002p0f,
    1e10f,
    1e30f,
    -1e30f,
    7.0f,
    1e-10f,
    -1e-10f,
    127.0f,
    128.0f,
    -126.0f,
    -127.0f,
};

enum { SPECIAL = sizeof special / sizeof *special };

static double flushed(float a) {
    return (fabs)((double)a) < 0x1p-126 ? (signbit(a) ? -0.0 : 0.0) : (double)a;
}

static int check_pow_block(const float *x, const float *e, double *worst) {
    float y[BLOCK];
    int failed = 0;
    loop_pow(x, e, y);
    for (int i = 0; i < BLOCK; i++) {
        const double want = exact_pow(flushed(x[i]), flushed(e[i]));
        const double error = error_of(y[i], want);
        if (error > *worst)
            *worst = error;
        if (error > 0.52 || (want == 0 && !signbit(y[i]) != !signbit(want))) {
            failed = 1;
            printf("FAIL pow(%a, %a) = %a, exactly %a\n", (double)x[i], (double)e[i], (double)y[i],
                   want);
        }
    }
    return failed;
}

static int check_pow(uint32_t blocks) {
    float x[BLOCK] = {0}, e[BLOCK] = {0};
    float numbers[SPECIAL + 3];
    memcpy(numbers, special, sizeof special);
    numbers[SPECIAL] = INFINITY;
    numbers[SPECIAL + 1] = -INFINITY;
    numbers[SPECIAL + 2] = NAN;
    for (int i = 0; i < (SPECIAL + 3) * (SPECIAL + 3); i++) {
        x[i] = numbers[i / (SPECIAL + 3)];
        e[i] = numbers[i % (SPECIAL + 3)];
    }
    double worst = 0;
    int failed = check_pow_block(x, e, &worst);
    uint64_t state = 1;
    for (uint32_t b = 0; b < blocks; b++) {
        for (int i = 0; i < BLOCK; i++) {
            const uint64_t bits = aert_mix64(++state);
            x[i] = aert_float((uint32_t)bits & 0x7fffffffu);
            const double reach = 150 / ((fabs)(log2((double)x[i])) + 1e-3);
            e[i] = (float)(reach * ((double)(bits >> 32) * 0x1p-31 - 1));
        }
        failed |= check_pow_block(x, e, &worst);
    }
    printf("%-4s pow       %.3f ulp (bound 0.52)\n", failed ? "FAIL" : "ok", worst);
    return failed;
}

/* Signed zeros and NaN with payloads, which an error in units cannot tell. */
static int check_signs(void) {
    int failed = 0;
    failed |= !signbit(tanh(-0.0f)) || signbit(tanh(0.0f));
    failed |= !signbit(sin(-0.0f)) || signbit(sin(0.0f));
    failed |= !signbit(atan(-0.0f)) || signbit(atan(0.0f));
    failed |= !signbit(erf(-0.0f)) || signbit(erf(0.0f));
    for (uint32_t payload = 1; payload < 0x400000u; payload = payload * 2 + 1) {
        const float nan = aert_float(0x7fc00000u | payload);
        failed |= !(exp(nan) != 0 && isnan(exp(nan)) && isnan(log(nan)) && isnan(log1p(nan)));
        failed |= !(isnan(tanh(nan)) && isnan(sigmoid(nan)) && isnan(softplus(nan)));
        failed |= !(isnan(lgamma(nan)) && isnan(digamma(nan)) && isnan(trigamma(nan)));
        failed |= !(isnan((double)polygamma(2, nan)) && isnan(atan(nan)));
        failed |= !(isnan(sin(nan)) && isnan(cos(nan)) && isnan(pow(nan, 2.0f)) && isnan(erf(nan)));
    }
    printf("%-4s signs and NaN\n", failed ? "FAIL" : "ok");
    return failed;
}

#undef AERT_REAL
#define AERT_REAL 64
#include "real.h"

/* What is our own in double: against the same in long double. */
static int check_double(void) {
    double worst = 0;
    for (double a = -708; a < 708; a += 0.37) {
        const long double e = expl((long double)-a);
        const long double wants[] = {1 / (1 + e), fmaxl((long double)a, 0) +
                                                      log1pl(expl(-fabsl((long double)a)))};
        const double gots[] = {sigmoid(a), softplus(a)};
        for (int i = 0; i < 2; i++) {
            const double error =
                (double)fabsl(((long double)gots[i] - wants[i]) / wants[i]) * 0x1p53;
            worst = error > worst ? error : worst;
        }
    }
    const int ends = sigmoid(-HUGE_VAL) == 0 && sigmoid(HUGE_VAL) == 1 &&
                     softplus(-HUGE_VAL) == 0 && softplus(HUGE_VAL) == HUGE_VAL &&
                     isnan(sigmoid((double)NAN)) && isnan(softplus((double)NAN));
    const int failed = worst > 3 || !ends;
    printf("%-4s sigmoid and softplus in double: %.3f ulp (bound 3)\n", failed ? "FAIL" : "ok",
           worst);
    return failed;
}

/* Derivatives of lgamma in double, against mpmath.psi(order, a) with 40 digits (mpmath 1.4.1). */
static int check_polygamma(void) {
    static const struct {
        double order, a, want;
    } known[] = {
        {0, 0.001, -1000.5755719318103},      {0, 1, -0.57721566490153286},
        {0, 1.5, 0.036489973978576521},       {0, 7.9, 2.002238487563571},
        {0, 100000000.0, 18.420680738952365}, {0, -0.5, 0.036489973978576521},
        {0, -20.7, 0.77159318508250554},      {1, 0.1, 101.43329915079275},
        {1, 1, 1.6449340668482264},           {1, 12.3, 0.084695170245916402},
        {1, -7.25, 19.610354539293269},       {1, -1e-20, 1.0000000000000001e+40},
        {2, 0.5, -16.82879664423432},         {2, 3.3, -0.12375118526494273},
        {2, -0.5, -0.82879664423432},         {2, -100.1, 1998.6595615266169},
        {3, 1, 6.4939394022668291},           {3, -2.25, 1558.4550231887143},
        {4, 50, -9.9903982092274504e-7},      {8, 12, -1.6110901962769792e-5},
        {8, -1.5, -11.146030731869932},       {20, 0.7, -4.3557784316220093e+21},
    };
    double worst = 0;
    int failed = 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const double got = polygamma(known[i].order, known[i].a);
        const double error = (fabs)(got / known[i].want - 1) * 0x1p53;
        worst = error > worst ? error : worst;
    }
    failed |= worst > 100;
    failed |= digamma(0) != -HUGE_VAL || digamma(-0.0) != HUGE_VAL || !isnan(digamma(-3));
    failed |= trigamma(0) != HUGE_VAL || trigamma(-3) != HUGE_VAL || !isnan(polygamma(2, -3));
    failed |= polygamma(2, 0) != -HUGE_VAL || polygamma(2, HUGE_VAL) != 0;
    failed |=
        digamma(HUGE_VAL) != HUGE_VAL || !isnan(digamma(-HUGE_VAL)) || !isnan(digamma((double)NAN));
    failed |= !isnan(polygamma(0.5, 1)) || !isnan(polygamma(-1, 1)) || !isnan(polygamma(171, 1));
    failed |= lgamma(0) != HUGE_VAL || lgamma(-1) != HUGE_VAL || lgamma(2) != 0;
    printf("%-4s polygamma in double: %.3f ulp (bound 100)\n", failed ? "FAIL" : "ok", worst);
    return failed;
}

int main(int argc, char **argv) {
    const int all = argc > 1 && strcmp(argv[1], "all") == 0;
    const int few = argc > 1 && strcmp(argv[1], "few") == 0;
    int failed = 0;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        failed |= check_function(&functions[i], all ? 1 : few ? 5003 : 1009);
    failed |= check_pow(all ? 20000 : few ? 50 : 200);
    failed |= check_signs();
    failed |= check_double();
    failed |= check_polygamma();
    return failed;
}
