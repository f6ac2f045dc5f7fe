/* reconstruct_moments: the restored windows of a recording as its moments. */
#ifndef AERT_RECONSTRUCT_MOMENTS_H
#define AERT_RECONSTRUCT_MOMENTS_H

#include "view/view.h"

/* The moments that a window holds, in their order, each the mean of the windows that hold it. */
typedef struct Moments {
    int64_t count;
    int channels;
    int64_t *row; /* (count): which moments of the recording */
    float *value; /* (count, channels), in the units of the data */
} Moments;

/* What the sheet, of windows of `recording` from the first on, has restored.  Close in any case. */
bool moments_open(Moments *moments, const Sheet *sheet, const AertData *recording,
                  AertError *error);
void moments_close(Moments *moments);

/* Writes them as a table, or as an array, by the suffix .csv or .npy. */
bool moments_write(const Moments *moments, const AertInput *input, const char *path,
                   AertError *error);

#endif
