/* draws: numbers drawn one after the other, of which built-in examples are made. */
#ifndef AERT_DRAWS_H
#define AERT_DRAWS_H

#include "math/math.h"

/* Those of one example: draw number `count` is a hash of it and the key. */
typedef struct Draws {
    uint64_t key, count;
} Draws;

/* The next one, uniform from low to high. */
static inline float draw(Draws *draws, float low, float high) {
    uint64_t bits = aert_mix64(draws->key + ++draws->count * 0x9e3779b97f4a7c15u);
    return low + (high - low) * (float)(bits >> 40) * 0x1p-24f;
}

#endif
