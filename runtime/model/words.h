/* words: what the classes of a run are called, as a weights file and a checkpoint keep it.
 *
 *     ["ant", "cat", "dog"]        [] of classes that have numbers only
 */
#ifndef AERT_WORDS_H
#define AERT_WORDS_H

#include "data/data.h"

/* What `labels`, which a run is trained on, call their classes. */
bool words_learn(AertWords *words, const AertData *labels, AertError *error);

/* As JSON, to be freed; NULL, and an error, where there is no memory. */
char *words_text(const AertWords *words, AertError *error);

/* Of such a text; `path` is its file.  NULL leaves them unknown. */
bool words_read(AertWords *words, const AertInput *input, const char *text, const char *path,
                AertError *error);

/* The number of a word; -1. */
int words_find(const AertWords *words, const char *word);

void words_close(AertWords *words);

#endif
