/* bench: how long a training step takes, and how close that is to what the processor allows.
 *
 * Its one idea: a time alone means nothing; the floor is the step's floating-point operations over
 * the peak of this core, measured in the same run, and the share of it that is reached can be
 * compared between machines.
 *
 * Example: "step 1.86 ms (median of 1040), 137 GFLOP/s; floor 1.02 ms at 251 GFLOP/s: 55 % reached"
 */
#include "base/base.h"
#include "bench.h"
#include "products/products.h"
#include "command.h"
#include "data/data.h"
#include "train/train.h"

#include <stdio.h>
#include <stdlib.h>

enum { WARM_UP = 5, FEWEST = 10, MOST = 20000 };

static const double bench_seconds = 2;

static double median(double *value, int count) {
    bench_sorted(value, count);
    return count % 2 ? value[count / 2] : (value[count / 2 - 1] + value[count / 2]) / 2;
}

/* Floating-point operations of all training steps over one batch. */
static double step_flops(const Bench *bench) {
    double sum = 0;
    for (int i = 0; i < bench->step_entries; i++)
        for (int k = 0; k < bench->step_entry[i]->kernels; k++)
            sum += kernel_flops(bench->step_entry[i], k, bench->rows);
    return sum;
}

static void one_step(Bench *bench) {
    bench_batch(bench);
    for (int i = 0; i < bench->step_entries; i++)
        session_run(bench->session, bench->step_entry[i], bench->rows, 1, 0);
}

/* Times steps for about two seconds, or as many as --steps says. */
static bool time_steps(Bench *bench, AertError *error) {
    const Options *options = bench->session->options;
    int most = options->steps ? options->steps : MOST;
    double *times = aert_allocate((size_t)most, sizeof *times, "times", error);
    if (!times)
        return false;
    for (int i = 0; i < WARM_UP; i++) {
        one_step(bench);
        if (i == 0)
            bench->first_step = seconds_now();
    }
    double begin = seconds_now(), last = begin;
    while (bench->steps < most &&
           (options->steps || bench->steps < FEWEST || last - begin < bench_seconds)) {
        one_step(bench);
        double now = seconds_now();
        times[bench->steps++] = now - last;
        last = now;
    }
    bench->mean = (last - begin) / bench->steps;
    bench->median = median(times, bench->steps);
    bench->fastest = times[0];
    free(times);
    return session_accepts(bench->session, error);
}

static void print_json(const Bench *bench) {
    const Session *session = bench->session;
    const struct {
        const char *key;
        double value;
    } rows[] = {{"batch", bench->rows},
                {"threads", aert_team_threads(session->team)},
                {"steps", bench->steps},
                {"ms", bench->median * 1e3},
                {"ms_fastest", bench->fastest * 1e3},
                {"ms_mean", bench->mean * 1e3},
                {"first_step_at", bench->first_step}, /* on the monotonic clock */
                {"examples_per_second", bench->rows / bench->median},
                {"gflops", bench->flops / bench->median * 1e-9},
                {"peak_gflops", bench->peak * 1e-9},
                {"floor_ms", bench->floor * 1e3},
                {"share", bench->floor / bench->median}};
    char blas[128];
    AertJson json = {.to = stdout};
    aert_json_object(&json, NULL);
    aert_json_string(&json, "model", session->model->name);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        aert_json_number(&json, rows[i].key, rows[i].value);
    aert_json_string(&json, "products", aert_gemm_name());
    aert_json_string(&json, "blas", aert_blas_name(blas, sizeof blas));
    if (bench->kernels)
        bench_print_kernels_json(bench, &json);
    aert_json_end(&json);
}

static void print_text(const Bench *bench) {
    const Session *session = bench->session;
    int threads = aert_team_threads(session->team);
    char blas[128];
    printf("%s, batch %d, %d thread%s, %s\n", session->model->name, bench->rows, threads,
           threads == 1 ? "" : "s", aert_blas_name(blas, sizeof blas));
    printf("step   %.4g ms (median of %d; fastest %.4g), %.0f examples/s, %.4g GFLOP/s\n",
           bench->median * 1e3, bench->steps, bench->fastest * 1e3, bench->rows / bench->median,
           bench->flops / bench->median * 1e-9);
    printf(
        "floor  %.4g ms: %.4g GFLOP at %.4g GFLOP/s a core, %d thread%s; %.0f %% of it reached\n",
        bench->floor * 1e3, bench->flops * 1e-9, bench->peak * 1e-9, threads,
        threads == 1 ? "" : "s", 100 * bench->floor / bench->median);
    if (bench->kernels)
        bench_print_kernels(bench);
}

static bool prepare(Bench *bench, Examples *examples, AertError *error) {
    Session *session = bench->session;
    const AertModel *model = session->model;
    if (model->steps == 0)
        return aert_fail(error, "%s has no train block: nothing to time", model->name);
    const Options *options = session->options;
    const ExamplesFrom from = session_data(session, EXAMPLES_TRAIN);
    if (!examples_open(examples, model, &from, error))
        return false;
    examples_tell(examples, model, options);
    bench->examples = examples;
    bench->rows = examples->count < session->batch ? (int)examples->count : session->batch;
    bench->order = aert_allocate((size_t)examples->count, sizeof *bench->order, "the order", error);
    bench->step_entry =
        aert_allocate((size_t)model->steps, sizeof *bench->step_entry, "steps", error);
    if (!bench->order || !bench->step_entry)
        return false;
    aert_order_epoch(session->seed, 1, NULL, examples->count, bench->order);
    for (int i = 0; i < model->steps; i++)
        if (!model->step[i].joined)
            bench->step_entry[bench->step_entries++] = session_entry(session, AERT_STEP, i, 0);
    session->clock.steps_per_epoch = (double)aert_batches_count(examples->count, bench->rows);
    session->clock.stage_steps = session->clock.steps_per_epoch * model->stage[0].epochs;
    session_init(session);
    return true;
}

static bool measure(Bench *bench, AertError *error) {
    if (!time_steps(bench, error) ||
        (bench->session->options->kernels && !bench_time_kernels(bench, error)))
        return false;
    bench->flops = step_flops(bench);
    bench->peak = peak_flops();
    bench->floor = bench->flops / (bench->peak * aert_team_threads(bench->session->team));
    return true;
}

int command_bench(const AertModel *model, const Options *options, AertError *error) {
    Session session;
    Examples examples = {0};
    Bench bench = {.session = &session};
    int status = session_open(&session, model, model->f32, options,
                              WITH(AERT_INIT) | WITH(AERT_STEP), error);
    if (!status)
        status =
            prepare(&bench, &examples, error) && measure(&bench, error) ? EXIT_DONE : EXIT_FAILED;
    if (!status && options->json)
        print_json(&bench);
    else if (!status)
        print_text(&bench);
    free(bench.order);
    free(bench.step_entry);
    free(bench.kernels);
    examples_close(&examples);
    session_close(&session);
    return status;
}
