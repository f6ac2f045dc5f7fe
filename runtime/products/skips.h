/* Products that skip the places where several rows of a matrix are 0 at once, as the pixels around
 * a digit are in most images.
 *
 *     rows of op(A), four to a tile     . . 3 . 1 . . .
 *                                       . . 2 . . . . .      are summed up over places 2, 4 and 7
 *                                       . . . . 5 . . .      of 8
 *                                       . . 4 . . . . 6
 *
 * A tile's numbers at those places are laid side by side, each with the place, and multiplied with
 * the rows of B of these places.  Sums are made in the order and the blocks of gemm_kernel.h, and
 * to add 0 times a number changes none: so they are gemm's to the bit, but for the sign of a 0, and
 * but for an infinity or no number in B that only zeros meet, which is not seen.  Where most places
 * are not 0 it is gemm's product.  So it is where tiles of bf16 or the BLAS were chosen.
 */
#ifndef AERT_SKIPS_H
#define AERT_SKIPS_H

#include "gemm.h"

enum {
    AERT_SKIPS_PANEL = 400 * 48, /* of B; of both kinds of vectors the larger */
    AERT_SKIPS_MORE = 8192,      /* what lists may need beside, whatever their size */
};

/* Numbers of room that a product of op(A), m by k, needs. */
AERT_INLINE long aert_skips_room(long m, long k) {
    return AERT_SKIPS_PANEL + AERT_SKIPS_MORE + m * k + m;
}

/* C = op(A) B as gemm of gemm.h does it; m, k: those of the piece at hand or smaller than what
 * there is room for.  What was listed for a piece stays in `room` for the kernel's others. */
void aert_skips_times(void *room, int ta, int m, int n, int k, const float *a, int lda,
                      const float *b, int ldb, float *c, int ldc);

AERT_INLINE void skips_times_f32(void *room, int ta, int m, int n, int k, const float *a, int lda,
                                 const float *b, int ldb, float *c, int ldc) {
    aert_skips_times(room, ta, m, n, k, a, lda, b, ldb, c, ldc);
}

AERT_INLINE void skips_times_f64(void *room, int ta, int m, int n, int k, const double *a, int lda,
                                 const double *b, int ldb, double *c, int ldc) {
    (void)room;
    gemm_f64(ta, 0, m, n, k, 1, a, lda, b, ldb, 0, c, ldc);
}

#endif
