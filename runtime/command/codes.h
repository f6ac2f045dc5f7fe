/* codes: what encode, decode, reconstruct and sample share. */
#ifndef AERT_CODES_H
#define AERT_CODES_H

#include "model/model.h"

/* The entry of a kind in the variant that --corrupt and --sample ask for; NULL, and why the model
 * has none. */
const AertEntry *wanted_entry(const Session *session, AertEntryKind kind, AertError *error);

/* --output, or `name` in the folder of the run, which is made.  Returns NULL on error. */
const char *output_path(const Session *session, const char *name, char *path, size_t size,
                        AertError *error);

/* The examples that --data and --labels ask for; with their labels, even where the model reads
 * none, if `marked`. */
bool examples_of(Examples *examples, const Session *session, bool marked, AertError *error);

/* The same, marked, and of them as many as --count asks for. */
bool open_counted(Examples *examples, const Session *session, AertError *error);

/* What is read beside what is drawn or decoded, where the command line names its data: at least
 * `count` examples.  False where the entry lacks something that it reads. */
bool open_beside(Examples *beside, const Session *session, const AertEntry *entry, int64_t count,
                 AertError *error);

#endif
