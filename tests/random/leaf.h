/* The numbers that random programs run on: the same for the evaluator and for what is emitted. */
#ifndef TESTS_RANDOM_LEAF_H
#define TESTS_RANDOM_LEAF_H

#include "sample.h"

#include <math.h>

enum { LEAF_SEED = 11, LEAF_EPOCH = 3 };
enum { MOST_NAMES = 64 }; /* hypers and steps of a model */

/* Numbers of a run: examples stands for all that a program may ask of its clock. */
static const struct {
    double data_size, step, epoch, examples, steps_per_epoch, stage_step, stage_steps;
} leaf_clock = {1000, 37, 2, 580, 20, 31, 80};

/* The examples that stand in the rows: the first is 0, as which values without rows draw. */
static inline int leaf_example(int row) {
    return 3 * row;
}

static inline double leaf_update(int step) {
    return 5 + step;
}

/* A scheduled hyper is set for every other one. */
static inline double leaf_hyper(double value, int scheduled, int index) {
    return scheduled ? 0.3 + 0.1 * index : value;
}

static inline double leaf_set(int scheduled, int index) {
    return scheduled && index % 2;
}

/* An input's number, in its range. */
static inline double leaf_input(const char *name, int classes, double low, double high, int i) {
    double unit = sample_unit(LEAF_SEED, name, 0, i);
    return classes ? floor(unit * classes) : low + unit * (high - low);
}

/* A token of a text: 0 behind its end, which a text may have at once, and for some before it. */
static inline double leaf_token(const char *name, int words, int places, int i) {
    double length = sample_unit(LEAF_SEED, name, 2, i / places) * (places + 1);
    return i % places < floor(length) ? leaf_input(name, words, 0, 0, i) : 0;
}

/* An optimiser's slots are positive: some are roots. */
static inline double leaf_slot(const char *name, int optimizer, int i) {
    double unit = sample_unit(LEAF_SEED, name, 1, i);
    return optimizer ? 0.05 + 0.3 * unit : 1.6 * unit - 0.8;
}

#endif
