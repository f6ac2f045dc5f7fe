/* derivative_at: right to one part in a million where gradcheck believes it, and it tells when it
 * is not. */
#include "command/derivative.h"

#include <math.h>
#include <stdio.h>

static int failures;

static void check(bool fine, const char *what) {
    if (!fine) {
        printf("FAILED: %s\n", what);
        failures++;
    }
}

/* exp at `at`, times a factor */
typedef struct Curve {
    double at, factor, offset;
} Curve;

static double curve(void *context, double t, bool *kink) {
    const Curve *c = context;
    (void)kink;
    return c->offset + c->factor * exp(c->at + t);
}

static double corner(void *context, double t, bool *kink) {
    double at = *(const double *)context;
    *kink = at + t < 0;
    return fabs(at + t);
}

static double wave(void *context, double t, bool *kink) {
    (void)kink;
    return sin(*(const double *)context * t);
}

static double rough(void *context, double t, bool *kink) {
    (void)context, (void)kink;
    return t + 1e-15 * sin(1e9 * t);
}

int main(void) {
    Derivative d;
    Curve plain = {0.5, 1, 0}, lifted = {0.5, 1e-3, 1e4};
    double slope = exp(0.5);
    check(derivative_at(&d, curve, &plain, exp(0.5), 1e-3) == DERIVATIVE_FOUND &&
              fabs(d.value / slope - 1) < 1e-10,
          "exp");
    check(derivative_at(&d, curve, &lifted, 1e4 + 1e-3 * slope, 1e-3) == DERIVATIVE_FOUND &&
              fabs(d.value - 1e-3 * slope) <= d.rounded && d.rounded < 1e-6,
          "a small slope on a large value is within its own rounding error");
    double near = 1e-3, far = 1;
    check(derivative_at(&d, corner, &near, near, 1e-3) == DERIVATIVE_KINK,
          "a kink within the step");
    check(derivative_at(&d, corner, &far, far, 1e-3) == DERIVATIVE_FOUND &&
              fabs(d.value - 1) < 1e-9,
          "a kink beyond the step");
    double fast = 500;
    check(derivative_at(&d, wave, &fast, 0, 1e-3) == DERIVATIVE_ROUGH, "a step too wide");
    check(derivative_at(&d, wave, &fast, 0, 1e-5) == DERIVATIVE_FOUND &&
              fabs(d.value / fast - 1) < 1e-8,
          "a step narrow enough");
    check(derivative_at(&d, rough, &far, 0, 1e-3) == DERIVATIVE_FOUND && fabs(d.value - 1) < 1e-10,
          "noise");
    return failures != 0;
}
