/* What --set and --lr say about hypers.
 *
 * Its one idea: --lr is short for --set lr=…, which only a model with one training step has.
 *
 * Example: with two steps "--lr 1e-4" is refused: say which: --set judge.lr=0.0001
 */
#include "settings.h"

#include <stdio.h>
#include <string.h>

static int find_hyper(const AertModel *model, const char *name, size_t length) {
    for (int i = 0; i < model->hypers; i++)
        if (strlen(model->hyper[i].name) == length &&
            strncmp(model->hyper[i].name, name, length) == 0)
            return i;
    return -1;
}

static int unknown_hyper(const AertModel *model, const Setting *setting, AertError *error) {
    const char *names[256];
    char name[128];
    int count = model->hypers < 256 ? model->hypers : 256;
    for (int i = 0; i < count; i++)
        names[i] = model->hyper[i].name;
    snprintf(name, sizeof name, "%.*s", setting->length, setting->name);
    const char *nearest = nearest_name(name, names, count);
    if (nearest)
        aert_fail(error, "--set: %s has no hyper '%s'; did you mean '%s'?", model->name, name,
                  nearest);
    else
        aert_fail(error, "--set: %s has no hyper '%s'; '%s train --help' lists them", model->name,
                  name, model->name);
    return EXIT_USAGE;
}

int settings_check(const AertModel *model, const Options *options, AertError *error) {
    for (int i = 0; i < options->sets; i++)
        if (find_hyper(model, options->set[i].name, (size_t)options->set[i].length) < 0)
            return unknown_hyper(model, &options->set[i], error);
    if (!option_given(options, OPTION_lr) || (model->steps == 1 && find_hyper(model, "lr", 2) >= 0))
        return 0;
    if (model->steps == 1)
        aert_fail(error, "--lr: the optimiser of %s has no learning rate", model->name);
    else
        aert_fail(error, "--lr: %s has %d training steps; say which: --set %s.lr=%g", model->name,
                  model->steps, model->steps ? model->step[0].name : "STEP", options->lr);
    return EXIT_USAGE;
}

bool settings_value(const AertModel *model, const Options *options, int hyper, double *value) {
    const char *name = model->hyper[hyper].name;
    if (option_given(options, OPTION_lr) && strcmp(name, "lr") == 0) {
        *value = options->lr;
        return true;
    }
    for (int i = 0; i < options->sets; i++)
        if (strlen(name) == (size_t)options->set[i].length &&
            strncmp(name, options->set[i].name, strlen(name)) == 0) {
            *value = options->set[i].value;
            return true;
        }
    return false;
}
