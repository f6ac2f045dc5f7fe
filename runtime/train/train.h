/* train: training.  The one header of this folder that others include. */
#ifndef AERT_ROOM_TRAIN_H
#define AERT_ROOM_TRAIN_H

#include "progress.h"
#include "training.h"

#endif
