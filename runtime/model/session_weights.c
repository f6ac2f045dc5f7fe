/* What a session takes from a weights file beside the weights, and what it gives along with them.
 *
 * Its one idea: a schedule has a value only at a moment of the training, so the clock is saved with
 * the weights, and `eval` computes with the hypers that were in force when they were written.
 *
 * Example: metadata "hyper.beta" = "4", "set.beta" = "1", "clock.step" = "4690", "update.main" =
 * "4690", "seed" = "0".
 */
#include "session.h"
#include "base/base.h"
#include "options/options.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct ClockField {
    const char *key;
    size_t field;
} ClockField;

static const ClockField clock_fields[] = {
    {"clock.step", offsetof(AertClock, step)},
    {"clock.epoch", offsetof(AertClock, epoch)},
    {"clock.examples", offsetof(AertClock, examples)},
    {"clock.steps_per_epoch", offsetof(AertClock, steps_per_epoch)},
    {"clock.stage_step", offsetof(AertClock, stage_step)},
    {"clock.stage_steps", offsetof(AertClock, stage_steps)},
};

enum {
    CLOCK_FIELDS = sizeof clock_fields / sizeof clock_fields[0],
    VALUE_TEXT = 32,
    META_TEXT = 160
};

static double *clock_field(AertClock *clock, int i) {
    return (double *)(void *)((char *)clock + clock_fields[i].field);
}

static bool has_words(const Session *session, int input) {
    return input < session->model->inputs && session->words_text[input];
}

static const char *words_key(const Session *session, int input, char *text) {
    snprintf(text, META_TEXT, "words.%s", session->model->input[input].name);
    return text;
}

static int count_metas(const Session *session) {
    int words = 0;
    for (int i = 0; i < session->model->inputs; i++)
        words += has_words(session, i);
    const AertModel *model = session->model;
    return CLOCK_FIELDS + 1 + 2 * model->hypers + model->steps + model->plateaus + words;
}

/* Key and value of one metadata entry, both in `text` (META_TEXT bytes). */
static AertMeta number_meta(char *text, const char *prefix, const char *name, double value) {
    snprintf(text + VALUE_TEXT, META_TEXT - VALUE_TEXT, "%s%s", prefix, name);
    return (AertMeta){text + VALUE_TEXT, aert_number_text(value, text)};
}

/* Fills meta and text, with room for count_metas() of them, text of as many times META_TEXT
 * bytes. Returns how many. */
static int make_metas(const Session *session, AertMeta *meta, char *text) {
    const AertModel *model = session->model;
    AertClock clock = session->clock;
    int n = 0;
    for (int i = 0; i < CLOCK_FIELDS; i++, n++)
        meta[n] =
            number_meta(text + n * META_TEXT, "", clock_fields[i].key, *clock_field(&clock, i));
    for (int i = 0; i < model->hypers; i++) {
        meta[n] =
            number_meta(text + n * META_TEXT, "hyper.", model->hyper[i].name, session->hyper[i]);
        n++;
        meta[n] = number_meta(text + n * META_TEXT, "set.", model->hyper[i].name, session->set[i]);
        n++;
    }
    for (int i = 0; i < model->steps; i++, n++)
        meta[n] =
            number_meta(text + n * META_TEXT, "update.", model->step[i].name, session->update[i]);
    for (int i = 0; i < model->plateaus; i++, n++) {
        char number[16];
        snprintf(number, sizeof number, "%d", i);
        meta[n] = number_meta(text + n * META_TEXT, "fall.", number, session->fall[i]);
    }
    meta[n] = number_meta(text + n * META_TEXT, "", "seed", 0);
    snprintf(text + n * META_TEXT, VALUE_TEXT, "%llu", (unsigned long long)session->seed);
    n++;
    for (int i = 0; i < model->inputs; i++)
        if (has_words(session, i)) {
            meta[n] =
                (AertMeta){words_key(session, i, text + n * META_TEXT), session->words_text[i]};
            n++;
        }
    return n;
}

static void take_number(const AertSafetensors *file, const char *prefix, const char *name,
                        double *value) {
    char key[META_TEXT];
    snprintf(key, sizeof key, "%s%s", prefix, name);
    double found;
    if (aert_weights_number(file, key, &found))
        *value = found;
}

bool session_words_of(Session *session, const AertSafetensors *file, AertError *error) {
    char key[META_TEXT];
    for (int i = 0; i < session->model->inputs; i++)
        if (session->model->input[i].classes &&
            !session_take_words(session, i, aert_safetensors_meta(file, words_key(session, i, key)),
                                file->path, error))
            return false;
    return true;
}

static void take_meta(Session *session, const AertSafetensors *file) {
    const AertModel *model = session->model;
    for (int i = 0; i < CLOCK_FIELDS; i++)
        take_number(file, "", clock_fields[i].key, clock_field(&session->clock, i));
    for (int i = 0; i < model->hypers; i++) {
        double value;
        if (settings_value(model, session->options, i, &value))
            continue;
        take_number(file, "hyper.", model->hyper[i].name, &session->hyper[i]);
        take_number(file, "set.", model->hyper[i].name, &session->set[i]);
    }
    for (int i = 0; i < model->steps; i++)
        take_number(file, "update.", model->step[i].name, &session->update[i]);
    for (int i = 0; i < model->plateaus; i++) {
        char number[16];
        snprintf(number, sizeof number, "%d", i);
        take_number(file, "fall.", number, &session->fall[i]);
    }
    const char *seed = aert_safetensors_meta(file, "seed");
    if (seed)
        session->split_seed = strtoull(seed, NULL, 10);
    if (seed && !option_given(session->options, OPTION_seed))
        session->seed = session->split_seed;
}

const char *session_folder(const AertModel *model, const Options *options, char *path,
                           size_t size) {
    if (options->out)
        snprintf(path, size, "%s", options->out);
    else
        snprintf(path, size, "runs/%s", model->name);
    return path;
}

AertLayout session_layout(const Options *options) {
    return options->layout ? AERT_LAYOUT_TORCH : AERT_LAYOUT_OWN; /* the only one to be named */
}

bool session_save(const Session *session, const char *path, AertLayout layout, AertError *error) {
    size_t metas = (size_t)count_metas(session);
    AertMeta *meta = aert_allocate(metas, sizeof *meta, "metadata", error);
    char *text = aert_allocate(metas, META_TEXT, "metadata", error);
    bool fine =
        meta && text &&
        aert_weights_write(path, session->model, session->store, session->program->real_bytes,
                           layout, meta, make_metas(session, meta, text), error);
    free(meta);
    free(text);
    return fine;
}

int session_load(Session *session, char *path, size_t size, AertError *error) {
    const Options *options = session->options;
    char folder[AERT_PATH];
    if (options->weights)
        snprintf(path, size, "%s", options->weights);
    else
        snprintf(path, size, "%s/best.safetensors",
                 session_folder(session->model, options, folder, sizeof folder));
    if (!options->weights && access(path, F_OK) != 0) {
        aert_fail(error, "%s: no weights yet; 'train' makes them, --weights FILE names others",
                  path);
        return EXIT_FAILED;
    }
    AertSafetensors file;
    bool fine = aert_weights_open(&file, path, session_layout(options), error);
    if (fine) {
        fine = aert_weights_take(&file, session->model, NULL, session->store,
                                 session->program->real_bytes, error);
        fine = fine && aert_weights_same_model(&file, session->model, error) &&
               session_words_of(session, &file, error);
        if (fine)
            take_meta(session, &file);
        aert_safetensors_close(&file);
    }
    if (!fine)
        return EXIT_FAILED;
    return session_give_classes(session, error);
}
