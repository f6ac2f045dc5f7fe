/* The number of a stream of draws, from its name: FNV-1a, 64 bits.
 *
 * Each random leaf of a model has a name of its own ("noise.mask"), hence a stream of its own.  The
 * compiler writes the number into the generated code; the runtime makes its own streams ("shuffle")
 * by the same rule.
 */
#ifndef AERT_STREAM_H
#define AERT_STREAM_H

#include <stdint.h>

static inline uint64_t aert_stream(const char *name) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001b3u;
    return hash;
}

#endif
