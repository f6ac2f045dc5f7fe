/* sin, cos and atan for float, without a branch, for every argument up to the largest.
 *
 * A huge argument loses all its digits when whole turns are taken off in float.  So |a| is split
 * into m 2^(8j - 120), with m < 2 and j from its exponent, and 2^(8j - 120) * 2/pi, less the
 * multiples of a whole turn that it makes for every m, comes from a table of 32 columns, exact to
 * 2^-70.  The products with the first two parts are exact in double, so that whole quarter turns
 * can be taken off part by part.
 *
 * The table is read by gathers; where gcc holds them for slow (AMD), a loop with sin or cos stays
 * scalar. Largest error over all floats: 1.6 units in the last place, of atan 1.9.
 */
#ifndef AERT_TRIG_F32_H
#define AERT_TRIG_F32_H

#include "bits.h"

/* Column j: 2^(8j - 120) * 2/pi, less a multiple of 2^32 (four quarter turns for each unit of m,
 * which is 2^-30), in parts of 21, 21 and 53 bits. */
static const double aert_two_over_pi[3][32] = {
    {0x1.45f3p-121,  0x1.45f3p-113,  0x1.45f3p-105,  0x1.45f3p-97,   0x1.45f3p-89,  0x1.45f3p-81,
     0x1.45f3p-73,   0x1.45f3p-65,   0x1.45f3p-57,   0x1.45f3p-49,   0x1.45f3p-41,  0x1.45f3p-33,
     0x1.45f3p-25,   0x1.45f3p-17,   0x1.45f3p-9,    0x1.45f3p-1,    0x1.45f3p+7,   0x1.45f3p+15,
     0x1.45f3p+23,   -0x1.7419fp+30, -0x1.9f247p+26, -0x1.f246cp+30, 0x1.b9391p+30, 0x1.39105p+30,
     0x1.1054ap+30,  0x1.529fcp+28,  0x1.4fe14p+29,  -0x1.ec541p+25, 0x1.3abe9p+29, 0x1.5f47dp+30,
     -0x1.70566p+29, -0x1.59644p+27},
    {0x1.b7272p-143, 0x1.b7272p-135, 0x1.b7272p-127, 0x1.b7272p-119, 0x1.b7272p-111, 0x1.b7272p-103,
     0x1.b7272p-95,  0x1.b7272p-87,  0x1.b7272p-79,  0x1.b7272p-71,  0x1.b7272p-63,  0x1.b7272p-55,
     0x1.b7272p-47,  0x1.b7272p-39,  0x1.b7272p-31,  0x1.b7272p-23,  0x1.b7272p-15,  0x1.b7272p-7,
     0x1.b7272p+1,   -0x1.23637p+7,  0x1.c882ap+3,   -0x1.bbeadp+8,  0x1.529fcp+4,   0x1.29fc2p+8,
     0x1.fc275p+8,   0x1.3abe9p+5,   -0x1.505c1p+7,  -0x1.c1596p+3,  -0x1.59644p+3,  0x1.34ddcp+8,
     0x1.bb81bp+7,   -0x1.f924fp+5},
    {0x1.054a7f09d5f48p-166, 0x1.054a7f09d5f48p-158, 0x1.054a7f09d5f48p-150, 0x1.054a7f09d5f48p-142,
     0x1.054a7f09d5f48p-134, 0x1.054a7f09d5f48p-126, 0x1.054a7f09d5f48p-118, 0x1.054a7f09d5f48p-110,
     0x1.054a7f09d5f48p-102, 0x1.054a7f09d5f48p-94,  0x1.054a7f09d5f48p-86,  0x1.054a7f09d5f48p-78,
     0x1.054a7f09d5f48p-70,  0x1.054a7f09d5f48p-62,  0x1.054a7f09d5f48p-54,  0x1.054a7f09d5f48p-46,
     0x1.054a7f09d5f48p-38,  0x1.054a7f09d5f48p-30,  0x1.054a7f09d5f48p-22,  -0x1.f56b01ec5417p-15,
     0x1.4fe13abe8fa9ap-19,  -0x1.80f62a0b82b2dp-14, 0x1.3abe8fa9a6eep-19,   0x1.d5f47d4d37703p-14,
     0x1.f47d4d377036ep-14,  -0x1.596447e493ad5p-21, -0x1.65911f924eb53p-15, -0x1.11f924eb53362p-19,
     -0x1.f924eb53361dep-19, 0x1.b6c52b3278872p-17,  0x1.b14acc9e21c82p-15,  0x1.2b3278872084p-17},
};

/* |a| is a whole number of quarter turns and r more: |r| <= pi / 4; quarter counts them modulo
 * 2^32. */
typedef struct AertTurn {
    float r;
    uint32_t quarter;
} AertTurn;

AERT_INLINE AertTurn aert_turn(float a) {
    const double round = 0x1.8p52; /* added and taken away, it rounds to a whole number */
    const uint32_t bits = aert_bits(a) & 0x7fffffffu;
    const int j = (int)(bits >> 26);
    const double m = (double)aert_float((bits & 0x03ffffffu) + (120u << 23));
    const double high = m * aert_two_over_pi[0][j], middle = m * aert_two_over_pi[1][j];
    const double n1 = (high + round) - round;
    const double f1 = high - n1 + middle;
    const double n2 = (f1 + round) - round;
    const double f2 = (f1 - n2) + m * aert_two_over_pi[2][j];
    const double n3 = (f2 + round) - round;
    const double whole = n1 + n2 + n3 + round;
    return (AertTurn){(float)((f2 - n3) * 0x1.921fb54442d18p0), (uint32_t)aert_bits64(whole)};
}

/* sin(r) where the quarter is even, cos(r) where it is odd, negative in the second half of the turn
 */
AERT_INLINE float aert_sine_of_turn(float r, uint32_t quarter) {
    const float s = r * r;
    const float sine = r + r * s * (-0x1.555546p-3f + s * (0x1.11075cp-7f + s * -0x1.994cfap-13f));
    const float tail = s * (0x1.55554ap-5f + s * (-0x1.6c0c86p-10f + s * 0x1.9a00cep-16f));
    const float cosine = 1.0f - s * (0.5f - tail);
    const float v = quarter & 1u ? cosine : sine;
    return aert_float(aert_bits(v) ^ (quarter & 2u) << 30);
}

/* inf and NaN give NaN; below 2^-13 sin(a) is a. */
AERT_INLINE float aert_sin_f32(float a) {
    const uint32_t bits = aert_bits(a) & 0x7fffffffu;
    const AertTurn turn = aert_turn(a);
    const uint32_t sign = aert_bits(a) & 0x80000000u;
    const float v = aert_float(aert_bits(aert_sine_of_turn(turn.r, turn.quarter)) ^ sign);
    const float low = bits < 0x39000000u ? a : v;
    return bits < 0x7f800000u ? low : a - a;
}

AERT_INLINE float aert_cos_f32(float a) {
    const AertTurn turn = aert_turn(a);
    const float v = aert_sine_of_turn(turn.r, turn.quarter + 1u);
    const float low = (aert_bits(a) & 0x7fffffffu) < 0x39000000u ? 1.0f : v;
    return (aert_bits(a) & 0x7fffffffu) < 0x7f800000u ? low : a - a;
}

/* Turned by no, an eighth or a quarter of a turn, so that a polynomial up to tan(pi/8) does. */
AERT_INLINE float aert_atan_f32(float a) {
    const float size = aert_float(aert_bits(a) & 0x7fffffffu);
    const uint32_t far = aert_mask(size > 0x1.3504f4p+1f),
                   middle = aert_mask(size > 0x1.a8279ap-2f);
    const float above = far ? -1.0f : middle ? size - 1.0f : size;
    const float below = far ? size : middle ? size + 1.0f : 1.0f;
    const float turn = far ? 0x1.921fb6p+0f : middle ? 0x1.921fb6p-1f : 0.0f;
    const float rest = far ? -0x1.777a5cp-25f : middle ? -0x1.777a5cp-26f : 0.0f;
    const float x = above / below, s = x * x;
    float p = -0x1.082f6cp-4f;
    p = p * s + 0x1.b80990p-4f;
    p = p * s - 0x1.241fe6p-3f;
    p = p * s + 0x1.99972ep-3f;
    p = p * s - 0x1.555554p-2f;
    const float v = turn + (x + (x * s * p + rest)); /* NaN of NaN */
    return aert_float(aert_bits(v) | (aert_bits(a) & 0x80000000u));
}

#endif
