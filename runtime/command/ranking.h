/* ranking: what scores say, as numbers in a list. */
#ifndef AERT_RANKING_H
#define AERT_RANKING_H

#include <stdbool.h>
#include <stdint.h>

/* index (count): the places of the scores, from the largest score to the smallest; of equal ones
 * the earlier first, and what is no number before all. */
void ranking_order(const double *score, int64_t count, int64_t *index);

/* The score that a share q (0 to 1) of the scores is not above, between two by a straight line:
 * what NumPy calls quantile. */
double ranking_quantile(const double *score, const int64_t *index, int64_t count, double q);

/* How well scores tell positive examples from others: the area under the ROC curve, which is the
 * chance that a positive one has the larger score, equal ones counted half; and the average
 * precision, the sum over thresholds of precision times the recall that each adds.  Not a number
 * where all are of one kind. */
typedef struct Separation {
    double auc, average_precision;
    int64_t positives;
} Separation;
Separation ranking_separation(const double *score, const int64_t *index, const bool *positive,
                              int64_t count);

#endif
