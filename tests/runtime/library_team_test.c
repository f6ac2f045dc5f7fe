/* team.h, cpu_check.h, blas.h: the same bits on any number of threads; barriers hold; the machine
 * is looked at. */
#define AERT_PORTABLE /* all kinds of vectors */
#include "products/blas.h"
#include "math/cpu.h"
#include "library_check.h"
#include "exec/team.h"
#include "exec/unfold.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>
#include <stdlib.h>
#include <time.h>

enum { ROWS = 37, WIDTH = 50 };

/* Kernel 1: x = f(row, column).  Kernel 2, after a barrier: sums over columns in pieces.  Kernel 3,
 * after another: one sum of all. */
static void fill(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    float *x = run->arena; /* (ROWS, WIDTH) */
    for (int i = begin; i < end; i++)
        x[i] = sinf((float)i * 0.37f) * x[ROWS * WIDTH + ROWS + 1];
}

static void sum_columns(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    float *x = run->arena, *sum = x + ROWS * WIDTH;
    for (int r = begin; r < end; r++) {
        sum[r] = 0;
        for (int c = 0; c < WIDTH; c++)
            sum[r] += x[((r + 1) % run->rows) * WIDTH +
                        c]; /* of a row that another thread may have made */
    }
}

static void sum_rows(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    float *x = run->arena, *sum = x + ROWS * WIDTH, total = 0;
    for (int r = 0; r < run->rows && begin < end; r++)
        total += sum[r];
    sum[ROWS] += total;
    sum[ROWS + 1] = 1 + total * 0.01f; /* what the next run depends on */
}

static const AertKernel kernels[] = {
    {fill, 0, 0, WIDTH, 7 * WIDTH, 0},
    {sum_columns, 0, 0, 1, 3, 1},
    {sum_rows, 0, 1, 0, 1, 1},
};
static const AertEntry entry = {.kind = AERT_STEP, .name = "step", .kernels = 3, .kernel = kernels};

static void test_same_bits(Test *t) {
    enum { SIZE = ROWS * WIDTH + ROWS + 2 };
    static const int threads[] = {1, 2, 3, 5};
    float first[SIZE], arena[SIZE];
    for (size_t k = 0; k < sizeof threads / sizeof *threads; k++) {
        AertTeam *team = aert_team_create(threads[k], &t->error);
        if (!CHECK(t, team && aert_team_threads(team) == threads[k]))
            continue;
        memset(arena, 0, sizeof arena);
        arena[SIZE - 1] = 1;
        for (int step = 0; step < 300; step++) {
            AertRun run = {.arena = arena, .rows = step % ROWS + 1};
            if (step % 3)
                aert_team_run(team, &entry, &run);
            for (int i = 0; i < 3 && step % 3 == 0; i++)
                aert_team_kernel(team, &kernels[i], &run);
        }
        if (k == 0)
            memcpy(first, arena, sizeof arena);
        CHECK(t, memcmp(first, arena, sizeof arena) == 0 && isfinite(arena[SIZE - 1]));
        aert_team_destroy(team);
    }
}

static void count_whole(const AertRun *run, void *const *args, int begin, int end) {
    (void)args;
    atomic_fetch_add((atomic_int *)run->arena, begin % 8 == 0 && end % 8 == 0 ? end - begin : 0);
}

/* So many pieces that some are taken at a time: they are multiples of what one was to be. */
static void test_wide(Test *t) {
    enum { EXTENT = 40 * 1000 * 1000 };
    static const AertKernel wide = {count_whole, 0, EXTENT, 0, 8, 0};
    atomic_int numbers = 0;
    AertTeam *team = aert_team_create(2, &t->error);
    if (!CHECK(t, team))
        return;
    aert_team_kernel(team, &wide, &(AertRun){.arena = &numbers, .rows = 1});
    CHECK(t, numbers == EXTENT);
    aert_team_destroy(team);
}

/* More kernels than a team takes at a time: the three above, again and again. */
static void test_many_kernels(Test *t) {
    enum { SIZE = ROWS * WIDTH + ROWS + 2, MANY = 600 };
    static AertKernel many[MANY];
    float arena[2][SIZE] = {{0}, {0}};
    for (int i = 0; i < MANY; i++) {
        many[i] = kernels[i % 3];
        many[i].barrier = 1;
    }
    const AertEntry long_entry = {
        .kind = AERT_STEP, .name = "step", .kernels = MANY, .kernel = many};
    for (int side = 0; side < 2; side++) {
        AertTeam *team = aert_team_create(side ? 2 : 1, &t->error);
        if (!CHECK(t, team != NULL))
            return;
        arena[side][SIZE - 1] = 1;
        AertRun run = {.arena = arena[side], .rows = ROWS};
        for (int i = 0; i < MANY && side == 0; i++)
            aert_team_kernel(team, &many[i], &run);
        if (side == 1)
            aert_team_run(team, &long_entry, &run);
        aert_team_destroy(team);
    }
    CHECK(t, memcmp(arena[0], arena[1], sizeof arena[0]) == 0 && arena[0][SIZE - 2] != 0);
}

typedef struct Marks {
    unsigned char seen[1000];
    int pieces_right[1000];
} Marks;

static void mark(void *context, int begin, int end) {
    Marks *marks = context;
    for (int i = begin; i < end; i++)
        marks->seen[i]++;
    marks->pieces_right[begin] = begin % 16 == 0 && (end == begin + 16 || end == 1000);
}

static void test_for(Test *t) {
    for (int threads = 1; threads <= 4; threads++) {
        Marks marks = {{0}, {0}};
        AertTeam *team = aert_team_create(threads, &t->error);
        if (!CHECK(t, team != NULL))
            continue;
        aert_team_for(team, 1000, 16, mark, &marks);
        aert_team_for(team, 0, 16, mark, &marks);
        for (int i = 0; i < 1000; i++)
            if (marks.seen[i] != 1 || (i % 16 == 0 && !marks.pieces_right[i]))
                CHECK(t, !"every place once, in pieces of 16");
        aert_team_destroy(team);
    }
    FAILS(t, aert_team_create(-1, &t->error), "-1 threads: wanted 1 to 256");
    FAILS(t, aert_team_create(1000, &t->error), "1000 threads");
    aert_team_destroy(NULL);
    AertTeam *all = aert_team_create(0, &t->error);
    CHECK(t, all && aert_team_threads(all) >= 1);
    aert_team_destroy(all);
}

/* Each number becomes one more than its neighbour in the row before. */
static void link(const AertRun *run, void *const *args, int begin, int end) {
    const int *from = args[0];
    int *to = args[1];
    for (int i = begin; i < end; i++)
        to[i] = from[(i + 1) % run->rows] + 1;
}

static void nothing(const AertRun *run, void *const *args, int begin, int end) {
    (void)run, (void)args, (void)begin, (void)end;
}

/* Jobs so short that threads come when they are over and others have begun: a late thread, which
 * looks for pieces of `wide`, must not take those of `deep` before their turn. */
static void test_late(Test *t, int threads) {
    enum { CHAIN = 8, ROW = 4, JOBS = 20000 };
    int number[CHAIN + 1][ROW] = {{0}}, wrong = 0;
    void *args[2 * CHAIN];
    AertKernel wide[CHAIN] = {{0}}, deep[CHAIN] = {{0}};
    for (int k = 0; k < CHAIN; k++) {
        args[2 * k] = number[k], args[2 * k + 1] = number[k + 1];
        wide[k] = (AertKernel){.run = nothing, .extent = ROW, .chunk = 1};
        deep[k] =
            (AertKernel){.run = link, .args = 2 * k, .extent = ROW, .chunk = 1, .barrier = k > 0};
    }
    const AertEntry wide_entry = {.kernels = CHAIN, .kernel = wide};
    const AertEntry deep_entry = {.kernels = CHAIN, .kernel = deep};
    const AertRun run = {.args = args, .rows = ROW};
    AertTeam *team = aert_team_create(threads, &t->error);
    for (int job = 1; team && job <= JOBS; job++) {
        for (int i = 0; i < ROW; i++)
            number[0][i] = job;
        aert_team_run(team, &wide_entry, &run);
        aert_team_run(team, &deep_entry, &run);
        for (int i = 0; i < ROW; i++)
            wrong += number[CHAIN][i] != job + CHAIN;
    }
    CHECK(t, team && wrong == 0);
    aert_team_destroy(team);
}

/* The first piece keeps all others waiting until they sleep. */
static void linger(void *context, int begin, int end) {
    if (begin == 0)
        nanosleep(&(struct timespec){.tv_nsec = 80000000}, NULL);
    mark(context, begin, end);
}

static void test_sleep(Test *t) {
    AertTeam *team = aert_team_create(3, &t->error);
    if (!CHECK(t, team != NULL))
        return;
    for (int round = 0; round < 3; round++) {
        Marks marks = {{0}, {0}};
        aert_team_for(team, 1000, 16, linger, &marks);
        for (int i = 0; i < 1000; i++)
            if (marks.seen[i] != 1)
                CHECK(t, !"every place once, however long others take");
        nanosleep(&(struct timespec){.tv_nsec = 80000000}, NULL); /* the workers sleep */
    }
    aert_team_destroy(team);
}

/* Workers, too, treat denormals as zero. */
static void halve(void *context, int begin, int end) {
    volatile float *value = context;
    for (int i = begin; i < end; i++)
        value[i] = value[i] * 0.5f;
}

static void test_denormals(Test *t) {
    float value[4] = {1e-38f, 1.2e-38f, 1e-38f, 1.2e-38f}; /* the least normal float is 1.18e-38 */
    AertTeam *team = aert_team_create(4, &t->error);
    if (!CHECK(t, team != NULL))
        return;
    aert_team_for(team, 4, 1, halve, value);
    unsigned bits[4];
    memcpy(bits, value, sizeof bits);
    CHECK(t, bits[0] == 0 && bits[1] == 0 && bits[2] == 0 && bits[3] == 0);
    aert_team_destroy(team);
}

/* Numbers of one byte to five and signed ones; places with two words behind; names and labels that
 * are made of several. */
static void test_unfold(Test *t) {
    static AertPlace place[16600];
    static const char texts[] = "one\0dense.\0w\0m\0@ = @ + 1\0a.ae:\0"
                                "12";
    static const uint8_t before[] = {0, 0, 2, 0, 0, 0, 6};
    static const uint8_t slots[] = {2, 0, 0, AERT_PARAM, 2, 3, 1, 1, AERT_OPTIMIZER, 1};
    static const uint8_t told_kernels[] = {AERT_IN_FLOAT,
                                           4,
                                           9,
                                           0,
                                           1,
                                           AERT_IN_DOUBLE | AERT_BARRIER,
                                           AERT_FAR_5(INT32_MAX),
                                           7,
                                           0,
                                           2,
                                           AERT_IN_FLOAT | AERT_IN_DOUBLE,
                                           1,
                                           0,
                                           3,
                                           4};
    static const uint8_t list[] = {AERT_FAR_5(5000000000),
                                   0,
                                   0,
                                   1,
                                   2,
                                   3,
                                   2,
                                   1,
                                   0,
                                   6,
                                   AERT_FAR_3(16500),
                                   AERT_FAR(300),
                                   127,
                                   AERT_FAR(128),
                                   1,
                                   0,
                                   2,
                                   5,
                                   0,
                                   1,
                                   0,
                                   AERT_SIGNED(-1),
                                   1,
                                   AERT_FAR_5(AERT_GIVEN(3)),
                                   1,
                                   8,
                                   0,
                                   AERT_FAR(AERT_SIGNED(-70)),
                                   AERT_SIGNED(2),
                                   1,
                                   2,
                                   6,
                                   1,
                                   9,
                                   AERT_TENSOR,
                                   1,
                                   0,
                                   0,
                                   2,
                                   6,
                                   0,
                                   1,
                                   4,
                                   4,
                                   25,
                                   6,
                                   1,
                                   1,
                                   1,
                                   1,
                                   AERT_SIGNED(-2),
                                   0,
                                   AERT_SIGNED(-5),
                                   1};
    static const int dims[] = {5, 4};
    static const float flops[] = {0.5F, 3e20F};
    static AertFunction *const floats[] = {fill, fill}, *const doubles[] = {fill, fill};
    static const AertEntryTold one[] = {{NULL, list, 0, 3, AERT_STEP, 1, AERT_IN_DOUBLE, 5}};
    const AertTold told = {
        2000, 7, 3, 1, texts, before, slots, told_kernels, place, dims, flops, {floats, doubles},
        one};
    AertModel model = {.slots = 2, .told = &told};
    void *memory;
    for (AertPlace i = 0; i < sizeof place / sizeof *place; i++)
        place[i] = i;
    place[300] = AERT_PLACE(AERT_IN_TABLE, 0);
    if (!WORKS(t, aert_unfold(&model, &memory, &t->error)))
        return;
    const AertEntry *made = model.f64->entry;
    CHECK(t, model.f32->entries == 0 && model.f64->entries == 1 && model.f64->real_bytes == 8);
    CHECK(t, strcmp(made->name, "one") == 0 && made->step == 3 && made->reads == 5);
    CHECK(t, made->arena == 5000000000 && made->line == 2 && made->scalars == 3);
    CHECK(t, made->kernels == 2 && made->kernel[0].args == 0 && made->kernel[0].extent_rows == 3);
    CHECK(t, made->kernel[0].barrier == 0 && made->kernel[1].args == 4);
    CHECK(t, made->kernel[1].barrier == 1 && made->kernel[1].chunk == INT32_MAX);
    CHECK(t, made->place[0] == 16500 && made->place[1] == place[300] && made->place[2] == 301);
    CHECK(t, made->place[3] == 302 && made->place[4] == 127 && made->place[5] == 128);
    CHECK(t, made->loops == 1 && made->loop->steps == 5 && made->loop->gate == -1);
    CHECK(t, made->given->place == AERT_GIVEN(3) && made->given->whole == 1);
    CHECK(t, made->given->step == -70 && made->given->step_rows == 2 && made->given->at == 8);
    CHECK(t, made->outputs == 1 && made->output->offset == 9 && *made->output->dim == 4);
    CHECK(t, strcmp(made->output->name, "dense.w") == 0);
    CHECK(t, strcmp(made->output->place, "a.ae:12") == 0);
    CHECK(t, strcmp(made->info[0].label, "dense.w = t12 + 1") == 0);
    CHECK(t, made->info[0].flops == 0.5F && made->info[1].flops_rows == 3e20F);
    CHECK(t, strcmp(made->info[1].label, "dense.") == 0);
    CHECK(t, made->reach->lines == -2 && made->reach->end == -5 && made->reach->ahead == 1);
    CHECK(t, strcmp(model.slot[1].name, "m:dense.w") == 0 && model.slot[1].offset == 32);
    CHECK(t, model.slot[0].dim[1] == 4 && model.slot[1].dim[0] == 4 && model.slot[1].of == 0);
    free(memory);
}

static void test_machine(Test *t, char **argv) {
    static const AertVectors vectors[] = AERT_VECTORS(AERT_WITHOUT, AERT_WITHOUT);
    char name[100];
    WORKS(t, aert_cpu_check(AERT_CPU, &t->error));
    WORKS(t, aert_cpu_check("", &t->error));
    WORKS(t, aert_cpu_check(NULL, &t->error));
    FAILS(t, aert_cpu_check("sse2 quantum", &t->error),
          "compiled for a processor with quantum, which this one lacks");
    CHECK(t, aert_cpu_has("sse2") == (strstr(AERT_CPU, "sse2") != NULL));
    if (WORKS(t, aert_blas_start(argv, true, vectors, &t->error)))
        printf("%s\n", aert_blas_name(name, sizeof name));
}

int main(int argc, char **argv) {
    Test test;
    (void)argc;
    test_begin(&test);
    test_machine(&test, argv);
    test_unfold(&test);
    test_same_bits(&test);
    test_wide(&test);
    test_many_kernels(&test);
    test_late(&test, 2);
    test_late(&test, 5);
    test_for(&test);
    test_sleep(&test);
    test_denormals(&test);
    return test_end(&test);
}
