/* What --set, --lr and --epochs say.
 *
 * Its one idea: --lr is short for --set lr=…, which only a model with one training step has, and
 * --epochs for the epochs of the only stage.
 *
 * Example: with two steps "--lr 1e-4" is refused: say which: --set judge.lr=0.0001
 */
#include "settings.h"

#include "data/data.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NAMES = 256, NAME_TEXT = 128 };

static const double most_epochs = 1e9;

static bool is_name(const Setting *setting, const char *name) {
    return strlen(name) == (size_t)setting->length &&
           strncmp(setting->name, name, strlen(name)) == 0;
}

static int find_hyper(const AertModel *model, const Setting *setting) {
    for (int i = 0; i < model->hypers; i++)
        if (is_name(setting, model->hyper[i].name))
            return i;
    return -1;
}

static int find_class(const AertModel *model, const Setting *setting) {
    for (int i = 0; i < model->inputs; i++)
        if (aert_holds(&model->input[i], AERT_HOLDS_A_CLASS) &&
            is_name(setting, model->input[i].name))
            return i;
    return -1;
}

/* The input of numbers, other than the first, one of whose numbers the setting names: by the name
 * of its column, or of the input that has no other; -1. */
static int find_number(const AertModel *model, const Setting *setting, int *place) {
    for (int i = 1; i < model->inputs; i++) {
        const AertInput *input = &model->input[i];
        if (!aert_holds(input, AERT_HOLDS_NUMBERS) || input->role != AERT_AS_DATA)
            continue;
        bool single = !input->column && aert_input_size(input) == 1;
        for (*place = 0; *place < (single ? 1 : input->column ? input->dim[0] : 0); ++*place)
            if (is_name(setting, single ? input->name : input->column[*place]))
                return i;
    }
    return -1;
}

/* "first.epochs" */
static const char *epochs_name(const AertStage *stage, char name[NAME_TEXT]) {
    snprintf(name, NAME_TEXT, "%s.epochs", stage->name ? stage->name : "");
    return name;
}

static int find_stage(const AertModel *model, const Setting *setting) {
    char name[NAME_TEXT];
    for (int i = 0; i < model->stages; i++)
        if (model->stage[i].name && is_name(setting, epochs_name(&model->stage[i], name)))
            return i;
    return -1;
}

static int unknown_hyper(const AertModel *model, const Setting *setting, AertError *error) {
    const char *names[NAMES];
    char name[NAME_TEXT], epochs[NAMES][NAME_TEXT];
    int count = 0;
    for (int i = 0; i < model->hypers && count < NAMES; i++)
        names[count++] = model->hyper[i].name;
    for (int i = 0; i < model->inputs && count < NAMES; i++)
        if (aert_holds(&model->input[i], AERT_HOLDS_A_CLASS))
            names[count++] = model->input[i].name;
    for (int i = 0; i < model->stages && count < NAMES; i++)
        if (model->stage[i].name)
            names[count++] = epochs_name(&model->stage[i], epochs[i]);
    snprintf(name, sizeof name, "%.*s", setting->length, setting->name);
    const char *nearest = aert_nearest(name, names, count);
    if (nearest)
        aert_fail(error, "--set: %s has no hyper '%s'; did you mean '%s'?", model->name, name,
                  nearest);
    else
        aert_fail(error, "--set: %s has no hyper '%s'; '%s train --help' lists them", model->name,
                  name, model->name);
    return EXIT_USAGE;
}

/* 0: a stage that is left out. */
static bool are_epochs(double value) {
    return value >= 0 && value <= most_epochs && value == floor(value);
}

/* "judge.lr, train.lr": the rates of all steps. */
static const char *list_rates(const AertModel *model, char *text, size_t size) {
    size_t used = 0;
    text[0] = 0;
    for (int i = 0; i < model->hypers; i++) {
        const char *name = model->hyper[i].name, *point = strrchr(name, '.');
        if (point && strcmp(point, ".lr") == 0 && used < size)
            used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "", name);
    }
    return text;
}

static int check_lr(const AertModel *model, const Options *options, AertError *error) {
    const Setting lr = {.name = "lr", .length = 2};
    char rates[512];
    if (!option_given(options, OPTION_lr) || find_hyper(model, &lr) >= 0)
        return 0;
    list_rates(model, rates, sizeof rates);
    if (!rates[0])
        aert_fail(error, "--lr: the optimiser of %s has no learning rate", model->name);
    else
        aert_fail(error, "--lr: %s has %d training steps; say which with --set NAME=%g: %s",
                  model->name, model->steps, options->lr, rates);
    return EXIT_USAGE;
}

static int check_epochs(const AertModel *model, const Options *options, AertError *error) {
    char names[512] = "", name[NAME_TEXT];
    size_t used = 0;
    if (!option_given(options, OPTION_epochs) || model->stages <= 1)
        return 0;
    for (int i = 0; i < model->stages && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "",
                                 epochs_name(&model->stage[i], name));
    aert_fail(error, "--epochs: %s has %d stages; say which with --set NAME=%d: %s", model->name,
              model->stages, options->epochs, names);
    return EXIT_USAGE;
}

/* Whether the command goes through examples, each of which has a value of its own. */
static bool reads_each(CommandId command) {
    static const CommandId each[] = {COMMAND_train, COMMAND_eval, COMMAND_gradcheck, COMMAND_bench};
    for (size_t i = 0; i < sizeof each / sizeof *each; i++)
        if (command == each[i])
            return true;
    return false;
}

static int check_number(const AertInput *input, const Setting *setting, CommandId command,
                        AertError *error) {
    double value = setting->value;
    if (reads_each(command))
        aert_fail(
            error,
            "--set %.*s: %s reads the number of each example; one for all is given to decode, "
            "sample, walk and what else shows codes",
            setting->length, setting->name, command_name(command));
    else if (!isfinite(value))
        aert_fail(error, "--set %.*s wants a number, not '%s'", setting->length, setting->name,
                  setting->word);
    else if (input->ranged && !(value >= input->low && value <= input->high))
        aert_fail(error, "--set %.*s wants a number of %g to %g, not %g", setting->length,
                  setting->name, input->low, input->high, value);
    else
        return 0;
    return EXIT_USAGE;
}

static int check_class(const AertInput *input, const Setting *setting, CommandId command,
                       AertError *error) {
    if (reads_each(command)) {
        aert_fail(error,
                  "--set %s: %s reads the label of each example; a class for all is given to "
                  "decode, sample, walk and what else shows codes",
                  input->name, command_name(command));
        return EXIT_USAGE;
    }
    if (isnan(setting->value)) /* a word, whose number the weights file knows */
        return 0;
    if (setting->value >= 0 && setting->value < input->classes &&
        setting->value == floor(setting->value))
        return 0;
    aert_fail(error, "--set %s wants a class, 0 to %d, not %g", input->name, input->classes - 1,
              setting->value);
    return EXIT_USAGE;
}

/* A stage of 0 epochs is left out; one of them must have some. */
static int check_stages(const AertModel *model, const Options *options, AertError *error) {
    for (int i = 0; i < model->stages; i++) {
        int64_t epochs = model->stage[i].epochs;
        settings_epochs(model, options, i, &epochs);
        if (epochs > 0)
            return 0;
    }
    aert_fail(error, "--set: all stages have 0 epochs, so that nothing is trained");
    return EXIT_USAGE;
}

int settings_check(const AertModel *model, const Options *options, AertError *error) {
    for (int i = 0; i < options->sets; i++) {
        const Setting *setting = &options->set[i];
        int stage = find_stage(model, setting), label = find_class(model, setting), place;
        bool hyper = find_hyper(model, setting) >= 0;
        int number = hyper || stage >= 0 ? -1 : find_number(model, setting, &place);
        int status =
            label < 0 ? 0 : check_class(&model->input[label], setting, options->command, error);
        if (status)
            return status;
        if (label < 0 && number >= 0) {
            status = check_number(&model->input[number], setting, options->command, error);
            if (status)
                return status;
            continue;
        }
        if (label < 0 && stage < 0 && !hyper)
            return unknown_hyper(model, setting, error);
        if (label < 0 && stage < 0 && isnan(setting->value)) {
            aert_fail(error, "--set %.*s wants a number, not '%s'", setting->length, setting->name,
                      setting->word);
            return EXIT_USAGE;
        }
        if (stage >= 0 && !are_epochs(setting->value)) {
            aert_fail(error, "--set %.*s wants a whole number from 0 to %.0f, not %g",
                      setting->length, setting->name, most_epochs, setting->value);
            return EXIT_USAGE;
        }
    }
    int status = check_lr(model, options, error);
    if (!status)
        status = check_epochs(model, options, error);
    return status || model->stages == 0 ? status : check_stages(model, options, error);
}

bool settings_value(const AertModel *model, const Options *options, int hyper, double *value) {
    const char *name = model->hyper[hyper].name;
    if (option_given(options, OPTION_lr) && strcmp(name, "lr") == 0) {
        *value = options->lr;
        return true;
    }
    for (int i = 0; i < options->sets; i++)
        if (is_name(&options->set[i], name)) {
            *value = options->set[i].value;
            return true;
        }
    return false;
}

const Setting *settings_class(const AertModel *model, const Options *options, int input) {
    for (int i = 0; i < options->sets; i++)
        if (find_class(model, &options->set[i]) == input)
            return &options->set[i];
    return NULL;
}

const Setting *settings_number(const AertModel *model, const Options *options, int input,
                               int place) {
    for (int i = 0; i < options->sets; i++) {
        int found;
        if (find_number(model, &options->set[i], &found) == input && found == place)
            return &options->set[i];
    }
    return NULL;
}

bool settings_epochs(const AertModel *model, const Options *options, int stage, int64_t *epochs) {
    for (int i = 0; i < options->sets; i++)
        if (find_stage(model, &options->set[i]) == stage) {
            *epochs = (int64_t)options->set[i].value;
            return true;
        }
    if (!option_given(options, OPTION_epochs))
        return false;
    *epochs = options->epochs;
    return true;
}
