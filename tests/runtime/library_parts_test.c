/* parts.h: each example is in one part, all parts have their share, and the seed alone says which.
 */
#include "data/data.h"
#include "library_check.h"

#include <math.h>

/* Which parts the examples are in, as letters; every example must be in one. */
static bool letters(Test *t, const char *text, uint64_t seed, int64_t count, char *letter) {
    AertParts parts;
    static int64_t rows[1000];
    if (!WORKS(t, aert_parts_parse(&parts, text, &t->error)))
        return false;
    memset(letter, '.', (size_t)count);
    letter[count] = 0;
    for (int part = AERT_PART_TEST; part >= AERT_PART_TRAIN; part--) {
        int64_t taken = aert_parts_take(&parts, (AertPart)part, seed, count, rows);
        CHECK(t, taken == aert_parts_take(&parts, (AertPart)part, seed, count, NULL));
        for (int64_t i = 0; i < taken; i++) {
            CHECK(t, rows[i] >= 0 && rows[i] < count && (i == 0 || rows[i] > rows[i - 1]));
            letter[rows[i]] = "avt"[part];
        }
    }
    return CHECK(t, !strchr(letter, '.'));
}

static int count_of(const char *letter, char wanted) {
    int count = 0;
    for (; *letter; letter++)
        count += *letter == wanted;
    return count;
}

static void test_shares(Test *t) {
    char a[1001], b[1001];
    CHECK(t, letters(t, "0.6,0.2,0.2 by order", 3, 10, a) && strcmp(a, "aaaaaavvtt") == 0);
    CHECK(t, letters(t, "0.5,0.5 by order", 3, 5, a) && strcmp(a, "aaavv") == 0);
    CHECK(t, letters(t, "fold 2 of 4 by order", 3, 8, a) && strcmp(a, "aavvaaaa") == 0);
    CHECK(t, letters(t, "fold 3 of 3 by order", 3, 10, a) && strcmp(a, "aaaaaaavvv") == 0);
    if (letters(t, "0.8,0.1,0.1", 7, 1000, a)) {
        CHECK(t, count_of(a, 'a') == 800 && count_of(a, 'v') == 100 && count_of(a, 't') == 100);
        CHECK(t, letters(t, "0.8,0.1,0.1", 7, 1000, b) && strcmp(a, b) == 0);
        CHECK(t, letters(t, "0.8,0.1,0.1", 8, 1000, b) && strcmp(a, b) != 0);
        int half = count_of(a + 500, 'v'); /* spread over the whole: 50 of 100, deviation 5 */
        CHECK(t, half > 25 && half < 75);
    }
    /* the folds of one seed are the data, each example once */
    int held[1000] = {0};
    for (int fold = 1; fold <= 7; fold++) {
        char text[32];
        snprintf(text, sizeof text, "fold %d of 7", fold);
        if (!letters(t, text, 5, 1000, a))
            return;
        for (int i = 0; i < 1000; i++)
            held[i] += a[i] == 'v';
        CHECK(t, abs(count_of(a, 'v') - 143) <= 1);
    }
    for (int i = 0; i < 1000; i++)
        CHECK(t, held[i] == 1);
}

/* Each example is as likely to be in a part as any other. */
static void test_fair(Test *t) {
    enum { EXAMPLES = 20, SEEDS = 2000 };
    int held[EXAMPLES] = {0};
    char a[EXAMPLES + 1];
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        if (!letters(t, "0.7,0.3", seed, EXAMPLES, a))
            return;
        for (int i = 0; i < EXAMPLES; i++)
            held[i] += a[i] == 'v';
    }
    for (int i = 0; i < EXAMPLES; i++) /* 600 expected, deviation 20.5 */
        CHECK(t, abs(held[i] - 600) < 103);
}

static void test_wrong(Test *t) {
    static const char *const wrong[] = {
        "0.8", "0.8,0.3", "0.8,-0.1,0.3",        "1,0",      "0.5,0.3", "a,b", "0.8,0.1,0.1,",
        "",    "0.8 0.2", "0.25,0.25,0.25,0.25", " by order"};
    static const char *const folds[] = {"fold 0 of 5",   "fold 6 of 5", "fold 1 of 1",
                                        "fold 1 of 101", "fold 2 of",   "fold 2 of 5 or so"};
    AertParts parts;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        FAILS(t, aert_parts_parse(&parts, wrong[i], &t->error),
              "wants two or three shares that add up to 1");
    for (size_t i = 0; i < sizeof folds / sizeof *folds; i++)
        FAILS(t, aert_parts_parse(&parts, folds[i], &t->error), "wants");
}

int main(void) {
    Test test;
    test_begin(&test);
    test_shares(&test);
    test_fair(&test);
    test_wrong(&test);
    return test_end(&test);
}
