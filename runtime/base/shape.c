/* shape: see shape.h. */
#include "shape.h"

size_t aert_shape_size(int rank, const int *dim) {
    size_t size = 1;
    for (int i = 0; i < rank; i++)
        size *= (size_t)dim[i];
    return size;
}

bool aert_shape_bytes(int rank, const int64_t *dim, size_t width, size_t *bytes) {
    bool empty = false;
    *bytes = width;
    for (int i = 0; i < rank; i++) {
        if (dim[i] < 0)
            return false;
        empty = empty || dim[i] == 0;
        if (dim[i] > 0 && *bytes > SIZE_MAX / 2 / (size_t)dim[i])
            return false;
        if (dim[i] > 0)
            *bytes *= (size_t)dim[i];
    }
    if (empty)
        *bytes = 0;
    return true;
}
