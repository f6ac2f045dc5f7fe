/* Bands: the parts of a product that a mask does not make 0, which are known when it is compiled.
 *
 *     rows of B that are not 0      columns 0 to 31: 0 to 63    32 to 63: 0 to 111    …
 *     columns 32 to 95 of A B       sums over 0 to 111 and those of 64 to 95, in one
 */
#ifndef AERT_BANDS_H
#define AERT_BANDS_H

#include "../math/bits.h"

enum { AERT_MOST_PARTS = 32 };

typedef struct AertBand {
    int every;                    /* so many rows or columns have one part */
    int part[AERT_MOST_PARTS][2]; /* from one number to another */
} AertBand;

typedef struct AertKept {
    int begin, length;
} AertKept;

/* What is not 0 in all of the rows, or columns, from `begin` to `end`. */
AERT_INLINE AertKept aert_kept(const AertBand *band, int begin, int end) {
    int first = band->part[begin / band->every][0], last = band->part[begin / band->every][1];
    for (int i = begin / band->every + 1; i * band->every < end; i++) {
        int from = band->part[i][0], to = band->part[i][1];
        if (from == to)
            continue;
        first = first == last || from < first ? from : first;
        last = to > last ? to : last;
    }
    return (AertKept){first, last - first};
}

#endif
