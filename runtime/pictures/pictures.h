/* pictures: pictures and plots as files.  The one header of this folder that others include. */
#ifndef AERT_ROOM_PICTURES_H
#define AERT_ROOM_PICTURES_H

#include "picture.h"
#include "plot.h"
#include "strip.h"
#include "sheet_signals.h"

#endif
