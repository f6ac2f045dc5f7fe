/* array: an array of numbers as a file holds it: how large it is, and its numbers, whatever their
 * kind. */
#include "data_parts.h"

#include <string.h>

bool aert_array_size(FileArray *array, size_t found, const char *name, AertError *error) {
    size_t bytes;
    bool fits = aert_shape_bytes(array->rank, array->dim, array->width, &bytes);
    for (int i = 0; i < array->rank; i++)
        if (array->dim[i] == 0)
            return aert_fail(error, "%s: %s holds no examples", name, array->format);
    for (int i = 1; i < array->rank; i++)
        fits = fits && array->dim[i] <= INT32_MAX;
    if (!fits)
        return aert_fail(error, "%s: %s header announces more than memory can address", name,
                         array->format);
    array->elements = bytes / array->width;
    if (found < bytes)
        return aert_fail(error, "%s: truncated: found %zu bytes of data, wanted %zu", name, found,
                         bytes);
    if (found > bytes)
        return aert_fail(error, "%s: found %zu bytes of data, its %s header announces %zu", name,
                         found, array->format, bytes);
    return true;
}

/* The bits of one number, in the low bytes. */
static uint64_t load(const unsigned char *at, size_t width, bool big_endian) {
    uint64_t bits = 0;
    for (size_t i = 0; i < width; i++)
        bits |= (uint64_t)at[i] << 8 * (big_endian ? width - 1 - i : i);
    return bits;
}

/* A float of 16 bits: sign, 5 bits of exponent, 10 of fraction. */
static float half(uint32_t bits) {
    uint32_t exponent = bits >> 10 & 31, fraction = bits & 1023;
    uint32_t wide = (exponent == 31 ? 255 : exponent + 127 - 15) << 23 | fraction << 13;
    float size = (float)fraction * 0x1p-24f;
    if (exponent)
        memcpy(&size, &wide, sizeof size);
    return bits >> 15 ? -size : size;
}

static double number(Scalar scalar, uint64_t bits) {
    uint32_t low = (uint32_t)bits;
    float single;
    double wide;
    switch (scalar) {
    case SCALAR_BOOL:
        return bits != 0;
    case SCALAR_I8:
        return (double)(int8_t)bits;
    case SCALAR_I16:
        return (double)(int16_t)bits;
    case SCALAR_I32:
        return (double)(int32_t)bits;
    case SCALAR_I64:
        return (double)(int64_t)bits;
    case SCALAR_F16:
        return (double)half(low);
    case SCALAR_F32:
        memcpy(&single, &low, sizeof single);
        return (double)single;
    case SCALAR_F64:
        memcpy(&wide, &bits, sizeof wide);
        return wide;
    default:
        return (double)bits; /* unsigned */
    }
}

double aert_array_number(const FileArray *array, size_t i) {
    return number(array->scalar,
                  load(array->payload + i * array->width, array->width, array->big_endian));
}

double aert_array_floats(const FileArray *array, float *out) {
    double first = 0;
    for (size_t i = 0; i < array->elements; i++) {
        double wide = aert_array_number(array, i);
        out[i] = (float)wide;
        if (first == 0 && aert_number_is_cut(wide))
            first = wide;
    }
    return first;
}
