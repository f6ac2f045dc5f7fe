/* The checkpoint of a run, and its weights files.
 *
 * Its one idea: the file holds what the command line said and where the run stands, beside every
 * slot, so that it alone suffices to go on.  Numbers are kept as bits, never as text.
 *
 * Example: "run:place" is {epoch, batch, stage, its epoch, best epoch, batch size, seed, examples,
 * validation examples}; "run:epochs" those of each stage; "run:metrics" what the metrics files
 * hold.
 */
#define _XOPEN_SOURCE 700 /* realpath */

#include "base/base.h"
#include "store/store.h"
#include "training_kept.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const TextOption text_options[TEXTS] = {
    {OPTION_data, "data", "run:data", offsetof(Options, data), true},
    {OPTION_labels, "labels", "run:labels", offsetof(Options, labels), true},
    {OPTION_label_column, "label-column", "run:label-column", offsetof(Options, label_column),
     false},
    {OPTION_valid, "valid", "run:valid", offsetof(Options, valid), true},
    {OPTION_valid_labels, "valid-labels", "run:valid-labels", offsetof(Options, valid_labels),
     true},
    {OPTION_init, "init", "run:init", offsetof(Options, init), true},
    {OPTION_only, "only", "run:only", offsetof(Options, only), false},
};

const char **text_field(Options *options, const TextOption *text) {
    return (const char **)(void *)((char *)options + text->field);
}

/* Of "data.npz:x" only the file is a path. */
const char *kept_text(const char *value, bool is_path, char full[KEPT]) {
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

/* The options that are given, as tensors of bytes; how many. */
static int text_tensors(const Session *session, AertTensor tensor[TEXTS], char full[TEXTS][KEPT]) {
    Options options = *session->options;
    int count = 0;
    for (int i = 0; i < TEXTS; i++) {
        const char *value = *text_field(&options, &text_options[i]);
        if (!value)
            continue;
        value = kept_text(value, text_options[i].is_path, full[i]);
        tensor[count++] = (AertTensor){text_options[i].tensor,       AERT_U8, 1,
                                       {(int64_t)strlen(value) + 1}, value,   0};
    }
    return count;
}

bool training_save(Training *training, AertError *error) {
    enum { NUMBERS = 9 };
    const Session *session = &training->session;
    const AertModel *model = session->model;
    char path[PATH_MAX], full[TEXTS][KEPT];
    int64_t place[PLACES] = {training->epoch,        training->batch,       training->stage,
                             training->stage_epoch,  training->best_epoch,  session->batch,
                             (int64_t)session->seed, training->train.count, training->valid.count};
    double rows[MAX_ROWS];
    for (int i = 0; i < training->tally.count; i++)
        rows[i] = training->tally.row[i].rows;
    AertTensor extra[NUMBERS + TEXTS] = {
        {"run:place", AERT_I64, 1, {PLACES}, place, 0},
        {"run:epochs", AERT_I64, 1, {model->stages}, training->epochs, 0},
        {"run:metrics", AERT_I64, 1, {METRICS_NUMBERS}, &training->metrics, 0},
        {"run:sums", AERT_F64, 1, {training->tally.count}, training->tally.sum, 0},
        {"run:rows", AERT_F64, 1, {training->tally.count}, rows, 0},
        {"run:best", AERT_F64, 1, {1}, &training->best, 0},
        {"run:hyper", AERT_F64, 1, {model->hypers + 1}, session->hyper, 0},
        {"run:set", AERT_F64, 1, {model->hypers + 1}, session->set, 0},
        {"run:update", AERT_F64, 1, {model->steps + 1}, session->update, 0},
    };
    int extras = NUMBERS + text_tensors(session, extra + NUMBERS, full);
    training->saved = seconds_now();
    progress_clear(&training->progress);
    training->broken = !training_finite(training, error);
    if (training->broken)
        return false;
    training->saved_once =
        aert_checkpoint_write(training_path(training, "checkpoint", path, sizeof path), model,
                              session->store, extra, extras, error);
    return training->saved_once;
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
