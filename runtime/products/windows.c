/* Products with windows: see windows.h.
 *
 * Its one idea: so many rows of the matrix as stay near are copied side by side, run by run, and go
 * to gemm as a matrix of their own; where rows are what is summed, C is added to.
 */
#include "windows.h"
#include "gemm.h"
#include "gemm_choose.h"

#include <string.h>

enum {
    BYTES = 1 << 17,   /* of rows side by side: a part of the second level's cache */
    ROWS_UNIT = 16,    /* they are a multiple of it, where they can be */
    ROWS_SUMMED = 208, /* the most where rows are what is summed: gemm takes so many at a time */
    SHORT_RUN = 16,    /* so short runs are copied number by number */
};

/* Columns that lie side by side. */
typedef struct Run {
    int offset, count;
} Run;

/* What a thread packs; too much for a small stack. */
static _Thread_local struct {
    _Alignas(64) unsigned char rows[BYTES];
    Run runs[AERT_WINDOW_COLUMNS];
} memory;

/* A place that goes through some axes, the last one fastest. */
typedef struct Walk {
    const int *length, *stride;
    int axes, at[AERT_WINDOW_AXES];
    ptrdiff_t offset;
} Walk;

static Walk walk_from(const AertWindows *w, int first, int axes, long number) {
    Walk walk = {.length = w->length + first, .stride = w->stride + first, .axes = axes};
    for (int a = axes - 1; a >= 0; a--) {
        long left = a > 0 ? number / walk.length[a] : 0;
        walk.at[a] = (int)(number - left * (a > 0 ? walk.length[a] : 0));
        walk.offset += (ptrdiff_t)walk.at[a] * walk.stride[a];
        number = left;
    }
    return walk;
}

static void step(Walk *walk) {
    int a = walk->axes - 1;
    for (; a > 0 && walk->at[a] == walk->length[a] - 1; a--) {
        walk->offset -= (ptrdiff_t)walk->at[a] * walk->stride[a];
        walk->at[a] = 0;
    }
    walk->at[a]++;
    walk->offset += walk->stride[a];
}

/* The columns from `column` on in memory.runs: how many runs. */
static int find_runs(const AertWindows *w, int column, int columns) {
    int count = 0, whole = 1; /* columns that lie side by side from a multiple of it on */
    for (int a = w->rows + w->columns - 1; a >= w->rows && w->stride[a] == whole; a--)
        whole *= w->length[a];
    for (int end = column + columns, next; column < end; column = next) {
        next = (column / whole + 1) * whole;
        next = next < end ? next : end;
        ptrdiff_t offset = walk_from(w, w->rows, w->columns, column).offset;
        memory.runs[count++] = (Run){(int)offset, next - column};
    }
    return count;
}

static int least(int a, int b) {
    return a < b ? a : b;
}

static int rows_at_a_time(int columns, size_t size, int most) {
    int rows = least((int)(BYTES / size) / columns, most);
    return rows < ROWS_UNIT ? rows : rows / ROWS_UNIT * ROWS_UNIT;
}

#define WINDOWS(name, real)                                                                        \
    static const real *pack_##name(const AertSeen *seen, int first, int rows, int runs) {          \
        const AertWindows *w = seen->windows;                                                      \
        Walk walk = walk_from(w, 0, w->rows, seen->row + first);                                   \
        real *to = (real *)(void *)memory.rows;                                                    \
        aert_gemm_changed((const float *)(const void *)memory.rows);                               \
        for (int i = 0; i < rows; i++, step(&walk)) {                                              \
            const real *from = (const real *)seen->from + walk.offset;                             \
            for (int r = 0; r < runs; r++) {                                                       \
                const Run run = memory.runs[r];                                                    \
                if (run.count < SHORT_RUN)                                                         \
                    for (int j = 0; j < run.count; j++)                                            \
                        to[j] = from[run.offset + j];                                              \
                else                                                                               \
                    memcpy(to, from + run.offset, sizeof(real) * (size_t)run.count);               \
                to += run.count;                                                                   \
            }                                                                                      \
        }                                                                                          \
        return (const real *)(const void *)memory.rows;                                            \
    }                                                                                              \
                                                                                                   \
    void windows_times_##name(AertSeen a, int ta, int tb, int m, int n, int k, const real *b,      \
                              int ldb, real *c, int ldc) {                                         \
        const int rows = ta ? k : m, columns = ta ? m : k;                                         \
        const int most = rows_at_a_time(columns, sizeof(real), ta ? ROWS_SUMMED : rows);           \
        const int runs = find_runs(a.windows, a.column, columns);                                  \
        for (int i = 0; i < rows; i += most) {                                                     \
            const int count = least(most, rows - i);                                               \
            const real *part = pack_##name(&a, i, count, runs);                                    \
            if (ta)                                                                                \
                gemm_##name(1, tb, m, n, count, 1, part, columns,                                  \
                            tb ? b + i : b + (ptrdiff_t)i * ldb, ldb, i > 0, c, ldc);              \
            else                                                                                   \
                gemm_##name(0, tb, count, n, k, 1, part, columns, b, ldb, 0,                       \
                            c + (ptrdiff_t)i * ldc, ldc);                                          \
        }                                                                                          \
    }                                                                                              \
                                                                                                   \
    void times_windows_##name(int ta, int tb, int m, int n, int k, const real *a, int lda,         \
                              AertSeen b, real *c, int ldc) {                                      \
        const int rows = tb ? n : k, columns = tb ? k : n;                                         \
        const int most = rows_at_a_time(columns, sizeof(real), tb ? rows : ROWS_SUMMED);           \
        const int runs = find_runs(b.windows, b.column, columns);                                  \
        for (int i = 0; i < rows; i += most) {                                                     \
            const int count = least(most, rows - i);                                               \
            const real *part = pack_##name(&b, i, count, runs);                                    \
            if (tb)                                                                                \
                gemm_##name(ta, 1, m, count, k, 1, a, lda, part, columns, 0, c + i, ldc);          \
            else                                                                                   \
                gemm_##name(ta, 0, m, n, count, 1, ta ? a + (ptrdiff_t)i *lda : a + i, lda, part,  \
                            columns, i > 0, c, ldc);                                               \
        }                                                                                          \
    }

WINDOWS(f32, float)
WINDOWS(f64, double)
