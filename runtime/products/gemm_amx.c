/* Products of floats on tiles of bf16: each float is split into three numbers of 8 bits of
 * mantissa, which hold its 24 exactly, and of their nine products the six that count are summed as
 * floats:
 *
 *     a = a0 + a1 + a2,  b = b0 + b1 + b2,  a b = a0 b0 + a0 b1 + a1 b0 + a0 b2 + a1 b1 + a2 b0
 *
 * What is left out is at most 2^-23 of a b, its root mean square a fifth of that of a float
 * product's rounding.  A tile's instruction sums 32 products before it rounds to the sum so far,
 * so that the error of a whole product is below that of fused multiply-adds one after another.  An
 * infinity becomes no number, as does a float above 3.39e38; parts below 1.2e-38 count as 0.
 *
 * Operands are split and laid out first, 16 rows of op(A) or columns of op(B) by 32 of the summed
 * axis, which takes as long as a quarter of the product at a hundred rows: what pieces of one
 * kernel share is laid out once (aert_gemm_begin_pieces).  Sums run over k in blocks of equal
 * depth: a number of C does not depend on where its tile begins.
 */
#include "gemm_parts.h"

#if defined(AERT_HAS_AMX)
#include "gemm_turn.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

enum {
    SIDE = 16,          /* rows of a tile of op(A), columns of one of op(B) */
    DEEP = 32,          /* of the summed axis: numbers p and p + 16 make a pair */
    PARTS = 3,          /* of a float */
    DEPTH = 1024,       /* of the summed axis that is laid out at a time */
    RUN = 25,           /* tiles of it that are summed before they are added to C */
    MOST = 384,         /* tiles of one operand at a time: 1.2 MB of the second level's 2 */
    LINE = 4 * SIDE,    /* bytes of a row of a tile */
    SHALLOW = DEEP / 2, /* sums so short would leave tiles half empty */
};

/* Pairs of bf16. */
typedef struct Tile {
    uint32_t pair[SIDE][SIDE];
} Tile;

/* A tile of floats, in its parts. */
typedef struct Split {
    Tile part[PARTS];
} Split;

/* What was laid out last, of one operand. */
typedef struct LaidOut {
    _Alignas(64) Split split[MOST];
    const float *from;
    ptrdiff_t ld;
    int wide, k;
    bool along;
} LaidOut;

/* Of op(A) and of op(B), 2.4 MB: a thread's first product allocates it, and the thread's end frees
 * it.  As an array in each thread's own variables it would be cleared whenever a program begins,
 * also on processors without AMX. */
static _Thread_local LaidOut *kept;
static _Thread_local bool keeping; /* it may be used again */
static pthread_key_t gives_back;
static bool has_key;

static void make_key(void) {
    has_key = pthread_key_create(&gives_back, free) == 0;
}

static bool has_room(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (kept)
        return true;
    (void)pthread_once(&once, make_key);
    kept = aligned_alloc(_Alignof(LaidOut), 2 * sizeof *kept);
    if (!kept)
        return false;
    kept[0].from = kept[1].from = NULL;
    if (has_key)
        (void)pthread_setspecific(gives_back, kept);
    return true;
}

static void keep(bool operands) {
    keeping = operands;
    if (kept)
        kept[0].from = kept[1].from = NULL;
}

static void changed(const float *from) {
    for (int i = 0; kept && i < 2; i++)
        if (kept[i].from == from)
            kept[i].from = NULL;
}

#define INLINE static inline __attribute__((always_inline))

/* Weights come from far, and the processor's own looking ahead stops where a few numbers of each of
 * many rows are read. */
#define ASK_FOR(p) _mm_prefetch((const char *)(p), _MM_HINT_T0)

/* What the compiler does not know of the tiles' instructions: they read and write memory. */
#define MEMORY_USED() __asm__ volatile("" ::: "memory")

static int least(int a, int b) {
    return a < b ? a : b;
}

/* Splitting. */

/* Row `row` of a tile: pairs of x and y, low half and high. */
INLINE void split_pair(__m512 x, __m512 y, Split *to, int row) {
    const __m512i half = _mm512_set1_epi32(0x8000), top = _mm512_set1_epi32((int)0xffff0000);
    AERT_UNROLL for (int p = 0; p < PARTS; p++) {
        __m512i low = _mm512_castps_si512(x), high = _mm512_castps_si512(y);
        if (p < PARTS - 1) { /* to the nearest; the last part is exact */
            low = _mm512_add_epi32(low, half);
            high = _mm512_add_epi32(high, half);
        }
        high = _mm512_and_si512(high, top);
        _mm512_store_si512(to->part[p].pair[row],
                           _mm512_or_si512(_mm512_srli_epi32(low, 16), high));
        x = _mm512_sub_ps(x, _mm512_castsi512_ps(_mm512_and_si512(low, top)));
        y = _mm512_sub_ps(y, _mm512_castsi512_ps(high));
    }
}

/* The first n of sixteen lanes, fewer than 0 as 0. */
INLINE __mmask16 lanes(int n) {
    return n >= 16 ? 0xffff : n <= 0 ? 0 : (__mmask16)((1u << n) - 1);
}

/* A tile of `wide` rows that hold k numbers of the summed axis each, side by side. */
INLINE void split_along(const float *from, ptrdiff_t ld, int wide, int k, Split *to) {
    const bool whole = wide >= SIDE && k >= DEEP;
    const __mmask16 near = lanes(k), far = lanes(k - SIDE);
    for (int r = 0; r < SIDE; r++, from += ld) {
        if (whole) {
            ASK_FOR(from + 2 * DEEP);
            ASK_FOR(from + 2 * DEEP + SIDE);
            split_pair(_mm512_loadu_ps(from), _mm512_loadu_ps(from + SIDE), to, r);
            continue;
        }
        __mmask16 here = r < wide ? 0xffff : 0;
        split_pair(_mm512_maskz_loadu_ps(near & here, from),
                   _mm512_maskz_loadu_ps(far & here, from + SIDE), to, r);
    }
}

/* A tile of k rows of the summed axis that hold `wide` numbers each. */
INLINE void split_down(const float *from, ptrdiff_t ld, int wide, int k, Split *to) {
    const bool whole = wide >= SIDE && k >= DEEP;
    const __mmask16 columns = lanes(wide);
    for (int r = 0; r < SIDE; r++, from += ld) {
        if (whole) {
            ASK_FOR(from + DEEP * ld);
            ASK_FOR(from + (DEEP + SIDE) * ld);
            split_pair(_mm512_loadu_ps(from), _mm512_loadu_ps(from + SIDE * ld), to, r);
            continue;
        }
        split_pair(_mm512_maskz_loadu_ps(r < k ? columns : 0, from),
                   _mm512_maskz_loadu_ps(r + SIDE < k ? columns : 0, from + SIDE * ld), to, r);
    }
}

static void turn_split(const Split *from, Split *to) {
    for (int p = 0; p < PARTS; p++)
        turn((const float *)from->part[p].pair, SIDE, (float *)to->part[p].pair, SIDE);
}

/* Whether the summed axis runs along the stored rows (`along`) or down them, a tile wants it so or
 * turned: tiles of A have it along, those of B down. */
static void lay_out(bool along, bool turned, const float *from, ptrdiff_t ld, int wide, int k,
                    Split *to) {
    const int deep = (k + DEEP - 1) / DEEP, tiles = (wide + SIDE - 1) / SIDE;
    _Alignas(64) Split aside;
    for (int i = 0; i < deep * tiles; i++) {
        /* in the order in which rows lie in memory */
        int s = along ? i / deep : i % tiles, p = along ? i % deep : i / tiles;
        int width = wide - s * SIDE, depth = k - p * DEEP;
        Split *at = to + s * deep + p, *first = turned ? &aside : at;
        if (along)
            split_along(from + s * SIDE * ld + p * DEEP, ld, width, depth, first);
        else
            split_down(from + p * DEEP * ld + s * SIDE, ld, width, depth, first);
        if (turned)
            turn_split(&aside, at);
    }
}

static const Split *laid_out(int operand, bool along, const float *from, ptrdiff_t ld, int wide,
                             int k) {
    LaidOut *at = &kept[operand];
    if (!keeping || at->from != from || at->ld != ld || at->wide != wide || at->k != k ||
        at->along != along) {
        lay_out(along, along == (operand == 1), from, ld, wide, k, at->split);
        at->from = from, at->ld = ld, at->wide = wide, at->k = k, at->along = along;
    }
    return at->split;
}

/* Summing. */

/* Tiles 0 to 3 are two by two of C, 4 and 5 two of A, 6 and 7 two of B. */
#define LOAD(tile, next, operand, two, p)                                                          \
    do {                                                                                           \
        _tile_loadd(tile, operand->part[p].pair, LINE);                                            \
        if (two)                                                                                   \
            _tile_loadd(next, operand[deep].part[p].pair, LINE);                                   \
    } while (0)
#define LOAD_A(p) LOAD(4, 5, a, tall, p)
#define LOAD_B(p) LOAD(6, 7, b, broad, p)
#define MULTIPLY()                                                                                 \
    do {                                                                                           \
        _tile_dpbf16ps(0, 4, 6);                                                                   \
        if (broad)                                                                                 \
            _tile_dpbf16ps(1, 4, 7);                                                               \
        if (tall)                                                                                  \
            _tile_dpbf16ps(2, 5, 6);                                                               \
        if (tall && broad)                                                                         \
            _tile_dpbf16ps(3, 5, 7);                                                               \
    } while (0)

/* One or two tiles of C down and across, over `run` of the `deep` tiles of the summed axis. */
INLINE void sum(bool tall, bool broad, int deep, int run, const Split *a, const Split *b, float *c,
                ptrdiff_t ldc) {
    const ptrdiff_t line = ldc * (ptrdiff_t)sizeof *c;
    float *below = c + SIDE * ldc;
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (int p = 0; p < run; p++, a++, b++) { /* the largest products last */
        LOAD_A(0);
        LOAD_B(2);
        MULTIPLY();
        LOAD_B(1);
        MULTIPLY();
        LOAD_A(1);
        MULTIPLY();
        LOAD_B(0);
        MULTIPLY();
        LOAD_A(2);
        MULTIPLY();
        LOAD_A(0);
        MULTIPLY();
    }
    _tile_stored(0, c, line);
    if (broad)
        _tile_stored(1, c + SIDE, line);
    if (tall)
        _tile_stored(2, below, line);
    if (tall && broad)
        _tile_stored(3, below + SIDE, line);
}

static void sum_any(bool tall, bool broad, int deep, int run, const Split *a, const Split *b,
                    float *c, ptrdiff_t ldc) {
    MEMORY_USED();
    if (tall && broad)
        sum(true, true, deep, run, a, b, c, ldc);
    else if (tall)
        sum(true, false, deep, run, a, b, c, ldc);
    else if (broad)
        sum(false, true, deep, run, a, b, c, ldc);
    else
        sum(false, false, deep, run, a, b, c, ldc);
    MEMORY_USED();
}

/* C (+)= what was summed aside. */
static void put(int rows, int columns, const float *aside, float *c, ptrdiff_t ldc, bool add) {
    for (int i = 0; i < rows; i++, aside += 2 * SIDE, c += ldc)
        for (int j = 0; j < columns; j += SIDE) {
            const __mmask16 here = lanes(columns - j);
            __m512 x = _mm512_load_ps(aside + j);
            if (add)
                x = _mm512_add_ps(x, _mm512_maskz_loadu_ps(here, c + j));
            _mm512_mask_storeu_ps(c + j, here, x);
        }
}

/* At most two tiles of C down and across.  Partial sums, and tiles that C has only a part of, are
 * made aside. */
static void square(int rows, int columns, int deep, const Split *a, const Split *b, float *c,
                   ptrdiff_t ldc, bool add) {
    _Alignas(64) float aside[2 * SIDE * 2 * SIDE];
    const bool whole = rows % SIDE == 0 && columns % SIDE == 0;
    const int runs = (deep + RUN - 1) / RUN, each = (deep + runs - 1) / runs;
    for (int p = 0; p < deep; p += each, add = true) {
        const bool direct = whole && !add;
        sum_any(rows > SIDE, columns > SIDE, deep, least(each, deep - p), a + p, b + p,
                direct ? c : aside, direct ? ldc : 2 * SIDE);
        if (!direct)
            put(rows, columns, aside, c, ldc, add);
    }
}

/* The rows or columns that are laid out at a time: all if they fit, else even parts. */
static int at_a_time(int wide, int deep) {
    int most = MOST / deep / 2 * 2 * SIDE, times = (wide + most - 1) / most;
    return least(most, ((wide + times - 1) / times + 2 * SIDE - 1) / (2 * SIDE) * (2 * SIDE));
}

/* C (+)= op(A) op(B) over k, which is at most DEPTH. */
static void block(bool ta, bool tb, int m, int n, int k, const float *a, ptrdiff_t lda,
                  const float *b, ptrdiff_t ldb, bool add, float *c, ptrdiff_t ldc) {
    const int deep = (k + DEEP - 1) / DEEP, tall = at_a_time(m, deep), broad = at_a_time(n, deep);
    for (int i = 0; i < m; i += tall) {
        int rows = least(tall, m - i);
        const Split *as = laid_out(0, !ta, ta ? a + i : a + i * lda, lda, rows, k);
        for (int j = 0; j < n; j += broad) {
            int columns = least(broad, n - j);
            const Split *bs = laid_out(1, tb, tb ? b + j * ldb : b + j, ldb, columns, k);
            for (int s = 0; s < columns; s += 2 * SIDE)
                for (int r = 0; r < rows; r += 2 * SIDE)
                    square(least(2 * SIDE, rows - r), least(2 * SIDE, columns - s), deep,
                           as + r / SIDE * deep, bs + s / SIDE * deep, c + (i + r) * ldc + j + s,
                           ldc, add);
        }
    }
}

static const struct {
    uint8_t palette, start_row, unused[14];
    uint16_t bytes[16]; /* of a row of each tile */
    uint8_t rows[16];
} shapes = {1,
            0,
            {0},
            {LINE, LINE, LINE, LINE, LINE, LINE, LINE, LINE},
            {SIDE, SIDE, SIDE, SIDE, SIDE, SIDE, SIDE, SIDE}};

static void multiply(bool ta, bool tb, int m, int n, int k, const float *a, int lda, const float *b,
                     int ldb, bool add, float *c, int ldc) {
    if (k <= SHALLOW || !has_room()) { /* without that memory: as exact, with other roundings */
        aert_gemm_avx512.kernel(ta, tb, m, n, k, a, lda, b, ldb, add, c, ldc);
        return;
    }
    const int blocks = (k + DEPTH - 1) / DEPTH;
    const int each = least((k / blocks / DEEP + 1) * DEEP, DEPTH);
    _tile_loadconfig(&shapes);
    for (int p = 0; p < k; p += each)
        block(ta, tb, m, n, least(each, k - p), ta ? a + (ptrdiff_t)p * lda : a + p, lda,
              tb ? b + p : b + (ptrdiff_t)p * ldb, ldb, add || p > 0, c, ldc);
    _tile_release();
}

/* A float's product is worth a sixth of the operations on parts.  A round here takes as long as
 * some eight of vectors. */
static double spin(int rounds) {
    enum { PRODUCTS = 6 };
    const bool tall = true, broad = true;
    rounds /= 8;
    _tile_loadconfig(&shapes);
    for (int i = 0; i < rounds; i++)
        MULTIPLY();
    _tile_release();
    return rounds * (2.0 * 4 * SIDE * SIDE * DEEP / PRODUCTS);
}

#define TILES multiply, .spin = spin, .keep = keep, .changed = changed
#else
#define TILES NULL /* this compiler has no such tiles */
#endif

const AertGemm aert_gemm_amx = {
    .name = "amx", .needs = "amx-bf16 avx512f fma", .tiles = true, .kernel = TILES};
