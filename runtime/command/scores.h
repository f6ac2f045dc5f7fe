/* scores: what each example, or each moment of a recording, was found to be. */
#ifndef AERT_SCORES_H
#define AERT_SCORES_H

#include "ranking.h"
#include "view/view.h"

typedef struct Scores {
    Tally tally;
    int by; /* the row of the tally that is the score */
    int64_t count;
    const int64_t *rows; /* (count): which examples of the file they are, where they are only a part
                            of it; or NULL */
    double *all;         /* (count, rows of the tally) */
    Ranked *ranked;      /* (count): from the largest score */
    int64_t *moments;    /* of a recording, whose moments are scored: `rows`, to be freed */
    unsigned char
        *kind; /* (count): positive: of another class than the normal one; NULL: no labels */
    double threshold;
    bool has_threshold;
    int64_t above;
    Separation separation;
} Scores;

/* The recording that the examples are windows of, or NULL. */
const AertData *scores_recording(const Examples *examples);

/* The figure that is the score. */
double score_of(const Scores *scores, int64_t i);

/* Fills scores->ranked from all figures. */
bool scores_rank(Scores *scores, AertError *error);

/* Scores of windows become those of the moments that they hold: each the mean over its windows.
 * Moments in no window have none. */
bool scores_by_moment(Scores *scores, const AertData *recording, AertError *error);

/* The recording over the score of each of its moments; those of other classes than the normal one
 * are shaded, or without labels those above the threshold. */
bool scores_draw(const Scores *scores, const AertData *recording, const char *path,
                 AertError *error);

#endif
