/* Of products with rows of texts, what those with windows (text_windows.c) have in common with
 * others (text_rows.c). */
#ifndef AERT_TEXT_ROWS_PARTS_H
#define AERT_TEXT_ROWS_PARTS_H

#include "text_rows.h"

#include <stdbool.h>

/* Rows [begin, end) that all count, or none of which does. */
typedef struct AertTextRun {
    int begin, end;
    bool counts;
} AertTextRun;

/* Of rows [begin, end), all that are alike the first. */
AertTextRun aert_text_run(const AertTextRows *of, int begin, int end);

#endif
