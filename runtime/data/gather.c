/* gather: rows of a batch from a data set, bytes becoming reals on the way (gather_row.h).
 */
#include "dataset.h"
#include "gather_row.h"

#include <math.h>
#include <string.h>

enum { CACHE_LINE = 64, AHEAD = 3, LONGEST_ASKED = 8192 /* bytes of an example */ };

/* s to 16 bits, and what is left. */
static AertByteScale split_scale(double low, double high) {
    double s = (high - low) / 255;
    float coarse = (float)s; /* of 24 bits */
    uint32_t bits;
    memcpy(&bits, &coarse, sizeof bits);
    bits = (bits + 0x80) & ~0xffu;
    memcpy(&coarse, &bits, sizeof bits);
    return (AertByteScale){(float)low, coarse, (float)(s - (double)coarse)};
}

/* Where an example begins among the elements. */
static size_t begin_of(const AertData *data, int64_t row) {
    const AertWindow *window = &data->window;
    return window->length ? (size_t)aert_window_begin(window, row) * (size_t)window->channels
                          : (size_t)row * data->size;
}

/* The windows of a recording of several channels are turned: (length, channels) to (channels,
 * length). */
static bool is_turned(const AertData *data) {
    return data->window.length > 0 && data->window.channels > 1;
}

static void turn_float(const AertData *data, size_t from, AertByteScale s, float *restrict out) {
    size_t channels = (size_t)data->window.channels, length = (size_t)data->window.length;
    const unsigned char *bytes = (const unsigned char *)data->values + from;
    const float *floats = (const float *)data->values + from;
    for (size_t c = 0; c < channels; c++, out += length)
        if (data->element == AERT_BYTE)
            for (size_t t = 0; t < length; t++)
                out[t] = (s.low + (float)bytes[t * channels + c] * s.coarse) +
                         (float)bytes[t * channels + c] * s.fine;
        else
            for (size_t t = 0; t < length; t++)
                out[t] = floats[t * channels + c];
}

/* What is not 0 of an example. */
static void spread(const AertData *data, int64_t row, size_t real_bytes, void *out) {
    const AertSparse *sparse = data->sparse;
    float *single = out;
    double *wide = out;
    memset(out, 0, data->size * real_bytes);
    for (int64_t i = sparse->start[row]; i < sparse->start[row + 1]; i++)
        if (real_bytes == sizeof(float))
            single[sparse->column[i]] += sparse->value[i];
        else
            wide[sparse->column[i]] += (double)sparse->value[i];
}

/* Examples lie anywhere in a data set beyond the caches: each is asked for before its turn. */
static void ask_for(const AertData *data, int64_t index, size_t element) {
    const char *from = (const char *)data->values + begin_of(data, index) * element;
    for (size_t i = 0; i < data->size * element; i += CACHE_LINE)
        __builtin_prefetch(from + i);
}

static void gather_float(const AertData *data, const int64_t *index, int begin, int end,
                         float *out) {
    size_t size = data->size;
    bool turned = is_turned(data);
    AertByteScale unit = {0, 1, 0};
    AertByteScale scale = data->scaled ? split_scale(data->low, data->high) : unit;
    size_t element = data->element == AERT_BYTE ? 1 : sizeof(float);
    for (int r = begin; r < end; r++) {
        if (r + AHEAD < end && size * element <= LONGEST_ASKED)
            ask_for(data, aert_data_row(data, index[r + AHEAD]), element);
        size_t from = begin_of(data, aert_data_row(data, index[r]));
        if (turned)
            turn_float(data, from, scale, out + (size_t)r * size);
        else if (data->element == AERT_BYTE)
            aert_row_of_bytes((const unsigned char *)data->values + from, size, scale,
                              out + (size_t)r * size);
        else
            memcpy(out + (size_t)r * size, (const float *)data->values + from, size * sizeof *out);
    }
}

void aert_data_make(const AertData *data, const int64_t *index, int begin, int end) {
    if (!data->later)
        return;
    for (int r = begin; r < end; r++) {
        int64_t row = aert_data_row(data, index[r]);
        if (data->later->made[row])
            continue;
        data->later->make(data, row);
        data->later->made[row] = true;
    }
}

/* Numbers one by one: doubles, and classes and tokens, as int32 where real_bytes is 0, whose gaps
 * are 0 then. */
static void gather_numbers(const AertData *data, const int64_t *index, int begin, int end,
                           size_t real_bytes, void *out) {
    size_t size = data->size, channels = is_turned(data) ? (size_t)data->window.channels : 1;
    double low = data->scaled ? data->low : 0, span = data->scaled ? data->high - data->low : 255;
    size_t i = (size_t)begin * size;
    for (int r = begin; r < end; r++) {
        size_t from = begin_of(data, aert_data_row(data, index[r]));
        for (size_t c = 0; c < channels; c++)
            for (size_t at = from + c; at < from + size; at += channels, i++) {
                double number = aert_data_number(data, at);
                if (data->element == AERT_BYTE && real_bytes)
                    number = low + number * span / 255;
                if (real_bytes == sizeof(double))
                    ((double *)out)[i] = number;
                else if (real_bytes)
                    ((float *)out)[i] = (float)number;
                else
                    ((int32_t *)out)[i] = isnan(number) ? 0 : (int32_t)number;
            }
    }
}

/* Rows with their gaps, which are NaN. */
static void gather_raw(const AertData *data, const int64_t *index, int begin, int end,
                       size_t real_bytes, void *out) {
    aert_data_make(data, index, begin, end);
    for (int r = begin; r < end && data->sparse; r++)
        spread(data, aert_data_row(data, index[r]), real_bytes,
               (char *)out + (size_t)r * data->size * real_bytes);
    if (data->sparse)
        return;
    if (data->element == AERT_WHOLE || real_bytes != sizeof(float))
        gather_numbers(data, index, begin, end, real_bytes, out);
    else
        gather_float(data, index, begin, end, out);
}

/* In rows [begin, end): gaps become 0; or, as a mask, gaps 0 and what is given 1. */
static void settle_gaps(size_t size, int begin, int end, size_t real_bytes, void *out, bool mask) {
    float *single = out;
    double *wide = out;
    for (size_t i = (size_t)begin * size; i < (size_t)end * size; i++)
        if (real_bytes == sizeof(float))
            single[i] = isnan(single[i]) ? 0 : mask ? 1 : single[i];
        else
            wide[i] = isnan(wide[i]) ? 0 : mask ? 1 : wide[i];
}

void aert_data_gather(const AertData *data, const int64_t *index, int begin, int end,
                      size_t real_bytes, void *out) {
    gather_raw(data, index, begin, end, real_bytes, out);
    if (data->gaps && real_bytes)
        settle_gaps(data->size, begin, end, real_bytes, out, false);
}

double aert_data_class(const AertData *labels, int64_t example) {
    double class;
    gather_raw(labels, &example, 0, 1, sizeof class, &class);
    return class;
}

void aert_data_given(const AertData *data, const int64_t *index, int begin, int end,
                     size_t real_bytes, void *out) {
    gather_raw(data, index, begin, end, real_bytes, out);
    settle_gaps(data->size, begin, end, real_bytes, out, true);
}
