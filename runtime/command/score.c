/* score: every loss and metric of each example, in a file.
 *
 * Its one idea: a loss is the mean over a batch of what it is for each example, so a batch of one
 * example has its own: scores come from the same computation as `eval`, with the same draws, and
 * their mean is what eval says.  What a loss takes from the whole batch (batch_mean), it takes from
 * the one example.
 *
 * Example: "vae score --data new.csv --fit train.csv --quantile 0.99" writes scores.csv:
 *
 *     example,total,kl,flag
 *     0,12.25,3.5,0
 */
#include "command.h"
#include "ranking.h"
#include "scores.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORST = 16 };

double score_of(const Scores *scores, int64_t i) {
    return scores->all[(size_t)i * (size_t)scores->tally.count + (size_t)scores->by];
}

static bool is_above(const Scores *scores, int64_t i) {
    return !(score_of(scores, i) <= scores->threshold);
}

/* The number of an example in its file. */
static long long number_of(const Scores *scores, int64_t i) {
    return scores->rows ? (long long)scores->rows[i] : (long long)i;
}

static void scores_close(Scores *scores) {
    tally_close(&scores->tally);
    free(scores->all);
    free(scores->ranked);
    free(scores->moments);
    free(scores->kind);
}

/* Which row is the score: --by, else what decides which weights are best. */
static bool choose_row(Scores *scores, const Session *session, AertError *error) {
    const char *by = session->options->by, *best = session->model->best;
    const char *names[256];
    scores->by = tally_find(&scores->tally, by ? by : best ? best : "");
    if (!by && scores->by < 0)
        scores->by = 0;
    if (scores->by >= 0)
        return true;
    int count = scores->tally.count < 256 ? scores->tally.count : 256;
    for (int i = 0; i < count; i++)
        names[i] = scores->tally.row[i].name;
    const char *near = aert_nearest(by, names, count);
    return near ? aert_fail(error, "--by: %s has no loss or metric '%s'; did you mean '%s'?",
                            session->model->name, by, near)
                : aert_fail(error, "--by: %s has no loss or metric '%s'; 'eval' lists them",
                            session->model->name, by);
}

/* The figures of one example, which is a batch of its own. */
static bool take_score(const Pass *pass, void *context, const AertBatch *batch, AertError *error) {
    Scores *scores = context;
    Tally *tally = &scores->tally;
    double *figure = scores->all + (size_t)batch->begin * (size_t)tally->count;
    (void)error;
    tally_clear(tally);
    tally_add(tally, pass->session, pass->entry, batch->rows, 1);
    for (int k = 0; k < tally->count; k++)
        figure[k] = tally_mean(tally, k);
    return true;
}

bool scores_rank(Scores *scores, AertError *error) {
    free(scores->ranked);
    scores->ranked = aert_allocate((size_t)scores->count, sizeof *scores->ranked, "scores", error);
    for (int64_t i = 0; scores->ranked && i < scores->count; i++)
        scores->ranked[i] = (Ranked){score_of(scores, i), i};
    if (scores->ranked)
        ranking_sort(scores->ranked, scores->count);
    return scores->ranked != NULL;
}

/* Fills all and ranked. */
static bool compute(Scores *scores, Work *work, const Examples *examples, AertError *error) {
    const Pass pass = {.session = &work->session,
                       .entry = work->entry,
                       .examples = examples,
                       .count = examples->count,
                       .batch = 1};
    scores->count = examples->count;
    scores->rows = examples->rows;
    scores->all = aert_allocate((size_t)scores->count * (size_t)scores->tally.count,
                                sizeof *scores->all, "scores", error);
    return scores->all && pass_run(&pass, take_score, scores, error) && scores_rank(scores, error);
}

/* Where the examples are windows of a recording, the scores become those of its moments. */
static bool by_moment(Scores *scores, const Work *work, const Examples *examples,
                      AertError *error) {
    const AertData *recording = scores_recording(examples);
    return !recording || work->session.model->signals->by_moment(scores, recording, error);
}

/* ---- threshold and labels ---- */

/* The scores of --fit. */
static bool score_fit(Scores *fit, Examples *examples, Work *work, AertError *error) {
    ExamplesFrom from = session_data(&work->session, EXAMPLES_TRAIN);
    from.files = &work->session.options->fit;
    from.labels = NULL;
    from.marked = from.may_lack = true;
    return open_examples(examples, &work->session, &from, error) &&
           tally_open(&fit->tally, &work->session, WITH(AERT_EVAL), error) &&
           compute(fit, work, examples, error) && by_moment(fit, work, examples, error);
}

/* The quantile of the scores of --fit, else of --data itself. */
static bool find_threshold(Scores *scores, Work *work, AertError *error) {
    const Options *options = work->session.options;
    if (!option_given(options, OPTION_quantile))
        return true;
    Scores fit = {.by = scores->by};
    Examples examples = {0};
    bool other = files_given(&options->fit);
    const Scores *from = other ? &fit : scores;
    bool fine = !other || score_fit(&fit, &examples, work, error);
    examples_close(&examples);
    if (fine) {
        scores->has_threshold = true;
        scores->threshold = ranking_quantile(from->ranked, from->count, options->quantile);
        fine = !isnan(scores->threshold) ||
               aert_fail(error, "--quantile: so many scores are no numbers");
        for (int64_t i = 0; i < scores->count; i++)
            scores->above += is_above(scores, i);
    }
    scores_close(&fit);
    return fine;
}

/* The number of the normal class: --normal, a word or a number. */
static bool normal_class(const AertData *labels, const char *normal, double *class,
                         AertError *error) {
    char *end;
    *class = 0;
    if (!normal)
        return labels->classes == 0 ||
               aert_fail(error, "%s: its classes are words: say which one is normal by --normal %s",
                         labels->name, labels->class_name[0]);
    for (int i = 0; i < labels->classes; i++)
        if (strcmp(labels->class_name[i], normal) == 0)
            return *class = i, true;
    *class = strtod(normal, &end);
    return (labels->classes == 0 && end > normal && !*end) ||
           aert_fail(error, "--normal: %s has no class '%s'", labels->name, normal);
}

static bool judge(Scores *scores, const Work *work, AertError *error) {
    const AertData *labels = examples_labels(&work->examples);
    const Options *options = work->session.options;
    double normal;
    bool asked = options->labels || options->label_column || options->normal;
    if (!labels || !files_given(&options->data) || (labels->classes && !asked) ||
        (scores->moments && !labels->of_moments)) /* none is given */
        return true;
    if (!normal_class(labels, options->normal, &normal, error))
        return false;
    scores->kind = aert_allocate((size_t)scores->count, 1, "labels", error);
    if (!scores->kind)
        return false;
    for (int64_t i = 0; i < scores->count; i++) {
        double class = scores->moments ? aert_class_number(labels->of_moments[scores->moments[i]])
                                       : aert_data_class(labels, i);
        if (!isnan(class))
            scores->kind[i] = class == normal ? KIND_NORMAL : KIND_POSITIVE;
    }
    scores->separation = ranking_separation(scores->ranked, scores->count, scores->kind);
    return true;
}

/* ---- what is written ---- */

static bool write_scores(const Scores *scores, const char *path, AertError *error) {
    AertFile file = {.fd = -1};
    const Tally *tally = &scores->tally;
    const double *figure = scores->all;
    char text[2 * TALLY_NAME + 3];
    if (!aert_file_create(&file, path, error))
        return false;
    file_say(&file, scores->moments ? "moment" : "example");
    for (int k = 0; k < tally->count; k++)
        file_say(&file, ",%s", aert_csv_text(tally->row[k].name, text));
    file_say(&file, scores->has_threshold ? ",flag\n" : "\n");
    for (int64_t i = 0; i < scores->count; i++) {
        file_say(&file, "%lld", number_of(scores, i));
        for (int k = 0; k < tally->count; k++)
            file_say(&file, ",%s", aert_number_text(*figure++, text));
        file_say(&file, !scores->has_threshold ? "\n" : is_above(scores, i) ? ",1\n" : ",0\n");
    }
    return aert_file_commit(&file, error);
}

/* The examples with the largest scores over their reconstructions, where there are some: `path`
 * becomes the name of the file, else "". */
static bool write_worst(const Scores *scores, Work *work, char *path, AertError *error) {
    Session *session = &work->session;
    const AertModel *model = session->model;
    const AertEntry *entry = session_entry(session, AERT_RECONSTRUCT, -1, 0);
    int count = scores->count < WORST ? (int)scores->count : WORST;
    int64_t worst[WORST];
    Sheet sheet = {0};
    *path = 0;
    if (!entry)
        return true;
    for (int i = 0; i < count; i++)
        worst[i] = scores->ranked[i].example;
    bool fine =
        folder_path(session, sheet_name(model, "worst.txt", "worst.png"), path, error) &&
        sheet_reconstruct(&sheet, session, entry, &work->examples, worst, count, error) &&
        (restores_texts(model) ? sheet_write_text(&sheet, model, sheet.original, path, error)
                               : sheet_write(&sheet, model, path, error));
    sheet_close(&sheet);
    return fine;
}

static double mean_of(const Scores *scores) {
    double sum = 0;
    for (int64_t i = 0; i < scores->count; i++)
        sum += score_of(scores, i);
    return sum / (double)scores->count;
}

static void print_labels(const Separation *found, bool json) {
    if (isnan(found->auc) && !json)
        say("%s are of other classes than the normal one: there is no ROC curve\n",
            found->positives ? "all" : "none");
    else
        tell(json, ", \"anomalies\": %lld, \"auc\": %g, \"average_precision\": %g",
             "%lld of other classes than the normal one: area under the ROC curve %.4f, average "
             "precision %.4f\n",
             (long long)found->positives, found->auc, found->average_precision);
}

static void print_scores(const Scores *scores, const Work *work, const char *worst,
                         const char *drawn) {
    bool json = work->session.options->json, moments = scores->moments != NULL;
    const Ranked *largest = scores->ranked;
    tell(json, moments ? "{\"moments\": %lld" : "{\"examples\": %lld",
         moments ? "%lld moments" : "%lld examples", (long long)scores->count);
    tell(json, ", \"by\": %s, \"mean\": %g, \"largest\": {\"score\": %g, %s: %lld}",
         " by %s: mean %.6g, largest %.6g of %s %lld\n", scores->tally.row[scores->by].name,
         mean_of(scores), largest->score, moments ? "moment" : "example",
         number_of(scores, largest->example));
    if (scores->has_threshold)
        tell(json, ", \"threshold\": %g, \"above\": %lld", "threshold %.6g: %lld above it\n",
             scores->threshold, (long long)scores->above);
    if (scores->separation.positives + scores->separation.normals > 0)
        print_labels(&scores->separation, json);
    tell(json, ", \"file\": %s", "scores in %s", work->path);
    if (*worst)
        tell(json, ", \"picture\": %s", ", those with the largest in %s", worst);
    if (*drawn)
        tell(json, ", \"recording\": %s", ", the recording with them in %s", drawn);
    say(json ? "}\n" : "\n");
}

/* ---- the command ---- */

/* Of a recording: as a picture, score.png in the folder of the run; `path` becomes its name, else
 * "". */
static bool draw(const Scores *scores, const Work *work, char *path, AertError *error) {
    const AertData *recording = scores_recording(&work->examples);
    *path = 0;
    return !recording || (folder_path(&work->session, "score.png", path, error) &&
                          work->session.model->signals->draw(scores, recording, path, error));
}

static bool score(Scores *scores, Work *work, AertError *error) {
    char worst[AERT_PATH_BELOW], drawn[AERT_PATH_BELOW];
    const char *output = work->session.options->output;
    if ((output && !aert_suffix_fits(output, ".csv", error)) || !open_counted(work, error) ||
        !tally_open(&scores->tally, &work->session, WITH(AERT_EVAL), error) ||
        !choose_row(scores, &work->session, error) ||
        !compute(scores, work, &work->examples, error) ||
        !write_worst(scores, work, worst, error) ||
        !by_moment(scores, work, &work->examples, error) || !find_threshold(scores, work, error) ||
        !judge(scores, work, error) || !output_path(work, "scores.csv", error) ||
        !write_scores(scores, work->path, error) || !draw(scores, work, drawn, error))
        return false;
    print_scores(scores, work, worst, drawn);
    return true;
}

bool command_score(Work *work, AertError *error) {
    Scores scores = {0};
    bool fine = work_open(work, WITH(AERT_EVAL) | WITH(AERT_RECONSTRUCT), error) &&
                plain_entry(work, AERT_EVAL, "loss or metric to score by", error) &&
                work_load(work, error) && score(&scores, work, error);
    scores_close(&scores);
    return fine;
}
