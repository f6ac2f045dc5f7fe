/* layout: the order in which a file of weights has the numbers of a parameter.
 *
 *               a weight W: called so, of two axes or more      others, as b
 *     own       [k…, in, out]                                   [n, 1, 1]
 *     torch     [out, in, k…]                                   [n]
 *
 * k… are the axes of a window, which a dense layer has none of.  A transposed convolution's `in`
 * and `out` are those of the convolution that it is the way back of, and so are PyTorch's.
 */
#ifndef AERT_LAYOUT_H
#define AERT_LAYOUT_H

#include "aert.h"

#include <stdbool.h>

typedef enum AertLayout { AERT_LAYOUT_OWN, AERT_LAYOUT_TORCH } AertLayout;

/* The shape of the slot in such a file: its rank, and `dim`, AERT_MAX_RANK of them. */
int aert_layout_shape(AertLayout layout, const AertSlot *slot, int64_t *dim);

/* From the order of the store to that of the file, or back: as many floats as the slot has. */
void aert_layout_copy(AertLayout layout, const AertSlot *slot, const float *from, float *to,
                      bool to_file);

#endif
