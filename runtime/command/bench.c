/* bench: how long a training step takes, and how close that is to what the processor allows.
 *
 * Its one idea: a time alone means nothing; the floor is the step's floating-point operations over
 * the peak of this core, measured in the same run, and the share of it that is reached can be
 * compared between machines.
 *
 * Example: "step 1.86 ms (median of 1040), 137 GFLOP/s; floor 1.02 ms at 251 GFLOP/s: 0.55 reached"
 */
#include "bench.h"
#include "products/products.h"
#include "command.h"
#include "train/train.h"

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
    double *times = aert_allocate((size_t)most, sizeof *times, "steps", error);
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

static void print_bench(const Bench *bench, bool json) {
    char blas[128];
    double median = bench->median;
    tell(json, "{\"model\": %s, \"batch\": %d, \"threads\": %d, \"blas\": %s",
         "%s, batch %d, threads %d, %s\n", bench->session->model->name, bench->rows,
         aert_team_threads(bench->session->team), aert_blas_name(blas, sizeof blas));
    tell(json,
         ", \"ms\": %g, \"steps\": %d, \"ms_fastest\": %g, \"examples_per_second\": %g, "
         "\"gflops\": %g",
         "step   %.4g ms (median of %d; fastest %.4g), %.0f examples/s, %.4g GFLOP/s\n",
         median * 1e3, bench->steps, bench->fastest * 1e3, bench->rows / median,
         bench->flops / median * 1e-9);
    tell(json, ", \"floor_ms\": %g, \"gflop\": %g, \"peak_gflops\": %g, \"share\": %g",
         "floor  %.4g ms: %.4g GFLOP at %.4g GFLOP/s a core; %.2f of it reached\n",
         bench->floor * 1e3, bench->flops * 1e-9, bench->peak * 1e-9, bench->floor / median);
    if (json)
        say_json(", \"ms_mean\": %g, \"first_step_at\": %g, \"products\": %s", bench->mean * 1e3,
                 bench->first_step, aert_gemm_name());
    if (bench->kernels)
        bench_print_kernels(bench, json);
    if (json)
        say("}\n");
}

static bool prepare(Work *work, Bench *bench, AertError *error) {
    Session *session = &work->session;
    Examples *examples = &work->examples;
    const AertModel *model = session->model;
    if (model->steps == 0)
        return aert_fail(error, "%s has no train block: nothing to time", model->name);
    const ExamplesFrom from = session_data(session, EXAMPLES_TRAIN);
    if (!open_examples(examples, session, &from, error))
        return false;
    bench->session = session;
    bench->examples = examples;
    bench->rows = examples->count < session->batch ? (int)examples->count : session->batch;
    bench->order = aert_allocate((size_t)examples->count, sizeof *bench->order, "steps", error);
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

bool command_bench(Work *work, AertError *error) {
    Bench bench = {0};
    bool fine = work_open(work, WITH(AERT_INIT) | WITH(AERT_STEP), error) &&
                prepare(work, &bench, error) && measure(&bench, error);
    if (fine)
        print_bench(&bench, work->session.options->json);
    free(bench.order);
    free(bench.step_entry);
    free(bench.kernels);
    return fine;
}
