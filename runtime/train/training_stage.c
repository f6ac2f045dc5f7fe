/* Stages: which is in work, when it is over, and which of its epochs was best.
 *
 * Its one idea: a stage is judged by one value, that of its `stop after`, else of the first loss
 * that it minimises; what counts as best begins anew with each stage, since each minimises
 * something else.
 *
 * Example: "first epoch  3/20  mse1 0.041 …", then "stage first is over: valid.mse1 was not lower
 * for 5 epochs"
 */
#include "training.h"

#include <math.h>
#include <stdio.h>

static const AertStage *stage_of(const Training *training) {
    return &training->session.model->stage[training->stage];
}

static bool patience_is_over(const Training *training) {
    const AertStage *stage = stage_of(training);
    return stage->patience && training->waited >= stage->patience;
}

bool training_stage_over(const Training *training) {
    return training->stage_epoch > training->epochs[training->stage] || patience_is_over(training);
}

int training_stage_after(const Training *training, int stage) {
    do
        stage++;
    while (stage < training->session.model->stages && training->epochs[stage] == 0);
    return stage;
}

static int next_stage(const Training *training) {
    return training_stage_after(training, training->stage);
}

bool training_over(const Training *training) {
    return next_stage(training) == training->session.model->stages && training_stage_over(training);
}

/* The means that the stage is judged by: those of validation or of training. */
static const Tally *judge_of(const Training *training) {
    AertWatch of = stage_of(training)->of;
    return of == AERT_WATCH_VALID || (of == AERT_WATCH_EITHER && training->has_valid)
               ? &training->valid_tally
               : &training->tally;
}

static int row_of(const Training *training, const Tally *tally) {
    const AertStage *stage = stage_of(training);
    int row = stage->watch ? tally_find(tally, stage->watch) : -1;
    if (row < 0)
        row = tally_find(tally, training->session.model->step[stage->first].loss);
    return row < 0 ? 0 : row;
}

const char *training_watched(const Training *training) {
    const Tally *judge = judge_of(training);
    return judge->row[row_of(training, judge)].text;
}

bool training_judge(Training *training) {
    const Tally *judge = judge_of(training);
    double value = tally_mean(judge, row_of(training, judge));
    bool higher = stage_of(training)->higher;
    bool better = training->best_epoch == 0 ||
                  (higher ? value > training->best : value < training->best) ||
                  (isnan(training->best) && !isnan(value));
    if (better) {
        training->best = value;
        training->best_epoch = training->epoch;
    }
    training->waited = better ? 0 : training->waited + 1;
    return better;
}

void training_plateaus_begin(Training *training) {
    int n = training->session.model->plateaus;
    double *fall = training->session.fall;
    for (int i = 0; i < n; i++) {
        fall[i] = fall[2 * n + i] = 0;
        fall[n + i] = INFINITY;
    }
}

void training_plateaus(Training *training) {
    const AertModel *model = training->session.model;
    int n = model->plateaus;
    double *fall = training->session.fall, *best = fall + n, *waited = best + n;
    for (int i = 0; i < n; i++) {
        const AertPlateau *plateau = &model->plateau[i];
        const Tally *judge =
            plateau->of == AERT_WATCH_VALID ? &training->valid_tally : &training->tally;
        int row = tally_find(judge, plateau->watch);
        double value = row < 0 ? NAN : tally_mean(judge, row);
        bool better = value < best[i];
        best[i] = better ? value : best[i];
        waited[i] = better ? 0 : waited[i] + 1;
        if (waited[i] >= plateau->patience) {
            waited[i] = 0;
            fall[i]++;
        }
    }
}

static void print_steps(const Training *training) {
    const AertModel *model = training->session.model;
    const AertStage *stage = stage_of(training);
    if (model->stages > 1)
        printf("stage %s, %lld epochs\n", stage->name,
               (long long)training->epochs[training->stage]);
    for (int i = stage->first; i < stage->first + stage->steps && model->steps > 1; i++) {
        const AertStep *step = &model->step[i];
        printf("  step %s: minimize %s over %s", step->name, step->loss, step->over);
        if (step->every > 1)
            printf(", every %d batches", step->every);
        printf(step->when ? ", by a condition\n" : "\n");
    }
    fflush(stdout);
}

void training_stage_begin(Training *training) {
    const AertModel *model = training->session.model;
    double left = 0;
    for (int i = training->stage; i < model->stages; i++)
        left += (double)training->epochs[i];
    left -= (double)(training->stage_epoch - 1);
    left = left * (double)training->count - (double)training->batch * training->session.batch;
    training->watched = row_of(training, &training->tally);
    progress_stage(&training->progress, stage_of(training)->name, training->epochs[training->stage],
                   left);
    if (!training->session.options->quiet)
        print_steps(training);
}

void training_stage_next(Training *training) {
    const AertStage *stage = stage_of(training);
    if (!training_stage_over(training))
        return;
    if (patience_is_over(training) && !training->session.options->quiet)
        printf("%s%s is over: %s was not %s for %d epoch%s; best was %.6g in epoch %lld\n",
               stage->name ? "stage " : "training", stage->name ? stage->name : "",
               training_watched(training), stage->higher ? "higher" : "lower", stage->patience,
               stage->patience == 1 ? "" : "s", training->best, (long long)training->best_epoch);
    if (training_over(training))
        return;
    training->stage = next_stage(training);
    training->stage_epoch = 1;
    training->stage_step = 0;
    training->best_epoch = 0;
    training->waited = 0;
    training_plateaus_begin(training);
    training_stage_begin(training);
}
