/* base: errors, files, numbers and text: what everything else stands on.  The one header of this
 * folder that others include. */
#ifndef AERT_ROOM_BASE_H
#define AERT_ROOM_BASE_H

#include "clock.h"
#include "csv_text.h"
#include "error.h"
#include "file.h"
#include "interrupt.h"
#include "json.h"
#include "list.h"
#include "nearest.h"
#include "number.h"
#include "shape.h"
#include "visible.h"

#endif
