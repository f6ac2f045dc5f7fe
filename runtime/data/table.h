/* table: a table of text, as people have them: a line a row, fields between separators.
 *
 * What a file does not say is guessed from its first lines, and told: the separator, the mark of
 * decimals, whether the first line has the columns' names, whether the second has their units and
 * the first field the rows' names.  A cell is a number, a gap or a word.
 *
 *     id;temp;flow                   taken for: separator=semicolon, decimal=comma, units=yes
 *     ;°C;l/s
 *     7;20,5;0,25
 *     8;NA;0,5
 *
 *     AertTable table;
 *     if (!aert_table_open(&table, &bytes, &how, error)) …
 *     int temp = aert_table_find(&table, "temp");                    // 1
 *     while (table.row < table.rows) {
 *         if (!aert_table_next(&table, error)) …                     // another number of fields
 *         if (aert_table_number(&table, temp, &value) == AERT_CELL_WORD)
 *             return aert_table_wrong(&table, temp, "a number", error);
 *     }
 *     aert_table_close(&table);
 */
#ifndef AERT_TABLE_H
#define AERT_TABLE_H

#include "base/base.h"

#include <stdint.h>

typedef enum AertGuess { AERT_GUESS, AERT_YES, AERT_NO } AertGuess;

enum { AERT_GAP_TEXT = 64, AERT_ENCODING = 32 };

/* What is known of how a table is written; all 0: nothing is. */
typedef struct AertCsv {
    char separator; /* ' ' is any number of blanks; 0: to be guessed */
    char decimal;   /* '.' or ','; 0: to be guessed */
    AertGuess header, units, rownames;
    AertGuess comments;           /* lines that begin with # are none of the table */
    int skip;                     /* lines at the beginning that are none of it */
    char gap[AERT_GAP_TEXT];      /* a text that stands for a gap besides those that always do */
    char encoding[AERT_ENCODING]; /* as iconv names it; empty: to be guessed */
} AertCsv;

/* "separator=;,decimal=,,header=no": the value of --csv.  A value is one character, or goes as far
 * as the next comma. */
bool aert_csv_parse(AertCsv *csv, const char *text, AertError *error);

typedef struct AertTableHow {
    const char *name;         /* of the file, for messages */
    const AertCsv *csv;       /* NULL: all is guessed */
    const char *const *asked; /* names of columns that will be looked for: where the first line */
    int asks;                 /* … has one of them, it is a header, whatever else it looks like */
    bool labels;              /* one column of classes is wanted, whose words need no header */
} AertTableHow;

/* A field as it stands in the file, without the quotes around it or what is blank. */
typedef struct AertField {
    const char *at;
    uint32_t length; /* bytes, at most INT32_MAX of them */
    bool quoted;     /* it begins with a quote … */
    bool broken;     /* … and goes on behind the one that ends it */
} AertField;

typedef struct AertLines {
    const char *at, *end;       /* what is not read yet */
    const char *line, *newline; /* the line in hand, without its end */
    int64_t number;             /* … its number, from 1 */
    int64_t ends;               /* ends of lines before what is not read yet */
    bool open;                  /* a quote of the line in hand is not closed */
    int64_t comments;           /* lines left out because they begin with # */
    const char *comment;        /* … the last of them, where it stands right before the line */
    const char *comment_end;
    int64_t comment_number;
} AertLines;

typedef struct AertTable {
    const char *name;
    int fields;       /* of each row */
    int first, last;  /* its columns are the fields first … last - 1: names of rows, and a field
                         that is empty in all rows, lie outside */
    bool quotes;      /* there are quotes in the text */
    char **column;    /* (fields): names; NULL: the file has none */
    AertField *field; /* (fields): of the row in hand */
    int64_t rows;     /* at least 1 */
    int64_t row;      /* rows read */
    const char *text; /* UTF-8 */
    size_t size;      /* … its bytes */
    AertCsv csv;      /* what it is taken for: nothing is left to guess */
    AertLines lines;
    AertLines begin;     /* where the rows begin */
    int64_t header_line; /* 0: none */
    char *names;         /* where the names of columns lie */
    char *converted;     /* the text where it had to be made, else NULL */
    char guessed[192];   /* what had to be guessed, in the words of --csv */
    char told[256];      /* what else was done with the file */
} AertTable;

/* Whether bytes are text, of whatever encoding, rather than numbers. */
bool aert_text_is(const unsigned char *data, size_t size);

/* How many bytes may be text, up to the first that no text has; all of them where they are one. */
size_t aert_text_until(const unsigned char *data, size_t size);

/* Opens a table over bytes that must last as long as it does. */
bool aert_table_open(AertTable *table, const AertBytes *bytes, const AertTableHow *how,
                     AertError *error);
void aert_table_close(AertTable *table);

/* One line of what had to be guessed, how to say it otherwise, and what was left out; NULL: the
 * file is plain.  Returns `text`. */
const char *aert_table_note(const AertTable *table, char *text, size_t size);

/* The field of the column with that name; -1: there is none, -2: there are several. */
int aert_table_find(const AertTable *table, const char *name);

/* The same for what a user wrote, a name or else a number from 1; with a message where it is
 * neither. */
int aert_table_choose(const AertTable *table, const char *text, AertError *error);

/* "time, id, temp, …", cut to fit, or "1 to 4" where they have no names.  Returns `text`. */
const char *aert_table_columns(const AertTable *table, char *text, size_t size);

/* The next row, which must be there.  False where it has another number of fields, or a quote that
 * is not closed. */
bool aert_table_next(AertTable *table, AertError *error);

/* Goes to a row, from 0: the one that aert_table_next reads next. */
void aert_table_seek(AertTable *table, int64_t row);

typedef enum AertCell { AERT_CELL_NUMBER, AERT_CELL_GAP, AERT_CELL_WORD } AertCell;

/* What stands in a field of the row in hand; what is no number leaves NaN. */
AertCell aert_table_number(const AertTable *table, int field, double *value);

/* The text of a field, doubled quotes made single ones.  False: it was cut to fit. */
bool aert_table_word(const AertTable *table, int field, char *text, size_t size);

/* Fails with "d.csv:4: field 2 (flow) is 'x', wanted a number", and what may help. */
bool aert_table_wrong(const AertTable *table, int field, const char *wanted, AertError *error);

#endif
