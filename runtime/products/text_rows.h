/* Products with rows of texts, of which those behind a text's end do not count.
 *
 * A value of a batch of texts has a row for each place of each.  Where the compiler has found that
 * nobody looks at the rows behind a text's end, or that they are 0, products leave them out:
 *
 *     texts of 2, 3 and 1 of 4 places     rows 0 1 . .  4 5 6 .  8 . . .     are multiplied, as
 *                                         six that lie side by side
 */
#ifndef AERT_TEXT_ROWS_H
#define AERT_TEXT_ROWS_H

#include "../math/bits.h"
#include "windows.h"

/* Which row is of which place. */
typedef struct AertTextRows {
    const int *token; /* (texts, places), 0 where there is none: the end is behind the last other */
    int texts, places;
    int ahead; /* 1: all texts have a row before any has the next; 0: a text has all of its own */
    int open;  /* 1: what a product has behind an end stays as it is, since nobody reads it; 0: it
                  becomes 0 */
    /* Where rows are places that windows have left of a text's own: … */
    int count;        /* … so many; 0: they are its own, */
    int stride, more; /* and place p counts where stride p is less than the length and `more` */
} AertTextRows;

/* Is it a row behind its text's end, where places are the text's own? */
AERT_INLINE int aert_is_padding(const AertTextRows *of, int row) {
    int text = of->ahead ? row % of->texts : row / of->places;
    int place = of->ahead ? row / of->texts : row % of->places;
    const int *token = of->token + (long)text * of->places;
    while (place < of->places && token[place] == 0)
        place++;
    return place == of->places;
}

/* C = op(A) op(B) as gemm of gemm.h does it.  A's rows are those of texts, from row `first` on: of
 * those behind an end nothing is read, and C's are 0, or stay as they are.  Where A is stored
 * transposed rows are what is summed, and so are B's: those behind an end are left out.  `room` is
 * memory for so many rows of what is multiplied, or what comes of it: most (k + n) numbers, or most
 * (m + n).  A number of C is summed up in the same order, whatever is left out; but where rows are
 * summed. */
void text_rows_times_f32(const AertTextRows *of, int first, void *room, int most, int ta, int tb,
                         int m, int n, int k, const float *a, int lda, const float *b, int ldb,
                         float *c, int ldc);
void text_rows_times_f64(const AertTextRows *of, int first, void *room, int most, int ta, int tb,
                         int m, int n, int k, const double *a, int lda, const double *b, int ldb,
                         double *c, int ldc);

/* The same of floats where A is seen through windows, of which those behind ends are not read;
 * C's rows there are 0, or anything where `of` is open.  `room` is memory for AERT_WINDOWS_SUMMED
 * rows of B where rows are summed; they are added up in the blocks in which windows_times adds up
 * all of them. */
void text_windows_times_f32(const AertTextRows *of, int first, void *room, AertSeen a, int ta,
                            int tb, int m, int n, int k, const float *b, int ldb, float *c,
                            int ldc);

/* Of which of the product's lengths a text has no more than it has places. */
typedef enum AertTextEnds {
    AERT_ROWS_END = 1,    /* C's rows, or */
    AERT_COLUMNS_END = 2, /* columns, of which the others are 0; */
    AERT_SUMS_END = 4     /* what is summed */
} AertTextEnds;

/* C = op(A) op(B) of one text alone, without what is behind its end. */
void text_ends_times_f32(const int *token, int places, int ends, int ta, int tb, int m, int n,
                         int k, const float *a, const float *b, float *c);
void text_ends_times_f64(const int *token, int places, int ends, int ta, int tb, int m, int n,
                         int k, const double *a, const double *b, double *c);

#endif
