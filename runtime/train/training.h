/* training: a run of `train`, and the parts that it is made of.
 *
 * Where a run stands is (stage, epoch, batch, step, sums so far): all of it is in the checkpoint,
 * so that a run continued from any checkpoint computes the same bits as one that was never stopped.
 */
#ifndef AERT_TRAINING_H
#define AERT_TRAINING_H

#include "base/base.h"
#include "store/store.h"
#include "progress.h"
#include "model/model.h"

/* What is used most comes first: what lies within 128 bytes takes less code. */
typedef struct Training {
    int64_t epoch;       /* in work, from 1, over all stages */
    int64_t batch;       /* batches of it that are done */
    int64_t step;        /* batches done since the start of the run */
    int64_t *epochs;     /* (model->stages): to train in each stage */
    int64_t *base;       /* (count): the examples of `train` that are trained on; NULL: all */
    int64_t count;       /* how many */
    int64_t *held;       /* (held_count): those that are held back for validation, behind
                            those of `base`; or NULL */
    int64_t held_count;  /* 0: validation is on `valid`, or there is none */
    int64_t visits;      /* rows of all batches of an epoch: `count`, unless some come again */
    int64_t batches;     /* batches in an epoch */
    int64_t stage_epoch; /* of the stage, in work, from 1 */
    double best;         /* the best value so far in this stage … */
    int64_t best_epoch;  /* … and its epoch; 0: none yet */
    int stage;           /* the stage in work */
    bool has_valid;
    bool saved_once; /* there is a checkpoint */
    bool broken;     /* a loss or a slot is no longer finite */
    Session session;
    const AertEntry **step_entry,
        **when_entry;            /* (model->steps); when: NULL where it always runs */
    const AertEntry *eval_entry; /* the entry that validates */
    Tally tally, valid_tally;
    int watched;         /* row of the loss that is shown on the bar */
    int64_t *order;      /* (visits): examples of this epoch, in order */
    AertMix mix;         /* how batches mix examples that have a class with those that lack it;
                            batch 0: they do not */
    int64_t *kinds;      /* the memory of its lists */
    int64_t stage_step;  /* batches done since the stage began */
    int64_t waited;      /* epochs since the best one */
    AertMetrics metrics; /* what is in the metrics files */
    double saved;        /* seconds: when the checkpoint was last written */
    int lock;            /* its .lock, open and locked; -1: not yet */
    Progress progress;
    Interrupt interrupt;
    char folder[AERT_PATH];     /* --out */
    char path[AERT_PATH_BELOW]; /* what training_path and training_saved say */
    Examples train, valid;
} Training;

/* Everything that training needs, before its first step; `file`: the checkpoint of a run that goes
 * on, or NULL.  Returns an exit status.  Close in any case. */
int training_open(Training *training, const AertModel *model, const Options *options,
                  const AertSafetensors *file, AertError *error);
void training_close(Training *training);

/* ---- stages ---- */
/* Whether the stage in work is over: all its epochs are done, or it has waited too long for a
 * better one. Whether the training is. */
bool training_stage_over(const Training *training);
bool training_over(const Training *training);

/* The next stage after `stage` (-1: the first) that has epochs, or the number of stages. */
int training_stage_after(const Training *training, int stage);

/* Says what the stage in work does, and sets up the bar for it. */
void training_stage_begin(Training *training);

/* At the end of an epoch: goes on to the next stage where this one is over and there is one. */
void training_stage_next(Training *training);

/* After an epoch: lowers the schedules (plateau) that have waited long enough for a better value.
 * training_plateaus_begin sets them up at the beginning of a stage. */
void training_plateaus(Training *training);
void training_plateaus_begin(Training *training);

/* Compares the epoch that has just ended with the best one of its stage; whether it is better. */
bool training_judge(Training *training);

/* What the stage in work is judged by: "valid.nll". */
const char *training_watched(const Training *training);

/* "FOLDER/name", until the next call of one of the two. */
const char *training_path(Training *training, const char *name);

/* "the last good checkpoint is in FOLDER": what there is to go on with. */
const char *training_saved(Training *training);

/* Whether a fresh run may begin in the folder, or one is to be resumed: then *resume is set.  A
 * folder that is there is locked from here on.  Returns an exit status. */
int training_folder(Training *training, const Options *options, bool *resume, AertError *error);

/* Makes and locks the folder where it is missing, and removes what an earlier run left in it. */
bool training_make_folder(Training *training, AertError *error);

/* Sets the clock to the next batch of the epoch in work (ahead = 1), or to the one that was done
 * last (ahead = 0), which validation, pictures and weights at the end of an epoch go by. */
void training_clock(Training *training, int ahead);

/* A pass over the batches of the epoch in work that are not done yet. Whoever runs it calls
 * training_clock(training, 1) in each batch. */
Pass training_pass(Training *training);
/* Counts the batch in hand as done. */
void training_next(Training *training);
/* Runs a step on the batch in hand if it is due there. Whether it ran. */
bool training_step(Training *training, int step, int rows);

/* Looks for the function that made a value infinite or not a number, and puts it into `error` in
 * place of what is there, which only names the value. The run cannot go on after this: it is gone
 * through once more for it. */
void training_cause(Training *training, AertError *error);

/* Sets the slots and the place of a run to what they are before its first step. */
bool training_start(Training *training, AertError *error);

/* Goes through the epoch in work.  Returns an exit status: EXIT_INTERRUPTED after Ctrl-C. */
int training_epoch(Training *training, AertError *error);

/* Writes the checkpoint, if all slots are finite. */
bool training_save(Training *training, AertError *error);

/* Reads what a resumed run must know before its session is opened: the data sets, the batch and the
 * seed, into `options`, after checking that the command line does not ask for something else.  Text
 * is kept in `file`, which must stay open.  Returns an exit status. */
int training_recall(AertSafetensors *file, Training *training, const AertModel *model,
                    Options *options, AertError *error);

/* What classes are called, from a checkpoint. */
bool training_recall_words(Session *session, const AertSafetensors *file, AertError *error);

/* Takes slots, sums and place from the checkpoint, checks that the command line asks for no other
 * hypers or epochs, and what else of the run is in the folder.  Returns an exit status. */
int training_restore(Training *training, const AertSafetensors *file, AertError *error);

/* Writes last.safetensors or best.safetensors. */
bool training_weights(Training *training, const char *name, AertError *error);

/* Whether every slot is finite; otherwise the error names the first that is not. */
bool training_finite(Training *training, AertError *error);

/* Sets each average to its parameter, which has its initial value or that of --init. */
void training_averages_start(Training *training);

/* Each parameter that has an average changes places with it, so that what is evaluated and written
 * is the averages; a second call puts all back. */
void training_averages_swap(Training *training);

/* The losses so far, as metrics.csv has them, in pictures/losses.png. */
bool training_curves(Training *training, AertError *error);

/* Pictures of the epoch that has just ended. */
bool training_pictures(Training *training, int64_t epoch, AertError *error);

/* The command `train`, whole: an exit status; on EXIT_FAILED and EXIT_USAGE the reason is in
 * `error` (train.c). */
int train_run(const AertModel *model, const Options *options, AertError *error);

#endif
