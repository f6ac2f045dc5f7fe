/* Products that skip zeros have the bits of gemm's: plain and with A stored transposed, of patterns
 * of which nothing, some, most and all is 0, whole and in pieces, with each kind of vectors that is
 * here; zeros of either sign, what is no number, sizes around the edges of tiles and blocks.  What
 * lies beside C stays.  What was listed serves a kernel's other pieces, and no other kernel; what
 * only zeros meet is not seen where places are skipped. */
#define AERT_PORTABLE /* all kinds of vectors */
#include "products/gemm_choose.h"
#include "products/skips.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const AertVectors vectors[] = AERT_VECTORS(AERT_WITHOUT, AERT_WITH);

enum { BESIDE = 3, MOST = 900 * 220 };

static float a[MOST], b[MOST], c[MOST], wanted[MOST];
static uint64_t state = 1;

/* From -1 to 1. */
static float number(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (float)((double)(state >> 40) / (1 << 23) - 1);
}

static bool chance(double share) {
    return fabs((double)number()) < share;
}

/* How much of A is 0, and where. */
typedef enum Pattern { ALL, NOTHING, THIN, THICK, ROWS, COLUMNS, BLOCKS, PATTERNS } Pattern;

static bool is_zero(Pattern pattern, int row, int column) {
    switch (pattern) {
    case ALL:
        return true;
    case THIN:
        return !chance(0.07);
    case THICK:
        return !chance(0.7);
    case ROWS:
        return row % 16 < 9;
    case COLUMNS:
        return column % 5 < 3;
    case BLOCKS:
        return (row / 24 + column / 40) % 2;
    default:
        return false;
    }
}

typedef struct Case {
    int ta, m, n, k, lda, ldb, ldc;
    void *room;
} Case;

static void fill(const Case *x, Pattern pattern) {
    const int rows = x->ta ? x->k : x->m;
    for (int i = 0; i < rows * x->lda; i++) {
        a[i] = is_zero(pattern, i / x->lda, i % x->lda) ? chance(0.5) ? 0 : -0.0f : number();
        if (pattern == THIN && chance(0.001))
            a[i] = chance(0.5) ? NAN : INFINITY;
    }
    for (int i = 0; i < x->k * x->ldb; i++)
        b[i] = number();
}

static const float *rows_from(const Case *x, int i) {
    return x->ta ? a + i : a + i * x->lda;
}

/* Rows and columns from (i, j) on. */
static void multiply(const Case *x, int i, int m, int j, int n) {
    skips_times_f32(x->room, x->ta, m, n, x->k, rows_from(x, i), x->lda, b + j, x->ldb,
                    c + i * x->ldc + j, x->ldc);
}

static void clear(const Case *x, float *to) {
    for (int i = 0; i < x->m * x->ldc; i++)
        to[i] = 7;
}

static bool right(const Case *x) {
    bool same = true;
    for (int i = 0; i < x->m * x->ldc; i++)
        same =
            same && (aert_bits(c[i]) == aert_bits(wanted[i]) || (isnan(c[i]) && isnan(wanted[i])));
    clear(x, c);
    return same;
}

static bool in_pieces(const Case *x, bool columns, int chunk) {
    const int side = columns ? x->n : x->m;
    for (int i = 0; i < side; i += chunk) {
        int count = side - i < chunk ? side - i : chunk;
        multiply(x, columns ? 0 : i, columns ? x->m : count, columns ? i : 0,
                 columns ? count : x->n);
    }
    return right(x);
}

/* As one kernel, after another whose A was at the same place. */
static bool as_kernel(const Case *x) {
    const int size = (x->ta ? x->k : x->m) * x->lda;
    static float kept[MOST];
    memcpy(kept, a, sizeof kept);
    for (int i = 0; i < size; i++)
        a[i] = 0;
    aert_gemm_begin_pieces();
    multiply(x, 0, x->m, 0, x->n);
    aert_gemm_end_pieces();
    memcpy(a, kept, sizeof kept);
    aert_gemm_begin_pieces();
    bool same = in_pieces(x, true, 40) && in_pieces(x, true, x->n) && in_pieces(x, false, 36);
    aert_gemm_end_pieces();
    return same;
}

static bool check(Case *x, Pattern pattern) {
    fill(x, pattern);
    clear(x, wanted);
    clear(x, c);
    x->room = malloc((size_t)aert_skips_room(x->m, x->k) * sizeof(float));
    if (!x->room)
        exit(1);
    gemm_f32(x->ta, 0, x->m, x->n, x->k, 1, a, x->lda, b, x->ldb, 0, wanted, x->ldc);
    multiply(x, 0, x->m, 0, x->n);
    bool same = right(x) && in_pieces(x, true, 33) && in_pieces(x, false, 19) && as_kernel(x);
    free(x->room);
    if (!same)
        printf("FAIL %s ta %d m %d n %d k %d pattern %d\n", aert_gemm_name(), x->ta, x->m, x->n,
               x->k, (int)pattern);
    return same;
}

/* An infinity in a row of B that two of 32 rows of op(A) meet: is it seen in the others? */
static bool passes_over(int ta) {
    Case x = {.ta = ta, .m = 32, .n = 8, .k = 32, .lda = 32, .ldb = 8, .ldc = 8};
    for (int i = 0; i < 32; i++)
        for (int p = 0; p < 32; p++)
            a[i * 32 + p] = i == p;
    for (int i = 0; i < 32 * 8; i++)
        b[i] = i / 8 == 17 ? INFINITY : 1;
    x.room = malloc((size_t)aert_skips_room(x.m, x.k) * sizeof(float));
    if (!x.room)
        exit(1);
    multiply(&x, 0, x.m, 0, x.n);
    free(x.room);
    int seen = 0;
    for (int i = 0; i < 32; i++)
        seen += !isfinite(c[i * 8]);
    return aert_gemm_skips() ? seen <= 8 && !isfinite(c[17 * 8]) : seen == 32;
}

int main(void) {
    static const int sizes[][3] = {{1, 1, 1},      {3, 70, 20},   {4, 24, 16},    {7, 25, 33},
                                   {64, 64, 64},   {37, 47, 401}, {100, 70, 784}, {33, 17, 801},
                                   {220, 96, 100}, {98, 72, 209}, {130, 23, 417}};
    static const char *const kernels[] = {"amx", "avx512", "avx2", "blas"};
    int failed = 0, done = 0;
    for (size_t v = 0; v < sizeof kernels / sizeof *kernels; v++) {
        if (!aert_gemm_choose(vectors, kernels[v]))
            continue;
        const bool ours = kernels[v][0] == 'a';
        for (size_t s = 0; ours && s < sizeof sizes / sizeof *sizes; s++)
            for (int way = 0; way < 2 * PATTERNS; way++, done++) {
                const int *size = sizes[s];
                Case x = {.ta = way % 2, .m = size[0], .n = size[1], .k = size[2]};
                x.lda = (x.ta ? x.m : x.k) + BESIDE;
                x.ldb = x.n + BESIDE;
                x.ldc = x.n + BESIDE;
                failed += !check(&x, (Pattern)(way / 2));
            }
        if (!passes_over(0) || !passes_over(1)) {
            printf("FAIL %s: what is skipped\n", kernels[v]);
            failed++;
        }
    }
    printf("%d products, %d wrong\n", done, failed);
    return failed > 0;
}
