/* bench: what the times of steps and of kernels are taken of. */
#include "bench.h"

#include <stdlib.h>

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

const double *bench_sorted(double *value, int count) {
    qsort(value, (size_t)count, sizeof *value, ascending);
    return value;
}

int kernel_steps(const AertEntry *entry, int kernel) {
    int steps = 1;
    for (int i = 0; i < entry->loops; i++) {
        const AertLoop *loop = &entry->loop[i];
        if (kernel >= loop->kernel && kernel < loop->kernel + loop->kernels)
            steps *= loop->steps;
    }
    return steps;
}

double kernel_flops(const AertEntry *entry, int kernel, int rows) {
    const AertKernelInfo *info = &entry->info[kernel];
    return (info->flops + info->flops_rows * rows) * kernel_steps(entry, kernel);
}

void bench_batch(Bench *bench) {
    Session *session = bench->session;
    int64_t batches = bench->examples->count / bench->rows;
    int64_t from = bench->done++ % batches * bench->rows;
    for (int r = 0; r < bench->rows; r++)
        session->example[r] = bench->order[from + r];
    session_gather(session, bench->examples, bench->rows);
    session_place(session, from / bench->rows, bench->examples->count);
    session->clock.step = (double)bench->done;
    for (int i = 0; i < session->model->steps; i++)
        session->update[i] = (double)bench->done;
}
