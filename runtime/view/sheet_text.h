/* sheet_text: reconstructions and samples of tokens, as texts. */
#ifndef AERT_SHEET_TEXT_H
#define AERT_SHEET_TEXT_H

#include "sheet.h"

/* Whether what a model reconstructs are tokens. */
bool restores_texts(const AertModel *model);

/* "samples.txt" where it does, else "samples.png". */
const char *sheet_name(const AertModel *model, const char *text, const char *picture);

/* What is done with texts: a program has it where an input of its model is tokens (aert.h). */
struct AertTexts {
    /* Writes a kind of the sheet, a line each. */
    bool (*write)(const Sheet *sheet, const AertModel *model, int kind, const char *path,
                  AertError *error);

    /* Example i of a kind as text, to standard output, with control characters made visible; false
     * where there is no memory. */
    bool (*print)(const Sheet *sheet, const AertModel *model, int kind, int i, AertError *error);

    /* Fills a sheet of originals and what their codes are decoded to, where 'decode' draws one
     * token after another. */
    bool (*reconstruct)(Sheet *sheet, Session *session, const Examples *examples, int count,
                        AertError *error);

    /* The first examples, each over its reconstruction, and which share of the words and texts is
     * right; with --json that alone.  `path`: what was written. */
    bool (*compare)(const Session *session, const Sheet *sheet, const char *path, AertError *error);
};

/* Writes a kind of the sheet as texts; an error where the model reconstructs none. */
bool sheet_write_text(const Sheet *sheet, const AertModel *model, int kind, const char *path,
                      AertError *error);

#endif
