/* words: what the classes of a run are called, and the words of its texts, as weights files and
 * checkpoints keep them.
 *
 *     ["ant", "cat", "dog"]        []: the classes have numbers only
 */
#ifndef AERT_WORDS_H
#define AERT_WORDS_H

#include "data/data.h"

/* Takes the words from the labels or texts that a run is trained on. */
bool words_learn(AertWords *words, const AertData *labels, AertError *error);

/* The words as JSON; free() it. NULL, and an error, where there is no memory. */
char *words_text(const AertWords *words, AertError *error);

/* Reads the words from such a text of the file `path`. A text of NULL leaves them unknown. */
bool words_read(AertWords *words, const AertInput *input, const char *text, const char *path,
                AertError *error);

/* The number of the class that has this word; -1: none has. */
int words_find(const AertWords *words, const char *word);

void words_close(AertWords *words);

#endif
