/* What a resumed run takes from its checkpoint, and what it finds in its folder.
 *
 * Its one idea: everything is held against what is known of the run before it is believed, so that
 * a file that is not what the run wrote is told in one line, and never gone on with.
 *
 * Example: "runs/vae/checkpoint: damaged: the batch is 9223372036854775807, and can be 0 to 469"
 */
#include "store/store.h"
#include "base/base.h"
#include "options/options.h"
#include "training_kept.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool possible(const AertSafetensors *file, const char *what, int64_t value, int64_t least,
                     int64_t most, AertError *error) {
    return (value >= least && value <= most) ||
           aert_fail(error, "%s: damaged: %s is %lld, and can be %lld to %lld", file->path, what,
                     (long long)value, (long long)least, (long long)most);
}

static int differs(const char *option, const char *given, const char *found,
                   const Training *training, AertError *error) {
    aert_fail(error, "--resume goes on as begun: the run in %s has --%s %s, not %s",
              training->folder, option, found, given);
    return EXIT_USAGE;
}

/* The text of an option as the run has it: NULL where it was not given. */
static bool find_text(const AertSafetensors *file, const TextOption *text, const char **value,
                      AertError *error) {
    const AertTensor *found = aert_safetensors_find(file, text->tensor);
    *value = found ? found->data : NULL;
    return !found ||
           (found->dtype == AERT_U8 && found->bytes > 0 &&
            memchr(found->data, 0, found->bytes) == (const char *)found->data + found->bytes - 1) ||
           aert_fail(error, "%s: damaged: %s is no text", file->path, text->tensor);
}

bool training_recall_words(Session *session, const AertSafetensors *file, AertError *error) {
    for (int i = 0; i < session->model->inputs; i++) {
        TextOption text;
        const char *words;
        words_option(&text, &session->model->input[i]);
        if (!find_text(file, &text, &words, error) ||
            !session_take_words(session, i, words, file->path, error))
            return false;
    }
    return true;
}

/* An option that is text must say what the run was begun with, if it is given. */
static int recall_texts(const AertSafetensors *file, const Training *training,
                        const AertModel *model, Options *options, AertError *error) {
    TextOption texts[MOST_TEXTS];
    int count = text_options(model, options, texts);
    for (int i = 0; i < count; i++) {
        const TextOption *text = &texts[i];
        char full[KEPT];
        const char **field = text->field, *kept;
        if (!find_text(file, text, &kept, error))
            return EXIT_FAILED;
        if (*field && (!kept || strcmp(kept_text(*field, text->is_path, full), kept) != 0))
            return differs(text->name, *field, kept ? kept : "(none)", training, error);
        *field = kept;
    }
    return options_reading(options, error);
}

static int differs_in(const char *option, uint64_t given, uint64_t found, const Training *training,
                      AertError *error) {
    char a[24], b[24];
    snprintf(a, sizeof a, "%llu", (unsigned long long)given);
    snprintf(b, sizeof b, "%llu", (unsigned long long)found);
    return differs(option, a, b, training, error);
}

/* Whether so many epochs may be those of each stage. */
static bool possible_epochs(const AertSafetensors *file, int stages, const int64_t *epochs,
                            AertError *error) {
    for (int i = 0; i < stages; i++)
        if (!possible(file, "the epochs of a stage", epochs[i], 0, INT_MAX, error))
            return false;
    return true;
}

int training_recall(AertSafetensors *file, Training *training, const AertModel *model,
                    Options *options, AertError *error) {
    int64_t place[PLACES];
    if (!aert_checkpoint_open(file, training_path(training, "checkpoint"), model, error) ||
        !aert_checkpoint_copy(file, "run:place", AERT_I64, PLACES, place, error) ||
        !possible(file, "the batch size", place[PLACE_ROWS], 1, model->batch, error) ||
        !possible(file, "the stage", place[PLACE_STAGE], 0, model->stages - 1, error))
        return EXIT_FAILED;
    int status = recall_texts(file, training, model, options, error);
    uint64_t rows = (uint64_t)place[PLACE_ROWS], seed = (uint64_t)place[PLACE_SEED];
    if (!status && option_given(options, OPTION_batch) && (uint64_t)options->batch != rows)
        status = differs_in("batch", (uint64_t)options->batch, rows, training, error);
    if (!status && option_given(options, OPTION_seed) && options->seed != seed)
        status = differs_in("seed", options->seed, seed, training, error);
    options->batch = (int)rows;
    options->seed = seed;
    options->given[OPTION_batch] = options->given[OPTION_seed] = true;
    return status;
}

static bool same_data(const Training *training, const Examples *examples, int64_t kept,
                      AertError *error) {
    return examples->count == kept ||
           aert_fail(error, "%s has %lld examples; the run in %s was begun with %lld",
                     examples_name(examples), (long long)examples->count, training->folder,
                     (long long)kept);
}

/* The hypers that --set and --lr name must have been set to the same values. */
static int same_hypers(const Training *training, AertError *error) {
    const Session *session = &training->session;
    const AertModel *model = session->model;
    for (int i = 0; i < model->hypers; i++) {
        char a[AERT_NUMBER], b[AERT_NUMBER], name[160];
        double value, kept = session->hyper[i];
        bool set = session->set[i] != 0;
        if (!settings_value(model, session->options, i, &value) || (value == kept && set))
            continue;
        snprintf(name, sizeof name, "set %s", model->hyper[i].name);
        return differs(name, aert_number_text(value, a),
                       set ? aert_number_text(kept, b) : "as it is declared", training, error);
    }
    return 0;
}

/* Takes the epochs that the command line says, which may be more of them, of a stage that is not
 * over: then *more is set. */
static int take_epochs(Training *training, bool *more, AertError *error) {
    const AertModel *model = training->session.model;
    const Options *options = training->session.options;
    for (int i = 0; i < model->stages; i++) {
        char option[160];
        int64_t kept = training->epochs[i];
        settings_epochs(model, options, i, &training->epochs[i]);
        int64_t given = training->epochs[i];
        *more = *more || given != kept;
        if (given == kept || (given > kept && i >= training->stage))
            continue;
        snprintf(option, sizeof option, "set %s.epochs", model->stage[i].name);
        return differs_in(option_given(options, OPTION_epochs) ? "epochs" : option, (uint64_t)given,
                          (uint64_t)kept, training, error);
    }
    return 0;
}

/* A whole number from 0 to `most`, kept as a double. */
static bool is_count(double value, double most) {
    return value >= 0 && value <= most && value == floor(value);
}

/* Sums so far, and updates, of which no step has made more than there were batches. */
static bool possible_sums(const Training *training, const AertSafetensors *file, AertError *error) {
    const Session *session = &training->session;
    const AertModel *model = session->model;
    const Tally *tally = &training->tally;
    for (int i = 0; i < tally->count; i++)
        if (!is_count(tally->rows[i], (double)training->visits))
            return aert_fail(error, "%s: damaged: a mean of %g examples, of %lld", file->path,
                             tally->rows[i], (long long)training->visits);
    for (int i = 0; i < model->steps; i++)
        if (!is_count(session->update[i], (double)training->step))
            return aert_fail(error, "%s: damaged: %g updates in %lld batches", file->path,
                             session->update[i], (long long)training->step);
    for (int i = 0; i < model->plateaus; i++)
        if (!is_count(session->fall[i], (double)training->epoch) ||
            !is_count(session->fall[2 * model->plateaus + i], (double)training->epoch))
            return aert_fail(error, "%s: damaged: a schedule has fallen %g times in %lld epochs",
                             file->path, session->fall[i], (long long)training->epoch);
    return true;
}

/* Where the run stands, in a stage that training_recall has found to be there.  Every number is
 * held against those that are known already. */
static bool restore_place(Training *training, const AertSafetensors *file, const int64_t *place,
                          AertError *error) {
    int stages = training->session.model->stages;
    int64_t epoch = place[PLACE_EPOCH], stage = place[PLACE_STAGE], before = 0, least = 0;
    int64_t of_stage = place[PLACE_STAGE_EPOCH], best = place[PLACE_BEST];
    for (int i = 0; i < stage; i++) {
        before += training->epochs[i];
        least += training->epochs[i] > 0;
    }
    /* Only the last stage can be over and still be the one in work. */
    bool last = training_stage_after(training, (int)stage) == stages;
    int64_t most = training->epochs[stage] + last;
    bool judged = of_stage > 1;
    if (!possible(file, "the epoch of the stage", of_stage, 1, most, error) ||
        !possible(file, "the epoch", epoch, least + of_stage, before + of_stage, error) ||
        !possible(file, "the batch", place[PLACE_BATCH], 0, training->batches, error) ||
        !possible(file, "the best epoch", best, judged ? epoch - of_stage + 1 : 0,
                  judged ? epoch - 1 : 0, error))
        return false;
    training->epoch = epoch;
    training->batch = place[PLACE_BATCH];
    training->step = (epoch - 1) * training->batches + training->batch;
    training->stage = (int)stage;
    training->stage_epoch = of_stage;
    training->stage_step = (of_stage - 1) * training->batches + training->batch;
    training->best_epoch = best;
    training->waited = judged ? epoch - 1 - best : 0;
    return true;
}

/* A weights file is whole, and of the epoch that the run knows; or of the one in work, which is
 * done again: then it is written again, if the epoch comes out as it did, which with `more` epochs
 * it need not. */
static bool check_weights(Training *training, const char *name, int64_t epoch, bool more,
                          AertError *error) {
    AertSafetensors file;
    double found = 0;
    if (!aert_weights_open(&file, training_path(training, name), AERT_LAYOUT_OWN, error))
        return false;
    bool fine = aert_weights_same_model(&file, training->session.model, error);
    aert_weights_number(&file, "clock.epoch", &found);
    if (fine && found == (double)training->epoch && more)
        fine = aert_fail(error,
                         "%s: of epoch %g, which is done again: resume without more epochs first",
                         file.path, found);
    else if (fine && found != (double)epoch && found != (double)training->epoch)
        fine = aert_fail(error,
                         "%s: weights of epoch %g, where the run has those of epoch %lld: put them "
                         "back, or begin anew with --force",
                         file.path, found, (long long)epoch);
    aert_safetensors_close(&file);
    return fine;
}

/* Checks the files of the run that will not be written again. */
static bool check_files(Training *training, bool more, AertError *error) {
    return (training->best_epoch == 0 ||
            check_weights(training, "best.safetensors", training->best_epoch, more, error)) &&
           (!training_over(training) ||
            check_weights(training, "last.safetensors", training->epoch - 1, more, error)) &&
           aert_metrics_restore(training->folder, &training->metrics, error);
}

/* Everything of the run but what of it the command line may change. */
static bool restore(Training *training, const AertSafetensors *file, AertError *error) {
    Session *session = &training->session;
    const AertModel *model = session->model;
    int64_t place[PLACES];
    KeptNumbers kept[KEPT_NUMBERS];
    kept_numbers(training, place, kept);
    for (int i = 0; i < KEPT_NUMBERS; i++)
        if (!aert_checkpoint_copy(file, kept[i].tensor, kept[i].dtype, kept[i].count, kept[i].at,
                                  error))
            return false;
    return same_data(training, &training->train, place[PLACE_TRAIN], error) &&
           (!training->valid.has ||
            same_data(training, &training->valid, place[PLACE_VALID], error)) &&
           possible_epochs(file, model->stages, training->epochs, error) &&
           restore_place(training, file, place, error) && possible_sums(training, file, error) &&
           aert_checkpoint_take(file, model, session->store, error);
}

int training_restore(Training *training, const AertSafetensors *file, AertError *error) {
    bool more = false;
    if (!restore(training, file, error))
        return EXIT_FAILED;
    int status = same_hypers(training, error);
    if (!status)
        status = take_epochs(training, &more, error);
    if (status)
        return status;
    if (!check_files(training, more, error))
        return EXIT_FAILED;
    training->saved_once = true;
    if (training->batch > 0) /* all of the epoch may be done but its end */
        training_clock(training, 0);
    return 0;
}
