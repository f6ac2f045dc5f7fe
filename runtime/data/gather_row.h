/* gather_row: a row of bytes as floats.
 *
 * A byte b becomes low + b * s with s = (high - low) / 255.  In float, s is split into a part of 16
 * bits, whose product with a byte is exact, and a small rest: low + b * s1 + b * s2 is then within
 * half a unit in the last place of the exact value for low = 0, without a division, and 255 gives
 * `high` itself.
 */
#ifndef AERT_GATHER_ROW_H
#define AERT_GATHER_ROW_H

#include <stddef.h>

typedef struct AertByteScale {
    float low, coarse, fine;
} AertByteScale;

/* out[i] = the value of byte in[i], for `count` of them */
void aert_row_of_bytes(const unsigned char *in, size_t count, AertByteScale scale, float *out);

#endif
