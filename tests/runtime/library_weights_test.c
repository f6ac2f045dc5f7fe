/* safetensors.h, weights.h, checkpoint.h: what is written comes back, and nothing else is believed.
 */
#include "store/checkpoint.h"
#include "library_check.h"
#include "store/weights.h"

#include <math.h>
#include <unistd.h>

static const AertSlot slots[] = {
    {"encoder.dense_1.W", (const int[]){3, 2}, 0, -1, AERT_PARAM, 2},
    {"encoder.dense_1.b", (const int[]){2}, 6, -1, AERT_PARAM, 1},
    {"encoder.mean", (const int[]){0}, 8, -1, AERT_STATE, 0},
    {"train.main.m:encoder.dense_1.W", (const int[]){3, 2}, 9, -1, AERT_OPTIMIZER, 2},
    {"encoder2.W", (const int[]){1}, 15, -1, AERT_PARAM, 1},
};
static const AertSlot other_slots[] = {
    {"encoder.dense_1.W", (const int[]){3, 4}, 0, -1, AERT_PARAM, 2},
    {"encoder.dense_1.b", (const int[]){2}, 12, -1, AERT_PARAM, 1},
};
static const AertModel model = {
    .name = "toy", .hash = "0123456789abcdef", .slots = 5, .slot = slots, .store = 16};
static const AertModel other = {
    .name = "other", .hash = "fedcba9876543210", .slots = 2, .slot = other_slots, .store = 14};

static const AertSlot head_slot = {"head.W", (const int[]){2}, 0, -1, AERT_PARAM, 1};
static const AertModel headed = {
    .name = "headed", .hash = "", .slots = 1, .slot = &head_slot, .store = 2};

static void fill(float *store, float from) {
    for (int i = 0; i < 16; i++)
        store[i] = from + (float)i;
}

static void test_weights(Test *t) {
    float store[16], back[16];
    double wide[16] = {0};
    AertSafetensors file;
    const AertMeta meta[] = {
        {"epoch", "12"}, {"note", "a \"quoted\" \xc3\xa9 \xff"}, {"beta", "0.25x"}};
    const char *path = test_path(t, "w.safetensors");
    fill(store, 1);
    WORKS(t, aert_weights_write(path, &model, store, sizeof(float), AERT_LAYOUT_OWN, meta, 3,
                                &t->error));
    fill(back, -100);
    WORKS(t,
          aert_weights_read(path, AERT_LAYOUT_OWN, &model, NULL, back, sizeof(float), &t->error));
    CHECK(t, back[0] == 1 && back[8] == 9 && back[9] == -91 &&
                 back[15] == 16); /* optimiser untouched */
    WORKS(t,
          aert_weights_read(path, AERT_LAYOUT_OWN, &model, NULL, wide, sizeof(double), &t->error));
    CHECK(t, wide[7] == 8 && wide[9] == 0);
    WORKS(t, aert_weights_write(path, &model, wide, sizeof(double), AERT_LAYOUT_OWN, meta, 3,
                                &t->error));
    fill(back, -100);
    WORKS(t, aert_weights_read(path, AERT_LAYOUT_OWN, &model, "encoder", back, sizeof(float),
                               &t->error));
    CHECK(t, back[7] == 8 && back[15] == -85); /* encoder2 is not below encoder */
    FAILS(t,
          aert_weights_read(path, AERT_LAYOUT_OWN, &model, "enc", back, sizeof(float), &t->error),
          "model toy has no parameters called 'enc': it has encoder, encoder2");
    fill(back, -100);
    WORKS(t, aert_weights_read(path, AERT_LAYOUT_OWN, &model, "encoder.dense_1,encoder2", back,
                               sizeof(float), &t->error));
    CHECK(t, back[0] == 1 && back[7] == 8 && back[8] == -92 && back[15] == 16);
    FAILS(t,
          aert_weights_read(path, AERT_LAYOUT_OWN, &model, "encoder2,", back, sizeof(float),
                            &t->error),
          "model toy has no parameters called ''");
    FAILS(t,
          aert_weights_read(path, AERT_LAYOUT_OWN, &headed, "head", back, sizeof(float), &t->error),
          "nothing in it is called 'head': it has encoder, encoder2");
    FAILS(t, aert_weights_read(path, AERT_LAYOUT_OWN, &other, NULL, back, sizeof(float), &t->error),
          "weights of another model: encoder.dense_1.W is [3,2], this model wants [3,4]");
    const AertModel less = {.name = "less", .hash = "", .slots = 4, .slot = slots, .store = 15};
    FAILS(t, aert_weights_read(path, AERT_LAYOUT_OWN, &less, NULL, back, sizeof(float), &t->error),
          "it has encoder2.W, this model does not");
    if (WORKS(t, aert_safetensors_open(&file, path, false, &t->error))) {
        double number = 0;
        CHECK(t, aert_weights_number(&file, "epoch", &number) && number == 12);
        CHECK(t, !aert_weights_number(&file, "beta", &number) &&
                     !aert_weights_number(&file, "none", &number));
        CHECK(t, strcmp(aert_safetensors_meta(&file, "model"), "toy") == 0);
        CHECK(t, strcmp(aert_safetensors_meta(&file, "note"), "a \"quoted\" \xc3\xa9 \\xff") == 0);
        CHECK(t, aert_safetensors_find(&file, "encoder.mean")->rank == 0);
        aert_safetensors_close(&file);
    }
}

static bool resumes(Test *t, const char *path, float *store, double *sums) {
    AertSafetensors file;
    if (!aert_checkpoint_open(&file, path, &model, &t->error))
        return false;
    bool fine = aert_checkpoint_take(&file, &model, store, &t->error) &&
                aert_checkpoint_copy(&file, "run.sums", AERT_F64, 3, sums, &t->error);
    aert_safetensors_close(&file);
    return fine;
}

static const char *make_checkpoint(Test *t) {
    float store[16];
    static const double sums[3] = {1.0 / 3, -0.0, INFINITY};
    static const int64_t place[2] = {1, -5};
    const AertTensor extra[] = {{"run.options", AERT_U8, 1, {5}, "--lr ", 0},
                                {"run.sums", AERT_F64, 1, {3}, sums, 0},
                                {"run.place", AERT_I64, 1, {2}, place, 0},
                                {"run.none", AERT_U8, 1, {0}, NULL, 0}};
    const char *path = test_path(t, "c.safetensors");
    fill(store, 0.1f);
    WORKS(t, aert_checkpoint_write(path, &model, store, extra, 4, &t->error));
    return path;
}

static void test_checkpoint(Test *t) {
    const char *path = make_checkpoint(t);
    float store[16], expected[16];
    double sums[3];
    AertSafetensors file;
    fill(expected, 0.1f);
    WORKS(t, resumes(t, path, store, sums));
    CHECK(t, memcmp(store, expected, sizeof store) == 0);
    CHECK(t, sums[0] == 1.0 / 3 && signbit(sums[1]) && isinf(sums[2]));
    FAILS(t, aert_checkpoint_open(&file, path, &other, &t->error),
          "checkpoint of another model: toy with hash 0123456789abcdef, this is other");
    if (WORKS(t, aert_checkpoint_open(&file, path, &model, &t->error))) {
        FAILS(t, aert_checkpoint_copy(&file, "run.sums", AERT_F64, 2, sums, &t->error),
              "run.sums is missing, or not 2");
        FAILS(t, aert_checkpoint_copy(&file, "run.sums", AERT_I64, 3, sums, &t->error), "run.sums");
        WORKS(t, aert_checkpoint_copy(&file, "run.none", AERT_U8, 0, sums, &t->error));
        aert_safetensors_close(&file);
    }
    WORKS(t, aert_weights_write(path, &model, store, sizeof(float), AERT_LAYOUT_OWN, NULL, 0,
                                &t->error));
    FAILS(t, aert_checkpoint_open(&file, path, &model, &t->error),
          "found format 'aert weights 2', wanted 'aert checkpoint 2'");
}

/* A bit of every byte flipped, and every length: found, and the store is left alone. */
static void test_damage(Test *t) {
    unsigned char bytes[4096];
    float store[16] = {0};
    double sums[3];
    size_t size = test_read(make_checkpoint(t), bytes, sizeof bytes);
    CHECK(t, size > 500 && size < sizeof bytes);
    for (size_t i = 0; i < size; i++) {
        bytes[i] ^= (unsigned char)(1 << i % 8);
        FAILS(t, resumes(t, test_file(t, "flip", bytes, size), store, sums), "flip: ");
        bytes[i] ^= (unsigned char)(1 << i % 8);
    }
    for (size_t cut = 0; cut < size; cut++)
        FAILS(t, resumes(t, test_file(t, "cut", bytes, cut), store, sums), "cut: ");
    FAILS(t, resumes(t, test_file(t, "long", bytes, size + 1), store, sums), "checksum is wrong");
    CHECK(t, store[0] == 0);
    FAILS(t, resumes(t, test_path(t, "missing"), store, sums), "No such file");
    FAILS(t, resumes(t, t->folder, store, sums), "is a folder");
}

/* The same of weights: their checksum's own name, and the mark that says that there must be one,
 * too. */
static void test_weights_damage(Test *t) {
    bool all = getenv("AECC_FULL");
    unsigned char bytes[4096];
    float store[16], back[16] = {0};
    const char *path = test_path(t, "w.safetensors");
    fill(store, 1);
    WORKS(t, aert_weights_write(path, &model, store, sizeof(float), AERT_LAYOUT_OWN, NULL, 0,
                                &t->error));
    size_t size = test_read(path, bytes, sizeof bytes);
    CHECK(t, size > 400 && size < sizeof bytes);
    for (size_t i = 0; i < size; i++)
        for (int bit = all ? 0 : (int)i % 8; bit < (all ? 8 : (int)i % 8 + 1); bit++) {
            bytes[i] ^= (unsigned char)(1 << bit);
            const char *flip = test_file(t, "flip", bytes, size);
            FAILS(t,
                  aert_weights_read(flip, AERT_LAYOUT_OWN, &model, NULL, back, sizeof(float),
                                    &t->error),
                  "flip: ");
            bytes[i] ^= (unsigned char)(1 << bit);
        }
    for (size_t cut = 0; cut < size; cut++)
        FAILS(t,
              aert_weights_read(test_file(t, "cut", bytes, cut), AERT_LAYOUT_OWN, &model, NULL,
                                back, sizeof(float), &t->error),
              "cut: ");
    CHECK(t, back[0] == 0);
}

static const char *file_of(Test *t, const char *header, const void *data, size_t size) {
    unsigned char bytes[512] = {0};
    size_t length = strlen(header);
    bytes[0] = (unsigned char)length;
    memcpy(bytes + 8, header, length);
    memcpy(bytes + 8 + length, data, size);
    return test_file(t, "made", bytes, 8 + length + size);
}

/* Without a checksum are the first version of our format and what others write; nothing else of
 * ours is. */
static void test_no_checksum(Test *t) {
    static const int length = 1;
    static const AertSlot one = {"W", &length, 0, -1, AERT_PARAM, 1};
    static const AertModel tiny = {
        .name = "tiny", .hash = "0123456789abcdef", .slots = 1, .slot = &one, .store = 1};
    static const struct {
        const char *metadata, *message;
    } made[] = {
        {"", NULL},
        {"\"__metadata__\":{\"format\":\"pt\"},", NULL},
        {"\"__metadata__\":{\"format\":\"aert weights 1\"},", NULL},
        {"\"__metadata__\":{\"format\":\"aert weights 2\"},", "it has no checksum"},
        {"\"__metadata__\":{\"format\":\"aert weights 1\",\"crc32\":\"00000000\"},",
         "checksum is wrong"},
    };
    AertSafetensors file;
    const float value = 3;
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        char header[200];
        float back = 0;
        snprintf(header, sizeof header,
                 "{%s\"W\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                 made[i].metadata);
        const char *path = file_of(t, header, &value, sizeof value);
        if (made[i].message)
            FAILS(t,
                  aert_weights_read(path, AERT_LAYOUT_OWN, &tiny, NULL, &back, sizeof(float),
                                    &t->error),
                  made[i].message);
        else
            WORKS(t, aert_weights_read(path, AERT_LAYOUT_OWN, &tiny, NULL, &back, sizeof(float),
                                       &t->error));
        CHECK(t, back == (made[i].message ? 0 : 3));
    }
    FAILS(t, aert_checkpoint_open(&file, file_of(t, "{}", "", 0), &tiny, &t->error),
          "it has no checksum");
}

/* Files by other hands: well-formed JSON that lies. */
static void test_lies(Test *t) {
    static const struct {
        const char *header, *message;
    } lie[] = {
        {"{\"encoder2.W\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", ""},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
         "a has 4 bytes, its shape wants 8"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
         "truncated: tensor a ends at byte 8 of 4"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", "impossible shape"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,4]}}",
         "impossible shape"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", "impossible offsets"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", "impossible offsets"},
        {"{\"a\":{\"dtype\":\"F99\",\"shape\":[1],\"data_offsets\":[0,4]}}", "unknown dtype"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}}",
         "more than 8 axes"},
        {"{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"b\":{\"dtype\":\"U8\","
         "\"shape\":[2],\"data_offsets\":[1,3]}}",
         "overlap or leave gaps"},
        {"{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"b\":{\"dtype\":\"U8\","
         "\"shape\":[1],\"data_offsets\":[3,4]}}",
         "overlap or leave gaps"},
        {"{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}",
         "found 4 bytes of tensors, its header announces 2"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\","
         "\"shape\":[1],\"data_offsets\":[0,4]}}",
         "duplicate"},
        {"{\"a\":3}", "unknown dtype"},
        {"[]", "no JSON object"},
        {"{\"__metadata__\":{\"a\":1}}", "other things than text"},
        {"{\"__metadata__\":7}", "metadata is no object"},
        {"", "damaged"},
        {"{\"__metadata__\":{\"crc32\":\"12345678\"}}", "checksum is wrong"},
    };
    AertSafetensors file;
    unsigned char bytes[512] = {0};
    for (size_t i = 0; i < sizeof lie / sizeof *lie; i++) {
        size_t length = strlen(lie[i].header);
        bytes[0] = (unsigned char)length;
        memcpy(bytes + 8, lie[i].header, length);
        memcpy(bytes + 8 + length, "\0\0\x80\x3f", 4);
        const char *path = test_file(t, "lie", bytes, 8 + length + 4);
        if (*lie[i].message) {
            FAILS(t, aert_safetensors_open(&file, path, false, &t->error), lie[i].message);
        } else if (WORKS(t, aert_safetensors_open(&file, path, false, &t->error))) {
            CHECK(t, *(const float *)file.tensor[0].data == 1); /* copied to where it is aligned */
            aert_safetensors_close(&file);
        }
    }
}

/* A full disk, a folder that is not there: one line, the earlier file as it was, no temporary left.
 */
static void test_atomic(Test *t) {
    unsigned char before[4096], after[4096];
    float store[16] = {0};
    const char *path = make_checkpoint(t);
    size_t size = test_read(path, before, sizeof before);
    WORKS(t, aert_checkpoint_write(test_path(t, "d"), &model, store, NULL, 0, &t->error));
    long needed = (long)test_read(test_path(t, "d"), after, sizeof after);
    int files = test_files(t->folder);
    for (long most = 0; most < needed; most += 97) {
        test_limit_files(most);
        FAILS(t, aert_checkpoint_write(path, &model, store, NULL, 0, &t->error),
              "c.safetensors: cannot write: File too large");
        test_limit_files(-1);
    }
    CHECK(t, test_read(path, after, sizeof after) == size && memcmp(before, after, size) == 0);
    CHECK(t, test_files(t->folder) == files);
    FAILS(t,
          aert_weights_write(test_path(t, "no/w"), &model, store, sizeof(float), AERT_LAYOUT_OWN,
                             NULL, 0, &t->error),
          "cannot write: No such file");
    FAILS(t,
          aert_weights_write(t->folder, &model, store, sizeof(float), AERT_LAYOUT_OWN, NULL, 0,
                             &t->error),
          "is a folder");
    FAILS(t,
          aert_weights_write("/dev/full", &model, store, sizeof(float), AERT_LAYOUT_OWN, NULL, 0,
                             &t->error),
          "is a device or pipe");
    FAILS(t,
          aert_weights_write("/proc/w", &model, store, sizeof(float), AERT_LAYOUT_OWN, NULL, 0,
                             &t->error),
          "/proc/w: cannot write");
    CHECK(t, symlink("c.safetensors", test_path(t, "link")) == 0);
    WORKS(t, aert_weights_write(test_path(t, "link"), &model, store, sizeof(float), AERT_LAYOUT_OWN,
                                NULL, 0, &t->error));
    CHECK(t, test_read(path, after, sizeof after) != size &&
                 access(path, R_OK) == 0); /* the link still leads there */
    WORKS(t,
          aert_weights_read(path, AERT_LAYOUT_OWN, &model, NULL, store, sizeof(float), &t->error));
}

int main(void) {
    Test test;
    test_begin(&test);
    test_weights(&test);
    test_checkpoint(&test);
    test_damage(&test);
    test_weights_damage(&test);
    test_no_checksum(&test);
    test_lies(&test);
    test_atomic(&test);
    return test_end(&test);
}
