/* scaling: what the data of a training say of how inputs are scaled, and what models make of it.
 *
 * An input that is `standardized` or `scaled` is read by the graph as (data - shift) / scale, one
 * number a column of a vector or table, one a channel of an image or signal.  Both are slots: this
 * fills them before the first step.
 */
#ifndef AERT_SCALING_H
#define AERT_SCALING_H

#include "session.h"

/* What programs have of it whose models scale an input. */
struct AertScaled {
    bool (*fit)(Session *session, const Examples *examples, const int64_t *index, int64_t count,
                AertError *error);
};

/* Fills the slots of all scaled inputs among the examples index[0 .. count) (NULL: the first
 * `count`), gaps left out, in one pass in double.  A column that is the same everywhere has scale
 * 1, and is told on standard error, unless --quiet. */
bool scaling_fit(Session *session, const Examples *examples, const int64_t *index, int64_t count,
                 AertError *error);

/* The shift and the scale of one element of an input; 0 and 1 where it is not scaled. */
double scaling_shift(const Session *session, const AertInput *input, size_t element);
double scaling_scale(const Session *session, const AertInput *input, size_t element);

#endif
