/* store: what is kept on disk: tensors, weights, checkpoints, arrays, metrics.  The one header of
 * this folder that others include. */
#ifndef AERT_ROOM_STORE_H
#define AERT_ROOM_STORE_H

#include "checkpoint.h"
#include "metrics.h"
#include "npy.h"
#include "packed.h"
#include "prior.h"
#include "safetensors.h"
#include "weights.h"

#endif
