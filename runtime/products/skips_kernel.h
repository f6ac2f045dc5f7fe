/* The kernel of products that skip zeros, for one kind of vectors: included by skips_avx512.c and
 * skips_avx2.c, which take the vectors from vectors_avx512.h and vectors_avx2.h.
 *
 * As in gemm_kernel.h a tile of C is summed up in registers.  Fewer rows are 0 together in more
 * places, so that a tile is half a vector's numbers tall, and three vectors wide.
 */
#include "gemm_parts.h"
#include "skips_parts.h"

#include <string.h>

enum { TALL = LANES / 2, VECS = 3, WIDE = VECS * LANES, ENTRY = TALL + AERT_SKIPS_PLACE };

#define INLINE static inline __attribute__((always_inline))

/* ---- lists ---- */

INLINE void write_place(float *entry, int place) {
    memcpy(entry + TALL, &place, sizeof place);
}

/* Of a tile whose rows lie `lda` apart. */
static float *list_rows(int k, const float *a, ptrdiff_t lda, float *entry) {
    for (int p = 0; p < k; p += LANES) {
        const MASK mask = PART(k - p < LANES ? k - p : LANES);
        unsigned some = 0;
        AERT_UNROLL for (int i = 0; i < TALL; i++) some |=
            NONZERO(LOAD_PART(mask, a + i * lda + p));
        for (; some; some &= some - 1) {
            const int place = p + __builtin_ctz(some);
            AERT_UNROLL for (int i = 0; i < TALL; i++) entry[i] = a[i * lda + place];
            write_place(entry, place);
            entry += ENTRY;
        }
    }
    return entry;
}

/* The same where a tile's numbers lie side by side, and places `lda` apart. */
static float *list(bool ta, int k, const float *a, ptrdiff_t lda, float *entry) {
    const MASK mask = PART(TALL);
    if (!ta)
        return list_rows(k, a, lda, entry);
    for (int p = 0; p < k; p++) {
        VEC x = LOAD_PART(mask, a + p * lda);
        STORE(entry, x);
        write_place(entry, p);
        entry += ENTRY & -(NONZERO(x) != 0);
    }
    return entry;
}

/* ---- products ---- */

/* Sums of which a row ends within a vector. */
static void finish(const float *sums, float *c, ptrdiff_t ldc, int width, bool add) {
    for (int i = 0; i < TALL; i++, sums += WIDE, c += ldc)
        for (int j = 0; j < width; j++)
            c[j] = add ? sums[j] + c[j] : sums[j];
}

#define OPERANDS                                                                                   \
    const float *entry, const float *end, const float *panel, float *c, ptrdiff_t ldc, int width,  \
        bool add

INLINE void tile(int vecs, OPERANDS) {
    VEC sum[TALL][VECS], b[VECS];
    AERT_UNROLL for (int i = 0; i < TALL; i++) AERT_UNROLL for (int v = 0; v < vecs; v++)
        sum[i][v] = ZERO();
    for (; entry < end; entry += ENTRY) {
        int place;
        memcpy(&place, entry + TALL, sizeof place);
        AERT_UNROLL for (int v = 0; v < vecs; v++) b[v] =
            LOAD(panel + (ptrdiff_t)place * WIDE + v * LANES);
        AERT_UNROLL for (int i = 0; i < TALL; i++) {
            VEC x = SPREAD(entry[i]);
            AERT_UNROLL for (int v = 0; v < vecs; v++) sum[i][v] = FMA(x, b[v], sum[i][v]);
        }
    }
    _Alignas(64) float sums[TALL * WIDE];
    const bool whole = width == vecs * LANES;
    float *to = whole ? c : sums;
    const ptrdiff_t down = whole ? ldc : WIDE;
    if (whole && add) {
        AERT_UNROLL for (int i = 0; i < TALL; i++) AERT_UNROLL for (int v = 0; v < vecs; v++)
            sum[i][v] = ADD(sum[i][v], LOAD(to + i * down + v * LANES));
    }
    AERT_UNROLL for (int i = 0; i < TALL; i++) AERT_UNROLL for (int v = 0; v < vecs; v++)
        STORE(to + i * down + v * LANES, sum[i][v]);
    if (!whole)
        finish(sums, c, ldc, width, add);
}

/* Of more than two vectors a row, and of one or two. */
static void wide(OPERANDS) {
    tile(VECS, entry, end, panel, c, ldc, width, add);
}
static void narrow(OPERANDS) {
    tile(VECS - 1, entry, end, panel, c, ldc, width, add);
}

static void multiply(const float *entries, const int *ends, int tiles, int k, int width,
                     const float *b, ptrdiff_t ldb, float *panel, float *c, ptrdiff_t ldc,
                     bool add) {
    void (*const one)(OPERANDS) = width > (VECS - 1) * LANES ? wide : narrow;
    const int vecs = (width + LANES - 1) / LANES;
    const MASK mask = PART(width - (vecs - 1) * LANES);
    const float *next = b + 2 * WIDE - 1; /* ends of the rows of the next panel */
    const int ask = k / tiles + 1;        /* a tile for so many of them */
    float *to = panel;
    for (int p = 0; p < k; p++, to += WIDE, b += ldb) {
        if (vecs > 1)
            STORE(to, LOAD(b));
        if (vecs > 2)
            STORE(to + LANES, LOAD(b + LANES));
        STORE(to + (vecs - 1) * LANES, LOAD_PART(mask, b + (vecs - 1) * LANES));
    }
    for (int t = 0; t < tiles; t++, c += TALL * ldc) {
        for (int i = 0; i < ask; i++, next += ldb) {
            __builtin_prefetch(next - AERT_GEMM_LINE, 0, 2);
            __builtin_prefetch(next, 0, 2);
        }
        one(entries + ends[t], entries + ends[t + 1], panel, c, ldc, width, add);
    }
}
