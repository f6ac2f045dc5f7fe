/* Every allocation of every function made to fail, in turn: false, one line, nothing leaked (under
 * ASan), no file left.
 *
 * Linked with --wrap, so that the library's malloc and its kin come here.  jansson is given the
 * same while it writes; its parser (2.14) does not survive without memory, and is left out.
 */
#include "store/checkpoint.h"
#include "view/codes_file.h"
#include "data/data.h"
#include "library_check.h"
#include "store/metrics.h"
#include "store/npy.h"
#include "math/pca.h"
#include "pictures/picture.h"
#include "pictures/plot.h"
#include "data/strokes.h"
#include "exec/team.h"
#include "store/weights.h"

#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <zlib.h>

void *__real_malloc(size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t size);
FILE *__real_open_memstream(char **text, size_t *size);
FILE *__wrap_open_memstream(char **text, size_t *size);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*start)(void *),
                          void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*start)(void *),
                          void *argument);

static int until_failure = -1; /* allocations that still succeed; negative: all do */

static bool fails_now(void) {
    if (until_failure < 0)
        return false;
    return until_failure-- == 0;
}

void *__wrap_malloc(size_t size) {
    return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_realloc(void *memory, size_t size) {
    return fails_now() ? NULL : __real_realloc(memory, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
    return fails_now() ? NULL : __real_aligned_alloc(alignment, size);
}

char *__wrap_strdup(const char *text) {
    return fails_now() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t size) {
    return fails_now() ? NULL : __real_strndup(text, size);
}

FILE *__wrap_open_memstream(char **text, size_t *size) {
    return fails_now() ? NULL : __real_open_memstream(text, size);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*start)(void *),
                          void *argument) {
    return fails_now() ? EAGAIN : __real_pthread_create(thread, how, start, argument);
}

static const AertInput image = {
    AERT_IMAGE, AERT_AS_DATA, "x", 3, .dim = {1, 2, 3}, 0, 0, 1, 1, .ways = &aert_ways_image};
static const AertInput label = {AERT_CLASS, AERT_AS_LABEL, "y", 0, .dim = {0}, 10, 0, 0, 0};
static const AertSlot slots[] = {{"W", (const int[]){3, 2}, 0, -1, AERT_PARAM, 2},
                                 {"m:W", (const int[]){3, 2}, 6, 0, AERT_OPTIMIZER, 2}};
static const AertModel model = {
    .name = "toy", .hash = "00", .slots = 2, .slot = slots, .store = 12};

static bool open_data(Test *t, const char *name) {
    AertData data;
    if (!aert_data_open(&data, test_path(t, name), &image, &t->error))
        return false;
    aert_data_close(&data);
    return true;
}

static bool open_bytes(Test *t) {
    return open_data(t, "bytes");
}

static bool open_zipped(Test *t) {
    return open_data(t, "zipped");
}

static bool open_floats(Test *t) {
    return open_data(t, "floats");
}

static bool open_labelled(Test *t, const char *name, const char *column) {
    AertData data, labels;
    if (!aert_data_open_labelled(&data, &labels,
                                 &(AertDataFrom){.path = test_path(t, name), .column = column},
                                 &image, &t->error))
        return false;
    bool both = data.count == 2 && labels.count == 2 && labels.classes == 2;
    aert_data_close(&data);
    aert_data_close(&labels);
    return both;
}

static bool open_csv(Test *t) {
    return open_labelled(t, "csv", "1");
}

/* Converted, with names, a note, and columns that are chosen. */
static bool open_wide_csv(Test *t) {
    const AertReading how = {.columns = "b,c,d,e,f,g"};
    AertData data;
    const AertDataFrom from = {.path = test_path(t, "wide"), .how = &how};
    if (!aert_data_open_labelled(&data, NULL, &from, &image, &t->error))
        return false;
    bool noted = data.count == 2 && data.note;
    aert_data_close(&data);
    return noted;
}

static bool open_sparse(Test *t, const char *name) {
    static const AertInput counts = {
        .kind = AERT_COUNTS, .name = "x", .rank = 1, .dim = {5}, .ways = &aert_ways_counts};
    AertData data, labels;
    const AertDataFrom from = {.path = test_path(t, name), .label = &label};
    if (!aert_data_open_labelled(&data, &labels, &from, &counts, &t->error))
        return false;
    bool both = data.count == 2 && data.sparse;
    aert_data_close(&data);
    aert_data_close(&labels);
    return both;
}

static bool open_svm(Test *t) {
    return open_sparse(t, "svm");
}

static bool open_mtx(Test *t) {
    return open_sparse(t, "mtx");
}

/* A recording, and labels of its moments that become those of its windows. */
static bool open_windows(Test *t) {
    static const AertInput signal = {
        .kind = AERT_SIGNAL, .name = "s", .rank = 2, .dim = {2, 3}, .ways = &aert_ways_signal};
    AertData data, labels;
    const AertDataFrom from = {.path = test_path(t, "recording"), .column = "y"};
    if (!aert_data_open_labelled(&data, &labels, &from, &signal, &t->error))
        return false;
    bool shared = aert_windows_share(&labels, &data, &t->error);
    aert_data_close(&data);
    aert_data_close(&labels);
    return shared;
}

static bool open_pictures(Test *t) {
    return open_labelled(t, "pictures", NULL);
}

static bool make_strokes(Test *t) {
    AertData data, labels;
    if (!aert_strokes_make(&data, &image, &labels, &label, 0, 3, 1, &t->error))
        return false;
    aert_data_close(&data);
    aert_data_close(&labels);
    return true;
}

static bool write_weights(Test *t) {
    const double store[12] = {0};
    const AertMeta meta = {"note", "not UTF-8: \xff"};
    return aert_weights_write(test_path(t, "w"), &model, store, sizeof(double), AERT_LAYOUT_OWN,
                              &meta, 1, &t->error);
}

static bool read_weights(Test *t) {
    float store[12];
    return aert_weights_read(test_path(t, "w"), AERT_LAYOUT_OWN, &model, NULL, store, sizeof(float),
                             &t->error);
}

static bool write_checkpoint(Test *t) {
    const float store[12] = {0};
    const AertTensor extra = {"run.options", AERT_U8, 1, {4}, "abcd", 0};
    return aert_checkpoint_write(test_path(t, "c"), &model, store, &extra, 1, &t->error);
}

static bool read_checkpoint(Test *t) {
    AertSafetensors file;
    float store[12];
    bool fine = aert_checkpoint_open(&file, test_path(t, "c"), &model, &t->error) &&
                aert_checkpoint_take(&file, &model, store, &t->error);
    aert_safetensors_close(&file);
    return fine;
}

static bool write_npy(Test *t) {
    AertNpy npy;
    const int64_t shape[] = {2};
    const float value[] = {1, 2};
    if (!aert_npy_begin(&npy, test_path(t, "n"), 1, shape, &t->error))
        return false;
    aert_npy_write(&npy, value, 2);
    return aert_npy_end(&npy, &t->error);
}

static bool write_codes(Test *t) {
    CodesFile file = {0};
    const int shape[] = {1};
    const float value[] = {1, 2};
    if (!codes_file_begin(&file, test_path(t, "n.tsv"), 2, 1, shape, &t->error))
        return false;
    codes_file_write(&file, value, 2);
    return codes_file_end(&file, &t->error);
}

static bool write_plot(Test *t) {
    const float value[] = {1, 2};
    const AertMarks marks = {.line = true, .count = 2, .x = value, .y = value, .step = 1};
    const AertPlot plot = {.panels = 1, .panel = {{"a", "b", "c", 1, &marks}}};
    return aert_plot_write(test_path(t, "p"), &plot, &t->error);
}

static bool find_components(Test *t) {
    double rows[] = {1, 2, 3, 4, 6, 6};
    Pca pca = {0};
    bool fine = pca_begin(&pca, 2, &t->error);
    if (fine) {
        pca_add(&pca, rows, 3);
        fine = pca_end(&pca, 1, &t->error);
    }
    pca_close(&pca);
    return fine;
}

static bool write_picture(Test *t) {
    const float value[6] = {0};
    const AertPicture picture = {
        .rank = 3, .dim = image.dim, .high = 1, .rows = 1, .columns = 1, .count = 1};
    return aert_picture_write(test_path(t, "p"), &picture, value, &t->error);
}

static bool write_metrics(Test *t) {
    static const char *const name[] = {"total"};
    const double value[] = {1};
    static AertMetrics metrics; /* of all attempts: they add to one file */
    return aert_metrics_append(t->folder, 1, NULL, 1, name, value, &metrics, &t->error) &&
           aert_metrics_restore(t->folder, &metrics, &t->error);
}

static bool start_team(Test *t) {
    AertTeam *team = aert_team_create(4, &t->error);
    aert_team_destroy(team);
    return team != NULL;
}

static bool make_folder(Test *t) {
    return aert_directory_make(test_path(t, "folder/below"), &t->error);
}

static void make_files(Test *t) {
    static const unsigned char idx[] = {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0,
                                        2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6};
    unsigned char floats[40] = {0, 0, 13, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3};
    test_file(t, "bytes", idx, sizeof idx);
    test_file(t, "floats", floats, sizeof floats);
    static const char csv[] = "ant,1,0,1,0,1,0\nbee,0,1,0,1,0,1\n";
    test_file(t, "csv", csv, sizeof csv - 1);
    static const char text[] = "a;b;c;d;e;f;g\n9;1;0;1;0;1;0\n9;0;1;0;1;0;1\n";
    char wide[2 * sizeof text + 2] = "\xff\xfe";
    for (size_t i = 0; i + 1 < sizeof text; i++)
        wide[2 + 2 * i] = text[i];
    test_file(t, "wide", wide, 2 * sizeof text);
    static const char svm[] = "1 2:3\n0 5:1 1:1\n",
                      recording[] = "a,b,y\n1,2,0\n3,4,1\n5,6,1\n7,8,0\n",
                      mtx[] =
                          "%%MatrixMarket matrix coordinate real general\n5 2 2\n1 1 2\n2 2 1\n";
    test_file(t, "svm", svm, sizeof svm - 1);
    test_file(t, "mtx", mtx, sizeof mtx - 1);
    test_file(t, "recording", recording, sizeof recording - 1);
    static const unsigned char pixels[6] = {0};
    for (int i = 0; i < 2; i++) {
        char name[64];
        snprintf(name, sizeof name, "pictures/%s", i ? "bee" : "ant");
        CHECK(t, aert_directory_make(test_path(t, name), &t->error));
        snprintf(name, sizeof name, "pictures/%s/1.png", i ? "bee" : "ant");
        CHECK(t, aert_png_write(test_path(t, name), 1, 2, 3, pixels, &t->error));
    }
    gzFile zipped = gzopen(test_path(t, "zipped"), "wb");
    CHECK(t, zipped && gzwrite(zipped, idx, sizeof idx) == sizeof idx && gzclose(zipped) == Z_OK);
}

int main(void) {
    static const struct {
        const char *name;
        bool (*call)(Test *);
    } row[] = {
        {"open bytes", open_bytes},
        {"open gzip", open_zipped},
        {"open floats", open_floats},
        {"open CSV", open_csv},
        {"open CSV of UTF-16", open_wide_csv},
        {"open svmlight", open_svm},
        {"open MatrixMarket", open_mtx},
        {"open recording", open_windows},
        {"open pictures", open_pictures},
        {"strokes", make_strokes},
        {"write weights", write_weights},
        {"read weights", read_weights},
        {"write a checkpoint", write_checkpoint},
        {"read a checkpoint", read_checkpoint},
        {"npy", write_npy},
        {"codes", write_codes},
        {"picture", write_picture},
        {"plot", write_plot},
        {"components", find_components},
        {"metrics", write_metrics},
        {"team", start_team},
        {"folder", make_folder},
    };
    Test test, *t = &test;
    test_begin(t);
    make_files(t);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        bool parses = strncmp(row[i].name, "read", 4) == 0;
        json_set_alloc_funcs(parses ? __real_malloc : __wrap_malloc, free);
        WORKS(t, row[i].call(t)); /* once, so that its files are there */
        int files = test_files(t->folder), n = 0;
        for (;; n++) {
            t->error.text[0] = 0;
            until_failure = n;
            bool fine = row[i].call(t), reached = until_failure < 0;
            until_failure = -1;
            if (!reached)
                break;
            if (!fine) /* an allocation that can be done without may fail unnoticed */
                CHECK(t, t->error.text[0] != 0);
            if (!CHECK(t, test_files(t->folder) == files))
                printf("    %s, allocation %d\n", row[i].name, n);
        }
        CHECK(t, n > 0);
        WORKS(t, row[i].call(t));
    }
    return test_end(t);
}
