/* Data sets in files: IDX, NPY, NPZ, CSV, gzipped or not, as vectors, images and labels. */
#include "data/dataset.h"
#include "fuzz.h"

#include <math.h>

const char *const fuzz_words[] = {",",
                                  ";",
                                  "\t",
                                  "\n",
                                  "\r\n",
                                  "\"",
                                  "\"\"",
                                  "1e999",
                                  "nan",
                                  "-0",
                                  "65536",
                                  "kind",
                                  "'<f8'",
                                  "'<f2'",
                                  "'|u1'",
                                  "'>i4'",
                                  "(1, 2,)",
                                  "(3,)",
                                  "True",
                                  "shape",
                                  "99999999",
                                  "PK\3\4",
                                  "PK\1\2",
                                  "\x1f\x8b\b",
                                  "\xff\xff\xff\xff",
                                  "\x93NUMPY\1",
                                  "3:1",
                                  "0:2",
                                  "qid:1",
                                  "%%MatrixMarket matrix coordinate ",
                                  "integer general\n",
                                  "pattern",
                                  NULL};

static const AertInput vector = {
    AERT_VECTOR, AERT_AS_DATA, "v", 1, .dim = {3}, 0, 0, 0, 0, .ways = &aert_ways_vector};
static const AertInput image = {
    AERT_IMAGE, AERT_AS_DATA, "x", 3, .dim = {1, 2, 3}, 0, 0, 1, 1, .ways = &aert_ways_image};
static const AertInput counts = {
    .kind = AERT_COUNTS, .name = "x", .rank = 1, .dim = {5}, .ways = &aert_ways_counts};
static const AertInput windows = {
    .kind = AERT_SIGNAL, .name = "s", .rank = 2, .dim = {2, 3}, .ways = &aert_ways_signal};
static const AertInput texts = {.kind = AERT_TOKENS,
                                .name = "x",
                                .rank = 1,
                                .dim = {6},
                                .classes = 9,
                                .high = 8,
                                .ranged = 1,
                                .ways = &aert_ways_tokens};
static const AertInput label = {AERT_CLASS, AERT_AS_LABEL, "y", 0, .dim = {0}, 3, 0, 0, 0};

/* What data.h promises of a data set that was opened. */
static void look(const AertData *data, const AertInput *input) {
    int64_t index[2] = {0, data->count - 1};
    double row[2][6];
    MUST(data->count > 0 && data->size <= 6);
    aert_data_gather(data, index, 0, 2, sizeof **row, row);
    for (size_t i = 0; i < 2 * data->size; i++) {
        double value = ((double *)row)[i];
        MUST(isfinite(value));
        if (input->ranged)
            MUST(value >= input->low && value <= input->high);
        if (input->classes)
            MUST(value >= 0 && value < input->classes && value == floor(value));
    }
}

static void try(const char *path, const char *column, const AertInput *input) {
    AertData data, labels;
    AertError error;
    const AertDataFrom from = {.path = path, .column = column, .most = (size_t)1 << 22};
    if (!aert_data_open_labelled(&data, &labels, &from, input, &error)) {
        MUST(error.text[0] && !strchr(error.text, '\n'));
        return;
    }
    look(&data, input);
    if (labels.count)
        MUST(labels.count == data.count);
    aert_data_close(&data);
    aert_data_close(&labels);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    const char *path = fuzz_file(bytes, size);
    try(path, NULL, &vector);
    try(path, "kind", &vector);
    try(path, NULL, &image);
    try(path, NULL, &label);
    try(path, NULL, &counts);
    try(path, NULL, &windows);
    try(path, NULL, &texts);
    try(path, "kind", &texts);
    return 0;
}
