/* product: a product of matrices, of floats or of doubles, as a record: for what only copies
 * numbers, and says to both alike what is multiplied. */
#ifndef AERT_PRODUCT_H
#define AERT_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>

/* C = op(A) op(B), or C += where `add` is set, as in gemm.h. */
typedef struct AertProduct {
    int ta, tb, m, n, k;
    int lda, ldb, ldc; /* in numbers */
    const char *a, *b;
    char *c;
    size_t size; /* of a number, in bytes: that of a float or a double */
    bool add;
} AertProduct;

void aert_product(const AertProduct *product);

#endif
