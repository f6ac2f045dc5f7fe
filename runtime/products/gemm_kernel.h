/* The kernel of products of floats, for one kind of vectors: included by gemm_avx512.c and
 * gemm_avx2.c.
 *
 * A tile of C, ROWS rows by two vectors, is summed up in registers, while its rows of A are spread
 * number by number and two vectors a row of B are loaded.  Where A is stored transposed, ROWS of
 * its columns are packed side by side; where B is, or where its rows are read more than twice, a
 * panel of its columns is, in the latter case while the first tile goes by.  Sums run over k in
 * order, in blocks of equal depth, one fused multiply-add after another: a number of C does not
 * depend on where its tile begins, nor on the kind of vectors.
 *
 * The file that includes it defines VEC, MASK, LANES, ROWS, LOWER and the operations on vectors.
 */
#include "gemm_parts.h"

#include <stddef.h>

enum {
    WIDTH = 2 * LANES,
    DEPTH_NEAR = 128,          /* columns of B so short stay near as they are */
    PACKED_TILES = 210 / ROWS, /* of A at a time */
    PACKED_ROWS = 2 * ROWS,    /* B is packed for more rows than these */
    AHEAD = 16,                /* rows of it that a tile which packs it asks for before */
};

/* What a thread packs; too much for a small stack. */
static _Thread_local struct {
    _Alignas(64) float panel[AERT_GEMM_DEPTH * WIDTH]; /* columns of B */
    _Alignas(64) float rows[PACKED_TILES * ROWS * AERT_GEMM_DEPTH_TURNED + LANES]; /* of op(A) */
} pack_memory;

#define INLINE static inline __attribute__((always_inline))

/* A tile's operands, each an argument: handed over in memory they would wait for the stores of the
 * tile before. */
#define OPERANDS                                                                                   \
    int k, const float *a, ptrdiff_t down, ptrdiff_t along, const float *b, ptrdiff_t ldb,         \
        float *c, ptrdiff_t ldc, int last, bool add

#define LOAD_LAST(p)     (part ? LOAD_PART(mask, p) : LOAD(p))
#define STORE_LAST(p, x) (part ? STORE_PART(p, mask, x) : STORE(p, x))

/* `vecs` vectors a row, the last with `last` numbers where it is a part; op(A)'s numbers lie `down`
 * and `along` apart.  Where there is a panel, the rows of B are packed there. */
INLINE void tile(int rows, int vecs, bool part, float *panel, OPERANDS) {
    VEC sum[ROWS][2];
    const MASK mask = PART(last);
    AERT_UNROLL for (int i = 0; i < rows; i++) sum[i][0] = sum[i][1] = ZERO();
    for (int p = 0; p < k; p++) {
        VEC first = vecs > 1 ? LOAD(b) : ZERO(), second = LOAD_LAST(b + (vecs - 1) * LANES);
        AERT_UNROLL for (int i = 0; i < rows; i++) {
            VEC x = SPREAD(a[i * down]);
            if (vecs > 1)
                sum[i][0] = FMA(x, first, sum[i][0]);
            sum[i][1] = FMA(x, second, sum[i][1]);
        }
        if (panel) {
            for (int i = AERT_GEMM_LINE; i <= WIDTH; i += AERT_GEMM_LINE)
                __builtin_prefetch(b + AHEAD * ldb + i - 1);
            STORE(panel, first);
            STORE(panel + LANES, second);
            panel += WIDTH;
        }
        a += along;
        b += ldb;
    }
    float *to = c, *end = c + (vecs - 1) * LANES;
    if (add) {
        AERT_UNROLL for (int i = 0; i < rows; i++) {
            if (vecs > 1)
                sum[i][0] = ADD(sum[i][0], LOAD(to + i * ldc));
            sum[i][1] = ADD(sum[i][1], LOAD_LAST(end + i * ldc));
        }
    }
    AERT_UNROLL for (int i = 0; i < rows; i++) {
        if (vecs > 1)
            STORE(to + i * ldc, sum[i][0]);
        STORE_LAST(end + i * ldc, sum[i][1]);
    }
}

typedef void Tile(OPERANDS);

#define TILE(name, rows, vecs, part, panel, down_, along_)                                         \
    static void name(OPERANDS) {                                                                   \
        (void)down, (void)along;                                                                   \
        tile(rows, vecs, part, panel, k, a, down_, along_, b, ldb, c, ldc, last, add);             \
    }
/* Nearly all is done by tiles of ROWS rows and two whole vectors, which know which of the two
 * distances is 1; what is left at the edges, by tiles that serve for either, and take a whole
 * vector for a part of one. */
TILE(plain_whole, ROWS, 2, false, NULL, down, 1)
TILE(plain_packs, ROWS, 2, false, pack_memory.panel, down, 1)
TILE(turned_whole, ROWS, 2, false, NULL, 1, along)
TILE(narrow_most, ROWS, 1, true, NULL, down, along)
TILE(wide_most, ROWS, 2, true, NULL, down, along)
#define TILES(rows)                                                                                \
    TILE(narrow_##rows, rows, 1, true, NULL, down, along)                                          \
    TILE(wide_##rows, rows, 2, true, NULL, down, along)
LOWER(TILES)

#define ENTRY(rows)                                                                                \
    {rows, {{narrow_##rows, wide_##rows, wide_##rows}, {narrow_##rows, wide_##rows, wide_##rows}}},
static const struct {
    int rows;
    Tile *tile[2][3]; /* by ta, and by width: one vector, two in part, two */
} heights[] = {
    {ROWS, {{narrow_most, wide_most, plain_whole}, {narrow_most, wide_most, turned_whole}}},
    LOWER(ENTRY)};

/* m rows of at most WIDTH columns; ROWS rows of op(A) lie `tall` from the next.  Where the columns
 * of B are packed, from where they lie at `from`, each tile asks memory for a part of those behind
 * them; no harm is done where there are none.  `packs`: the first tile packs them. */
static void strip(bool ta, int m, int width, int k, const float *a, ptrdiff_t lda, ptrdiff_t tall,
                  const float *b, ptrdiff_t ldb, float *c, ptrdiff_t ldc, bool add, bool tb,
                  const float *from, ptrdiff_t ldf, bool packs) {
    const ptrdiff_t down = ta ? 1 : lda, along = ta ? lda : 1;
    int ask = b == from ? 0 : tb ? WIDTH : k * ROWS / m + 1;
    const ptrdiff_t on = tb ? AERT_GEMM_LINE : ask * ldf;
    const float *next = from + (tb ? WIDTH * ldf : 2 * WIDTH - 1), *end = next + k;
    int kind = width == WIDTH ? 2 : width > LANES, last = kind ? width - LANES : width;
    for (int h = 0; m > 0; m -= heights[h].rows) {
        while (heights[h].rows > m)
            h++;
        for (int i = 0; i < ask; i++)
            __builtin_prefetch(next + i * ldf, 0, 2);
        next += on;
        ask = tb && next > end ? 0 : ask;
        if (m == 2 * heights[1].rows && tall == ROWS * down) /* two rows wait for their own sums */
            h = 1;
        (packs ? plain_packs : heights[h].tile[ta][kind])(k, a, down, along, packs ? from : b,
                                                          packs ? ldf : ldb, c, ldc, last, add);
        packs = false;
        a += h > 0 ? heights[h].rows * down : tall;
        c += heights[h].rows * ldc;
    }
}

/* `width` columns of B side by side. */
static void pack(int width, int k, const float *b, ptrdiff_t ldb, float *to) {
    const bool wide = width > LANES;
    const MASK mask = PART(wide ? width - LANES : width);
    for (int p = 0; p < k; p++, b += ldb, to += WIDTH) {
        if (wide)
            STORE(to, LOAD(b));
        STORE(to + wide * LANES, LOAD_PART(mask, b + wide * LANES));
    }
}

/* The same where B is stored transposed. */
static void pack_turned(int width, int k, const float *b, ptrdiff_t ldb, float *to) {
    for (int j = 0; j < width; j += LANES) {
        int p = 0, most = width - j < LANES ? width - j : LANES;
        for (; most == LANES && p + LANES <= k; p += LANES)
            turn(b + j * ldb + p, ldb, to + p * WIDTH + j, WIDTH);
        for (; p < k; p++)
            for (int i = 0; i < most; i++)
                to[p * WIDTH + j + i] = b[(j + i) * ldb + p];
    }
}

static void by_panels(bool tb, int m, int n, int k, const float *a, ptrdiff_t lda, const float *b,
                      ptrdiff_t ldb, float *c, ptrdiff_t ldc, bool add) {
    float *const panel = pack_memory.panel;
    const bool packs = tb || (m > PACKED_ROWS && ldb > WIDTH);
    for (int j = 0; j < n; j += WIDTH) {
        int width = n - j < WIDTH ? n - j : WIDTH;
        const float *from = tb ? b + j * ldb : b + j;
        const bool first = packs && !tb && width == WIDTH;
        if (packs && !first)
            (tb ? pack_turned : pack)(width, k, from, ldb, panel);
        strip(false, m, width, k, a, lda, ROWS * lda, packs ? panel : from, packs ? WIDTH : ldb,
              c + j, ldc, add, tb, from, ldb, first);
    }
}

/* The first rows of op(A), of which there are m: ROWS or fewer, side by side; those behind them are
 * asked for. */
static void pack_rows(int m, int k, const float *a, ptrdiff_t lda, float *to) {
    const MASK mask = PART(m < ROWS ? m : ROWS);
    for (int p = 0; p < k; p++) {
        __builtin_prefetch(a + p * lda + AERT_GEMM_LINE);
        STORE(to + p * ROWS, LOAD_PART(mask, a + p * lda));
    }
}

/* A is stored transposed, B is not: a panel of B stays near while the tiles of A go by. */
static void by_rows(int m, int n, int k, const float *a, ptrdiff_t lda, const float *b,
                    ptrdiff_t ldb, float *c, ptrdiff_t ldc, bool add) {
    enum { MOST = PACKED_TILES * ROWS };
    float *const packed = pack_memory.rows, *const panel = pack_memory.panel;
    const bool packs = n > WIDTH && m >= ROWS;
    const bool packs_b = m > PACKED_ROWS && k > DEPTH_NEAR && ldb > WIDTH;
    for (int i = 0; i < m; i += MOST) {
        int rows = m - i < MOST ? m - i : MOST;
        for (int t = 0; packs && t < rows; t += ROWS)
            pack_rows(rows - t, k, a + i + t, lda, packed + t * k);
        for (int j = 0; j < n; j += WIDTH) {
            int width = n - j < WIDTH ? n - j : WIDTH;
            if (packs_b)
                pack(width, k, b + j, ldb, panel);
            strip(true, rows, width, k, packs ? packed : a + i, packs ? ROWS : lda,
                  packs ? ROWS * k : ROWS, packs_b ? panel : b + j, packs_b ? WIDTH : ldb,
                  c + i * ldc + j, ldc, add, false, b + j, ldb, false);
        }
    }
}

static void multiply(bool ta, bool tb, int m, int n, int k, const float *a, int lda, const float *b,
                     int ldb, bool add, float *c, int ldc) {
    const int each = aert_gemm_depth(ta, k);
    for (int p = 0; p < k; p += each) {
        int depth = k - p < each ? k - p : each;
        const float *from = tb ? b + p : b + (ptrdiff_t)p * ldb;
        if (ta)
            by_rows(m, n, depth, a + (ptrdiff_t)p * lda, lda, from, ldb, c, ldc, add || p > 0);
        else
            by_panels(tb, m, n, depth, a + p, lda, from, ldb, c, ldc, add || p > 0);
    }
}

static volatile float sink; /* keeps what spin computes */

/* Twelve sums that wait for none of the others keep both multiply-add units busy, and fit sixteen
 * registers. */
static double spin(int rounds) {
    enum { SUMS = 12 };
    VEC sum[SUMS];
    const VEC a = SPREAD(0.999f), b = SPREAD(1e-3f);
    float out[LANES];
    AERT_UNROLL for (int i = 0; i < SUMS; i++) sum[i] = SPREAD((float)i);
    for (int n = 0; n < rounds; n++)
        AERT_UNROLL for (int i = 0; i < SUMS; i++) sum[i] = FMA(sum[i], a, b);
    AERT_UNROLL for (int i = 1; i < SUMS; i++) sum[0] = ADD(sum[0], sum[i]);
    STORE(out, sum[0]);
    sink = out[0];
    return 2.0 * rounds * SUMS * LANES;
}
