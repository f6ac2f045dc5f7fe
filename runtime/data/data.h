/* data: data sets: opened, checked, put in order, gathered.  The one header of this folder that
 * others include. */
#ifndef AERT_ROOM_DATA_H
#define AERT_ROOM_DATA_H

#include "batches.h"
#include "captions.h"
#include "dataset.h"
#include "look.h"
#include "order.h"
#include "parts.h"
#include "signals.h"
#include "strokes.h"
#include "table.h"
#include "text.h"
#include "input_ways.h"
#include "windows.h"

#endif
