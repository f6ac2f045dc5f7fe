/* strip: what was recorded over a long time, and what is said of each moment, as one wide picture.
 *
 *     ~~~~^~~~~~~~~~~~~   a band for each channel, from its least to its largest value
 *     ~v~~~~~~~~~~~~~~~
 *     ____/\___________   the score; the line that it should not pass; what is marked is shaded
 */
#ifndef AERT_STRIP_H
#define AERT_STRIP_H

#include "base/base.h"

#include <stdint.h>

typedef struct AertStrip {
    int64_t moments;
    int bands; /* the last one is the score */
    /* The value of a band at a moment; what is not finite is left out. */
    double (*value)(const void *context, int band, int64_t moment);
    bool (*marked)(const void *context, int64_t moment); /* or NULL */
    const void *context;
    double limit; /* of the score; NaN: none */
} AertStrip;

bool aert_strip_write(const char *path, const AertStrip *strip, AertError *error);

#endif
