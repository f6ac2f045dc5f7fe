/* What skips.c does with each kind of vectors. */
#ifndef AERT_SKIPS_PARTS_H
#define AERT_SKIPS_PARTS_H

#include <stdbool.h>
#include <stddef.h>

/* An entry is a tile's numbers of op(A) at one place that is to be summed, and which place of k
 * that is: so many floats more. */
enum { AERT_SKIPS_PLACE = 1 };

/* Entries of a tile of op(A): of those of places [0, k) of which a number is not 0.  Returns where
 * they end; behind that another vector may have been written. */
typedef float *AertSkipsList(bool ta, int k, const float *a, ptrdiff_t lda, float *entry);

/* C = op(A) B, or C += where `add` is set, of `width` columns: of tiles whose entries lie between
 * one of `ends` and the next.  `panel`: for k rows of B, whole tiles wide. */
typedef void AertSkipsMultiply(const float *entries, const int *ends, int tiles, int k, int width,
                               const float *b, ptrdiff_t ldb, float *panel, float *c, ptrdiff_t ldc,
                               bool add);

/* One kind of vectors. */
struct AertSkips {
    int tall, wide; /* a tile's rows and columns */
    AertSkipsList *list;
    AertSkipsMultiply *multiply;
};

#endif
