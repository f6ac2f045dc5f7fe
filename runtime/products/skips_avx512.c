/* Products that skip zeros, with vectors of sixteen. */
#if defined(__AVX512F__)

#include "vectors_avx512.h"

#include "skips_kernel.h"

const AertSkips aert_skips_avx512 = {TALL, WIDE, list, multiply};

#else
typedef int AertNoAvx512; /* this compiler has no such vectors */
#endif
