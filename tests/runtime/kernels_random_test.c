/* The draws of random.h: their distribution, their independence, and that they depend on nothing
 * else.
 *
 * Every check is a statistic of many draws against what independent draws would give, within five
 * standard deviations; the seed is fixed, so a check that passes once passes always.
 */
#include <math.h>
#include <stdio.h>

#include "math/random.h"

enum { ROWS = 4096, WIDTH = 1024 };
static const double COUNT = (double)ROWS * WIDTH;

typedef struct Test {
    int failed;
} Test;

static double exact_cdf(double z) {
    return 0.5 * erfc(-z * sqrt(0.5));
}

/* value is to lie within reach of want */
static void near(Test *test, const char *what, double value, double want, double reach) {
    const int ok = fabs(value - want) <= reach;
    printf("%-4s %-46s %+.6f (%+.6f +- %.6f)\n", ok ? "ok" : "FAIL", what, value, want, reach);
    test->failed |= !ok;
}

static AertKey key_of(uint64_t seed, uint64_t epoch, const char *stream, int64_t example) {
    const AertRun run = {.example = &example, .seed = seed, .epoch = epoch};
    return draw_key_f32(&run, aert_stream(stream), 0);
}

/* A row of draws: seed, epoch and stream fixed, one example */
static void uniforms(AertKey key, float *u) {
    for (int i = 0; i < WIDTH; i++)
        u[i] = draw_rand_f32(key, (uint32_t)i);
}

static void normals(AertKey key, float *z) {
    for (int i = 0; i < WIDTH; i++)
        z[i] = draw_randn_f32(key, (uint32_t)i);
}

static void check_uniform(Test *test) {
    double sum = 0, square = 0, low = 1, high = 0, chi = 0;
    double bin[256] = {0};
    float u[WIDTH];
    for (int64_t row = 0; row < ROWS; row++) {
        uniforms(key_of(7, 1, "mask", row), u);
        for (int i = 0; i < WIDTH; i++) {
            const double v = (double)u[i];
            sum += v;
            square += (v - 0.5) * (v - 0.5);
            low = v < low ? v : low;
            high = v > high ? v : high;
            bin[(int)(v * 256)]++;
        }
    }
    for (int i = 0; i < 256; i++)
        chi += (bin[i] - COUNT / 256) * (bin[i] - COUNT / 256) / (COUNT / 256);
    near(test, "uniform: mean", sum / COUNT, 0.5, 5 * sqrt(1 / 12.0 / COUNT));
    near(test, "uniform: variance", square / COUNT, 1 / 12.0, 5 * sqrt(1 / 180.0 / COUNT));
    near(test, "uniform: chi squared of 256 bins", chi, 255, 5 * sqrt(2 * 255.0));
    near(test, "uniform: smallest, in 2^-22", low * 0x1p22, 3, 3 - 0x1p-3); /* above 0 */
    near(test, "uniform: largest, from 1 in 2^-22", (1 - high) * 0x1p22, 3, 3 - 0x1p-3);
}

static void check_normal(Test *test) {
    static const double ends[] = {-4, -3, -2, -1, 0, 1, 2, 3, 4};
    double moment[5] = {0}, below[9] = {0};
    float z[WIDTH];
    for (int64_t row = 0; row < ROWS; row++) {
        normals(key_of(7, 1, "z", row), z);
        for (int i = 0; i < WIDTH; i++) {
            double power = 1;
            for (int k = 0; k < 5; k++, power *= (double)z[i])
                moment[k] += power;
            for (int k = 0; k < 9; k++)
                below[k] += (double)z[i] < ends[k];
        }
    }
    near(test, "normal: mean", moment[1] / COUNT, 0, 5 * sqrt(1 / COUNT));
    near(test, "normal: variance", moment[2] / COUNT, 1, 5 * sqrt(2 / COUNT));
    near(test, "normal: third moment", moment[3] / COUNT, 0, 5 * sqrt(15 / COUNT));
    near(test, "normal: fourth moment", moment[4] / COUNT, 3, 5 * sqrt(96 / COUNT));
    for (int k = 0; k < 9; k++) {
        char what[40];
        const double p = exact_cdf(ends[k]);
        snprintf(what, sizeof what, "normal: share below %+.0f", ends[k]);
        near(test, what, below[k] / COUNT, p, 5 * sqrt(p * (1 - p) / COUNT));
    }
}

/* The float against the double, and the double against its definition, over the whole of (0, 1). */
static void check_inverse(Test *test) {
    double worst_float = 0, worst_double = 0;
    for (int32_t odd = 1; odd < 1 << 24; odd += odd < 1000 || odd > (1 << 24) - 1000 ? 2 : 126) {
        const double u = odd * 0x1p-24, z = aert_normal_at_f64(u);
        const double f = (double)aert_normal_at_f32((float)u);
        const double slope = exp(-0.5 * z * z) * 0.3989422804014327;
        const double tail = z < 0 ? exact_cdf(z) - u : (1 - u) - exact_cdf(-z);
        const double error = fabs(tail / slope), off = fabs(f - z) / fabs(z);
        worst_double = error > worst_double ? error : worst_double;
        worst_float = off > worst_float ? off : worst_float;
    }
    near(test, "normal: relative error of float, in 1e-6", worst_float * 1e6, 0, 2);
    near(test, "normal: error of double, in 1e-15", worst_double * 1e15, 0, 4);
}

typedef struct Pair {
    const char *what;
    uint64_t seed, epoch;
    const char *stream;
    int example, element; /* how far the second row's lie from the first's */
} Pair;

static const Pair pairs[] = {
    {"next element", 7, 1, "z", 0, 1},      {"next but one element", 7, 1, "z", 0, 2},
    {"next row", 7, 1, "z", 1, 0},          {"next row, next element", 7, 1, "z", 1, 1},
    {"next epoch", 7, 2, "z", 0, 0},        {"next seed", 8, 1, "z", 0, 0},
    {"another stream", 7, 1, "y", 0, 0},    {"a longer name", 7, 1, "z2", 0, 0},
    {"far example", 7, 1, "z", 1 << 20, 0}, {"a column away", 7, 1, "z", 0, 784},
};

/* The correlation of z with the other draw, and of their squares. */
static void check_pairs(Test *test) {
    float z[WIDTH];
    for (size_t p = 0; p < sizeof pairs / sizeof *pairs; p++) {
        const Pair *pair = &pairs[p];
        double product = 0, squares = 0;
        for (int64_t row = 0; row < ROWS; row++) {
            normals(key_of(7, 1, "z", row), z);
            const AertKey other =
                key_of(pair->seed, pair->epoch, pair->stream, row + pair->example);
            for (int i = 0; i < WIDTH; i++) {
                const double a = (double)z[i];
                const double b = (double)draw_randn_f32(other, (uint32_t)(i + pair->element));
                product += a * b;
                squares += (a * a - 1) * (b * b - 1) / 2;
            }
        }
        near(test, pair->what, product / COUNT, 0, 5 * sqrt(1 / COUNT));
        near(test, "  their squares", squares / COUNT, 0, 5 * sqrt(1 / COUNT));
    }
}

/* Each bit of a key and of an element's number changes half of the bits drawn. */
static void check_avalanche(Test *test) {
    double least = 1, most = 0;
    for (int bit = 0; bit < 96; bit++) {
        double changed = 0;
        for (uint32_t i = 0; i < 8192; i++) {
            const AertKey key = key_of(7, 1, "z", (int64_t)i / 64);
            AertKey other = key;
            other.first ^= bit < 32 ? UINT32_C(1) << bit : 0;
            other.second ^= bit / 32 == 1 ? UINT32_C(1) << bit % 32 : 0;
            const uint32_t element = bit < 64 ? i : i ^ UINT32_C(1) << bit % 32;
            uint32_t difference = aert_draw_bits(key, i) ^ aert_draw_bits(other, element);
            for (; difference; difference &= difference - 1)
                changed++;
        }
        const double share = changed / (8192 * 32.0);
        least = share < least ? share : least;
        most = share > most ? share : most;
    }
    near(test, "bits changed by one bit: fewest", least, 0.5, 0.02);
    near(test, "bits changed by one bit: most", most, 0.5, 0.02);
}

static void check_contract(Test *test) {
    const int64_t example[] = {0, 41, 5};
    const AertRun run = {.example = example, .seed = 7, .epoch = 1};
    const AertRun other = {.example = example + 1, .seed = 7, .epoch = 1};
    const uint64_t stream = aert_stream("z");
    const AertKey key = draw_key_f32(&run, stream, 1), same = draw_key_f64(&other, stream, 0);
    const AertKey none = draw_key_f32(&run, stream, -1), zero = draw_key_f32(&run, stream, 0);
    int equal = key.first == same.first && key.second == same.second;
    equal &= none.first == zero.first && none.second == zero.second;
    const AertRun later = {.example = example, .seed = 7, .epoch = 1, .batch = 41};
    const AertKey shared = draw_key_f32(&later, stream, -1), row = draw_key_f32(&later, stream, 0);
    equal &= shared.first == key.first && shared.second == key.second; /* 41 in both */
    equal &= row.first == zero.first && row.second == zero.second;
    for (uint32_t i = 0; i < 5000; i++) {
        equal &= (double)draw_rand_f32(key, i) == draw_rand_f64(key, i);
        equal &= fabs((double)draw_randn_f32(key, i) / draw_randn_f64(key, i) - 1) < 2e-6;
    }
    near(test, "a draw depends on the example or batch, not on the row", equal, 1, 0);
    near(test, "FNV-1a of \"\"", aert_stream("") == UINT64_C(0xcbf29ce484222325), 1, 0);
    near(test, "FNV-1a of \"foobar\"", aert_stream("foobar") == UINT64_C(0x85944171f73967e8), 1, 0);
    near(test, "the first draw, in 2^-24", draw_rand_f64(key_of(1, 1, "z", 0), 0) * 0x1p24, 6551183,
         0);
}

int main(void) {
    Test test = {0};
    check_uniform(&test);
    check_normal(&test);
    check_inverse(&test);
    check_pairs(&test);
    check_avalanche(&test);
    check_contract(&test);
    return test.failed;
}
