/* data_text: texts that become examples of tokens one after the other, wherever they lie: begin,
 * take room, take the text of each example, end; close in any case.
 */
#ifndef AERT_DATA_TEXT_H
#define AERT_DATA_TEXT_H

#include "data_parts.h"

typedef struct AertTextReader {
    AertData *data;
    const AertInput *input;
    bool known; /* the run has a vocabulary */
    AertWordTable words;
    int32_t *value; /* (count, size): numbers of words in the table, from AERT_TOKEN_FIRST */
    int64_t cut, tokens, unknown;
    int64_t *lengths; /* NULL, or texts are only counted: of so many tokens, of as many or more at
                         AERT_MOST_TOKENS */
    int64_t letters;  /* … and tokens that are words of letters */
} AertTextReader;

enum { AERT_MOST_TOKENS = 4096 };

/* What is told of a text that is no UTF-8: the line of a file of lines, which counts from 1, or the
 * file. */
typedef struct AertTextPlace {
    const char *file;
    int64_t line; /* 0: the whole file is one text */
} AertTextPlace;

bool aert_texts_begin(AertTextReader *reader, AertData *data, const AertDataFrom *from,
                      const AertInput *input, AertError *error);

/* Room for `count` examples. */
bool aert_texts_room(AertTextReader *reader, int64_t count, const AertDataFrom *from,
                     AertError *error);
bool aert_texts_take(AertTextReader *reader, int64_t example, const char *text, AertTextPlace place,
                     AertError *error);

/* The vocabulary, where the run has none, and a note on what was cut or is unknown. */
bool aert_texts_end(AertTextReader *reader, AertError *error);
void aert_texts_close(AertTextReader *reader);

/* All texts of a file with these bytes, or, where they are NULL, of the folder from->path. */
bool aert_texts_read(AertTextReader *reader, AertData *labels, const AertBytes *bytes,
                     const AertDataFrom *from, AertError *error);

/* Whether a file of text is a table, one column of which has the texts: it is named .csv or .tsv,
 * several inputs read it, or the user speaks of its columns or of how it is written. */
bool aert_texts_in_table(const AertDataFrom *from);

/* The texts of that column, and the labels of another where from->label or from->column names it.
 */
bool aert_texts_table_read(AertTextReader *reader, AertData *labels, const AertBytes *bytes,
                           const AertDataFrom *from, AertError *error);

#endif
