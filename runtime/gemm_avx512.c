/* Products of floats with vectors of sixteen: a tile is 14 rows by 32 columns, 28 of the 32
 * registers. */
#if defined(__AVX512F__)

#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>

#define VEC                    __m512
#define MASK                   __mmask16
#define LANES                  16
#define ROWS                   14
#define HEIGHTS(X)             X(14) X(8) X(4) X(2) X(1)
#define ZERO()                 _mm512_setzero_ps()
#define SPREAD(x)              _mm512_set1_ps(x)
#define ADD(a, b)              _mm512_add_ps(a, b)
#define FMA(a, b, c)           _mm512_fmadd_ps(a, b, c)
#define PART(n)                ((__mmask16)((1u << (n)) - 1))
#define LOAD(p)                _mm512_loadu_ps(p)
#define LOAD_PART(mask, p)     _mm512_maskz_loadu_ps(mask, p)
#define STORE(p, x)            _mm512_storeu_ps(p, x)
#define STORE_PART(p, mask, x) _mm512_mask_storeu_ps(p, mask, x)
#define KERNEL                 aert_gemm_avx512

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

/* to = from transposed, sixteen by sixteen. */
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

#include "gemm_kernel.h"

#else
typedef int AertNoAvx512; /* this compiler has no such vectors */
#endif
