/* train: learns from a data set, and keeps what it learns in a folder.
 *
 * Its one idea: an epoch ends in a fixed order — validation, pictures, weights, the line of
 * metrics, the checkpoint — so that whatever is interrupted is done again, with the same result,
 * from the checkpoint before.
 *
 * Example: "vae train --data train-images-idx3-ubyte.gz --epochs 20 --out runs/vae"
 */
#include "command.h"
#include "blas.h"
#include "evaluate.h"
#include "metrics.h"
#include "order.h"
#include "training.h"
#include "weights.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool find_entries(Training *training, AertError *error) {
    const Session *session = &training->session;
    const AertModel *model = session->model;
    training->step_entry =
        aert_allocate((size_t)model->steps + 1, sizeof *training->step_entry, "steps", error);
    if (!training->step_entry)
        return false;
    for (int i = 0; i < model->steps; i++)
        training->step_entry[i] = session_entry(session, AERT_STEP, i, 0);
    if (model->steps == 0)
        return aert_fail(error, "%s has no train block: nothing to train", model->name);
    training->eval_entry = session_entry(session, AERT_EVAL, -1, 0);
    return true;
}

static int watched_row(const Tally *tally, const AertModel *model) {
    int row = model->best ? tally_find(tally, model->best) : -1;
    return row < 0 ? 0 : row;
}

static bool open_data(Training *training, const Options *options, AertError *error) {
    const AertModel *model = training->session.model;
    training->has_valid = options->valid != NULL;
    if (training->has_valid && !training->eval_entry)
        return aert_fail(error, "--valid: %s has no loss or metric to evaluate", model->name);
    const ExamplesFrom train = {options->data, options->labels, options->label_column,
                                EXAMPLES_TRAIN, true},
                       valid = {options->valid, options->valid_labels, options->label_column,
                                EXAMPLES_TEST, true};
    if (!examples_open(&training->train, model, &train, error) ||
        (training->has_valid && !examples_open(&training->valid, model, &valid, error)))
        return false;
    training->order = aert_allocate((size_t)training->train.count, sizeof *training->order,
                                    "the order of examples", error);
    training->batches = aert_order_batches(training->train.count, training->session.batch);
    return training->order != NULL;
}

/* Everything that training needs, before its first step. */
static int open_training(Training *training, const AertModel *model, const Options *options,
                         AertError *error) {
    unsigned kinds = WITH(AERT_INIT) | WITH(AERT_STEP) | WITH(AERT_EVAL) | WITH(AERT_RECONSTRUCT) |
                     WITH(AERT_SAMPLE);
    int status = session_open(&training->session, model, model->f32, options, kinds, error);
    if (status)
        return status;
    if (!find_entries(training, error) || !open_data(training, options, error) ||
        !tally_open(&training->tally, &training->session, WITH(AERT_STEP), error) ||
        !tally_open(&training->valid_tally, &training->session, WITH(AERT_EVAL), error))
        return EXIT_FAILED;
    if (training->tally.count == 0) {
        aert_fail(error, "%s reports no loss", model->name);
        return EXIT_FAILED;
    }
    training->watched = watched_row(&training->tally, model);
    training->epochs = option_given(options, OPTION_epochs) ? options->epochs : model->epochs;
    return EXIT_DONE;
}

static bool begin(Training *training, AertError *error) {
    Session *session = &training->session;
    const Options *options = session->options;
    for (int i = 0; i < session->model->steps; i++)
        session->update[i] = 0;
    training->epoch = 1;
    session_init(session);
    if (options->init && !aert_weights_read(options->init, session->model, options->only,
                                            session->store, session->program->real_bytes, error))
        return false;
    return training_make_folder(training, error) && training_save(training, error);
}

static bool append_metrics(const Training *training, AertError *error) {
    const Tally *tally = &training->tally, *valid = &training->valid_tally;
    int count = tally->count + (training->has_valid ? valid->count : 0);
    const char **name = aert_allocate((size_t)count, sizeof *name, "metrics", error);
    double *value = aert_allocate((size_t)count, sizeof *value, "metrics", error);
    char(*text)[160] = aert_allocate((size_t)count, sizeof *text, "metrics", error);
    bool fine = name && value && text;
    for (int i = 0; fine && i < count; i++) {
        bool is_valid = i >= tally->count;
        const Tally *from = is_valid ? valid : tally;
        int row = is_valid ? i - tally->count : i;
        snprintf(text[i], sizeof text[i], "%s%s", is_valid ? "valid." : "",
                 from->row[row].output->name);
        name[i] = text[i];
        value[i] = tally_mean(from, row);
    }
    fine =
        fine && aert_metrics_append(training->folder, training->epoch, count, name, value, error);
    free(name);
    free(value);
    free(text);
    return fine;
}

/* What follows the last batch of an epoch. */
static bool end_epoch(Training *training, AertError *error) {
    Tally *valid = training->has_valid ? &training->valid_tally : NULL;
    const Tally *judge = valid ? valid : &training->tally;
    if (!training_finite(training, error))
        return false;
    if (valid)
        evaluate(&training->session, training->eval_entry, &training->valid, valid);
    double value = tally_mean(judge, watched_row(judge, training->session.model));
    bool better = training->best_epoch == 0 || value < training->best ||
                  (isnan(training->best) && !isnan(value));
    if (better) {
        training->best = value;
        training->best_epoch = training->epoch;
    }
    progress_line(&training->progress, training->epoch, &training->tally, valid);
    if (!training_pictures(training, training->epoch, error) ||
        !training_weights(training, "last.safetensors", error) ||
        (better && !training_weights(training, "best.safetensors", error)) ||
        !append_metrics(training, error))
        return false;
    training->epoch++;
    training->batch = 0;
    tally_clear(&training->tally);
    return training_save(training, error);
}

static void print_start(const Training *training, bool resumed) {
    const Session *session = &training->session;
    char blas[128];
    if (session->options->quiet)
        return;
    printf("%s: %lld examples (%s), batch %d, %lld steps an epoch, %d thread%s, %s\n",
           session->model->name, (long long)training->train.count, training->train.data[0].name,
           session->batch, (long long)training->batches, aert_team_threads(session->team),
           aert_team_threads(session->team) == 1 ? "" : "s", aert_blas_name(blas, sizeof blas));
    if (resumed && training->epoch <= training->epochs)
        printf("resumed in epoch %lld after step %lld\n", (long long)training->epoch,
               (long long)training->step);
    fflush(stdout);
}

static int interrupted(Training *training, AertError *error) {
    if (!training_weights(training, "last.safetensors", error))
        return EXIT_FAILED;
    progress_clear(&training->progress);
    if (!training->session.options->quiet)
        printf("stopped after step %lld; to go on: %s train --resume --out %s\n",
               (long long)training->step, training->session.model->name, training->folder);
    return EXIT_INTERRUPTED;
}

static int run(Training *training, AertError *error) {
    const Options *options = training->session.options;
    double total = (double)training->train.count * (double)training->epochs;
    double done = (double)training->train.count * (double)(training->epoch - 1) +
                  (double)training->batch * training->session.batch;
    progress_start(&training->progress, options->quiet, training->epochs, total - done);
    interrupt_hold(&training->interrupt);
    training->saved = seconds_now();
    int status = EXIT_DONE;
    while (training->epoch <= training->epochs && !status) {
        status = training_epoch(training, error);
        if (!status && !end_epoch(training, error))
            status = EXIT_FAILED;
        if (!status && interrupt_arrived() && training->epoch <= training->epochs)
            status = EXIT_INTERRUPTED;
    }
    if (status == EXIT_INTERRUPTED)
        status = interrupted(training, error);
    progress_clear(&training->progress);
    interrupt_release(&training->interrupt);
    if (status == EXIT_DONE && !options->quiet)
        printf("%lld epochs in %s; best is epoch %lld: %s %.6g\n", (long long)training->epochs,
               training->folder, (long long)training->best_epoch,
               training->has_valid ? "validation" : "training", training->best);
    return status;
}

static void close_training(Training *training) {
    tally_close(&training->tally);
    tally_close(&training->valid_tally);
    examples_close(&training->train);
    examples_close(&training->valid);
    free(training->step_entry);
    free(training->order);
    session_close(&training->session);
}

/* `file`: the checkpoint of a run that goes on; `options` takes text from it. */
static int train(Training *training, AertSafetensors *file, const AertModel *model,
                 Options *options, AertError *error) {
    bool resume = false;
    int status = training_folder(training, options, &resume, error);
    if (!status && resume)
        status = training_recall(file, training, model, options, error);
    if (!status)
        status = open_training(training, model, options, error);
    bool fine = true;
    if (!status)
        fine = resume ? training_restore(training, file, error) &&
                            aert_metrics_cut(training->folder, training->epoch - 1, error)
                      : begin(training, error);
    if (status || !fine)
        return status ? status : EXIT_FAILED;
    print_start(training, resume);
    return run(training, error);
}

int command_train(const AertModel *model, const Options *options, AertError *error) {
    Training *training = aert_allocate(1, sizeof *training, "a run", error);
    if (!training)
        return EXIT_FAILED;
    Options own = *options;
    session_folder(model, options, training->folder, sizeof training->folder);
    AertSafetensors file = {0};
    int status = train(training, &file, model, &own, error);
    close_training(training);
    aert_safetensors_close(&file);
    free(training);
    return status;
}
