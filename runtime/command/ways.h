/* ways: what walk and interpolate share: codes laid out in rows and columns, decoded, drawn. */
#ifndef AERT_WAYS_H
#define AERT_WAYS_H

#include "view/view.h"

/* Numbers between commas; their count, 0 where the text is something else or has more than `most`.
 */
int read_list(const char *text, double *value, int most);

/* The two axes of --axes, left as they are without it.  Returns 0 or EXIT_USAGE. */
int wanted_axes(const AertModel *model, const Options *options, int axes[2], AertError *error);

/* Opens the session of a model that must decode, and loads its weights.  Returns an exit status. */
int open_decoder(Session *session, const AertModel *model, const Options *options,
                 AertError *error);

/* Writes the sheet to --output or `name`, and says so. */
bool write_ways(Session *session, const Sheet *sheet, const char *name, AertError *error);

#endif
