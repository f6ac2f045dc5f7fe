/* What the command line asks of aecc. */
#ifndef AECC_OPTIONS_H
#define AECC_OPTIONS_H

#include "support/text.h"

typedef enum Dump { DUMP_nothing, DUMP_tree, DUMP_ir, DUMP_grad, DUMP_plan } Dump;

enum { MAX_OVERRIDES = 64 };

typedef struct AeccOptions {
    const char *model;                   /* path of the .ae file */
    const char *output;                  /* path, or NULL */
    const char *target;                  /* "c" */
    const char *march;                   /* the C compiler's -march */
    const char *show;                    /* a prelude name, "" for all of them, or NULL */
    int keep_every;                      /* 0: not said */
    const char *depend;                  /* path of what make reads, or NULL */
    const char *passes;                  /* a list of passes, or NULL for all */
    const char *override[MAX_OVERRIDES]; /* "latent=32" */
    int overrides;
    Dump dump;
    bool check, json, help, version;
    const char *command; /* the command line with base names */
} AeccOptions;

/* False after a message on stderr: wrong usage. */
bool options_read(AeccOptions *options, Arena *arena, int argc, char **argv);
void options_help(FILE *out, Arena *arena);

#endif
