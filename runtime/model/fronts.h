/* fronts: an entry that draws its input runs on what may still change, and on nothing else. */
#ifndef AERT_FRONTS_H
#define AERT_FRONTS_H

#include "session.h"

/* Draws the rows in hand line by line into the first input, whose unknown elements are 0, with the
 * entry's reach: what was computed before is kept.  The arena is then as a run of the whole entry
 * would leave it, but for lines that nothing drawn depends on.  Adds to *rounds. */
bool run_fronts(Session *session, const AertEntry *entry, const AertOutput *output, int rows,
                int *rounds, AertError *error);

#endif
