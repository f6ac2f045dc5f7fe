/* data_check: whether a data set is what the model wants: shape, range, labels. */
#include "data_parts.h"
#include "windows.h"

#include <float.h>
#include <math.h>

/* Axes of length 1 left out: [1,28,28] -> [28,28]. */
static int squeeze(int rank, const int *dim, int *out) {
    int kept = 0;
    for (int i = 0; i < rank; i++)
        if (dim[i] != 1)
            out[kept++] = dim[i];
    return kept;
}

static bool shapes_fit(const AertData *data, const AertInput *input) {
    int have[AERT_MAX_RANK], want[AERT_MAX_RANK];
    int n = squeeze(data->rank, data->dim, have), m = squeeze(input->rank, input->dim, want);
    size_t size = 1;
    for (int i = 0; i < m; i++)
        size *= (size_t)want[i];
    if (size != data->size)
        return false;
    if (n <= 1 || m <= 1)
        return true; /* one of them is flat */
    if (n != m)
        return false;
    for (int i = 0; i < n; i++)
        if (have[i] != want[i])
            return false;
    return true;
}

bool aert_data_check_shape(const AertData *data, const AertInput *input, AertError *error) {
    static const char *const kind[] = {[AERT_IMAGE] = "images",
                                       [AERT_VECTOR] = "vectors",
                                       [AERT_SIGNAL] = "signals",
                                       [AERT_CLASS] = "labels"};
    char have[128], want[128];
    if (shapes_fit(data, input) || aert_is_recording(data, input))
        return true;
    return aert_fail(error, "%s: holds %lld examples of shape %s, input %s wants %s of shape %s",
                     data->name, (long long)data->count,
                     aert_shape_text(data->rank, data->dim, have, sizeof have), input->name,
                     kind[input->kind],
                     aert_shape_text(input->rank, input->dim, want, sizeof want));
}

/* Number of values outside [low, high]; a NaN is outside, unless it is a gap. */
static size_t outside(const float *value, size_t count, float low, float high, bool gaps) {
    size_t bad = 0;
    for (size_t i = 0; i < count; i++)
        bad += !(value[i] >= low && value[i] <= high) && !(gaps && isnan(value[i]));
    return bad;
}

bool aert_data_outside(const AertData *data, const AertInput *input, int64_t *example,
                       size_t *element) {
    float low = input->ranged ? (float)input->low : -FLT_MAX;
    float high = input->ranged ? (float)input->high : FLT_MAX;
    const AertWindow *window = &data->window;
    int64_t count = window->length ? window->moments : data->count;
    size_t size = window->length ? (size_t)window->channels : data->size;
    const float *value = data->values; /* (count, size) */
    for (*example = 0; *example < count; ++*example, value += size) {
        if (!outside(value, size, low, high, input->missing))
            continue;
        *element = 0;
        while (!outside(value + *element, 1, low, high, input->missing))
            ++*element;
        return true;
    }
    return false;
}

static bool check_floats(const AertData *data, const AertInput *input, AertError *error) {
    int64_t example;
    size_t element;
    if (!aert_data_outside(data, input, &example, &element))
        return true;
    const char *what = data->window.length ? "moment" : "example";
    size_t size = data->window.length ? (size_t)data->window.channels : data->size;
    double value = (double)((const float *)data->values)[(size_t)example * size + element];
    if (input->ranged)
        return aert_fail(error, "%s: %s %lld holds %.9g, input %s wants values in %g .. %g",
                         data->name, what, (long long)example, value, input->name, input->low,
                         input->high);
    return aert_fail(error, "%s: %s %lld holds %.9g, input %s wants finite values", data->name,
                     what, (long long)example, value, input->name);
}

bool aert_data_check_labels(const AertData *data, const AertInput *input, AertError *error) {
    if (!aert_data_check_shape(data, input, error))
        return false;
    int classes = input->classes ? input->classes : 1 << 24; /* floats count so far */
    if (data->classes && input->classes && !input->other && data->classes != input->classes)
        return aert_fail(error, "%s: holds %d classes, the first '%s', input %s wants %d",
                         data->name, data->classes, data->class_name[0], input->name,
                         input->classes);
    for (int64_t i = 0; i < data->count; i++) {
        double label = data->element == AERT_BYTE ? ((const unsigned char *)data->values)[i]
                                                  : (double)((const float *)data->values)[i];
        if (input->missing && isnan(label))
            continue;
        /* the range first: a double outside int's cannot be converted */
        if (label >= 0 && label < classes && label == (double)(int)label)
            continue;
        return aert_fail(error, "%s: label %lld is %.9g, input %s wants integers 0 .. %d",
                         data->name, (long long)i, label, input->name, classes - 1);
    }
    return true;
}

/* Classes of numbers as the input has them: -1 is none where one may be missing, and what is beyond
 * those that there are is the last where that stands for all others. */
static bool settle_classes(AertData *data, const AertInput *input, AertError *error) {
    if ((!input->missing && !input->other) || data->classes)
        return true;
    float *own = aert_allocate((size_t)data->count, sizeof *own, data->name, error);
    if (!own)
        return false;
    for (int64_t i = 0; i < data->count; i++) {
        float label = data->element == AERT_BYTE ? (float)((const unsigned char *)data->values)[i]
                                                 : ((const float *)data->values)[i];
        bool known = label >= 0 && label < (float)input->classes;
        own[i] = input->missing && label == -1            ? NAN
                 : known || isnan(label) || !input->other ? label
                                                          : (float)(input->classes - 1);
    }
    AertBytes bytes = {data->memory, data->mapped, data->mapped > 0};
    aert_bytes_close(&bytes);
    data->values = data->memory = own;
    data->mapped = 0;
    data->element = AERT_FLOAT;
    return true;
}

bool aert_data_check(AertData *data, const AertInput *input, AertError *error) {
    bool class = input->kind == AERT_CLASS;
    if (class && aert_data_check_shape(data, input, error) && !settle_classes(data, input, error))
        return false;
    data->gaps = input->missing && data->element == AERT_FLOAT;
    if (class)
        return aert_data_check_labels(data, input, error);
    return aert_data_check_shape(data, input, error) &&
           (data->element == AERT_BYTE || check_floats(data, input, error));
}
