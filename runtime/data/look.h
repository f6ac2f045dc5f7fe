/* look: what a data set is, before there is a model that says what it should be.
 *
 *     AertLook look;
 *     if (aert_look(&look, "log.csv", NULL, error))
 *         …                          // look.kind is AERT_LOOK_TABLE, look.column[0].name "time"
 *     aert_look_close(&look);
 */
#ifndef AERT_LOOK_H
#define AERT_LOOK_H

#include "dataset.h"

typedef enum AertLookKind {
    AERT_LOOK_TABLE,    /* columns of text */
    AERT_LOOK_ARRAY,    /* IDX, NPY, NPZ */
    AERT_LOOK_PICTURES, /* a folder of them */
    AERT_LOOK_SPARSE,   /* svmlight, MatrixMarket */
    AERT_LOOK_TEXTS,    /* lines, files of a folder, a column of a table */
} AertLookKind;

enum { AERT_LOOK_WORDS = 64 }; /* different words of a column that are told apart */

/* A column of a table, by those of its rows that were looked at. */
typedef struct AertColumnLook {
    const char *name;             /* NULL: the table has no names */
    int64_t numbers, gaps, words; /* cells of each kind */
    bool whole;                   /* all its numbers are whole */
    bool rising;                  /* each number is larger than the one before */
    int64_t forth, back;          /* how many numbers, or dates with the year first, are larger than
                                     the one before, how many smaller */
    double low, high;             /* of the numbers */
    int distinct;                 /* different words; AERT_LOOK_WORDS + 1: more than that */
    char (*word)[AERT_WORD];      /* (AERT_LOOK_WORDS) */
    int64_t minus;                /* numbers -1: of a class, gaps */
    int64_t letters;              /* bytes of its words, all together */
    int numerals;                 /* different other numbers as they are written, likewise */
    char (*numeral)[AERT_WORD];
} AertColumnLook;

typedef struct AertLook {
    AertLookKind kind;
    const char *format;
    int64_t count; /* examples: rows, pictures */
    int rank;      /* of one example, of an array or picture … */
    int64_t dim[AERT_MAX_RANK];
    bool bytes;       /* its numbers are bytes */
    bool whole, gaps; /* all numbers are whole; some are missing */
    double low, high; /* of the numbers that were looked at */
    double zeros;     /* the share of them that is 0 */
    bool sizes;       /* pictures are of several; dim has the most frequent one */
    bool labels;      /* pictures lie in folders of their labels; svmlight has labels */
    int columns;
    AertColumnLook *column;
    int words;  /* of texts: different words that come twice or more … */
    int length; /* … tokens, its end included, that all but a twentieth of them have at most … */
    double letters;  /* … and which part of all tokens are words of letters */
    AertTable table; /* the open table that the columns are of */
    AertBytes bytes_of_table;
} AertLook;

/* `csv`: what is known of how a table is written; NULL: all is guessed.  Fails where the data could
 * not be read, with the reason. Close in any case. */
bool aert_look(AertLook *look, const char *path, const AertCsv *csv, AertError *error);

/* Looks at texts: the lines of a file, the files of a folder, or the column of a table with that
 * number, from 1; 0: it is none.  The same holds. */
bool aert_look_at_texts(AertLook *look, const char *path, const AertCsv *csv, int column,
                        AertError *error);
void aert_look_close(AertLook *look);

#endif
