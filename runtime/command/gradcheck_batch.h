/* The two batches of a gradient check: the examples as they come, and the same with blank and
 * constant ones among them, as real data has them.  The norm of a blank example is 0, and so is the
 * deviation of a constant one: there a wrong gradient shows, since it is not a number.
 *
 *     row 0: all 0            row 1: all at the top of the range     row 2: all in its middle
 *     row 3: as it comes      row 4: all 0 …
 */
#ifndef AERT_GRADCHECK_BATCH_H
#define AERT_GRADCHECK_BATCH_H

#include "model/model.h"

enum { BATCH_ORDINARY, BATCH_BLANK, BATCHES };

typedef struct Batches {
    double *inputs[BATCHES]; /* (rows, …) of each input but labels, one after another */
} Batches;

/* Makes both batches from the rows that the session has gathered. */
bool batches_open(Batches *batches, const Session *session, int rows, AertError *error);
void batches_close(Batches *batches);

/* Puts one of them into the session's inputs. */
void batches_take(const Batches *batches, int which, const Session *session, int rows);

#endif
