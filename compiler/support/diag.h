/* Diagnostics: what a user's mistake is told with, and what a bug of ours ends in.
 *
 *     vae.ae:19:27: error: this adds [20] to [784]
 *        19 |     xhat = sigmoid(z + logits)
 *           |                    ~ ^ ~~~~~~
 *           |                    [20] from line 14   [784] from line 18
 *           |     shapes are aligned at the right: the last axes, 20 and 784, must be equal or 1
 *
 * A Loc is a range of bytes; lines and columns are computed only when a message is printed.
 * Messages are collected, printed in the order of their places by diag_print(), the same one never
 * twice, at most DIAG_LIMIT of them.
 */
#ifndef AECC_DIAG_H
#define AECC_DIAG_H

#include "support/arena.h"
#include "support/die.h"

#include <stdbool.h>
#include <stdio.h>

enum { DIAG_LIMIT = 20 };

typedef struct Loc {
    int file;       /* number from diag_source(); 0 is nowhere */
    int begin, end; /* bytes [begin, end) of that file */
} Loc;

typedef struct Diag Diag;

Diag *diag_open(Arena *arena);

/* Makes a text known under the name that messages show; returns its number, from 1. */
int diag_source(Diag *diag, const char *name, const char *text, size_t length);

/* A user's mistake: what was found.  The calls that may follow add to it. */
void diag_error(Diag *diag, Loc loc, const char *format, ...) __attribute__((format(printf, 3, 4)));
void diag_warning(Diag *diag, Loc loc, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Underlines one more place, with a few words below it. */
void diag_mark(Diag *diag, Loc loc, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same where what stands there was made on another line: "[20] from line 14". */
void diag_mark_made(Diag *diag, Loc loc, Loc made, const char *what);
/* The last error was found inside of what is called at its place, and noted where: of several of
 * one call only the first is printed, since those behind it mostly follow from it. */
void diag_inside(Diag *diag, Loc loc, const char *name);
/* What was expected, or what to do: a line of its own below the source line. */
void diag_help(Diag *diag, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Another place that matters, with its own source line: "note: dense is defined here". */
void diag_note(Diag *diag, Loc loc, const char *format, ...) __attribute__((format(printf, 3, 4)));

int diag_errors(const Diag *diag);                 /* errors so far */
void diag_print(Diag *diag, FILE *out);            /* every message so far, then forgets them */
void diag_print_json(Diag *diag, FILE *out);       /* one JSON array, for editors */
int diag_line(const Diag *diag, Loc loc);          /* line of its first byte, from 1; 0 nowhere */
const char *diag_place(Diag *diag, Loc loc);       /* "vae.ae:19", base name and line; "" nowhere */
const char *diag_file(const Diag *diag, int file); /* the name given to diag_source */

#endif
