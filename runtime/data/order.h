/* order: which examples an epoch visits, in which order, as a function of (seed, epoch) alone.
 *
 * Fisher-Yates with a counter-based generator: nothing has to be kept to resume in the middle of an
 * epoch.
 *
 *     aert_order_epoch(seed, epoch, NULL, 60000, order);
 *     const AertBatches batches = {.count = 60000, .index = order, .batch = 128, ...};
 */
#ifndef AERT_ORDER_H
#define AERT_ORDER_H

#include <stdint.h>

/* order (count) becomes a permutation of base (count), or of 0 … count - 1 where base is NULL.
 * Uniform over permutations up to the 64-bit generator.  base and order must not overlap. */
void aert_order_epoch(uint64_t seed, uint64_t epoch, const int64_t *base, int64_t count,
                      int64_t *order);

/* Two kinds of examples.  Each batch has `of_first` of the first kind, which come again and again,
 * and for the rest examples of the second kind, each of which comes once an epoch. */
typedef struct AertMix {
    const int64_t *first, *second; /* (firsts), (seconds) */
    int64_t firsts, seconds;
    int batch, of_first;
    int64_t *room; /* (firsts + seconds) */
} AertMix;

/* Rows of all batches of an epoch. */
int64_t aert_order_mixed_count(const AertMix *mix);

/* Fills order (aert_order_mixed_count) with the batches, one after the other; in each the first
 * kind stands first.  An example that comes for the k-th time in the epoch, k from 0, has `count` *
 * k added to its number, so that its draws differ each time. */
void aert_order_mixed(uint64_t seed, uint64_t epoch, const AertMix *mix, int64_t count,
                      int64_t *order);

/* Number of examples held back from `count`: a tenth, at least 1; 0 where count < 2. */
int64_t aert_order_held(int64_t count);

/* Splits 0 … count - 1 by the seed: held (aert_order_held(count)) and train (the rest), both
 * ascending. */
void aert_order_split(uint64_t seed, int64_t count, int64_t *train, int64_t *held);

/* A number from 0 to most - 1: draw number `number` of the stream by which the seed splits data. */
int64_t aert_order_draw(uint64_t seed, int64_t number, int64_t most);

#endif
