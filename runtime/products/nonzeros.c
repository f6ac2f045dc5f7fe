/* Products by what is not 0: see nonzeros.h.
 *
 * A row of A gives a row of C, the sum of a few rows of B; where rows are summed, each adds to the
 * rows of C that it names.  Sums go through what is not 0 in its order, whatever the piece of C is,
 * so that all cuts give the same bits.  The loops are compiled once for each kind of vectors.
 */
#include "nonzeros.h"
#include "gemm.h"
#include "cpu_check.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>

enum {
    SHARE = 32,    /* by what is not 0 where no more than 1 element in so many is that */
    STRETCH = 512, /* columns of A that are listed at a time */
    BLOCK = 8,     /* elements that are looked at together */
};

static inline int least(int a, int b) {
    return a < b ? a : b;
}

#define NONZEROS(name, real)                                                                       \
    typedef struct Listed_##name {                                                                 \
        int count, column[STRETCH];                                                                \
        real value[STRETCH];                                                                       \
    } Listed_##name;                                                                               \
                                                                                                   \
    AERT_INLINE long count_##name(const real *a, int columns) {                                    \
        int count = 0;                                                                             \
        for (int j = 0; j < columns; j++)                                                          \
            count += a[j] != 0;                                                                    \
        return count;                                                                              \
    }                                                                                              \
                                                                                                   \
    /* Of elements [from, end), what is not 0. */                                                  \
    AERT_INLINE void take_##name(const real *a, int from, int end, Listed_##name *listed) {        \
        int count = listed->count;                                                                 \
        for (int j = from; j < end; j++) {                                                         \
            listed->column[count] = j;                                                             \
            listed->value[count] = a[j];                                                           \
            count += a[j] != 0;                                                                    \
        }                                                                                          \
        listed->count = count;                                                                     \
    }                                                                                              \
                                                                                                   \
    /* The same; most blocks of them hold none. */                                                 \
    AERT_INLINE void list_##name(const real *a, int from, int end, Listed_##name *listed) {        \
        listed->count = 0;                                                                         \
        for (; from + BLOCK <= end; from += BLOCK) {                                               \
            int any = 0;                                                                           \
            for (int x = 0; x < BLOCK; x++)                                                        \
                any |= a[from + x] != 0;                                                           \
            if (any)                                                                               \
                take_##name(a, from, from + BLOCK, listed);                                        \
        }                                                                                          \
        take_##name(a, from, end, listed);                                                         \
    }                                                                                              \
                                                                                                   \
    AERT_INLINE void add_row_##name(real value, const real *restrict b, int n, real *restrict c) { \
        for (int j = 0; j < n; j++)                                                                \
            c[j] += value * b[j];                                                                  \
    }                                                                                              \
                                                                                                   \
    AERT_INLINE void add_four_##name(const real *value, const real *const *row, int n,             \
                                     real *restrict c) {                                           \
        const real *b0 = row[0], *b1 = row[1], *b2 = row[2], *b3 = row[3];                         \
        real v0 = value[0], v1 = value[1], v2 = value[2], v3 = value[3];                           \
        for (int j = 0; j < n; j++)                                                                \
            c[j] = (((c[j] + v0 * b0[j]) + v1 * b1[j]) + v2 * b2[j]) + v3 * b3[j];                 \
    }                                                                                              \
                                                                                                   \
    /* C += A B */                                                                                 \
    AERT_INLINE void rows_##name(int m, int n, int k, const real *a, int lda, const real *b,       \
                                 int ldb, real *c, int ldc) {                                      \
        Listed_##name listed;                                                                      \
        for (int i = 0; i < m; i++)                                                                \
            for (int first = 0; first < k; first += STRETCH) {                                     \
                list_##name(a + (ptrdiff_t)i * lda, first, least(first + STRETCH, k), &listed);    \
                int e = 0;                                                                         \
                for (; e + 4 <= listed.count; e += 4) {                                            \
                    const real *row[4];                                                            \
                    for (int q = 0; q < 4; q++)                                                    \
                        row[q] = b + (ptrdiff_t)listed.column[e + q] * ldb;                        \
                    add_four_##name(listed.value + e, row, n, c + (ptrdiff_t)i * ldc);             \
                }                                                                                  \
                for (; e < listed.count; e++)                                                      \
                    add_row_##name(listed.value[e], b + (ptrdiff_t)listed.column[e] * ldb, n,      \
                                   c + (ptrdiff_t)i * ldc);                                        \
            }                                                                                      \
    }                                                                                              \
                                                                                                   \
    /* C += A' B, of an A of k rows and m columns */                                               \
    AERT_INLINE void columns_##name(int m, int n, int k, const real *a, int lda, const real *b,    \
                                    int ldb, real *c, int ldc) {                                   \
        Listed_##name listed;                                                                      \
        for (int i = 0; i < k; i++)                                                                \
            for (int first = 0; first < m; first += STRETCH) {                                     \
                list_##name(a + (ptrdiff_t)i * lda, first, least(first + STRETCH, m), &listed);    \
                for (int e = 0; e < listed.count; e++)                                             \
                    add_row_##name(listed.value[e], b + (ptrdiff_t)i * ldb, n,                     \
                                   c + (ptrdiff_t)listed.column[e] * ldc);                         \
            }                                                                                      \
    }                                                                                              \
                                                                                                   \
    typedef void Product_##name(int m, int n, int k, const real *a, int lda, const real *b,        \
                                int ldb, real *c, int ldc);                                        \
    typedef struct Loops_##name {                                                                  \
        Product_##name *rows, *columns;                                                            \
        long (*count)(const real *a, int columns);                                                 \
    } Loops_##name;

NONZEROS(f32, float)
NONZEROS(f64, double)

#define COMPILED(name, real, kind, features)                                                       \
    features static void rows_##name##_##kind(int m, int n, int k, const real *a, int lda,         \
                                              const real *b, int ldb, real *c, int ldc) {          \
        rows_##name(m, n, k, a, lda, b, ldb, c, ldc);                                              \
    }                                                                                              \
    features static void columns_##name##_##kind(int m, int n, int k, const real *a, int lda,      \
                                                 const real *b, int ldb, real *c, int ldc) {       \
        columns_##name(m, n, k, a, lda, b, ldb, c, ldc);                                           \
    }                                                                                              \
    features static long count_##name##_##kind(const real *a, int columns) {                       \
        return count_##name(a, columns);                                                           \
    }

#define LOOPS(name, kind)                                                                          \
    (Loops_##name) {                                                                               \
        rows_##name##_##kind, columns_##name##_##kind, count_##name##_##kind                       \
    }

COMPILED(f32, float, plain, )
COMPILED(f64, double, plain, )
#if defined(__x86_64__)
COMPILED(f32, float, wide, __attribute__((target("avx2,fma"))))
COMPILED(f64, double, wide, __attribute__((target("avx2,fma"))))
#endif

static Loops_f32 loops_f32;
static Loops_f64 loops_f64;

/* Once: cpuid takes longer than a small product. */
static void choose_loops(void) {
    loops_f32 = LOOPS(f32, plain);
    loops_f64 = LOOPS(f64, plain);
#if defined(__x86_64__)
    if (aert_cpu_has("avx2 fma")) {
        loops_f32 = LOOPS(f32, wide);
        loops_f64 = LOOPS(f64, wide);
    }
#endif
}

static pthread_once_t chosen = PTHREAD_ONCE_INIT;

#define TIMES(name, real)                                                                          \
    static void clear_##name(int m, int n, real *c, int ldc) {                                     \
        for (int i = 0; i < m; i++)                                                                \
            memset(c + (ptrdiff_t)i * ldc, 0, (size_t)n * sizeof *c);                              \
    }                                                                                              \
                                                                                                   \
    /* Are few elements of a matrix other than 0? */                                               \
    static bool few_##name(const real *a, int lda, int rows, int columns) {                        \
        long count = 0;                                                                            \
        for (int i = 0; i < rows; i++)                                                             \
            count += loops_##name.count(a + (ptrdiff_t)i * lda, columns);                          \
        return count * SHARE <= (long)rows * columns;                                              \
    }                                                                                              \
                                                                                                   \
    void nonzeros_times_##name(int ta, int m, int n, int k, const real *a, int lda, const real *b, \
                               int ldb, real *c, int ldc) {                                        \
        pthread_once(&chosen, choose_loops);                                                       \
        if (!few_##name(a, lda, ta ? k : m, ta ? m : k)) {                                         \
            gemm_##name(ta, 0, m, n, k, 1, a, lda, b, ldb, 0, c, ldc);                             \
            return;                                                                                \
        }                                                                                          \
        clear_##name(m, n, c, ldc);                                                                \
        (ta ? loops_##name.columns : loops_##name.rows)(m, n, k, a, lda, b, ldb, c, ldc);          \
    }

TIMES(f32, float)
TIMES(f64, double)
