/* The likelihood of examples by importance sampling.
 *
 * Its one idea: the program weighs one draw of the code of each example of a batch; run again and
 * again under another number in the place of the epoch, which all draws depend on, it makes as many
 * as are wanted, and the sum of the weights is kept by its logarithm.
 *
 * Example: weights e^-90 and e^-92 give -log (e^-90 + e^-92) / 2 = 90.57.
 */
#include "likelihood.h"

#include <math.h>
#include <stdlib.h>

typedef struct Likelihood {
    const AertEntry *entry;
    int draws;
    double *least, *sum; /* by row: the least -log weight so far, and the sum of weights over it */
    double total;        /* over the examples so far */
} Likelihood;

const AertEntry *likelihood_entry(const Session *session, AertError *error) {
    const AertEntry *entry = session_entry(session, AERT_WEIGH, -1, 0);
    const char *name = session->model->name;
    if (!entry && session->program->real_bytes == sizeof(double))
        aert_fail(error, "--nll computes in single precision: leave out --double");
    else if (!entry)
        aert_fail(error,
                  "--nll: %s weighs no draws: what it minimises first has neither kl(z, d) nor "
                  "log_prob(z) of a code z ~ ...",
                  name);
    return entry;
}

static void add_draw(Likelihood *likelihood, int row, double weight) {
    double *least = &likelihood->least[row], *sum = &likelihood->sum[row];
    if (weight < *least) {
        *sum = *sum * exp(weight - *least) + 1;
        *least = weight;
    } else if (weight != INFINITY) {
        *sum += exp(*least - weight);
    }
}

static bool weigh_batch(const Pass *pass, void *context, const AertBatch *batch, AertError *error) {
    Likelihood *likelihood = context;
    Session *session = pass->session;
    for (int r = 0; r < batch->rows; r++) {
        likelihood->least[r] = INFINITY;
        likelihood->sum[r] = 0;
    }
    for (int k = 0; k < likelihood->draws; k++) {
        session_run(session, likelihood->entry, batch->rows, (uint64_t)k, 0);
        if (!session_accepts(session, error))
            return false;
        for (int r = 0; r < batch->rows; r++)
            add_draw(likelihood, r,
                     session_value(session, &likelihood->entry->output[0], (size_t)r));
    }
    for (int r = 0; r < batch->rows; r++)
        likelihood->total +=
            likelihood->least[r] - log(likelihood->sum[r] / (double)likelihood->draws);
    return true;
}

static bool mean_nll(Session *session, const Examples *examples, int draws, double *nll,
                     AertError *error) {
    size_t batch = (size_t)session->batch;
    Likelihood sums = {.entry = session_entry(session, AERT_WEIGH, -1, 0), .draws = draws};
    sums.least = aert_allocate(batch, sizeof *sums.least, "weights of draws", error);
    sums.sum = aert_allocate(batch, sizeof *sums.sum, "weights of draws", error);
    const Pass pass = {.session = session, .examples = examples, .count = examples->count};
    bool fine = sums.least && sums.sum && pass_run(&pass, weigh_batch, &sums, error);
    *nll = sums.total / (double)examples->count;
    free(sums.least);
    free(sums.sum);
    return fine;
}

const AertWeighs aert_weighs = {mean_nll};

bool likelihood(Session *session, const Examples *examples, int draws, double *nll,
                AertError *error) {
    const AertWeighs *weighs = session->model->weighs;
    return likelihood_entry(session, error) && weighs->nll(session, examples, draws, nll, error);
}
