/* sheet_text: reconstructions and samples of tokens, as texts. */
#ifndef AERT_SHEET_TEXT_H
#define AERT_SHEET_TEXT_H

#include "sheet.h"

/* Whether what a model reconstructs are tokens. */
bool restores_texts(const AertModel *model);

/* "samples.txt" where it does, else "samples.png". */
const char *sheet_name(const AertModel *model, const char *text, const char *picture);

/* Writes a kind of the sheet, a line each. */
bool sheet_write_text(const Sheet *sheet, const AertModel *model, int kind, const char *path,
                      AertError *error);

/* Example i of a kind as text, to standard output, with control characters made visible; false
 * where there is no memory. */
bool sheet_print_text(const Sheet *sheet, const AertModel *model, int kind, int i,
                      AertError *error);

/* How many places of the original's text, its end left out, hold the same token in the
 * reconstruction, which is added to *right, and how many there are; an unknown word is never right.
 * Whether all are, the end too. */
bool sheet_compare_text(const Sheet *sheet, int i, int64_t *right, int64_t *all);

#endif
