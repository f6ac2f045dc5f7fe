/* bench: what the times of steps and of kernels are taken of. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

KernelSaid kernel_said(const AertEntry *entry, int kernel) {
    const char *at = entry->info;
    char *end;
    while (kernel-- > 0)
        at += strlen(at) + 1;
    KernelSaid said = {.line = at, .line_length = (int)strcspn(at, " ")};
    said.flops = strtod(at + said.line_length, &end);
    said.flops_rows = strtod(end, &end);
    said.label = end + 1;
    return said;
}

const char *kernel_label(const AertModel *model, const AertEntry *entry, int kernel, char *text,
                         size_t size) {
    size_t used = 0;
    for (const char *at = kernel_said(entry, kernel).label; *at && used + 1 < size;) {
        char *end = (char *)(uintptr_t)at + 1;
        const char *name = *at == '$' ? model->slot[strtol(at + 1, &end, 10)].name : at;
        snprintf(text + used, size - used, "%.*s", name == at ? 1 : (int)size, name);
        used += strlen(text + used);
        at = end;
    }
    text[used] = 0;
    return text;
}

double kernel_flops(const AertEntry *entry, int kernel, int rows) {
    KernelSaid said = kernel_said(entry, kernel);
    return (said.flops + said.flops_rows * rows) * kernel_steps(entry, kernel);
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
