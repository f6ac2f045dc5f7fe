/* The kernels of products, by the kind of vectors; gemm.c chooses among them. */
#ifndef AERT_GEMM_PARTS_H
#define AERT_GEMM_PARTS_H

#include "vectors.h"

/* Before a loop over vectors that must stay in registers. */
#ifdef __clang__
#define AERT_UNROLL _Pragma("clang loop unroll(full)")
#else
#define AERT_UNROLL _Pragma("GCC unroll 16")
#endif

/* C = op(A) op(B), or C += where `add` is set, as in gemm.h; not both transposed.  k > 0. */
typedef void AertGemmKernel(bool ta, bool tb, int m, int n, int k, const float *a, int lda,
                            const float *b, int ldb, bool add, float *c, int ldc);

enum {
    AERT_GEMM_DEPTH = 400,        /* a panel of it fits the second level's cache */
    AERT_GEMM_DEPTH_TURNED = 208, /* where A is stored transposed: the first level's */
    AERT_GEMM_DEPTH_UNIT = 16,
    AERT_GEMM_LINE = 16, /* floats of a line of memory */
};

/* How many of k places vectors sum at a time, the same for all of them. */
static inline int aert_gemm_depth(bool ta, int k) {
    const int most = ta ? AERT_GEMM_DEPTH_TURNED : AERT_GEMM_DEPTH;
    int blocks = (k + most - 1) / most;
    int each = (k / (blocks > 0 ? blocks : 1) / AERT_GEMM_DEPTH_UNIT + 1) * AERT_GEMM_DEPTH_UNIT;
    return each < most ? each : most;
}

/* One kind of vectors, or tiles. */
struct AertGemm {
    const char *name;
    const char *needs;          /* of the processor: names of cpu_check.c; NULL: nothing */
    bool tiles;                 /* the system is to be asked for them */
    AertGemmKernel *kernel;     /* NULL: the runtime's compiler had no such vectors */
    double (*spin)(int rounds); /* see gemm_choose.h, as for the next, which may be NULL */
    void (*keep)(bool operands);
    void (*changed)(const float *from);
};

#endif
