/* reconstruct_text: texts beside what a model makes of them.
 *
 *     sentences reconstruct --data test.txt --output restored.txt
 */
#ifndef AERT_RECONSTRUCT_TEXT_H
#define AERT_RECONSTRUCT_TEXT_H

#include "model/model.h"
#include "view/view.h"

/* Fills a sheet of originals and what their codes are decoded to, where `decode` draws one token
 * after another. */
bool text_reconstruct(Sheet *sheet, Session *session, const AertEntry *decode,
                      const Examples *examples, int count, AertError *error);

/* The first examples, each over its reconstruction, and which share of the words and texts is
 * right; with
 * --json that alone.  `path`: what was written. */
bool text_print(const Session *session, const Sheet *sheet, const char *path, AertError *error);

#endif
