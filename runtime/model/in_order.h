/* in_order: examples whose elements are drawn one after another, each from what those before it
 * tell: what `sample` draws, and `decode` where the decoder reads the input beside the code.
 */
#ifndef AERT_IN_ORDER_H
#define AERT_IN_ORDER_H

#include "session.h"

/* A program has it where its model has such an entry (aert.h). */
struct AertInOrder {
    /* Draws the rows in hand into the first input, of which the first session->known elements stay
     * as they are; the entry's output has the others.  session->rounds becomes the most that any
     * rows have taken. */
    bool (*run)(Session *session, const AertEntry *entry, int rows, AertError *error);
};

#endif
