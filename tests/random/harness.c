/* Runs every entry of random programs, in double, and compares what they compute with the numbers
 * that random_tool has written.
 *
 *     random_run EXPECTED
 *
 * The arena begins as NaN, so that what is read before it is written shows; slots that an entry
 * does not assign must keep their bits.
 */
#define _POSIX_C_SOURCE 200809L
#include "aert.h"
#include "exec/exec.h"
#include "leaf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 64, MOST_INPUTS = 4, MOST_SLOTS = 1024, MOST_SCALARS = 4096 };
static const double tolerance = 1e-9;

#define PROGRAM(name) int name(int argc, char **argv);
#include "programs.def"
#undef PROGRAM

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} programs[] = {
#define PROGRAM(name) {#name, name},
#include "programs.def"
};

typedef struct Run {
    const char *program;
    AertModel model;
    void *memory;
    const AertEntry *entry;
    double *store, *before, *arena, *scratch;
    double *input[MOST_INPUTS];
    int rows;
    char assigned[MOST_SLOTS];
    int wrong;
    long numbers;
    double worst;
} Run;

/* The runtime's own main is not there: a program hands over what it is. */
static const AertModel *handed;
int aert_main(const AertModel *model, int argc, char **argv) {
    (void)argc, (void)argv;
    handed = model;
    return 0;
}

_Noreturn static void stop(const char *what) {
    fprintf(stderr, "random_run: %s\n", what);
    exit(2);
}

static int size_of(const Run *r, int rank, const int *dim) {
    int size = 1;
    for (int d = 0; d < rank; d++)
        size *= dim[d] < 0 ? -dim[d] * r->rows : dim[d];
    return size;
}

static double *fresh_memory(size_t reals) {
    double *memory = aligned_alloc(64, (sizeof(double) * (reals + 16) + 63) / 64 * 64);
    if (!memory)
        stop("no memory");
    memset(memory, 0xff, sizeof(double) * (reals + 16));
    return memory;
}

/* ---- one entry ---- */

static void fill(Run *r) {
    const AertModel *m = &r->model;
    for (int i = 0; i < m->inputs; i++) {
        const AertInput *in = &m->input[i];
        int size = size_of(r, in->rank, in->dim) * r->rows;
        r->input[i] = fresh_memory((size_t)size);
        for (int k = 0; k < size; k++) {
            double value = in->kind == AERT_TOKENS
                               ? leaf_token(in->name, in->classes, in->dim[0], k)
                               : leaf_input(in->name, in->classes, in->low, in->high, k);
            if (in->kind == AERT_CLASS || in->kind == AERT_TOKENS)
                ((int32_t *)r->input[i])[k] = (int32_t)value;
            else
                r->input[i][k] = value;
        }
    }
    if (m->inputs < MOST_INPUTS && m->code_rank >= 0) {
        int size = size_of(r, m->code_rank, m->code_dim) * r->rows;
        r->input[m->inputs] = fresh_memory((size_t)size);
        for (int k = 0; k < size; k++)
            r->input[m->inputs][k] = leaf_input("code", 0, 0, 1, k);
    }
    r->store = fresh_memory(m->store);
    r->before = fresh_memory(m->store);
    r->arena = fresh_memory(r->entry->arena);
    r->scratch = fresh_memory(r->entry->scratch);
    for (int s = 0; s < m->slots; s++) {
        const AertSlot *slot = &m->slot[s];
        for (int k = 0; k < size_of(r, slot->rank, slot->dim); k++)
            r->store[slot->offset + (size_t)k] =
                leaf_slot(slot->name, slot->kind == AERT_OPTIMIZER, k);
    }
    if (r->entry->kind == AERT_INIT) /* all slots are 0 before it */
        memset(r->store, 0, sizeof(double) * m->store);
    memcpy(r->before, r->store, sizeof(double) * m->store);
}

typedef struct Kernels {
    const Run *r;
    const AertRun *run;
} Kernels;

static void run_kernels(void *context, int from, int end) {
    const Run *r = ((const Kernels *)context)->r;
    const AertRun *run = ((const Kernels *)context)->run;
    for (int k = from; k < end; k++) {
        const AertKernel *kernel = &r->entry->kernel[k];
        int extent = kernel->extent + kernel->extent_rows * r->rows;
        for (int begin = 0; begin < extent; begin += kernel->chunk)
            kernel->run(run, run->args + kernel->args, begin,
                        begin + kernel->chunk < extent ? begin + kernel->chunk : extent);
    }
}

static void compute(Run *r) {
    static double scalar[MOST_SCALARS];
    double update[MOST_NAMES], hyper[MOST_NAMES], set[MOST_NAMES];
    int64_t example[MOST_ROWS];
    const AertModel *m = &r->model;
    if (m->steps > MOST_NAMES || m->hypers > MOST_NAMES || r->entry->scalars > MOST_SCALARS)
        stop("too many hypers, steps or scalars");
    for (int i = 0; i < m->steps; i++)
        update[i] = leaf_update(i);
    for (int i = 0; i < m->hypers; i++) {
        hyper[i] = leaf_hyper(m->hyper[i].value, m->hyper[i].scheduled, i);
        set[i] = leaf_set(m->hyper[i].scheduled, i);
    }
    for (int i = 0; i < MOST_ROWS; i++)
        example[i] = leaf_example(i);
    const AertClock clock = {.rows = r->rows,
                             .data_size = leaf_clock.data_size,
                             .step = leaf_clock.step,
                             .epoch = leaf_clock.epoch,
                             .examples = leaf_clock.examples,
                             .steps_per_epoch = leaf_clock.steps_per_epoch,
                             .stage_step = leaf_clock.stage_step,
                             .stage_steps = leaf_clock.stage_steps,
                             .update = update,
                             .hyper = hyper,
                             .set = set};
    if (r->entry->compute_scalars)
        r->entry->compute_scalars(&clock, scalar);
    void **args = calloc((size_t)r->entry->places + 1, sizeof *args);
    if (!args)
        stop("no memory left");
    AertRun run = {.store = r->store,
                   .arena = r->arena,
                   .scratch = r->scratch,
                   .input = (const void *const *)r->input,
                   .scalar = scalar,
                   .example = example,
                   .seed = LEAF_SEED,
                   .epoch = LEAF_EPOCH,
                   .batch = (uint64_t)leaf_example(0),
                   .rows = r->rows,
                   .real_bytes = sizeof(double)};
    aert_args(r->entry, sizeof(double), &run, args);
    run.args = args;
    aert_steps(r->entry, &run, run_kernels, &(Kernels){r, &run});
    free(args);
}

static void open_entry(Run *r, const char *name) {
    r->entry = NULL;
    for (int i = 0; i < r->model.f64->entries; i++)
        if (strcmp(r->model.f64->entry[i].name, name) == 0)
            r->entry = &r->model.f64->entry[i];
    if (!r->entry || r->rows > MOST_ROWS || r->model.slots > MOST_SLOTS ||
        r->model.inputs >= MOST_INPUTS)
        stop("an entry is not there, or too large");
    memset(r->assigned, 0, sizeof r->assigned);
    fill(r);
    compute(r);
}

static void complain(Run *r, const char *name, int at, double got, double want) {
    fprintf(stderr, "%s, %s, %d rows: %s[%d] is %.17g, not %.17g\n", r->program, r->entry->name,
            r->rows, name, at, got, want);
    r->wrong = 1;
}

static void close_entry(Run *r) {
    if (!r->entry)
        return;
    for (int s = 0; s < r->model.slots; s++) {
        const AertSlot *slot = &r->model.slot[s];
        int size = size_of(r, slot->rank, slot->dim);
        if (!r->assigned[s] && memcmp(r->store + slot->offset, r->before + slot->offset,
                                      sizeof(double) * (size_t)size) != 0)
            complain(r, slot->name, 0, r->store[slot->offset], r->before[slot->offset]);
    }
    for (int i = 0; i < MOST_INPUTS; i++) {
        free(r->input[i]);
        r->input[i] = NULL;
    }
    free(r->store), free(r->before), free(r->arena), free(r->scratch);
    r->entry = NULL;
}

/* ---- what it should have computed ---- */

/* Integers of the arena as doubles, until the next ones are asked for. */
static const double *widened(const Run *r, const AertOutput *out) {
    static double *wide;
    int size = size_of(r, out->rank, out->dim);
    const int32_t *from = (const int32_t *)(r->arena + out->offset);
    wide = realloc(wide, sizeof *wide * (size_t)size);
    for (int i = 0; wide && i < size; i++)
        wide[i] = from[i];
    return wide;
}

static const double *find(Run *r, const char *kind, const char *name, int size) {
    int found = -1;
    const double *at = NULL;
    for (int i = 0; strcmp(kind, "output") == 0 && i < r->entry->outputs; i++) {
        const AertOutput *out = &r->entry->output[i];
        if (strcmp(out->name, name) == 0)
            at = out->whole ? widened(r, out) : r->arena + out->offset,
            found = size_of(r, out->rank, out->dim);
    }
    for (int i = 0; strcmp(kind, "slot") == 0 && i < r->model.slots; i++) {
        const AertSlot *slot = &r->model.slot[i];
        if (strcmp(slot->name, name) != 0)
            continue;
        at = r->store + slot->offset, found = size_of(r, slot->rank, slot->dim);
        r->assigned[i] = 1;
    }
    if (found != size)
        stop("an output or slot is not there, or of another size");
    return at;
}

static void check(Run *r, const char *kind, const char *name, const double *want, int size) {
    const double *got = find(r, kind, name, size);
    double scale = 1e-3;
    for (int i = 0; i < size; i++)
        scale += fabs(want[i]) / size;
    for (int i = 0; i < size; i++) {
        double error = fabs(got[i] - want[i]) / (scale + fabs(want[i]));
        if (error > r->worst)
            r->worst = error;
        if (!(error <= tolerance) && got[i] != want[i]) {
            complain(r, name, i, got[i], want[i]);
            break;
        }
    }
    r->numbers += size;
}

static void read_numbers(FILE *file, Run *r, const char *kind, const char *name, int size) {
    double *want = malloc(sizeof(double) * (size_t)(size + 1));
    if (!want || fread(want, sizeof(double), (size_t)size, file) != (size_t)size)
        stop("the expected numbers end early");
    check(r, kind, name, want, size);
    free(want);
}

static void open_program(Run *r, const char *name) {
    size_t i = 0;
    while (i < sizeof programs / sizeof *programs && strcmp(programs[i].name, name) != 0)
        i++;
    if (i == sizeof programs / sizeof *programs)
        stop("a program is not there");
    char *argv[] = {NULL};
    AertError error;
    programs[i].run(0, argv);
    r->program = programs[i].name;
    free(r->memory);
    r->model = *handed;
    if (!aert_unfold(&r->model, &r->memory, &error))
        stop("a program does not unfold");
}

int main(int argc, char **argv) {
    Run run = {0};
    int number, count = 0;
    char kind[32], name[512];
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (!file)
        stop("the file of expected numbers cannot be read");
    while (fscanf(file, "%31s %511s %d", kind, name, &number) == 3 && fgetc(file) == '\n') {
        if (strcmp(kind, "program") == 0) {
            close_entry(&run);
            open_program(&run, name);
            count++;
            if (run.model.f64->entries * 3 != number)
                stop("a program has other entries");
        } else if (strcmp(kind, "entry") == 0) {
            close_entry(&run);
            run.rows = number;
            open_entry(&run, name);
        } else {
            read_numbers(file, &run, kind, name, number);
        }
    }
    if (!feof(file) || count != (int)(sizeof programs / sizeof *programs))
        stop("the expected numbers are not those of these programs");
    close_entry(&run);
    free(run.memory);
    fclose(file);
    printf("%d programs compute %ld numbers, the worst off by %.2g\n", count, run.numbers,
           run.worst);
    return run.wrong;
}
