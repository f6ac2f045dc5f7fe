/* Products of floats with vectors of sixteen. */
#if defined(__AVX512F__)

#include "vectors_avx512.h"

#define LOWER(X) X(8) X(4) X(2) X(1)

#include "gemm_kernel.h"

const AertGemm aert_gemm_avx512 = {
    .name = "avx512", .needs = "avx512f avx2 fma", .kernel = multiply, .spin = spin};

#else
typedef int AertNoAvx512; /* this compiler has no such vectors */
#endif
