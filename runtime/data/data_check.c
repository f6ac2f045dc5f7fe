/* data_check: whether a data set is what the model wants: shape, range, labels. */
#include "data_parts.h"
#include "windows.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    static const char *const kind[] = {
#define ABI_INPUT(name, NAME, rank, holds, lengths, many) [AERT_##NAME] = many,
#include "abi.def"
    };
    char have[128], want[128];
    if (shapes_fit(data, input) || aert_is_recording(data, input))
        return true;
    return aert_fail(error, "%s: holds %lld examples of shape %s, input %s wants %s of shape %s",
                     data->name, (long long)data->count,
                     aert_shape_text(data->rank, data->dim, have, sizeof have), input->name,
                     kind[input->kind],
                     aert_shape_text(input->rank, input->dim, want, sizeof want));
}

/* What an input wants of its values. */
typedef struct Allowed {
    float low, high;
    bool whole; /* counts */
    bool gaps;  /* a NaN is one, and no error */
} Allowed;

static size_t outside(const float *value, size_t count, Allowed want) {
    size_t bad = 0;
    for (size_t i = 0; i < count; i++) {
        bool in = value[i] >= want.low && value[i] <= want.high;
        in = in && (!want.whole || fabsf(value[i]) >= AERT_FLOAT_WHOLE ||
                    value[i] == (float)(int)value[i]);
        bad += !in && !(want.gaps && isnan(value[i]));
    }
    return bad;
}

/* The values that a data set is made of, as rows of `size` each. */
static const float *rows_of(const AertData *data, int64_t row, size_t *size) {
    const AertWindow *window = &data->window;
    const AertSparse *sparse = data->sparse;
    if (sparse) {
        *size = (size_t)(sparse->start[row + 1] - sparse->start[row]);
        return sparse->value + sparse->start[row];
    }
    *size = window->length ? (size_t)window->channels : data->size;
    return (const float *)data->values + (size_t)row * *size;
}

/* The same of tokens. */
static bool whole_outside(const AertData *data, const AertInput *input, int64_t *example,
                          size_t *element) {
    for (*example = 0; *example < data->count; ++*example)
        for (*element = 0; *element < data->size; ++*element) {
            double number = aert_data_number(data, (size_t)*example * data->size + *element);
            if (!(number >= 0 && number < input->classes))
                return true;
        }
    return false;
}

bool aert_data_outside(const AertData *data, const AertInput *input, int64_t *example,
                       size_t *element) {
    if (data->element != AERT_FLOAT)
        return whole_outside(data, input, example, element);
    bool counts = aert_holds(input, AERT_HOLDS_COUNTS),
         whole = counts || aert_holds(input, AERT_HOLDS_TOKENS);
    float low = input->ranged ? (float)input->low : counts ? 0 : -FLT_MAX;
    float high = input->ranged ? (float)input->high : FLT_MAX;
    const Allowed want = {low, high, whole, input->missing};
    int64_t count = data->window.length ? data->window.moments : data->count;
    for (*example = 0; *example < count; ++*example) {
        size_t size;
        const float *value = rows_of(data, *example, &size);
        if (!outside(value, size, want))
            continue;
        *element = 0;
        while (!outside(value + *element, 1, want))
            ++*element;
        return true;
    }
    return false;
}

const char *aert_data_wanted(const AertInput *input, char *text, size_t size) {
    if (aert_holds(input, AERT_HOLDS_COUNTS) && !input->ranged)
        snprintf(text, size, "counts, whole numbers from 0 on");
    else if (input->ranged)
        snprintf(text, size, "%s in %g .. %g",
                 aert_holds(input, AERT_HOLDS_COUNTS)   ? "counts"
                 : aert_holds(input, AERT_HOLDS_TOKENS) ? "tokens, whole numbers"
                                                        : "values",
                 input->low, input->high);
    else
        snprintf(text, size, "finite values");
    return text;
}

static bool check_floats(const AertData *data, const AertInput *input, AertError *error) {
    int64_t example;
    size_t element, size;
    char wanted[128], where[32] = "";
    if (!aert_data_outside(data, input, &example, &element))
        return true;
    if (data->sparse)
        snprintf(where, sizeof where, " in column %d",
                 data->sparse->column[data->sparse->start[example] + (int64_t)element] + 1);
    double number = data->element != AERT_FLOAT
                        ? aert_data_number(data, (size_t)example * data->size + element)
                        : (double)rows_of(data, example, &size)[element];
    return aert_fail(error, "%s: %s %lld holds %.10g%s, input %s wants %s", data->name,
                     data->window.length ? "moment" : "example", (long long)example, number, where,
                     input->name, aert_data_wanted(input, wanted, sizeof wanted));
}

size_t aert_input_size(const AertInput *input) {
    return aert_shape_size(input->rank, input->dim);
}

void aert_sparse_shape(AertData *data, const AertInput *input, const char *format, int64_t count) {
    data->format = format;
    data->element = AERT_FLOAT;
    data->count = count;
    data->rank = input->rank;
    memcpy(data->dim, input->dim, sizeof data->dim);
    data->size = aert_input_size(input);
}

bool aert_data_wrong_label(const AertData *data, int64_t example, double label,
                           const AertInput *input, AertError *error) {
    char text[AERT_NUMBER];
    return aert_fail(error, "%s: label %lld is %s, input %s wants integers 0 .. %d", data->name,
                     (long long)example, aert_number_text(label, text), input->name,
                     (input->classes ? input->classes : AERT_MOST_CLASSES) - 1);
}

bool aert_data_check_labels(const AertData *data, const AertInput *input, AertError *error) {
    if (!aert_data_check_shape(data, input, error))
        return false;
    int classes = input->classes ? input->classes : AERT_MOST_CLASSES;
    if (data->classes && input->classes && !input->other && data->classes != input->classes)
        return aert_fail(error, "%s: holds %d classes, the first '%s', input %s wants %d",
                         data->name, data->classes, data->class_name[0], input->name,
                         input->classes);
    for (int64_t i = 0; i < data->count; i++) {
        double label = aert_data_number(data, (size_t)i);
        if (input->missing && isnan(label))
            continue;
        /* the range first: a double outside int's cannot be converted */
        if (label >= 0 && label < classes && label == (double)(int)label)
            continue;
        return aert_data_wrong_label(data, i, label, input, error);
    }
    return true;
}

/* Classes of numbers as the input has them: -1 is none where one may be missing, and what is beyond
 * those that there are is the last where that stands for all others. */
static bool settle_classes(AertData *data, const AertInput *input, AertError *error) {
    if ((!input->missing && !input->other) || data->classes)
        return true;
    int32_t *own = aert_allocate((size_t)data->count, sizeof *own, data->name, error);
    if (!own)
        return false;
    for (int64_t i = 0; i < data->count; i++) {
        double label = aert_data_number(data, (size_t)i);
        bool none = isnan(label) || (input->missing && label == -1);
        bool other = input->other && !(label >= 0 && label < input->classes);
        if (!none && !other && !(label == floor(label) && fabs(label) <= INT32_MAX)) {
            free(own);
            return aert_data_wrong_label(data, i, label, input, error);
        }
        own[i] = none ? AERT_NO_CLASS : other ? input->classes - 1 : (int32_t)label;
    }
    aert_data_put(data, own);
    data->element = AERT_WHOLE;
    return true;
}

/* What is plain of pictures may be meant otherwise elsewhere. */
static bool tell_bytes(AertData *data, const AertInput *input, AertError *error) {
    return aert_data_note(data, error, "%.200s: its bytes, 0 to 255, are taken for %g to %g",
                          data->name, input->low, input->high);
}

bool aert_data_check(AertData *data, const AertInput *input, AertError *error) {
    bool class = aert_holds(input, AERT_HOLDS_A_CLASS);
    if (class && aert_data_check_shape(data, input, error) && !settle_classes(data, input, error))
        return false;
    data->gaps = input->missing && data->element != AERT_BYTE;
    if (input->kind != AERT_IMAGE && data->element == AERT_BYTE && data->scaled &&
        !tell_bytes(data, input, error))
        return false;
    if (class)
        return aert_data_check_labels(data, input, error);
    return aert_data_check_shape(data, input, error) &&
           ((data->element == AERT_BYTE && !aert_holds(input, AERT_HOLDS_TOKENS)) ||
            check_floats(data, input, error));
}
