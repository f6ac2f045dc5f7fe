/* One epoch of training, batch by batch.
 *
 * Its one idea: an epoch is a pass over its order.  On a batch the entry of each step of the stage
 * that is due runs, and its losses are added up; between two batches the run may be saved or
 * stopped, nowhere else.  Nothing is allocated here.
 *
 * Example: 6000 examples in batches of 128 are 46 batches of 128 rows and one of 112.
 */
#include "base/base.h"
#include "training.h"
#include "data/data.h"

#include <stdio.h>

static const double save_seconds = 30;

void training_clock(Training *training, int ahead) {
    AertClock *clock = &training->session.clock;
    int64_t batch = training->batch + ahead - 1;
    double before = (double)batch * training->session.batch;
    session_place(&training->session, batch, training->count);
    clock->step = (double)(training->step + ahead);
    clock->epoch = (double)training->epoch;
    clock->examples = (double)(training->epoch - 1) * (double)training->visits + before;
    clock->steps_per_epoch = (double)training->batches;
    clock->stage_step = (double)(training->stage_step + ahead);
    clock->stage_steps = (double)training->batches * (double)training->epochs[training->stage];
}

static bool not_finite(Training *training, const AertOutput *bad, AertError *error) {
    training->broken = true;
    double value = session_value(&training->session, bad, 0);
    progress_clear(&training->progress);
    return aert_fail(error, "%s: %s is %s in epoch %lld, batch %lld of %lld; %s", bad->place,
                     bad->name, value != value ? "not a number" : "infinite",
                     (long long)training->epoch, (long long)training->batch + 1,
                     (long long)training->batches, training_saved(training));
}

/* Whether a step runs on the batch in hand. */
static bool runs(Training *training, int step, int rows) {
    Session *session = &training->session;
    const AertEntry *when = training->when_entry[step];
    if ((training->stage_step + 1) % session->model->step[step].every != 0)
        return false;
    if (!when)
        return true;
    session_run(session, when, rows, (uint64_t)training->epoch, 0);
    return session_value(session, &when->output[0], 0) != 0;
}

/* Counts an update of a step, and of those that the same entry computes. */
static void count_updates(Session *session, int step) {
    do
        session->update[step++] += 1;
    while (step < session->model->steps && session->model->step[step].joined);
}

Pass training_pass(Training *training) {
    return (Pass){.session = &training->session,
                  .examples = &training->train,
                  .index = training->order,
                  .count = training->visits,
                  .size = training->count,
                  .from = training->batch};
}

void training_next(Training *training) {
    training->batch++;
    training->step++;
    training->stage_step++;
}

bool training_step(Training *training, int step, int rows) {
    Session *session = &training->session;
    if (session->model->step[step].joined || !runs(training, step, rows))
        return false;
    count_updates(session, step);
    session_run(session, training->step_entry[step], rows, (uint64_t)training->epoch, 0);
    return true;
}

static bool train_batch(Training *training, int rows, AertError *error) {
    Session *session = &training->session;
    const AertStage *stage = &session->model->stage[training->stage];
    training_clock(training, 1);
    for (int i = stage->first, first = 1; i < stage->first + stage->steps; i++) {
        if (!training_step(training, i, rows))
            continue;
        if (!session_accepts(session, error))
            return false;
        const AertOutput *bad =
            tally_add(&training->tally, session, training->step_entry[i], rows, first);
        if (bad)
            return not_finite(training, bad, error);
        first = 0;
    }
    training_next(training);
    progress_step(&training->progress, training->stage_epoch, rows,
                  (double)training->batch / (double)training->batches,
                  training->tally.row[training->watched].text,
                  tally_mean(&training->tally, training->watched));
    return true;
}

static bool time_to_save(const Training *training) {
    int every = training->session.options->checkpoint_every;
    return (every && training->step % every == 0) ||
           seconds_now() - training->saved >= save_seconds;
}

typedef struct Epoch {
    Training *training;
    int status; /* of the run, where the pass has ended early */
} Epoch;

static bool take_batch(const Pass *pass, void *context, const AertBatch *batch, AertError *error) {
    (void)pass;
    Epoch *epoch = context;
    Training *training = epoch->training;
    epoch->status = EXIT_FAILED;
    if (!train_batch(training, batch->rows, error))
        return false;
    bool stop = interrupt_arrived();
    if ((stop || time_to_save(training)) && !training_save(training, error))
        return false;
    epoch->status = stop ? EXIT_INTERRUPTED : EXIT_DONE;
    return !stop;
}

int training_epoch(Training *training, AertError *error) {
    Epoch epoch = {training, EXIT_DONE};
    const Pass pass = training_pass(training);
    if (training->mix.batch)
        aert_order_mixed(training->session.seed, (uint64_t)training->epoch, &training->mix,
                         training->train.count, training->order);
    else
        aert_order_epoch(training->session.seed, (uint64_t)training->epoch, training->base,
                         training->count, training->order);
    progress_epoch(&training->progress);
    pass_run(&pass, take_batch, &epoch, error);
    return epoch.status;
}
