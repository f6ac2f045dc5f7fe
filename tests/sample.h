/* Numbers for tests: fixed functions of a seed, a name and two indices, so that every run and every
 * machine sees the same ones. */
#ifndef TESTS_SAMPLE_H
#define TESTS_SAMPLE_H

#include <math.h>
#include <stdint.h>

/* Mixes 64 bits thoroughly (the finaliser of SplitMix64). */
static inline uint64_t sample_mix(uint64_t x) {
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* In (0, 1). */
static inline double sample_unit(uint64_t seed, const char *name, int row, int element) {
    uint64_t x = sample_mix(seed);
    for (const char *at = name; *at; at++)
        x = sample_mix(x ^ (unsigned char)*at);
    x = sample_mix(x ^ (uint64_t)(uint32_t)row << 32 ^ (uint32_t)element);
    return ((double)(x >> 11) + 0.5) / 9007199254740992.0; /* 2^53 */
}

/* From N(0, 1). */
static inline double sample_normal(uint64_t seed, const char *name, int row, int element) {
    double u = sample_unit(seed, name, row, 2 * element);
    double v = sample_unit(seed, name, row, 2 * element + 1);
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

#endif
