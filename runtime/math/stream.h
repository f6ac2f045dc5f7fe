/* The number of a stream of draws, from its name: FNV-1a, 64 bits.
 *
 * Each random leaf of a model has a name of its own ("noise.mask"), hence a stream of its own.  The
 * compiler writes the number into the generated code; the runtime makes its own streams ("shuffle")
 * by the same rule.
 */
#ifndef AERT_STREAM_H
#define AERT_STREAM_H

#include <stdint.h>

#define AERT_HASH_START 0xcbf29ce484222325u

/* A hash of what was hashed before, AERT_HASH_START of nothing, and of a text behind it. */
static inline uint64_t aert_hash(uint64_t hash, const char *text) {
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return hash;
}

static inline uint64_t aert_stream(const char *name) {
    return aert_hash(AERT_HASH_START, name);
}

#endif
