/* score_moments: the scores of a recording's windows as those of its moments.
 *
 *     windows of 3 moments, one every 2:   a a a             score of moment 2:  (a + b) / 2
 *                                              b b b
 */
#include "scores.h"
#include "base/base.h"
#include "pictures/pictures.h"

#include <math.h>
#include <stdlib.h>

const AertData *scores_recording(const Examples *examples) {
    for (int i = 0; i < AERT_MAX_INPUTS; i++)
        if (examples->has >> i & 1 && examples->data[i].window.length)
            return &examples->data[i];
    return NULL;
}

/* For each moment: the sums of all figures over the windows that hold it, and how many windows
 * these are. */
static void add_windows(const Scores *scores, const AertData *recording, double *sum,
                        int64_t *held) {
    size_t figures = (size_t)scores->tally.count;
    const AertWindow *window = &recording->window;
    for (int64_t i = 0; i < scores->count; i++) {
        int64_t begin = aert_window_begin(window, aert_data_row(recording, i));
        for (int64_t m = begin; m < begin + window->length; m++) {
            held[m]++;
            for (size_t k = 0; k < figures; k++)
                sum[(size_t)m * figures + k] += scores->all[(size_t)i * figures + k];
        }
    }
}

/* Keeps the moments that a window holds, with the means of their figures. Returns how many they
 * are. */
static int64_t settle(Scores *scores, int64_t moments, double *sum, const int64_t *held) {
    size_t figures = (size_t)scores->tally.count;
    int64_t count = 0;
    for (int64_t m = 0; m < moments; m++) {
        if (held[m] == 0)
            continue;
        for (size_t k = 0; k < figures; k++)
            sum[(size_t)count * figures + k] = sum[(size_t)m * figures + k] / (double)held[m];
        scores->moments[count++] = m;
    }
    return count;
}

bool scores_by_moment(Scores *scores, const AertData *recording, AertError *error) {
    size_t moments = (size_t)recording->window.moments, figures = (size_t)scores->tally.count;
    double *sum = aert_allocate(moments * figures, sizeof *sum, "scores", error);
    int64_t *held = aert_allocate(moments, sizeof *held, "scores", error);
    int64_t *rows = aert_allocate(moments, sizeof *rows, "scores", error);
    bool fine = sum && held && rows;
    if (fine) {
        add_windows(scores, recording, sum, held);
        free(scores->all);
        scores->all = sum;
        scores->rows = scores->moments = rows;
        scores->count = settle(scores, recording->window.moments, sum, held);
        fine = scores_rank(scores, error);
    } else {
        free(sum);
        free(rows);
    }
    free(held);
    return fine;
}

/* ---- the picture ---- */

typedef struct Drawn {
    const Scores *scores;
    const AertData *recording;
    const double *score; /* by moment of the file; NaN: in no window */
    const bool *marked;
} Drawn;

static double value_at(const void *context, int band, int64_t moment) {
    const Drawn *d = context;
    const AertData *data = d->recording;
    int channels = data->window.channels;
    if (band == channels)
        return d->score[moment];
    size_t at = (size_t)moment * (size_t)channels + (size_t)band;
    return data->element == AERT_BYTE ? ((const unsigned char *)data->values)[at]
                                      : (double)((const float *)data->values)[at];
}

static bool is_marked(const void *context, int64_t moment) {
    return ((const Drawn *)context)->marked[moment];
}

bool scores_draw(const Scores *scores, const AertData *recording, const char *path,
                 AertError *error) {
    int64_t moments = recording->window.moments;
    double *score = aert_allocate((size_t)moments, sizeof *score, "a picture", error);
    bool *marked = aert_allocate((size_t)moments, sizeof *marked, "a picture", error);
    bool fine = score && marked;
    for (int64_t i = 0; fine && i < moments; i++)
        score[i] = NAN;
    for (int64_t i = 0; fine && i < scores->count; i++) {
        score[scores->rows[i]] = score_of(scores, i);
        marked[scores->rows[i]] =
            scores->kind ? scores->kind[i] == KIND_POSITIVE
                         : scores->has_threshold && !(score_of(scores, i) <= scores->threshold);
    }
    const Drawn drawn = {scores, recording, score, marked};
    const AertStrip strip = {.moments = moments,
                             .bands = recording->window.channels + 1,
                             .value = value_at,
                             .marked = is_marked,
                             .context = &drawn,
                             .limit = scores->has_threshold ? scores->threshold : NAN};
    fine = fine && aert_strip_write(path, &strip, error);
    free(score);
    free(marked);
    return fine;
}
