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

AertGemmKernel aert_gemm_amx, aert_gemm_avx512, aert_gemm_avx2;

/* Whether what is made of an operand is kept for the next product: see gemm_choose.h. */
void aert_gemm_amx_keep(bool operands);
void aert_gemm_amx_changed(const float *from);

/* Multiplies tiles in registers, `rounds` times, for the peak.  Returns the floating-point
 * operations on floats that this is worth: a sixth of those on parts. */
double aert_gemm_amx_spin(int rounds);

#endif
