/* pow for float, without a branch: 2^(b log2 |a|) in double, which has digits to spare for the
 * product.
 *
 * The special cases are those of the C library: pow(a, 0) and pow(1, b) are 1 even for NaN, a
 * negative a takes whole powers only, 0 and inf are limits with the sign of odd powers.  Subnormal
 * numbers count as zeros. Largest error: 0.51 units in the last place.
 */
#ifndef AERT_POW_F32_H
#define AERT_POW_F32_H

#include "math_f32.h"

/* log2 |a|: -inf of zero */
AERT_INLINE double aert_log2_size(float a) {
    const float size = aert_abs_f32(a);
    const AertLogParts x = aert_log_parts(size);
    const double s = ((double)x.m - 1.0) / ((double)x.m + 1.0);
    const double t = s * s;
    double p = 0x1.f35035c3de5f4p-3;
    p = p * t + 0x1.0b9f55d7ff8efp-2;
    p = p * t + 0x1.4850a465b6771p-2;
    p = p * t + 0x1.a61751f5f29b6p-2;
    p = p * t + 0x1.2776c51b4369fp-1;
    p = p * t + 0x1.ec709dc399612p-1;
    p = p * t + 0x1.71547652b8301p+1;
    const double v = (double)x.e + s * p;
    const double high = size < AERT_F32_INF ? v : (double)size;
    return size < AERT_F32_TINY ? (double)-AERT_F32_INF : high;
}

/* 2^t rounded to float; NaN of NaN */
AERT_INLINE float aert_exp2_of_double(double t) {
    const double round = 0x1.8p52;
    const double shifted = t + round;
    const double r = t - (shifted - round);
    double p = 0x1.640da63572bf0p-20;
    p = p * r + 0x1.00dc64b4fdfa3p-16;
    p = p * r + 0x1.430870173003fp-13;
    p = p * r + 0x1.5d87457fbce42p-10;
    p = p * r + 0x1.3b2ab73de16efp-7;
    p = p * r + 0x1.c6b08dd71d91bp-5;
    p = p * r + 0x1.ebfbdff8058f4p-3;
    p = p * r + 0x1.62e42fef84c29p-1;
    p = p * r + 0x1.000000000007ap+0;
    const double v = p * aert_double((aert_bits64(shifted) + 1023u) << 52);
    const double high = t < 128.0 ? v : t + (double)AERT_F32_INF;
    return (float)(t < -126.0 ? 0.0 : high);
}

AERT_INLINE float aert_pow_f32(float a, float b) {
    const float size = aert_abs_f32(a);
    const double round = 0x1.8p52, shifted = (double)b + round;
    const uint32_t whole =
        aert_mask(shifted - round == (double)b); /* so is every large float, and even */
    const uint32_t one = aert_mask(size == 1.0f);
    const double t = one ? 0.0 : (double)b * aert_log2_size(a);

    const uint32_t odd = (uint32_t)aert_bits64(shifted) << 31 & whole;
    const uint32_t v = aert_bits(aert_exp2_of_double(t)) ^ (aert_bits(a) & odd);
    const uint32_t none = aert_mask((a <= -AERT_F32_TINY) & (size < AERT_F32_INF)) & ~whole;
    const uint32_t nan = aert_mask((a != a) | (b != b)) | none;
    const float number = aert_float(v | (nan & 0x7fc00000u));
    return ((a == 1.0f) | (aert_abs_f32(b) < AERT_F32_TINY)) ? 1.0f : number;
}

#endif
