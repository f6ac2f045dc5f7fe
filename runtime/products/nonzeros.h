/* Products by what is not 0: of a matrix most of whose elements are 0, as counts of words are.
 *
 * The matrix is stored whole.  A product goes once through it to find what is not 0, and multiplies
 * only that: 2 m k comparisons in place of 2 m n k operations.  Where more than a few elements of
 * the piece at hand are not 0, it is gemm's.
 */
#ifndef AERT_NONZEROS_H
#define AERT_NONZEROS_H

/* C = op(A) B as gemm of gemm.h does it, of a B that is stored plainly, and of an A of which few
 * elements may be other than 0.  What A's zeros would be multiplied with is not read. */
void nonzeros_times_f32(int ta, int m, int n, int k, const float *a, int lda, const float *b,
                        int ldb, float *c, int ldc);
void nonzeros_times_f64(int ta, int m, int n, int k, const double *a, int lda, const double *b,
                        int ldb, double *c, int ldc);

#endif
