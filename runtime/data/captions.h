/* captions: what examples are called: a file of text, a line for each example.
 *
 * Example: titles of documents; or their topics, words with blanks between them.
 */
#ifndef AERT_CAPTIONS_H
#define AERT_CAPTIONS_H

#include "base/base.h"

typedef struct AertCaptions {
    AertBytes bytes;
    char *converted;   /* the text where it had to be made of the bytes, else NULL */
    const char **line; /* (count + 1): where each begins, and the end of the file */
    int64_t count;
} AertCaptions;

/* Close in any case. */
bool aert_captions_open(AertCaptions *captions, const char *path, AertError *error);
void aert_captions_close(AertCaptions *captions);

/* The line of an example without its end, cut off where it is longer than `size` allows. */
const char *aert_caption(const AertCaptions *captions, int64_t example, char *text, size_t size);

/* Whether two lines have a word in common: words are what stands between blanks. */
bool aert_captions_meet(const AertCaptions *a, int64_t of_a, const AertCaptions *b, int64_t of_b);

#endif
