/* sparse: examples of which few numbers are not 0, as words in a document are: kept as those.
 *
 *     0 2 0 0 1        start  0 2 2          example i has the entries start[i] … start[i + 1] - 1
 *     0 0 0 0 0        column 1 4
 *                      value  2 1
 *
 * A builder takes entries in any order; entries of one place add up.  Its memory grows with what it
 * is given.
 */
#ifndef AERT_SPARSE_H
#define AERT_SPARSE_H

#include "base/base.h"

#include <stdint.h>

typedef struct AertSparse {
    int64_t *start;  /* (examples + 1) */
    int32_t *column; /* (entries) */
    float *value;    /* (entries) */
} AertSparse;

typedef struct SparseBuilder {
    int64_t count, room; /* entries */
    int64_t *example;
    int32_t *column;
    float *value;
} SparseBuilder;

/* False where there is no memory.  Close in any case. */
bool aert_sparse_add(SparseBuilder *builder, int64_t example, int32_t column, float value,
                     AertError *error);
void aert_sparse_close(SparseBuilder *builder);

/* Whether all that is not 0 are whole numbers above 0. */
bool aert_sparse_counts(const SparseBuilder *builder);

/* The entries in the order of their examples, of which there are so many; NULL where there is no
 * memory.  One allocation: free() it. */
AertSparse *aert_sparse_make(const SparseBuilder *builder, int64_t examples, AertError *error);

#endif
