/* packed.h: codes come back as the grid's nearest values, of every number of bits; what cannot be
 * packed is refused; and a file with a right checksum whose values no writer makes is damaged, each
 * by its own line.
 */
#include "library_check.h"
#include "store/packed.h"

#include <math.h>
#include <zstd.h>

enum { COUNT = 5, SIZE = 3, MOST = 1 << 20 };

static const AertModel model = {.abi = AERT_ABI,
                                .name = "packed",
                                .source = "packed.ae",
                                .hash = "0123456789abcdef",
                                .code_rank = 1,
                                .code_dim = {SIZE}};
static const char *path; /* of the file that each test writes */

static void test_round_trip(Test *t) {
    float codes[COUNT * SIZE];
    for (int i = 0; i < COUNT * SIZE; i++)
        codes[i] =
            i % SIZE == 2 ? 4 : (float)(i * i % 11) * 0.7f - 2; /* the last place is one number */
    for (int bits = 1; bits <= AERT_PACKED_BITS; bits++) {
        AertPacked about = {.model = &model, .bits = bits, .count = COUNT},
                   back = {.model = &model};
        WORKS(t, aert_packed_write(path, &about, codes, &t->error));
        CHECK(t, aert_packed_is(path));
        WORKS(t, aert_packed_look(path, &back, &t->error));
        CHECK(t, back.bits == bits && back.count == COUNT && back.bytes == about.bytes);
        float *read = aert_packed_read(path, &back, MOST, &t->error);
        WORKS(t, read != NULL);
        for (int i = 0; read && i < COUNT * SIZE; i++)
            CHECK(t, fabsf(read[i] - codes[i]) <= 7 * 0.5f / (float)((1 << bits) - 1) + 1e-5f);
        for (int i = 2; read && i < COUNT * SIZE; i += SIZE)
            CHECK(t, read[i] == 4);
        free(read);
    }
}

static void test_refused(Test *t) {
    AertPacked about = {.model = &model, .bits = 1, .count = COUNT};
    float codes[COUNT * SIZE] = {0};
    codes[7] = NAN;
    FAILS(t, aert_packed_write(path, &about, codes, &t->error), "code 2 is not finite at place 1");
    codes[7] = INFINITY;
    FAILS(t, aert_packed_write(path, &about, codes, &t->error), "code 2 is not finite at place 1");
    codes[7] = 3e38f;
    codes[4] = -3e38f;
    FAILS(t, aert_packed_write(path, &about, codes, &t->error),
          "at place 1: too far apart to be packed");
}

/* A file as aert_packed_write makes it, but for what a test changes. */
typedef struct Made {
    const char *bits, *count, *hash, *format;
    float low[SIZE], step[SIZE];
    int numbers, lows;                 /* roundings of a place; numbers of `low` */
    unsigned char rounding[2 * COUNT]; /* of the last place; those of the others are 0 */
    int frames, behind;                /* places that are packed; bytes behind them */
    AertDtype dtype;                   /* of what is packed */
} Made;

static const Made right = {.bits = "5",
                           .count = "5",
                           .hash = "0123456789abcdef",
                           .format = "aert codes 1",
                           .low = {-1, 0, 1},
                           .step = {0.1f, 0, 2},
                           .numbers = COUNT,
                           .lows = SIZE,
                           .rounding = {31, 0, 7, 30, 1},
                           .frames = SIZE,
                           .dtype = AERT_U8};

static void make(Test *t, const Made *made) {
    static const unsigned char none[2 * COUNT];
    unsigned char packed[4096] = {0};
    size_t bytes = 0;
    for (int place = 0; place < made->frames; place++) {
        const unsigned char *from = place == SIZE - 1 ? made->rounding : none;
        size_t more =
            ZSTD_compress(packed + bytes, sizeof packed - bytes, from, (size_t)made->numbers, 1);
        CHECK(t, !ZSTD_isError(more));
        bytes += more;
    }
    bytes += (size_t)made->behind;
    const AertTensor tensor[] = {
        {.name = "low", .dtype = AERT_F32, .rank = 1, .dim = {made->lows}, .data = made->low},
        {.name = "step", .dtype = AERT_F32, .rank = 1, .dim = {SIZE}, .data = made->step},
        {.name = "packed",
         .dtype = made->dtype,
         .rank = 1,
         .dim = {(int64_t)bytes},
         .data = packed}};
    const AertMeta meta[] = {{"format", made->format}, {"hash", made->hash}, {"weights", ""},
                             {"count", made->count},   {"model", "packed"},  {"bits", made->bits}};
    const int metas = sizeof meta / sizeof *meta - !made->bits; /* the last is left out */
    const AertContents contents = {.tensor = tensor, .meta = meta, .tensors = 3, .metas = metas};
    WORKS(t, aert_safetensors_write(path, &contents, &t->error));
}

static void damaged(Test *t, const Made *made, const char *what) {
    AertPacked about = {.model = &model};
    make(t, made);
    float *codes = aert_packed_read(path, &about, MOST, &t->error);
    FAILS(t, codes != NULL, what);
    free(codes);
}

static void test_right(Test *t) {
    AertPacked about = {.model = &model};
    make(t, &right);
    float *codes = aert_packed_read(path, &about, MOST, &t->error);
    WORKS(t, codes != NULL);
    for (int i = 0; codes && i < COUNT; i++) {
        CHECK(t, codes[i * SIZE] == -1 && codes[i * SIZE + 1] == 0);
        CHECK(t, codes[i * SIZE + 2] == 1 + 2 * (float)right.rounding[i]);
    }
    free(codes);
}

static void test_values(Test *t) {
    static const float none[] = {NAN, INFINITY, -INFINITY};
    Made made = right;
    made.rounding[3] = 32; /* of 5 bits */
    damaged(t, &made, "damaged: place 2 holds what no code of 5 bits is");
    made = right;
    made.bits = "9";
    made.numbers = 2 * COUNT;
    made.rounding[2 * COUNT - 1] = 1; /* the upper byte of the last: 256 and more are of 9 bits */
    make(t, &made);
    AertPacked about = {.model = &model};
    float *codes = aert_packed_read(path, &about, MOST, &t->error);
    WORKS(t, codes != NULL);
    CHECK(t, codes && codes[COUNT * SIZE - 1] == 1 + 2 * (1 + 256.0f));
    free(codes);
    made.rounding[2 * COUNT - 1] = 2; /* … and 512 is not */
    damaged(t, &made, "damaged: place 2 holds what no code of 9 bits is");
    for (int i = 0; i < 3; i++) {
        made = right;
        made.low[1] = none[i];
        damaged(t, &made, "damaged: place 1 holds what no code of 5 bits is");
        made = right;
        made.step[0] = none[i];
        damaged(t, &made, "damaged: place 0 holds what no code of 5 bits is");
    }
    made = right;
    made.step[0] = 3e37f; /* 31 of them are infinite, which no rounding needs to reach */
    damaged(t, &made, "damaged: place 0 holds what no code of 5 bits is");
}

static void test_sizes(Test *t) {
    Made made = right;
    made.numbers = COUNT - 1;
    damaged(t, &made, "damaged: what is packed is not 5 codes");
    made.numbers = COUNT + 1;
    damaged(t, &made, "damaged: what is packed is not 5 codes");
    made = right;
    made.frames = SIZE - 1;
    damaged(t, &made, "damaged: what is packed is not 5 codes");
    made = right;
    made.frames = SIZE + 1;
    damaged(t, &made, "damaged: more is packed than its codes");
    made = right;
    made.behind = 1;
    damaged(t, &made, "damaged: more is packed than its codes");
    made = right;
    made.lows = SIZE - 1;
    damaged(t, &made, "damaged: no low of 3 numbers");
    made = right;
    made.dtype = AERT_I8;
    damaged(t, &made, "damaged: no packed of 0 numbers");
}

static void test_metadata(Test *t) {
    static const char *const counts[] = {
        "0", "-5", "5x", "", "5.0", "4611686018427387904", "99999999999999999999"};
    static const char *const bits[] = {"0", "17", "-1", "x"};
    Made made = right;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        made.count = counts[i];
        damaged(t, &made, "damaged: its count of codes is");
    }
    made.count = "4611686018427387903";
    damaged(t, &made, "damaged: it is too short for 4611686018427387903 codes");
    made.count = "100000"; /* so many could be packed into its bytes */
    damaged(t, &made, "its 100000 codes unpack to more than 1 MB: --max-unpacked");
    made = right;
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
        made.bits = bits[i];
        damaged(t, &made, "damaged: its bits of codes is");
    }
    made.bits = NULL;
    damaged(t, &made, "damaged: its bits of codes is missing");
    made = right;
    made.hash = "fedcba9876543210";
    damaged(t, &made, "codes of another model than this packed");
    made = right;
    made.format = "aert prior 1";
    damaged(t, &made, "holds no codes");
}

int main(void) {
    Test t;
    test_begin(&t);
    path = test_path(&t, "codes.aez");
    test_round_trip(&t);
    test_refused(&t);
    test_right(&t);
    test_values(&t);
    test_sizes(&t);
    test_metadata(&t);
    return test_end(&t);
}
