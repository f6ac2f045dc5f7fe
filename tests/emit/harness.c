/* Runs every entry of a generated program without the runtime but for its products, and what
 * unfolds it: in both precisions, for several numbers of rows, its pieces forwards and backwards,
 * and prints outputs and slots.  The arena begins as NaN, so that what is read before it is written
 * shows.
 */
#define _POSIX_C_SOURCE 200809L
#include "aert.h"
#include "exec/exec.h"
#include "products/gemm_choose.h"
#include "program.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    MOST_INPUTS = 4096,
    MOST_ROWS = 4096,
};

typedef struct Bench {
    const AertModel *model;
    const AertProgram *program;
    int rows;
    void *store, *arena, *scratch;
    void *leaves; /* the store as every entry but `init` finds it */
    const void *input[MOST_INPUTS];
    int64_t example[MOST_ROWS];
} Bench;

static void put(const Bench *b, void *at, size_t i, double value) {
    if (b->program->real_bytes == 4)
        ((float *)at)[i] = (float)value;
    else
        ((double *)at)[i] = value;
}

static double get(const Bench *b, const void *at, size_t i) {
    return b->program->real_bytes == 4 ? (double)((const float *)at)[i] : ((const double *)at)[i];
}

static int size_of(const Bench *b, int rank, const int *dim) {
    int size = 1;
    for (int d = 0; d < rank; d++)
        size *= dim[d] < 0 ? -dim[d] * b->rows : dim[d];
    return size;
}

static size_t store_bytes(const Bench *b) {
    return b->program->real_bytes * (b->model->store + 16);
}

/* Made once: a number of a leaf takes longer than most kernels take for it. */
static void make_leaves(Bench *b) {
    b->leaves = malloc(store_bytes(b));
    if (!b->leaves)
        exit(1);
    memset(b->leaves, 0xff, store_bytes(b));
    for (int s = 0; s < b->model->slots; s++) {
        const AertSlot *slot = &b->model->slot[s];
        for (int i = 0; i < size_of(b, slot->rank, slot->dim); i++)
            put(b, b->leaves, slot->offset + (size_t)i, test_leaf(slot->name, i));
    }
}

/* What an entry finds; `init` finds all slots 0. */
static void fill_store(Bench *b, const AertEntry *entry) {
    if (entry->kind == AERT_INIT)
        memset(b->store, 0, b->program->real_bytes * b->model->store);
    else
        memcpy(b->store, b->leaves, store_bytes(b));
}

static void fill(Bench *b, const AertEntry *entry) {
    memset(b->arena, 0xff, b->program->real_bytes * (entry->arena + 16));
    memset(b->scratch, 0xff, b->program->real_bytes * (entry->scratch + 16));
    fill_store(b, entry);
}

static void run_phase(const AertRun *run, const AertEntry *entry, int from, int to, int backwards) {
    for (int at = 0; at < to - from; at++) {
        const AertKernel *k = &entry->kernel[backwards ? to - 1 - at : from + at];
        int extent = k->extent + k->extent_rows * run->rows;
        int pieces = (extent + k->chunk - 1) / k->chunk;
        for (int p = 0; p < pieces; p++) {
            int begin = (backwards ? pieces - 1 - p : p) * k->chunk;
            k->run(run, run->args + k->args, begin,
                   begin + k->chunk < extent ? begin + k->chunk : extent);
        }
    }
}

typedef struct Kernels {
    const AertRun *run;
    const AertEntry *entry;
    int backwards;
} Kernels;

static void run_kernels(void *context, int from, int end) {
    const Kernels *k = context;
    while (from < end) {
        int to = from + 1;
        while (to < end && !k->entry->kernel[to].barrier)
            to++;
        run_phase(k->run, k->entry, from, to, k->backwards);
        from = to;
    }
}

static void run_entry(Bench *b, const AertEntry *entry, int backwards, int hold) {
    double scalar[1024];
    const double update[] = {3, 3, 3, 3}, hyper[] = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
    const AertClock clock = {b->rows, 0.5, 0.5,    0.5,   0.5,   0.5,
                             0.5,     0.5, update, hyper, hyper, hyper};
    AertRun run = {.store = b->store,
                   .arena = b->arena,
                   .scratch = b->scratch,
                   .input = b->input,
                   .scalar = scalar,
                   .example = b->example,
                   .seed = TEST_SEED,
                   .epoch = TEST_EPOCH,
                   .batch = (uint64_t)test_example(0), /* as which values without rows draw */
                   .rows = b->rows,
                   .real_bytes = b->program->real_bytes,
                   .hold = hold};
    void **args = calloc((size_t)entry->places + 1, sizeof *args);
    if (!args)
        exit(1);
    aert_args(entry, b->program->real_bytes, &run, args);
    run.args = args;
    if (entry->compute_scalars)
        entry->compute_scalars(&clock, scalar);
    aert_steps(entry, &run, run_kernels, &(Kernels){&run, entry, backwards});
    free(args);
}

/* A line that says whose values follow, and these, as doubles: in text they would take longer than
 * all that the program computes. */
static void print_values(const Bench *b, const AertEntry *entry, const char *kind, const char *name,
                         const void *at, size_t offset, int size, int whole) {
    printf("%s %d %zu %s %s %d\n", entry->name, b->rows, 8 * b->program->real_bytes, kind, name,
           size);
    const int32_t *integers = (const int32_t *)((const char *)at + b->program->real_bytes * offset);
    for (int i = 0; i < size; i++) {
        double value = whole ? integers[i] : get(b, at, offset + (size_t)i);
        fwrite(&value, sizeof value, 1, stdout);
    }
}

static int is_changed(const Bench *b, const AertSlot *slot, int size) {
    size_t bytes = b->program->real_bytes, at = bytes * slot->offset;
    return memcmp((char *)b->store + at, (char *)b->leaves + at, bytes * (size_t)size) != 0;
}

static void print_entry(const Bench *b, const AertEntry *entry) {
    for (int o = 0; o < entry->outputs; o++) {
        const AertOutput *out = &entry->output[o];
        print_values(b, entry, "output", out->name, b->arena, out->offset,
                     size_of(b, out->rank, out->dim), out->whole);
    }
    for (int s = 0; s < b->model->slots; s++) {
        const AertSlot *slot = &b->model->slot[s];
        int size = size_of(b, slot->rank, slot->dim);
        if (size <= LONGEST_SLOT || is_changed(b, slot, size))
            print_values(b, entry, "slot", slot->name, b->store, slot->offset, size, 0);
    }
}

/* Outputs and slots after a run, for comparing bits. */
static int differs(const Bench *b, const AertEntry *entry, const char *arena, const char *store) {
    size_t bytes = b->program->real_bytes;
    for (int o = 0; o < entry->outputs; o++) {
        const AertOutput *out = &entry->output[o];
        size_t each = out->whole ? sizeof(int32_t) : bytes;
        if (memcmp(arena + bytes * out->offset, (const char *)b->arena + bytes * out->offset,
                   each * (size_t)size_of(b, out->rank, out->dim)))
            return 1;
    }
    return memcmp(store, b->store, bytes * b->model->store) != 0;
}

static int test_entry(Bench *b, const AertEntry *entry) {
    size_t bytes = b->program->real_bytes;
    b->arena = aligned_alloc(64, (bytes * (entry->arena + 16) + 63) / 64 * 64);
    b->store = aligned_alloc(64, (bytes * (b->model->store + 16) + 63) / 64 * 64);
    b->scratch = aligned_alloc(64, (bytes * (entry->scratch + 16) + 63) / 64 * 64);
    char *arena = malloc(bytes * (entry->arena + 16)),
         *store = malloc(bytes * (b->model->store + 16));
    for (int i = 0; i < b->model->inputs; i++) {
        const AertInput *in = &b->model->input[i];
        int size = size_of(b, in->rank, in->dim) * b->rows;
        void *values = malloc(bytes * (size_t)size);
        for (int k = 0; k < size; k++)
            if (in->kind == AERT_CLASS || in->kind == AERT_TOKENS)
                ((int32_t *)values)[k] = (int32_t)test_leaf(in->name, k);
            else
                put(b, values, (size_t)k, test_leaf(in->name, k));
        b->input[i] = values;
    }
    fill(b, entry);
    run_entry(b, entry, 1, 0);
    memcpy(arena, b->arena, bytes * entry->arena);
    memcpy(store, b->store, bytes * b->model->store);
    fill(b, entry);
    run_entry(b, entry, 0, 0);
    int wrong = differs(b, entry, arena, store);
    if (wrong)
        fprintf(stderr, "%s: other bits when pieces run backwards\n", entry->name);
    fill_store(b, entry);
    run_entry(b, entry, 0, 1); /* what is held is still there */
    if (differs(b, entry, arena, store))
        wrong = fprintf(stderr, "%s: other bits while values are held\n", entry->name);
    print_entry(b, entry);
    for (int i = 0; i < b->model->inputs; i++)
        free((void *)(uintptr_t)b->input[i]);
    free(b->arena), free(b->scratch), free(b->store), free(arena), free(store);
    return wrong != 0;
}

int aert_main(const AertModel *told, int argc, char **argv) {
    static Bench bench;
    static AertModel whole; /* all through, with its memory */
    static void *memory;
    AertError error;
    const AertModel *model = &whole;
    whole = *told;
    if (!aert_unfold(&whole, &memory, &error))
        return 1;
    const AertProgram *programs[] = {model->f32, model->f64};
    int wrong = 0, rows[TEST_SIZES];
    (void)argc, (void)argv;
    if (model->inputs > MOST_INPUTS || model->batch > MOST_ROWS)
        return fprintf(stderr, "too many inputs or rows for the harness\n"), 1;
    if (!aert_gemm_choose(model->vectors, NULL))
        return 1;
    bench.model = model;
    for (int i = 0; i < MOST_ROWS; i++)
        bench.example[i] = test_example(i);
    for (int p = 0; p < 2; p++) {
        bench.program = programs[p];
        make_leaves(&bench);
        for (int e = 0; e < programs[p]->entries; e++)
            for (int r = 0; r < test_rows(model->batch, rows); r++) {
                bench.rows = rows[r];
                wrong |= test_entry(&bench, &programs[p]->entry[e]);
            }
        free(bench.leaves);
    }
    return wrong;
}
