/* tokens: words and numbers between blanks, line by line: what formats of sparse data are made of.
 */
#ifndef AERT_TOKENS_H
#define AERT_TOKENS_H

#include "data_parts.h"

typedef struct Tokens {
    const char *name;     /* of the file, for messages */
    const char *at, *end; /* what is not read yet */
    const char *newline;  /* end of the line in hand */
    int64_t number;       /* … its number, from 1 */
    const char *token;    /* the token in hand */
    size_t length;
} Tokens;

Tokens aert_tokens(const char *name, const AertBytes *bytes);

/* Goes to the next line; false: there is none. */
bool aert_tokens_line(Tokens *tokens);

/* The next token of the line in hand; false: it has no more. */
bool aert_tokens_next(Tokens *tokens);

/* What the token in hand is: a whole number within bounds, a number. */
bool aert_tokens_whole(const Tokens *tokens, int64_t least, int64_t most, int64_t *value);
bool aert_tokens_number(const char *text, size_t length, double *value);

/* Fails with "x.svm:3: found 'a:1', wanted …". */
bool aert_tokens_wrong(const Tokens *tokens, const char *wanted, AertError *error);

#endif
