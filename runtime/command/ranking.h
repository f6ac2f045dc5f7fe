/* ranking: what scores say, as numbers in a list. */
#ifndef AERT_RANKING_H
#define AERT_RANKING_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Ranked {
    double score;
    int64_t example;
} Ranked;

/* From the largest score to the smallest; of equal ones the earlier example first, and what is no
 * number before all: it is as unlike the rest as can be. */
void ranking_sort(Ranked *ranked, int64_t count);

/* The score that a share q (0 to 1) of the sorted scores is not above, between two by a straight
 * line: what NumPy calls quantile. */
double ranking_quantile(const Ranked *ranked, int64_t count, double q);

/* Of what kind an example is. */
typedef enum Kind { KIND_UNKNOWN, KIND_NORMAL, KIND_POSITIVE } Kind;

/* How well sorted scores tell positive examples, by kind[example], from normal ones, what is
 * unknown left out: the area under the ROC curve, which is the chance that a positive one has the
 * larger score, equal ones counted half; and the average precision, the sum over thresholds of
 * precision times the recall that each adds. Not a number where all are of one kind. */
typedef struct Separation {
    double auc, average_precision;
    int64_t positives, normals;
} Separation;
Separation ranking_separation(const Ranked *ranked, int64_t count, const unsigned char *kind);

#endif
