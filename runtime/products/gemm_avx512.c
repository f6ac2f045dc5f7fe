/* Products of floats with vectors of sixteen: a tile is 14 rows by 32 columns, 28 of the 32
 * registers. */
#if defined(__AVX512F__)

#include "gemm_turn.h"

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

#include "gemm_kernel.h"

#else
typedef int AertNoAvx512; /* this compiler has no such vectors */
#endif
