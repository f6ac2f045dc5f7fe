/* Products with windows: see windows.h.
 *
 * Where tiles of the product can read windows in place, they do (runs.h).  Elsewhere so many rows
 * of the matrix as stay near are copied side by side, run by run, and go to gemm as a matrix of
 * their own; where rows are what is summed, C is added to.
 *
 * Doubles, in which nothing is trained, are always copied, each as two words of the size of a
 * float.
 */
#include "windows.h"
#include "gemm_choose.h"
#include "product.h"
#include "runs.h"
#include "windows_parts.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

enum {
    LINES = 64,     /* runs of rows at a time */
    ROWS_UNIT = 16, /* they are a multiple of it, where they can be */
    LANES = 8,      /* words that are copied at a time */
};

/* What a thread packs; too much for a small stack. */
static _Thread_local struct {
    _Alignas(64) unsigned char rows[AERT_WINDOWS_BYTES];
    AertPlaceRun runs[AERT_WINDOW_COLUMNS]; /* columns that lie side by side, in words */
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

/* The columns from `column` on, of so many words each, in memory.runs: how many runs. */
int aert_windows_runs(const AertWindows *w, int column, int columns, int words) {
    int count = 0, whole = 1; /* columns that lie side by side from a multiple of it on */
    for (int a = w->rows + w->columns - 1; a >= w->rows && w->stride[a] == whole; a--)
        whole *= w->length[a];
    for (int end = column + columns, next; column < end; column = next) {
        next = (column / whole + 1) * whole;
        next = next < end ? next : end;
        ptrdiff_t offset = walk_from(w, w->rows, w->columns, column).offset;
        memory.runs[count++] = (AertPlaceRun){offset * words, (next - column) * words};
    }
    return count;
}

static int least(int a, int b) {
    return a < b ? a : b;
}

int aert_windows_at_a_time(int columns, size_t size, int most) {
    int rows = least((int)(AERT_WINDOWS_BYTES / size) / columns, most);
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
};

/* Whether tiles read windows where they are: they fill, and need not many columns. */
static AertRunsKernel *direct(const AertSeen *a, int ta, int tb, int n, int columns, int runs) {
    AertRunsKernel *kernel = aert_gemm_runs();
    if (!kernel || tb || n > AERT_WINDOWS_WIDE)
        return NULL;
    if (ta)
        return columns >= SHORT_COLUMNS * runs ? kernel : NULL;
    const AertWindows *w = a->windows;
    bool lines = w->rows == 1 || w->length[w->rows - 1] >= SHORT_ROWS;
    return lines && columns <= AERT_RUNS_DEPTH ? kernel : NULL;
}

/* Without packing: lines of rows by runs of columns, or, where rows are summed, the other way
 * round. */
static void times_in_place(AertRunsKernel *kernel, const AertSeen *a, int rows, int runs,
                           const AertProduct *p) {
    const int stride = a->windows->stride[a->windows->rows - 1], n = p->n;
    const AertRuns columns = {memory.runs, runs};
    const float *from = a->from, *b = (const void *)p->b;
    float *c = (void *)p->c;
    Walk walk = walk_from(a->windows, 0, a->windows->rows, a->row);
    AertPlaceRun line[LINES];
    for (int i = 0; i < rows;) {
        AertRuns lines =
            next_lines(&walk, p->ta ? least(AERT_WINDOWS_SUMMED, rows - i) : rows - i, line);
        if (p->ta)
            kernel(columns, 1, lines, stride, from, n, b + (ptrdiff_t)i * p->ldb, p->ldb, i > 0, c,
                   p->ldc);
        else
            kernel(lines, stride, columns, 1, from, n, b, p->ldb, false, c + (ptrdiff_t)i * p->ldc,
                   p->ldc);
        i += rows_of(lines);
    }
}

/* ---- one column, which would leave vectors empty ---- */

/* A sum along each row. */
static void sum_rows(const AertSeen *a, int rows, int columns, int runs, const float *b, int ldb,
                     float *c, int ldc) {
    Walk walk = walk_from(a->windows, 0, a->windows->rows, a->row);
    float *weight = (float *)(void *)memory.rows;
    for (int j = 0; j < columns; j++)
        weight[j] = b[(ptrdiff_t)j * ldb];
    for (int i = 0; i < rows; i++, step(&walk)) {
        const float *from = (const float *)a->from + walk.offset, *by = weight;
        float sum[LANES] = {0}, rest = 0;
        for (int r = 0; r < runs; r++) {
            const AertPlaceRun run = memory.runs[r];
            int j = 0;
            for (; j + LANES <= run.count; j += LANES)
                for (int l = 0; l < LANES; l++)
                    sum[l] += from[run.offset + j + l] * by[j + l];
            for (; j < run.count; j++)
                rest += from[run.offset + j] * by[j];
            by += run.count;
        }
        for (int l = 0; l < LANES; l++)
            rest += sum[l];
        c[(ptrdiff_t)i * ldc] = rest;
    }
}

/* Where rows are what is summed: a number of the column times each row. */
static void add_rows(const AertSeen *a, int rows, int columns, int runs, const float *b, int ldb,
                     float *c, int ldc) {
    Walk walk = walk_from(a->windows, 0, a->windows->rows, a->row);
    float *sum = (float *)(void *)memory.rows;
    for (int j = 0; j < columns; j++)
        c[(ptrdiff_t)j * ldc] = 0;
    for (int i = 0; i < rows; i += AERT_WINDOWS_SUMMED) {
        memset(sum, 0, sizeof *sum * (size_t)columns);
        for (int p = i; p < least(i + AERT_WINDOWS_SUMMED, rows); p++, step(&walk)) {
            const float *restrict from = (const float *)a->from + walk.offset;
            const float by = b[(ptrdiff_t)p * ldb];
            float *restrict to = sum;
            for (int r = 0; r < runs; r++) {
                const AertPlaceRun run = memory.runs[r];
                for (int j = 0; j < run.count; j++)
                    to[j] += from[run.offset + j] * by;
                to += run.count;
            }
        }
        for (int j = 0; j < columns; j++)
            c[(ptrdiff_t)j * ldc] += sum[j];
    }
}

/* ---- rows side by side ---- */

typedef uint32_t Word;

/* Rows in line, run by run. */
static void copy_runs(const Word *from, ptrdiff_t stride, int rows, int runs, Word *to) {
    for (int i = 0; i < rows; i++, from += stride)
        for (int r = 0; r < runs; r++) {
            const AertPlaceRun run = memory.runs[r];
            int j = 0;
            for (; j + LANES <= run.count; j += LANES)
                memcpy(to + j, from + run.offset + j, LANES * sizeof *to);
            for (; j < run.count; j++)
                memcpy(to + j, from + run.offset + j, sizeof *to);
            to += run.count;
        }
}

/* The same where runs are shorter than rows in line: column by column. */
static void copy_columns(const Word *from, ptrdiff_t stride, int rows, int columns, int runs,
                         Word *to) {
    for (int r = 0; r < runs; r++)
        for (int j = 0; j < memory.runs[r].count; j++, to++)
            for (int i = 0; i < rows; i++)
                memcpy(to + (ptrdiff_t)i * columns, from + i * stride + memory.runs[r].offset + j,
                       sizeof *to);
}

/* `columns` is in words, as runs are. */
static float *pack(const AertSeen *seen, int first, int rows, int columns, int runs, int words,
                   int at) {
    const AertWindows *w = seen->windows;
    const ptrdiff_t stride = (ptrdiff_t)w->stride[w->rows - 1] * words;
    Walk walk = walk_from(w, 0, w->rows, seen->row + first);
    Word *to = (Word *)(void *)memory.rows + (ptrdiff_t)at * columns;
    aert_gemm_changed((const float *)(const void *)memory.rows);
    for (int i = 0, count; i < rows; i += count, to += count * columns) {
        const Word *from = (const Word *)seen->from + walk.offset * words;
        count = least(rows - i, in_line(&walk));
        if (columns < LANES * runs && count > columns / runs)
            copy_columns(from, stride, count, columns, runs, to);
        else
            copy_runs(from, stride, count, runs, to);
        advance(&walk, count);
    }
    return (float *)(void *)memory.rows;
}

float *aert_windows_pack_f32(const AertSeen *seen, int first, int rows, int columns, int runs,
                             int at) {
    return pack(seen, first, rows, columns, runs, 1, at);
}

/* The product, of which one operand is seen through windows: A, or B where `left` is not set. */
static void times_packed(const AertSeen *seen, bool left, int runs, const AertProduct *all) {
    AertProduct part = *all;
    const bool summed = left ? all->ta : !all->tb; /* rows of windows are what is summed */
    const bool down = left ? !all->tb : all->ta; /* and of the other operand, where it is stored */
    const int rows = summed ? all->k : left ? all->m : all->n;
    const int columns = !summed ? all->k : left ? all->m : all->n;
    const int words = (int)(all->size / sizeof(Word));
    const int most =
        aert_windows_at_a_time(columns, all->size, summed ? AERT_WINDOWS_SUMMED : rows);
    *(left ? &part.a : &part.b) = (const char *)memory.rows;
    *(left ? &part.lda : &part.ldb) = columns;
    for (int i = 0; i < rows; i += most) {
        const int count = least(most, rows - i);
        pack(seen, i, count, columns * words, runs, words, 0);
        *(summed ? &part.k : left ? &part.m : &part.n) = count;
        aert_product(&part);
        const size_t next = all->size * (size_t)count;
        if (!summed)
            part.c += left ? next * (size_t)all->ldc : next;
        else if (left)
            part.b += down ? next * (size_t)all->ldb : next;
        else
            part.a += down ? next * (size_t)all->lda : next;
        part.add = summed;
    }
}

static void windows_times(const AertSeen *a, AertProduct *p) {
    const int rows = p->ta ? p->k : p->m, columns = p->ta ? p->m : p->k;
    const bool floats = p->size == sizeof(float);
    const int runs = aert_windows_runs(a->windows, a->column, columns, floats ? 1 : 2);
    AertRunsKernel *kernel = floats ? direct(a, p->ta, p->tb, p->n, columns, runs) : NULL;
    if (floats && p->n == 1)
        (p->ta ? add_rows : sum_rows)(a, rows, columns, runs, (const void *)p->b,
                                      p->tb ? 1 : p->ldb, (void *)p->c, p->ldc);
    else if (kernel)
        times_in_place(kernel, a, rows, runs, p);
    else
        times_packed(a, true, runs, p);
}

static void times_windows(const AertSeen *b, AertProduct *p) {
    const int words = p->size == sizeof(float) ? 1 : 2;
    times_packed(b, false, aert_windows_runs(b->windows, b->column, p->tb ? p->k : p->n, words), p);
}

#define WINDOWS(name, real)                                                                        \
    void windows_times_##name(AertSeen a, int ta, int tb, int m, int n, int k, const real *b,      \
                              int ldb, real *c, int ldc) {                                         \
        AertProduct p = {.ta = ta, .tb = tb, .m = m, .n = n, .k = k, .ldb = ldb, .ldc = ldc};      \
        p.b = (const char *)b;                                                                     \
        p.c = (char *)c;                                                                           \
        p.size = sizeof *c;                                                                        \
        windows_times(&a, &p);                                                                     \
    }                                                                                              \
                                                                                                   \
    void times_windows_##name(int ta, int tb, int m, int n, int k, const real *a, int lda,         \
                              AertSeen b, real *c, int ldc) {                                      \
        AertProduct p = {.ta = ta, .tb = tb, .m = m, .n = n, .k = k, .lda = lda, .ldc = ldc};      \
        p.a = (const char *)a;                                                                     \
        p.c = (char *)c;                                                                           \
        p.size = sizeof *c;                                                                        \
        times_windows(&b, &p);                                                                     \
    }

WINDOWS(f32, float)
WINDOWS(f64, double)
