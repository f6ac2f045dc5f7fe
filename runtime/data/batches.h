/* batches: the one loop that goes through examples a batch at a time.
 *
 *     count 300, batch 128   ->   number 0, begin 0, rows 128
 *                                 number 1, begin 128, rows 128
 *                                 number 2, begin 256, rows 44
 */
#ifndef AERT_BATCHES_H
#define AERT_BATCHES_H

#include <stdbool.h>
#include <stdint.h>

typedef struct AertBatches {
    int64_t count;        /* examples to visit */
    const int64_t *index; /* (count): which they are; NULL: first, first + 1, ... */
    int64_t first;        /* where index is NULL */
    int batch;            /* examples at a time */
    int64_t from;         /* the batch to begin with: those before it are done */
    int64_t *example;     /* (batch): receives the examples of the batch in hand */
} AertBatches;

typedef struct AertBatch {
    int64_t number; /* of the batch, from 0 */
    int64_t begin;  /* examples before it */
    int rows;       /* examples in it */
} AertBatch;

/* What is done with a batch; false ends the loop. */
typedef bool AertBatchTake(void *context, const AertBatch *batch);

/* How many batches there are, the smaller last one included. */
int64_t aert_batches_count(int64_t count, int batch);

/* Whether all batches were gone through. */
bool aert_batches_each(const AertBatches *batches, AertBatchTake *take, void *context);

#endif
