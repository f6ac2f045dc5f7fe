/* reconstruct_table: reconstructions as what came in: the table with other numbers, or an array.
 *
 *     plant reconstruct --data d.csv --output r.csv            the table, each number restored
 *     plant reconstruct --data d.csv --output f.csv --fill     the table, its gaps filled
 */
#ifndef AERT_RECONSTRUCT_TABLE_H
#define AERT_RECONSTRUCT_TABLE_H

#include "model/model.h"
#include "view/view.h"

/* Whether the command line asks for one: of all examples, unless it says how many. */
bool table_wanted(const Options *options);

/* Writes what the sheet has of the first examples: a table as it was but for the input's numbers;
 * what came as an array as an array, or a table of the input's names.  With --fill only what was
 * missing is the model's; `filled` is how many numbers these are. */
bool table_write(const Session *session, const Examples *examples, const Sheet *sheet,
                 const char *path, int64_t *filled, AertError *error);

#endif
