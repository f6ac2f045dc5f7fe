/* exp, log, log1p, tanh, erf, sigmoid and softplus for float, without a branch, so that a loop over
 * them becomes vector code in gcc and clang without -ffast-math.
 *
 * Each reduces its argument to a short interval by whole multiples of log 2, and takes a polynomial
 * there.  What a branch would do elsewhere, a selection between computed values does here.  The
 * coefficients are minimax fits in the relative error of the whole function.
 *
 *                  bound of the error, in units in the last place, over all floats
 *     exp          1.1      log       1.1      log1p     1.5
 *     tanh         2.7      sigmoid   2.6      softplus  1.8
 *     erf          1.5
 *
 * Infinities and NaN are as in the C library.  Arguments and results below 2^-126 (subnormal) count
 * as zeros, as they do anyway in a thread that flushes them: log(1e-40f) is -inf, exp(-88) is 0.
 */
#ifndef AERT_MATH_F32_H
#define AERT_MATH_F32_H

#include "bits.h"

#define AERT_F32_INF  __builtin_inff()
#define AERT_F32_NAN  __builtin_nanf("")
#define AERT_F32_TINY 0x1p-126f /* the smallest normal float */

/* Added and taken away again, it rounds to the nearest whole number, which it leaves in the low
 * bits. */
#define AERT_F32_ROUND 0x1.8p23f

/* log 2 in two parts; the first has 9 bits, so that its product with a whole number below 2^15 is
 * exact */
#define AERT_F32_LN2_HIGH 0x1.63p-1f
#define AERT_F32_LN2_LOW  -0x1.bd0106p-13f

AERT_INLINE float aert_abs_f32(float a) {
    return aert_float(aert_bits(a) & 0x7fffffffu);
}

/* a = n log 2 + r with |r| <= log 2 / 2; the low bits of n hold the whole number. */
typedef struct AertExpParts {
    float r;
    uint32_t n;
} AertExpParts;

AERT_INLINE AertExpParts aert_exp_parts(float a) {
    const float shifted = a * 0x1.715476p+0f + AERT_F32_ROUND;
    const float n = shifted - AERT_F32_ROUND;
    const float r = (a - n * AERT_F32_LN2_HIGH) - n * AERT_F32_LN2_LOW;
    return (AertExpParts){r, aert_bits(shifted) - 0x4b400000u};
}

/* exp(r) - 1 for |r| <= log 2 / 2 */
AERT_INLINE float aert_exp_poly(float r) {
    float p = 0x1.6a2434p-10f;
    p = p * r + 0x1.1239e2p-7f;
    p = p * r + 0x1.5558f2p-5f;
    p = p * r + 0x1.555492p-3f;
    p = p * r + 0x1.fffffcp-2f;
    return r + r * r * p;
}

AERT_INLINE float aert_exp_f32(float a) {
    const AertExpParts x = aert_exp_parts(a);
    const float p = 1.0f + aert_exp_poly(x.r);
    const float v = aert_float(aert_bits(p) + (x.n << 23));
    return a < 0x1.62e43p+6f ? (a > -0x1.5d58ap+6f ? v : 0.0f) : a + AERT_F32_INF;
}

/* exp(a) for a <= 0; 0 of NaN */
AERT_INLINE float aert_exp_negative(float a) {
    const AertExpParts x = aert_exp_parts(a);
    const float p = 1.0f + aert_exp_poly(x.r);
    return aert_float((aert_bits(p) + (x.n << 23)) & aert_mask(a > -0x1.5d58ap+6f));
}

/* log(1 + f) for sqrt(1/2) <= 1 + f <= sqrt(2), plus e log 2 */
AERT_INLINE float aert_log_poly(float f, float e) {
    /* in pairs, not one after the other: the steps of a chain wait for each other */
    const float square = f * f, fourth = square * square;
    const float p01 = 0x1.555548p-2f - f * 0x1.000006p-2f;
    const float p23 = 0x1.99a4bcp-3f - f * 0x1.555c5ap-3f;
    const float p45 = 0x1.2336e2p-3f - f * 0x1.fc1f6cp-4f;
    const float p67 = 0x1.e6f60ap-4f - f * 0x1.de4f9ep-4f;
    const float p =
        (p01 + square * p23) + fourth * ((p45 + square * p67) + fourth * 0x1.14630ap-4f);
    const float small = e * AERT_F32_LN2_LOW + (f * square * p - 0.5f * square);
    return e * AERT_F32_LN2_HIGH + (f + small);
}

/* A normal a > 0 is m 2^e with sqrt(1/2) <= m < sqrt(2). */
typedef struct AertLogParts {
    float m, e;
    uint32_t biased; /* e + 127 */
} AertLogParts;

AERT_INLINE AertLogParts aert_log_parts(float a) {
    const uint32_t shifted = aert_bits(a) + (0x3f800000u - 0x3f3504f3u);
    const uint32_t biased = shifted >> 23;
    const float m = aert_float((shifted & 0x007fffffu) + 0x3f3504f3u);
    return (AertLogParts){m, (float)((int32_t)biased - 127), biased};
}

/* log of a normal, finite a > 0 */
AERT_INLINE float aert_log_normal(float a) {
    const AertLogParts x = aert_log_parts(a);
    return aert_log_poly(x.m - 1.0f, x.e);
}

AERT_INLINE float aert_log_f32(float a) {
    const float v = a < AERT_F32_INF ? aert_log_normal(a) : a;
    const float low = a > -AERT_F32_TINY ? -AERT_F32_INF : AERT_F32_NAN;
    return a < AERT_F32_TINY ? low : v;
}

/* What 1 + a loses in rounding is added to the reduced argument again. */
AERT_INLINE float aert_log1p_f32(float a) {
    const float u = 1.0f + a;
    const float lost = a < 1.0f ? a - (u - 1.0f) : 1.0f - (u - a);
    const AertLogParts x = aert_log_parts(u);
    const float scale = aert_float(a < 0x1p25f ? (254u - x.biased) << 23 : 0u);
    const float v = aert_log_poly((x.m - 1.0f) + lost * scale, x.e);
    const float high = a < AERT_F32_INF ? v : a;
    return a > -1.0f ? high : (a < -1.0f ? AERT_F32_NAN : a - AERT_F32_INF);
}

/* log(1 + t) for 0 <= t <= 1: above sqrt(2) - 1 of (1 + t) / 2, and log 2 added */
AERT_INLINE float aert_log1p_unit(float t) {
    const uint32_t halve = aert_mask(t > 0x1.a8279ap-2f);
    const float e = aert_float(halve & 0x3f800000u);                  /* 1 or 0 */
    const float scale = aert_float(0x3f800000u - (halve & 1u << 23)); /* 1/2 or 1 */
    return aert_log_poly(scale * t - 0.5f * e, e);
}

/* x / (x + 2) of x = exp(2|a|) - 1, which is exact to the last places for small a too */
AERT_INLINE float aert_tanh_f32(float a) {
    const float size = aert_abs_f32(a);
    const AertExpParts x = aert_exp_parts(2.0f * size);
    const float power = aert_float((x.n + 127u) << 23);
    const float less = power * aert_exp_poly(x.r) + (power - 1.0f);
    const float v = size > 9.1f ? 1.0f : less / (less + 2.0f);
    return aert_float(aert_bits(v) | (aert_bits(a) & 0x80000000u));
}

/* a + a p(a²) up to 1, above it 1 - exp(-q(|a|)); q is about -log(1 - erf), and at 4 the result
 * is 1.
 */
AERT_INLINE float aert_erf_f32(float a) {
    const float size = aert_abs_f32(a), s = a * a;
    const float t = size < 4.0f ? size : 4.0f;
    float p = 0x1.496a30p-14f;
    p = p * s - 0x1.a3f700p-11f;
    p = p * s + 0x1.5405b2p-8f;
    p = p * s - 0x1.b7f90ep-6f;
    p = p * s + 0x1.ce2cf8p-4f;
    p = p * s - 0x1.81273ep-2f;
    p = p * s + 0x1.06eba8p-3f;
    float q = -0x1.86dd9ap-13f;
    q = q * t + 0x1.825b06p-9f;
    q = q * t - 0x1.65cb7ep-6f;
    q = q * t + 0x1.a65346p-4f;
    q = q * t + 0x1.46baecp-1f;
    q = q * t + 0x1.2088eap+0f;
    q = q * t + 0x1.661cb2p-12f;
    const float high = 1.0f - aert_exp_negative(-q);
    const float v = size > 1.0f ? high : size + size * p; /* NaN of NaN */
    return aert_float(aert_bits(v) | (aert_bits(a) & 0x80000000u));
}

/* Accurate for very negative a as well: there 1 + exp(-a) is exp(-a). */
AERT_INLINE float aert_sigmoid_f32(float a) {
    return 1.0f / (1.0f + aert_exp_f32(-a));
}

/* max(a, 0), which is NaN of NaN, and log(1 + exp(-|a|)) */
AERT_INLINE float aert_softplus_f32(float a) {
    return (a < 0.0f ? 0.0f : a) + aert_log1p_unit(aert_exp_negative(-aert_abs_f32(a)));
}

#endif
