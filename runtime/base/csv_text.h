/* csv_text: words as fields of a table of text, in quotes where they need them. */
#ifndef AERT_CSV_TEXT_H
#define AERT_CSV_TEXT_H

#include <stddef.h>

/* Bytes that the field of a word may take, its end included. */
#define AERT_CSV_ROOM(word) (2 * strlen(word) + 3)

/* The field of a word in `room`, of AERT_CSV_ROOM(word) bytes: it reads back as it is, whatever
 * separates fields. */
const char *aert_csv_text(const char *word, char *room);

#endif
