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

static void add_text(TextOption *text, const char *name, const char *input, const char **field,
                     bool is_path) {
    *text = (TextOption){.field = field, .is_path = is_path};
    snprintf(text->name, sizeof text->name, "%s%s%s", name, input ? " " : "", input ? input : "");
    snprintf(text->tensor, sizeof text->tensor, "run:%s%s%s", name, input ? ":" : "",
             input ? input : "");
}

void words_option(TextOption *text, const AertInput *input) {
    add_text(text, "words", input->name, NULL, false);
}

int text_options(const AertModel *model, Options *options, TextOption text[MOST_TEXTS]) {
    const struct {
        const char *name, **field;
        bool is_path;
    } rows[] = {{"data", &options->data.one, true},
                {"labels", &options->labels, true},
                {"label-column", &options->label_column, false},
                {"valid", &options->valid.one, true},
                {"valid-labels", &options->valid_labels, true},
                {"init", &options->init, true},
                {"only", &options->only, false},
                {"csv", &options->csv, false},
                {"columns", &options->columns_read, false},
                {"ignore", &options->ignore, false},
                {"resize", &options->resize, false},
                {"stride", &options->stride, false},
                {"split", &options->parts, false}};
    int count = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        add_text(&text[count++], rows[i].name, NULL, rows[i].field, rows[i].is_path);
    for (int i = 0; i < model->inputs; i++) {
        add_text(&text[count++], "data", model->input[i].name, &options->data.of[i], true);
        add_text(&text[count++], "valid", model->input[i].name, &options->valid.of[i], true);
    }
    return count;
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
        size_t size = aert_slot_size(slot), finite = 0;
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

/* The options that are given, as tensors of bytes. */
typedef struct KeptTexts {
    Options options;
    int count;
    TextOption text[MOST_TEXTS], words[AERT_MAX_INPUTS];
    AertTensor tensor[MOST_TEXTS + AERT_MAX_INPUTS];
    char full[MOST_TEXTS][KEPT];
} KeptTexts;

static void keep_text(KeptTexts *kept, const TextOption *text, const char *value) {
    kept->tensor[kept->count++] =
        (AertTensor){text->tensor, AERT_U8, 1, {(int64_t)strlen(value) + 1}, value, 0};
}

static void keep_texts(KeptTexts *kept, const Session *session) {
    kept->options = *session->options;
    kept->count = 0;
    int texts = text_options(session->model, &kept->options, kept->text);
    for (int i = 0; i < texts; i++) {
        const TextOption *text = &kept->text[i];
        if (!*text->field)
            continue;
        const char *value = kept_text(*text->field, text->is_path, kept->full[kept->count]);
        keep_text(kept, text, value);
    }
    for (int i = 0; i < session->model->inputs; i++)
        if (session->words_text[i]) {
            words_option(&kept->words[i], &session->model->input[i]);
            keep_text(kept, &kept->words[i], session->words_text[i]);
        }
}

bool training_save(Training *training, AertError *error) {
    enum { NUMBERS = 10 };
    const Session *session = &training->session;
    const AertModel *model = session->model;
    char path[PATH_MAX];
    KeptTexts *kept = aert_allocate(1, sizeof *kept, "the checkpoint", error);
    if (!kept)
        return false;
    keep_texts(kept, session);
    int64_t place[PLACES] = {training->epoch,        training->batch,       training->stage,
                             training->stage_epoch,  training->best_epoch,  session->batch,
                             (int64_t)session->seed, training->train.count, training->valid.count};
    double rows[MAX_ROWS];
    for (int i = 0; i < training->tally.count; i++)
        rows[i] = training->tally.row[i].rows;
    AertTensor extra[NUMBERS + MOST_TEXTS + AERT_MAX_INPUTS] = {
        {"run:place", AERT_I64, 1, {PLACES}, place, 0},
        {"run:epochs", AERT_I64, 1, {model->stages}, training->epochs, 0},
        {"run:metrics", AERT_I64, 1, {METRICS_NUMBERS}, &training->metrics, 0},
        {"run:sums", AERT_F64, 1, {training->tally.count}, training->tally.sum, 0},
        {"run:rows", AERT_F64, 1, {training->tally.count}, rows, 0},
        {"run:best", AERT_F64, 1, {1}, &training->best, 0},
        {"run:hyper", AERT_F64, 1, {model->hypers + 1}, session->hyper, 0},
        {"run:set", AERT_F64, 1, {model->hypers + 1}, session->set, 0},
        {"run:fall", AERT_F64, 1, {(int64_t)session_falls(model)}, session->fall, 0},
        {"run:update", AERT_F64, 1, {model->steps + 1}, session->update, 0},
    };
    memcpy(extra + NUMBERS, kept->tensor, (size_t)kept->count * sizeof *extra);
    training->saved = seconds_now();
    progress_clear(&training->progress);
    training->broken = !training_finite(training, error);
    bool fine = !training->broken &&
                aert_checkpoint_write(training_path(training, "checkpoint", path, sizeof path),
                                      model, session->store, extra, NUMBERS + kept->count, error);
    free(kept);
    training->saved_once = training->broken ? training->saved_once : fine;
    return fine;
}

bool training_weights(Training *training, const char *name, AertError *error) {
    char path[PATH_MAX];
    return session_save(&training->session, training_path(training, name, path, sizeof path),
                        AERT_LAYOUT_OWN, error);
}
