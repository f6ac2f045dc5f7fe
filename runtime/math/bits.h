/* The bits of a number and back: what the branch-free functions of math_f32.h are made of.
 *
 * gcc and clang turn the memcpy into nothing, in vector code too.  Example: aert_bits(1.0f) is
 * 0x3f800000.
 */
#ifndef AERT_BITS_H
#define AERT_BITS_H

#include <stdint.h>
#include <string.h>

/* A call would keep the loop around it scalar, so these functions are always inlined. */
#define AERT_INLINE static inline __attribute__((always_inline))

AERT_INLINE uint32_t aert_bits(float a) {
    uint32_t bits;
    memcpy(&bits, &a, sizeof bits);
    return bits;
}

AERT_INLINE float aert_float(uint32_t bits) {
    float a;
    memcpy(&a, &bits, sizeof a);
    return a;
}

AERT_INLINE uint64_t aert_bits64(double a) {
    uint64_t bits;
    memcpy(&bits, &a, sizeof bits);
    return bits;
}

AERT_INLINE double aert_double(uint64_t bits) {
    double a;
    memcpy(&a, &bits, sizeof a);
    return a;
}

/* All ones where it holds, else zero.  Where much depends on a conditional operator, gcc may
 * compute all of that twice, once for each case; not so behind a mask. */
AERT_INLINE uint32_t aert_mask(int holds) {
    return 0u - (uint32_t)holds;
}

#endif
