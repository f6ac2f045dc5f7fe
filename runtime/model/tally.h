/* tally: means of losses and metrics over a data set, batch by batch.
 *
 *     tally_open(&tally, &session, WITH(AERT_STEP), error);
 *     session_run(&session, entry, rows, epoch, 0);
 *     bad = tally_add(&tally, &session, entry, rows, 1);
 *     mean = tally_mean(&tally, 0);
 */
#ifndef AERT_TALLY_H
#define AERT_TALLY_H

#include "session.h"

enum { TALLY_NAME = AERT_MAX_NAME + AERT_WORD + 24 };

typedef struct TallyRow {
    const AertOutput *output; /* the first output of that name */
    int element;      /* which element of the output: one of several numbers has a row for each */
    bool added;       /* whether this batch has been added */
    const char *name; /* "total"; "kl[3]"; "error[temp]" */
    char text[TALLY_NAME]; /* … as it is shown: "valid.total" */
} TallyRow;

typedef struct Tally {
    int count;
    const char *before; /* what stands before names in what is shown: "valid."; NULL: nothing */
    TallyRow *row;
    double *sum;  /* (count): of values times rows */
    double *rows; /* (count): examples that are in the sum */
} Tally;

/* The name of the table's column that an element of an output belongs to; NULL: it has no name,
 * only a place. */
const char *output_column(const AertModel *model, const AertOutput *output, int element);

/* Rows for every loss and metric of the entries of `kinds`, each name once.  What the tally holds
 * is 0, but for `before`. */
bool tally_open(Tally *tally, const Session *session, unsigned kinds, AertError *error);
void tally_close(Tally *tally);
void tally_clear(Tally *tally);

/* Adds what `entry`, which ran last, outputs; of entries that run on the same batch and output the
 * same name, the first counts.  `first` = 1: no entry ran on this batch before.  Returns an output
 * of a loss that is not finite, or NULL. */
const AertOutput *tally_add(Tally *tally, const Session *session, const AertEntry *entry, int rows,
                            int first);

/* The mean of row i, not a number where nothing was added; the row of that name, or -1. */
double tally_mean(const Tally *tally, int i);
int tally_find(const Tally *tally, const char *name);

#endif
