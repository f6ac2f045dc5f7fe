/* Vectors of sixteen floats, for the kernels of products: a tile is 14 rows by 32 columns, 28 of
 * the 32 registers.  Included by one file for each kernel. */
#include "gemm_turn.h"

#define VEC                    __m512
#define MASK                   __mmask16
#define LANES                  16
#define ROWS                   14
#define ZERO()                 _mm512_setzero_ps()
#define SPREAD(x)              _mm512_set1_ps(x)
#define ADD(a, b)              _mm512_add_ps(a, b)
#define FMA(a, b, c)           _mm512_fmadd_ps(a, b, c)
#define NONZERO(x)             ((unsigned)_mm512_cmp_ps_mask(x, ZERO(), _CMP_NEQ_UQ))
#define PART(n)                ((__mmask16)((1u << (n)) - 1))
#define LOAD(p)                _mm512_loadu_ps(p)
#define LOAD_PART(mask, p)     _mm512_maskz_loadu_ps(mask, p)
#define STORE(p, x)            _mm512_storeu_ps(p, x)
#define STORE_PART(p, mask, x) _mm512_mask_storeu_ps(p, mask, x)
