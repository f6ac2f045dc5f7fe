/* data_idx: the header of an IDX file, the format of MNIST.
 *
 *     00 00 08 03   00 00 27 10   00 00 00 1c   00 00 00 1c     big endian: bytes, 3 axes,
 *                                                               10000 × 28 × 28
 */
#include "data_parts.h"

static bool scalar_of(unsigned char code, Scalar *scalar, size_t *width) {
    static const struct {
        unsigned char code, width;
        Scalar scalar;
    } table[] = {{0x08, 1, SCALAR_U8},  {0x09, 1, SCALAR_I8},  {0x0b, 2, SCALAR_I16},
                 {0x0c, 4, SCALAR_I32}, {0x0d, 4, SCALAR_F32}, {0x0e, 8, SCALAR_F64}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].code != code)
            continue;
        *scalar = table[i].scalar;
        *width = table[i].width;
        return true;
    }
    return false;
}

bool aert_idx_is(const unsigned char *data, size_t size) {
    Scalar scalar;
    size_t width;
    return size >= 4 && data[0] == 0 && data[1] == 0 && scalar_of(data[2], &scalar, &width);
}

bool aert_idx_parse(FileArray *array, const unsigned char *data, size_t size, const char *name,
                    AertError *error) {
    *array = (FileArray){.format = "IDX", .big_endian = true, .rank = data[3]};
    scalar_of(data[2], &array->scalar, &array->width);
    if (array->rank < 1 || array->rank > AERT_MAX_RANK + 1)
        return aert_fail(error, "%s: IDX with %d axes, wanted 1 to %d", name, array->rank,
                         AERT_MAX_RANK + 1);
    size_t header = 4 + 4 * (size_t)array->rank;
    if (size < header)
        return aert_fail(error, "%s: truncated: found %zu bytes, the %s header alone has %zu", name,
                         size, array->format, header);
    for (int i = 0; i < array->rank; i++) {
        const unsigned char *b = data + 4 + 4 * i;
        array->dim[i] = (int64_t)b[0] << 24 | (int64_t)b[1] << 16 | (int64_t)b[2] << 8 | b[3];
    }
    array->payload = data + header;
    return aert_array_size(array, size - header, name, error);
}
