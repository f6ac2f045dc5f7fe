/* Products with windows of texts, of which those behind ends are left out: see text_rows.h.
 *
 * Windows that count are packed side by side, as windows.c does it with all.  Where they lie side
 * by side anyhow, as all of a batch of long texts do, or are not packed there, it is asked for
 * them run by run.
 */
#include "gemm.h"
#include "gemm_choose.h"
#include "text_rows_parts.h"
#include "windows_parts.h"

#include <string.h>

enum { LINES = 64 }; /* runs at a time */

/* Some of the rows that count, as runs, and how many rows they are. */
typedef struct Block {
    AertTextRun line[LINES];
    int lines, rows;
} Block;

/* The next of rows [begin, end), `most` at most; where to go on. */
static int next_block(const AertTextRows *of, int begin, int end, int most, Block *block) {
    block->lines = block->rows = 0;
    while (begin < end && block->lines < LINES && block->rows < most) {
        AertTextRun run = aert_text_run(of, begin, end);
        if (run.counts) {
            int room = run.begin + most - block->rows;
            run.end = run.end < room ? run.end : room;
            block->line[block->lines++] = run;
            block->rows += run.end - run.begin;
        }
        begin = run.end;
    }
    return begin;
}

static void clear(const AertTextRows *of, int begin, int end, int n, float *c, int ldc) {
    for (int i = begin; i < end && !of->open; i++)
        memset(c + (ptrdiff_t)i * ldc, 0, (size_t)n * sizeof *c);
}

static const float *pack(const Block *block, const AertSeen *a, int columns, int runs) {
    const float *packed = NULL;
    for (int i = 0, at = 0; i < block->lines; i++) {
        const int begin = block->line[i].begin, rows = block->line[i].end - begin;
        packed = aert_windows_pack_f32(a, begin, rows, columns, runs, at);
        at += rows;
    }
    return packed;
}

/* C's rows [begin, end), the first of which are the block's, to where they belong. */
static void spread(const AertTextRows *of, const Block *block, int begin, int end, int n, float *c,
                   int ldc) {
    int from = begin + block->rows, behind = end;
    for (int i = block->lines; i-- > 0; behind = block->line[i].begin) {
        const AertTextRun run = block->line[i];
        for (int row = run.end; row-- > run.begin;)
            if (--from != row)
                memcpy(c + (ptrdiff_t)row * ldc, c + (ptrdiff_t)from * ldc, (size_t)n * sizeof *c);
        clear(of, run.end, behind, n, c, ldc);
    }
    clear(of, begin, behind, n, c, ldc);
}

/* Rows [begin, end) run by run; c begins with row 0. */
static void by_runs(const AertTextRows *of, int begin, int end, AertSeen a, int tb, int n, int k,
                    const float *b, int ldb, float *c, int ldc) {
    for (AertTextRun run; begin < end; begin = run.end) {
        run = aert_text_run(of, begin, end);
        a.row = begin;
        if (run.counts)
            windows_times_f32(a, 0, tb, run.end - begin, n, k, b, ldb, c + (ptrdiff_t)begin * ldc,
                              ldc);
        else
            clear(of, begin, run.end, n, c, ldc);
    }
}

static void rows(const AertTextRows *of, int begin, int end, AertSeen a, int tb, int n, int k,
                 const float *b, int ldb, float *c, int ldc) {
    const int most = aert_windows_at_a_time(k, sizeof(float), end - begin);
    if (n <= AERT_WINDOWS_WIDE || aert_text_run(of, begin, end).end == end) {
        by_runs(of, begin, end, a, tb, n, k, b, ldb, c, ldc);
        return;
    }
    const int runs = aert_windows_runs(a.windows, a.column, k, 1);
    a.row = 0;
    for (int to; begin < end; begin = to) {
        Block block;
        to = next_block(of, begin, end, most, &block);
        if (block.rows > 0)
            gemm_f32(0, tb, block.rows, n, k, 1, pack(&block, &a, k, runs), k, b, ldb, 0,
                     c + (ptrdiff_t)begin * ldc, ldc);
        spread(of, &block, begin, to, n, c, ldc);
    }
}

/* B's rows of the block side by side; or where they lie so already. */
static const float *beside(const Block *block, float *to, int n, const float *b, int *ldb) {
    if (block->lines == 1)
        return b + (ptrdiff_t)block->line[0].begin * *ldb;
    float *row = to;
    for (int i = 0; i < block->lines; i++)
        for (int p = block->line[i].begin; p < block->line[i].end; p++, row += n)
            memcpy(row, b + (ptrdiff_t)p * *ldb, (size_t)n * sizeof *to);
    aert_gemm_changed(to);
    *ldb = n;
    return to;
}

static void sums(const AertTextRows *of, float *room, AertSeen a, int m, int n, int k,
                 const float *b, int ldb, float *c, int ldc) {
    const int runs = aert_windows_runs(a.windows, a.column, m, 1);
    const int all = aert_windows_at_a_time(m, sizeof(float), AERT_WINDOWS_SUMMED);
    int any = 0;
    for (int end = all < k ? all : k, begin = 0; begin < k;) {
        Block block;
        begin = next_block(of, begin, end, all, &block);
        if (begin == end)
            end = end + all < k ? end + all : k;
        if (block.rows == 0)
            continue;
        int pitch = ldb;
        const float *part = pack(&block, &a, m, runs);
        const float *other = beside(&block, room, n, b, &pitch);
        gemm_f32(1, 0, m, n, block.rows, 1, part, m, other, pitch, any, c, ldc);
        any = 1;
    }
    for (int i = 0; i < m && !any; i++)
        memset(c + (ptrdiff_t)i * ldc, 0, (size_t)n * sizeof *c);
}

void text_windows_times_f32(const AertTextRows *of, int first, void *room, AertSeen a, int ta,
                            int tb, int m, int n, int k, const float *b, int ldb, float *c,
                            int ldc) {
    if (!ta)
        rows(of, first, first + m, a, tb, n, k, b, ldb, c - (ptrdiff_t)first * ldc, ldc);
    else if (aert_text_run(of, 0, k).counts && aert_text_run(of, 0, k).end == k)
        windows_times_f32(a, 1, 0, m, n, k, b, ldb, c, ldc);
    else
        sums(of, room, a, m, n, k, b, ldb, c, ldc);
}
