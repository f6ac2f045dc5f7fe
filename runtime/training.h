/* training: a run of `train`, and the parts that it is made of.
 *
 * Where a run stands is (epoch, batch, step, sums so far): all of it is in the checkpoint, so that
 * a run continued from any checkpoint computes the same bits as one that was never stopped.
 */
#ifndef AERT_TRAINING_H
#define AERT_TRAINING_H

#include "interrupt.h"
#include "progress.h"
#include "session.h"
#include "tally.h"

typedef struct Training {
    Session session;
    Examples train, valid;
    bool has_valid;
    const AertEntry **step_entry; /* (model->steps) */
    const AertEntry *eval_entry;  /* of validation */
    Tally tally, valid_tally;
    int watched;        /* row of the loss that is shown on the bar */
    int64_t *order;     /* (train.count): examples of this epoch, in order */
    int64_t batches;    /* in an epoch */
    int64_t epochs;     /* to train */
    int64_t epoch;      /* in work, from 1; epochs + 1 when the run is complete */
    int64_t batch;      /* batches of it that are done */
    int64_t step;       /* batches done since the start of the run */
    double best;        /* the lowest value so far … */
    int64_t best_epoch; /* … and its epoch; 0: none yet */
    double saved;       /* seconds: when the checkpoint was last written */
    char folder[4096];  /* --out */
    Progress progress;
    Interrupt interrupt;
} Training;

/* "FOLDER/name" */
const char *training_path(const Training *training, const char *name, char *path, size_t size);

/* Whether a fresh run may begin in the folder, or one is to be resumed: then *resume is set.
 * Returns an exit status. */
int training_folder(const Training *training, const Options *options, bool *resume,
                    AertError *error);

/* Makes the folder where it is missing, and removes what an earlier run left in it. */
bool training_make_folder(const Training *training, AertError *error);

/* Goes through the epoch in work.  Returns an exit status: EXIT_INTERRUPTED after Ctrl-C. */
int training_epoch(Training *training, AertError *error);

/* Writes the checkpoint, if all slots are finite. */
bool training_save(Training *training, AertError *error);

/* Reads what a resumed run must know before its session is opened: the data sets, the batch and the
 * like, into `options`, after checking that the command line does not ask for something else.  Text
 * is kept in `file`, which must stay open.  Returns an exit status. */
int training_recall(AertSafetensors *file, const Training *training, const AertModel *model,
                    Options *options, AertError *error);

/* Takes slots, sums and place from the checkpoint. */
bool training_restore(Training *training, const AertSafetensors *file, AertError *error);

/* Writes last.safetensors or best.safetensors. */
bool training_weights(Training *training, const char *name, AertError *error);

/* Whether every slot is finite; otherwise the error names the first that is not. */
bool training_finite(const Training *training, AertError *error);

/* Pictures of the epoch that has just ended. */
bool training_pictures(Training *training, int64_t epoch, AertError *error);

#endif
