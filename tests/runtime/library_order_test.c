/* order.h and strokes.h: permutations, splits, batches; built-in data that is the same each time.
 */
#include "library_check.h"
#include "data/batches.h"
#include "data/order.h"
#include "data/strokes.h"

enum { COUNT = 1000 };

static bool is_permutation(const int64_t *order, int64_t count) {
    bool seen[COUNT] = {false};
    for (int64_t i = 0; i < count; i++) {
        if (order[i] < 0 || order[i] >= count || seen[order[i]])
            return false;
        seen[order[i]] = true;
    }
    return true;
}

static void test_epoch(Test *t) {
    int64_t a[COUNT], b[COUNT], base[COUNT];
    for (int64_t count = 0; count <= COUNT; count += count < 5 ? 1 : 199) {
        aert_order_epoch(1, 1, NULL, count, a);
        CHECK(t, is_permutation(a, count));
    }
    aert_order_epoch(7, 3, NULL, COUNT, a);
    aert_order_epoch(7, 3, NULL, COUNT, b);
    CHECK(t, memcmp(a, b, sizeof a) == 0);
    aert_order_epoch(7, 4, NULL, COUNT, b);
    CHECK(t, memcmp(a, b, sizeof a) != 0);
    aert_order_epoch(8, 3, NULL, COUNT, b);
    CHECK(t, memcmp(a, b, sizeof a) != 0);
    for (int i = 0; i < COUNT; i++)
        base[i] = 5 * i + 2;
    aert_order_epoch(7, 3, base, COUNT, b);
    for (int i = 0; i < COUNT; i++)
        b[i] = (b[i] - 2) / 5;
    CHECK(t, memcmp(a, b, sizeof a) == 0);
}

/* All 24 orders of four come equally often: chi squared with 23 degrees of freedom. */
static void test_uniform(Test *t) {
    int seen[256] = {0}, different = 0;
    const int epochs = 24000;
    double sum = 0;
    for (int e = 0; e < epochs; e++) {
        int64_t order[4];
        aert_order_epoch(42, (uint64_t)e, NULL, 4, order);
        seen[order[0] * 64 + order[1] * 16 + order[2] * 4 + order[3]]++;
    }
    for (int i = 0; i < 256; i++) {
        double off = seen[i] - epochs / 24.0;
        different += seen[i] > 0;
        sum += seen[i] ? off * off / (epochs / 24.0) : 0;
    }
    CHECK(t, different == 24 && sum < 50);
}

static void test_split(Test *t) {
    int64_t train[COUNT], held[COUNT], all[COUNT], again[COUNT];
    CHECK(t, aert_order_held(0) == 0 && aert_order_held(1) == 0 && aert_order_held(2) == 1 &&
                 aert_order_held(99) == 9);
    for (int64_t count = 2; count <= COUNT; count += 83) {
        int64_t n = aert_order_held(count);
        aert_order_split(3, count, train, held);
        memcpy(all, train, (size_t)(count - n) * sizeof *all);
        memcpy(all + count - n, held, (size_t)n * sizeof *all);
        CHECK(t, is_permutation(all, count));
        for (int64_t i = 1; i < n; i++)
            CHECK(t, held[i] > held[i - 1]);
    }
    aert_order_split(3, COUNT, train, held);
    aert_order_split(4, COUNT, train, again);
    CHECK(t, memcmp(held, again, 100 * sizeof *held) != 0);
}

/* What a loop over batches has seen. */
typedef struct Visits {
    Test *t;
    const AertBatches *batches;
    int64_t next;  /* the batch that must come */
    int64_t rows;  /* of all batches so far */
    int64_t until; /* the batch after which it stops */
} Visits;

static bool visit(void *context, const AertBatch *batch) {
    Visits *v = context;
    const AertBatches *b = v->batches;
    CHECK(v->t, batch->number == v->next++ && batch->begin == batch->number * b->batch);
    for (int r = 0; r < batch->rows; r++) {
        int64_t i = batch->begin + r;
        CHECK(v->t, b->example[r] == (b->index ? b->index[i] : b->first + i));
    }
    v->rows += batch->rows;
    return batch->number < v->until;
}

static void test_batches(Test *t) {
    int64_t index[300], example[128];
    for (int i = 0; i < 300; i++)
        index[i] = 7 * i % 300;
    CHECK(t, aert_batches_count(60000, 128) == 469 && aert_batches_count(256, 128) == 2 &&
                 aert_batches_count(5, 128) == 1 && aert_batches_count(0, 128) == 0);
    const struct {
        AertBatches batches;
        int64_t until, rows;
        bool whole;
    } cases[] = {
        {{.count = 300, .batch = 128}, 9, 300, true},
        {{.count = 300, .batch = 128, .index = index}, 9, 300, true},
        {{.count = 300, .batch = 128, .index = index, .from = 2}, 9, 44, true},
        {{.count = 300, .batch = 128, .from = 3}, 9, 0, true},
        {{.count = 256, .batch = 128, .first = 1000}, 9, 256, true},
        {{.count = 5, .batch = 128}, 9, 5, true},
        {{.count = 300, .batch = 1}, 41, 42, false},
        {{.count = 0, .batch = 128}, 9, 0, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AertBatches batches = cases[i].batches;
        batches.example = example;
        Visits v = {t, &batches, batches.from, 0, cases[i].until};
        CHECK(t, aert_batches_each(&batches, visit, &v) == cases[i].whole);
        CHECK(t, v.rows == cases[i].rows);
    }
}

static void test_images(Test *t) {
    const AertInput image = {AERT_IMAGE,
                             AERT_AS_DATA,
                             "x",
                             3,
                             .dim = {1, 28, 28},
                             0,
                             0,
                             1,
                             1,
                             .ways = &aert_ways_image},
                    label = {AERT_CLASS, AERT_AS_LABEL, "y", 0, .dim = {0}, 10, 0, 0, 0};
    AertData a, la, b, lb;
    if (!WORKS(t, aert_strokes_make(&a, &image, &la, &label, 0, 300, 1, &t->error)) ||
        !WORKS(t, aert_strokes_make(&b, &image, &lb, &label, 100, 200, 1, &t->error)))
        return;
    test_make_all(&a), test_make_all(&b);
    CHECK(t, a.count == 300 && a.size == 784 && a.element == AERT_BYTE && a.scaled && a.rank == 3);
    CHECK(t, memcmp((const char *)a.values + 78400, b.values, 200 * 784) == 0);
    CHECK(t, memcmp((const char *)la.values + 100, lb.values, 200) == 0);
    const unsigned char *pixel = a.values, *digit = la.values;
    int seen[10] = {0}, kinds = 0;
    for (int i = 0; i < 300; i++) {
        int ink = 0, border = 0;
        for (int p = 0; p < 784; p++) {
            bool outer = p % 28 == 0 || p % 28 == 27 || p / 28 == 0 || p / 28 == 27;
            ink += pixel[i * 784 + p] > 127;
            border += outer && pixel[i * 784 + p] > 127;
        }
        CHECK(t, ink > 25 && ink < 300 && border < 6); /* of 784 pixels, mostly inside */
        kinds += seen[digit[i]]++ == 0;
    }
    CHECK(t, kinds == 10);
    aert_data_close(&a), aert_data_close(&la), aert_data_close(&b), aert_data_close(&lb);
}

/* Examples are drawn when they are gathered, no others with them; in any order they are the same.
 */
static void test_drawn_when_gathered(Test *t) {
    static const AertInput input[] = {
        {AERT_IMAGE, AERT_AS_DATA, "x", 3, .dim = {1, 28, 28}, 0, 0, 1, 1,
         .ways = &aert_ways_image},
        {AERT_VECTOR, AERT_AS_DATA, "s", 2, .dim = {2, 50}, 0, -1, 1, 1}};
    static const int64_t order[] = {0, 1, 2, 3, 4, 5, 6, 7}, turned[] = {7, 2, 7, 0};
    static float rows[8 * 784], found[4 * 784];
    for (int i = 0; i < 2; i++) {
        AertData all, some;
        if (!WORKS(t, aert_strokes_make(&all, &input[i], NULL, NULL, 0, 8, 1, &t->error)) ||
            !WORKS(t, aert_strokes_make(&some, &input[i], NULL, NULL, 0, 8, 1, &t->error)))
            return;
        size_t size = all.size, bytes = size * (all.element == AERT_BYTE ? 1 : sizeof(float));
        const char *third = (const char *)some.values + 3 * bytes;
        aert_data_gather(&all, order, 0, 8, sizeof(float), rows);
        aert_data_gather(&some, turned, 0, 4, sizeof(float), found);
        for (int r = 0; r < 4; r++)
            CHECK(t, memcmp(found + (size_t)r * size, rows + (size_t)turned[r] * size,
                            size * sizeof *rows) == 0);
        for (size_t k = 0; k < bytes; k++)
            if (!CHECK(t, third[k] == 0))
                break;
        test_make_all(&some);
        CHECK(t, memcmp(some.values, all.values, 8 * bytes) == 0);
        aert_data_close(&all), aert_data_close(&some);
    }
}

static void test_fits(Test *t) {
    static const AertInput input[] = {
        {AERT_IMAGE, AERT_AS_DATA, "x", 3, .dim = {3, 5, 9}, 0, -1, 1, 1, .ways = &aert_ways_image},
        {AERT_IMAGE, AERT_AS_DATA, "x", 2, .dim = {1, 40}, 0, 0, 1, 1, .ways = &aert_ways_image},
        {AERT_VECTOR, AERT_AS_DATA, "v", 1, .dim = {2}, 0, 0, 0, 0},
        {AERT_VECTOR, AERT_AS_DATA, "v", 2, .dim = {4, 3}, 0, -0.1, 0.3, 1},
        {AERT_VECTOR, AERT_AS_DATA, "v", 1, .dim = {1}, 0, 0, 1, 1},
    };
    const AertInput label = {AERT_CLASS, AERT_AS_LABEL, "y", 0, .dim = {0}, 3, 0, 0, 0},
                    huge = {AERT_IMAGE, AERT_AS_DATA, "x", 3, .dim = {3, 4096, 4096}, 0, 0, 1, 1};
    AertData data, labels;
    for (size_t i = 0; i < sizeof input / sizeof *input; i++) {
        if (!WORKS(t, aert_strokes_make(&data, &input[i], &labels, &label, 0, 50, 9, &t->error)))
            continue;
        test_make_all(&data);
        for (int k = 0; k < 50; k++) {
            CHECK(t, ((const unsigned char *)labels.values)[k] < 3);
            for (size_t e = 0; e < data.size && data.element == AERT_FLOAT && input[i].ranged;
                 e++) {
                float v = ((const float *)data.values)[(size_t)k * data.size + e];
                CHECK(t, v >= (float)input[i].low && v <= (float)input[i].high);
            }
        }
        aert_data_close(&data), aert_data_close(&labels);
    }
    if (WORKS(t, aert_strokes_make(&data, &huge, NULL, NULL, 0, 6000, 9, &t->error))) {
        CHECK(t, data.count == 2);
        aert_data_close(&data);
    }
    FAILS(t, aert_strokes_make(&data, &label, NULL, NULL, 0, 10, 1, &t->error),
          "no built-in data for input y");
}

enum {
    MIXED_BATCH = 10,
    MIXED_FIRST = 4,
    FIRSTS = 9,
    SECONDS = 41,
    MIXED = SECONDS + 7 * MIXED_FIRST
};

/* Of two kinds of examples, 0 to 8 and 9 to 49: the first four of each batch are of the first kind,
 * also where it is not full; the others come once, those of the first kind as often as each other,
 * numbered by their round. */
static void test_mix(Test *t) {
    int64_t kinds[FIRSTS + SECONDS], room[FIRSTS + SECONDS], order[MIXED], other[MIXED];
    for (int i = 0; i < FIRSTS + SECONDS; i++)
        kinds[i] = i;
    AertMix mix = {kinds, kinds + FIRSTS, FIRSTS, SECONDS, MIXED_BATCH, MIXED_FIRST, room};
    CHECK(t, aert_order_mixed_count(&mix) == MIXED);
    aert_order_mixed(7, 3, &mix, COUNT, order);
    int came[FIRSTS + SECONDS] = {0};
    for (int i = 0; i < MIXED; i++) {
        int64_t example = order[i] % COUNT;
        if (!CHECK(t, example < FIRSTS + SECONDS))
            continue;
        CHECK(t, (example < FIRSTS) == (i % MIXED_BATCH < MIXED_FIRST));
        CHECK(t, order[i] / COUNT == came[example]++);
    }
    for (int i = 0; i < FIRSTS + SECONDS; i++)
        CHECK(t, i < FIRSTS ? came[i] == 3 || came[i] == 4 : came[i] == 1);
    aert_order_mixed(7, 3, &mix, COUNT, other);
    CHECK(t, memcmp(order, other, sizeof order) == 0);
    aert_order_mixed(7, 4, &mix, COUNT, other);
    CHECK(t, memcmp(order, other, sizeof order) != 0);
}

int main(void) {
    Test test;
    test_begin(&test);
    test_epoch(&test);
    test_uniform(&test);
    test_split(&test);
    test_mix(&test);
    test_batches(&test);
    test_images(&test);
    test_drawn_when_gathered(&test);
    test_fits(&test);
    return test_end(&test);
}
