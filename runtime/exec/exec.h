/* exec: the team of threads, and the arguments of kernels.  The one header of this folder that
 * others include. */
#ifndef AERT_ROOM_EXEC_H
#define AERT_ROOM_EXEC_H

#include "args.h"
#include "team.h"
#include "unfold.h"

#endif
