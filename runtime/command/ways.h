/* ways: what walk and interpolate share: codes laid out in rows and columns, decoded, drawn. */
#ifndef AERT_WAYS_H
#define AERT_WAYS_H

#include "work.h"

/* Numbers between commas; their count, 0 where the text is something else or has more than `most`.
 */
int read_list(const char *text, double *value, int most);

/* The two axes of --axes, left as they are without it. */
bool wanted_axes(Work *work, int axes[2], AertError *error);

/* Opens the session of a model that must decode, and loads its weights. */
bool open_decoder(Work *work, AertError *error);

/* Writes the sheet as write_sheet does, and says so. */
bool write_ways(Work *work, const Sheet *sheet, const char *name, AertError *error);

#endif
