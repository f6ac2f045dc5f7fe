/* What writing and reading a safetensors file share. */
#ifndef AERT_SAFETENSORS_PARTS_H
#define AERT_SAFETENSORS_PARTS_H

#include "safetensors.h"

/* The checksum is 8 hex digits in the metadata.  It is that of the whole file, with these digits 0.
 */
#define AERT_CRC_KEY "\"crc32\":\""

enum { AERT_CRC_DIGITS = 8, AERT_HEADER_MOST = 100000000 };

typedef struct AertDtypeRow {
    char name[5];
    unsigned char bytes;
} AertDtypeRow;

/* By AertDtype. */
extern const AertDtypeRow aert_dtype_table[NUM_AERT_DTYPES];

/* rank and dim as a product of bytes; false if it overflows or a dim is negative. */
bool aert_tensor_bytes(const AertTensor *tensor, size_t *bytes);

#endif
