/* batches: see batches.h. */
#include "batches.h"

int64_t aert_batches_count(int64_t count, int batch) {
    return (count + batch - 1) / batch;
}

bool aert_batches_each(const AertBatches *batches, AertBatchTake *take, void *context) {
    int64_t all = aert_batches_count(batches->count, batches->batch);
    for (int64_t number = batches->from; number < all; number++) {
        int64_t begin = number * batches->batch, left = batches->count - begin;
        int rows = left < batches->batch ? (int)left : batches->batch;
        for (int r = 0; r < rows; r++)
            batches->example[r] =
                batches->index ? batches->index[begin + r] : batches->first + begin + r;
        if (!take(context, &(AertBatch){number, begin, rows}))
            return false;
    }
    return true;
}
