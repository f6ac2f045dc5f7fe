/* train: learns from a data set, and keeps what it learns in a folder.
 *
 * Its one idea: an epoch ends in a fixed order — validation, pictures, weights, the line of
 * metrics, the checkpoint — so that whatever is interrupted is done again, with the same result,
 * from the checkpoint before.
 *
 * Example: "vae train --data train-images-idx3-ubyte.gz --epochs 20 --out runs/vae"
 */
#include "base/base.h"
#include "products/products.h"
#include "model/model.h"
#include "training.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

static bool append_metrics(Training *training, AertError *error) {
    const Tally *tally = &training->tally, *valid = &training->valid_tally;
    size_t most = (size_t)(tally->count + valid->count);
    const char **name = aert_allocate(most, sizeof *name, "the run", error);
    double *value = aert_allocate(most, sizeof *value, "the run", error);
    bool fine = name && value;
    int count = 0;
    for (; fine && tally; tally = tally != valid && training->has_valid ? valid : NULL)
        for (int i = 0; i < tally->count; i++, count++) {
            name[count] = tally->row[i].text;
            value[count] = tally_mean(tally, i);
        }
    fine = fine && aert_metrics_append(training->folder, training->epoch,
                                       training->session.model->stage[training->stage].name, count,
                                       name, value, &training->metrics, error);
    free(name);
    free(value);
    return fine;
}

/* Validation, and everything that is written of an epoch: by the averages where there are some. */
static bool review_epoch(Training *training, AertError *error) {
    bool held = training->held_count > 0;
    if (training->has_valid && !evaluate(&training->session, training->eval_entry,
                                         held ? &training->train : &training->valid, training->held,
                                         held ? training->held_count : training->valid.count,
                                         &training->valid_tally, error))
        return false;
    bool better = training_judge(training);
    progress_line(&training->progress, training->stage_epoch, &training->tally,
                  training->has_valid ? &training->valid_tally : NULL);
    return training_pictures(training, training->epoch, error) &&
           training_weights(training, "last.safetensors", error) &&
           (!better || training_weights(training, "best.safetensors", error));
}

/* What follows the last batch of an epoch. */
static bool end_epoch(Training *training, AertError *error) {
    if (!training_finite(training, error)) {
        training->broken = true;
        return false;
    }
    /* What is written below can only be gone on with from a checkpoint. */
    if (!training->saved_once && !training_save(training, error))
        return false;
    training_averages_swap(training);
    bool fine = review_epoch(training, error);
    training_averages_swap(training);
    if (!fine || !append_metrics(training, error) || !training_curves(training, error))
        return false;
    training_plateaus(training);
    training->epoch++;
    training->stage_epoch++;
    training->batch = 0;
    tally_clear(&training->tally);
    training_stage_next(training);
    return training_save(training, error);
}

static void print_start(const Training *training, bool resumed) {
    const Session *session = &training->session;
    char blas[128];
    if (session->options->quiet)
        return;
    printf("%s: %lld examples (%s), batch %d, %lld steps an epoch, %d thread%s, %s\n",
           session->model->name, (long long)training->count,
           AERT_SHOW(examples_name(&training->train)), session->batch, (long long)training->batches,
           aert_team_threads(session->team), aert_team_threads(session->team) == 1 ? "" : "s",
           aert_blas_name(blas, sizeof blas));
    if (training->mix.batch)
        printf("%lld of them are labelled, %d of each batch: %lld rows an epoch\n",
               (long long)training->mix.firsts, training->mix.of_first,
               (long long)training->visits);
    const char *parts = session->options->parts;
    if (parts)
        printf("%lld more are validated on, %lld are seen by other commands alone (--%s %s)\n",
               (long long)training->held_count,
               (long long)(training->train.count - training->count - training->held_count),
               parts_option(session->options), AERT_SHOW(parts));
    else if (training->held_count)
        printf("%lld more, chosen by the seed, are held back for validation: there is no --valid\n",
               (long long)training->held_count);
    if (resumed && !training_over(training))
        printf("resumed in epoch %lld after step %lld\n", (long long)training->epoch,
               (long long)training->step);
    fflush(stdout);
}

static int interrupted(Training *training, AertError *error) {
    training_averages_swap(training);
    if (!training_weights(training, "last.safetensors", error))
        return EXIT_FAILED;
    progress_clear(&training->progress);
    if (!training->session.options->quiet)
        printf("stopped after step %lld; to go on: %s train --resume --out %s\n",
               (long long)training->step, training->session.model->name,
               AERT_SHOW(training->folder));
    return EXIT_INTERRUPTED;
}

static int run(Training *training, AertError *error) {
    const Options *options = training->session.options;
    progress_start(&training->progress, options->quiet);
    if (!training_over(training) && training_stage_over(training))
        training_stage_next(training); /* what was left out has epochs now */
    else if (!training_over(training))
        training_stage_begin(training);
    interrupt_hold(&training->interrupt);
    training->saved = seconds_now();
    int status = EXIT_DONE;
    while (!training_over(training) && !status) {
        status = training_epoch(training, error);
        if (!status && !end_epoch(training, error))
            status = EXIT_FAILED;
        if (!status && interrupt_arrived() && !training_over(training))
            status = EXIT_INTERRUPTED;
    }
    if (status == EXIT_INTERRUPTED)
        status = interrupted(training, error);
    progress_clear(&training->progress);
    if (training->broken)
        training_cause(training, error);
    interrupt_release(&training->interrupt);
    if (status == EXIT_DONE && !options->quiet)
        printf("%lld epochs in %s; best is epoch %lld: %s %.6g\n", (long long)(training->epoch - 1),
               AERT_SHOW(training->folder), (long long)training->best_epoch,
               training_watched(training), training->best);
    return status;
}

/* `file`: the checkpoint of a run that goes on; `options` takes text from it. */
static int train(Training *training, AertSafetensors *file, const AertModel *model,
                 Options *options, AertError *error) {
    bool resume = false;
    int status = training_folder(training, options, &resume, error);
    if (!status && resume)
        status = training_recall(file, training, model, options, error);
    if (!status)
        status = training_open(training, model, options, resume ? file : NULL, error);
    if (!status && resume)
        status = training_restore(training, file, error);
    else if (!status && !(training_start(training, error) && training_make_folder(training, error)))
        status = EXIT_FAILED;
    if (status)
        return status;
    print_start(training, resume);
    return run(training, error);
}

int train_run(const AertModel *model, const Options *options, AertError *error) {
    Training *training = aert_allocate(1, sizeof *training, "the run", error);
    if (!training)
        return EXIT_FAILED;
    training->lock = -1;
    Options own = *options;
    session_folder(model, options, training->folder, sizeof training->folder);
    AertSafetensors file = {0};
    int status = train(training, &file, model, &own, error);
    training_close(training);
    aert_safetensors_close(&file);
    free(training);
    return status;
}
