/* The kernel of products of runs, for one kind of vectors: included by runs_avx512.c and
 * runs_avx2.c, which define HEIGHTS and KERNEL, and take the rest from their vectors.
 *
 * As in gemm_kernel.h a tile of C, ROWS rows by two vectors, is summed up in registers.  Its rows
 * are places of one run; what is summed goes on from run to run without a store between, so that
 * nothing is packed but columns of B that do not lie side by side.
 */
#include "gemm_parts.h"
#include "runs.h"

enum { WIDTH = 2 * LANES };

/* Columns of B; too much for a small stack. */
static _Thread_local _Alignas(64) float panel[AERT_RUNS_DEPTH * WIDTH];

/* Each an argument: handed over in memory they would wait for the stores of the tile before. */
#define OPERANDS                                                                                   \
    ptrdiff_t down, ptrdiff_t along, AertRuns summed, const float *from, const float *b,           \
        ptrdiff_t ldb, float *c, ptrdiff_t ldc, int last, bool add

/* `vecs` vectors a row, the last with `last` numbers; places of rows lie `down` apart, those that
 * are summed `along`. */
static inline __attribute__((always_inline)) void tile(int rows, int vecs, OPERANDS) {
    VEC sum[ROWS][2];
    const MASK mask = PART(last);
    AERT_UNROLL for (int i = 0; i < rows; i++) sum[i][0] = sum[i][1] = ZERO();
    for (int r = 0; r < summed.count; r++) {
        const float *a = from + summed.at[r].offset;
        for (int p = summed.at[r].count; p > 0; p--, a += along, b += ldb) {
            VEC first = vecs > 1 ? LOAD(b) : ZERO();
            VEC second = LOAD_PART(mask, b + (vecs - 1) * LANES);
            AERT_UNROLL for (int i = 0; i < rows; i++) {
                VEC x = SPREAD(a[i * down]);
                if (vecs > 1)
                    sum[i][0] = FMA(x, first, sum[i][0]);
                sum[i][1] = FMA(x, second, sum[i][1]);
            }
        }
    }
    float *end = c + (vecs - 1) * LANES;
    if (add) {
        AERT_UNROLL for (int i = 0; i < rows; i++) {
            if (vecs > 1)
                sum[i][0] = ADD(sum[i][0], LOAD(c + i * ldc));
            sum[i][1] = ADD(sum[i][1], LOAD_PART(mask, end + i * ldc));
        }
    }
    AERT_UNROLL for (int i = 0; i < rows; i++) {
        if (vecs > 1)
            STORE(c + i * ldc, sum[i][0]);
        STORE_PART(end + i * ldc, mask, sum[i][1]);
    }
}

typedef void Tile(OPERANDS);

#define TILE(name, rows, vecs)                                                                     \
    static void name##rows(OPERANDS) {                                                             \
        tile(rows, vecs, down, along, summed, from, b, ldb, c, ldc, last, add);                    \
    }
#define TILES(rows)                                                                                \
    TILE(narrow_, rows, 1)                                                                         \
    TILE(wide_, rows, 2)
HEIGHTS(TILES)

#define ENTRY(rows) {rows, {narrow_##rows, wide_##rows}},
static const struct {
    int rows;
    Tile *tile[2]; /* by width */
} heights[] = {HEIGHTS(ENTRY)};

/* `width` columns of B side by side. */
static void pack(int width, int depth, const float *b, ptrdiff_t ldb) {
    const bool wide = width > LANES;
    const MASK mask = PART(wide ? width - LANES : width);
    float *to = panel;
    for (int p = 0; p < depth; p++, b += ldb, to += WIDTH) {
        if (wide)
            STORE(to, LOAD(b));
        STORE(to + wide * LANES, LOAD_PART(mask, b + wide * LANES));
    }
}

static int places(AertRuns runs) {
    int all = 0;
    for (int r = 0; r < runs.count; r++)
        all += runs.at[r].count;
    return all;
}

void KERNEL(AertRuns rows, ptrdiff_t down, AertRuns summed, ptrdiff_t along, const float *from,
            int n, const float *b, int ldb, bool add, float *c, int ldc) {
    const bool packs = ldb > WIDTH;
    const int depth = packs ? places(summed) : 0;
    for (int j = 0; j < n; j += WIDTH) {
        const int width = n - j < WIDTH ? n - j : WIDTH, wide = width > LANES;
        float *to = c + j;
        if (packs)
            pack(width, depth, b + j, ldb);
        for (int r = 0; r < rows.count; r++) {
            const float *first = from + rows.at[r].offset;
            for (int h = 0, left = rows.at[r].count; left > 0; left -= heights[h].rows) {
                while (heights[h].rows > left)
                    h++;
                heights[h].tile[wide](down, along, summed, first, packs ? panel : b + j,
                                      packs ? WIDTH : ldb, to, ldc, wide ? width - LANES : width,
                                      add);
                first += heights[h].rows * down;
                to += (ptrdiff_t)heights[h].rows * ldc;
            }
        }
    }
}
