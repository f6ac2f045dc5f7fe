/* columns: which columns of a table are read: those that --columns names, or all but those that
 * --ignore names and that of the labels. */
#ifndef AERT_COLUMNS_H
#define AERT_COLUMNS_H

#include "dataset.h"

/* "time,id,\"a, b\"" as texts. */
typedef struct AertNames {
    int count;
    const char **name;
    char *text; /* where they lie */
} AertNames;

typedef struct AertColumns {
    int count;
    int *field; /* of the table, in their order */
    int label;  /* the field of the labels, or -1 */
} AertColumns;

/* The names that the user has given: of the labels' column, --columns, --ignore.  A table that is
 * opened with them knows its header by them.  Close in any case. */
bool aert_names_open(AertNames *names, const AertDataFrom *from, AertError *error);
void aert_names_close(AertNames *names);

/* Close in any case. */
bool aert_columns_open(AertColumns *columns, const AertTable *table, const AertDataFrom *from,
                       AertError *error);
void aert_columns_close(AertColumns *columns);

#endif
