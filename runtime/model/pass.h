/* pass: goes through a data set in batches, with a model at work on each.
 *
 * Whatever a program does with examples is a pass: an epoch of training, validation, eval, encode.
 * Each batch is gathered into the inputs and the entry runs on it; then the caller takes what it
 * wants of the outputs.
 *
 *     const Pass pass = {
 *         .session = &session, .entry = entry, .examples = &examples, .count = examples.count};
 *     fine = pass_run(&pass, add_losses, &context, error);
 */
#ifndef AERT_PASS_H
#define AERT_PASS_H

#include "session.h"

typedef struct Pass {
    Session *session;
    const AertEntry *entry;   /* runs on each batch; NULL: `take` runs what it wants */
    const Examples *examples; /* gathered into the inputs; NULL, or of no input: nothing is */
    const AertData *codes;    /* gathered into the code that decode reads; NULL: nothing is */
    int64_t count;            /* how many examples, or codes, or draws */
    const int64_t *index;     /* (count): which they are; NULL: first, first + 1, ... */
    int64_t first;            /* where index is NULL */
    int64_t from;             /* the batch to begin with */
    int64_t size;             /* what data_size says in the model; 0: count */
    int batch;                /* examples at a time; 0: those of the session */
} Pass;

/* What is done with a batch, whose outputs session_value has where the pass has an entry.  False
 * ends the pass: with an error, or because there is nothing more to do. */
typedef bool PassTake(const Pass *pass, void *context, const AertBatch *batch, AertError *error);

/* Whether all batches were gone through. False, with an error, also where the data is not what the
 * model wants. Nothing is allocated. */
bool pass_run(const Pass *pass, PassTake *take, void *context, AertError *error);

#endif
