/* settings: what the command line says about hypers and epochs. */
#ifndef AERT_SETTINGS_H
#define AERT_SETTINGS_H

#include "command_line.h"

/* Every name given must be a hyper of the model or the epochs of a stage, and --lr and --epochs
 * must be unambiguous.  Returns 0 or EXIT_USAGE. */
int settings_check(const AertModel *model, const Options *options, AertError *error);

/* Whether the command line sets this hyper, and then its value. */
bool settings_value(const AertModel *model, const Options *options, int hyper, double *value);

/* The class that the command line gives to this input, the same for all examples, or NULL. */
const Setting *settings_class(const AertModel *model, const Options *options, int input);

/* The number that it gives to a place of this input, likewise. */
const Setting *settings_number(const AertModel *model, const Options *options, int input,
                               int place);

/* Whether the command line sets the epochs of this stage, and then their number. */
bool settings_epochs(const AertModel *model, const Options *options, int stage, int64_t *epochs);

#endif
