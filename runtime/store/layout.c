/* layout: see layout.h.  Example: W [3, 3, 8, 16] of a convolution is [16, 8, 3, 3] in PyTorch. */
#include "layout.h"

#include <string.h>

/* A weight sums over its last axis but one and spreads to its last. */
static bool is_weight(const AertSlot *slot) {
    const char *dot = strrchr(slot->name, '.');
    return slot->rank >= 2 && strcmp(dot ? dot + 1 : slot->name, "W") == 0;
}

int aert_layout_shape(AertLayout layout, const AertSlot *slot, int64_t *dim) {
    int rank = slot->rank;
    for (int i = 0; i < rank; i++)
        dim[i] = slot->dim[i];
    if (layout == AERT_LAYOUT_OWN)
        return rank;
    if (is_weight(slot)) {
        dim[0] = slot->dim[rank - 1];
        dim[1] = slot->dim[rank - 2];
        for (int i = 2; i < rank; i++)
            dim[i] = slot->dim[i - 2];
        return rank;
    }
    while (rank > 1 && dim[rank - 1] == 1)
        rank--;
    return rank;
}

/* The number at (k, i, o) of one order is at (o, i, k) of the other. */
static void turn(const float *from, size_t outer, size_t middle, size_t inner, float *to) {
    for (size_t k = 0; k < outer; k++)
        for (size_t i = 0; i < middle; i++)
            for (size_t o = 0; o < inner; o++)
                to[(o * middle + i) * outer + k] = from[(k * middle + i) * inner + o];
}

void aert_layout_copy(AertLayout layout, const AertSlot *slot, const float *from, float *to,
                      bool to_file) {
    size_t window = 1, last[2] = {1, 1};
    for (int i = 0, end = slot->rank; i < end; i++)
        *(i < end - 2 ? &window : &last[i - end + 2]) *= (size_t)slot->dim[i];
    if (layout == AERT_LAYOUT_OWN || !is_weight(slot))
        memcpy(to, from, window * last[0] * last[1] * sizeof *to);
    else if (to_file)
        turn(from, window, last[0], last[1], to);
    else
        turn(from, last[1], last[0], window, to);
}
