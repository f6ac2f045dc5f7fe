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

static bool is_name(const Setting *setting, const char *name) {
    return strlen(name) == (size_t)setting->length &&
           strncmp(setting->name, name, strlen(name)) == 0;
}

/* "first.epochs" */
static const char *epochs_name(const AertStage *stage, char name[NAME_TEXT]) {
    snprintf(name, NAME_TEXT, "%s.epochs", stage->name ? stage->name : "");
    return name;
}

/* What the name of a setting is that of. */
typedef struct Named {
    enum { NOTHING, HYPER, CLASS, STAGE, NUMBER } what;
    int at;    /* which hyper, stage or input */
    int place; /* of an input of numbers: which of them */
} Named;

/* The number of an input of numbers, other than the first, that the setting names: by the name of
 * its column, or of the input that has no other. */
static Named find_number(const AertModel *model, const Setting *setting) {
    for (int i = 1; i < model->inputs; i++) {
        const AertInput *input = &model->input[i];
        if (!aert_holds(input, AERT_HOLDS_NUMBERS) || input->role != AERT_AS_DATA)
            continue;
        if (!input->column && aert_input_size(input) == 1 && is_name(setting, input->name))
            return (Named){NUMBER, i, 0};
        for (int place = 0; input->column && place < input->dim[0]; place++)
            if (is_name(setting, input->column[place]))
                return (Named){NUMBER, i, place};
    }
    return (Named){NOTHING, 0, 0};
}

static Named find(const AertModel *model, const Setting *setting) {
    char name[NAME_TEXT];
    for (int i = 0; i < model->hypers; i++)
        if (is_name(setting, model->hyper[i].name))
            return (Named){HYPER, i, 0};
    for (int i = 0; i < model->inputs; i++)
        if (aert_holds(&model->input[i], AERT_HOLDS_A_CLASS) &&
            is_name(setting, model->input[i].name))
            return (Named){CLASS, i, 0};
    for (int i = 0; i < model->stages; i++)
        if (model->stage[i].name && is_name(setting, epochs_name(&model->stage[i], name)))
            return (Named){STAGE, i, 0};
    return find_number(model, setting);
}

/* The setting of that, or NULL. */
static const Setting *given(const AertModel *model, const Options *options, Named wanted) {
    for (int i = 0; i < options->sets; i++) {
        const Named named = find(model, &options->set[i]);
        if (named.what == wanted.what && named.at == wanted.at && named.place == wanted.place)
            return &options->set[i];
    }
    return NULL;
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

static int check_lr(const AertModel *model, const Options *options, AertError *error) {
    char rates[512] = "";
    if (!option_given(options, OPTION_lr))
        return 0;
    for (int i = 0; i < model->hypers; i++) {
        const char *name = model->hyper[i].name, *point = strrchr(name, '.');
        if (strcmp(name, "lr") == 0)
            return 0;
        if (point && strcmp(point, ".lr") == 0)
            aert_list_add(rates, sizeof rates, name, strlen(name));
    }
    if (!rates[0])
        aert_fail(error, "--lr: the optimiser of %s has no learning rate", model->name);
    else
        aert_fail(error, "--lr: %s has %d training steps; say which with --set NAME=%g: %s",
                  model->name, model->steps, options->lr, rates);
    return EXIT_USAGE;
}

static int check_epochs(const AertModel *model, const Options *options, AertError *error) {
    char names[512] = "", name[NAME_TEXT];
    if (!option_given(options, OPTION_epochs) || model->stages <= 1)
        return 0;
    for (int i = 0; i < model->stages; i++) {
        epochs_name(&model->stage[i], name);
        aert_list_add(names, sizeof names, name, strlen(name));
    }
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

/* Whether a class is one of the input's, and epochs such as a stage may have: 0, which leaves it
 * out, or more. */
static bool is_whole(double value, double most) {
    return value >= 0 && value <= most && value == (double)(int64_t)value;
}

static int check_setting(const AertModel *model, const Setting *s, CommandId command,
                         AertError *error) {
    const Named named = find(model, s);
    const AertInput *input = &model->input[named.at];
    bool class = named.what == CLASS, number = named.what == NUMBER;
    double most = class ? input->classes - 1 : 1e9;
    if (named.what == NOTHING)
        return unknown_hyper(model, s, error);
    if ((class || number) && reads_each(command))
        aert_fail(error,
                  "--set %.*s: %s reads the %s of each example; one for all is for decode, "
                  "sample, walk and the like",
                  s->length, s->name, command_name(command), class ? "label" : "number");
    else if (isnan(s->value) && !class)
        aert_fail(error, "--set %.*s wants a number, not '%s'", s->length, s->name, s->word);
    else if ((class || named.what == STAGE) && !isnan(s->value) && !is_whole(s->value, most))
        aert_fail(error, "--set %.*s wants %s 0 to %.0f, not %g", s->length, s->name,
                  class ? "a class," : "a whole number from", most, s->value);
    else if (number && input->ranged && !(s->value >= input->low && s->value <= input->high))
        aert_fail(error, "--set %.*s wants a number of %g to %g, not %g", s->length, s->name,
                  input->low, input->high, s->value);
    else
        return 0; /* of a class that is a word the weights file knows the number */
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
    int status = 0;
    for (int i = 0; i < options->sets && !status; i++)
        status = check_setting(model, &options->set[i], options->command, error);
    if (!status)
        status = check_lr(model, options, error);
    if (!status)
        status = check_epochs(model, options, error);
    return status || model->stages == 0 ? status : check_stages(model, options, error);
}

bool settings_value(const AertModel *model, const Options *options, int hyper, double *value) {
    if (option_given(options, OPTION_lr) && strcmp(model->hyper[hyper].name, "lr") == 0) {
        *value = options->lr;
        return true;
    }
    const Setting *setting = given(model, options, (Named){HYPER, hyper, 0});
    if (setting)
        *value = setting->value;
    return setting != NULL;
}

const Setting *settings_class(const AertModel *model, const Options *options, int input) {
    return given(model, options, (Named){CLASS, input, 0});
}

const Setting *settings_number(const AertModel *model, const Options *options, int input,
                               int place) {
    return given(model, options, (Named){NUMBER, input, place});
}

bool settings_epochs(const AertModel *model, const Options *options, int stage, int64_t *epochs) {
    const Setting *setting = given(model, options, (Named){STAGE, stage, 0});
    bool all = !setting && option_given(options, OPTION_epochs);
    if (setting || all)
        *epochs = all ? options->epochs : (int64_t)setting->value;
    return setting || all;
}
