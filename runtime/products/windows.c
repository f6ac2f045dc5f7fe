/* Products with windows: see windows.h.
 *
 * Where tiles of the product can read windows in place, they do (runs.h).  Elsewhere so many rows
 * of the matrix as stay near are copied side by side, run by run, and go to gemm as a matrix of
 * their own; where rows are what is summed, C is added to.
 */
#include "windows.h"
#include "gemm.h"
#include "gemm_choose.h"
#include "runs.h"

#include <limits.h>
#include <string.h>

enum {
    LINES = 64,        /* runs of rows at a time */
    BYTES = 1 << 17,   /* of rows side by side: a part of the second level's cache */
    ROWS_UNIT = 16,    /* they are a multiple of it, where they can be */
    ROWS_SUMMED = 208, /* the most where rows are what is summed: gemm takes so many at a time */
    LANES = 8,         /* numbers that are copied at a time */
};

/* What a thread packs; too much for a small stack. */
static _Thread_local struct {
    _Alignas(64) unsigned char rows[BYTES];
    AertPlaceRun runs[AERT_WINDOW_COLUMNS]; /* columns that lie side by side */
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
        memory.runs[count++] = (AertPlaceRun){offset, next - column};
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

/* How many places follow from here on, each one stride of the last axis further. */
static int in_line(const Walk *walk) {
    const int last = walk->axes - 1;
    return last == 0 ? INT_MAX : walk->length[last] - walk->at[last];
}

static void advance(Walk *walk, int places) { /* at most those in line */
    const int last = walk->axes - 1;
    walk->at[last] += places - 1;
    walk->offset += (ptrdiff_t)(places - 1) * walk->stride[last];
    step(walk);
}

/* ---- without packing ---- */

/* The next `most` rows from `walk` on as lines, runs of rows evenly apart: fewer where that would
 * be more than LINES.  A line that goes on where the one before ends is a part of it. */
static AertRuns next_lines(Walk *walk, int most, AertPlaceRun *line) {
    const int stride = walk->stride[walk->axes - 1];
    AertRuns lines = {line, 0};
    while (most > 0) {
        const int count = least(most, in_line(walk));
        AertPlaceRun *last = line + lines.count - 1; /* read where there is one */
        if (lines.count > 0 && walk->offset == last->offset + (ptrdiff_t)last->count * stride)
            last->count += count;
        else if (lines.count < LINES)
            line[lines.count++] = (AertPlaceRun){walk->offset, count};
        else
            break;
        advance(walk, count);
        most -= count;
    }
    return lines;
}

static int rows_of(AertRuns lines) {
    int rows = 0;
    for (int i = 0; i < lines.count; i++)
        rows += lines.at[i].count;
    return rows;
}

enum {
    SHORT_ROWS = 4,    /* lines of fewer leave tiles empty, as do */
    SHORT_COLUMNS = 6, /* runs of fewer where columns are a tile's rows */
    WIDE = 64,         /* columns of B from which on tiles of bf16 pay for their packing */
};

/* Whether tiles read windows where they are: they fill, and need not many columns. */
static AertRunsKernel *direct(const AertSeen *a, int ta, int tb, int n, int columns, int runs) {
    AertRunsKernel *kernel = aert_gemm_runs();
    if (!kernel || tb || n > WIDE)
        return NULL;
    if (ta)
        return columns >= SHORT_COLUMNS * runs ? kernel : NULL;
    const AertWindows *w = a->windows;
    bool lines = w->rows == 1 || w->length[w->rows - 1] >= SHORT_ROWS;
    return lines && columns <= AERT_RUNS_DEPTH ? kernel : NULL;
}

/* windows_times_f32 without packing: lines of rows by runs of columns, or, where rows are summed,
 * the other way round. */
static void times_in_place(AertRunsKernel *kernel, const AertSeen *a, int ta, int rows,
                           AertRuns columns, int n, const float *b, int ldb, float *c, int ldc) {
    const int stride = a->windows->stride[a->windows->rows - 1];
    Walk walk = walk_from(a->windows, 0, a->windows->rows, a->row);
    AertPlaceRun line[LINES];
    for (int i = 0; i < rows;) {
        AertRuns lines = next_lines(&walk, ta ? least(ROWS_SUMMED, rows - i) : rows - i, line);
        if (ta)
            kernel(columns, 1, lines, stride, a->from, n, b + (ptrdiff_t)i * ldb, ldb, i > 0, c,
                   ldc);
        else
            kernel(lines, stride, columns, 1, a->from, n, b, ldb, false, c + (ptrdiff_t)i * ldc,
                   ldc);
        i += rows_of(lines);
    }
}

#define DIRECT_f32                                                                                 \
    AertRunsKernel *kernel = direct(&a, ta, tb, n, columns, runs);                                 \
    if (kernel) {                                                                                  \
        times_in_place(kernel, &a, ta, rows, (AertRuns){memory.runs, runs}, n, b, ldb, c, ldc);    \
        return;                                                                                    \
    }
#define DIRECT_f64

#define WINDOWS(name, real)                                                                        \
    /* Rows in line, run by run. */                                                                \
    static void copy_runs_##name(const real *from, int stride, int rows, int runs, real *to) {     \
        for (int i = 0; i < rows; i++, from += stride)                                             \
            for (int r = 0; r < runs; r++) {                                                       \
                const AertPlaceRun run = memory.runs[r];                                           \
                int j = 0;                                                                         \
                for (; j + LANES <= run.count; j += LANES)                                         \
                    memcpy(to + j, from + run.offset + j, LANES * sizeof(real));                   \
                for (; j < run.count; j++)                                                         \
                    to[j] = from[run.offset + j];                                                  \
                to += run.count;                                                                   \
            }                                                                                      \
    }                                                                                              \
                                                                                                   \
    /* The same where runs are shorter than rows in line: column by column. */                     \
    static void copy_columns_##name(const real *from, int stride, int rows, int columns, int runs, \
                                    real *to) {                                                    \
        for (int r = 0; r < runs; r++)                                                             \
            for (int j = 0; j < memory.runs[r].count; j++, to++)                                   \
                for (int i = 0; i < rows; i++)                                                     \
                    to[(ptrdiff_t)i * columns] =                                                   \
                        from[(ptrdiff_t)i * stride + memory.runs[r].offset + j];                   \
    }                                                                                              \
                                                                                                   \
    static const real *pack_##name(const AertSeen *seen, int first, int rows, int columns,         \
                                   int runs) {                                                     \
        const AertWindows *w = seen->windows;                                                      \
        const int stride = w->stride[w->rows - 1];                                                 \
        Walk walk = walk_from(w, 0, w->rows, seen->row + first);                                   \
        real *to = (real *)(void *)memory.rows;                                                    \
        aert_gemm_changed((const float *)(const void *)memory.rows);                               \
        for (int i = 0, count; i < rows; i += count, to += count * columns) {                      \
            const real *from = (const real *)seen->from + walk.offset;                             \
            count = least(rows - i, in_line(&walk));                                               \
            if (columns < LANES * runs && count > columns / runs)                                  \
                copy_columns_##name(from, stride, count, columns, runs, to);                       \
            else                                                                                   \
                copy_runs_##name(from, stride, count, runs, to);                                   \
            advance(&walk, count);                                                                 \
        }                                                                                          \
        return (const real *)(const void *)memory.rows;                                            \
    }                                                                                              \
                                                                                                   \
    /* Of one column, which would leave vectors empty: a sum along each row. */                    \
    static void sum_rows_##name(const AertSeen *a, int rows, int columns, int runs, const real *b, \
                                int ldb, real *c, int ldc) {                                       \
        Walk walk = walk_from(a->windows, 0, a->windows->rows, a->row);                            \
        real *weight = (real *)(void *)memory.rows;                                                \
        for (int j = 0; j < columns; j++)                                                          \
            weight[j] = b[(ptrdiff_t)j * ldb];                                                     \
        for (int i = 0; i < rows; i++, step(&walk)) {                                              \
            const real *from = (const real *)a->from + walk.offset, *by = weight;                  \
            real sum[LANES] = {0}, rest = 0;                                                       \
            for (int r = 0; r < runs; r++) {                                                       \
                const AertPlaceRun run = memory.runs[r];                                           \
                int j = 0;                                                                         \
                for (; j + LANES <= run.count; j += LANES)                                         \
                    for (int l = 0; l < LANES; l++)                                                \
                        sum[l] += from[run.offset + j + l] * by[j + l];                            \
                for (; j < run.count; j++)                                                         \
                    rest += from[run.offset + j] * by[j];                                          \
                by += run.count;                                                                   \
            }                                                                                      \
            for (int l = 0; l < LANES; l++)                                                        \
                rest += sum[l];                                                                    \
            c[(ptrdiff_t)i * ldc] = rest;                                                          \
        }                                                                                          \
    }                                                                                              \
                                                                                                   \
    /* Of one column, where rows are what is summed: a number of it times each row. */             \
    static void add_rows_##name(const AertSeen *a, int rows, int columns, int runs, const real *b, \
                                int ldb, real *c, int ldc) {                                       \
        Walk walk = walk_from(a->windows, 0, a->windows->rows, a->row);                            \
        real *sum = (real *)(void *)memory.rows;                                                   \
        for (int j = 0; j < columns; j++)                                                          \
            c[(ptrdiff_t)j * ldc] = 0;                                                             \
        for (int i = 0; i < rows; i += ROWS_SUMMED) {                                              \
            memset(sum, 0, sizeof(real) * (size_t)columns);                                        \
            for (int p = i; p < least(i + ROWS_SUMMED, rows); p++, step(&walk)) {                  \
                const real *restrict from = (const real *)a->from + walk.offset;                   \
                const real by = b[(ptrdiff_t)p * ldb];                                             \
                real *restrict to = sum;                                                           \
                for (int r = 0; r < runs; r++) {                                                   \
                    const AertPlaceRun run = memory.runs[r];                                       \
                    for (int j = 0; j < run.count; j++)                                            \
                        to[j] += from[run.offset + j] * by;                                        \
                    to += run.count;                                                               \
                }                                                                                  \
            }                                                                                      \
            for (int j = 0; j < columns; j++)                                                      \
                c[(ptrdiff_t)j * ldc] += sum[j];                                                   \
        }                                                                                          \
    }                                                                                              \
                                                                                                   \
    void windows_times_##name(AertSeen a, int ta, int tb, int m, int n, int k, const real *b,      \
                              int ldb, real *c, int ldc) {                                         \
        const int rows = ta ? k : m, columns = ta ? m : k;                                         \
        const int most = rows_at_a_time(columns, sizeof(real), ta ? ROWS_SUMMED : rows);           \
        const int runs = find_runs(a.windows, a.column, columns);                                  \
        if (n == 1) {                                                                              \
            (ta ? add_rows_##name : sum_rows_##name)(&a, rows, columns, runs, b, tb ? 1 : ldb, c,  \
                                                     ldc);                                         \
            return;                                                                                \
        }                                                                                          \
        DIRECT_##name for (int i = 0; i < rows; i += most) {                                       \
            const int count = least(most, rows - i);                                               \
            const real *part = pack_##name(&a, i, count, columns, runs);                           \
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
            const real *part = pack_##name(&b, i, count, columns, runs);                           \
            if (tb)                                                                                \
                gemm_##name(ta, 1, m, count, k, 1, a, lda, part, columns, 0, c + i, ldc);          \
            else                                                                                   \
                gemm_##name(ta, 0, m, n, count, 1, ta ? a + (ptrdiff_t)i *lda : a + i, lda, part,  \
                            columns, i > 0, c, ldc);                                               \
        }                                                                                          \
    }

WINDOWS(f32, float)
WINDOWS(f64, double)
