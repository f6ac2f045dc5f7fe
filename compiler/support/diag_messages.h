/* The collected messages, as diag.c keeps them and diag_print.c and diag_json.c show them. */
#ifndef AECC_DIAG_MESSAGES_H
#define AECC_DIAG_MESSAGES_H

#include "support/diag.h"

/* A text that places refer to. */
typedef struct Source {
    const char *name, *text;
    const char *shown; /* its name without folders, as a terminal may see it */
    int length;
    int lines, *line; /* where each line begins, in bytes */
} Source;

/* A place and what is said of it. */
typedef struct Remark {
    Loc loc;
    const char *text;
    Loc made; /* where what stands there was made, where that line is told; else nowhere */
} Remark;

typedef struct Message {
    bool warning;
    bool inside; /* a mistake inside of what is called at this place */
    Loc loc;
    const char *text;
    List(Remark) marks; /* other places of the same file */
    List(const char *) help;
    List(Remark) notes;
    int rank;  /* of its file: 0 for the file of the first message */
    int order; /* the number of the message */
} Message;

struct Diag {
    Arena *arena;
    List(Source) sources;
    List(Message *) messages;
    int errors;
};

/* The messages in the order of their places, the same one once, and of those inside of one call the
 * first: the first *count of diag->messages.
 */
void diag_sort(Diag *diag, int *count);

/* The source of a place, NULL for nowhere. */
const Source *diag_source_of(const Diag *diag, Loc loc);

/* Line from 1 that holds byte `at`; its first byte and the end of its text, newline left out. */
int source_line(const Source *source, int at, int *begin, int *end);

/* Column from 1 of byte `at`: the characters (UTF-8) before it on its line, and one. */
int source_column(const Source *source, int at);

#endif
