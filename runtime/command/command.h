/* command: the commands, each one function.  Returns an exit status; on EXIT_FAILED and EXIT_USAGE
 * the reason is in `error`, one line. */
#ifndef AERT_COMMAND_H
#define AERT_COMMAND_H

#include "options/options.h"

#define COMMAND(name, spelling, help)                                                              \
    int command_##name(const AertModel *model, const Options *options, AertError *error);
#include "options/commands.def"
#undef COMMAND

#endif
