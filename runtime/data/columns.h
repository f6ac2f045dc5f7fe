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

typedef struct AertColumns {
    int count;
    int *field;    /* of the table, in their order */
    int label;     /* the field of the labels, or -1 */
    bool by_place; /* the input names its columns, and the table has no names: they are taken by
                      place */
    bool none;     /* the input is a class that may be missing, and the table has no such column */
} AertColumns;

/* The table over `bytes`, which must last as long, and the columns of it that the
 * input reads.  End in any case. */
bool aert_columns_begin(AertTable *table, AertColumns *columns, const AertBytes *bytes,
                        const AertDataFrom *from, const AertInput *input, AertError *error);

/* Of a table that is opened, the field of a class: of `--label-column` or `--columns`, or of its
 * name; below 0: there is none. */
int aert_columns_class(const AertTable *table, const AertDataFrom *from, const AertInput *input);
void aert_columns_end(AertTable *table, AertColumns *columns);

#endif
