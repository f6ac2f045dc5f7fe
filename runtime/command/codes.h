/* codes: what encode, decode, reconstruct and sample share. */
#ifndef AERT_CODES_H
#define AERT_CODES_H

#include "model/model.h"
#include "output.h"

/* The entry of a kind in the variant that --corrupt and --sample ask for; NULL, and why the model
 * has none. */
const AertEntry *wanted_entry(const Session *session, AertEntryKind kind, AertError *error);

/* Opens the session for `encode` without noise and draws, with the weights in use, whose file's
 * name goes to `weights`.  Returns 0 or an exit status; close the session in any case. */
int open_encoder(Session *session, const AertModel *model, const Options *options,
                 char weights[AERT_PATH], AertError *error);

/* Opens the examples that --data and --labels name. If `marked`, labels come along even where the
 * model reads none. */
bool examples_of(Examples *examples, const Session *session, bool marked, AertError *error);

/* The same with labels, and only as many of them as --count asks for. */
bool open_counted(Examples *examples, const Session *session, AertError *error);

/* Opens what an entry reads besides codes or draws, of which there are `count`: as many examples at
 * least, of the data that the command line names. False where the entry lacks something that it
 * reads. */
bool open_beside(Examples *beside, const Session *session, const AertEntry *entry, int64_t count,
                 AertError *error);

#endif
