/* math: draws, ranks, principal components and mixtures; what generated code alone uses is reached
 * through
 * real.h.  The one header of this folder that others include. */
#ifndef AERT_ROOM_MATH_H
#define AERT_ROOM_MATH_H

#include "mixture.h"
#include "pca.h"
#include "random.h"
#include "rank.h"
#include "softmax.h"
#include "stream.h"

#endif
