/* data_npy: the header of a NumPy file.
 *
 * Magic, version, length, then a Python dict as text, which is read token by token:
 *     \x93NUMPY 01 00 76 00 {'descr': '<f4', 'fortran_order': False, 'shape': (10000, 784), }
 */
#include "data_parts.h"

#include <string.h>

typedef struct Cursor {
    const char *at, *end;
} Cursor;

/* What the dict says; the text of descr is a slice of the file. */
typedef struct Dict {
    const char *descr;
    int descr_length;
    int fortran; /* -1 while not seen */
    int rank;    /* -1 while not seen */
    int64_t dim[AERT_MAX_RANK + 1];
} Dict;

static void skip_space(Cursor *c) {
    while (c->at < c->end && strchr(" \t\r\n", *c->at) && *c->at)
        c->at++;
}

static bool take(Cursor *c, const char *text) {
    size_t length = strlen(text);
    skip_space(c);
    if ((size_t)(c->end - c->at) < length || memcmp(c->at, text, length) != 0)
        return false;
    c->at += length;
    return true;
}

/* 'text' or "text" */
static bool take_string(Cursor *c, const char **text, int *length) {
    skip_space(c);
    if (c->at == c->end || (*c->at != '\'' && *c->at != '"'))
        return false;
    char quote = *c->at++;
    const char *close = memchr(c->at, quote, (size_t)(c->end - c->at));
    if (!close)
        return false;
    *text = c->at;
    *length = (int)(close - c->at);
    c->at = close + 1;
    return true;
}

static bool take_number(Cursor *c, int64_t *value) {
    skip_space(c);
    const char *start = c->at;
    *value = 0;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
        if (*value > INT64_MAX / 10 - 1)
            return false;
        *value = *value * 10 + (*c->at - '0');
    }
    take(c, "L"); /* written by Python 2 */
    return c->at > start;
}

/* (), (3,), (3, 4) */
static bool take_shape(Cursor *c, Dict *dict) {
    if (!take(c, "("))
        return false;
    for (dict->rank = 0; !take(c, ")"); dict->rank++) {
        if (dict->rank > AERT_MAX_RANK || !take_number(c, &dict->dim[dict->rank]))
            return false;
        if (!take(c, ",")) {
            dict->rank++;
            return take(c, ")");
        }
    }
    return true;
}

static bool take_entry(Cursor *c, Dict *dict) {
    const char *key;
    int length;
    if (!take_string(c, &key, &length) || !take(c, ":"))
        return false;
    if (length == 5 && memcmp(key, "descr", 5) == 0)
        return take_string(c, &dict->descr, &dict->descr_length);
    if (length == 5 && memcmp(key, "shape", 5) == 0)
        return take_shape(c, dict);
    if (length != 13 || memcmp(key, "fortran_order", 13) != 0)
        return false;
    dict->fortran = take(c, "True") ? 1 : take(c, "False") ? 0 : -1;
    return dict->fortran >= 0;
}

static bool take_dict(Cursor *c, Dict *dict) {
    *dict = (Dict){.fortran = -1, .rank = -1};
    if (!take(c, "{"))
        return false;
    while (!take(c, "}")) {
        if (!take_entry(c, dict))
            return false;
        if (!take(c, ",")) {
            if (!take(c, "}"))
                return false;
            break;
        }
    }
    skip_space(c);
    return c->at == c->end && dict->descr && dict->fortran >= 0 && dict->rank >= 0;
}

/* '<f4': byte order, kind, width */
static bool read_descr(const Dict *dict, FileArray *array) {
    static const struct {
        char text[3];
        Scalar scalar;
    } table[] = {{"b1", SCALAR_BOOL}, {"u1", SCALAR_U8},  {"u2", SCALAR_U16}, {"u4", SCALAR_U32},
                 {"u8", SCALAR_U64},  {"i1", SCALAR_I8},  {"i2", SCALAR_I16}, {"i4", SCALAR_I32},
                 {"i8", SCALAR_I64},  {"f2", SCALAR_F16}, {"f4", SCALAR_F32}, {"f8", SCALAR_F64}};
    if (dict->descr_length != 3 || !memchr("<>|=", dict->descr[0], 4))
        return false;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (memcmp(table[i].text, dict->descr + 1, 2) != 0)
            continue;
        array->scalar = table[i].scalar;
        array->width = (size_t)(table[i].text[1] - '0');
        array->big_endian = dict->descr[0] == '>';
        return true;
    }
    return false;
}

bool aert_npy_is(const unsigned char *data, size_t size) {
    return size >= 6 && memcmp(data, "\x93NUMPY", 6) == 0;
}

/* Where the dict begins and ends; false with a message if the file is too short for it. */
static bool find_dict(Cursor *c, const unsigned char *data, size_t size, const char *name,
                      AertError *error) {
    size_t prefix = size > 6 && data[6] == 1 ? 10 : 12;
    if (size >= 8 && (data[6] < 1 || data[6] > 3))
        return aert_fail(error, "%s: NPY version %d, wanted 1 to 3", name, data[6]);
    size_t length = 1; /* it has more than that */
    if (size >= prefix)
        length = (size_t)data[8] | (size_t)data[9] << 8;
    if (size >= prefix && prefix == 12)
        length |= (size_t)data[10] << 16 | (size_t)data[11] << 24;
    if (size < prefix + length)
        return aert_fail(error, "%s: truncated: found %zu bytes, the %s header alone has %zu", name,
                         size, "NPY", prefix + length);
    c->at = (const char *)data + prefix;
    c->end = c->at + length;
    return true;
}

bool aert_npy_parse(FileArray *array, const unsigned char *data, size_t size, const char *name,
                    AertError *error) {
    Cursor cursor = {0};
    Dict dict;
    if (!find_dict(&cursor, data, size, name, error))
        return false;
    *array = (FileArray){.format = "NPY", .payload = (const unsigned char *)cursor.end};
    if (!take_dict(&cursor, &dict))
        return aert_fail(error, "%s: damaged NPY header, or elements that are no plain numbers",
                         name);
    if (!read_descr(&dict, array))
        return aert_fail(error,
                         "%s: NPY with elements '%.*s', wanted b1, u1 to u8, i1 to i8, or f2 "
                         "to f8",
                         name, dict.descr_length > 20 ? 20 : dict.descr_length, dict.descr);
    if (dict.rank == 0)
        return aert_fail(error, "%s: NPY with a single number, wanted an array of examples", name);
    array->rank = dict.rank;
    array->fortran = dict.fortran == 1 && dict.rank > 1;
    memcpy(array->dim, dict.dim, sizeof dict.dim);
    return aert_array_size(array, size - (size_t)(array->payload - data), name, error);
}

bool aert_npy_turn(FileArray *array, AertBytes *bytes, const char *name, AertError *error) {
    size_t width = array->width, step[AERT_MAX_RANK + 1], from = 0;
    int64_t place[AERT_MAX_RANK + 1] = {0};
    unsigned char *turned = aert_allocate(array->elements, width, name, error);
    if (!turned)
        return false;
    for (int i = 0; i < array->rank; i++)
        step[i] = i ? step[i - 1] * (size_t)array->dim[i - 1] : width;
    for (size_t i = 0; i < array->elements; i++) {
        memcpy(turned + i * width, array->payload + from, width);
        int axis = array->rank - 1;
        for (from += step[axis]; axis && ++place[axis] == array->dim[axis]; from += step[axis]) {
            from -= step[axis] * (size_t)array->dim[axis];
            place[axis--] = 0;
        }
    }
    size_t size = array->elements * width;
    aert_bytes_close(bytes);
    *bytes = (AertBytes){.data = turned, .size = size};
    array->payload = turned;
    array->fortran = false;
    return true;
}
