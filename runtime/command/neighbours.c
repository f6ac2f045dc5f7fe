/* neighbours: see neighbours.h.  Every code is looked at: sums of products over a few numbers,
 * which for thousands of codes take less than the encoder took to make them. */
#include "neighbours.h"
#include "products/products.h"

#include <math.h>
#include <stdlib.h>

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
    int at = count;
    for (; at > 0 && !(found[at - 1].distance <= one.distance); at--)
        if (at < most)
            found[at] = found[at - 1];
    if (at < most)
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

enum { QUERIES = 128, CODES = 512 }; /* of a product */

/* Codes as doubles. */
static void widen(const float *from, int64_t count, size_t size, double *to) {
    for (size_t i = 0; i < (size_t)count * size; i++)
        to[i] = (double)from[i];
}

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* What a search of neighbours_first has in hand: |code|^2 - 2 code query orders codes as their
 * distances from the query do. */
typedef struct First {
    double *query, *code; /* as doubles: all queries, CODES codes */
    double *product;      /* (QUERIES, CODES) */
    double *best;         /* (queries): the least so far */
    int64_t *first;
} First;

/* `count` codes from number `begin` on, in first->code, for the queries from number `at` on. */
static void compare(const First *f, int64_t begin, int count, int64_t at, int queries,
                    size_t size) {
    gemm_f64(0, 1, queries, count, (int)size, -2, f->query + (size_t)at * size, (int)size, f->code,
             (int)size, 0, f->product, CODES);
    for (int c = 0; c < count; c++) {
        const double *code = f->code + (size_t)c * size;
        double norm = 0;
        for (size_t k = 0; k < size; k++)
            norm += code[k] * code[k];
        for (int q = 0; q < queries; q++) {
            const double distance = norm + f->product[q * CODES + c];
            if (distance < f->best[at + q]) {
                f->best[at + q] = distance;
                f->first[at + q] = begin + c;
            }
        }
    }
}

bool neighbours_first(const float *query, int64_t queries, const float *codes, int64_t count,
                      size_t size, int64_t *first, AertError *error) {
    size_t products = QUERIES * CODES, all = (size_t)queries;
    double *room =
        aert_allocate(products + CODES * size + all * (size + 1), sizeof *room, "codes", error);
    if (!room)
        return false;
    First f = {.product = room, .code = room + products, .first = first};
    f.best = f.code + CODES * size;
    f.query = f.best + all;
    widen(query, queries, size, f.query);
    for (size_t q = 0; q < all; q++) {
        f.best[q] = INFINITY;
        first[q] = 0;
    }
    for (int64_t i = 0; i < count; i += CODES) {
        const int some = (int)least(CODES, count - i);
        widen(codes + (size_t)i * size, some, size, f.code);
        for (int64_t q = 0; q < queries; q += QUERIES)
            compare(&f, i, some, q, (int)least(QUERIES, queries - q), size);
    }
    free(room);
    return true;
}
