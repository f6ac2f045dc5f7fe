/* data: opens a data set: its bytes, its header, floats where it holds neither bytes nor floats. */
#include "data_parts.h"
#include "input_ways.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *aert_shape_text(int rank, const int *dim, char *text, size_t size) {
    size_t used = (size_t)snprintf(text, size, "[");
    for (int i = 0; i < rank && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, i ? ",%d" : "%d", dim[i]);
    if (used < size)
        snprintf(text + used, size - used, "]");
    return text;
}

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
    int exponent = (int)(bits >> 10 & 31), fraction = (int)(bits & 1023);
    double size = exponent == 31 ? fraction ? NAN : INFINITY
                  : exponent     ? ldexp(fraction + 1024, exponent - 25)
                                 : ldexp(fraction, -24);
    return (float)(bits >> 15 ? -size : size);
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

double aert_array_floats(const FileArray *array, float *out) {
    double first = 0;
    for (size_t i = 0; i < array->elements; i++) {
        double wide = number(array->scalar, load(array->payload + i * array->width, array->width,
                                                 array->big_endian));
        out[i] = (float)wide;
        if (first == 0 && aert_number_is_cut(wide))
            first = wide;
    }
    return first;
}

bool aert_number_is_cut(double wide) {
    return fabs(wide) > AERT_FLOAT_WHOLE && wide == floor(wide) && isfinite((float)wide) &&
           (double)(float)wide != wide;
}

bool aert_data_tell_cut(AertData *data, const char *where, double number, AertError *error) {
    char note[400], text[AERT_NUMBER];
    snprintf(note, sizeof note,
             "%.200s has numbers such as %s, of which a float keeps 24 bits: subtract what they "
             "share",
             where, aert_number_text(number, text));
    return number == 0 || aert_data_tell(data, note, error);
}

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
    const unsigned char *zero = memchr(b, 0, bytes->size);
    size_t before = zero ? (size_t)(zero - b) : 0;
    if (before && is_named_text(name) && aert_text_is(b, before))
        return aert_fail(error, "%s:%zu: holds a byte 0, which no text has", name,
                         1 + count_lines(b, before));
    char begin[16] = "";
    for (size_t i = 0; i < 4 && i < bytes->size; i++)
        snprintf(begin + 3 * i, 4, " %02x", b[i]);
    return aert_fail(error,
                     "%s: begins with%s; wanted IDX or NPY, plain or gzipped, NPZ, CSV, raw "
                     "floats named .f32 or a folder of PNG and JPEG",
                     name, begin);
}

static double element_of(const FileArray *array, size_t i) {
    return number(array->scalar,
                  load(array->payload + i * array->width, array->width, array->big_endian));
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
        double wide = element_of(array, i);
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
        double wide = element_of(array, i);
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
    AertBytes bytes = {data->memory, data->mapped, data->mapped > 0};
    aert_bytes_close(&bytes);
    data->values = data->memory = turned;
    data->mapped = 0;
    memcpy(data->dim, input->dim, sizeof data->dim);
    char text[320];
    snprintf(text, sizeof text, "%.200s: taken for pictures with the %zu channels last", data->name,
             channels);
    return aert_data_tell(data, text, error);
}

bool aert_data_bytes(AertBytes *bytes, const char *path, size_t most, AertError *error) {
    const char *member = aert_zip_member(path);
    char *file = strdup(path);
    if (!file)
        return aert_fail(error, "out of memory: a file name");
    if (member)
        file[member - path - 1] = 0;
    AertBytes plain = {0};
    bool fine = aert_bytes_open(bytes, file, error);
    free(file);
    if (!fine)
        return false;
    if (aert_zip_is(bytes->data, bytes->size))
        fine = aert_zip_open(&plain, bytes, member, most, path, error);
    else if (bytes->size >= 2 && bytes->data[0] == 0x1f && bytes->data[1] == 0x8b &&
             !aert_has_suffix(path, ".f32"))
        fine = aert_gunzip(&plain, bytes, most, path, error);
    else
        return true;
    aert_bytes_close(bytes);
    *bytes = plain;
    return fine;
}

bool aert_data_is_text(const char *path, const AertBytes *bytes) {
    return !aert_has_suffix(path, ".f32") && !aert_has_suffix(path, ".f32.gz") &&
           aert_text_is(bytes->data, bytes->size);
}

static bool open_file(AertData *data, AertData *labels, const AertDataFrom *from,
                      const AertInput *input, AertError *error) {
    const char *path = from->path, *column = from->column;
    AertBytes bytes;
    FileArray array;
    if (!aert_data_bytes(&bytes, path, from->most, error))
        return false;
    bool taken = false;
    const AertWays *ways = aert_ways_of(input);
    bool fine = ways->open && ways->open(data, labels, &bytes, from, input, &taken, error);
    if (taken) {
        aert_bytes_close(&bytes);
        return fine;
    }
    if (aert_data_is_text(path, &bytes))
        fine = aert_csv_open(data, labels, &bytes, from, input, error);
    else if (bytes.size == 0)
        fine = aert_fail(error, "%s: the file is empty", path);
    else if (column)
        fine = aert_fail(error, "%s: is no CSV, which alone has a column '%s'", path, column);
    else
        fine = parse(&array, &bytes, input, path, error) &&
               (!array.fortran || aert_npy_turn(&array, &bytes, path, error)) &&
               adopt(data, &array, input, &bytes, error) && turn_channels(data, input, error);
    aert_bytes_close(&bytes);
    return fine;
}

static bool open_folder(AertData *data, AertData *labels, const AertDataFrom *from,
                        const AertInput *input, AertError *error) {
    bool taken = false;
    const AertWays *ways = aert_ways_of(input);
    bool fine = ways->open && ways->open(data, labels, NULL, from, input, &taken, error);
    int channels = input->rank == 3 ? input->dim[0] : 1;
    if (taken)
        return fine;
    if (!ways->folder || input->rank < 2 || (channels != 1 && channels != 3))
        return aert_fail(error,
                         "%s: is a folder; only images of 1 or 3 channels are read from "
                         "folders, input %s is no such",
                         from->path, input->name);
    return ways->folder(data, labels, from, input, error);
}

bool aert_data_is_table(bool *is, const char *path, size_t most, AertError *error) {
    AertBytes bytes;
    *is = false;
    if (aert_folder_is(path))
        return true;
    if (!aert_data_bytes(&bytes, path, most ? most : AERT_MOST_UNPACKED, error))
        return false;
    *is = aert_data_is_text(path, &bytes) && !aert_mtx_is(&bytes) && !aert_svm_is(&bytes);
    aert_bytes_close(&bytes);
    return true;
}

bool aert_data_open_labelled(AertData *data, AertData *labels, const AertDataFrom *given,
                             const AertInput *input, AertError *error) {
    AertDataFrom from = *given;
    from.most = from.most ? from.most : AERT_MOST_UNPACKED;
    *data = (AertData){.low = input->low, .high = input->high};
    data->scaled = aert_holds(input, AERT_HOLDS_NUMBERS) && input->high > input->low;
    if (labels)
        *labels = (AertData){0};
    data->name = strdup(from.path);
    bool fine = data->name || aert_fail(error, "out of memory: a file name");
    if (fine)
        fine = aert_folder_is(from.path) ? open_folder(data, labels, &from, input, error)
                                         : open_file(data, labels, &from, input, error);
    const AertWays *ways = aert_ways_of(input);
    if (fine && data->count == 0) { /* a class that may be missing, and has no column */
        aert_data_close(data);
        return true;
    }
    fine = fine && (!ways->cut || ways->cut(data, input, from.how, error)) &&
           aert_data_check(data, input, error);
    if (fine)
        return true;
    aert_data_close(data);
    if (labels)
        aert_data_close(labels);
    return false;
}

bool aert_data_open(AertData *data, const char *path, const AertInput *input, AertError *error) {
    return aert_data_open_labelled(data, NULL, &(AertDataFrom){.path = path}, input, error);
}

bool aert_data_missing(AertData *labels, const AertData *like, AertError *error) {
    *labels = (AertData){
        .format = "none", .element = AERT_WHOLE, .count = like->count, .size = 1, .gaps = true};
    int32_t *value = aert_allocate((size_t)like->count, sizeof *value, "labels", error);
    labels->name = strdup(like->name);
    labels->values = labels->memory = value;
    for (int64_t i = 0; value && i < like->count; i++)
        value[i] = AERT_NO_CLASS;
    return value && (labels->name || aert_fail(error, "out of memory: a file name"));
}

bool aert_data_tell(AertData *data, const char *text, AertError *error) {
    size_t used = data->note ? strlen(data->note) : 0;
    size_t size = used + strlen(text) + 3;
    char *more = realloc(data->note, size);
    if (!more)
        return aert_fail(error, "out of memory: a note on %s", data->name);
    snprintf(more + used, size - used, "%s%s", used ? "; " : "", text);
    data->note = more;
    return true;
}

bool aert_data_same_count(const AertData *data, const AertData *labels, AertError *error) {
    if (data->count == labels->count)
        return true;
    bool class = labels->rank == 0 && labels->size == 1;
    return aert_fail(error, "%s has %lld %s, %s has %lld examples: wanted as many", labels->name,
                     (long long)labels->count, class ? "labels" : "examples", data->name,
                     (long long)data->count);
}

void aert_data_close(AertData *data) {
    AertBytes bytes = {data->memory, data->mapped, data->mapped > 0};
    aert_bytes_close(&bytes);
    free(data->name);
    free(data->class_name);
    free(data->note);
    free(data->of_moments);
    free(data->sparse);
    free(data->later);
    *data = (AertData){0};
}
