/* Products of floats with vectors of eight. */
#if defined(__AVX2__) && defined(__FMA__)

#include "vectors_avx2.h"

#define LOWER(X) X(4) X(2) X(1)

#include "gemm_kernel.h"

const AertGemm aert_gemm_avx2 = {
    .name = "avx2", .needs = "avx2 fma", .kernel = multiply, .spin = spin};

#else
typedef int AertNoAvx2; /* this compiler has no such vectors */
#endif
