/* Every allocation of every function made to fail, in turn: false, one line, nothing leaked (under
 * ASan), no file left.
 *
 * Linked with --wrap, so that the library's malloc and its kin come here.  jansson is given the
 * same while it writes; its parser (2.14) does not survive without memory, and is left out.
 */
#include "checkpoint.h"
#include "data.h"
#include "library_check.h"
#include "metrics.h"
#include "npy.h"
#include "picture.h"
#include "strokes.h"
#include "team.h"
#include "weights.h"

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

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*start)(void *),
                          void *argument) {
    return fails_now() ? EAGAIN : __real_pthread_create(thread, how, start, argument);
}

static const AertInput image = {AERT_IMAGE, "x", 3, {1, 2, 3}, 0, 0, 1, 1};
static const AertInput label = {AERT_LABEL, "y", 0, {0}, 10, 0, 0, 0};
static const AertSlot slots[] = {{AERT_PARAM, "W", 2, {3, 2}, 0},
                                 {AERT_OPTIMIZER, "m:W", 2, {3, 2}, 6}};
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
    return aert_weights_write(test_path(t, "w"), &model, store, sizeof(double), &meta, 1,
                              &t->error);
}

static bool read_weights(Test *t) {
    float store[12];
    return aert_weights_read(test_path(t, "w"), &model, NULL, store, sizeof(float), &t->error);
}

static bool write_checkpoint(Test *t) {
    const float store[12] = {0};
    const AertTensor extra = {"run.options", AERT_U8, 1, {4}, "abcd", 0};
    return aert_checkpoint_write(test_path(t, "c"), &model, store, &extra, 1, NULL, 0, &t->error);
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

static bool write_picture(Test *t) {
    const float value[6] = {0};
    const AertPicture picture = {
        .rank = 3, .dim = image.dim, .high = 1, .rows = 1, .columns = 1, .count = 1};
    return aert_picture_write(test_path(t, "p"), &picture, value, &t->error);
}

static bool write_metrics(Test *t) {
    static const char *const name[] = {"total"};
    const double value[] = {1};
    return aert_metrics_append(t->folder, 1, NULL, 1, name, value, &t->error) &&
           aert_metrics_cut(t->folder, 1, &t->error);
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
        {"strokes", make_strokes},
        {"write weights", write_weights},
        {"read weights", read_weights},
        {"write a checkpoint", write_checkpoint},
        {"read a checkpoint", read_checkpoint},
        {"npy", write_npy},
        {"picture", write_picture},
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
