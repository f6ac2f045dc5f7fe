/* shape: how many elements arrays have: the product of their lengths. */
#ifndef AERT_SHAPE_H
#define AERT_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a shape of the model's own, whose elements fit in memory: [] has 1, [1,28,28] has 784. */
size_t aert_shape_size(int rank, const int *dim);

/* The bytes of a shape that a file or a user names, of elements of `width` bytes.  False where a
 * length is negative, or where they are more than memory can address, even if another length is 0.
 */
bool aert_shape_bytes(int rank, const int64_t *dim, size_t width, size_t *bytes);

#endif
