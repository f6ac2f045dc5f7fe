/* Every row of the op table by intervals: of operands inside theirs, at and between the bounds, the
 * value lies in the image; and what is rounded to a bound lies in the image in floats.
 */
#include "ir/interval.h"

#include <math.h>
#include <stdio.h>

static const double bounds[] = {-INFINITY, -30, -2, -1, -0.5, 0, 0.25, 1, 2, 2.5, 30, INFINITY};

enum { N = sizeof bounds / sizeof *bounds, POINTS = 5 };

static int wrong, looked;

/* Point k of the interval: its bounds, what is near to them, its middle. */
static double point(Interval a, int k) {
    double low = fmax(a.low, -40), high = fmin(a.high, 40);
    static const double at[POINTS] = {0, 0.01, 0.5, 0.99, 1};
    return low + (high - low) * at[k];
}

static bool within(Interval image, double value) {
    double slack = isfinite(value) ? 1e-12 * (1 + fabs(value)) : 0;
    return isnan(value) || (value >= image.low - slack && value <= image.high + slack);
}

static void check_points(Op op, const Interval *in) {
    Interval image;
    if (!interval_map(op, in, &image))
        return;
    int n = optab[op].arity;
    for (int k = 0; k < POINTS * POINTS * POINTS; k++) {
        double v[3] = {point(in[0], k % POINTS), n > 1 ? point(in[1], k / POINTS % POINTS) : 0,
                       n > 2 ? point(in[2], k / POINTS / POINTS) : 0};
        double value = optab[op].value(v[0], v[1], v[2], 0);
        looked++;
        bool fits = within(image, value);
        if (!fits && wrong++ < 20)
            fprintf(stderr, "%s(%g, %g, %g) = %g is not in %g..%g\n", optab[op].name, v[0], v[1],
                    v[2], value, image.low, image.high);
    }
}

static Interval interval(int k) {
    return (Interval){bounds[k % N], bounds[k / N]};
}

/* It holds a number. */
static bool is_interval(Interval a) {
    return a.low <= a.high && a.low < INFINITY && a.high > -INFINITY;
}

/* Each pair of bounds for the first two operands; the third is that of the other. */
static void check_op(Op op) {
    for (int i = 0; i < N * N; i++)
        for (int k = 0; k < (optab[op].arity > 1 ? N * N : 1); k++) {
            Interval in[3] = {interval(i), interval(k), interval((i + k) % (N * N))};
            if (is_interval(in[0]) && (optab[op].arity < 2 || is_interval(in[1])) &&
                (optab[op].arity < 3 || is_interval(in[2])))
                check_points(op, in);
        }
}

/* An interval as wide as it must be, where the values are known. */
static void expect(Op op, Interval a, Interval b, double low, double high) {
    Interval in[3] = {a, b, b}, image;
    if (interval_map(op, in, &image) && image.low == low && image.high == high)
        return;
    wrong++;
    fprintf(stderr, "%s is not in %g..%g alone\n", optab[op].name, low, high);
}

int main(void) {
    for (int op = 0; op < NUM_OPS; op++)
        if (optab[op].kind == KIND_map && optab[op].value && optab[op].arity > 0)
            check_op((Op)op);
    Interval two = {2, 2}, unit = {0, 1}, across = {-1, 3}, all = interval_everywhere();
    expect(OP_neg, across, unit, -3, 1);
    expect(OP_square, across, unit, 0, 9);
    expect(OP_pow, across, two, 0, 9);
    expect(OP_sub, unit, across, -3, 2);
    expect(OP_mul, across, across, -3, 9);
    expect(OP_div, unit, two, 0, 0.5);
    expect(OP_where, across, two, 2, 2);
    expect(OP_sigmoid, all, unit, 0, 1);
    expect(OP_sqrt, all, unit, 0, INFINITY);
    Interval in[2] = {unit, across}, image;
    if (interval_map(OP_div, in, &image) || interval_map(OP_digamma, in, &image)) {
        fprintf(stderr, "a quotient by what may be 0, and a function with poles, are bounded\n");
        wrong++;
    }
    Interval in_floats = interval_in_floats(OP_sigmoid, (Interval){0, 1 / (1 + exp(-20.))});
    if (in_floats.high < 1.f / (1 + expf(-20.f))) {
        fprintf(stderr, "sigmoid(20) as a float is not within what it is in floats\n");
        wrong++;
    }
    printf("%d values\n", looked);
    return wrong || looked < 10000;
}
