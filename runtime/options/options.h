/* options: the command line.  The one header of this folder that others include. */
#ifndef AERT_ROOM_OPTIONS_H
#define AERT_ROOM_OPTIONS_H

#include "command_line.h"
#include "settings.h"

#endif
