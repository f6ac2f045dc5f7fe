/* settings: what the command line says about hypers. */
#ifndef AERT_SETTINGS_H
#define AERT_SETTINGS_H

#include "options.h"

/* Every name given must be a hyper of the model, and --lr must be unambiguous.  Returns 0 or
 * EXIT_USAGE. */
int settings_check(const AertModel *model, const Options *options, AertError *error);

/* Whether the command line sets this hyper, and then its value. */
bool settings_value(const AertModel *model, const Options *options, int hyper, double *value);

#endif
