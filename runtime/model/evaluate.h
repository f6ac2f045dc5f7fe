/* evaluate: every loss and metric over a data set, without gradients. */
#ifndef AERT_EVALUATE_H
#define AERT_EVALUATE_H

#include "tally.h"

/* False where the data is not what the model wants.  Fills `tally`, which was opened for AERT_EVAL,
 * over the examples index[0 … count), or the first `count` where index is NULL.  Draws are those of
 * epoch 0, keyed by seed and example: neither batch size nor threads matter. */
bool evaluate(Session *session, const AertEntry *entry, const Examples *examples,
              const int64_t *index, int64_t count, Tally *tally, AertError *error);

#endif
