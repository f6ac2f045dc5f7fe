/* packed: codes in few bits.
 *
 * Each number of a code is rounded to one of 2^bits values, evenly from the smallest to the largest
 * that its place has in the data, and the roundings are entropy-coded by zstd, place by place,
 * since numbers of one place are alike.  The file is one of safetensors.h, with a checksum of all:
 *
 *     low, step    F32 (size)     a place's smallest number, and from one of its values to the next
 *     packed       U8 (bytes)     frames of zstd, one for each place: the lower bytes of all its
 *                                 roundings, then, of more than 8 bits, the upper ones
 *     metadata     format "aert codes 1", model, hash, weights (the checksum of the file of weights
 *                  that made the codes), bits, count
 *
 * What is read back is low + rounding * step, computed in double: the same bits on every machine.
 */
#ifndef AERT_PACKED_H
#define AERT_PACKED_H

#include "weights.h"

enum { AERT_PACKED_BITS = 16 }; /* the most for a number */

typedef struct AertPacked {
    const AertModel *model;
    char weights[AERT_CHECKSUM]; /* checksum of the file of weights, or "": it has none */
    int bits;
    int64_t count;
    uint64_t bytes; /* of the file, all counted */
} AertPacked;

/* Numbers of one code. */
size_t aert_packed_size(const AertModel *model);

/* Writes about->count codes (count, size), which must be finite; sets about->bytes. */
bool aert_packed_write(const char *path, AertPacked *about, const float *codes, AertError *error);

/* Whether the file begins as one of these does; false also where it cannot be read. */
bool aert_packed_is(const char *path);

/* What the file says, without its codes: it must be of about->model. */
bool aert_packed_look(const char *path, AertPacked *about, AertError *error);

/* Its codes (count, size); free() them.  They must be of about->model and, where both are known, of
 * the weights about->weights, and unpack to at most `most` bytes.  NULL on error. */
float *aert_packed_read(const char *path, AertPacked *about, size_t most, AertError *error);

#endif
