/* Products of runs with vectors of sixteen. */
#if defined(__AVX512F__)

#include "vectors_avx512.h"

#define HEIGHTS(X) X(14) X(7) X(4) X(2) X(1)
#define KERNEL     aert_runs_avx512

#include "runs_kernel.h"

#else
typedef int AertNoAvx512; /* this compiler has no such vectors */
#endif
