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
    META_TEXT = 128
};

/* A number of the session, and what weights files keep it as. */
typedef struct KeptNumber {
    double *value;
    char key[META_TEXT], text[VALUE_TEXT];
} KeptNumber;

static size_t numbers_count(const AertModel *model) {
    return (size_t)(CLOCK_FIELDS + 2 * model->hypers + model->steps + model->plateaus);
}

static void add_number(KeptNumber **next, const char *prefix, const char *name, double *value) {
    snprintf((*next)->key, META_TEXT, "%s%s", prefix, name);
    (*next)++->value = value;
}

/* The numbers_count() numbers that are kept, without their texts; free() them. */
static KeptNumber *list_numbers(Session *session, AertError *error) {
    const AertModel *model = session->model;
    KeptNumber *list = aert_allocate(numbers_count(model), sizeof *list, "weights", error);
    KeptNumber *next = list;
    if (!list)
        return NULL;
    for (int i = 0; i < CLOCK_FIELDS; i++)
        add_number(&next, "", clock_fields[i].key,
                   (double *)(void *)((char *)&session->clock + clock_fields[i].field));
    for (int i = 0; i < model->hypers; i++) {
        add_number(&next, "hyper.", model->hyper[i].name, &session->hyper[i]);
        add_number(&next, "set.", model->hyper[i].name, &session->set[i]);
    }
    for (int i = 0; i < model->steps; i++)
        add_number(&next, "update.", model->step[i].name, &session->update[i]);
    for (int i = 0; i < model->plateaus; i++) {
        char number[16];
        snprintf(number, sizeof number, "%d", i);
        add_number(&next, "fall.", number, &session->fall[i]);
    }
    return list;
}

static const char *words_key(const Session *session, int input, char text[META_TEXT]) {
    snprintf(text, META_TEXT, "words.%s", session->model->input[input].name);
    return text;
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

/* What the command line sets still wins. */
static bool take_numbers(Session *session, const AertSafetensors *file, AertError *error) {
    const AertModel *model = session->model;
    KeptNumber *list = list_numbers(session, error);
    for (size_t i = 0; list && i < numbers_count(model); i++)
        aert_weights_number(file, list[i].key, list[i].value);
    for (int i = 0; i < model->hypers; i++)
        if (settings_value(model, session->options, i, &session->hyper[i]))
            session->set[i] = 1;
    const char *seed = aert_safetensors_meta(file, "seed");
    if (seed)
        session->split_seed = strtoull(seed, NULL, 10);
    if (seed && !option_given(session->options, OPTION_seed))
        session->seed = session->split_seed;
    free(list);
    return list != NULL;
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

bool session_save(Session *session, const char *path, AertLayout layout, AertError *error) {
    char seed[VALUE_TEXT], key[AERT_MAX_INPUTS][META_TEXT];
    int n = (int)numbers_count(session->model);
    AertMeta *meta = aert_allocate((size_t)n + 1 + AERT_MAX_INPUTS, sizeof *meta, "weights", error);
    KeptNumber *list = list_numbers(session, error);
    bool fine = meta && list;
    for (int i = 0; fine && i < n; i++)
        meta[i] = (AertMeta){list[i].key, aert_number_text(*list[i].value, list[i].text)};
    if (fine) {
        snprintf(seed, sizeof seed, "%llu", (unsigned long long)session->seed);
        meta[n++] = (AertMeta){"seed", seed};
        for (int i = 0; i < session->model->inputs; i++)
            if (session->words_text[i])
                meta[n++] = (AertMeta){words_key(session, i, key[i]), session->words_text[i]};
        fine = aert_weights_write(path, session->model, session->store,
                                  session->program->real_bytes, layout, meta, n, error);
    }
    free(meta);
    free(list);
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
               session_words_of(session, &file, error) && take_numbers(session, &file, error);
        aert_safetensors_close(&file);
    }
    if (!fine)
        return EXIT_FAILED;
    return session_give_classes(session, error);
}
