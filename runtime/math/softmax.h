/* softmax: a classifier of rows of numbers by softmax regression, the linear probe of codes.
 *
 *     Softmax probe;
 *     if (!softmax_fit(&probe, codes, class, count, 30, 10, error)) …
 *     right += softmax_class(&probe, code) == wanted;
 *     softmax_close(&probe);
 */
#ifndef AERT_SOFTMAX_H
#define AERT_SOFTMAX_H

#include "base/base.h"

typedef struct Softmax {
    int size, classes;
    double *weight; /* (classes, size + 1): of rows as they are; the last is the bias */
    double loss;    /* the mean over the rows of -log of their class's probability, in nats */
    int rounds;     /* of gradient descent */
} Softmax;

/* Fits to rows (count, size) of finite numbers and their classes, each from 0 to classes - 1: the
 * least mean of -log p(class | row) and half of 1e-4 times the squared weights of rows that are
 * whitened first, so that their scale and correlation do not matter.  By Nesterov's gradient
 * descent, until no slope is above 1e-6, or for 1000 rounds. */
bool softmax_fit(Softmax *softmax, const float *rows, const int *class, int64_t count, int size,
                 int classes, AertError *error);

/* The most probable class of a row. */
int softmax_class(const Softmax *softmax, const float *row);

void softmax_close(Softmax *softmax);

#endif
