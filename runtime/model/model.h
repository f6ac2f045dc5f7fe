/* model: a model at work: its examples, memory, entries and figures.  The one header of this folder
 * that others include. */
#ifndef AERT_ROOM_MODEL_H
#define AERT_ROOM_MODEL_H

#include "evaluate.h"
#include "examples.h"
#include "in_order.h"
#include "pass.h"
#include "scaling.h"
#include "session.h"
#include "tally.h"
#include "words.h"

#endif
