/* Counts, and what few values are not 0 of: svmlight and MatrixMarket, by the numbers that they
 * hold. */
#include "data/data.h"
#include "library_check.h"

#include <zlib.h>

enum { SIZE = 5, MOST = 8 };

static AertInput counts_of(int size) {
    return (AertInput){
        .kind = AERT_COUNTS, .name = "x", .rank = 1, .dim = {size}, .ways = &aert_ways_counts};
}

static const AertInput vector = {
    .kind = AERT_VECTOR, .name = "v", .rank = 1, .dim = {SIZE}, .ways = &aert_ways_vector};
static const AertInput label = {
    .kind = AERT_CLASS, .role = AERT_AS_LABEL, .name = "y", .classes = 3};

static bool open_text(Test *t, AertData *data, AertData *labels, const char *text,
                      const AertInput *input) {
    const AertDataFrom from = {.path = test_file(t, "t.txt", text, strlen(text)),
                               .label = labels ? &label : NULL};
    return aert_data_open_labelled(data, labels, &from, input, &t->error);
}

/* The examples are these numbers, as floats and as doubles, in any order. */
static void are(Test *t, const AertData *data, int count, const float *want) {
    float one[MOST * SIZE];
    double two[MOST * SIZE];
    int64_t index[MOST];
    if (!CHECK(t, data->count == count && data->size == SIZE && data->sparse))
        return;
    for (int turn = 0; turn < 2; turn++) {
        for (int i = 0; i < count; i++)
            index[i] = turn ? count - 1 - i : i;
        memset(one, 1, sizeof one);
        aert_data_gather(data, index, 0, count, sizeof *one, one);
        aert_data_gather(data, index, 0, count, sizeof *two, two);
        for (int i = 0; i < count; i++)
            for (int k = 0; k < SIZE; k++) {
                float value = want[index[i] * SIZE + k];
                CHECK(t, one[i * SIZE + k] == value && two[i * SIZE + k] == (double)value);
            }
    }
}

static void test_svm(Test *t) {
    static const struct {
        const char *text;
        int count;
        float want[3 * SIZE];
        int32_t label[3];
        bool told; /* from where columns count */
    } rows[] = {
        {"1 2:2 5:1\n0\n2 1:3 # the last\n",
         3,
         {0, 2, 0, 0, 1, 0, 0, 0, 0, 0, 3},
         {1, 0, 2},
         false},
        {"# head\r\n\r\n+1 qid:7 5:1\r\n1 1:1\r\n", 2, {0, 0, 0, 0, 1, 1}, {1, 1}, false},
        {"2 0:1 4:7\n0 3:2", 2, {1, 0, 0, 0, 7, 0, 0, 0, 2}, {2, 0}, false},
        {"0 3:1 3:2 2:1\n", 1, {0, 1, 3}, {0}, true},
        {"0 3:1e2 4:2.0\n", 1, {0, 0, 100, 2}, {0}, true},
        {"0 3:1e2 4:2.0 0:0\n", 1, {0, 0, 0, 100, 2}, {0}, false},
    };
    const AertInput counts = counts_of(SIZE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        AertData data, labels;
        if (!WORKS(t, open_text(t, &data, &labels, rows[i].text, &counts)))
            continue;
        are(t, &data, rows[i].count, rows[i].want);
        CHECK(t, !data.note == !rows[i].told);
        CHECK(t, labels.count == rows[i].count &&
                     memcmp(labels.values, rows[i].label,
                            (size_t)rows[i].count * sizeof(int32_t)) == 0);
        aert_data_close(&data);
        aert_data_close(&labels);
    }
    AertData data;
    static const float bare[] = {0, 0.5f, 0, 0, -1};
    if (WORKS(t, open_text(t, &data, NULL, "2:0.5 5:-1\n", &vector))) { /* no labels at all */
        are(t, &data, 1, bare);
        aert_data_close(&data);
    }
}

static void test_mtx(Test *t) {
    static const float rows[3 * SIZE] = {0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 1};
    static const char head[] = "%%MatrixMarket matrix coordinate ";
    static const struct {
        const char *text, *note;
    } files[] = {
        {"integer general\n% docs by words\n3 5 3\n1 2 2\n3 5 1\n3 1 4\n", NULL},
        {"real general\r\n3 5 4\r\n3 1 1.0\r\n1 2 2e0\r\n3 5 1\r\n3 1 3\r\n", NULL},
        {"integer general\n5 3 3\n2 1 2\n5 3 1\n1 3 4", "has 5 rows and 3 columns: its columns are "
                                                        "taken for the examples"},
    };
    const AertInput counts = counts_of(SIZE);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char text[256];
        AertData data;
        snprintf(text, sizeof text, "%s%s", head, files[i].text);
        if (!WORKS(t, open_text(t, &data, NULL, text, &counts)))
            continue;
        are(t, &data, 3, rows);
        CHECK(t, files[i].note ? data.note && strstr(data.note, files[i].note) : !data.note);
        aert_data_close(&data);
    }
    static const char pattern[] =
        "%%matrixmarket MATRIX coordinate pattern general\n2 5 2\n2 5\n1 1\n";
    static const float ones[2 * SIZE] = {1, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    gzFile zipped = gzopen(test_path(t, "p.mtx.gz"), "wb");
    CHECK(t, zipped && gzputs(zipped, pattern) > 0 && gzclose(zipped) == Z_OK);
    AertData data;
    if (WORKS(t, aert_data_open(&data, test_path(t, "p.mtx.gz"), &counts, &t->error))) {
        are(t, &data, 2, ones);
        aert_data_close(&data);
    }
}

static void test_wrong(Test *t) {
    static const struct {
        const char *text, *message;
    } wrong[] = {
        {"1 2:2\n1 6:1\n", "t.txt:2: column 6, wanted at most 5"},
        {"1 0:2\n1 5:1\n", "t.txt:2: column 5, wanted at most 4, since one is column 0"},
        {"1 2:2\n1 x:1\n", "t.txt:2: found 'x:1', wanted column:value"},
        {"1 2:2\n\n1 3:1 7\n", "t.txt:3: found '7', wanted column:value"},
        {"1 2:2\n1 3:1e99\n", "t.txt:2: found '3:1e99', wanted a finite number"},
        {"1 2:2\n1 3:-1\n", "example 1 holds -1 in column 3, input x wants counts, whole numbers"},
        {"1 2:2\n1 3:0.5\n", "example 1 holds 0.5 in column 3, input x wants counts"},
        {"1 2:1\n2:1\n", "t.txt:2: found '2:1', wanted a label"},
        {"1 2:1\n7 2:1\n", "label 1 is 7, input y wants integers 0 .. 2"},
        {"1,2,3,4,-1\n",
         "t.txt:1: field 5 is '-1', wanted counts, whole numbers from 0 on (input x)"},
        {"1,2,3,4,1.5\n", "t.txt:1: field 5 is '1.5', wanted counts"},
        {"%%MatrixMarket matrix array real general\n2 5\n",
         "t.txt:1: found 'array', wanted coordinate"},
        {"%%MatrixMarket matrix coordinate complex general\n", "wanted integer, real or pattern"},
        {"%%MatrixMarket matrix coordinate real symmetric\n", "wanted general"},
        {"%%MatrixMarket matrix coordinate real general\n% x\n",
         "truncated: it has no line of sizes"},
        {"%%MatrixMarket matrix coordinate real general\n3 5\n",
         "found the end of the line, wanted three sizes"},
        {"%%MatrixMarket matrix coordinate real general\n3 4 1\n1 1 1\n",
         "has 3 rows and 4 columns, input x wants 5 of one of them"},
        {"%%MatrixMarket matrix coordinate real general\n2000000000 5 0\n",
         "announces 2000000000 examples, and has"},
        {"%%MatrixMarket matrix coordinate real general\n3 5 2\n1 1 1\n",
         "t.txt:2: announces 2 entries, and 1 follow"},
        {"%%MatrixMarket matrix coordinate real general\n3 5 1\n4 1 1\n",
         "t.txt:3: found '4', wanted a row, 1 to 3"},
        {"%%MatrixMarket matrix coordinate real general\n3 5 1\n3 0 1\n",
         "t.txt:3: found '0', wanted a column, 1 to 5"},
        {"%%MatrixMarket matrix coordinate real general\n3 5 1\n3 1\n",
         "t.txt:3: found the end of the line, wanted a finite"},
        {"%%MatrixMarket matrix coordinate pattern general\n3 5 1\n3 1 1\n",
         "t.txt:3: found '1', wanted the end of the line"},
    };
    const AertInput counts = counts_of(SIZE);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        AertData data, labels;
        bool fine = open_text(t, &data, &labels, wrong[i].text, &counts) &&
                    aert_data_check_labels(&labels, &label, &t->error);
        FAILS(t, fine, wrong[i].message);
        if (data.name)
            aert_data_close(&data), aert_data_close(&labels);
    }
}

/* Bytes are counts as they are, and the built-in ones are counts. */
static void test_dense(Test *t) {
    static const unsigned char idx[] = {0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 5, 0, 1, 2, 254, 255};
    const AertInput counts = counts_of(SIZE);
    AertData data;
    float row[SIZE];
    const int64_t first = 0;
    if (WORKS(t,
              aert_data_open(&data, test_file(t, "b.idx", idx, sizeof idx), &counts, &t->error))) {
        aert_data_gather(&data, &first, 0, 1, sizeof *row, row);
        CHECK(t, row[1] == 1 && row[3] == 254 && row[4] == 255);
        aert_data_close(&data);
    }
    const AertInput many = counts_of(200);
    if (WORKS(t, aert_strokes_make(&data, &many, NULL, NULL, 0, 50, 3, &t->error))) {
        const float *value = data.values;
        int zeros = 0, large = 0;
        test_make_all(&data);
        for (int i = 0; i < 50 * 200; i++) {
            CHECK(t, value[i] >= 0 && value[i] == (float)(int)value[i]);
            zeros += value[i] == 0;
            large += value[i] > 5;
        }
        CHECK(t, zeros > 1000 && large > 300);
        aert_data_close(&data);
    }
}

int main(void) {
    Test test;
    test_begin(&test);
    test_svm(&test);
    test_mtx(&test);
    test_wrong(&test);
    test_dense(&test);
    return test_end(&test);
}
