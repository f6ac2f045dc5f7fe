/* lgamma and its first two derivatives, digamma and trigamma, for float, without a branch.
 *
 * All three reduce their argument by whole numbers to an interval of length 1, where a polynomial
 * is, and collect what that costs in one product or one fraction; from 8 on they take Stirling's
 * series; a negative argument a is reflected to 1 - a.  Near the zeros of the first two, also the
 * negative ones, terms cancel: so all is computed in double, and rounded once.  Higher derivatives
 * are in gamma.h.
 *
 *     lgamma(3.5) = log(2.5) + (y - 2) q(y), y = 2.5
 *
 * The coefficients are those of Chebyshev fits, good to 2^-40 and better.
 *
 *                  bound of the error, in units in the last place, over all floats
 *     lgamma       0.51     digamma   0.51     trigamma  0.51
 *
 * As in the C library lgamma is log |gamma|, infinite at 0 and the negative whole numbers; there
 * trigamma is infinite, too, and digamma no number, but for -inf at 0 and +inf at -0.  Subnormal
 * numbers count as zeros.
 */
#ifndef AERT_GAMMA_F32_H
#define AERT_GAMMA_F32_H

#include "math_f32.h"

/* log of a normal a > 0, to the last places */
AERT_INLINE double aert_log_of_double(double a) {
    const uint64_t shifted = aert_bits64(a) + (0x3ff0000000000000u - 0x3fe6a09e667f3bcdu);
    const double e = aert_double(shifted >> 52 | 0x4330000000000000u) - (0x1p52 + 1023);
    const double m = aert_double((shifted & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu);
    const double s = (m - 1) / (m + 1), t = s * s;
    double p = 0x1.2f4e5bc67e798p-3;
    p = p * t + 0x1.3999ab33ca2e3p-3;
    p = p * t + 0x1.74669a1004d6ep-3;
    p = p * t + 0x1.c71c4ffcc4142p-3;
    p = p * t + 0x1.2492494518370p-2;
    p = p * t + 0x1.999999997ae5dp-2;
    p = p * t + 0x1.55555555555aep-1;
    p = p * t + 2;
    return e * 0x1.62e42fefa39efp-1 + s * p;
}

/* a less the nearest whole number; 0 of the large ones, which are whole */
AERT_INLINE double aert_from_whole(double a) {
    const double nearest = (a + 0x1.8p52) - 0x1.8p52;
    return ((a < 0x1p23) & (a > -0x1p23)) ? a - nearest : 0;
}

/* sin(pi r) / r and cos(pi r) for |r| <= 1/2, s = r² */
AERT_INLINE double aert_sine_of_half_turn(double s) {
    double p = 0x1.9d462020fcc78p-21;
    p = p * s - 0x1.6f7acdb8f6580p-16;
    p = p * s + 0x1.e8f3675ee37ddp-12;
    p = p * s - 0x1.e3074dfaf87afp-8;
    p = p * s + 0x1.5078348551854p-4;
    p = p * s - 0x1.32d2cce627c86p-1;
    p = p * s + 0x1.466bc6775aa7dp+1;
    p = p * s - 0x1.4abbce625be52p+2;
    return p * s + 0x1.921fb54442d18p+1;
}

AERT_INLINE double aert_cosine_of_half_turn(double s) {
    double p = 0x1.1678f9078a9b3p-18;
    p = p * s - 0x1.b6957b54dd389p-14;
    p = p * s + 0x1.f9d254582ac30p-10;
    p = p * s - 0x1.a6d1efc8c38bep-6;
    p = p * s + 0x1.e1f506813a321p-3;
    p = p * s - 0x1.55d3c7e3bfbf5p+0;
    p = p * s + 0x1.03c1f081b5992p+2;
    p = p * s - 0x1.3bd3cc9be45dbp+2;
    return p * s + 1;
}

/* What a double is as a float. */
AERT_INLINE float aert_rounded(double a) {
    const double high = a < 0x1p128 ? a : a + (double)AERT_F32_INF;
    return (float)(a > -0x1p128 ? high : a - (double)AERT_F32_INF);
}

/* lgamma(2 + u) / u for |u| <= 1/2 */
AERT_INLINE double aert_lgamma_poly(double u) {
    double p = 0x1.41cc37adcc93dp-20;
    p = p * u - 0x1.56ea31d8ebeddp-19;
    p = p * u + 0x1.1ea7037a9927ap-18;
    p = p * u - 0x1.3564e514b54cep-17;
    p = p * u + 0x1.586dc62e329f1p-16;
    p = p * u - 0x1.7943e1249df71p-15;
    p = p * u + 0x1.a124d87b8bf9dp-14;
    p = p * u - 0x1.d3fa49e452c52p-13;
    p = p * u + 0x1.0b36b55c7f93ap-11;
    p = p * u - 0x1.38ac62588fd4ap-10;
    p = p * u + 0x1.7add6ea1fd242p-9;
    p = p * u - 0x1.e404fc152871ep-8;
    p = p * u + 0x1.51322ac7dcc24p-6;
    p = p * u - 0x1.13e001a559be8p-4;
    p = p * u + 0x1.4a34cc4a60fa4p-2;
    return p * u + 0x1.b0ee6072093d3p-2;
}

/* One step down: y and the product of all that it has been. */
typedef struct AertGammaStep {
    double y, product;
} AertGammaStep;

AERT_INLINE AertGammaStep aert_gamma_down(AertGammaStep step) {
    const double less = step.y - 1, more = step.y >= 2.5 ? less : 1;
    return (AertGammaStep){step.y >= 2.5 ? less : step.y, step.product * more};
}

/* Of a >= 0 */
AERT_INLINE double aert_lgamma_positive(double a) {
    AertGammaStep step = {a + (a < 1.5 ? 1.0 : 0.0) + (a < 0.5 ? 1.0 : 0.0), 1};
    step = aert_gamma_down(step);
    step = aert_gamma_down(step);
    step = aert_gamma_down(step);
    step = aert_gamma_down(step);
    step = aert_gamma_down(step);
    step = aert_gamma_down(step);
    const double below = a < 0.5 ? a * (a + 1) : a;
    const double product = a < 1.5 ? below : step.product;
    const double log_ = aert_log_of_double(a < 8.5 ? product : a);
    const double u = step.y - 2, v = u * aert_lgamma_poly(u);
    const double near = v + (a < 1.5 ? -log_ : log_);
    const double w = 1 / a, s = w * w;
    const double tail =
        w * (1 / 12.0 - s * (1 / 360.0 - s * (1 / 1260.0 - s * (1 / 1680.0 - s * (1 / 1188.0)))));
    const double far = (a - 0.5) * log_ - a + (0x1.d67f1c864beb5p-1 + tail); /* log(2 pi) / 2 */
    return a < 8.5 ? near : far;
}

AERT_CALLED float aert_lgamma_f32(float a) {
    const double x = (double)a, r = aert_from_whole(x), size = r < 0 ? -r : r;
    const double v = aert_lgamma_positive(x < 0 ? 1 - x : x);
    const double sine = size * aert_sine_of_half_turn(r * r);
    const double mirrored = 0x1.250d048e7a1bdp+0 - aert_log_of_double(sine) - v; /* log(pi) */
    const double low = size == 0 ? (double)AERT_F32_INF : mirrored;
    const float number = aert_rounded(x < 0 ? low : v);
    const float high = a < AERT_F32_INF ? number : a; /* NaN of NaN */
    return aert_abs_f32(a) < AERT_F32_TINY ? AERT_F32_INF : a == -AERT_F32_INF ? -a : high;
}

/* digamma(1.5 + u) over its distance from the zero, for |u| <= 1/2 */
AERT_INLINE double aert_digamma_poly(double u) {
    double p = -0x1.992bfa5872bc1p-11;
    p = p * u + 0x1.32e33d4dc33e2p-10;
    p = p * u - 0x1.cc63899739439p-11;
    p = p * u + 0x1.595641f0e1d86p-10;
    p = p * u - 0x1.3900c95547a19p-9;
    p = p * u + 0x1.d5a64777f479fp-9;
    p = p * u - 0x1.5999f667f3798p-8;
    p = p * u + 0x1.036e2b3f42a67p-7;
    p = p * u - 0x1.863a307e258f2p-7;
    p = p * u + 0x1.256812b33758fp-6;
    p = p * u - 0x1.b9f892de17cf0p-6;
    p = p * u + 0x1.4de993437a8e0p-5;
    p = p * u - 0x1.fb4420891d9fbp-5;
    p = p * u + 0x1.8512e5d7d930ep-4;
    p = p * u - 0x1.2feeeb986e60fp-3;
    p = p * u + 0x1.eca189b890b6fp-3;
    p = p * u - 0x1.b1cb63005ef4cp-2;
    return p * u + 0x1.e6f0cbb87369fp-1;
}

/* One step down from y, where that is 2 or more: Σ 1 / y^k over the steps, as a fraction. */
typedef struct AertSumStep {
    double y, above, below;
} AertSumStep;

AERT_INLINE AertSumStep aert_sum_down(AertSumStep step, int squares) {
    const double less = step.y - 1, power = squares ? less * less : less;
    const double above = step.above * power + step.below, below = step.below * power;
    return (AertSumStep){step.y >= 2 ? less : step.y, step.y >= 2 ? above : step.above,
                         step.y >= 2 ? below : step.below};
}

AERT_INLINE AertSumStep aert_sum_all_down(AertSumStep step, int squares) {
    step = aert_sum_down(step, squares);
    step = aert_sum_down(step, squares);
    step = aert_sum_down(step, squares);
    step = aert_sum_down(step, squares);
    step = aert_sum_down(step, squares);
    return aert_sum_down(step, squares);
}

AERT_CALLED float aert_digamma_f32(float a) {
    const double x = (double)a, z = x < 0 ? 1 - x : x;
    const AertSumStep from = {z < 1 ? z + 1 : z, z < 1 ? -1.0 : 0.0, z < 1 ? z : 1};
    const AertSumStep step = aert_sum_all_down(from, 0);
    const double zero = (step.y - 0x1.762d86356be3fp+0) - 0x1.b86a722197829p-54;
    const double near = zero * aert_digamma_poly(step.y - 1.5) + step.above / step.below;
    const double w = 1 / z, s = w * w;
    const double tail =
        s * (1 / 12.0 -
             s * (1 / 120.0 -
                  s * (1 / 252.0 - s * (1 / 240.0 - s * (1 / 132.0 - s * (691 / 32760.0))))));
    const double v = z < 8 ? near : aert_log_of_double(z) - 0.5 * w - tail;
    const double r = aert_from_whole(x), t = r * r;
    const double sine = r * aert_sine_of_half_turn(t);
    const double turn = 0x1.921fb54442d18p+1 * aert_cosine_of_half_turn(t) / sine;
    const double low = r == 0 ? (double)AERT_F32_NAN : v - turn;
    const float number = aert_rounded(x < 0 ? low : v);
    const float pole = aert_float((aert_bits(a) & 0x80000000u) ^ 0xff800000u);
    const float high = a < AERT_F32_INF ? number : a;
    return aert_abs_f32(a) < AERT_F32_TINY ? pole : high;
}

/* trigamma(1.5 + u) for |u| <= 1/2 */
AERT_INLINE double aert_trigamma_poly(double u) {
    double p = -0x1.c0f7ca616fbd2p-6;
    p = p * u + 0x1.3ce8dd1b89b42p-5;
    p = p * u - 0x1.ba5999f857956p-6;
    p = p * u + 0x1.331071fe5cde0p-5;
    p = p * u - 0x1.0169b5f5b0fb0p-4;
    p = p * u + 0x1.627593eaca674p-4;
    p = p * u - 0x1.dac230cc1247ap-4;
    p = p * u + 0x1.4142222d9b86bp-3;
    p = p * u - 0x1.aebb726bd5f00p-3;
    p = p * u + 0x1.1cc46aab1eb3ap-2;
    p = p * u - 0x1.72d7364bb9703p-2;
    p = p * u + 0x1.da2d7c647aca1p-2;
    p = p * u - 0x1.2878255e68e52p-1;
    p = p * u + 0x1.68ba30cbb4af6p-1;
    p = p * u - 0x1.a85808a3fcc98p-1;
    return p * u + 0x1.de9e64df0f204p-1;
}

AERT_CALLED float aert_trigamma_f32(float a) {
    const double x = (double)a, z = x < 0 ? 1 - x : x;
    const AertSumStep from = {z < 1 ? z + 1 : z, z < 1 ? -1.0 : 0.0, z < 1 ? z * z : 1};
    const AertSumStep step = aert_sum_all_down(from, 1);
    const double near = aert_trigamma_poly(step.y - 1.5) - step.above / step.below;
    const double w = 1 / z, s = w * w;
    const double tail = s * (1 / 6.0 - s * (1 / 30.0 - s * (1 / 42.0 - s * (1 / 30.0))));
    const double v = z < 8 ? near : w * (1 + 0.5 * w + tail);
    const double r = aert_from_whole(x), t = r * r, sine = aert_sine_of_half_turn(t);
    const double turn = 0x1.3bd3cc9be45dep+3 / (t * sine * sine); /* pi² */
    const float number = aert_rounded(x < 0 ? turn - v : v);
    const float high = aert_abs_f32(a) < AERT_F32_INF ? number : a > 0 ? 0.0f : AERT_F32_NAN;
    return aert_abs_f32(a) < AERT_F32_TINY ? AERT_F32_INF : a == a ? high : a;
}

#endif
