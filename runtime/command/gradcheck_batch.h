/* The two batches of a gradient check: the examples as they come, and the same with blank and
 * constant ones among them, as real data has them.  There a norm is 0 and a deviation is, where a
 * wrong gradient is no number.
 *
 *     row 0: all 0     row 1: all at the top of the range     row 2: all in its middle
 *     row 3: as it comes     row 4: all 0 …
 */
#ifndef AERT_GRADCHECK_BATCH_H
#define AERT_GRADCHECK_BATCH_H

#include "model/model.h"

enum { BATCH_ORDINARY, BATCH_BLANK, BATCHES };

typedef struct Batches {
    double *inputs[BATCHES]; /* (rows, …) of each input but labels, one after another */
} Batches;

/* From the rows that are gathered in the session. */
bool batches_open(Batches *batches, const Session *session, int rows, AertError *error);
void batches_close(Batches *batches);

/* Puts one of them into the session's inputs. */
void batches_take(const Batches *batches, int which, const Session *session, int rows);

#endif
