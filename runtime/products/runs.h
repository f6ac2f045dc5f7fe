/* Products of a matrix that is not stored, but lies in runs: the windows of a convolution, read
 * where they are.
 *
 * Element (i, p) of such a matrix is what lies at the place of i and the place of p together.
 * Places come in runs: `count` of them, evenly apart, from `offset` on.  Of a 3 by 3 convolution of
 * an image with channels last, a row of pixels is a run of windows, and a row of a kernel, with its
 * channels, a run of what is summed; of its gradient by the weights, the other way round.
 */
#ifndef AERT_RUNS_H
#define AERT_RUNS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct AertPlaceRun {
    ptrdiff_t offset;
    int count;
} AertPlaceRun;

typedef struct AertRuns {
    const AertPlaceRun *at;
    int count;
} AertRuns;

enum { AERT_RUNS_DEPTH = 2048 }; /* the most that is summed at a time */

/* C = M B, or C += where `add` is set: M has a row for each place of `rows`, and sums over those of
 * `summed`; the places of a run of rows lie `down` apart, those of one that is summed `along`, one
 * of which is 1.  B and C are stored as in gemm.h.  Sums go through the places in order, one fused
 * multiply-add after another: a number of C does not depend on where rows are cut, nor on the kind
 * of vectors. */
typedef void AertRunsKernel(AertRuns rows, ptrdiff_t down, AertRuns summed, ptrdiff_t along,
                            const float *from, int n, const float *b, int ldb, bool add, float *c,
                            int ldc);

AertRunsKernel aert_runs_avx512, aert_runs_avx2;

#endif
