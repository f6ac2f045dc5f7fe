/* work: what a command has in hand, and how most of them begin: the session opened, the weights
 * loaded, examples read.  main.c makes it and closes what has been opened.
 *
 *     return work_open(work, WITH(AERT_SAMPLE), error) && work_load(work, error) &&
 *            output_path(work, "samples.png", error) && …
 */
#ifndef AERT_WORK_H
#define AERT_WORK_H

#include "view/view.h"

typedef struct Work {
    int status;             /* where the command fails: how the program ends; 0: by EXIT_FAILED */
    const AertEntry *entry; /* that the command runs */
    Session session;        /* from the start it has the model and the options */
    Examples examples;
    char weights[AERT_PATH];    /* the file of weights in use */
    char path[AERT_PATH_BELOW]; /* the file that is written */
} Work;

/* Among the kinds that work_open is given: in double precision. */
enum { IN_DOUBLE = 1 << 30 };

/* Opens the session for entries of `kinds`; loads the weights that the command line names. */
bool work_open(Work *work, unsigned kinds, AertError *error);
bool work_load(Work *work, AertError *error);

/* Returns `fine`; where that is false, what the command line says is at fault. */
bool usage_is(Work *work, bool fine);

/* work->entry becomes the entry of a kind in the variant that --corrupt and --sample ask for; false
 * and why where the model has none. */
bool wanted_entry(Work *work, AertEntryKind kind, AertError *error);

/* The same in its plainest variant; `what` the model lacks without it: "'sample'". */
bool plain_entry(Work *work, AertEntryKind kind, const char *what, AertError *error);

/* Opens the session for `encode` without noise and draws, of a model that must have a code, and
 * loads the weights. */
bool open_encoder(Work *work, unsigned kinds, AertError *error);

/* Whether the model has a code, or can decode one. */
bool has_code(const AertModel *model, AertError *error);
bool can_decode(const AertModel *model, AertError *error);

/* Opens examples and tells what is to be told of their files. */
bool open_examples(Examples *examples, const Session *session, const ExamplesFrom *from,
                   AertError *error);

/* Opens the examples that --data and --labels name. If `marked`, labels come along even where the
 * model reads none. */
bool examples_of(Work *work, bool marked, AertError *error);

/* The same with labels, and only as many of them as --count asks for. */
bool open_counted(Work *work, AertError *error);

/* How many examples --count asks for, or so many. */
int64_t wanted_count(const Options *options, int64_t other);

/* Opens as work->examples what the entry reads besides codes or draws, of which there are `count`:
 * as many examples at least, of the data that the command line names. False where the entry lacks
 * something that it reads. */
bool open_beside(Work *work, int64_t count, AertError *error);

/* work->path becomes --output, or `name` in the folder of the run, which is made. */
bool output_path(Work *work, const char *name, AertError *error);

/* Writes the sheet to --output, or in the folder of the run as NAME.png, of texts as NAME.txt. */
bool write_sheet(Work *work, const Sheet *sheet, const char *name, AertError *error);

/* `name` in the folder of the run, which is made. */
bool folder_path(const Session *session, const char *name, char path[AERT_PATH_BELOW],
                 AertError *error);

/* The checksum of the file of weights in use, by which what was made with them knows them again; ""
 * where the file has none. */
bool weights_checksum(const Work *work, char checksum[AERT_CHECKSUM], AertError *error);

#endif
