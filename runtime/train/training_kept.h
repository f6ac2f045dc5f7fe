/* training_kept: what the checkpoint of a run holds beside its slots; for the two that write and
 * read it. */
#ifndef AERT_TRAINING_KEPT_H
#define AERT_TRAINING_KEPT_H

#include "training.h"

#include <limits.h>

/* "run:place".  How many batches were done, in the stage and in the run, and how many epochs since
 * the best one, follows from these. */
enum {
    PLACE_EPOCH,
    PLACE_BATCH,
    PLACE_STAGE,
    PLACE_STAGE_EPOCH,
    PLACE_BEST,
    PLACE_ROWS,
    PLACE_SEED,
    PLACE_TRAIN,
    PLACE_VALID,
    PLACES
};

/* Numbers of a run, of one kind, and the tensor that holds them. */
typedef struct KeptNumbers {
    const char *tensor;
    AertDtype dtype;
    int64_t count;
    void *at;
} KeptNumbers;

enum { KEPT_NUMBERS = 10 };

/* Lists all numbers that a checkpoint holds: what is read where the run stands is `place`. */
void kept_numbers(Training *training, int64_t place[PLACES], KeptNumbers kept[KEPT_NUMBERS]);

/* An option that is text: what --resume takes from the checkpoint where the command line is silent.
 */
typedef struct TextOption {
    char name[AERT_MAX_NAME + 16], tensor[AERT_MAX_NAME + 24]; /* "data"; "run:data": its bytes,
                                                  which need be no text, and a 0 */
    const char **field;                                        /* in Options */
    bool is_path;
} TextOption;

/* The words of an input's classes or texts, kept likewise. */
void words_option(TextOption *text, const AertInput *input);

enum { MOST_TEXTS = 13 + 2 * AERT_MAX_INPUTS, KEPT = PATH_MAX + 256 };

/* Lists all options that are text, with those of files for each input. Returns how many. */
int text_options(const AertModel *model, Options *options, TextOption text[MOST_TEXTS]);

/* The value as the checkpoint keeps it: paths are absolute, so that a resume may be started
 * anywhere. */
const char *kept_text(const char *value, bool is_path, char full[KEPT]);

#endif
