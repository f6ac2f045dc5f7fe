/* npy: the header of a NumPy array, and its floats as they come. */
#include "npy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Magic, version 1, length, dict, padded by spaces and ended by a newline so that data begins at a
 * multiple of 64. */
static size_t make_header(int rank, const int64_t *dim, char *header, size_t size) {
    size_t used = 10 + (size_t)snprintf(header + 10, size - 10,
                                        "{'descr': '<f4', 'fortran_order': False, 'shape': (");
    for (int i = 0; i < rank; i++)
        used += (size_t)snprintf(header + used, size - used, i ? ", %" PRId64 : "%" PRId64, dim[i]);
    used += (size_t)snprintf(header + used, size - used, rank == 1 ? ",), }" : "), }");
    size_t total = (used + 1 + 63) / 64 * 64;
    memset(header + used, ' ', total - used);
    header[total - 1] = '\n';
    memcpy(header, "\x93NUMPY\x01\x00", 8);
    header[8] = (char)((total - 10) & 0xff);
    header[9] = (char)((total - 10) >> 8);
    return total;
}

bool aert_npy_begin(AertNpy *npy, const char *path, int rank, const int64_t *dim,
                    AertError *error) {
    size_t bytes;
    *npy = (AertNpy){.file = {.fd = -1}};
    if (!aert_shape_bytes(rank, dim, sizeof(float), &bytes))
        return aert_fail(error, "%s: an array of too many elements", path);
    npy->wanted = bytes / sizeof(float);
    char header[512];
    if (!aert_file_create(&npy->file, path, error))
        return false;
    aert_file_write(&npy->file, header, make_header(rank, dim, header, sizeof header));
    return true;
}

bool aert_npy_write(AertNpy *npy, const float *value, size_t count) {
    npy->written += count;
    return aert_file_write(&npy->file, value, count * sizeof *value);
}

bool aert_npy_end(AertNpy *npy, AertError *error) {
    if (npy->written != npy->wanted) {
        aert_fail(error, "%s: %" PRIu64 " numbers came, its shape has %" PRIu64, npy->file.path,
                  npy->written, npy->wanted);
        aert_npy_discard(npy);
        return false;
    }
    return aert_file_commit(&npy->file, error);
}

void aert_npy_discard(AertNpy *npy) {
    aert_file_discard(&npy->file);
}
