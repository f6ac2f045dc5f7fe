/* The checkpoint of a run, and its weights files.
 *
 * Its one idea: the file holds what the command line said and where the run stands, beside every
 * slot, so that it alone suffices to go on.  Numbers are kept as bits, never as text.
 *
 * Example: "run.place" is {epoch, batch, step, stage, its epoch, its steps, best epoch, epochs
 * since, batch size, seed, examples, validation examples}; "run.epochs" those of each stage.
 */
#define _XOPEN_SOURCE 700 /* realpath */

#include "training.h"
#include "checkpoint.h"
#include "metrics.h"
#include "settings.h"
#include "weights.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PLACE_EPOCH,
    PLACE_BATCH,
    PLACE_STEP,
    PLACE_STAGE,
    PLACE_STAGE_EPOCH,
    PLACE_STAGE_STEP,
    PLACE_BEST,
    PLACE_WAITED,
    PLACE_ROWS,
    PLACE_SEED,
    PLACE_TRAIN,
    PLACE_VALID,
    PLACES
};

typedef struct TextOption {
    OptionId id;
    const char *key;
    size_t field; /* in Options */
    bool is_path;
} TextOption;

/* What --resume takes from the checkpoint where the command line is silent. */
static const TextOption texts[] = {
    {OPTION_data, "data", offsetof(Options, data), true},
    {OPTION_labels, "labels", offsetof(Options, labels), true},
    {OPTION_label_column, "label-column", offsetof(Options, label_column), false},
    {OPTION_valid, "valid", offsetof(Options, valid), true},
    {OPTION_valid_labels, "valid-labels", offsetof(Options, valid_labels), true},
    {OPTION_init, "init", offsetof(Options, init), true},
    {OPTION_only, "only", offsetof(Options, only), false},
};

enum { TEXTS = sizeof texts / sizeof texts[0], KEPT = PATH_MAX + 256 };

static const char **text_field(Options *options, const TextOption *text) {
    return (const char **)(void *)((char *)options + text->field);
}

/* The value as it is kept: a path as seen from everywhere.  Of "data.npz:x" only the file is one.
 */
static const char *kept_text(const char *value, bool is_path, char full[KEPT]) {
    char file[PATH_MAX];
    const char *member = is_path ? aert_zip_member(value) : NULL;
    size_t length = member ? (size_t)(member - value) - 1 : strlen(value);
    if (!is_path || length >= sizeof file)
        return value;
    memcpy(file, value, length);
    file[length] = 0;
    if (!realpath(file, full))
        return value;
    if (member)
        snprintf(full + strlen(full), KEPT - strlen(full), ":%s", member);
    return full;
}

bool training_finite(const Training *training, AertError *error) {
    const AertModel *model = training->session.model;
    const float *store = training->session.store;
    for (int i = 0; i < model->slots; i++) {
        const AertSlot *slot = &model->slot[i];
        size_t size = 1, finite = 0;
        for (int k = 0; k < slot->rank; k++)
            size *= (size_t)slot->dim[k];
        for (size_t k = 0; k < size; k++)
            finite += isfinite(store[slot->offset + k]) != 0;
        if (finite < size)
            return aert_fail(error, "%s is no longer finite after step %lld; %s%s", slot->name,
                             (long long)training->step,
                             training->saved_once ? "the last good checkpoint is in "
                                                  : "nothing was saved yet",
                             training->saved_once ? training->folder : "");
    }
    return true;
}

bool training_save(Training *training, AertError *error) {
    const Session *session = &training->session;
    const AertModel *model = session->model;
    Options options = *session->options;
    char path[PATH_MAX], full[TEXTS][KEPT];
    AertMeta meta[TEXTS];
    int metas = 0;
    for (int i = 0; i < TEXTS; i++) {
        const char *value = *text_field(&options, &texts[i]);
        if (value)
            meta[metas++] = (AertMeta){texts[i].key, kept_text(value, texts[i].is_path, full[i])};
    }
    int64_t place[PLACES] = {training->epoch,        training->batch,       training->step,
                             training->stage,        training->stage_epoch, training->stage_step,
                             training->best_epoch,   training->waited,      session->batch,
                             (int64_t)session->seed, training->train.count, training->valid.count};
    double rows[MAX_ROWS];
    for (int i = 0; i < training->tally.count; i++)
        rows[i] = training->tally.row[i].rows;
    const AertTensor extra[] = {
        {"run.place", AERT_I64, 1, {PLACES}, place, 0},
        {"run.epochs", AERT_I64, 1, {model->stages}, training->epochs, 0},
        {"run.sums", AERT_F64, 1, {training->tally.count}, training->tally.sum, 0},
        {"run.rows", AERT_F64, 1, {training->tally.count}, rows, 0},
        {"run.best", AERT_F64, 1, {1}, &training->best, 0},
        {"run.hyper", AERT_F64, 1, {model->hypers + 1}, session->hyper, 0},
        {"run.set", AERT_F64, 1, {model->hypers + 1}, session->set, 0},
        {"run.update", AERT_F64, 1, {model->steps + 1}, session->update, 0},
    };
    training->saved = seconds_now();
    progress_clear(&training->progress);
    training->saved_once =
        training_finite(training, error) &&
        aert_checkpoint_write(training_path(training, "checkpoint", path, sizeof path), model,
                              session->store, extra, sizeof extra / sizeof extra[0], meta, metas,
                              error);
    return training->saved_once;
}

static int differs(const char *option, const char *given, const char *found,
                   const Training *training, AertError *error) {
    aert_fail(error, "--resume goes on as begun: the run in %s has --%s %s, not %s",
              training->folder, option, found, given);
    return EXIT_USAGE;
}

/* Texts: what is given must be what the run has. */
static int recall_texts(const AertSafetensors *file, const Training *training, Options *options,
                        AertError *error) {
    for (int i = 0; i < TEXTS; i++) {
        char full[KEPT];
        const char **field = text_field(options, &texts[i]);
        const char *kept = aert_safetensors_meta(file, texts[i].key);
        if (*field) {
            const char *given = kept_text(*field, texts[i].is_path, full);
            if (!kept || strcmp(given, kept) != 0)
                return differs(texts[i].key, *field, kept ? kept : "(none)", training, error);
        }
        *field = kept;
    }
    return 0;
}

static int recall_number(const Training *training, Options *options, OptionId id, const char *name,
                         uint64_t given, uint64_t kept, AertError *error) {
    char a[24], b[24];
    snprintf(a, sizeof a, "%llu", (unsigned long long)given);
    snprintf(b, sizeof b, "%llu", (unsigned long long)kept);
    if (option_given(options, id) && given != kept)
        return differs(name, a, b, training, error);
    return 0;
}

/* The hypers that --set and --lr name must have been set to the same values. */
static int recall_hypers(const AertSafetensors *file, const Training *training,
                         const AertModel *model, const Options *options, AertError *error) {
    int64_t n = model->hypers + 1;
    double *hyper = aert_allocate((size_t)n * 2, sizeof *hyper, "hypers", error);
    if (!hyper)
        return EXIT_FAILED;
    int status = aert_checkpoint_copy(file, "run.hyper", AERT_F64, n, hyper, error) &&
                         aert_checkpoint_copy(file, "run.set", AERT_F64, n, hyper + n, error)
                     ? 0
                     : EXIT_FAILED;
    for (int i = 0; i < model->hypers && !status; i++) {
        char a[32], b[32], name[160];
        double value;
        if (!settings_value(model, options, i, &value) || (value == hyper[i] && hyper[n + i] != 0))
            continue;
        snprintf(name, sizeof name, "set %s", model->hyper[i].name);
        status = differs(name, aert_number_text(value, a),
                         hyper[n + i] != 0 ? aert_number_text(hyper[i], b) : "as it is declared",
                         training, error);
    }
    free(hyper);
    return status;
}

/* More epochs may be asked for, of a stage that is not over. */
static int recall_epochs(const AertSafetensors *file, const Training *training,
                         const AertModel *model, const Options *options, int64_t stage,
                         AertError *error) {
    int64_t *kept = aert_allocate((size_t)model->stages, sizeof *kept, "epochs", error);
    int status =
        kept && aert_checkpoint_copy(file, "run.epochs", AERT_I64, model->stages, kept, error)
            ? 0
            : EXIT_FAILED;
    for (int i = 0; i < model->stages && !status; i++) {
        char option[160] = "epochs", a[24], b[24];
        int64_t given;
        if (!settings_epochs(model, options, i, &given) || given == kept[i] ||
            (given > kept[i] && i >= stage))
            continue;
        if (!option_given(options, OPTION_epochs))
            snprintf(option, sizeof option, "set %s.epochs", model->stage[i].name);
        snprintf(a, sizeof a, "%lld", (long long)given);
        snprintf(b, sizeof b, "%lld", (long long)kept[i]);
        status = differs(option, a, b, training, error);
    }
    free(kept);
    return status;
}

int training_recall(AertSafetensors *file, const Training *training, const AertModel *model,
                    Options *options, AertError *error) {
    char path[PATH_MAX];
    int64_t place[PLACES];
    if (!aert_checkpoint_open(file, training_path(training, "checkpoint", path, sizeof path), model,
                              error) ||
        !aert_checkpoint_copy(file, "run.place", AERT_I64, PLACES, place, error))
        return EXIT_FAILED;
    int status = recall_texts(file, training, options, error);
    if (!status)
        status = recall_number(training, options, OPTION_batch, "batch", (uint64_t)options->batch,
                               (uint64_t)place[PLACE_ROWS], error);
    if (!status)
        status = recall_number(training, options, OPTION_seed, "seed", options->seed,
                               (uint64_t)place[PLACE_SEED], error);
    if (!status)
        status = recall_hypers(file, training, model, options, error);
    if (!status)
        status = recall_epochs(file, training, model, options, place[PLACE_STAGE], error);
    options->batch = (int)place[PLACE_ROWS];
    options->seed = (uint64_t)place[PLACE_SEED];
    options->given |= (uint64_t)1 << OPTION_batch | (uint64_t)1 << OPTION_seed;
    return status;
}

static bool same_data(const Training *training, const Examples *examples, int64_t kept,
                      AertError *error) {
    return examples->count == kept ||
           aert_fail(error, "%s has %lld examples; the run in %s was begun with %lld",
                     examples->data[0].name, (long long)examples->count, training->folder,
                     (long long)kept);
}

/* Epochs as the run has them, but for what the command line says. */
static bool restore_epochs(Training *training, const AertSafetensors *file, AertError *error) {
    const Session *session = &training->session;
    const AertModel *model = session->model;
    if (!aert_checkpoint_copy(file, "run.epochs", AERT_I64, model->stages, training->epochs, error))
        return false;
    for (int i = 0; i < model->stages; i++)
        settings_epochs(model, session->options, i, &training->epochs[i]);
    return true;
}

static bool restore_sums(Training *training, const AertSafetensors *file, AertError *error) {
    Tally *tally = &training->tally;
    double rows[MAX_ROWS];
    if (!aert_checkpoint_copy(file, "run.sums", AERT_F64, tally->count, tally->sum, error) ||
        !aert_checkpoint_copy(file, "run.rows", AERT_F64, tally->count, rows, error))
        return false;
    for (int i = 0; i < tally->count; i++)
        tally->row[i].rows = rows[i];
    return true;
}

bool training_restore(Training *training, const AertSafetensors *file, AertError *error) {
    Session *session = &training->session;
    const AertModel *model = session->model;
    int64_t place[PLACES];
    if (!aert_checkpoint_copy(file, "run.place", AERT_I64, PLACES, place, error) ||
        !same_data(training, &training->train, place[PLACE_TRAIN], error) ||
        (training->valid.inputs &&
         !same_data(training, &training->valid, place[PLACE_VALID], error)) ||
        !restore_epochs(training, file, error) || !restore_sums(training, file, error) ||
        !aert_checkpoint_copy(file, "run.best", AERT_F64, 1, &training->best, error) ||
        !aert_checkpoint_copy(file, "run.hyper", AERT_F64, model->hypers + 1, session->hyper,
                              error) ||
        !aert_checkpoint_copy(file, "run.set", AERT_F64, model->hypers + 1, session->set, error) ||
        !aert_checkpoint_copy(file, "run.update", AERT_F64, model->steps + 1, session->update,
                              error) ||
        !aert_checkpoint_take(file, model, session->store, error))
        return false;
    if (place[PLACE_STAGE] < 0 || place[PLACE_STAGE] >= model->stages)
        return aert_fail(error, "%s: there is no stage %lld", file->path,
                         (long long)place[PLACE_STAGE]);
    training->epoch = place[PLACE_EPOCH];
    training->batch = place[PLACE_BATCH];
    training->step = place[PLACE_STEP];
    training->stage = (int)place[PLACE_STAGE];
    training->stage_epoch = place[PLACE_STAGE_EPOCH];
    training->stage_step = place[PLACE_STAGE_STEP];
    training->best_epoch = place[PLACE_BEST];
    training->waited = place[PLACE_WAITED];
    training->saved_once = true;
    if (training->batch > 0) /* all of the epoch may be done but its end */
        training_clock(training, 0);
    return true;
}

bool training_weights(Training *training, const char *name, AertError *error) {
    const Session *session = &training->session;
    char path[PATH_MAX];
    size_t metas = (size_t)session_metas(session);
    AertMeta *meta = aert_allocate(metas, sizeof *meta, "metadata", error);
    char *text = aert_allocate(metas, AERT_META_TEXT, "metadata", error);
    bool fine = meta && text &&
                aert_weights_write(training_path(training, name, path, sizeof path), session->model,
                                   session->store, session->program->real_bytes, meta,
                                   session_meta(session, meta, text), error);
    free(meta);
    free(text);
    return fine;
}
