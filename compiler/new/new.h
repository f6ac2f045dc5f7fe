/* new: a model for data that have none yet.
 *
 *     aecc new penguins.csv -o penguins.ae
 *
 * looks at the data (runtime/data/look.h), decides on inputs and sizes (sketch.c) and writes a
 * model with comments that compiles and trains as it stands (write.c).
 */
#ifndef AECC_NEW_H
#define AECC_NEW_H

#include "data/data.h"
#include "support/text.h"

typedef enum NewKind {
    NEW_table,
    NEW_vector,
    NEW_images,
    NEW_recording,
    NEW_counts,
    NEW_texts,
} NewKind;

/* A column of words that becomes an input of its own. */
typedef struct NewClass {
    const char *name;
    int classes;
    bool optional, other;
} NewClass;

/* What the model will be. */
typedef struct Sketch {
    const char *name; /* of the model */
    const char *path; /* of the data */
    const char *csv;  /* how the user says that they are written, or NULL */
    const AertLook *look;
    NewKind kind;
    List(const char *) columns; /* of a table with names: those that are read */
    int numbers;                /* of one example, without its classes */
    bool gaps;                  /* some of them are missing */
    bool last;                  /* of images: the data have the channels last */
    List(NewClass) classes;
    List(const char *) ignored;      /* columns that are not read … */
    List(const char *) why;          /* … and why */
    int channels, length, stride;    /* of a recording; length: of texts, too */
    int words;                       /* of texts: the vocabulary */
    const char *texts;               /* the column of a table that has them; or NULL */
    int hidden, code, batch, epochs; /* that fit the number of examples */
} Sketch;

/* Looks at the data; where they are texts, or `as` says so, also at these: *column is then the one
 * of a table that has them, or NULL. */
bool new_look(AertLook *look, const char **column, Arena *arena, const char *path,
              const AertCsv *csv, const char *as, AertError *error);

/* Whether a table has a column that a model could read. */
bool sketch_finds_columns(Arena *arena, const AertLook *look);

/* What the data ask for, which new_look has looked at and of which `said` has path and csv; `as` is
 * what the user says they are, or NULL.  False after a message. */
bool sketch_make(Sketch *sketch, Arena *arena, const Sketch *said, const char *column,
                 const char *output, const char *as);

/* Whether the language takes it for a name, and the model has no other use for it. */
bool new_is_name(const char *name);

/* Whether a model of a table says something of its own by the name, which no class can have then.
 */
bool sketch_says(Arena *arena, const char *name);

/* The text of the model, with the commands to run next in its comments. */
void sketch_write(Text *out, const Sketch *sketch);

/* Those commands, one a line; each begins with `before`. */
void sketch_commands(Text *out, const Sketch *sketch, const char *before);

/* `aecc new DATA [-o model.ae] [--as KIND] [--csv HOW]`: the whole command; its exit status. */
int new_command(Arena *arena, int argc, char **argv);

#endif
