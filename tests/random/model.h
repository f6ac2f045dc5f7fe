/* Random well-typed models, as text. */
#ifndef TESTS_RANDOM_MODEL_H
#define TESTS_RANDOM_MODEL_H

#include "ir/ir.h"

#include <stdint.h>

typedef enum Feature {
#define FEATURE(name, least, what) HAS_##name,
#include "features.def"
    NUM_FEATURES
} Feature;

/* Writes the model of a seed; counts its features. */
void model_random(Text *out, uint64_t seed, int *count);

#endif
