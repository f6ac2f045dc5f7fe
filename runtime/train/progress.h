/* progress: what a person sees while a model trains. */
#ifndef AERT_PROGRESS_H
#define AERT_PROGRESS_H

#include "aert.h"
#include "model/model.h"

typedef struct Progress {
    bool quiet, terminal;
    const char *stage; /* NULL where it has no name */
    int64_t epochs;    /* of the stage */
    double started;    /* seconds: when `done` was 0 */
    double shown;      /* seconds: when the bar was last drawn */
    double done, left; /* examples trained on since `started`; examples still to come */
    double epoch_started;
    double epoch_done; /* examples since epoch_started */
} Progress;

/* Begins. */
void progress_start(Progress *progress, bool quiet);

/* A stage begins, or goes on where it was interrupted; `left` examples are to come, in later stages
 * too. */
void progress_stage(Progress *progress, const char *stage, int64_t epochs, double left);

/* The epoch begins, or goes on where it was interrupted. */
void progress_epoch(Progress *progress);

/* `rows` more examples are done: draws the bar on a terminal, ten times a second at most.  `share`
 * of the epoch is done; the loss `name` stands at `value`. */
void progress_step(Progress *progress, int64_t epoch, int rows, double share, const char *name,
                   double value);

/* The line of a finished epoch; `valid` may be NULL. */
void progress_line(Progress *progress, int64_t epoch, const Tally *tally, const Tally *valid);

/* Removes the bar, so that other lines can be printed. */
void progress_clear(Progress *progress);

#endif
