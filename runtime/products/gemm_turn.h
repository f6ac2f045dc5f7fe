/* A square of sixteen by sixteen numbers of 32 bits, transposed in registers: floats, or whatever
 * else has their size.  Included where vectors of sixteen are compiled for. */
#ifndef AERT_GEMM_TURN_H
#define AERT_GEMM_TURN_H

#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>

/* Four columns of sixteen rows: rows r, r + 4, r + 8 and r + 12 in one vector. */
static inline __m512 quarter(const float *a, ptrdiff_t lda) {
    __m512 x = _mm512_castps128_ps512(_mm_loadu_ps(a));
    x = _mm512_insertf32x4(x, _mm_loadu_ps(a + 4 * lda), 1);
    x = _mm512_insertf32x4(x, _mm_loadu_ps(a + 8 * lda), 2);
    return _mm512_insertf32x4(x, _mm_loadu_ps(a + 12 * lda), 3);
}

static inline __m512 pairs(__m512 a, __m512 b, bool high) {
    __m512d x = _mm512_castps_pd(a), y = _mm512_castps_pd(b);
    return _mm512_castpd_ps(high ? _mm512_unpackhi_pd(x, y) : _mm512_unpacklo_pd(x, y));
}

/* to = from transposed; ldf and ldt are the distances between rows. */
static inline void turn(const float *from, ptrdiff_t ldf, float *to, ptrdiff_t ldt) {
    for (int q = 0; q < 16; q += 4) {
        __m512 r0 = quarter(from + q, ldf), r1 = quarter(from + ldf + q, ldf);
        __m512 r2 = quarter(from + 2 * ldf + q, ldf), r3 = quarter(from + 3 * ldf + q, ldf);
        __m512 low01 = _mm512_unpacklo_ps(r0, r1), high01 = _mm512_unpackhi_ps(r0, r1);
        __m512 low23 = _mm512_unpacklo_ps(r2, r3), high23 = _mm512_unpackhi_ps(r2, r3);
        _mm512_storeu_ps(to + q * ldt, pairs(low01, low23, false));
        _mm512_storeu_ps(to + (q + 1) * ldt, pairs(low01, low23, true));
        _mm512_storeu_ps(to + (q + 2) * ldt, pairs(high01, high23, false));
        _mm512_storeu_ps(to + (q + 3) * ldt, pairs(high01, high23, true));
    }
}

#endif
