/* command: the commands, each one function.  Where one returns false the reason is in `error`, one
 * line. */
#ifndef AERT_COMMAND_H
#define AERT_COMMAND_H

#include "work.h"

#define COMMAND(name, spelling, help) bool command_##name(Work *work, AertError *error);
#include "options/commands.def"
#undef COMMAND

#endif
