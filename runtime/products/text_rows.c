/* Products with rows of texts: see text_rows.h.
 *
 * Rows that count are copied side by side, as many at a time as there is room for, and go to gemm
 * as a matrix of their own.  Where they lie side by side anyhow, as all of a batch of long texts
 * do, they are multiplied where they are.
 */
#include "text_rows.h"
#include "gemm.h"
#include "gemm_choose.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Rows [begin, end) that all count, or none of which does. */
typedef struct Run {
    int begin, end;
    bool counts;
} Run;

static int length_of(const int *token, int length) {
    while (length > 0 && token[length - 1] == 0)
        length--;
    return length;
}

/* Of rows [begin, end), those that are alike the first, where that is seen at once. */
static Run part_of(const AertTextRows *of, int begin, int end) {
    if (of->ahead)
        return (Run){begin, begin + 1, !aert_is_padding(of, begin)};
    int text = begin / of->places, first = text * of->places;
    int behind = first + length_of(of->token + first, of->places);
    bool counts = begin < behind;
    int to = counts ? behind : first + of->places;
    return (Run){begin, to < end ? to : end, counts};
}

/* All of them. */
static Run run_of(const AertTextRows *of, int begin, int end) {
    Run run = part_of(of, begin, end);
    while (run.end < end) {
        Run next = part_of(of, run.end, end);
        if (next.counts != run.counts)
            break;
        run.end = next.end;
    }
    return run;
}

/* As many of rows [begin, end) as have no more than `most` that count; how many of them do. */
static int block_of(const AertTextRows *of, int begin, int *end, int most) {
    int count = 0;
    for (int row = begin; row < *end;) {
        Run run = run_of(of, row, *end);
        row = run.end;
        if (!run.counts)
            continue;
        if (run.end - run.begin >= most - count) {
            *end = run.begin + (most - count);
            return most;
        }
        count += run.end - run.begin;
    }
    return count;
}

/* Do all that count of rows [begin, end) lie side by side?  Then they are `only`, which may be
 * empty. */
static bool is_one(const AertTextRows *of, int begin, int end, Run *only) {
    *only = (Run){begin, begin, true};
    for (int row = begin; row < end;) {
        Run run = run_of(of, row, end);
        row = run.end;
        if (run.counts && only->begin < only->end)
            return false;
        if (run.counts)
            *only = run;
    }
    return true;
}

#define TIMES(name, real)                                                                          \
    static void clear_##name(int rows, int n, real *c, int ldc) {                                  \
        for (int i = 0; i < rows; i++)                                                             \
            memset(c + (ptrdiff_t)i * ldc, 0, (size_t)n * sizeof *c);                              \
    }                                                                                              \
                                                                                                   \
    /* Rows [begin, end), which are behind ends. */                                                \
    static void behind_##name(const AertTextRows *of, int begin, int end, int n, real *c,          \
                              int ldc) {                                                           \
        if (!of->open)                                                                             \
            clear_##name(end - begin, n, c + (ptrdiff_t)begin * ldc, ldc);                         \
    }                                                                                              \
                                                                                                   \
    static void copy_##name(int rows, int n, const real *from, int ldf, real *to, int ldt) {       \
        for (int i = 0; i < rows; i++)                                                             \
            memcpy(to + (ptrdiff_t)i * ldt, from + (ptrdiff_t)i * ldf, (size_t)n * sizeof *to);    \
    }                                                                                              \
                                                                                                   \
    /* Those of n columns that count, side by side. */                                             \
    static void gather_##name(const AertTextRows *of, int begin, int end, int n, const real *from, \
                              int ld, real *to) {                                                  \
        for (Run run; begin < end; begin = run.end) {                                              \
            run = run_of(of, begin, end);                                                          \
            int rows = run.end - run.begin;                                                        \
            if (run.counts) {                                                                      \
                copy_##name(rows, n, from + (ptrdiff_t)begin * ld, ld, to, n);                     \
                to += (ptrdiff_t)rows * n;                                                         \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
                                                                                                   \
    /* And back; the others are 0. */                                                              \
    static void spread_##name(const AertTextRows *of, int begin, int end, int n, const real *from, \
                              real *to, int ld) {                                                  \
        for (Run run; begin < end; begin = run.end) {                                              \
            run = run_of(of, begin, end);                                                          \
            int rows = run.end - run.begin;                                                        \
            if (run.counts) {                                                                      \
                copy_##name(rows, n, from, n, to + (ptrdiff_t)begin * ld, ld);                     \
                from += (ptrdiff_t)rows * n;                                                       \
            } else {                                                                               \
                behind_##name(of, begin, run.end, n, to, ld);                                      \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
                                                                                                   \
    /* Rows [begin, end) of the texts; a and c begin with the text's row 0. */                     \
    static void rows_##name(const AertTextRows *of, int begin, int end, real *room, int most,      \
                            int tb, int n, int k, const real *a, int lda, const real *b, int ldb,  \
                            real *c, int ldc) {                                                    \
        Run only;                                                                                  \
        if (is_one(of, begin, end, &only)) {                                                       \
            behind_##name(of, begin, only.begin, n, c, ldc);                                       \
            if (only.begin < only.end)                                                             \
                gemm_##name(0, tb, only.end - only.begin, n, k, 1,                                 \
                            a + (ptrdiff_t)only.begin * lda, lda, b, ldb, 0,                       \
                            c + (ptrdiff_t)only.begin * ldc, ldc);                                 \
            behind_##name(of, only.end, end, n, c, ldc);                                           \
            return;                                                                                \
        }                                                                                          \
        real *result = room + (ptrdiff_t)most * k;                                                 \
        for (int to = end; begin < end; begin = to, to = end) {                                    \
            int count = block_of(of, begin, &to, most);                                            \
            gather_##name(of, begin, to, k, a, lda, room);                                         \
            aert_gemm_changed((const void *)room);                                                 \
            if (count > 0)                                                                         \
                gemm_##name(0, tb, count, n, k, 1, room, k, b, ldb, 0, result, n);                 \
            spread_##name(of, begin, to, n, result, c, ldc);                                       \
        }                                                                                          \
    }                                                                                              \
                                                                                                   \
    static void sums_##name(const AertTextRows *of, real *room, int most, int m, int n, int k,     \
                            const real *a, int lda, const real *b, int ldb, real *c, int ldc) {    \
        Run only;                                                                                  \
        real *second = room + (ptrdiff_t)most * m;                                                 \
        if (is_one(of, 0, k, &only)) {                                                             \
            if (only.begin < only.end)                                                             \
                gemm_##name(1, 0, m, n, only.end - only.begin, 1, a + (ptrdiff_t)only.begin * lda, \
                            lda, b + (ptrdiff_t)only.begin * ldb, ldb, 0, c, ldc);                 \
            else                                                                                   \
                clear_##name(m, n, c, ldc);                                                        \
            return;                                                                                \
        }                                                                                          \
        bool any = false;                                                                          \
        for (int begin = 0, to = k; begin < k; begin = to, to = k) {                               \
            int count = block_of(of, begin, &to, most);                                            \
            gather_##name(of, begin, to, m, a, lda, room);                                         \
            gather_##name(of, begin, to, n, b, ldb, second);                                       \
            aert_gemm_changed((const void *)room);                                                 \
            aert_gemm_changed((const void *)second);                                               \
            if (count > 0)                                                                         \
                gemm_##name(1, 0, m, n, count, 1, room, m, second, n, any, c, ldc);                \
            any |= count > 0;                                                                      \
        }                                                                                          \
    }                                                                                              \
                                                                                                   \
    void text_rows_times_##name(const AertTextRows *of, int first, void *room, int most, int ta,   \
                                int tb, int m, int n, int k, const real *a, int lda,               \
                                const real *b, int ldb, real *c, int ldc) {                        \
        if (ta)                                                                                    \
            sums_##name(of, room, most, m, n, k, a, lda, b, ldb, c, ldc);                          \
        else                                                                                       \
            rows_##name(of, first, first + m, room, most, tb, n, k, a - (ptrdiff_t)first * lda,    \
                        lda, b, ldb, c - (ptrdiff_t)first * ldc, ldc);                             \
    }

TIMES(f32, float)
TIMES(f64, double)

#define ENDS(name, real)                                                                           \
    void text_ends_times_##name(const int *token, int places, int ends, int ta, int tb, int m,     \
                                int n, int k, const real *a, const real *b, real *c) {             \
        int length = length_of(token, places);                                                     \
        int columns = ends & AERT_COLUMNS_END ? length : n;                                        \
        int depth = ends & AERT_SUMS_END ? length : k;                                             \
        int rows = depth == 0 ? 0 : ends & AERT_ROWS_END ? length : m;                             \
        if (rows > 0 && columns > 0)                                                               \
            gemm_##name(ta, tb, rows, columns, depth, 1, a, ta ? m : k, b, tb ? k : n, 0, c, n);   \
        clear_##name(rows, n - columns, c + columns, n);                                           \
        clear_##name(m - rows, n, c + (ptrdiff_t)rows * n, n);                                     \
    }

ENDS(f32, float)
ENDS(f64, double)
