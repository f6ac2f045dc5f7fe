/* Draws by number: the value of a draw is a function of where it stands, not of when it is made.
 *
 * A key mixes the run's seed, the epoch, the example's number in its data set and the stream; a
 * draw mixes the key with the number of the element within the row.  A draw that all rows of a
 * batch share has the number of the batch in the place of the example's.  So a draw can be made
 * again in the backward pass instead of being stored, and neither threads nor the batch size nor
 * resuming a run change it.
 *
 *     const AertKey key = draw_key_f32(run, stream, row);
 *     for (int i = 0; i < 784; i++) mask[i] = draw_rand_f32(key, i) < 0.7f;
 *
 * The loop over elements becomes vector code.  Draws for float and double start from the same
 * uniform numbers.
 */
#ifndef AERT_RANDOM_H
#define AERT_RANDOM_H

#include "../aert.h"
#include "math_f32.h"
#include "stream.h"

typedef struct AertKey {
    uint32_t first, second;
} AertKey;

/* A bijection of 64 bits in which every bit of the argument changes half of the result's
 * (splitmix64's).  It and keys are made once a row: small by being called. */
AERT_ONCE uint64_t aert_mix64(uint64_t x) {
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* The same for 32 bits (Wellons' lowbias32). */
AERT_INLINE uint32_t aert_mix32(uint32_t x) {
    x = (x ^ x >> 16) * 0x7feb352du;
    x = (x ^ x >> 15) * 0x846ca68bu;
    return x ^ x >> 16;
}

AERT_ONCE AertKey aert_key(uint64_t seed, uint64_t epoch, uint64_t stream, uint64_t example) {
    uint64_t x = aert_mix64(seed + 0x9e3779b97f4a7c15u);
    x = aert_mix64(x ^ epoch);
    x = aert_mix64(x ^ stream);
    x = aert_mix64(x ^ example);
    return (AertKey){(uint32_t)x, (uint32_t)(x >> 32)};
}

/* The key of a row; row < 0 is for values that have no rows, which draw by the batch. */
AERT_INLINE AertKey aert_draw_key(const AertRun *run, uint64_t stream, int row) {
    return aert_key(run->seed, run->epoch, stream,
                    row < 0 ? run->batch : (uint64_t)run->example[row]);
}

/* 32 random bits */
AERT_INLINE uint32_t aert_draw_bits(AertKey key, uint32_t element) {
    return aert_mix32(aert_mix32(element ^ key.first) + key.second);
}

/* An odd number below 2^24, to be divided by 2^24: never 0 or 1, symmetric about 1/2, exact in
 * float. */
AERT_INLINE int32_t aert_draw_odd(AertKey key, uint32_t element) {
    return (int32_t)(aert_draw_bits(key, element) >> 8 | 1u);
}

AERT_INLINE float aert_uniform_f32(AertKey key, uint32_t element) {
    return (float)aert_draw_odd(key, element) * 0x1p-24f;
}

AERT_INLINE double aert_uniform_f64(AertKey key, uint32_t element) {
    return (double)aert_draw_odd(key, element) * 0x1p-24;
}

/* The z below which a normal draw lies with probability u, to within 2e-6 of itself.  With x = 2u -
 * 1 and w = -log(1 - x^2), z / x is smooth in sqrt(w + 4), from the middle out to the ends; p is
 * its minimax polynomial of degree 10 for all u that occur, in v from -1 to 1. */
AERT_INLINE float aert_normal_inlined(float u) {
    const float w = -aert_log_normal(4.0f * u * (1.0f - u));
    const float v = __builtin_sqrtf(w + 4.0f) * 0x1.ace35ap-1f - 0x1.5671aep+1f;
    float p = 0x1.9a802cp-7f;
    p = p * v - 0x1.16f4bcp-7f;
    p = p * v - 0x1.6c1e2cp-5f;
    p = p * v + 0x1.b9b364p-5f;
    p = p * v + 0x1.0dab6cp-5f;
    p = p * v - 0x1.e211e0p-4f;
    p = p * v + 0x1.eb8518p-4f;
    p = p * v - 0x1.08cd38p-5f;
    p = p * v - 0x1.179d92p-3f;
    p = p * v + 0x1.100ebap+1f;
    p = p * v + 0x1.a51460p+1f;
    return (2.0f * u - 1.0f) * p;
}

AERT_CALLED float aert_normal_at_f32(float u) {
    return aert_normal_inlined(u);
}

/* The same in double: a step of Halley's method from the float makes 6 correct digits 16. */
AERT_INLINE double aert_normal_at_f64(double u) {
    const double tail = u < 0.5 ? u : 1 - u;
    const double z = (double)aert_normal_at_f32((float)tail);
    const double error = 0.5 * __builtin_erfc(-z * 0x1.6a09e667f3bcdp-1) - tail;
    const double step = error * 0x1.40d931ff62706p1 * __builtin_exp(0.5 * z * z); /* sqrt(2 pi) */
    const double better = z - step / (1 + 0.5 * z * step);
    return u < 0.5 ? better : -better;
}

AERT_INLINE float aert_normal_f32(AertKey key, uint32_t element) {
    return aert_normal_at_f32(aert_uniform_f32(key, element));
}

AERT_INLINE double aert_normal_f64(AertKey key, uint32_t element) {
    return aert_normal_at_f64(aert_uniform_f64(key, element));
}

/* What makes very many does not call. */
AERT_INLINE float aert_many_normals_f32(AertKey key, uint32_t element) {
    return aert_normal_inlined(aert_uniform_f32(key, element));
}

/* The names that generated code uses, as REAL(draw_…). */
#define draw_key_f32   aert_draw_key
#define draw_key_f64   aert_draw_key
#define draw_rand_f32  aert_uniform_f32
#define draw_rand_f64  aert_uniform_f64
#define draw_randn_f32 aert_normal_f32
#define draw_randn_f64 aert_normal_f64

#define draw_many_randn_f32 aert_many_normals_f32
#define draw_many_randn_f64 aert_normal_f64

#endif
