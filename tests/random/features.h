/* What random models are made of. */
#ifndef TESTS_RANDOM_FEATURES_H
#define TESTS_RANDOM_FEATURES_H

#include <stdbool.h>

/* Prints how many of `count` models have each feature; 1 where they are fewer than features.def
 * wants. */
int features_count(int first, int count);

/* Whether the model of `seed` has a feature that none of the models chosen before it has, of those
 * from `first` on: of a hundred models some ten.  Compiling programs is what takes the time of
 * these tests; the models that only repeat what others have are left to AECC_FULL=1. */
bool feature_is_new(int first, int seed);

#endif
