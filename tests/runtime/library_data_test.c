/* data.h: every format, every way in which a file can be wrong, and the gather. */
#include "data/dataset.h"
#include "library_check.h"

#include <math.h>
#include <unistd.h>
#include <zlib.h>

static const AertInput image = {AERT_IMAGE, AERT_AS_DATA, "x", 3, .dim = {1, 2, 3}, 0, 0, 1, 1};
static const AertInput vector = {AERT_VECTOR, AERT_AS_DATA, "v", 1, .dim = {6},
                                 0,           -1,           1,   1, .ways = &aert_ways_vector};
static const AertInput unranged = {
    AERT_VECTOR, AERT_AS_DATA, "v", 1, .dim = {6}, 0, 0, 1, 0, .ways = &aert_ways_vector};
static const AertInput label = {AERT_CLASS, AERT_AS_LABEL, "y", 0, .dim = {0}, 10, 0, 0, 0};

/* Two images of 2 × 3 bytes. */
static const unsigned char idx[] = {0, 0, 8, 3, 0,  0,   0, 2, 0, 0, 0,  2,   0,  0,
                                    0, 3, 0, 1, 51, 102, 3, 4, 5, 6, 10, 255, 20, 30};
static const unsigned char idx_labels[] = {0, 0, 8, 1, 0, 0, 0, 2, 7, 9};

static size_t zip(const unsigned char *in, size_t size, unsigned char *out, size_t room) {
    z_stream stream = {0};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = (unsigned char *)(uintptr_t)in;
    stream.avail_in = (uInt)size;
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    deflate(&stream, Z_FINISH);
    size = stream.total_out;
    deflateEnd(&stream);
    return size;
}

/* A NumPy file with this dict. */
static const char *npy_file(Test *t, const char *dict, const void *data, size_t size, int version) {
    unsigned char bytes[1024] = "\x93NUMPY";
    size_t length = strlen(dict), prefix = version == 1 ? 10 : 12;
    bytes[6] = (unsigned char)version;
    bytes[8] = (unsigned char)(length & 0xff);
    bytes[9] = (unsigned char)(length >> 8);
    memcpy(bytes + prefix, dict, length);
    memcpy(bytes + prefix + length, data, size);
    return test_file(t, "a.npy", bytes, prefix + length + size);
}

static bool opens(Test *t, const char *path, const AertInput *input) {
    AertData data;
    bool fine = aert_data_open(&data, path, input, &t->error);
    if (fine)
        aert_data_close(&data);
    return fine;
}

static void check_images(Test *t, const char *path) {
    AertData data;
    float out[12] = {0};
    double wide[12];
    const int64_t index[] = {1, 0};
    if (!WORKS(t, aert_data_open(&data, path, &image, &t->error)))
        return;
    CHECK(t, data.count == 2 && data.size == 6 && data.element == AERT_BYTE);
    aert_data_gather(&data, index, 1, 2, sizeof(float), out);
    CHECK(t, out[0] == 0); /* row 0 was not asked for */
    aert_data_gather(&data, index, 0, 1, sizeof(float), out);
    CHECK(t, out[3] == 1 && out[6] == 0 && out[8] == 0.2f && out[9] == 0.4f);
    aert_data_gather(&data, index, 0, 2, sizeof(double), wide);
    CHECK(t, wide[3] == 1 && wide[7] == 1 / 255.0);
    aert_data_close(&data);
    CHECK(t, data.name == NULL);
}

static void test_idx(Test *t) {
    unsigned char bytes[64];
    check_images(t, test_file(t, "plain", idx, sizeof idx));
    for (size_t size = 0; size < sizeof idx; size++)
        FAILS(t, opens(t, test_file(t, "cut", idx, size), &image), size ? "" : "is empty");
    FAILS(t, opens(t, test_file(t, "cut", idx, 20), &image),
          "truncated: found 4 bytes of data, wanted 12");
    memcpy(bytes, idx, sizeof idx);
    FAILS(t, opens(t, test_file(t, "long", bytes, sizeof idx + 1), &image),
          "found 13 bytes of data, its IDX header announces 12");
    for (size_t i = 0; i < 16 * 8;
         i++) { /* every bit of the header flipped: an error, never a crash */
        memcpy(bytes, idx, sizeof idx);
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
        FAILS(t, opens(t, test_file(t, "flip", bytes, sizeof idx), &image), "flip");
    }
    memcpy(bytes, idx, sizeof idx);
    bytes[7] = 0;
    FAILS(t, opens(t, test_file(t, "none", bytes, 16), &image), "holds no examples");
    memset(bytes + 4, 0xff, 12);
    FAILS(t, opens(t, test_file(t, "huge", bytes, sizeof idx), &image), "more than memory");
    FAILS(t, opens(t, test_path(t, "missing"), &image), "missing: cannot open: No such file");
    FAILS(t, opens(t, t->folder, &image), "is a folder");
    FAILS(t, opens(t, "/dev/zero", &image), "is a device");
    FAILS(t, opens(t, test_file(t, "a.png", "\x89PNG\r\n", 6), &image),
          "begins with '.PNG..'; wanted IDX, NPY");
    FAILS(t, opens(t, test_file(t, "a.wav", "RIFF\x24\0\0\0WAVEfmt ", 16), &image),
          "a.wav: begins with 'RIFF$...WAVE'; wanted IDX");
    FAILS(t, opens(t, test_path(t, "a.wav"), &image), "write WAV, Parquet and their like as");
}

static void test_gzip(Test *t) {
    unsigned char zipped[256], bytes[512];
    size_t size = zip(idx, sizeof idx, zipped, sizeof zipped);
    check_images(t, test_file(t, "zipped", zipped, size));
    for (size_t cut = 0; cut < size; cut++)
        FAILS(t, opens(t, test_file(t, "cut.gz", zipped, cut), &image), "");
    FAILS(t, opens(t, test_file(t, "cut.gz", zipped, size - 9), &image), "truncated");
    memcpy(bytes, zipped, size);
    bytes[size] = 'x';
    FAILS(t, opens(t, test_file(t, "more.gz", bytes, size + 1), &image),
          "after the end of the gzip stream");
    bytes[size - 6] ^= 1;
    FAILS(t, opens(t, test_file(t, "crc.gz", bytes, size), &image),
          "damaged gzip stream: incorrect data check");
    for (size_t i = 0; i < size * 8; i++) {
        memcpy(bytes, zipped, size);
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
        opens(t, test_file(t, "flip.gz", bytes, size), &image); /* must not crash */
    }
    size_t half = zip(idx, 15, bytes, sizeof bytes); /* two members, as gzip allows */
    half += zip(idx + 15, sizeof idx - 15, bytes + half, sizeof bytes - half);
    check_images(t, test_file(t, "two.gz", bytes, half));
}

static void test_npy_scalars(Test *t) {
    AertData data;
    const int64_t first = 0;
    float out[6];
    const double f8[] = {0, 0.25, -1, 1, 0.5, 0.125};
    const int16_t i2[] = {0, 1, -1, 1, 0, 1};
    const unsigned char big[] = {0x3f, 0, 0, 0, 0xbf, 0x80, 0, 0}; /* 0.5, -1 */
    const char *path = npy_file(t, "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 6), }",
                                f8, sizeof f8, 1);
    if (WORKS(t, aert_data_open(&data, path, &vector, &t->error))) {
        aert_data_gather(&data, &first, 0, 1, sizeof(float), out);
        CHECK(t, data.element == AERT_FLOAT && out[1] == 0.25f && out[2] == -1);
        aert_data_close(&data);
    }
    path =
        npy_file(t, "{\"shape\":(1,2,3),'fortran_order':False,'descr':'<i2'}\n", i2, sizeof i2, 2);
    if (WORKS(t, aert_data_open(&data, path, &vector, &t->error))) {
        aert_data_gather(&data, &first, 0, 1, sizeof(float), out);
        CHECK(t, data.rank == 2 && out[1] == 1 && out[2] == -1);
        aert_data_close(&data);
    }
    AertInput two = {AERT_VECTOR, AERT_AS_DATA, "v", 1, .dim = {2},
                     0,           -1,           1,   1, .ways = &aert_ways_vector};
    path = npy_file(t, "{'descr': '>f4', 'fortran_order': False, 'shape': (1, 2), }", big,
                    sizeof big, 3);
    if (WORKS(t, aert_data_open(&data, path, &two, &t->error))) {
        aert_data_gather(&data, &first, 0, 1, sizeof(float), out);
        CHECK(t, out[0] == 0.5f && out[1] == -1);
        aert_data_close(&data);
    }
    path =
        npy_file(t, "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 6), }", idx + 16, 12, 1);
    if (WORKS(t, aert_data_open(&data, path, &vector, &t->error))) {
        aert_data_gather(&data, &first, 0, 1, sizeof(float), out); /* 0..255 -> -1..1 */
        CHECK(t, data.element == AERT_BYTE && out[0] == -1 && fabsf(out[2] + 0.6f) < 1e-7f);
        aert_data_close(&data);
    }
}

/* Halves of every kind, and arrays whose first axis changes fastest: bytes stay bytes. */
static void test_npy_orders(Test *t) {
    static const struct {
        uint16_t bits;
        float value;
    } halves[] = {{0x3c00, 1},
                  {0xc000, -2},
                  {0x3555, 0.333251953125f},
                  {0x0001, 0x1p-24f},
                  {0x83ff, -0x1.ff8p-15f},
                  {0x7bff, 65504}};
    AertData data;
    const int64_t both[] = {0, 1};
    uint16_t f2[6];
    float out[12];
    AertInput any = {AERT_VECTOR, AERT_AS_DATA, "v", 1, .dim = {6}, .ways = &aert_ways_vector};
    for (int i = 0; i < 6; i++)
        f2[i] = halves[i].bits;
    const char *path = npy_file(t, "{'descr': '<f2', 'fortran_order': False, 'shape': (1, 6), }",
                                f2, sizeof f2, 1);
    if (WORKS(t, aert_data_open(&data, path, &any, &t->error))) {
        aert_data_gather(&data, both, 0, 1, sizeof(float), out);
        for (int i = 0; i < 6; i++)
            CHECK(t, out[i] == halves[i].value);
        aert_data_close(&data);
    }
    f2[5] = 0x7c00;
    path = npy_file(t, "{'descr': '<f2', 'fortran_order': False, 'shape': (1, 6), }", f2, sizeof f2,
                    1);
    FAILS(t, opens(t, path, &any), "holds inf");
    unsigned char bytes[12]; /* (2, 2, 3): number i, k, l is 100 i + 10 k + l */
    for (int at = 0; at < 12; at++)
        bytes[at] = (unsigned char)(100 * (at % 2) + 10 * (at / 2 % 2) + at / 4);
    path = npy_file(t, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2, 3), }", bytes,
                    sizeof bytes, 1);
    if (WORKS(t, aert_data_open(&data, path, &any, &t->error))) {
        CHECK(t, data.element == AERT_BYTE && data.count == 2 && data.rank == 2);
        data.scaled = false;
        aert_data_gather(&data, both, 0, 2, sizeof(float), out);
        for (int i = 0; i < 12; i++)
            CHECK(t, out[i] == (float)(100 * (i / 6) + 10 * (i / 3 % 2) + i % 3));
        aert_data_close(&data);
    }
}

static void test_npy_wrong(Test *t) {
    static const struct {
        const char *dict, *message;
    } wrong[] = {
        {"{'descr': '<f4', 'fortran_order': True, 'shape': (1, 7), }", "truncated"},
        {"{'descr': '<c8', 'fortran_order': False, 'shape': (1, 6), }", "elements '<c8'"},
        {"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 6), }",
         "no plain numbers"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (), }", "a single number"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (0, 6), }", "holds no examples"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 7), }",
         "truncated: found 24 bytes of data, wanted 28"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }",
         "6 examples of shape [], input v wants vectors of shape [6]"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }", "found 24 bytes of data"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 3), }",
         "damaged NPY header"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775, 2000000000), }",
         "more than memory"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1), }",
         "damaged NPY header"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 6)", "damaged NPY header"},
        {"{'descr': '<f4', 'shape': (1, 6), }", "damaged NPY header"},
        {"", "damaged NPY header"},
    };
    const float f4[6] = {0};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        FAILS(t, opens(t, npy_file(t, wrong[i].dict, f4, sizeof f4, 1), &vector), wrong[i].message);
    FAILS(t, opens(t, npy_file(t, "{}", f4, sizeof f4, 9), &vector), "NPY version 9");
    unsigned char bytes[256];
    size_t size =
        test_read(npy_file(t, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 6), }", f4,
                           sizeof f4, 1),
                  bytes, sizeof bytes);
    for (size_t cut = 0; cut < size; cut++)
        FAILS(t, opens(t, test_file(t, "cut.npy", bytes, cut), &vector), "");
    for (size_t i = 0; i < size * 8; i++) {
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
        opens(t, test_file(t, "flip.npy", bytes, size), &vector); /* must not crash */
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
    }
}

static void test_raw_and_range(Test *t) {
    AertData data;
    float value[12] = {0.5f, -1, 1};
    if (WORKS(t, aert_data_open(&data, test_file(t, "a.f32", value, sizeof value), &vector,
                                &t->error))) {
        CHECK(t, data.count == 2 && data.mapped);
        aert_data_close(&data);
    }
    FAILS(t, opens(t, test_file(t, "b.f32", value, 47), &vector),
          "found 47 bytes, wanted a multiple of 24");
    value[7] = 1.5f;
    FAILS(t, opens(t, test_file(t, "c.f32", value, sizeof value), &vector),
          "example 1 holds 1.5, input v wants values in -1 .. 1");
    CHECK(t, opens(t, test_file(t, "c.f32", value, sizeof value), &unranged));
    value[0] = NAN;
    FAILS(t, opens(t, test_file(t, "d.f32", value, sizeof value), &vector), "example 0 holds nan");
    value[0] = INFINITY;
    FAILS(t, opens(t, test_file(t, "d.f32", value, sizeof value), &unranged),
          "example 0 holds inf, input v wants finite");
}

static void test_shapes(Test *t) {
    const AertInput flat = {AERT_VECTOR, AERT_AS_DATA,
                            "v",         1,
                            .dim = {6},  0,
                            0,           1,
                            1,           .ways = &aert_ways_vector},
                    turned = {AERT_IMAGE, AERT_AS_DATA, "x", 3, .dim = {1, 3, 2}, 0, 0, 1, 1};
    const char *path = test_file(t, "plain", idx, sizeof idx);
    CHECK(t, opens(t, path, &flat));
    FAILS(t, opens(t, path, &turned),
          "holds 2 examples of shape [2,3], input x wants images of shape [1,3,2]");
    FAILS(t, opens(t, path, &label), "wants labels of shape []");
    FAILS(t, opens(t, test_file(t, "labels", idx_labels, sizeof idx_labels), &image),
          "2 examples of shape []");
}

static void test_labels(Test *t) {
    AertData data, labels;
    const int64_t index[] = {1, 0, 1};
    const int64_t i8[] = {0, -1};
    const double f8[] = {1, 2.5};
    float out[3];
    if (WORKS(t, aert_data_open(&labels, test_file(t, "labels", idx_labels, sizeof idx_labels),
                                &label, &t->error))) {
        aert_data_gather(&labels, index, 0, 3, sizeof(float), out);
        CHECK(t, out[0] == 9 && out[1] == 7 && out[2] == 9);
        if (WORKS(t, aert_data_open(&data, test_file(t, "plain", idx, sizeof idx), &image,
                                    &t->error))) {
            CHECK(t, aert_data_same_count(&data, &labels, &t->error));
            data.count = 1;
            FAILS(t, aert_data_same_count(&data, &labels, &t->error), "has 2 labels");
            aert_data_close(&data);
        }
        aert_data_close(&labels);
    }
    const AertInput few = {AERT_CLASS, AERT_AS_LABEL, "y", 0, .dim = {0}, 9, 0, 0, 0};
    FAILS(t, opens(t, test_file(t, "labels", idx_labels, sizeof idx_labels), &few),
          "label 1 is 9, input y wants integers 0 .. 8");
    FAILS(t,
          opens(t,
                npy_file(t, "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }", i8,
                         sizeof i8, 1),
                &label),
          "label 1 is -1");
    FAILS(t,
          opens(t,
                npy_file(t, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }", f8,
                         sizeof f8, 1),
                &label),
          "label 1 is 2.5");
}

static void test_near_whole(Test *t) {
    const double near[] = {1, 3.00000001};
    FAILS(t,
          opens(t,
                npy_file(t, "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", near,
                         sizeof near, 1),
                &label),
          "label 1 is 3.00000001, input y wants integers");
    const AertInput tokens = {AERT_TOKENS, AERT_AS_DATA, "t", 1, .dim = {1}, 9, 0, 8, 1},
                    counts = {.kind = AERT_COUNTS, .name = "n", .rank = 1, .dim = {1}};
    FAILS(t,
          opens(t,
                npy_file(t, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }", near,
                         sizeof near, 1),
                &tokens),
          "example 1 holds 3.00000001, input t wants whole numbers");
    FAILS(t,
          opens(t,
                npy_file(t, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }", near,
                         sizeof near, 1),
                &counts),
          "example 1 holds 3.00000001, input n wants whole numbers");
}

static void test_large_labels(Test *t) {
    AertData labels;
    const int32_t far[] = {16777215, 16777217}; /* as floats 16777215 and 16777216 */
    const AertInput more = {AERT_CLASS, AERT_AS_LABEL, "y", 0, .dim = {0}, INT32_MAX, 0, 0, 0};
    const AertInput most = {AERT_CLASS, AERT_AS_LABEL, "y", 0, .dim = {0}, 1 << 24, 0, 0, 0};
    if (WORKS(t, aert_data_open(&labels,
                                npy_file(t,
                                         "{'descr': '<i4', 'fortran_order': False, 'shape': "
                                         "(1,), }",
                                         far, sizeof *far, 1),
                                &most, &t->error))) {
        CHECK(t, aert_data_class(&labels, 0) == 16777215);
        aert_data_close(&labels);
    }
    FAILS(t,
          opens(t,
                npy_file(t, "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }", far,
                         sizeof far, 1),
                &most),
          "label 1 is 16777217, input y wants integers 0 .. 16777215");
    const int64_t near_most[] = {16777217, 16777216, INT32_MAX - 1, INT32_MAX};
    const int64_t first[] = {0, 1, 2};
    int32_t got[3] = {0};
    if (WORKS(t, aert_data_open(&labels,
                                npy_file(t,
                                         "{'descr': '<i8', 'fortran_order': False, 'shape': "
                                         "(3,), }",
                                         near_most, 3 * sizeof *near_most, 1),
                                &more, &t->error))) {
        aert_data_gather(&labels, first, 0, 3, 0, got);
        CHECK(t, got[0] == 16777217 && got[1] == 16777216 && got[2] == INT32_MAX - 1);
        CHECK(t, aert_data_class(&labels, 0) == 16777217);
        aert_data_close(&labels);
    }
    FAILS(t,
          opens(t,
                npy_file(t, "{'descr': '<i8', 'fortran_order': False, 'shape': (4,), }", near_most,
                         sizeof near_most, 1),
                &more),
          "label 3 is 2147483647, input y wants integers 0 .. 2147483646");
}

/* Every byte and several ranges: within an ulp of the exact value, exact at the ends, and exactly
 * rounded for 0..1. */
static void test_scale(Test *t) {
    static const double range[][2] = {{0, 1}, {-1, 1}, {0, 255}, {-0.5, 0.25}, {3, 4}};
    unsigned char bytes[256];
    float out[256];
    const int64_t first = 0;
    for (int i = 0; i < 256; i++)
        bytes[i] = (unsigned char)i;
    for (size_t k = 0; k < sizeof range / sizeof *range; k++) {
        double low = range[k][0], high = range[k][1], worst = 0;
        AertData data = {
            .count = 1, .size = 256, .low = low, .high = high, .scaled = true, .values = bytes};
        aert_data_gather(&data, &first, 0, 1, sizeof(float), out);
        for (int i = 0; i < 256; i++)
            worst = fmax(worst, fabs(out[i] - (low + i / 255.0 * (high - low))));
        CHECK(t, worst <= 0x1p-23 * fmax(fabs(low), fabs(high)));
        CHECK(t, out[0] == (float)low && out[255] == (float)high);
        for (int i = 0; i < 256 && k == 0; i++)
            CHECK(t, out[i] == (float)i / 255);
    }
}

static void test_mnist(Test *t) {
    const char *base = getenv("AERT_DATA"); /* ../shared/data of the repository */
    char images[512], labels[512];
    snprintf(images, sizeof images, "%s/mnist/t10k-images-idx3-ubyte.gz",
             base ? base : "../shared/data");
    snprintf(labels, sizeof labels, "%s/mnist/t10k-labels-idx1-ubyte.gz",
             base ? base : "../shared/data");
    if (access(images, R_OK) != 0) {
        printf("MNIST is not at %s: skipped\n", images);
        return;
    }
    const AertInput digits = {AERT_IMAGE, AERT_AS_DATA, "x", 3, .dim = {1, 28, 28}, 0, 0, 1, 1};
    AertData data, truth;
    if (WORKS(t, aert_data_open(&data, images, &digits, &t->error))) {
        CHECK(t, data.count == 10000 && data.size == 784);
        if (WORKS(t, aert_data_open(&truth, labels, &label, &t->error))) {
            CHECK(t, aert_data_same_count(&data, &truth, &t->error));
            CHECK(t, ((const unsigned char *)truth.values)[0] == 7); /* the first test digit */
            aert_data_close(&truth);
        }
        aert_data_close(&data);
    }
}

int main(void) {
    Test test;
    test_begin(&test);
    test_idx(&test);
    test_gzip(&test);
    test_npy_scalars(&test);
    test_npy_orders(&test);
    test_npy_wrong(&test);
    test_raw_and_range(&test);
    test_shapes(&test);
    test_labels(&test);
    test_near_whole(&test);
    test_large_labels(&test);
    test_scale(&test);
    test_mnist(&test);
    return test_end(&test);
}
