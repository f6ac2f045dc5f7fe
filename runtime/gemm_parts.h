/* The kernels of products, by the kind of vectors; gemm.c chooses among them. */
#ifndef AERT_GEMM_PARTS_H
#define AERT_GEMM_PARTS_H

#include <stdbool.h>
#include <stddef.h>

/* Before a loop over vectors that must stay in registers. */
#ifdef __clang__
#define AERT_UNROLL _Pragma("clang loop unroll(full)")
#else
#define AERT_UNROLL _Pragma("GCC unroll 16")
#endif

/* C = op(A) op(B), or C += where `add` is set, as in gemm.h; not both transposed.  k > 0. */
typedef void AertGemmKernel(bool ta, bool tb, int m, int n, int k, const float *a, int lda,
                            const float *b, int ldb, bool add, float *c, int ldc);

AertGemmKernel aert_gemm_avx512, aert_gemm_avx2;

/* Memory that the next product of this thread asks for on its way; the last run first. */
typedef struct AertAhead {
    int runs;
    struct {
        const char *from;
        ptrdiff_t bytes;
    } run[4];
} AertAhead;
extern _Thread_local AertAhead aert_ahead;

/* Where a tile that asks for `bytes` begins; without a wish, with memory that it reads anyway. */
static inline const char *aert_ahead_take(ptrdiff_t bytes, const void *anyway) {
    AertAhead *ahead = &aert_ahead;
    if (ahead->runs == 0)
        return anyway;
    const char *from = ahead->run[ahead->runs - 1].from;
    ahead->run[ahead->runs - 1].from += bytes;
    ahead->run[ahead->runs - 1].bytes -= bytes;
    ahead->runs -= ahead->run[ahead->runs - 1].bytes <= 0;
    return from;
}

#endif
