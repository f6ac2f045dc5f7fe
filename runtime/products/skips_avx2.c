/* Products that skip zeros, with vectors of eight. */
#if defined(__AVX2__) && defined(__FMA__)

#include "vectors_avx2.h"

#include "skips_kernel.h"

const AertSkips aert_skips_avx2 = {TALL, WIDE, list, multiply};

#else
typedef int AertNoAvx2; /* this compiler has no such vectors */
#endif
