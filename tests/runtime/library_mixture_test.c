/* mixture.h against a mixture that is known: draws have its moments, a fit to them is as likely as
 * the truth; one component is the mean and the covariance; what has no room to vary is no trouble.
 */
#include "library_check.h"
#include "math/mixture.h"

#include <math.h>

enum { ROWS = 20000, SIZE = 2, KNOWN = 3 };

static float row[ROWS * SIZE];

/* Three Gaussians far from each other. */
static void know(Test *t, Mixture *known) {
    static const double weight[KNOWN] = {0.2, 0.3, 0.5};
    static const double mean[KNOWN * SIZE] = {0, 0, 6, 1, -3, 5};
    static const double root[KNOWN * SIZE * SIZE] = {1, 0, 0.5, 0.5, 0.3, 0, 0, 2, 1, 0, -0.8, 0.4};
    WORKS(t, mixture_open(known, KNOWN, SIZE, &t->error));
    memcpy(known->weight, weight, sizeof weight);
    memcpy(known->mean, mean, sizeof mean);
    memcpy(known->root, root, sizeof root);
    for (int64_t i = 0; i < ROWS; i++)
        mixture_draw(known, 4, i, row + i * SIZE);
}

/* The component whose mean is nearest to that of component c of `like`. */
static int component_like(const Mixture *m, const Mixture *like, int c) {
    int best = 0;
    double least = INFINITY;
    for (int k = 0; k < m->components; k++) {
        double d = hypot(m->mean[k * SIZE] - like->mean[c * SIZE],
                         m->mean[k * SIZE + 1] - like->mean[c * SIZE + 1]);
        if (d < least) {
            least = d;
            best = k;
        }
    }
    return best;
}

static void test_known(Test *t) {
    Mixture known, fitted;
    double truth, moved, again;
    know(t, &known);
    WORKS(t, mixture_likelihood(&known, row, ROWS, &truth, &t->error));
    /* minus the entropy: of parts so far apart that of the parts and of which it is */
    double entropy = log(2 * acos(-1)) + 1;
    for (int c = 0; c < KNOWN; c++)
        entropy += known.weight[c] *
                   (log(known.root[c * 4] * known.root[c * 4 + 3]) - log(known.weight[c]));
    CHECK(t, fabs(truth + entropy) < 0.03);
    for (uint64_t seed = 0; seed < 3; seed++) {
        WORKS(t, mixture_fit(&fitted, row, ROWS, SIZE, KNOWN, seed, &t->error));
        CHECK(t, fitted.likelihood >= truth && fitted.likelihood < truth + 0.01);
        for (int c = 0; c < KNOWN; c++) {
            int k = component_like(&fitted, &known, c);
            CHECK(t, fabs(fitted.weight[k] - known.weight[c]) < 0.02);
            for (int i = 0; i < SIZE; i++)
                CHECK(t, fabs(fitted.mean[k * SIZE + i] - known.mean[c * SIZE + i]) < 0.1);
            for (int i = 0; i < SIZE * SIZE; i++)
                CHECK(t, i == 1 || fabs(fitted.root[k * 4 + i] - known.root[c * 4 + i]) < 0.1);
        }
        WORKS(t, mixture_likelihood(&fitted, row, ROWS, &again, &t->error));
        CHECK(t, again == fitted.likelihood);
        fitted.mean[0] += 1; /* no other mixture near it is likelier */
        WORKS(t, mixture_likelihood(&fitted, row, ROWS, &moved, &t->error));
        CHECK(t, moved < again);
        mixture_close(&fitted);
    }
    mixture_close(&known);
}

/* Of one component all is known in closed form. */
static void test_one(Test *t) {
    Mixture known, one;
    know(t, &known);
    WORKS(t, mixture_fit(&one, row, ROWS, SIZE, 1, 0, &t->error));
    double mean[SIZE] = {0}, covariance[3] = {0};
    for (int i = 0; i < ROWS * SIZE; i++)
        mean[i % SIZE] += (double)row[i] / ROWS;
    for (int i = 0; i < ROWS; i++) {
        double x = (double)row[i * SIZE] - mean[0], y = (double)row[i * SIZE + 1] - mean[1];
        covariance[0] += x * x / ROWS;
        covariance[1] += x * y / ROWS;
        covariance[2] += y * y / ROWS;
    }
    const double *l = one.root;
    double room = 2e-6 * (covariance[0] + covariance[2]);
    CHECK(t, fabs(one.mean[0] - mean[0]) < 1e-6 && fabs(one.mean[1] - mean[1]) < 1e-6);
    CHECK(t, fabs(l[0] * l[0] - covariance[0]) < room);
    CHECK(t, fabs(l[2] * l[0] - covariance[1]) < room);
    CHECK(t, fabs(l[2] * l[2] + l[3] * l[3] - covariance[2]) < room);
    mixture_close(&one);
    mixture_close(&known);
}

/* Rows that are equal, a place that never varies, more components than different rows. */
static void test_degenerate(Test *t) {
    Mixture m;
    for (int i = 0; i < 100; i++) {
        row[i * SIZE] = (float)(i % 2);
        row[i * SIZE + 1] = 7;
    }
    WORKS(t, mixture_fit(&m, row, 100, SIZE, 5, 1, &t->error));
    CHECK(t, isfinite(m.likelihood));
    float drawn[SIZE];
    for (int64_t i = 0; i < 50; i++) {
        mixture_draw(&m, 1, i, drawn);
        CHECK(t, fabsf(drawn[1] - 7) < 0.1f);
        CHECK(t, fabsf(drawn[0]) < 0.1f || fabsf(drawn[0] - 1) < 0.1f);
    }
    mixture_close(&m);
    FAILS(t, mixture_fit(&m, row, 3, SIZE, 4, 1, &t->error), "4 components want as many codes");
    mixture_close(&m);
    row[8] = NAN;
    FAILS(t, mixture_fit(&m, row, 100, SIZE, 2, 1, &t->error), "not finite");
    mixture_close(&m);
}

int main(void) {
    Test t;
    test_begin(&t);
    test_known(&t);
    test_one(&t);
    test_degenerate(&t);
    return test_end(&t);
}
