/* What a run works on: entries, data sets, sums.
 *
 * Its one idea: everything is there, and its memory, before the first step.  Where a stage ends by
 * what validation computes and no data set is given for it, a tenth of the examples is held back.
 *
 * Example: 60000 examples become 54000 that are trained on and 6000, chosen by the seed, that are
 * not.
 */
#include "training.h"
#include "data/data.h"
#include "options/options.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

static bool find_entries(Training *training, AertError *error) {
    const Session *session = &training->session;
    const AertModel *model = session->model;
    size_t steps = (size_t)model->steps;
    training->step_entry = aert_allocate(steps, 2 * sizeof *training->step_entry, "the run", error);
    if (!training->step_entry)
        return false;
    training->when_entry = training->step_entry + steps;
    for (int i = 0; i < model->steps; i++) {
        training->step_entry[i] = session_entry(session, AERT_STEP, i, 0);
        if (model->step[i].when)
            training->when_entry[i] = session_entry(session, AERT_WHEN, i, 0);
    }
    if (model->steps == 0)
        return aert_fail(error, "%s has no train block: nothing to train", model->name);
    training->eval_entry = session_entry(session, AERT_EVAL, -1, 0);
    return true;
}

static bool open_epochs(Training *training, AertError *error) {
    const Session *session = &training->session;
    const AertModel *model = session->model;
    training->epochs =
        aert_allocate((size_t)model->stages, sizeof *training->epochs, "the run", error);
    for (int i = 0; training->epochs && i < model->stages; i++) {
        training->epochs[i] = model->stage[i].epochs;
        settings_epochs(model, session->options, i, &training->epochs[i]);
    }
    return training->epochs != NULL;
}

/* Whether a stage ends, or a schedule falls, by what validation computes. */
static bool wants_valid(const AertModel *model) {
    for (int i = 0; i < model->stages; i++)
        if (model->stage[i].of == AERT_WATCH_VALID)
            return true;
    for (int i = 0; i < model->plateaus; i++)
        if (model->plateau[i].of == AERT_WATCH_VALID)
            return true;
    return false;
}

/* Memory for the numbers of the examples that are trained on and of those that are held back. */
static bool open_parts(Training *training, AertError *error) {
    training->base = aert_allocate((size_t)(training->count + training->held_count),
                                   sizeof *training->base, "the data", error);
    if (training->base)
        training->held = training->base + training->count;
    return training->base != NULL;
}

static bool hold_back(Training *training, AertError *error) {
    int64_t all = training->train.count;
    training->held_count = aert_order_held(all);
    training->count = all - training->held_count;
    if (training->held_count == 0)
        return aert_fail(error,
                         "%s: too few examples to hold any back for validation; give --valid",
                         examples_name(&training->train));
    if (!open_parts(training, error))
        return false;
    aert_order_split(training->session.seed, all, training->base, training->held);
    return true;
}

/* Splits the examples as --split or --folds say, into those that are trained on and those that are
 * validated on. */
static bool take_parts(Training *training, AertError *error) {
    const Options *options = training->session.options;
    const AertParts *parts = &options->reading.parts;
    uint64_t seed = training->session.seed;
    int64_t all = training->train.count;
    training->count = aert_parts_take(parts, AERT_PART_TRAIN, seed, all, NULL);
    training->held_count = aert_parts_take(parts, AERT_PART_VALID, seed, all, NULL);
    if (training->count == 0 || training->held_count == 0)
        return aert_fail(error, "%s: %lld examples are too few for --%s %s",
                         examples_name(&training->train), (long long)all, parts_option(options),
                         options->parts);
    if (!open_parts(training, error))
        return false;
    aert_parts_take(parts, AERT_PART_TRAIN, seed, all, training->base);
    aert_parts_take(parts, AERT_PART_VALID, seed, all, training->held);
    return true;
}

/* The first input whose class may be missing and is read, or -1. */
static int chosen_by(const Training *training) {
    const AertModel *model = training->session.model;
    for (int i = 0; i < model->inputs; i++)
        if (aert_holds(&model->input[i], AERT_HOLDS_A_CLASS) && model->input[i].missing &&
            (training->train.has >> i & 1))
            return i;
    return -1;
}

/* Finds which examples have a class and which lack it. Where none lacks it, batches mix nothing. */
static bool open_mix(Training *training, AertError *error) {
    const AertModel *model = training->session.model;
    AertMix *mix = &training->mix;
    int input = model->labelled ? chosen_by(training) : -1, batch = training->session.batch;
    if (input < 0)
        return true;
    if (model->labelled >= batch)
        return aert_fail(error,
                         "--batch %d: %d of its rows are to be labelled, and others beside them",
                         batch, model->labelled);
    int64_t count = training->count, *first, *second;
    training->kinds = aert_allocate((size_t)count * 3, sizeof *training->kinds, "the data", error);
    if (!training->kinds)
        return false;
    first = training->kinds;
    second = first + count;
    for (int64_t i = 0; i < count; i++) {
        int64_t example = training->base ? training->base[i] : i;
        bool lacks = isnan(aert_data_class(&training->train.data[input], example));
        *(lacks ? second++ : first++) = example;
    }
    int64_t with = first - training->kinds;
    if (with == count)
        return true;
    if (with == 0)
        return aert_fail(error,
                         "%s: no example has the label %s, and %d of each batch are to have it: "
                         "--labels names their file",
                         examples_name(&training->train), model->input[input].name,
                         model->labelled);
    *mix = (AertMix){.first = training->kinds,
                     .firsts = with,
                     .second = training->kinds + count,
                     .seconds = count - with,
                     .batch = batch,
                     .of_first = model->labelled,
                     .room = training->kinds + 2 * count};
    return true;
}

static bool open_data(Training *training, AertError *error) {
    const AertModel *model = training->session.model;
    const Options *options = training->session.options;
    bool parts = options->reading.parts.count > 0, given = files_given(&options->valid);
    bool hold = !given && (parts || wants_valid(model));
    training->has_valid = given || hold;
    if (training->has_valid && !training->eval_entry)
        return aert_fail(error, "--valid: %s has no loss or metric to evaluate", model->name);
    ExamplesFrom from = session_data(&training->session, EXAMPLES_TRAIN);
    from.marked = from.whole = true; /* its parts are in base and held */
    if (!examples_open(&training->train, model, &from, error) ||
        !session_learn_words(&training->session, &training->train, error))
        return false;
    from.files = &options->valid;
    from.labels = options->valid_labels;
    from.use = EXAMPLES_TEST;
    if (given && !examples_open(&training->valid, model, &from, error))
        return false;
    examples_tell(&training->train, model, options);
    examples_tell(&training->valid, model, options);
    training->count = training->train.count;
    if (hold && !(parts ? take_parts(training, error) : hold_back(training, error)))
        return false;
    if (!open_mix(training, error))
        return false;
    training->visits =
        training->mix.batch ? aert_order_mixed_count(&training->mix) : training->count;
    training->order =
        aert_allocate((size_t)training->visits, sizeof *training->order, "the data", error);
    training->batches = aert_batches_count(training->visits, training->session.batch);
    return training->order != NULL;
}

/* What classes are called, and the words of texts, in the run that goes on, or in the one that this
 * begins from. */
static bool recall_words(Session *session, const AertSafetensors *file, AertError *error) {
    const Options *options = session->options;
    if (file)
        return training_recall_words(session, file, error);
    AertSafetensors weights;
    if (!options->init || options->only)
        return true;
    if (!aert_weights_open(&weights, options->init, session_layout(options), error))
        return false;
    bool fine = session_words_of(session, &weights, error);
    aert_safetensors_close(&weights);
    return fine;
}

int training_open(Training *training, const AertModel *model, const Options *options,
                  const AertSafetensors *file, AertError *error) {
    unsigned kinds = WITH(AERT_INIT) | WITH(AERT_STEP) | WITH(AERT_WHEN) | WITH(AERT_EVAL) |
                     WITH(AERT_RECONSTRUCT) | WITH(AERT_SAMPLE) | WITH(AERT_ENCODE) |
                     WITH(AERT_PRIOR);
    int status = session_open(&training->session, model, model->f32, options, kinds, error);
    if (status)
        return status;
    training->valid_tally.before = "valid.";
    if (!find_entries(training, error) || !open_epochs(training, error) ||
        !recall_words(&training->session, file, error) || !open_data(training, error) ||
        !tally_open(&training->tally, &training->session, WITH(AERT_STEP), error) ||
        !tally_open(&training->valid_tally, &training->session, WITH(AERT_EVAL), error))
        return EXIT_FAILED;
    if (training->tally.count > 0)
        return EXIT_DONE;
    aert_fail(error, "%s reports no loss", model->name);
    return EXIT_FAILED;
}

void training_close(Training *training) {
    tally_close(&training->tally);
    tally_close(&training->valid_tally);
    examples_close(&training->train);
    examples_close(&training->valid);
    free(training->step_entry);
    free(training->epochs);
    free(training->base);
    free(training->order);
    free(training->kinds);
    session_close(&training->session);
    if (training->lock >= 0)
        close(training->lock);
}

bool training_start(Training *training, AertError *error) {
    Session *session = &training->session;
    const Options *options = session->options;
    for (int i = 0; i < session->model->steps; i++)
        session->update[i] = 0;
    training->epoch = training->stage_epoch = 1;
    training->stage = training_stage_after(training, -1);
    training->batch = training->step = training->stage_step = 0;
    session_place(session, 0, training->count);
    session_init(session);
    if (options->init &&
        !aert_weights_read(options->init, session_layout(options), session->model, options->only,
                           session->store, session->program->real_bytes, error))
        return false;
    training_averages_start(training);
    training_plateaus_begin(training);
    /* Weights that a run begins from bring along how their inputs were scaled. */
    return (options->init && !options->only) ||
           scaling_fit(session, &training->train, training->base, training->count, error);
}
