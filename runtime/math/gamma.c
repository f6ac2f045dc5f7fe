/* lgamma and its derivatives: see gamma.h.
 *
 * The derivative of order n >= 1 is (-1)^(n + 1) n! Σ 1 / (a + k)^(n + 1), over k = 0, 1, 2 …,
 * which is Hurwitz' zeta function: its first terms are added up, the rest is Euler and Maclaurin's
 * formula. Of a negative a the sum over all whole k is taken, which only depends on a's distance
 * from a whole number, and the half that is too much taken away.
 */
#define _GNU_SOURCE /* lgamma_r */

#include "gamma.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

/* B_2j / (2j)!, B the numbers of Bernoulli */
static const double weights[] = {
    1 / 12.0,
    -1 / 720.0,
    1 / 30240.0,
    -1 / 1209600.0,
    1 / 47900160.0,
    -691 / 1307674368000.0,
    1 / 74724249600.0,
    -3617 / 10670622842880000.0,
    43867 / 5109094217170944000.0,
};

enum { WEIGHTS = sizeof weights / sizeof *weights };

/* From here on the series in 1 / a that belongs to the power s is exact. */
static double far_for(double s) {
    return 12 + s;
}

/* Σ 1 / (a + k)^s, s >= 2, for an a that is far. */
static double tail(double s, double a) {
    double term = s / a, power = pow(a, -s), sum = power * (a / (s - 1) + 0.5);
    for (int j = 0; j < WEIGHTS; j++) {
        sum += weights[j] * term * power;
        term *= (s + 2 * j + 1) * (s + 2 * j + 2) / (a * a);
    }
    return sum;
}

/* The same for any a > 0 */
static double zeta(double s, double a) {
    double sum = 0;
    for (; a < far_for(s); a += 1)
        sum += pow(a, -s);
    return sum + tail(s, a);
}

/* The same over all whole k, for 0 < a <= 1/2: in pairs, which cancel exactly at 1/2 where the sign
 * is -1. */
static double both_ways(double s, double a, double sign) {
    double b = 1 - a, sum = 0;
    for (; a < far_for(s); a += 1, b += 1)
        sum += pow(a, -s) + sign * pow(b, -s);
    return sum + (tail(s, a) + sign * tail(s, b));
}

/* Of order 0, for a > 0 */
static double digamma_positive(double a) {
    double sum = 0;
    for (; a < far_for(0); a += 1)
        sum -= 1 / a;
    double power = 1 / (a * a), factorial = 1; /* (2j - 1)! */
    sum += log(a) - 0.5 / a;
    for (int j = 0; j < WEIGHTS; j++) {
        sum -= weights[j] * factorial * power;
        factorial *= (2 * j + 2) * (2 * j + 3);
        power /= a * a;
    }
    return sum;
}

double aert_lgamma(double a) {
    int sign; /* the plain one leaves it in a global variable, for all threads */
    return lgamma_r(a, &sign);
}

double aert_polygamma(double order, double a) {
    const double s = order + 1, sign = fmod(s, 2) == 0 ? 1 : -1, r = a - nearbyint(a);
    if (!(order >= 0 && order <= 170) || order != floor(order) || isnan(a) || a == -HUGE_VAL)
        return (double)NAN;
    if (a == HUGE_VAL)
        return order == 0 ? a : 0;
    if (a == 0)
        return order == 0 && signbit(a) ? HUGE_VAL : sign * HUGE_VAL;
    if (a < 0 && r == 0)
        return sign > 0 ? HUGE_VAL : (double)NAN;
    if (order == 0)
        return a > 0 ? digamma_positive(a) : digamma_positive(1 - a) - pi / tan(pi * r);
    double sum = a > 0 ? zeta(s, a) : both_ways(s, fabs(r), sign) * (r < 0 ? sign : 1);
    sum -= a > 0 ? 0 : sign * zeta(s, 1 - a);
    return sign * tgamma(s) * sum;
}
