/* tally: means of losses and metrics over a data set, batch by batch.
 *
 *     tally_open(&tally, &session, WITH(AERT_STEP), error);
 *     session_run(&session, entry, rows, epoch, 0);
 *     bad = tally_add(&tally, &session, entry, rows);
 *     mean = tally_mean(&tally, 0);
 */
#ifndef AERT_TALLY_H
#define AERT_TALLY_H

#include "session.h"

typedef struct TallyRow {
    const AertEntry *entry; /* the first that outputs the name */
    const AertOutput *output;
} TallyRow;

typedef struct Tally {
    int count;
    TallyRow *row;
    double *sum; /* (count): of values times rows */
    double rows;
} Tally;

/* Rows for every loss and metric of the entries of `kinds`, each name once. */
bool tally_open(Tally *tally, const Session *session, unsigned kinds, AertError *error);
void tally_close(Tally *tally);
void tally_clear(Tally *tally);

/* Adds what `entry`, which ran last, outputs; the entry that runs last in a batch counts its rows
 * (`count` = 1). Returns an output of a loss that is not finite, or NULL. */
const AertOutput *tally_add(Tally *tally, const Session *session, const AertEntry *entry, int rows,
                            int count);

/* The mean of row i; the row of that name, or -1. */
double tally_mean(const Tally *tally, int i);
int tally_find(const Tally *tally, const char *name);

#endif
