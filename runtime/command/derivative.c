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
    double apart[POINTS], together[POINTS]; /* of f at -ih and ih: difference and sum */
    for (int i = POINTS - 1; i >= 0; i--) {
        bool kink = false;
        double up = f(context, (i + 1) * h, &kink),
               down = kink ? 0 : f(context, -(i + 1) * h, &kink);
        if (kink)
            return DERIVATIVE_KINK;
        apart[i] = up - down;
        together[i] = up + down;
    }
    double fourth = (8 * apart[0] - apart[1]) / (12 * h);
    double sixth = (45 * apart[0] - 9 * apart[1] + apart[2]) / (60 * h);
    double difference = together[2] - 6 * together[1] + 15 * together[0] - 20 * f0;
    double place = DBL_EPSILON * larger_of(fabs(f0), DBL_MIN);
    double noise = larger_of(fabs(difference) / noise_factor, place);
    derivative->value = sixth;
    derivative->rounded = 4 / h * (noise < noise_most * place ? noise : noise_most * place);
    double truncated = fabs(sixth - fourth);
    derivative->doubt = truncated + derivative->rounded;
    return truncated <= agreement * fabs(sixth) + derivative->rounded ? DERIVATIVE_FOUND
                                                                      : DERIVATIVE_ROUGH;
}
