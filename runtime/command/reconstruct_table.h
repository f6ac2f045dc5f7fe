/* reconstruct_table: reconstructions as what came in: the table with other numbers, or an array.
 *
 *     plant reconstruct --data d.csv --output r.csv           the table, all of it reconstructed
 *     plant reconstruct --data d.csv --output f.csv --fill    the table, its gaps filled
 */
#ifndef AERT_RECONSTRUCT_TABLE_H
#define AERT_RECONSTRUCT_TABLE_H

#include "work.h"

/* Whether the command line asks for one: of all examples, unless it says how many. */
bool table_wanted(const Options *options);

/* Whether examples of the input came as a table. */
bool table_came(const Examples *examples, int input);

/* What became of gaps: how many were filled, and those of inputs that stay. */
typedef struct Filled {
    int64_t filled;
    int left;
    struct Left {
        const AertInput *of;
        int64_t gaps;
        const char *why;
    } stay[AERT_MAX_INPUTS];
} Filled;

/* Writes what the sheet has of the first examples to work->path: a table as it was but for the
 * input's numbers and the classes that are restored; what came as an array as an array, or a table
 * of the input's names.  With --fill only what was missing is the model's. */
bool table_write(const Work *work, const Sheet *sheet, Filled *filled, AertError *error);

#endif
