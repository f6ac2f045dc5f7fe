/* parts: which examples of a data set are for training, which for validation, which for the test.
 *
 *     0.8,0.1,0.1             by the seed: a random choice, the same for every command
 *     0.8,0.2 by order        the first examples, then the others: for what was recorded in time
 *     fold 2 of 5             the second of five equal parts is validated on, the others trained on
 *
 * Which examples a part has depends on this text, the seed and the number of examples alone.  Each
 * has as many examples as its share says, to the nearest whole number.
 */
#ifndef AERT_PARTS_H
#define AERT_PARTS_H

#include "base/base.h"

#include <stdint.h>

enum { AERT_MOST_PARTS = 100, AERT_PARTS_TEXT = 96 };

typedef struct AertParts {
    int count;     /* 2 or 3 shares, or so many folds; 0: data are not split */
    int fold;      /* of them, from 1; 0: they are shares */
    bool by_order; /* in the order of the data; otherwise by the seed */
    double end[3]; /* of the shares: where each ends, the last at 1 */
} AertParts;

/* TRAIN: the first share, or all folds but one.  VALID: the second, or the fold.  TEST: the last,
 * or the fold. */
typedef enum AertPart { AERT_PART_TRAIN, AERT_PART_VALID, AERT_PART_TEST } AertPart;

/* Reads one of the texts above. */
bool aert_parts_parse(AertParts *parts, const char *text, AertError *error);

/* How many of `count` examples are in the part, and where `rows` is not NULL which: ascending. */
int64_t aert_parts_take(const AertParts *parts, AertPart part, uint64_t seed, int64_t count,
                        int64_t *rows);

#endif
