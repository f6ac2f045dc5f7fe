/* digits: the ten digits as pictures, like handwriting, made from numbers that depend on a key
 * only.
 */
#ifndef AERT_DIGITS_H
#define AERT_DIGITS_H

#include "aert.h"

#include <stddef.h>

/* out is (channels, height, width), the last axes of the input: 0 … 255.  The same key gives the
 * same picture. */
void aert_digit_draw(int kind, uint64_t key, const AertInput *input, size_t size, float *out);

#endif
