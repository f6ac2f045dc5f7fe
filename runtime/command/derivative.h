/* derivative: the numeric derivative of a function of one variable at 0, and how well it is known.
 */
#ifndef AERT_DERIVATIVE_H
#define AERT_DERIVATIVE_H

#include <stdbool.h>

/* The function at t; *kink is set where it is not smooth between 0 and t. */
typedef double DerivativeFunction(void *context, double t, bool *kink);

typedef enum DerivativeResult {
    DERIVATIVE_FOUND,
    DERIVATIVE_KINK,
    DERIVATIVE_ROUGH
} DerivativeResult;

typedef struct Derivative {
    double value;   /* the derivative */
    double rounded; /* estimated error by rounding: no difference below it says anything */
    double doubt;   /* that, and the error of the formula: what a smaller step would change */
} Derivative;

/* The larger of two numbers; the second where the first is none. */
static inline double larger_of(double a, double b) {
    return a > b ? a : b;
}

/* Six evaluations at ±h, ±2h, ±3h.  DERIVATIVE_KINK: a kink lies within 3h.  DERIVATIVE_ROUGH: the
 * step is too wide for the formula, take a smaller one. */
DerivativeResult derivative_at(Derivative *derivative, DerivativeFunction *f, void *context,
                               double f0, double h);

#endif
