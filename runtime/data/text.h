/* text: a text as tokens, and tokens as a text.
 *
 *     Oil prices rose 3.2 pct, OPEC said.
 *     words        oil prices rose <number> pct , opec said .
 *     characters   O i l ␣ p r i c e s …
 *
 * A word is a run of letters, lower case, with apostrophes between them; a run of digits, with
 * points and commas between them, is the word <number>, whatever it is; any other character that is
 * no blank is a word of its own.  Letters are those of ASCII and all characters from U+00C0 on that
 * are no general punctuation; case is known of Latin (to U+017F), Greek and Cyrillic letters.
 *
 * What the first numbers of a vocabulary stand for, before its words, is said in abi.def
 * (AERT_TOKEN_PADDING …).
 */
#ifndef AERT_TEXT_H
#define AERT_TEXT_H

#include "dataset.h"

typedef struct AertText {
    const char *at; /* what is not read yet; ends in a NUL */
    bool characters;
    char word[AERT_WORD]; /* the token in hand; empty where it is longer than a vocabulary keeps */
} AertText;

typedef enum AertTextFound { AERT_TEXT_END, AERT_TEXT_TOKEN, AERT_TEXT_NO_UTF8 } AertTextFound;

AertTextFound aert_text_next(AertText *text);

/* The text of an example's tokens up to the end or the padding, or to the `size` of the example;
 * free()
 * it.  Words that are not known, where the run has none, are shown by number. NULL: no memory. */
char *aert_text_of(const AertInput *input, const AertWords *words, const float *token,
                   AertError *error);

#endif
