/* Products of floats with vectors of sixteen. */
#if defined(__AVX512F__)

#include "vectors_avx512.h"

#define LOWER(X) X(8) X(4) X(2) X(1)
#define KERNEL   aert_gemm_avx512

#include "gemm_kernel.h"

#else
typedef int AertNoAvx512; /* this compiler has no such vectors */
#endif
