/* windows: see windows.h. */
#include "windows.h"
#include "data_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool aert_is_recording(const AertData *data, const AertInput *input) {
    int rank = input->rank, length = rank ? input->dim[rank - 1] : 0;
    int channels = rank == 2 ? input->dim[0] : 1;
    return input->kind == AERT_SIGNAL && rank >= 1 && rank <= 2 && length > 1 && data->rank <= 1 &&
           data->size == (size_t)channels;
}

/* The line that tells what was made of a recording, and what of it is in no window. */
static bool tell_windows(AertData *data, AertError *error) {
    const AertWindow *w = &data->window;
    const char *s = w->channels == 1 ? "" : "s";
    char text[256];
    int64_t reach = aert_window_begin(w, data->count - 1) + w->length,
            apart = w->stride > w->length ? w->stride - w->length : 0;
    long long tail = (long long)(w->moments - reach), gaps = (long long)((data->count - 1) * apart);
    size_t used = (size_t)snprintf(
        text, sizeof text,
        "%.100s: taken for a recording of %d channel%s: %lld windows of %d moments, one every "
        "%lld (--stride)",
        data->name, w->channels, s, (long long)data->count, w->length, (long long)w->stride);
    if (gaps)
        snprintf(text + used, sizeof text - used, "; left out: %lld moments between them",
                 gaps + tail);
    else if (tail)
        snprintf(text + used, sizeof text - used, "; left out: the last %lld moment%s", tail,
                 tail == 1 ? "" : "s");
    return aert_data_tell(data, text, error);
}

bool aert_windows_cut(AertData *data, const AertInput *input, const AertReading *how,
                      AertError *error) {
    char text[256];
    int64_t stride = how ? how->stride : 0;
    if (!aert_is_recording(data, input))
        return stride == 0 || input->kind != AERT_SIGNAL ||
               aert_fail(error,
                         "%s: --stride is for recordings, files of (moments, channels), and this "
                         "one holds %lld examples of shape %s",
                         data->name, (long long)data->count,
                         aert_shape_text(data->rank, data->dim, text, sizeof text));
    int length = input->dim[input->rank - 1];
    int64_t moments = data->count;
    stride = stride ? stride : length;
    if (moments < length)
        return aert_fail(error,
                         "%s: holds %lld moments of %zu channels, input %s wants windows of %d, or "
                         "signals of shape %s",
                         data->name, (long long)moments, data->size, input->name, length,
                         aert_shape_text(input->rank, input->dim, text, sizeof text));
    data->window = (AertWindow){moments, stride, length, (int)data->size};
    data->count = (moments - length) / stride + 1;
    data->rank = input->rank;
    memcpy(data->dim, input->dim, sizeof data->dim);
    data->size *= (size_t)length;
    if (how && how->to_the_end && stride <= length && (moments - length) % stride)
        data->count++;
    return tell_windows(data, error);
}

static int by_number(const void *a, const void *b) {
    int32_t p = *(const int32_t *)a, q = *(const int32_t *)b;
    return (p > q) - (p < q);
}

/* The most frequent of the values, which are put in order. */
static int32_t most_frequent(int32_t *value, int count) {
    int best = 0, run = 0;
    int32_t found = value[0];
    qsort(value, (size_t)count, sizeof *value, by_number);
    for (int i = 0; i < count; i++) {
        run = i && value[i] == value[i - 1] ? run + 1 : 1;
        if (run > best) {
            best = run;
            found = value[i];
        }
    }
    return found;
}

bool aert_windows_share(AertData *labels, const AertData *data, AertError *error) {
    const AertWindow *window = &data->window;
    size_t length = (size_t)window->length;
    int32_t *of_window = aert_allocate((size_t)data->count, sizeof *of_window, "labels", error);
    int32_t *of_moments =
        of_window ? aert_allocate((size_t)window->moments, sizeof *of_moments, "labels", error)
                  : NULL;
    int32_t *in_hand = of_moments ? aert_allocate(length, sizeof *in_hand, "labels", error) : NULL;
    if (!in_hand) {
        free(of_window);
        free(of_moments);
        return false;
    }
    for (int64_t i = 0; i < window->moments; i++) {
        double class = aert_data_number(labels, (size_t)i);
        of_moments[i] = isnan(class) ? AERT_NO_CLASS : (int32_t) class;
    }
    for (int64_t i = 0; i < data->count; i++) {
        memcpy(in_hand, of_moments + aert_window_begin(window, i), length * sizeof *in_hand);
        of_window[i] = most_frequent(in_hand, window->length);
    }
    free(in_hand);
    aert_data_put(labels, of_window);
    labels->element = AERT_WHOLE;
    labels->of_moments = of_moments;
    labels->count = data->count;
    return true;
}
