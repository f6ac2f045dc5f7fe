/* Why a run has died: which function, of what, on which line, at which example.
 *
 * Its one idea: a run is the same bits each time, so nothing need be watched while it is well. When
 * a loss or a parameter is no longer finite, the run is gone through once more from its last
 * checkpoint, at most half a minute back, with every step looked at before and after.  The first
 * that does harm is computed again in double, where its gradient check gives out the arguments of
 * all functions that have a pole (AERT_ARGUMENT).
 *
 * Example: model.ae:8: sqrt of 0 has no derivative (example 3 of d.csv), in epoch 1, batch 1 of 3
 */
#include "store/store.h"
#include "training.h"
#include "base/base.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where a function has its pole; in float, whose subnormal numbers count as 0. */
typedef struct Pole {
    const char *op, *function;
    double low, high;  /* a pole for arguments in this range */
    const char *at;    /* what is said where the argument is 0 … */
    const char *other; /* … and where it is another */
    bool whole;        /* whole numbers alone are poles */
} Pole;

static const Pole poles[] = {
    {"sqrt", "sqrt", -DBL_MAX, 0, "has no derivative", "is not a number", false},
    {"log", "log", -DBL_MAX, 0, "is infinite", "is not a number", false},
    {"log1p", "log1p", -DBL_MAX, -1, "", "is not finite", false},
    {"div", "the inverse", 0, 0, "is infinite", "", false},
    {"pow", "a power", -DBL_MAX, 0, "or its derivative is infinite", "is not a number", false},
    {"exp", "exp", 88.7, DBL_MAX, "", "is infinite", false},
    {"lgamma", "lgamma", -DBL_MAX, 0, "is infinite", "is infinite", true},
    {"digamma", "digamma", -DBL_MAX, 0, "is infinite", "is not a number", true},
    {"trigamma", "trigamma", -DBL_MAX, 0, "is infinite", "is infinite", true},
    {"polygamma", "polygamma", -DBL_MAX, 0, "is infinite", "is not finite", true},
};

static const Pole *pole_of(const char *op, double *value) {
    if (fabs(*value) < FLT_MIN)
        *value = 0;
    for (size_t i = 0; i < sizeof poles / sizeof *poles; i++)
        if (strcmp(poles[i].op, op) == 0 && *value >= poles[i].low && *value <= poles[i].high &&
            !(poles[i].whole && *value != floor(*value)))
            return &poles[i];
    return NULL;
}

/* Whether the arguments in `output` meet a pole on the batch in hand; then `text` says so. */
static bool is_cause(const Session *session, const AertOutput *output, int rows, char *text,
                     size_t size) {
    size_t count = output_size(output, rows);
    for (size_t i = 0; i < count; i++) {
        double value = session_value(session, output, i);
        const Pole *pole = pole_of(output->name, &value);
        if (!pole)
            continue;
        int length = snprintf(text, size, "%s: %s of %.6g %s", output->place, pole->function, value,
                              value == 0 ? pole->at : pole->other);
        if (output->rank > 0 && output->dim[0] < 0 && (size_t)length < size)
            snprintf(text + length, size - (size_t)length, " (example %lld of %s)",
                     (long long)session_example(session, (int)(i / (count / (size_t)rows))),
                     session->source);
        return true;
    }
    return false;
}

/* A session in double that stands where the one in float does. */
static bool open_double(Session *exact, const Training *training, int rows, AertError *error) {
    const Session *session = &training->session;
    const AertModel *model = session->model;
    if (session_open(exact, model, model->f64, session->options, WITH(AERT_GRADCHECK), error))
        return false;
    for (size_t i = 0; i < model->store; i++)
        ((double *)exact->store)[i] = (double)((const float *)session->store)[i];
    memcpy(exact->hyper, session->hyper, session_numbers(model) * sizeof *exact->hyper);
    memcpy(exact->example, session->example, (size_t)rows * sizeof *exact->example);
    memcpy(&exact->clock, &session->clock, offsetof(AertClock, update)); /* but its pointers */
    exact->seed = session->seed;
    exact->batch_index = session->batch_index;
    session_gather(exact, &training->train, rows);
    return true;
}

/* Finds the function that does the harm in a step; the slots are as they were before it. */
static bool find_cause(const Training *training, int step, int rows, char *text, size_t size) {
    AertError ignored;
    Session exact = {0};
    bool found = false;
    const AertEntry *entry = open_double(&exact, training, rows, &ignored)
                                 ? session_entry(&exact, AERT_GRADCHECK, step, 0)
                                 : NULL;
    if (entry)
        session_run(&exact, entry, rows, (uint64_t)training->epoch, 0);
    for (int i = 0; entry && i < entry->outputs && !found; i++)
        found = entry->output[i].kind == AERT_ARGUMENT &&
                is_cause(&exact, &entry->output[i], rows, text, size);
    session_close(&exact);
    return found;
}

/* ---- going through the run once more ---- */

static bool rewind_run(Training *training, AertError *error) {
    AertSafetensors file = {0};
    if (!training->saved_once)
        return training_start(training, error);
    bool fine = aert_checkpoint_open(&file, training_path(training, "checkpoint"),
                                     training->session.model, error) &&
                !training_restore(training, &file, error);
    aert_safetensors_close(&file);
    return fine;
}

static bool is_harmful(Training *training, const AertEntry *entry) {
    AertError ignored;
    for (int i = 0; i < entry->outputs; i++)
        if (entry->output[i].kind == AERT_LOSS &&
            !isfinite(session_value(&training->session, &entry->output[i], 0)))
            return true;
    return !training_finite(training, &ignored);
}

typedef struct Replay {
    Training *training;
    float *before; /* (store): the slots before the step in hand */
    int64_t last;  /* the batch in which the run has died */
    int step;      /* the first that does harm, which is not done in the end; or -1 */
    int rows;      /* of its batch */
} Replay;

/* Goes through a batch; false where there is no need to go on. */
static bool replay(const Pass *pass, void *context, const AertBatch *batch, AertError *error) {
    (void)pass;
    Replay *r = context;
    Training *training = r->training;
    Session *session = &training->session;
    const AertStage *stage = &session->model->stage[training->stage];
    size_t bytes = session->model->store * sizeof *r->before;
    (void)error;
    if (batch->number > r->last || interrupt_arrived())
        return false;
    training_clock(training, 1);
    for (int i = stage->first; i < stage->first + stage->steps; i++) {
        memcpy(r->before, session->store, bytes);
        if (!training_step(training, i, batch->rows) ||
            !is_harmful(training, training->step_entry[i]))
            continue;
        memcpy(session->store, r->before, bytes);
        r->step = i;
        r->rows = batch->rows;
        return false;
    }
    training_next(training);
    return true;
}

void training_cause(Training *training, AertError *error) {
    int64_t epoch = training->epoch;
    char text[700];
    AertError ignored;
    Replay r = {.training = training, .last = training->batch, .step = -1};
    r.before = aert_allocate(training->session.model->store + 1, sizeof *r.before, "the parameters",
                             &ignored);
    if (r.before && rewind_run(training, &ignored) && training->epoch == epoch) {
        const Pass pass = training_pass(training);
        pass_run(&pass, replay, &r, &ignored);
    }
    if (r.step >= 0 && find_cause(training, r.step, r.rows, text, sizeof text))
        aert_fail(error, "%s, in epoch %lld, batch %lld of %lld; %s", text, (long long)epoch,
                  (long long)training->batch + 1, (long long)training->batches,
                  training_saved(training));
    free(r.before);
}
