/* windows.h: recordings cut into windows that are views, by the numbers that were written. */
#include "data/data.h"
#include "library_check.h"

#include <math.h>

enum { MOMENTS = 50, CHANNELS = 3, LENGTH = 8 };

static AertInput signal_of(int channels, int length, bool ranged) {
    return (AertInput){.kind = AERT_SIGNAL,
                       .ways = &aert_ways_signal,
                       .name = "s",
                       .rank = 2,
                       .dim = {channels, length},
                       .low = ranged ? -1 : 0,
                       .high = ranged,
                       .ranged = ranged};
}

/* An array of NumPy: (rows, columns), or (rows) for columns 0. */
static const char *write_npy(Test *t, const char *name, const char *descr, int rows, int columns,
                             const void *values, size_t size) {
    static unsigned char bytes[1 << 14] = "\x93NUMPY\1";
    char shape[32], dict[119];
    snprintf(shape, sizeof shape, columns ? "(%d, %d)" : "(%d,)", rows, columns);
    int used = snprintf(dict, sizeof dict, "{'descr': '%s', 'fortran_order': False, 'shape': %s}",
                        descr, shape);
    memset(dict + used, ' ', sizeof dict - (size_t)used);
    dict[117] = '\n';
    bytes[8] = 118;
    memcpy(bytes + 10, dict, 118);
    memcpy(bytes + 128, values, size);
    return test_file(t, name, bytes, 128 + size);
}

static bool open_windows(Test *t, AertData *data, AertData *labels, const char *path,
                         const AertInput *input, int64_t stride, const char *column) {
    const AertReading how = {.stride = stride};
    const AertDataFrom from = {.path = path, .column = column, .how = &how};
    return aert_data_open_labelled(data, labels, &from, input, &t->error);
}

/* All windows of the data are what lies in value, (moments, channels), from their first moment on.
 */
static void are_windows(Test *t, const AertData *data, const float *value, int moments,
                        int channels, int length, int stride) {
    int count = (moments - length) / stride + 1;
    float one[CHANNELS * LENGTH * 2];
    double two[CHANNELS * LENGTH * 2];
    if (!CHECK(t, data->count == count && data->size == (size_t)(channels * length)))
        return;
    bool same = true;
    for (int64_t i = 0; i < count; i++) {
        const int64_t index[2] = {count - 1 - i, i};
        aert_data_gather(data, index, 0, 2, sizeof *one, one);
        aert_data_gather(data, index, 0, 2, sizeof *two, two);
        for (int c = 0; c < channels; c++)
            for (int k = 0; k < length; k++) {
                int at = channels * length + c * length + k;
                double want = (double)value[((int)i * stride + k) * channels + c];
                same = same && fabs((double)one[at] - want) < 1e-6 && fabs(two[at] - want) < 1e-6;
            }
    }
    CHECK(t, same);
}

static void test_views(Test *t) {
    float value[MOMENTS * CHANNELS], scaled[MOMENTS * CHANNELS];
    double wide[MOMENTS * CHANNELS];
    unsigned char bytes[MOMENTS * CHANNELS];
    for (int i = 0; i < MOMENTS * CHANNELS; i++) {
        value[i] = (float)(i * 37 % 101) / 7;
        wide[i] = (double)value[i];
        bytes[i] = (unsigned char)(i * 11);
        scaled[i] = (float)(-1 + 2 * bytes[i] / 255.0);
    }
    AertInput three = signal_of(CHANNELS, LENGTH, false), one = signal_of(1, LENGTH, false),
              ranged = signal_of(CHANNELS, LENGTH, true);
    static const int strides[] = {0, 1, 3, 8, 13};
    for (size_t k = 0; k < sizeof strides / sizeof *strides; k++) {
        AertData data;
        int stride = strides[k] ? strides[k] : LENGTH;
        const char *path = write_npy(t, "f4.npy", "<f4", MOMENTS, CHANNELS, value, sizeof value);
        if (WORKS(t, open_windows(t, &data, NULL, path, &three, strides[k], NULL))) {
            are_windows(t, &data, value, MOMENTS, CHANNELS, LENGTH, stride);
            CHECK(t, data.mapped > 0); /* nothing is copied */
            aert_data_close(&data);
        }
        path = write_npy(t, "f8.npy", "<f8", MOMENTS * CHANNELS, 1, wide, sizeof wide);
        if (WORKS(t, open_windows(t, &data, NULL, path, &one, strides[k], NULL))) {
            are_windows(t, &data, value, MOMENTS * CHANNELS, 1, LENGTH, stride);
            aert_data_close(&data);
        }
        path = write_npy(t, "flat.npy", "<f8", MOMENTS * CHANNELS, 0, wide, sizeof wide);
        if (WORKS(t, open_windows(t, &data, NULL, path, &one, strides[k], NULL))) {
            are_windows(t, &data, value, MOMENTS * CHANNELS, 1, LENGTH, stride);
            aert_data_close(&data);
        }
        path = write_npy(t, "u1.npy", "|u1", MOMENTS, CHANNELS, bytes, sizeof bytes);
        if (WORKS(t, open_windows(t, &data, NULL, path, &ranged, strides[k], NULL))) {
            CHECK(t, data.element == AERT_BYTE);
            are_windows(t, &data, scaled, MOMENTS, CHANNELS, LENGTH, stride);
            aert_data_close(&data);
        }
    }
}

/* A table, with a column of labels: each window has the most frequent of its moments'. */
static void test_table(Test *t) {
    char text[MOMENTS * 64], *to = text;
    float value[MOMENTS * 2];
    to += sprintf(to, "a,b,state\n");
    for (int i = 0; i < MOMENTS; i++) {
        value[2 * i] = (float)i;
        value[2 * i + 1] = (float)(i * i);
        to += sprintf(to, "%d,%d,%d\n", i, i * i, i < 12 ? 0 : i < 19 ? 2 : i < 33 ? 3 : 1);
    }
    const AertInput two = signal_of(2, LENGTH, false);
    AertData data, labels;
    const char *path = test_file(t, "r.csv", text, (size_t)(to - text));
    if (!WORKS(t, open_windows(t, &data, &labels, path, &two, 0, "state")))
        return;
    are_windows(t, &data, value, MOMENTS, 2, LENGTH, LENGTH);
    CHECK(t, data.note && strstr(data.note, "taken for a recording of 2 channels: 6 windows of 8 "
                                            "moments, one every 8 (--stride); left out: the last 2 "
                                            "moments"));
    CHECK(t, labels.count == MOMENTS);
    if (WORKS(t, aert_windows_share(&labels, &data, &t->error))) {
        static const int32_t want[] = {0, 0, 3, 3, 1, 1}; /* 8 … 15: four of each, the smaller */
        const int32_t *label = labels.values;
        CHECK(t, labels.count == 6 && memcmp(label, want, sizeof want) == 0);
        CHECK(t, labels.of_moments && labels.of_moments[32] == 3 && labels.of_moments[33] == 1);
    }
    aert_data_close(&data);
    aert_data_close(&labels);
    const AertInput four = signal_of(4, LENGTH, false), ranged = signal_of(2, LENGTH, true),
                    long_one = signal_of(2, 51, false),
                    vector = {.kind = AERT_VECTOR, .name = "v", .rank = 1, .dim = {2}};
    FAILS(
        t, open_windows(t, &data, NULL, path, &four, 0, NULL),
        "r.csv: has 3 columns (a, b, state), input s wants 4, the channels of a recording, or 32");
    FAILS(t, open_windows(t, &data, NULL, path, &ranged, 0, "state"),
          "r.csv:4: field 1 (a) is '2', wanted -1 to 1 (input s)");
    FAILS(t, open_windows(t, &data, NULL, path, &long_one, 0, "state"),
          "r.csv: holds 50 moments of 2 channels, input s wants windows of 51");
    if (WORKS(t, open_windows(t, &data, NULL, path, &vector, 0, "state"))) {
        CHECK(t, data.count == MOMENTS && data.window.length == 0);
        aert_data_close(&data);
    }
    path = write_npy(t, "r.npy", "<f4", MOMENTS, 2, value, sizeof value);
    FAILS(t, open_windows(t, &data, NULL, path, &ranged, 0, NULL),
          "r.npy: moment 2 holds 2, input s wants values in -1 .. 1");
    FAILS(t, open_windows(t, &data, NULL, path, &four, 0, NULL),
          "holds 50 examples of shape [2], input s wants signals of shape [4,8]");
    path = write_npy(t, "e.npy", "<f4", 5, 16, value, 5 * 16 * sizeof *value);
    FAILS(t, open_windows(t, &data, NULL, path, &two, 3, NULL),
          "e.npy: --stride is for recordings, files of (moments, channels), and this one holds 5 "
          "examples of shape [16]");
    if (WORKS(t, open_windows(t, &data, NULL, path, &two, 0, NULL))) {
        CHECK(t, data.count == 5 && !data.note); /* examples, as they were */
        aert_data_close(&data);
    }
}

int main(void) {
    Test test;
    test_begin(&test);
    test_views(&test);
    test_table(&test);
    return test_end(&test);
}
