/* Products of matrices: C = alpha op(A) op(B) + beta C, row-major, op(A) being (m, k) and op(B) (k,
 * n).  Those of doubles are the BLAS's; those of floats our own where alpha is 1 and beta 0 or 1,
 * and the processor has the vectors.
 *
 * ta and tb are 1 where the matrix is stored transposed: A is then (k, m), B is (n, k).  lda, ldb
 * and ldc are the distances between stored rows.  cblas.h is not included, since it drags in
 * complex.h, whose macro I breaks generated names: the two functions are declared here,
 * enumerations as the int that they are passed as.
 */
#ifndef AERT_GEMM_H
#define AERT_GEMM_H

#include "../math/bits.h"

#include <stddef.h>

void cblas_sgemm(int order, int ta, int tb, int m, int n, int k, float alpha, const float *a,
                 int lda, const float *b, int ldb, float beta, float *c, int ldc);
void cblas_dgemm(int order, int ta, int tb, int m, int n, int k, double alpha, const double *a,
                 int lda, const double *b, int ldb, double beta, double *c, int ldc);

enum { AERT_CBLAS_ROW_MAJOR = 101, AERT_CBLAS_PLAIN = 111 /* and one more: transposed */ };

/* C = op(A) op(B), or C += where `add` is 1, by the kernel that was chosen when the program
 * started: the same bits however C is cut into pieces, unless it is the BLAS. */
void aert_gemm_f32(int ta, int tb, int m, int n, int k, const float *a, int lda, const float *b,
                   int ldb, int add, float *c, int ldc);

AERT_INLINE void gemm_f32(int ta, int tb, int m, int n, int k, float alpha, const float *a, int lda,
                          const float *b, int ldb, float beta, float *c, int ldc) {
    if (alpha == 1 && (beta == 0 || beta == 1))
        aert_gemm_f32(ta, tb, m, n, k, a, lda, b, ldb, beta == 1, c, ldc);
    else
        cblas_sgemm(AERT_CBLAS_ROW_MAJOR, AERT_CBLAS_PLAIN + ta, AERT_CBLAS_PLAIN + tb, m, n, k,
                    alpha, a, lda, b, ldb, beta, c, ldc);
}

AERT_INLINE void gemm_f64(int ta, int tb, int m, int n, int k, double alpha, const double *a,
                          int lda, const double *b, int ldb, double beta, double *c, int ldc) {
    cblas_dgemm(AERT_CBLAS_ROW_MAJOR, AERT_CBLAS_PLAIN + ta, AERT_CBLAS_PLAIN + tb, m, n, k, alpha,
                a, lda, b, ldb, beta, c, ldc);
}

#endif
