/* bench: times of training steps and of their kernels. */
#ifndef AERT_BENCH_H
#define AERT_BENCH_H

#include "model/model.h"

typedef struct Bench {
    Session *session;
    const Examples *examples;
    int step_entries;             /* the entries of all steps, in all stages */
    const AertEntry **step_entry; /* (step_entries) */
    int64_t *order;               /* (examples->count) */
    int rows;
    int64_t done;                 /* batches so far */
    double first_step;            /* when the first was done, seconds of the monotonic clock */
    int steps;                    /* how many steps were timed */
    double median, mean, fastest; /* seconds a step */
    double flops;                 /* floating-point operations of a step */
    double peak;                  /* floating-point operations a second, of one core */
    double floor;                 /* seconds that a step would take at the peak of all threads */
    double *kernels;              /* seconds, by kernel, step after step; NULL: not timed */
} Bench;

/* The median of the values, which are sorted in place. */
const double *bench_sorted(double *value, int count);

/* Floating-point operations of a kernel. */
double kernel_flops(const AertEntry *entry, int kernel, int rows);
/* How often the kernel runs: once, or in a loop once for each step. */
int kernel_steps(const AertEntry *entry, int kernel);

/* Gathers the next batch. */
void bench_batch(Bench *bench);

/* Fills bench->kernels. */
bool bench_time_kernels(Bench *bench, AertError *error);
void bench_print_kernels(const Bench *bench, bool json);

#endif
