/* sparse_text: words and numbers between blanks, line by line: what formats of sparse data are
 * made of.
 */
#ifndef AERT_SPARSE_TEXT_H
#define AERT_SPARSE_TEXT_H

#include "data_parts.h"

typedef struct SparseText {
    const char *name;     /* of the file, for messages */
    const char *at, *end; /* what is not read yet */
    const char *newline;  /* end of the line in hand */
    int64_t number;       /* … its number, from 1 */
    const char *word;     /* the word in hand */
    size_t length;
} SparseText;

SparseText aert_sparse_text(const char *name, const AertBytes *bytes);

/* Goes to the next line; false: there is none. */
bool aert_sparse_line(SparseText *text);

/* The next word of the line in hand; false: it has no more. */
bool aert_sparse_word(SparseText *text);

/* What the word in hand is: a whole number within bounds, a number. */
bool aert_sparse_whole(const SparseText *text, int64_t least, int64_t most, int64_t *value);
bool aert_sparse_number(const char *text, size_t length, double *value);

/* Fails with "x.svm:3: found 'a:1', wanted …". */
bool aert_sparse_wrong(const SparseText *text, const char *wanted, AertError *error);

#endif
