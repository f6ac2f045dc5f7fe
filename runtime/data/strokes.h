/* strokes: built-in data made to fit the declared input, so that a first run needs no download.
 *
 * Images of any size show the ten digits drawn as anti-aliased strokes with random shift, size,
 * slant and thickness, like handwriting in MNIST: bright on dark, bytes.  Three channels get a
 * random colour; other counts repeat the grey image. Vectors
 * and signals are floats: see signals.h, texts are in sentences.h.  Example number i of a seed is
 * always the same, whatever the count.
 */
#ifndef AERT_STROKES_H
#define AERT_STROKES_H

#include "dataset.h"

enum { AERT_STROKES_TRAIN = 6000, AERT_STROKES_TEST = 1000 };

/* Makes `count` examples for `input`, drawn when they are first gathered, so that the first step
 * waits for those of its batch only.  Where `label` is not NULL also fills
 * `labels`: bytes, rank 0, the digit drawn, or the class of the signal; only
 * label->classes digits are drawn where that is less than 10. `first` is the number of the first
 * example: 0 for training, AERT_STROKES_TRAIN for test, so that they differ.  Where examples are
 * large, fewer are made, so that all take at most 128 MiB: data->count tells. */
bool aert_strokes_make(AertData *data, const AertInput *input, AertData *labels,
                       const AertInput *label, int64_t first, int64_t count, uint64_t seed,
                       AertError *error);

#endif
