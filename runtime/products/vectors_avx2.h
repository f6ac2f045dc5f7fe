/* Vectors of eight floats, for the kernels of products: a tile is 6 rows by 16 columns, 12 of the
 * 16
 * registers.  Included by one file for each kernel. */
#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>

#define VEC                    __m256
#define MASK                   __m256i
#define LANES                  8
#define ROWS                   6
#define ZERO()                 _mm256_setzero_ps()
#define SPREAD(x)              _mm256_set1_ps(x)
#define ADD(a, b)              _mm256_add_ps(a, b)
#define FMA(a, b, c)           _mm256_fmadd_ps(a, b, c)
#define NONZERO(x)             ((unsigned)_mm256_movemask_ps(_mm256_cmp_ps(x, ZERO(), _CMP_NEQ_UQ)))
#define PART(n)                first_lanes(n)
#define LOAD(p)                _mm256_loadu_ps(p)
#define LOAD_PART(mask, p)     _mm256_maskload_ps(p, mask)
#define STORE(p, x)            _mm256_storeu_ps(p, x)
#define STORE_PART(p, mask, x) _mm256_maskstore_ps(p, mask, x)

static inline __m256i first_lanes(int n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

/* Four columns of eight rows: rows r and r + 4 in one vector. */
static inline __m256 half(const float *a, ptrdiff_t lda) {
    __m256 x = _mm256_castps128_ps256(_mm_loadu_ps(a));
    return _mm256_insertf128_ps(x, _mm_loadu_ps(a + 4 * lda), 1);
}

/* to = from transposed, eight by eight. */
static inline void turn(const float *from, ptrdiff_t ldf, float *to, ptrdiff_t ldt) {
    for (int q = 0; q < 8; q += 4) {
        __m256 r0 = half(from + q, ldf), r1 = half(from + ldf + q, ldf);
        __m256 r2 = half(from + 2 * ldf + q, ldf), r3 = half(from + 3 * ldf + q, ldf);
        __m256 low01 = _mm256_unpacklo_ps(r0, r1), high01 = _mm256_unpackhi_ps(r0, r1);
        __m256 low23 = _mm256_unpacklo_ps(r2, r3), high23 = _mm256_unpackhi_ps(r2, r3);
        _mm256_storeu_ps(to + q * ldt, _mm256_shuffle_ps(low01, low23, 0x44));
        _mm256_storeu_ps(to + (q + 1) * ldt, _mm256_shuffle_ps(low01, low23, 0xee));
        _mm256_storeu_ps(to + (q + 2) * ldt, _mm256_shuffle_ps(high01, high23, 0x44));
        _mm256_storeu_ps(to + (q + 3) * ldt, _mm256_shuffle_ps(high01, high23, 0xee));
    }
}
