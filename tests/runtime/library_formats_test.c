/* data.h: CSV, NPZ, folders of PNG, and the labels that they bring along; signals.h. */
#include "data/dataset.h"
#include "library_check.h"
#include "data/strokes.h"

#include <math.h>
#include <png.h>
#include <sys/stat.h>
#include <zlib.h>

static const AertInput vector = {
    AERT_VECTOR, AERT_AS_DATA, "v", 1, .dim = {3}, 0, 0, 0, 0, .ways = &aert_ways_vector};
static const AertInput image = {
    AERT_IMAGE, AERT_AS_DATA, "x", 3, .dim = {1, 2, 3}, 0, 0, 1, 1, .ways = &aert_ways_image};
static const AertInput label = {AERT_CLASS, AERT_AS_LABEL, "y", 0, .dim = {0}, 3, 0, 0, 0};

static bool opens(Test *t, const char *path, const char *column, const AertInput *input) {
    AertData data, labels;
    bool fine = aert_data_open_labelled(
        &data, &labels, &(AertDataFrom){.path = path, .column = column}, input, &t->error);
    if (fine) {
        aert_data_close(&data);
        aert_data_close(&labels);
    }
    return fine;
}

static const char *text_file(Test *t, const char *name, const char *text) {
    return test_file(t, name, text, strlen(text));
}

/* Whether the file holds two vectors, 1 2.5 -3 and 4 5 6e1. */
static bool two_vectors(Test *t, const char *text, const char *column) {
    static const float want[] = {1, 2.5f, -3, 4, 5, 60};
    AertData data, labels;
    if (!WORKS(t, aert_data_open_labelled(
                      &data, &labels,
                      &(AertDataFrom){.path = text_file(t, "a.csv", text), .column = column},
                      &vector, &t->error)))
        return false;
    bool same = data.count == 2 && data.size == 3 && data.element == AERT_FLOAT &&
                memcmp(data.values, want, sizeof want) == 0;
    same = same && (column != NULL) == (labels.count == 2);
    aert_data_close(&data);
    aert_data_close(&labels);
    return same;
}

static void test_csv(Test *t) {
    CHECK(t, two_vectors(t, "1,2.5,-3\n4,5,6e1\n", NULL));
    CHECK(t, two_vectors(t, "1,2.5,-3\n4,5,6e1", NULL));
    CHECK(t, two_vectors(t,
                         "\xef\xbb\xbf"
                         "a,b,\"c\"\r\n1, 2.5 ,-3\r\n\r\n4,5,\"6e1\"\r\n",
                         NULL));
    CHECK(t, two_vectors(t, "1;2.5;-3\r4;5;6e1\r", NULL));
    CHECK(t, two_vectors(t, "1\t2.5\t-3\n4\t5\t6e1\n", NULL));
    CHECK(t, two_vectors(t, "  1 2.5  -3\n4   5 60 \n", NULL));
    CHECK(t, two_vectors(t, "kind,a,b,c\nant,1,2.5,-3\nbee,4,5,60\n", "kind"));
    CHECK(t, two_vectors(t, "ant,1,2.5,-3\nbee,4,5,60\n", "1"));
    CHECK(t, two_vectors(t, "1,2.5,\"a, \"\"b\"\"\",-3\n4,5,c,60\n", "3"));
    CHECK(t, two_vectors(t, "a,b,c,kind\n1,2.5,-3,7\n4,5,60,9\n", "kind"));
    CHECK(t, two_vectors(t, "a,b,c,\"ki\nnd\"\n1,2.5,-3,\"x\r\n\r\n\"\n4,5,60,\"\"\n", "4"));
    CHECK(t, two_vectors(t, "\"a;b\",1,2.5,-3\n5\" pipe,4,5,60\n", "1"));
}

static void test_csv_wrong(Test *t) {
    static const struct {
        const char *text, *column, *message;
    } wrong[] = {
        {"1,2,3\n4,x,6\n", NULL, "wrong.csv:2: field 2 is 'x', wanted a number"},
        {"a,b,c\n1,2,3\n\n4,,6\n", NULL, "wrong.csv:4: field 2 (b) is '', wanted a number"},
        {"1,2,3\n4,5\n", NULL, "wrong.csv:2: found fewer fields, wanted 3"},
        {"1,2,3\n4,5,6,7\n", NULL, "wrong.csv:2: found more fields, wanted 3"},
        {"1,2,nan\n", NULL, "wrong.csv:1: field 3 is 'nan', wanted a number"},
        {"1,2,1e99\n", NULL, "wrong.csv:1: field 3 is '1e99', wanted a finite number"},
        {"a,b,c\n", NULL, "holds no examples"},
        {"\n\n", NULL, "holds no line"},
        {"1,2,3,4\n", NULL, "has 4 columns (1 to 4), input v wants 3 numbers: choose by --columns"},
        {"1,2,3,4,5\n", NULL,
         "has 5 columns (1 to 5), input v wants 3 numbers: choose by --columns"},
        {"a,b,c\n1,2,3\n4,\"5\n,6\n", NULL, "wrong.csv:3: a quote is not closed"},
        {"1,2,3\n\"4\"5,2,6\n", NULL, "wrong.csv:2: field 1 is '4\"5', wanted a number"},
        {"1,2,3\n\"4\n\",x,6\n", NULL, "wrong.csv:2: field 1 is '4\\x0a', wanted a number"},
        {"1,2,0.00000000000000000000000000000000000000000000000000000000000000001\n", NULL,
         "wrong.csv:1: field 3 is '0.000000000000000000000000000000000000000000000000000000"},
        {"k,a,b,c\nkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk,1,2,3\n", "k",
         "the label 'kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…' has more than 63 bytes"},
        {"1,2,3,4\n", "5", "has no column '5'; its columns are 1 to 4"},
        {"1,2,3,4\n", "0", "has no column '0'"},
        {"a,b,c,d\n1,2,3,4\n", "kind", "has no column 'kind'"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        FAILS(t, opens(t, text_file(t, "wrong.csv", wrong[i].text), wrong[i].column, &vector),
              wrong[i].message);
    char zero[6006] = "";
    for (size_t i = 0; i < 6000; i++)
        zero[i] = "1,2,3\n"[i % 6];
    memcpy(zero + 6000, "4\0,5,6", sizeof zero - 6000);
    FAILS(t, opens(t, test_file(t, "zero.csv", zero, sizeof zero), NULL, &vector),
          "zero.csv: holds a byte 0 and is no text");
    static const char whole[] = "kind,a,b,c\n\"ant\",1,2.5,-3\nbee,4,5,60\n";
    char bytes[sizeof whole];
    for (size_t i = 0; i < (sizeof whole - 1) * 8; i++) { /* must not crash */
        memcpy(bytes, whole, sizeof whole);
        bytes[i / 8] ^= (char)(1 << i % 8);
        opens(t, test_file(t, "flip.csv", bytes, sizeof whole - 1), "kind", &vector);
        opens(t, test_file(t, "cut.csv", whole, i / 8), "kind", &vector);
    }
}

/* The labels of a file are these, and so many of them have names. */
static bool labels_are(Test *t, const char *text, const char *column, const int32_t want[3],
                       const char *first) {
    AertData data, labels;
    bool alone = !column;
    const char *path = text_file(t, "labels.csv", text);
    if (!WORKS(t, aert_data_open_labelled(alone ? &labels : &data, alone ? NULL : &labels,
                                          &(AertDataFrom){.path = path, .column = column},
                                          alone ? &label : &vector, &t->error)))
        return false;
    bool same = labels.count == 3 && memcmp(labels.values, want, 3 * sizeof *want) == 0;
    same = same && (first ? labels.classes > 0 && strcmp(labels.class_name[0], first) == 0
                          : labels.classes == 0);
    aert_data_close(&labels);
    if (!alone)
        aert_data_close(&data);
    return same;
}

static void test_labels(Test *t) {
    const int32_t order[] = {1, 0, 1}, three[] = {2, 0, 1};
    CHECK(t, labels_are(t, "k,a,b,c\ncat,1,2,3\nant,4,5,6\ncat,7,8,9\n", "k", order, "ant"));
    CHECK(t, labels_are(t, "k,a,b,c\n07,1,2,3\n05,4,5,6\n07,7,8,9\n", "k", order, "05"));
    CHECK(t, labels_are(t, "1,1,2,3\n0,4,5,6\n1,7,8,9\n", "1", order, NULL));
    CHECK(t, labels_are(t, "dog\nant\ncat\n", NULL, three, "ant"));
    CHECK(t, labels_are(t, "kind\n2\n0\n1\n", NULL, three, NULL));
    CHECK(t, labels_are(t, "2\n0\n1\n", NULL, three, NULL));
    FAILS(t, opens(t, text_file(t, "two.csv", "a\nb\n"), NULL, &label),
          "holds 2 classes, the first 'a', input y wants 3");
    FAILS(t, opens(t, text_file(t, "four.csv", "0\n3\n"), NULL, &label),
          "four.csv:2: field 1 is '3', wanted a class of 0 to 2 (input y)");
    FAILS(t, opens(t, text_file(t, "wide.csv", "1,2\n"), NULL, &label), "has 2 columns");
    FAILS(t, opens(t, test_file(t, "v.f32", "0123456789ab", 12), "kind", &vector), "is no CSV");
}

static void test_csv_bytes(Test *t) {
    AertData data;
    if (WORKS(t, aert_data_open(&data, text_file(t, "i.csv", "0,51,255,1,2,3\n"), &image,
                                &t->error))) {
        CHECK(t, data.element == AERT_BYTE && ((const unsigned char *)data.values)[2] == 255);
        aert_data_close(&data);
    }
    if (WORKS(t,
              aert_data_open(&data, text_file(t, "i.csv", "0,1,1,1,0,0.5\n"), &image, &t->error))) {
        CHECK(t, data.element == AERT_FLOAT && ((const float *)data.values)[5] == 0.5f);
        aert_data_close(&data);
    }
    FAILS(t, opens(t, text_file(t, "i.csv", "0,1,1,1,0,256\n"), NULL, &image),
          "i.csv:1: field 6 is '256', wanted 0 to 1 (input x)");
}

/* A ZIP file that is written member by member. */
typedef struct Zip {
    unsigned char bytes[4096], folder[1024];
    size_t size, listed, members;
} Zip;

static void put(unsigned char **at, size_t value, int bytes) {
    for (int i = 0; i < bytes; i++)
        *(*at)++ = (unsigned char)(value >> 8 * i);
}

static void zip_add(Zip *zip, const char *name, const void *data, size_t size, bool deflated) {
    unsigned char packed[1024], *at = zip->bytes + zip->size, *list = zip->folder + zip->listed;
    size_t length = size, check = crc32(0, data, (uInt)size), from = zip->size;
    memcpy(packed, data, size);
    if (deflated) {
        z_stream stream = {.next_in = (unsigned char *)(uintptr_t)data,
                           .avail_in = (uInt)size,
                           .next_out = packed,
                           .avail_out = sizeof packed};
        deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
        deflate(&stream, Z_FINISH);
        length = stream.total_out;
        deflateEnd(&stream);
    }
    size_t common[] = {20, 0, deflated ? 8 : 0, 0, 0};
    put(&at, 0x04034b50, 4);
    put(&list, 0x02014b50, 4);
    put(&list, 20, 2);
    for (int i = 0; i < 5; i++) {
        put(&at, common[i], 2);
        put(&list, common[i], 2);
    }
    size_t sizes[] = {check, length, size};
    for (int i = 0; i < 3; i++) {
        put(&at, sizes[i], 4);
        put(&list, sizes[i], 4);
    }
    put(&at, strlen(name), 2);
    put(&at, 0, 2);
    put(&list, strlen(name), 2);
    put(&list, 0, 6);
    put(&list, 0, 6);
    put(&list, from, 4);
    memcpy(at, name, strlen(name));
    memcpy(at + strlen(name), packed, length);
    memcpy(list, name, strlen(name));
    zip->size = (size_t)(at - zip->bytes) + strlen(name) + length;
    zip->listed = (size_t)(list - zip->folder) + strlen(name);
    zip->members++;
}

static const char *zip_file(Test *t, const Zip *zip, const char *name) {
    unsigned char bytes[6000], *at = bytes + zip->size + zip->listed;
    memcpy(bytes, zip->bytes, zip->size);
    memcpy(bytes + zip->size, zip->folder, zip->listed);
    put(&at, 0x06054b50, 4);
    put(&at, 0, 4);
    put(&at, zip->members, 2);
    put(&at, zip->members, 2);
    put(&at, zip->listed, 4);
    put(&at, zip->size, 4);
    put(&at, 0, 2);
    return test_file(t, name, bytes, (size_t)(at - bytes));
}

static void test_zip(Test *t) {
    unsigned char npy[128] = "\x93NUMPY\x01\x00";
    static const char dict[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    const float value[] = {1, 2, 3, 4, 5, 6};
    npy[8] = sizeof dict - 1;
    memcpy(npy + 10, dict, sizeof dict - 1);
    memcpy(npy + 10 + sizeof dict - 1, value, sizeof value);
    size_t size = 10 + sizeof dict - 1 + sizeof value;
    Zip one = {0}, two = {0};
    zip_add(&one, "x.npy", npy, size, true);
    zip_add(&two, "x.npy", npy, size, false);
    zip_add(&two, "y_test.npy", npy, size - 4, true);
    const char *path = zip_file(t, &one, "one.npz");
    WORKS(t, opens(t, path, NULL, &vector));
    unsigned char bytes[1024], flipped[1024];
    size_t whole = test_read(path, bytes, sizeof bytes);
    for (size_t cut = 0; cut < whole; cut++)
        FAILS(t, opens(t, test_file(t, "cut.npz", bytes, cut), NULL, &vector), "");
    for (size_t i = 0; i < whole * 8; i++) { /* must not crash */
        memcpy(flipped, bytes, whole);
        flipped[i / 8] ^= (unsigned char)(1 << i % 8);
        opens(t, test_file(t, "flip.npz", flipped, whole), NULL, &vector);
    }
    char named[256];
    path = zip_file(t, &two, "two.npz");
    FAILS(t, opens(t, path, NULL, &vector), "holds the arrays x.npy, y_test.npy: name one");
    snprintf(named, sizeof named, "%s:x", path);
    AertData data;
    if (WORKS(t, aert_data_open(&data, named, &vector, &t->error))) {
        CHECK(t, data.count == 2 && memcmp(data.values, value, sizeof value) == 0);
        aert_data_close(&data);
    }
    snprintf(named, sizeof named, "%s:y_test", path);
    FAILS(t, opens(t, named, NULL, &vector), "truncated: found 20 bytes of data, wanted 24");
    snprintf(named, sizeof named, "%s:z", path);
    FAILS(t, opens(t, named, NULL, &vector), "holds the arrays");
}

static const char *png_file(Test *t, const char *name, int format, int width, int height,
                            const void *pixels) {
    png_image picture = {.version = PNG_IMAGE_VERSION,
                         .width = (png_uint_32)width,
                         .height = (png_uint_32)height,
                         .format = (png_uint_32)format};
    const char *path = test_path(t, name);
    CHECK(t, png_image_write_to_file(&picture, path, 0, pixels, 0, NULL) != 0);
    return path;
}

static void test_folder(Test *t) {
    static const unsigned char grey[] = {0, 51, 102, 153, 204, 255}, color[18] = {255, 0, 0, 9};
    static const char *const folders[] = {"all", "all/ant", "all/bee", "flat", "empty"};
    char all[128], flat[128], empty[128];
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        mkdir(test_path(t, folders[i]), 0777);
    snprintf(all, sizeof all, "%s", test_path(t, "all"));
    snprintf(flat, sizeof flat, "%s", test_path(t, "flat"));
    snprintf(empty, sizeof empty, "%s", test_path(t, "empty"));
    FAILS(t, opens(t, empty, NULL, &image), "is a folder without PNG or JPEG pictures");
    png_file(t, "all/bee/1.png", PNG_FORMAT_GRAY, 3, 2, grey);
    png_file(t, "all/ant/2.png", PNG_FORMAT_RGB, 3, 2, color);
    png_file(t, "all/bee/10.PNG", PNG_FORMAT_GRAY, 3, 2, grey);
    AertData data, labels;
    if (WORKS(t, aert_data_open_labelled(&data, &labels, &(AertDataFrom){.path = all}, &image,
                                         &t->error))) {
        const unsigned char *byte = data.values;
        const int32_t *mark = labels.values;
        CHECK(t,
              data.count == 3 && labels.count == 3 && mark[0] == 0 && mark[1] == 1 && mark[2] == 1);
        CHECK(t, strcmp(labels.class_name[1], "bee") == 0 && memcmp(byte + 6, grey, 6) == 0);
        CHECK(t, byte[0] == 76 && byte[2] == 0); /* the luma of red */
        aert_data_close(&data);
        aert_data_close(&labels);
    }
    png_file(t, "flat/1.png", PNG_FORMAT_RGB, 3, 2, color);
    AertInput colored = image;
    colored.dim[0] = 3;
    if (WORKS(t, aert_data_open_labelled(&data, &labels, &(AertDataFrom){.path = flat}, &colored,
                                         &t->error))) {
        const unsigned char *byte = data.values; /* planes of red, green, blue */
        CHECK(t, labels.count == 0 && byte[0] == 255 && byte[1] == 9 && byte[6] == 0);
        aert_data_close(&data);
    }
    FAILS(t, opens(t, flat, NULL, &vector), "those are for images of 1 or 3 channels");
    const char *path = png_file(t, "flat/2.png", PNG_FORMAT_GRAY, 2, 3, grey);
    FAILS(t, opens(t, flat, NULL, &image),
          "2.png: is 3 pixels high and 2 wide, input x wants 2 and 3: --resize fit or");
    unsigned char bytes[512];
    size_t size = test_read(test_path(t, "flat/1.png"), bytes, sizeof bytes);
    for (size_t cut = 0; cut + 12 < size; cut++) /* the end's mark may be missing */
        FAILS(t, opens(t, (test_file(t, "flat/2.png", bytes, cut), flat), NULL, &image),
              "2.png: cannot be read");
    CHECK(t, path != NULL);
    test_file(t, "all/3.png", bytes, size);
    FAILS(t, opens(t, all, NULL, &image), "pictures beside folders");
}

static void test_signals(Test *t) {
    const AertInput input = {AERT_VECTOR, AERT_AS_DATA, "s", 2, .dim = {2, 100},
                             0,           -1,           1,   1, .ways = &aert_ways_vector};
    AertData a, b, la, lb;
    const AertInput ten = {AERT_CLASS, AERT_AS_LABEL, "y", 0, .dim = {0}, 10, 0, 0, 0};
    if (!WORKS(t, aert_strokes_make(&a, &input, &la, &ten, 0, 400, 3, &t->error)) ||
        !WORKS(t, aert_strokes_make(&b, &input, &lb, &ten, 100, 10, 3, &t->error)))
        return;
    test_make_all(&a), test_make_all(&b);
    const float *value = a.values;
    CHECK(t, strcmp(a.name, "built-in signals") == 0);
    CHECK(t, memcmp(value + 100 * 200, b.values, 10 * 200 * sizeof *value) == 0);
    double mean[10][100] = {{0}}, count[10] = {0};
    for (int64_t i = 0; i < 400; i++) {
        int kind = ((const unsigned char *)la.values)[i];
        double low = 9, high = -9;
        for (int k = 0; k < 200; k++) {
            double v = (double)value[i * 200 + k];
            low = fmin(low, v);
            high = fmax(high, v);
            mean[kind][k % 100] += v;
        }
        count[kind] += 2;
        CHECK(t, low >= -1 && high <= 1 && high - low > 0.3);
    }
    for (int kind = 0; kind < 10; kind++)
        CHECK(t, count[kind] > 20);
    /* a step up ends higher than it begins, one down lower, a tone does neither */
    CHECK(t, mean[4][95] / count[4] - mean[4][5] / count[4] > 0.6);
    CHECK(t, mean[5][95] / count[5] - mean[5][5] / count[5] < -0.6);
    CHECK(t, fabs(mean[2][95] / count[2] - mean[2][5] / count[2]) < 0.4);
    aert_data_close(&a);
    aert_data_close(&b);
    aert_data_close(&la);
    aert_data_close(&lb);
}

int main(void) {
    Test test;
    test_begin(&test);
    test_csv(&test);
    test_csv_wrong(&test);
    test_labels(&test);
    test_csv_bytes(&test);
    test_zip(&test);
    test_folder(&test);
    test_signals(&test);
    return test_end(&test);
}
