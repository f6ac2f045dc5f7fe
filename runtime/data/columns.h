/* columns: which columns of a table an input reads.
 *
 *     table[temp, flow]     those of its names; of a table without names as many, by place
 *     class[3], tokens[40]  that of the input's name, or the only one; a class of a table that
 * other
 *                           inputs read too has the former alone
 *     vector[2] and others  those that --columns names, or all but those that --ignore names and
 *                           that of the labels; where these are too many, those that are no other
 *                           input's
 *
 * `--columns x=temp` is of the input x alone.
 */
#ifndef AERT_COLUMNS_H
#define AERT_COLUMNS_H

#include "dataset.h"

/* What the user and the model call columns: that of the labels, those of `--columns`, those of
 * `--ignore`, those of the model's inputs. A table that is opened with them knows its header by
 * them. */
typedef struct AertColumnNames {
    const char **name;
    const AertInput **of; /* of "x=id" in --columns the input x; else NULL */
    int columns, ignore;  /* where those of --columns begin, of --ignore, … */
    int model, count;     /* … of the model; all of them */
    char *text;           /* where names of the lists lie */
} AertColumnNames;

/* A table in the hands of a reader. */
typedef struct AertColumns {
    int count;
    int label;     /* the field of the labels, or -1 */
    int *field;    /* (count) of the table, in their order */
    bool by_place; /* the input names its columns, and the table has no names: they are taken by
                      place */
    bool none;     /* the input is a class that may be missing, and the table has no such column */
    const AertDataFrom *from;
    const AertInput *input;
    bool *taken; /* (fields of the table): they are others', or chosen already */
    AertColumnNames names;
    AertTable table; /* before its first row */
} AertColumns;

/* Opens a table over `bytes`, finds the columns of it that the input reads, and has them read. */
typedef bool AertColumnsReader(AertColumns *columns, void *user, AertError *error);
bool aert_columns_read(const AertBytes *bytes, const AertDataFrom *from, const AertInput *input,
                       AertColumnsReader *read, void *user, AertError *error);

/* Of a table that is opened for another input, the field of a class: of `--label-column` or
 * `--columns`, or of its name; below 0: there is none. */
int aert_columns_class(const AertColumns *columns, const AertInput *input);

#endif
