/* Of products with windows, what those with rows of texts (text_windows.c) have in common with
 * others (windows.c): memory of each thread, in which rows are packed side by side. */
#ifndef AERT_WINDOWS_PARTS_H
#define AERT_WINDOWS_PARTS_H

#include "windows.h"

#include <stddef.h>

enum {
    AERT_WINDOWS_BYTES = 1 << 17, /* of that memory: a part of the second level's cache */
    AERT_WINDOWS_WIDE = 64        /* columns of B from which on packing pays */
};

/* Columns from one on, of so many words each, as runs that lie side by side, which packing goes by;
 * how many there are. */
int aert_windows_runs(const AertWindows *w, int column, int columns, int words);
/* How many rows of so many columns are packed at a time, `most` at most. */
int aert_windows_at_a_time(int columns, size_t size, int most);
/* Packs rows from `first` on behind `at` that are packed already; where the first one lies. */
float *aert_windows_pack_f32(const AertSeen *seen, int first, int rows, int columns, int runs,
                             int at);

#endif
