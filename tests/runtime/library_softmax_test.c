/* softmax.h: at its least loss no weight has a slope, whatever the scale of the rows; classes that
 * a line parts are parted; what says nothing gives each class its share.
 */
#include "library_check.h"
#include "math/random.h"
#include "math/softmax.h"

#include <math.h>

enum { ROWS = 3000, SIZE = 3, CLASSES = 3, WIDE = SIZE + 1 };

static float row[ROWS * SIZE];
static int class[ROWS];

static double uniform(uint64_t at) {
    return (double)(aert_mix64(at * 2 + 1) >> 11) * 0x1p-53;
}

/* Classes that overlap, in rows of which one place is large and another goes with it. */
static void draw(void) {
    for (int i = 0; i < ROWS; i++) {
        const uint64_t at = (uint64_t)i * 8;
        class[i] = (int)(uniform(at) * CLASSES);
        const double x = uniform(at + 1) + uniform(at + 2) + (class[i] == 1);
        const double y = uniform(at + 3) + uniform(at + 4) + 0.7 * (class[i] == 2);
        row[i * SIZE] = (float)(1000 * x + 5000);
        row[i * SIZE + 1] = (float)y;
        row[i * SIZE + 2] = (float)(y + 0.5 * x + 0.1 * uniform(at + 5));
    }
}

/* -log p(class) of all rows under these weights, the mean. */
static double loss(const double *weight) {
    double sum = 0;
    for (int i = 0; i < ROWS; i++) {
        double logit[CLASSES], all = 0;
        for (int c = 0; c < CLASSES; c++) {
            logit[c] = weight[c * WIDE + SIZE];
            for (int j = 0; j < SIZE; j++)
                logit[c] += weight[c * WIDE + j] * (double)row[i * SIZE + j];
        }
        for (int c = 0; c < CLASSES; c++)
            all += exp(logit[c] - logit[class[i]]);
        sum += log(all);
    }
    return sum / ROWS;
}

static void test_least(Test *t) {
    Softmax s;
    draw();
    WORKS(t, softmax_fit(&s, row, class, ROWS, SIZE, CLASSES, &t->error));
    CHECK(t, s.rounds > 5 && s.rounds < 1000);
    CHECK(t, fabs(loss(s.weight) - s.loss) < 1e-9);
    CHECK(t, s.loss > 0.2 && s.loss < log(CLASSES));
    /* further along any weight it is not less, but for what the penalty asks: 1e-4 of squares */
    for (int w = 0; w < CLASSES * WIDE; w++)
        for (int side = -1; side <= 1; side += 2) {
            const double kept = s.weight[w], scale = w % WIDE == 0 ? 1e-3 : 1;
            s.weight[w] += side * 0.05 * scale;
            CHECK(t, loss(s.weight) > s.loss - 2e-5);
            s.weight[w] = kept;
        }
    int right = 0;
    for (int i = 0; i < ROWS; i++)
        right += softmax_class(&s, row + i * SIZE) == class[i];
    CHECK(t, right > ROWS * 6 / 10);
    softmax_close(&s);
}

static void test_parted(Test *t) {
    Softmax s;
    for (int i = 0; i < ROWS; i++) {
        class[i] = i % 2;
        row[i * SIZE] = (float)uniform((uint64_t)i);
        row[i * SIZE + 1] = row[i * SIZE] + (class[i] ? 0.05f : -0.05f); /* the difference tells */
        row[i * SIZE + 2] = 4;
    }
    WORKS(t, softmax_fit(&s, row, class, ROWS, SIZE, 2, &t->error));
    for (int i = 0; i < ROWS; i++)
        CHECK(t, softmax_class(&s, row + i * SIZE) == class[i]);
    softmax_close(&s);
}

static void test_nothing(Test *t) {
    Softmax s;
    for (int i = 0; i < ROWS; i++) {
        class[i] = i % 4 == 0;
        for (int j = 0; j < SIZE; j++)
            row[i * SIZE + j] = 2;
    }
    WORKS(t, softmax_fit(&s, row, class, ROWS, SIZE, 2, &t->error));
    CHECK(t, fabs(s.loss + 0.25 * log(0.25) + 0.75 * log(0.75)) < 1e-6);
    CHECK(t, softmax_class(&s, row) == 0);
    softmax_close(&s);
    row[5] = INFINITY;
    FAILS(t, softmax_fit(&s, row, class, ROWS, SIZE, 2, &t->error), "not finite");
    softmax_close(&s);
}

int main(void) {
    Test t;
    test_begin(&t);
    test_least(&t);
    test_parted(&t);
    test_nothing(&t);
    return test_end(&t);
}
