/* neighbours: see neighbours.h.  Every code is looked at: sums of products over a few numbers,
 * which for thousands of codes take less than the encoder took to make them. */
#include "neighbours.h"

#include <math.h>

static double dot(const float *a, const float *b, size_t size) {
    double sum = 0;
    for (size_t k = 0; k < size; k++)
        sum += (double)a[k] * b[k];
    return sum;
}

static double squared_distance(const float *a, const float *b, size_t size) {
    double sum = 0;
    for (size_t k = 0; k < size; k++) {
        double d = (double)a[k] - b[k];
        sum += d * d;
    }
    return sum;
}

void neighbours_normalize(float *codes, int64_t count, size_t size) {
    for (int64_t i = 0; i < count; i++) {
        float *code = codes + (size_t)i * size;
        double norm = sqrt(dot(code, code, size));
        for (size_t k = 0; k < size && norm > 0; k++)
            code[k] = (float)(code[k] / norm);
    }
}

/* Puts one more among those found so far, which are in order; what is no number comes last. */
static int insert(Neighbour *found, int count, int most, Neighbour one) {
    int at = count < most ? count : most;
    while (at > 0 && !(found[at - 1].distance <= one.distance))
        at--;
    if (at == most)
        return count;
    int last = count < most ? count : most - 1;
    for (int i = last; i > at; i--)
        found[i] = found[i - 1];
    found[at] = one;
    return count < most ? count + 1 : count;
}

int neighbours_find(const float *query, const float *codes, int64_t count, size_t size,
                    int64_t except, bool cosine, int most, Neighbour *found) {
    int so_far = 0;
    for (int64_t i = 0; i < count; i++) {
        const float *code = codes + (size_t)i * size;
        double distance =
            cosine ? 1 - dot(query, code, size) : sqrt(squared_distance(query, code, size));
        if (isnan(distance))
            distance = INFINITY;
        if (i != except)
            so_far = insert(found, so_far, most, (Neighbour){distance, i});
    }
    return so_far;
}
