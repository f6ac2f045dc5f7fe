/* file.h, npy.h, picture.h, metrics.h, error.h: what the commands leave behind. */
#include "library_check.h"
#include "store/metrics.h"
#include "base/number.h"
#include "base/shape.h"
#include "store/npy.h"
#include "pictures/picture.h"

#include "aert.h"

#include <float.h>
#include <jansson.h>
#include <math.h>
#include <png.h>
#include <sys/stat.h>
#include <unistd.h>

static void test_error(Test *t) {
    char name[3000];
    memset(name, 'a', sizeof name);
    name[sizeof name - 1] = 0;
    CHECK(t,
          !aert_fail(&t->error, "%s", name) && strlen(t->error.text) == sizeof t->error.text - 1);
    CHECK(t, !aert_fail(&t->error, "%s", "two\nlines\x1b[31m\xc2\x9b\x80é"));
    CHECK(t, strcmp(t->error.text, "two\\x0alines\\x1b[31m\\x9b\\x80é") == 0);
    CHECK(t, !aert_allocate((size_t)1 << 62, 8, "it all", &t->error) &&
                 strstr(t->error.text, "out of memory"));
    CHECK(t, !aert_allocate((size_t)1 << 62, 1, "it all", &t->error) &&
                 strstr(t->error.text, "for it all"));
    void *none = aert_allocate(0, 8, "nothing", &t->error);
    CHECK(t, none != NULL);
    free(none);
}

static void test_folders(Test *t) {
    char deep[160];
    struct stat status;
    snprintf(deep, sizeof deep, "%s/a/b//c/", t->folder);
    WORKS(t, aert_directory_make(deep, &t->error));
    WORKS(t, aert_directory_make(deep, &t->error));
    CHECK(t, stat(deep, &status) == 0 && S_ISDIR(status.st_mode));
    const char *file = test_file(t, "file", "x", 1);
    FAILS(t, aert_directory_make(file, &t->error), "file: is a file, wanted a folder");
    snprintf(deep, sizeof deep, "%s/under", file);
    FAILS(t, aert_directory_make(deep, &t->error), "wanted a folder");
    FAILS(t, aert_directory_make("", &t->error), "empty");
    char *joined = aert_path_join("runs/", "x", &t->error);
    CHECK(t, joined && strcmp(joined, "runs/x") == 0);
    free(joined);
}

static void test_file_writing(Test *t) {
    AertFile file;
    AertBytes bytes;
    unsigned char *big = aert_allocate(300000, 1, "big", &t->error);
    for (int i = 0; big && i < 300000; i++)
        big[i] = (unsigned char)(i * 7 >> 3);
    const char *path = test_path(t, "big");
    if (big && WORKS(t, aert_file_create(&file, path, &t->error))) {
        size_t at = 0; /* pieces smaller and larger than the buffer */
        for (size_t piece = 1; at < 300000; piece = piece * 3 + 1) {
            size_t size = piece < 300000 - at ? piece : 300000 - at;
            CHECK(t, aert_file_write(&file, big + at, size));
            at += size;
        }
        CHECK(t, file.written == 300000);
        WORKS(t, aert_file_commit(&file, &t->error));
        aert_file_discard(&file);
    }
    if (big && WORKS(t, aert_bytes_open(&bytes, path, &t->error))) {
        CHECK(t, bytes.size == 300000 && memcmp(bytes.data, big, 300000) == 0);
        aert_bytes_close(&bytes);
    }
    int files = test_files(t->folder);
    if (WORKS(t, aert_file_create(&file, path, &t->error))) {
        aert_file_write(&file, "x", 1);
        aert_file_discard(&file);
    }
    CHECK(t, test_files(t->folder) == files);
    free(big);
    WORKS(t, aert_bytes_open(&bytes, "/proc/self/status",
                             &t->error)); /* a file that does not say its size */
    CHECK(t, bytes.size > 100);
    aert_bytes_close(&bytes);
}

static void test_npy(Test *t) {
    AertNpy npy;
    unsigned char bytes[512];
    const float value[6] = {1, 2, 3, 4, 5, 6};
    const char *path = test_path(t, "a.npy");
    const int64_t shape[] = {3, 2}, line[] = {6};
    if (WORKS(t, aert_npy_begin(&npy, path, 2, shape, &t->error))) {
        CHECK(t, aert_npy_write(&npy, value, 4) && aert_npy_write(&npy, value + 4, 2));
        WORKS(t, aert_npy_end(&npy, &t->error));
    }
    static const char head[] =
        "\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }";
    size_t size = test_read(path, bytes, sizeof bytes);
    CHECK(t, size == 128 + 24 && memcmp(bytes, head, sizeof head - 1) == 0 && bytes[127] == '\n');
    CHECK(t, memcmp(bytes + 128, value, 24) == 0);
    if (WORKS(t, aert_npy_begin(&npy, path, 1, line, &t->error))) {
        aert_npy_write(&npy, value, 5);
        FAILS(t, aert_npy_end(&npy, &t->error), "5 numbers came, its shape has 6");
    }
    CHECK(t, test_read(path, bytes, sizeof bytes) == size); /* the earlier file */
    if (WORKS(t, aert_npy_begin(&npy, path, 0, NULL, &t->error)))
        aert_npy_discard(&npy);
    FAILS(t, aert_npy_begin(&npy, test_path(t, "no/a.npy"), 1, line, &t->error), "cannot write");
}

/* The pixels of a PNG as bytes of grey or RGB; free() them. */
static unsigned char *read_png(Test *t, const char *path, bool color, int *width, int *height) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!CHECK(t, png_image_begin_read_from_file(&image, path)))
        return NULL;
    CHECK(t, ((image.format & PNG_FORMAT_FLAG_COLOR) != 0) == color);
    image.format = color ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    *width = (int)image.width;
    *height = (int)image.height;
    unsigned char *pixels = malloc(PNG_IMAGE_SIZE(image));
    CHECK(t, pixels && png_image_finish_read(&image, NULL, pixels, 0, NULL));
    return pixels;
}

static void test_grey(Test *t) {
    const int dim[] = {1, 2, 2};
    const float value[] = {0, 1, 0.5f, NAN, -3, 7, 0.2f, 0.4f, 0, 0, 0, 0};
    AertPicture picture = {.rank = 3,
                           .dim = dim,
                           .low = 0,
                           .high = 1,
                           .rows = 2,
                           .columns = 2,
                           .count = 3,
                           .gap = 1,
                           .scale = 2};
    const char *path = test_path(t, "grey.png");
    int width = 0, height = 0;
    WORKS(t, aert_picture_write(path, &picture, value, &t->error));
    unsigned char *pixel = read_png(t, path, false, &width, &height);
    CHECK(t, width == 11 && height == 11);
    if (pixel && width == 11) {
        CHECK(t, pixel[0] == 96 && pixel[12] == 0 && pixel[13] == 0 && pixel[14] == 255 &&
                     pixel[16] == 96);
        CHECK(t, pixel[34] == 128 && pixel[36] == 0); /* 0.5, NaN */
        CHECK(t, pixel[17] == 0 && pixel[19] == 255); /* clipped */
        CHECK(t, pixel[7 * 11 + 8] == 96);            /* the cell that has no example */
    }
    free(pixel);
    picture.gap = -1;
    WORKS(t, aert_picture_write(path, &picture, value, &t->error));
    free(read_png(t, path, false, &width, &height));
    CHECK(t, width == 8 && height == 8);
}

static void test_shapes(Test *t) {
    static const struct {
        int rank, dim[4], width, height;
        bool color;
    } shape[] = {
        {3, {3, 2, 4}, 4, 2, true}, {3, {5, 2, 4}, 4, 10, false}, {1, {10}, 4, 3, false},
        {0, {0}, 1, 1, false},      {2, {2, 5}, 5, 2, false},     {4, {2, 3, 2, 2}, 2, 12, false},
    };
    float value[64];
    const char *path = test_path(t, "shape.png");
    for (int i = 0; i < 64; i++)
        value[i] = (float)i;
    for (size_t i = 0; i < sizeof shape / sizeof *shape; i++) {
        int width = 0, height = 0;
        AertPicture picture = {.rank = shape[i].rank,
                               .dim = shape[i].dim,
                               .rows = 1,
                               .columns = 1,
                               .count = 1,
                               .gap = -1,
                               .scale = 1};
        WORKS(t, aert_picture_write(path, &picture, value, &t->error));
        free(read_png(t, path, shape[i].color, &width, &height));
        CHECK(t, width == shape[i].width && height == shape[i].height);
    }
}

static void test_picture_wrong(Test *t) {
    const int dim[] = {28, 28};
    AertPicture picture = {
        .rank = 2, .dim = dim, .low = 0, .high = 1, .rows = 4, .columns = 4, .count = 0};
    const char *path = test_path(t, "full.png");
    int width = 0, height = 0;
    WORKS(t, aert_picture_write(path, &picture, NULL, &t->error));
    free(read_png(t, path, false, &width, &height));
    CHECK(t, width == 4 * 58 + 2); /* twice its size, gaps of two */
    test_limit_files(20);
    FAILS(t, aert_picture_write(path, &picture, NULL, &t->error),
          "full.png: cannot write: File too large");
    test_limit_files(-1);
    free(read_png(t, path, false, &width, &height));
    picture.rows = 1 << 20;
    FAILS(t, aert_picture_write(path, &picture, NULL, &t->error), "too large");
    picture.rows = 0;
    FAILS(t, aert_picture_write(path, &picture, NULL, &t->error), "too large");
}

static bool holds(const char *path, const char *text) {
    unsigned char bytes[2048];
    size_t size = test_read(path, bytes, sizeof bytes - 1);
    bytes[size] = 0;
    if (strcmp((char *)bytes, text) == 0)
        return true;
    printf("    %s holds:\n%s", path, bytes);
    return false;
}

static bool holds_bytes(const char *path, int64_t count) {
    unsigned char bytes[2048];
    return (int64_t)test_read(path, bytes, sizeof bytes) == count;
}

/* Each byte of both files changed, each length of both: all told, and nothing is cut off. */
static void test_metrics_damage(Test *t, const AertMetrics *metrics) {
    static const char *const names[] = {"metrics.csv", "metrics.jsonl"};
    unsigned char bytes[512], after[512];
    for (int f = 0; f < 2; f++) {
        const char *path = test_path(t, names[f]);
        size_t size = test_read(path, bytes, sizeof bytes);
        CHECK(t, size > 0 && size < sizeof bytes);
        for (size_t i = 0; i < size; i++) {
            bytes[i] ^= (unsigned char)(1 << i % 8);
            test_file(t, names[f], bytes, size);
            FAILS(t, aert_metrics_restore(t->folder, metrics, &t->error), "not what the run wrote");
            CHECK(t, test_read(path, after, sizeof after) == size);
            bytes[i] ^= (unsigned char)(1 << i % 8);
            test_file(t, names[f], bytes, i);
            FAILS(t, aert_metrics_restore(t->folder, metrics, &t->error), "not what the run wrote");
        }
        remove(path);
        FAILS(t, aert_metrics_restore(t->folder, metrics, &t->error), "No such file");
        test_file(t, names[f], bytes, size);
        WORKS(t, aert_metrics_restore(t->folder, metrics, &t->error));
    }
    const AertMetrics negative = {{-1, 0}, {INT64_MAX, 0}};
    FAILS(t, aert_metrics_restore(t->folder, &negative, &t->error), "not what the run wrote");
}

static void test_metrics(Test *t) {
    static const char *const name[] = {"total", "valid.nll"}, *const other[] = {"total",
                                                                                "accuracy"};
    const char *csv = test_path(t, "metrics.csv"), *json = test_path(t, "metrics.jsonl");
    AertMetrics metrics = {{0, 0}, {0, 0}}, third = metrics;
    WORKS(t, aert_metrics_restore(t->folder, &metrics, &t->error)); /* nothing there yet */
    for (int epoch = 1; epoch <= 12; epoch++) {
        double value[] = {1.0 / epoch, epoch == 2 ? NAN : epoch == 3 ? -INFINITY : 0.1 * epoch};
        WORKS(t, aert_metrics_append(t->folder, epoch, NULL, 2, name, value, &metrics, &t->error));
        third = epoch == 3 ? metrics : third;
    }
    CHECK(t, holds_bytes(csv, metrics.csv.bytes) && holds_bytes(json, metrics.json.bytes));
    const double value[] = {0, 0};
    FAILS(t, aert_metrics_append(t->folder, 13, NULL, 2, other, value, &metrics, &t->error),
          "names other values");
    FILE *file = fopen(csv, "ab"); /* killed in the middle of a line */
    CHECK(t, file && fputs("2,0.", file) > 0 && fclose(file) == 0);
    WORKS(t, aert_metrics_restore(t->folder, &third, &t->error));
    CHECK(t, holds(csv, "epoch,total,valid.nll\n1,1,0.1\n2,0.5,nan\n3,0.3333333333333333,-inf\n"));
    CHECK(t, holds(json, "{\"epoch\": 1, \"total\": 1, \"valid.nll\": 0.1}\n{\"epoch\": 2, "
                         "\"total\": 0.5, \"valid.nll\": null}\n"
                         "{\"epoch\": 3, \"total\": 0.3333333333333333, \"valid.nll\": null}\n"));
    WORKS(t, aert_metrics_append(t->folder, 4, NULL, 2, name, value, &third, &t->error));
    unsigned char before[512], after[512];
    size_t size = test_read(csv, before, sizeof before);
    for (long most = (long)size; most < (long)size + 5; most++) {
        test_limit_files(most);
        FAILS(t, aert_metrics_append(t->folder, 5, NULL, 2, name, value, &third, &t->error),
              "cannot write: File too large");
        test_limit_files(-1);
        CHECK(t, test_read(csv, after, sizeof after) == size && memcmp(before, after, size) == 0);
    }
    FAILS(t, aert_metrics_append(test_path(t, "none"), 1, NULL, 2, name, value, &third, &t->error),
          "metrics.csv: cannot write");
    test_metrics_damage(t, &third);
}

/* A line of metrics.jsonl by a reader of JSON: each name once, each number the same bits. */
static void test_metrics_json(Test *t) {
    static const char *const name[] = {"a", "kl[b,c]", "say \"no\"", "back\\slash", "ünïcode",
                                       "f", "g",       "h",          "i",           "j"};
    static const double value[] = {-0.0,       1e-5,     1e300, 5e-324, 0x1p53,
                                   0x1p53 - 1, -1.0 / 3, -1e15, 0.1,    DBL_MAX};
    enum { COUNT = sizeof value / sizeof *value };
    unsigned char line[2048];
    AertMetrics metrics = {{0, 0}, {0, 0}};
    remove(test_path(t, "metrics.csv"));
    remove(test_path(t, "metrics.jsonl"));
    WORKS(t, aert_metrics_append(t->folder, 7, "late", COUNT, name, value, &metrics, &t->error));
    size_t size = test_read(test_path(t, "metrics.jsonl"), line, sizeof line);
    json_error_t error;
    json_t *object = json_loadb((char *)line, size, JSON_REJECT_DUPLICATES, &error);
    if (!CHECK(t, object && json_object_size(object) == COUNT + 2))
        return;
    CHECK(t, json_integer_value(json_object_get(object, "epoch")) == 7);
    CHECK(t, strcmp(json_string_value(json_object_get(object, "stage")), "late") == 0);
    for (int i = 0; i < COUNT; i++) {
        double read = json_number_value(json_object_get(object, name[i]));
        CHECK(t, memcmp(&read, &value[i], sizeof read) == 0);
    }
    json_decref(object);
}

static void test_numbers(Test *t) {
    static const double value[] = {0.1, 1e300, 5e-324, 123456789, 1.0 / 3, -2.5, 0};
    char text[32];
    for (size_t i = 0; i < sizeof value / sizeof *value; i++)
        CHECK(t, strtod(aert_number_text(value[i], text), NULL) == value[i]);
    static const struct {
        double value;
        const char *text;
    } wants[] = {{0.1, "0.1"},
                 {70, "70"},
                 {1344, "1344"},
                 {-1344.5, "-1344.5"},
                 {0, "0"},
                 {-0.0, "-0"},
                 {0.00025, "0.00025"},
                 {1e-5, "0.00001"},
                 {1e-6, "1e-06"},
                 {123456789012345, "123456789012345"},
                 {9007199254740993.0, "9007199254740992"},
                 {1e16, "1e+16"},
                 {-1.25e-30, "-1.25e-30"},
                 {1.0 / 3, "0.3333333333333333"},
                 {NAN, "nan"},
                 {-INFINITY, "-inf"}};
    for (size_t i = 0; i < sizeof wants / sizeof *wants; i++)
        CHECK(t, strcmp(aert_number_text(wants[i].value, text), wants[i].text) == 0);
    CHECK(t, strcmp(aert_float_text(0.1f, text), "0.1") == 0 &&
                 strcmp(aert_float_text(70, text), "70") == 0 &&
                 strcmp(aert_float_text(1.0f / 3, text), "0.33333334") == 0);
    /* floats and doubles of every magnitude, from a linear congruential generator */
    uint64_t bits = 1;
    for (int i = 0; i < 20000; i++) {
        bits = bits * 6364136223846793005u + 1442695040888963407u;
        uint32_t high = (uint32_t)(bits >> 32);
        double wide;
        float single;
        memcpy(&wide, &bits, sizeof wide);
        memcpy(&single, &high, sizeof single);
        CHECK(t, isnan(wide) || strtod(aert_number_text(wide, text), NULL) == wide);
        CHECK(t, isnan(single) || strtof(aert_float_text(single, text), NULL) == single);
    }
}

/* Products of lengths; what is too much is told, whatever else is 0. */
static void test_sizes(Test *t) {
    const int dim[] = {3, 28, 28};
    CHECK(t, aert_shape_size(3, dim) == 2352 && aert_shape_size(0, dim) == 1);
    const struct {
        int64_t dim[3];
        size_t width, bytes;
        bool fits;
    } cases[] = {
        {{2, 3, 5}, 4, 120, true},
        {{0, 3, 5}, 4, 0, true},
        {{2, -1, 5}, 4, 0, false},
        {{INT64_MAX, 1, 1}, 1, INT64_MAX, true},
        {{INT64_MAX, 2, 1}, 1, 0, false},
        {{INT64_MAX, 1, 1}, 2, 0, false},
        {{INT64_MAX, 0, INT64_MAX}, 1, 0, false},
        {{0, INT64_MAX, INT64_MAX}, 1, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t bytes;
        bool fits = aert_shape_bytes(3, cases[i].dim, cases[i].width, &bytes);
        CHECK(t, fits == cases[i].fits && (!fits || bytes == cases[i].bytes));
    }
}

int main(void) {
    Test test;
    test_begin(&test);
    test_error(&test);
    test_folders(&test);
    test_file_writing(&test);
    test_npy(&test);
    test_grey(&test);
    test_shapes(&test);
    test_picture_wrong(&test);
    test_metrics(&test);
    test_metrics_json(&test);
    test_numbers(&test);
    test_sizes(&test);
    return test_end(&test);
}
