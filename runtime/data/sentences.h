/* sentences: built-in texts, so that a first run needs no download: short sentences of simple
 * words.
 *
 *     the old fox sees a small house near the river .
 *
 * There are ten kinds, by who is spoken of first.  The same words have the same numbers in each.
 */
#ifndef AERT_SENTENCES_H
#define AERT_SENTENCES_H

#include "dataset.h"

/* The tokens of a sentence, cut where there are too few places: out is (size).  The same key gives
 * the same
 * sentence.  Words beyond the input's vocabulary are unknown. */
void aert_sentence_draw(int kind, uint64_t key, const AertInput *input, size_t size, float *out);

/* The words, or characters, that sentences are made of, as many as the input's vocabulary has
 * numbers for; their count.  out NULL: only that. */
int aert_sentence_words(const AertInput *input, char (*out)[AERT_WORD]);

#endif
