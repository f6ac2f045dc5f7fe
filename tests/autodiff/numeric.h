/* Values and finite differences of graphs, for the tests of autodiff and passes. */
#ifndef TESTS_NUMERIC_H
#define TESTS_NUMERIC_H

#include "ir/ir.h"

enum { ROWS_TRIED = 3 };

/* Where the leaves of a graph lie: by their name, numbers in (-1, 1) moved into `domain`. */
typedef struct Samples {
    Arena *arena;
    Domain domain;
    struct {
        const char *name; /* interned */
        const double *values;
    } fixed[64]; /* leaves with values of their own */
    int n_fixed;
} Samples;

long numeric_size(Type type);

/* Values of all nodes, by id; NULL for placeholders. */
const double **numeric_values(const Graph *graph, Samples *samples);

/* The ancestors of `target` as a graph whose one output is target's value.  `v` becomes an input
 * "$v"; what is stopped becomes an input with the value it has. */
Graph *numeric_extract(const Graph *graph, const Node *target, const Node *v, Samples *samples);

/* The derivative that the placeholder stands for, by central differences. */
double *numeric_derivative(const Graph *graph, const Node *placeholder, Domain domain,
                           Arena *arena);

/* The largest difference, as a share of the largest value (or 1). */
double numeric_error(const double *a, const double *b, long count);

#endif
