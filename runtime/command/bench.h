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

/* What a program says of a kernel of a training step. */
typedef struct KernelSaid {
    const char *label;        /* "logits = matmul(h, $2)" */
    const char *line;         /* "19" where it is one of the model's own file, "parts.ae:19" … */
    int line_length;          /* … so many characters of it */
    double flops, flops_rows; /* floating-point operations: fixed, and for each row */
} KernelSaid;
KernelSaid kernel_said(const AertEntry *entry, int kernel);
/* "logits = matmul(h, decoder.dense_2.W)".  Returns `text`. */
const char *kernel_label(const AertModel *model, const AertEntry *entry, int kernel, char *text,
                         size_t size);

/* Floating-point operations of a kernel. */
double kernel_flops(const AertEntry *entry, int kernel, int rows);
/* How often the kernel runs: once, or in a loop once for each step. */
int kernel_steps(const AertEntry *entry, int kernel);

/* Gathers the next batch. */
void bench_batch(Bench *bench);

/* Fills bench->kernels. */
bool bench_time_kernels(Bench *bench, AertError *error);
void bench_print_kernels(const Bench *bench);
void bench_print_kernels_json(const Bench *bench, AertJson *json);

#endif
