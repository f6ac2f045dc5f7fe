/* npy: a NumPy array of floats, written a batch at a time, atomically.
 *
 *     AertNpy npy;
 *     if (!aert_npy_begin(&npy, "codes.npy", 2, (int64_t[]){count, 20}, error)) return false;
 *     … aert_npy_write(&npy, code, rows * 20);
 *     return aert_npy_end(&npy, error);     // aert_npy_discard(&npy) to give up instead
 */
#ifndef AERT_NPY_H
#define AERT_NPY_H

#include "base/base.h"

typedef struct AertNpy {
    AertFile file;
    uint64_t wanted, written; /* floats */
} AertNpy;

/* Header of a little-endian f4 array in C order; rank 0 to 8. */
bool aert_npy_begin(AertNpy *npy, const char *path, int rank, const int64_t *dim, AertError *error);

/* Appends `count` floats.  A failure is kept and reported by aert_npy_end; false says so early. */
bool aert_npy_write(AertNpy *npy, const float *value, size_t count);

/* Commits.  It is an error if more or fewer floats came than the shape has. */
bool aert_npy_end(AertNpy *npy, AertError *error);
void aert_npy_discard(AertNpy *npy);

#endif
