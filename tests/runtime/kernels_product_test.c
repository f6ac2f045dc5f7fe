/* Our own kernels of products, each that this processor can run: all orientations and sizes around
 * the edges of tiles and blocks against sums in double; nothing is read or written beyond the
 * operands (the memory ends with each); the same bits in pieces, and by every kind of vectors.
 * Tiles of bf16, which split floats, have no larger errors than vectors have; what they keep of an
 * operand for the pieces of one kernel changes no bit, and is forgotten with it. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#define AERT_PORTABLE   /* all kinds of vectors */
#include "products/gemm.h"
#include "products/gemm_choose.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PITCH_MORE = 3 };

static const AertVectors vectors[] = AERT_VECTORS(AERT_WITHOUT, AERT_WITH);

/* `count` floats whose memory ends where they do: the page behind them cannot be touched. */
static float *ending(size_t count) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t bytes = (count * sizeof(float) + page - 1) / page * page;
    char *map =
        mmap(NULL, bytes + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED || mprotect(map + bytes, page, PROT_NONE) != 0)
        exit(1);
    return (float *)(void *)(map + bytes) - count;
}

static void give_back(float *at, size_t count) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t bytes = (count * sizeof(float) + page - 1) / page * page;
    munmap((char *)(at + count) - bytes, bytes + page);
}

static float random_float(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (float)((double)(*state >> 40) / (1 << 23) - 1);
}

typedef struct Case {
    int ta, tb, m, n, k, add;
    int lda, ldb, ldc;
    size_t size_a, size_b, size_c;
    float *a, *b, *c, *start;
} Case;

static size_t span(int rows, int columns, int pitch) {
    return (size_t)(rows - 1) * (size_t)pitch + (size_t)columns;
}

static void open_case(Case *x, uint64_t *state) {
    x->lda = (x->ta ? x->m : x->k) + PITCH_MORE;
    x->ldb = (x->tb ? x->k : x->n) + PITCH_MORE;
    x->ldc = x->n + PITCH_MORE;
    x->size_a = span(x->ta ? x->k : x->m, x->lda - PITCH_MORE, x->lda);
    x->size_b = span(x->tb ? x->n : x->k, x->ldb - PITCH_MORE, x->ldb);
    x->size_c = span(x->m, x->n, x->ldc);
    x->a = ending(x->size_a);
    x->b = ending(x->size_b);
    x->c = ending(x->size_c);
    x->start = ending(x->size_c);
    for (size_t i = 0; i < x->size_a; i++)
        x->a[i] = random_float(state);
    for (size_t i = 0; i < x->size_b; i++)
        x->b[i] = random_float(state);
    for (size_t i = 0; i < x->size_c; i++)
        x->start[i] = random_float(state);
}

static void close_case(Case *x) {
    give_back(x->a, x->size_a);
    give_back(x->b, x->size_b);
    give_back(x->c, x->size_c);
    give_back(x->start, x->size_c);
}

/* Rows [i, i + m) and columns [j, j + n) of C. */
static void multiply(const Case *x, int i, int m, int j, int n) {
    aert_gemm_f32(x->ta, x->tb, m, n, x->k, x->ta ? x->a + i : x->a + (ptrdiff_t)i * x->lda, x->lda,
                  x->tb ? x->b + (ptrdiff_t)j * x->ldb : x->b + j, x->ldb, x->add,
                  x->c + (ptrdiff_t)i * x->ldc + j, x->ldc);
}

static void restart(Case *x) {
    for (size_t i = 0; i < x->size_c; i++)
        x->c[i] = x->start[i];
}

/* The largest error, in units of what rounding k + 1 sums may make; what lies between the rows must
 * not change. */
static double error_of(const Case *x) {
    double worst = 0;
    for (size_t at = 0; at < x->size_c; at++) {
        int i = (int)(at / (size_t)x->ldc), j = (int)(at % (size_t)x->ldc);
        double want = x->start[at], most = fabs(want);
        if (j >= x->n) {
            if (x->c[at] != x->start[at])
                return 1e30;
            continue;
        }
        if (!x->add)
            want = most = 0;
        for (int p = 0; p < x->k; p++) {
            double a = x->ta ? x->a[p * x->lda + i] : x->a[i * x->lda + p];
            double b = x->tb ? x->b[j * x->ldb + p] : x->b[p * x->ldb + j];
            want += a * b;
            most += fabs(a * b);
        }
        double error = fabs((double)x->c[at] - want) / (most * 1.2e-7 * sqrt(x->k + 8.0) + 1e-30);
        worst = error > worst ? error : worst;
    }
    return worst;
}

static uint64_t bits_of(const Case *x) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < x->size_c; i++)
        hash = (hash ^ aert_bits(x->c[i])) * 0x100000001b3u;
    return hash;
}

/* Piece by piece, the last first. */
static uint64_t in_pieces(Case *x, bool columns, int chunk) {
    int side = columns ? x->n : x->m;
    restart(x);
    for (int begin = (side - 1) / chunk * chunk; begin >= 0; begin -= chunk) {
        int count = side - begin < chunk ? side - begin : chunk;
        multiply(x, columns ? 0 : begin, columns ? x->m : count, columns ? begin : 0,
                 columns ? count : x->n);
    }
    return bits_of(x);
}

static bool same_in_pieces(Case *x, uint64_t whole) {
    return in_pieces(x, true, 16) == whole && in_pieces(x, true, 5) == whole &&
           in_pieces(x, false, 7) == whole && in_pieces(x, false, 1) == whole;
}

/* As the team runs a kernel; then again after an operand has changed. */
static bool same_as_one_kernel(Case *x, uint64_t whole) {
    aert_gemm_begin_pieces();
    bool same = same_in_pieces(x, whole) && in_pieces(x, false, x->m) == whole;
    aert_gemm_end_pieces();
    x->a[0] = -x->a[0];
    aert_gemm_begin_pieces();
    uint64_t changed = in_pieces(x, false, x->m);
    aert_gemm_end_pieces();
    same = same && changed != whole;
    x->a[0] = -x->a[0];
    return same && in_pieces(x, false, x->m) == whole;
}

static bool check(Case *x, const char *kernel, uint64_t *bits) {
    restart(x);
    multiply(x, 0, x->m, 0, x->n);
    double error = error_of(x);
    uint64_t whole = bits_of(x);
    bool right = error < 1, same = true;
    if (kernel[0] == 'a' && !(x->ta && x->tb)) { /* both transposed: the BLAS's */
        same = same_in_pieces(x, whole) && same_as_one_kernel(x, whole);
        if (kernel[1] == 'v') { /* vectors */
            same = same && (*bits == 0 || *bits == whole);
            *bits = whole;
        }
    }
    if (!right || !same)
        printf("FAIL %s ta %d tb %d m %d n %d k %d add %d: error %g, %s\n", kernel, x->ta, x->tb,
               x->m, x->n, x->k, x->add, error, same ? "" : "other bits");
    return right && same;
}

/* The root of the mean squared error, relative to the sum of what is added up. */
static double mean_error(Case *x) {
    double sum = 0;
    restart(x);
    multiply(x, 0, x->m, 0, x->n);
    for (int i = 0; i < x->m; i++)
        for (int j = 0; j < x->n; j++) {
            double want = 0, most = 0;
            for (int p = 0; p < x->k; p++) {
                double product = (double)x->a[i * x->lda + p] * x->b[p * x->ldb + j];
                want += product;
                most += fabs(product);
            }
            double error = ((double)x->c[i * x->ldc + j] - want) / most;
            sum += error * error;
        }
    return sqrt(sum / x->m / x->n);
}

/* Operands of one sign and of both, of one magnitude and of many. */
static bool as_exact_as_vectors(uint64_t *state) {
    static const int depth[] = {20, 32, 100, 200, 400, 512, 784, 800, 801, 1000, 1601, 2560};
    bool exact = true;
    if (!aert_gemm_choose(vectors, "amx"))
        return true;
    for (int kind = 0; kind < 4; kind++)
        for (size_t d = 0; d < sizeof depth / sizeof *depth; d++) {
            const int k = depth[d];
            Case x = {.m = 40, .n = 50, .k = k};
            open_case(&x, state);
            for (size_t i = 0; i < x.size_a; i++)
                x.a[i] = (kind & 1 ? fabsf(x.a[i]) : x.a[i]) *
                         (kind & 2 ? expf(8 * random_float(state)) : 1);
            for (size_t i = 0; i < x.size_b; i++)
                x.b[i] = kind & 1 ? fabsf(x.b[i]) : x.b[i];
            aert_gemm_choose(vectors, "avx512");
            double sixteen = mean_error(&x);
            aert_gemm_choose(vectors, "amx");
            double tiles = mean_error(&x);
            if (!(tiles <= sixteen)) {
                printf("FAIL amx: kind %d, k %d: error %g, of vectors %g\n", kind, k, tiles,
                       sixteen);
                exact = false;
            }
            close_case(&x);
        }
    return exact;
}

/* What is no number stays none, wherever it stands. */
static bool tells_infinities(uint64_t *state) {
    static const float bad[] = {INFINITY, -INFINITY, NAN};
    bool told = true;
    for (size_t i = 0; i < 3 && aert_gemm_choose(vectors, "amx"); i++) {
        Case x = {.m = 20, .n = 20, .k = 40};
        open_case(&x, state);
        x.a[3 * x.lda + 37] = bad[i];
        restart(&x);
        multiply(&x, 0, x.m, 0, x.n);
        for (int r = 0; r < x.m; r++)
            for (int j = 0; j < x.n; j++)
                told = told && isfinite(x.c[r * x.ldc + j]) == (r != 3);
        close_case(&x);
    }
    if (!told)
        printf("FAIL amx: infinities and NaN\n");
    return told;
}

int main(void) {
    static const char *const kernels[] = {"amx", "avx512", "avx2", "blas"};
    static const int sizes[][3] = {{1, 1, 1},     {1, 784, 400},   {2, 3, 5},      {5, 16, 17},
                                   {14, 32, 64},  {13, 31, 400},   {15, 33, 401},  {29, 48, 16},
                                   {31, 65, 801}, {100, 30, 37},   {128, 20, 40},  {43, 100, 128},
                                   {64, 1, 33},   {6, 8, 1000},    {7, 17, 2},     {33, 15, 416},
                                   {16, 40, 208}, {8, 33, 209},    {95, 40, 209},  {215, 36, 130},
                                   {423, 33, 9},  {230, 33, 1030}, {20, 210, 1000}};
    uint64_t state = 1;
    int failed = 0, done = 0;
    if (aert_gemm_choose(vectors, "neon") || !aert_gemm_choose(vectors, NULL))
        return 1;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int way = 0; way < 8; way++) {
            Case x = {.ta = way & 1,
                      .tb = way >> 1 & 1,
                      .add = way >> 2,
                      .m = sizes[s][0],
                      .n = sizes[s][1],
                      .k = sizes[s][2]};
            uint64_t bits = 0;
            open_case(&x, &state);
            for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++)
                if (aert_gemm_choose(vectors, kernels[i])) {
                    failed += !check(&x, kernels[i], &bits);
                    done++;
                }
            close_case(&x);
        }
    failed += !as_exact_as_vectors(&state) + !tells_infinities(&state);
    aert_gemm_choose(vectors, NULL);
    printf("%d products, %d wrong; the fastest here: %s\n", done, failed, aert_gemm_name());
    return failed > 0 || done == 0;
}
