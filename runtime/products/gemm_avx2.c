/* Products of floats with vectors of eight. */
#if defined(__AVX2__) && defined(__FMA__)

#include "vectors_avx2.h"

#define LOWER(X) X(4) X(2) X(1)
#define KERNEL   aert_gemm_avx2

#include "gemm_kernel.h"

#else
typedef int AertNoAvx2; /* this compiler has no such vectors */
#endif
