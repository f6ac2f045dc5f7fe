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

/* Those that are longer than what a call costs by far are called: gcc makes one more of them that
 * takes a vector of arguments, for loops. Where it does not optimise it would make both of all of
 * them, called or not, which is half of what it has to compile. */
#if !defined(__OPTIMIZE__)
#define AERT_CALLED static __attribute__((noinline, const, unused))
#elif defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define AERT_CALLED static __attribute__((noinline, const, unused, simd("notinbranch")))
#else
#define AERT_CALLED AERT_INLINE
#endif

/* What no loop calls for each of its numbers. */
#define AERT_ONCE static __attribute__((noinline, const, unused))

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

/* One of two numbers that are both computed: behind a mask the calls that made them stay where they
 * are. */
AERT_INLINE float aert_choose_f32(int holds, float a, float b) {
    return aert_float((aert_bits(a) & aert_mask(holds)) | (aert_bits(b) & ~aert_mask(holds)));
}

AERT_INLINE double aert_choose_f64(int holds, double a, double b) {
    return holds ? a : b;
}

#endif
