/* The time of each kernel of a training step.
 *
 * Its one idea: the kernels run in their order, one by one, each timed by itself; what the fastest
 * eighth of many steps stays below leaves out what else the machine was doing.  Kernels that share
 * a barrier in a real step wait for each other here, so that the sum is somewhat more than the
 * step.
 *
 * Example: "  34.1 %   0.61 ms   128.0 GFLOP/s   h = matmul(x, encoder.dense_1.W) + b   vae.ae:12"
 */
#include "bench.h"
#include "exec/exec.h"
#include "train/train.h"
#include "view/view.h"

#include <stdlib.h>

enum { ROUNDS = 51 };

static int all_kernels(const Bench *bench) {
    int count = 0;
    for (int i = 0; i < bench->step_entries; i++)
        count += bench->step_entry[i]->kernels;
    return count;
}

/* Runs one entry kernel by kernel; the seconds of kernel k go to times[k * ROUNDS]. */
static void time_entry(Bench *bench, const AertEntry *entry, double *times) {
    Session *session = bench->session;
    session->clock.rows = bench->rows;
    if (entry->compute_scalars)
        entry->compute_scalars(&session->clock, session->scalar);
    AertRun run = session_make_run(session, entry, bench->rows, 1, 0);
    for (int k = 0; k < entry->kernels; k++) {
        double start = seconds_now();
        if (aert_args_known(entry, k, run.args)) /* else no step so far has needed it */
            aert_team_kernel(session->team, &entry->kernel[k], &run);
        times[k * ROUNDS] = (seconds_now() - start) * kernel_steps(entry, k);
    }
}

bool bench_time_kernels(Bench *bench, AertError *error) {
    int count = all_kernels(bench);
    double *times = aert_allocate((size_t)count * ROUNDS, sizeof *times, "steps", error);
    bench->kernels = aert_allocate((size_t)count, sizeof *bench->kernels, "steps", error);
    if (!times || !bench->kernels) {
        free(times);
        return false;
    }
    for (int round = 0; round < ROUNDS; round++) {
        int at = 0;
        bench_batch(bench);
        for (int i = 0; i < bench->step_entries; i++) {
            time_entry(bench, bench->step_entry[i], times + at * ROUNDS + round);
            at += bench->step_entry[i]->kernels;
        }
    }
    for (int k = 0; k < count; k++)
        bench->kernels[k] = bench_sorted(times + k * ROUNDS, ROUNDS)[ROUNDS / 8];
    free(times);
    return true;
}

void bench_print_kernels(const Bench *bench, bool json) {
    double sum = 0;
    int at = 0;
    for (int k = 0; k < all_kernels(bench); k++)
        sum += bench->kernels[k];
    if (json)
        say(", \"kernels\": [");
    for (int i = 0; i < bench->step_entries; i++) {
        const AertEntry *entry = bench->step_entry[i];
        if (!json)
            say("%s\n", entry->name);
        for (int k = 0; k < entry->kernels; k++, at++) {
            const double seconds = bench->kernels[at];
            if (json)
                say_json(at ? ", {\"entry\": %s, " : "{\"entry\": %s, ", entry->name);
            tell(json, "\"percent\": %g, \"ms\": %g, \"gflops\": %g, \"label\": %s, \"place\": %s}",
                 "  %5.1f %%  %9.4f ms  %7.1f GFLOP/s   %s   %s\n", 100 * seconds / sum,
                 seconds * 1e3, kernel_flops(entry, k, bench->rows) / seconds * 1e-9,
                 entry->info[k].label, entry->info[k].place);
        }
    }
    if (json)
        say("]");
    else
        say("kernels one by one: %.4g ms\n", sum * 1e3);
}
