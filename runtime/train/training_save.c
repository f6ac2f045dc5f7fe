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

static const struct {
    const char *name;
    size_t field; /* where Options has it */
    bool is_path;
} texts[] = {{"data", offsetof(Options, data.one), true},
             {"labels", offsetof(Options, labels), true},
             {"label-column", offsetof(Options, label_column), false},
             {"valid", offsetof(Options, valid.one), true},
             {"valid-labels", offsetof(Options, valid_labels), true},
             {"init", offsetof(Options, init), true},
             {"only", offsetof(Options, only), false},
             {"csv", offsetof(Options, csv), false},
             {"columns", offsetof(Options, columns_read), false},
             {"ignore", offsetof(Options, ignore), false},
             {"resize", offsetof(Options, resize), false},
             {"stride", offsetof(Options, stride), false},
             {"split", offsetof(Options, parts), false}};

int text_options(const AertModel *model, Options *options, TextOption text[MOST_TEXTS]) {
    int count = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        add_text(&text[count++], texts[i].name, NULL,
                 (const char **)(void *)((char *)options + texts[i].field), texts[i].is_path);
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

const char *training_saved(Training *training) {
    snprintf(training->path, sizeof training->path, "%s%s",
             training->saved_once ? "the last good checkpoint is in " : "nothing was saved yet",
             training->saved_once ? training->folder : "");
    return training->path;
}

bool training_finite(Training *training, AertError *error) {
    const AertModel *model = training->session.model;
    const float *store = training->session.store;
    for (int i = 0; i < model->slots; i++) {
        const AertSlot *slot = &model->slot[i];
        size_t size = aert_slot_size(slot), finite = 0;
        for (size_t k = 0; k < size; k++)
            finite += isfinite(store[slot->offset + k]) != 0;
        if (finite < size)
            return aert_fail(error, "%s is no longer finite after step %lld; %s", slot->name,
                             (long long)training->step, training_saved(training));
    }
    return true;
}

static KeptNumbers *add_numbers(KeptNumbers *next, const char *tensor, AertDtype dtype,
                                int64_t count, void *at) {
    *next = (KeptNumbers){tensor, dtype, count, at};
    return next + 1;
}

void kept_numbers(Training *training, int64_t place[PLACES], KeptNumbers kept[KEPT_NUMBERS]) {
    Session *session = &training->session;
    const AertModel *model = session->model;
    int64_t losses = training->tally.count, hypers = model->hypers + 1;
    kept = add_numbers(kept, "run:place", AERT_I64, PLACES, place);
    kept = add_numbers(kept, "run:epochs", AERT_I64, model->stages, training->epochs);
    kept = add_numbers(kept, "run:metrics", AERT_I64, METRICS_NUMBERS, &training->metrics);
    kept = add_numbers(kept, "run:sums", AERT_F64, losses, training->tally.sum);
    kept = add_numbers(kept, "run:rows", AERT_F64, losses, training->tally.rows);
    kept = add_numbers(kept, "run:best", AERT_F64, 1, &training->best);
    kept = add_numbers(kept, "run:hyper", AERT_F64, hypers, session->hyper);
    kept = add_numbers(kept, "run:set", AERT_F64, hypers, session->set);
    kept = add_numbers(kept, "run:fall", AERT_F64, (int64_t)session_falls(model), session->fall);
    add_numbers(kept, "run:update", AERT_F64, model->steps + 1, session->update);
}

/* What is kept beside the slots: numbers, and the options that are given, as tensors of bytes. */
typedef struct Kept {
    int count;
    Options options;
    TextOption text[MOST_TEXTS], words[AERT_MAX_INPUTS];
    AertTensor tensor[KEPT_NUMBERS + MOST_TEXTS + AERT_MAX_INPUTS];
    char full[MOST_TEXTS][KEPT];
} Kept;

static void keep(Kept *kept, const char *name, AertDtype dtype, int64_t count, const void *data) {
    aert_tensor_row(&kept->tensor[kept->count++], name, dtype, count, data);
}

static void keep_text(Kept *kept, const TextOption *text, const char *value) {
    keep(kept, text->tensor, AERT_U8, (int64_t)strlen(value) + 1, value);
}

static void keep_numbers(Kept *kept, Training *training, int64_t place[PLACES]) {
    KeptNumbers numbers[KEPT_NUMBERS];
    kept_numbers(training, place, numbers);
    for (int i = 0; i < KEPT_NUMBERS; i++)
        keep(kept, numbers[i].tensor, numbers[i].dtype, numbers[i].count, numbers[i].at);
}

static void keep_texts(Kept *kept, const Session *session) {
    kept->options = *session->options;
    int count = text_options(session->model, &kept->options, kept->text);
    for (int i = 0; i < count; i++) {
        const TextOption *text = &kept->text[i];
        if (*text->field)
            keep_text(kept, text, kept_text(*text->field, text->is_path, kept->full[i]));
    }
    for (int i = 0; i < session->model->inputs; i++)
        if (session->words_text[i]) {
            words_option(&kept->words[i], &session->model->input[i]);
            keep_text(kept, &kept->words[i], session->words_text[i]);
        }
}

bool training_save(Training *training, AertError *error) {
    const Session *session = &training->session;
    Kept *kept = aert_allocate(1, sizeof *kept, "a checkpoint", error);
    if (!kept)
        return false;
    int64_t place[PLACES] = {training->epoch,        training->batch,       training->stage,
                             training->stage_epoch,  training->best_epoch,  session->batch,
                             (int64_t)session->seed, training->train.count, training->valid.count};
    keep_numbers(kept, training, place);
    keep_texts(kept, session);
    training->saved = seconds_now();
    progress_clear(&training->progress);
    training->broken = !training_finite(training, error);
    bool fine = !training->broken &&
                aert_checkpoint_write(training_path(training, "checkpoint"), session->model,
                                      session->store, kept->tensor, kept->count, error);
    free(kept);
    training->saved_once = training->broken ? training->saved_once : fine;
    return fine;
}

bool training_weights(Training *training, const char *name, AertError *error) {
    return session_save(&training->session, training_path(training, name), AERT_LAYOUT_OWN, error);
}
