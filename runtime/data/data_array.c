/* data_array: a data set of a file that is an array: IDX, NPY or raw floats.  Its bytes are kept as
 * they lie in the file where they are bytes or this machine's floats; the rest is converted. */
#include "data_parts.h"
#include "input_ways.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool parse_raw(FileArray *array, const AertBytes *bytes, const AertInput *input,
                      const char *name, AertError *error) {
    *array =
        (FileArray){.format = "raw f32", .scalar = SCALAR_F32, .width = 4, .payload = bytes->data};
    size_t example = 4 * aert_input_size(input);
    array->rank = input->rank + 1;
    for (int i = 0; i < input->rank; i++)
        array->dim[i + 1] = input->dim[i];
    if (bytes->size % example != 0)
        return aert_fail(error,
                         "%s: found %zu bytes, wanted a multiple of %zu: %zu floats for each "
                         "example",
                         name, bytes->size, example, example / 4);
    array->dim[0] = (int64_t)(bytes->size / example);
    return aert_array_size(array, bytes->size, name, error);
}

static bool is_named_text(const char *name) {
    return aert_has_suffix(name, ".csv") || aert_has_suffix(name, ".tsv") ||
           aert_has_suffix(name, ".txt");
}

static size_t count_lines(const unsigned char *text, size_t size) {
    size_t lines = 0;
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    return lines;
}

static bool parse(FileArray *array, const AertBytes *bytes, const AertInput *input,
                  const char *name, AertError *error) {
    const unsigned char *b = bytes->data;
    if (aert_has_suffix(name, ".f32") || aert_has_suffix(name, ".f32.gz"))
        return parse_raw(array, bytes, input, name, error);
    if (aert_npy_is(b, bytes->size))
        return aert_npy_parse(array, b, bytes->size, name, error);
    if (aert_idx_is(b, bytes->size))
        return aert_idx_parse(array, b, bytes->size, name, error);
    bool deep;
    if (aert_image_kind(b, bytes->size, &deep))
        return aert_fail(error, "%s: is a picture: name the folder that it lies in", name);
    size_t before = aert_text_until(b, bytes->size);
    if (before && is_named_text(name))
        return aert_fail(error, "%s:%zu: holds a byte %d, which no text has", name,
                         1 + count_lines(b, before), b[before]);
    char begin[13] = ""; /* RIFF....WAVE, PAR1, MATLAB 5.0 M */
    for (size_t i = 0; i < 12 && i < bytes->size; i++)
        begin[i] = b[i] > ' ' && b[i] < 127 ? (char)b[i] : '.';
    return aert_fail(error,
                     "%s: begins with '%s'; wanted IDX, NPY, NPZ, CSV, floats named .f32 or a "
                     "folder of PNG and JPEG: write WAV, Parquet and their like as one of these",
                     name, begin);
}

static bool not_whole(const AertData *data, size_t i, double number, const AertInput *input,
                      AertError *error) {
    char text[AERT_NUMBER];
    if (aert_holds(input, AERT_HOLDS_A_CLASS))
        return aert_data_wrong_label(data, (int64_t)i, number, input, error);
    return aert_fail(error, "%s: example %zu holds %s, input %s wants whole numbers", data->name,
                     i / data->size, aert_number_text(number, text), input->name);
}

/* A count of doubles that is near to a whole number is none, whatever it is as a float. */
static bool check_counts(const AertData *data, const FileArray *array, const AertInput *input,
                         AertError *error) {
    for (size_t i = 0; i < array->elements; i++) {
        double wide = aert_array_number(array, i);
        if (fabs(wide) < AERT_FLOAT_WHOLE && (double)(float)wide != wide)
            return not_whole(data, i, wide, input, error);
    }
    return true;
}

/* Classes and tokens as they are: none is rounded. */
static bool adopt_whole(AertData *data, const FileArray *array, const AertInput *input,
                        AertError *error) {
    int32_t *values = aert_allocate(array->elements, sizeof *values, data->name, error);
    data->values = data->memory = values;
    data->element = AERT_WHOLE;
    for (size_t i = 0; values && i < array->elements; i++) {
        double wide = aert_array_number(array, i);
        bool fits = fabs(wide) <= INT32_MAX && wide == floor(wide);
        if (!fits && !isnan(wide) && !input->other)
            return not_whole(data, i, wide, input, error);
        values[i] = isnan(wide) ? AERT_NO_CLASS : fits ? (int32_t)wide : INT32_MAX;
    }
    return values != NULL;
}

/* Bytes are kept, and floats where they lie as this machine wants them; the rest is converted. */
static bool adopt(AertData *data, const FileArray *array, const AertInput *input, AertBytes *bytes,
                  AertError *error) {
    data->format = array->format;
    data->count = array->dim[0];
    data->rank = array->rank - 1;
    for (int i = 0; i < data->rank; i++)
        data->dim[i] = (int)array->dim[i + 1];
    data->size = array->elements / (size_t)data->count;
    data->element = array->scalar == SCALAR_U8 ? AERT_BYTE : AERT_FLOAT;
    bool kept = array->scalar == SCALAR_U8 || (array->scalar == SCALAR_F32 && !array->big_endian &&
                                               (uintptr_t)array->payload % sizeof(float) == 0);
    if (kept) {
        data->values = array->payload;
        data->memory = (void *)(uintptr_t)bytes->data;
        data->mapped = bytes->mapped ? bytes->size : 0;
        *bytes = (AertBytes){0};
        return true;
    }
    if (aert_is_whole(input) && (!aert_holds(input, AERT_HOLDS_A_CLASS) || data->size == 1))
        return adopt_whole(data, array, input, error);
    if (aert_holds(input, AERT_HOLDS_COUNTS) && array->scalar == SCALAR_F64 &&
        !check_counts(data, array, input, error))
        return false;
    float *values = aert_allocate(array->elements, sizeof *values, data->name, error);
    if (!values)
        return false;
    double cut = aert_array_floats(array, values);
    data->values = data->memory = values;
    return aert_data_tell_cut(data, data->name, cut, error);
}

/* Whether examples are pictures of this input with the channels last, [h, w, c], as many programs
 * have them. */
static bool is_channels_last(const AertData *data, const AertInput *input) {
    const int *have = data->dim, *want = input->dim;
    return input->kind == AERT_IMAGE && data->rank == 3 && want[0] > 1 && have[0] == want[1] &&
           have[1] == want[2] && have[2] == want[0] &&
           !(have[0] == want[0] && have[1] == want[1] && have[2] == want[2]);
}

/* Puts the channels first. */
static bool turn_channels(AertData *data, const AertInput *input, AertError *error) {
    if (!is_channels_last(data, input))
        return true;
    size_t channels = (size_t)input->dim[0], places = data->size / channels;
    size_t count = (size_t)data->count, width = data->element == AERT_BYTE ? 1 : sizeof(float);
    unsigned char *turned = aert_allocate(count * data->size, width, data->name, error);
    if (!turned)
        return false;
    const unsigned char *from = data->values;
    for (size_t i = 0; i < count; i++)
        for (size_t p = 0; p < places; p++)
            for (size_t c = 0; c < channels; c++)
                memcpy(turned + ((i * channels + c) * places + p) * width,
                       from + ((i * places + p) * channels + c) * width, width);
    aert_data_put(data, turned);
    memcpy(data->dim, input->dim, sizeof data->dim);
    return aert_data_note(data, error, "%.200s: taken for pictures with the %zu channels last",
                          data->name, channels);
}

bool aert_array_open(AertData *data, AertBytes *bytes, const AertInput *input, AertError *error) {
    FileArray array;
    return parse(&array, bytes, input, data->name, error) &&
           (!array.fortran || aert_npy_turn(&array, bytes, data->name, error)) &&
           adopt(data, &array, input, bytes, error) && turn_channels(data, input, error);
}
