/* neighbours: the codes that lie nearest to a code. */
#ifndef AERT_NEIGHBOURS_H
#define AERT_NEIGHBOURS_H

#include "base/base.h"

typedef struct Neighbour {
    double distance; /* that of Euclid, or 1 less the cosine of the angle */
    int64_t example;
} Neighbour;

/* Divides codes (count, size) by their norms, after which the distance of Euclid orders them as the
 * angle does.  A code of zeros stays. */
void neighbours_normalize(float *codes, int64_t count, size_t size);

/* Which of `codes` (count, size) lie nearest to `query` (size), the nearest first and of equally
 * near ones the earlier; `except` is left out, if it is not negative.  Returns how many it found:
 * at most `most`.  `cosine`: all codes have been normalized, and distances are 1 less the cosine.
 */
int neighbours_find(const float *query, const float *codes, int64_t count, size_t size,
                    int64_t except, bool cosine, int most, Neighbour *found);

/* first[q] = the number of the code that lies nearest to query q by the distance of Euclid, up to
 * rounding; of equally near ones the earlier.  By products: many times as fast as one by one. */
bool neighbours_first(const float *query, int64_t queries, const float *codes, int64_t count,
                      size_t size, int64_t *first, AertError *error);

#endif
