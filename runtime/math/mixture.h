/* mixture: a mixture of Gaussians with full covariances, fitted by expectation and maximisation
 * (Dempster, Laird & Rubin, 1977), and draws from it.
 *
 *     Mixture mixture;
 *     if (!mixture_fit(&mixture, codes, count, 30, 10, seed, error)) …
 *     for (int64_t i = 0; i < 64; i++) mixture_draw(&mixture, seed, i, code + 30 * i);
 *     mixture_close(&mixture);
 */
#ifndef AERT_MIXTURE_H
#define AERT_MIXTURE_H

#include "base/base.h"

typedef struct Mixture {
    int components, size;
    double *weight;    /* (components), their sum is 1 */
    double *mean;      /* (components, size) */
    double *root;      /* (components, size, size): lower triangular, its product with its transpose
                          is the covariance */
    double likelihood; /* the mean over the rows of log p, in nats */
    int rounds;        /* of expectation and maximisation */
} Mixture;

/* Memory for a mixture, all of it 0. */
bool mixture_open(Mixture *mixture, int components, int size, AertError *error);
void mixture_close(Mixture *mixture);

/* Fits to rows (count, size) of finite numbers, of which there must be as many as components.
 * Begins with rows that lie far apart (k-means++ of Arthur & Vassilvitskii, 2007, by the seed) and
 * ends when a round gains less than 1e-6 nats a row, or after 300.  A millionth of the rows' mean
 * variance is added to the variances, so that no component can shrink to a point. */
bool mixture_fit(Mixture *mixture, const float *rows, int64_t count, int size, int components,
                 uint64_t seed, AertError *error);

/* The mean over the rows of log p, in nats. */
bool mixture_likelihood(const Mixture *mixture, const float *rows, int64_t count, double *value,
                        AertError *error);

/* Draw `number`, (size) floats: the same for the same seed. */
void mixture_draw(const Mixture *mixture, uint64_t seed, int64_t number, float *row);

#endif
