/* ranking: see ranking.h. */
#include "ranking.h"

#include <math.h>
#include <stdlib.h>

static int compare(const void *left, const void *right) {
    const Ranked *a = left, *b = right;
    int by_number = (isnan(b->score) != 0) - (isnan(a->score) != 0);
    int by_score = (b->score > a->score) - (b->score < a->score);
    int by_place = (a->example > b->example) - (a->example < b->example);
    return by_number ? by_number : by_score ? by_score : by_place;
}

void ranking_sort(Ranked *ranked, int64_t count) {
    qsort(ranked, (size_t)count, sizeof *ranked, compare);
}

double ranking_quantile(const Ranked *ranked, int64_t count, double q) {
    double place = q * (double)(count - 1);
    int64_t below = (int64_t)place, above = below + 1 < count ? below + 1 : below;
    double low = ranked[count - 1 - below].score, high = ranked[count - 1 - above].score;
    double share = place - (double)below;
    return share > 0 ? low + share * (high - low) : low;
}

Separation ranking_separation(const Ranked *ranked, int64_t count, const unsigned char *kind) {
    Separation found = {NAN, NAN, 0, 0};
    for (int64_t i = 0; i < count; i++) {
        found.positives += kind[i] == KIND_POSITIVE;
        found.normals += kind[i] == KIND_NORMAL;
    }
    double all = (double)found.positives, others = (double)found.normals;
    if (all == 0 || others == 0)
        return found;
    double area = 0, precision = 0, seen = 0, seen_others = 0;
    for (int64_t i = 0, end = 0; i < count; i = end) {
        double here = 0, here_others = 0;
        for (; end < count && (end == i || ranked[end].score == ranked[i].score); end++) {
            here += kind[ranked[end].example] == KIND_POSITIVE;
            here_others += kind[ranked[end].example] == KIND_NORMAL;
        }
        area += here_others * (seen + here / 2);
        seen += here;
        seen_others += here_others;
        if (here > 0)
            precision += here / all * (seen / (seen + seen_others));
    }
    found.auc = area / (all * others);
    found.average_precision = precision;
    return found;
}
