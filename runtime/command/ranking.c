/* ranking: see ranking.h. */
#include "ranking.h"

#include <math.h>
#include <stdlib.h>

/* Larger first; a score that is no number is as unlike the rest as can be. */
static bool is_before(const double *score, int64_t a, int64_t b) {
    bool no_a = isnan(score[a]), no_b = isnan(score[b]);
    if (no_a || no_b)
        return no_a && (!no_b || a < b);
    return score[a] > score[b] || (score[a] == score[b] && a < b);
}

/* Heap sort: qsort has no place for the scores. */
static void sift(const double *score, int64_t *index, int64_t from, int64_t count) {
    for (int64_t child; (child = 2 * from + 1) < count; from = child) {
        if (child + 1 < count && is_before(score, index[child], index[child + 1]))
            child++;
        if (!is_before(score, index[from], index[child]))
            return;
        int64_t kept = index[from];
        index[from] = index[child];
        index[child] = kept;
    }
}

void ranking_order(const double *score, int64_t count, int64_t *index) {
    for (int64_t i = 0; i < count; i++)
        index[i] = i;
    for (int64_t i = count / 2 - 1; i >= 0; i--)
        sift(score, index, i, count);
    for (int64_t last = count - 1; last > 0; last--) {
        int64_t kept = index[0];
        index[0] = index[last];
        index[last] = kept;
        sift(score, index, 0, last);
    }
}

double ranking_quantile(const double *score, const int64_t *index, int64_t count, double q) {
    double place = q * (double)(count - 1);
    int64_t below = (int64_t)floor(place), above = below + 1 < count ? below + 1 : below;
    double low = score[index[count - 1 - below]], high = score[index[count - 1 - above]];
    double share = place - (double)below;
    return share > 0 ? low + share * (high - low) : low;
}

Separation ranking_separation(const double *score, const int64_t *index, const bool *positive,
                              int64_t count) {
    Separation found = {NAN, NAN, 0};
    for (int64_t i = 0; i < count; i++)
        found.positives += positive[i];
    double all = (double)found.positives, others = (double)(count - found.positives);
    if (all == 0 || others == 0)
        return found;
    double area = 0, precision = 0, seen = 0, seen_others = 0;
    for (int64_t i = 0, end; i < count; i = end) {
        double here = 0;
        for (end = i; end < count && (end == i || score[index[end]] == score[index[i]]); end++)
            here += positive[index[end]];
        double here_others = (double)(end - i) - here;
        area += here_others * (seen + here / 2);
        seen += here;
        seen_others += here_others;
        precision += here / all * (seen / (seen + seen_others));
    }
    found.auc = area / (all * others);
    found.average_precision = precision;
    return found;
}
