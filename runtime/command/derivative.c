/* Numeric derivatives good enough to be compared with to one part in a million.
 *
 * Its one idea: six values give the derivative twice, to fourth and to sixth order of h: where
 * these agree, h is small enough.  The same values give their own rounding error: the sixth
 * difference of a smooth function vanishes with h^6, so what is left of it is noise, 30 times that
 * of one value.
 *
 * Example: f(t) = exp(t), h = 1e-3: value 1, truncated 4e-14, rounded 2e-12.
 */
#include "derivative.h"

#include <float.h>
#include <math.h>

enum { POINTS = 3 };

static const double agreement = 1e-7;  /* of the two orders, relative to the derivative */
static const double noise_most = 64;   /* noise of one value, in units of its last place */
static const double noise_factor = 30; /* sqrt of the sum of squares of 1 6 15 20 15 6 1 */

DerivativeResult derivative_at(Derivative *derivative, DerivativeFunction *f, void *context,
                               double f0, double h) {
    double up[POINTS], down[POINTS];
    for (int i = POINTS - 1; i >= 0; i--) {
        bool kink = false;
        up[i] = f(context, (i + 1) * h, &kink);
        if (!kink)
            down[i] = f(context, -(i + 1) * h, &kink);
        if (kink)
            return DERIVATIVE_KINK;
    }
    double d1 = up[0] - down[0], d2 = up[1] - down[1], d3 = up[2] - down[2];
    double fourth = (8 * d1 - d2) / (12 * h);
    double sixth = (45 * d1 - 9 * d2 + d3) / (60 * h);
    double difference =
        (up[2] + down[2]) - 6 * (up[1] + down[1]) + 15 * (up[0] + down[0]) - 20 * f0;
    double place = DBL_EPSILON * fmax(fabs(f0), DBL_MIN);
    double noise = fmin(fmax(fabs(difference) / noise_factor, place), noise_most * place);
    derivative->value = sixth;
    derivative->truncated = fabs(sixth - fourth);
    derivative->rounded = 4 * noise / h;
    return derivative->truncated <= agreement * fabs(sixth) + derivative->rounded
               ? DERIVATIVE_FOUND
               : DERIVATIVE_ROUGH;
}
