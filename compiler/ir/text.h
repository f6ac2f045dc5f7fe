/* What the printer and the reader of IR text share. */
#ifndef AECC_IR_TEXT_H
#define AECC_IR_TEXT_H

#include "ir/ir.h"

/* A byte of a plain word: names, operations and keys are made of these. */
static inline bool ir_word_byte(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || byte == '.';
}

/* How many ints the attribute of an operation has; -1: one or more. */
int ir_attr_ints(Op op);

/* "report loss", "output" …: what a root's line begins with. */
extern const char *const ir_root_words[NUM_ROOT_KINDS];

/* ---- scanning (scan.c): a cursor over one text, and one message a line ---- */
typedef struct Scan {
    Arena *arena;
    Diag *diag;
    int file;
    const char *text; /* 0-terminated */
    int at;           /* byte of it */
} Scan;

void scan_space(Scan *scan);                  /* past blanks of this line, and comments */
void scan_rest(Scan *scan);                   /* past the end of this line, whatever is on it */
bool scan_line_end(Scan *scan);               /* is there nothing more on this line? */
bool scan_byte(Scan *scan, char byte);        /* past it, if it is next */
bool scan_word(Scan *scan, const char *word); /* the same for a word */

/* These report what they found instead, and return false. */
bool scan_expect(Scan *scan, const char *bytes);
bool scan_name(Scan *scan, const char **name); /* a word, or anything in quotes */
bool scan_quoted(Scan *scan, const char **name);
bool scan_int(Scan *scan, int *value);
bool scan_number(Scan *scan, double *value);
bool scan_id(Scan *scan, int *id); /* %7 */
bool scan_type(Scan *scan, Type *type);
bool scan_found(Scan *scan, const char *expected); /* always false: "expected …, found …" */

#endif
