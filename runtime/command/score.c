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
#include "base/base.h"
#include "codes.h"
#include "command.h"
#include "ranking.h"
#include "scores.h"
#include "view/view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORST = 16 };

/* The number of an example in its file. */
static long long number_of(const Scores *scores, int64_t i) {
    return scores->rows ? (long long)scores->rows[i] : (long long)i;
}

static void scores_close(Scores *scores) {
    tally_close(&scores->tally);
    free(scores->all);
    free(scores->score);
    free(scores->ranked);
    free(scores->moments);
    free(scores->positive);
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
    scores->score[batch->begin] = tally_mean(tally, scores->by);
    scores->ranked[batch->begin] = (Ranked){scores->score[batch->begin], batch->begin};
    return true;
}

/* Fills all, score and ranked. */
static bool compute(Scores *scores, Session *session, const AertEntry *entry,
                    const Examples *examples, AertError *error) {
    int64_t count = examples->count;
    size_t figures = (size_t)scores->tally.count;
    const Pass pass = {
        .session = session, .entry = entry, .examples = examples, .count = count, .batch = 1};
    scores->count = count;
    scores->rows = examples->rows;
    scores->all = aert_allocate((size_t)count * figures, sizeof(double), "scores", error);
    scores->score = aert_allocate((size_t)count, sizeof(double), "scores", error);
    scores->ranked = aert_allocate((size_t)count, sizeof *scores->ranked, "scores", error);
    if (!scores->all || !scores->score || !scores->ranked)
        return false;
    if (!pass_run(&pass, take_score, scores, error))
        return false;
    ranking_sort(scores->ranked, count);
    return true;
}

/* The same; where the examples are windows of a recording, the scores become those of its moments.
 */
static bool compute_all(Scores *scores, Session *session, const AertEntry *entry,
                        const Examples *examples, AertError *error) {
    const AertData *recording = scores_recording(examples);
    return compute(scores, session, entry, examples, error) &&
           (!recording || session->model->signals->by_moment(scores, recording, error));
}

/* ---- threshold and labels ---- */

/* The quantile of the scores of --fit, else of --data itself. */
static bool find_threshold(Scores *scores, Session *session, const AertEntry *entry,
                           AertError *error) {
    const Options *options = session->options;
    if (!option_given(options, OPTION_quantile))
        return true;
    Scores fit = {.by = scores->by};
    const Scores *from = scores;
    bool fine = true;
    if (files_given(&options->fit)) {
        Examples examples = {0};
        ExamplesFrom where = session_data(session, EXAMPLES_TRAIN);
        where.files = &options->fit;
        where.labels = NULL;
        where.marked = where.may_lack = true;
        fine = examples_open(&examples, session->model, &where, error);
        if (fine)
            examples_tell(&examples, session->model, options);
        fine = fine && tally_open(&fit.tally, session, WITH(AERT_EVAL), error) &&
               compute_all(&fit, session, entry, &examples, error);
        examples_close(&examples);
        from = &fit;
    }
    if (fine) {
        scores->has_threshold = true;
        scores->threshold = ranking_quantile(from->ranked, from->count, options->quantile);
        if (isnan(scores->threshold))
            fine = aert_fail(error, "--quantile: so many scores are no numbers");
        for (int64_t i = 0; i < scores->count; i++)
            scores->above += !(scores->score[i] <= scores->threshold);
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

static bool judge(Scores *scores, const Session *session, const Examples *examples,
                  AertError *error) {
    const AertData *labels = examples_labels(examples);
    const Options *options = session->options;
    double normal;
    bool asked = options->labels || options->label_column || options->normal;
    if (!labels || !files_given(&options->data) || (labels->classes && !asked) ||
        (scores->moments && !labels->of_moments)) /* none is given */
        return true;
    if (!normal_class(labels, options->normal, &normal, error))
        return false;
    bool *positive = scores->positive =
        aert_allocate((size_t)scores->count, sizeof *positive, "labels", error);
    Ranked *known = aert_allocate((size_t)scores->count, sizeof *known, "labels", error);
    int64_t count = 0;
    for (int64_t k = 0; positive && known && k < scores->count; k++) {
        int64_t i = scores->ranked[k].example;
        double class = scores->moments ? aert_class_number(labels->of_moments[scores->moments[i]])
                                       : aert_data_class(labels, i);
        positive[i] = !isnan(class) && class != normal;
        if (!isnan(class))
            known[count++] = scores->ranked[k];
    }
    scores->has_labels = positive && known && count > 0;
    if (scores->has_labels)
        scores->separation = ranking_separation(known, count, positive);
    bool fine = positive && known;
    free(known);
    return fine;
}

/* ---- what is written ---- */

static void put(AertFile *file, const char *text) {
    aert_file_write(file, text, strlen(text));
}

static bool write_scores(const Scores *scores, const char *path, AertError *error) {
    AertFile file = {.fd = -1};
    const Tally *tally = &scores->tally;
    char number[AERT_NUMBER], name[2 * TALLY_NAME + 3];
    if (!aert_file_create(&file, path, error))
        return false;
    put(&file, scores->moments ? "moment" : "example");
    for (int k = 0; k < tally->count; k++) {
        put(&file, ",");
        put(&file, aert_csv_text(tally->row[k].name, name));
    }
    put(&file, scores->has_threshold ? ",flag\n" : "\n");
    for (int64_t i = 0; i < scores->count; i++) {
        char line[32];
        snprintf(line, sizeof line, "%lld", number_of(scores, i));
        put(&file, line);
        for (int k = 0; k < tally->count; k++) {
            put(&file, ",");
            put(&file, aert_number_text(scores->all[(size_t)i * (size_t)tally->count + (size_t)k],
                                        number));
        }
        if (scores->has_threshold)
            put(&file, scores->score[i] <= scores->threshold ? ",0" : ",1");
        put(&file, "\n");
    }
    return aert_file_commit(&file, error);
}

/* The examples with the largest scores over their reconstructions, where there are some. */
static bool write_worst(const Scores *scores, Session *session, const Examples *examples,
                        char *path, size_t size, AertError *error) {
    const AertEntry *entry = session_entry(session, AERT_RECONSTRUCT, -1, 0);
    int count = scores->count < WORST ? (int)scores->count : WORST;
    int64_t worst[WORST];
    Sheet sheet = {0};
    char folder[AERT_PATH];
    *path = 0;
    if (!entry)
        return true;
    for (int i = 0; i < count; i++)
        worst[i] = scores->ranked[i].example;
    session_folder(session->model, session->options, folder, sizeof folder);
    snprintf(path, size, "%s/%s", folder, sheet_name(session->model, "worst.txt", "worst.png"));
    bool fine = aert_directory_make(folder, error) &&
                sheet_reconstruct(&sheet, session, entry, examples, worst, count, error) &&
                (restores_texts(session->model)
                     ? sheet_write_text(&sheet, session->model, sheet.original, path, error)
                     : sheet_write(&sheet, session->model, path, error));
    sheet_close(&sheet);
    return fine;
}

static double mean_of(const Scores *scores) {
    double sum = 0;
    for (int64_t i = 0; i < scores->count; i++)
        sum += scores->score[i];
    return sum / (double)scores->count;
}

static void print_json(const Scores *scores, const char *path, const char *worst,
                       const char *drawn) {
    AertJson json = {.to = stdout};
    aert_json_object(&json, NULL);
    aert_json_count(&json, scores->moments ? "moments" : "examples", (uint64_t)scores->count);
    aert_json_string(&json, "by", scores->tally.row[scores->by].name);
    aert_json_number(&json, "mean", mean_of(scores));
    aert_json_object(&json, "largest");
    aert_json_count(&json, scores->moments ? "moment" : "example",
                    (uint64_t)number_of(scores, scores->ranked[0].example));
    aert_json_number(&json, "score", scores->ranked[0].score);
    aert_json_end(&json);
    if (scores->has_threshold) {
        aert_json_number(&json, "threshold", scores->threshold);
        aert_json_count(&json, "above", (uint64_t)scores->above);
    }
    if (scores->has_labels) {
        aert_json_count(&json, "anomalies", (uint64_t)scores->separation.positives);
        aert_json_number(&json, "auc", scores->separation.auc);
        aert_json_number(&json, "average_precision", scores->separation.average_precision);
    }
    aert_json_string(&json, "file", path);
    if (*worst)
        aert_json_string(&json, "picture", worst);
    if (*drawn)
        aert_json_string(&json, "recording", drawn);
    aert_json_end(&json);
}

static void print_text(const Scores *scores, const char *path, const char *worst,
                       const char *drawn) {
    const char *of = scores->moments ? "moment" : "example";
    printf("%lld %ss by %s: mean %.6g, largest %.6g of %s %lld\n", (long long)scores->count, of,
           scores->tally.row[scores->by].name, mean_of(scores), scores->ranked[0].score, of,
           number_of(scores, scores->ranked[0].example));
    if (scores->has_threshold)
        printf("threshold %.6g: %lld above it\n", scores->threshold, (long long)scores->above);
    if (scores->has_labels && isnan(scores->separation.auc))
        printf("%s are of other classes than the normal one: there is no ROC curve\n",
               scores->separation.positives ? "all" : "none");
    else if (scores->has_labels)
        printf("%lld of other classes than the normal one: area under the ROC curve %.4f, average "
               "precision %.4f\n",
               (long long)scores->separation.positives, scores->separation.auc,
               scores->separation.average_precision);
    printf("scores in %s", AERT_SHOW(path));
    if (*worst)
        printf(", those with the largest in %s", AERT_SHOW(worst));
    if (*drawn)
        printf(", the recording with them in %s", AERT_SHOW(drawn));
    printf("\n");
}

/* ---- the command ---- */

/* Of a recording: as a picture, score.png in the folder of the run. */
static bool draw(const Scores *scores, const Session *session, const Examples *examples, char *path,
                 size_t size, AertError *error) {
    const AertData *recording = scores_recording(examples);
    char folder[AERT_PATH];
    *path = 0;
    if (!recording)
        return true;
    session_folder(session->model, session->options, folder, sizeof folder);
    snprintf(path, size, "%s/score.png", folder);
    return aert_directory_make(folder, error) &&
           session->model->signals->draw(scores, recording, path, error);
}

static bool score(Session *session, const AertEntry *entry, Examples *examples, Scores *scores,
                  AertError *error) {
    char path[AERT_PATH_BELOW], worst[AERT_PATH_BELOW], drawn[AERT_PATH_BELOW];
    const char *output = session->options->output;
    if ((output && !aert_suffix_fits(output, ".csv", error)) ||
        !open_counted(examples, session, error) ||
        !tally_open(&scores->tally, session, WITH(AERT_EVAL), error) ||
        !choose_row(scores, session, error) || !compute(scores, session, entry, examples, error) ||
        !write_worst(scores, session, examples, worst, sizeof worst, error))
        return false;
    const AertData *recording = scores_recording(examples);
    if ((recording && !session->model->signals->by_moment(scores, recording, error)) ||
        !find_threshold(scores, session, entry, error) ||
        !judge(scores, session, examples, error) ||
        !output_path(session, "scores.csv", path, sizeof path, error) ||
        !write_scores(scores, path, error) ||
        !draw(scores, session, examples, drawn, sizeof drawn, error))
        return false;
    if (session->options->json)
        print_json(scores, path, worst, drawn);
    else
        print_text(scores, path, worst, drawn);
    return true;
}

int command_score(const AertModel *model, const Options *options, AertError *error) {
    Session session;
    Examples examples = {0};
    Scores scores = {0};
    char weights[AERT_PATH];
    int status = session_open(&session, model, model->f32, options,
                              WITH(AERT_EVAL) | WITH(AERT_RECONSTRUCT), error);
    const AertEntry *entry = status ? NULL : session_entry(&session, AERT_EVAL, -1, 0);
    if (!status && !entry) {
        aert_fail(error, "%s has no loss or metric to score by", model->name);
        status = EXIT_FAILED;
    }
    if (!status)
        status = session_load(&session, weights, sizeof weights, error);
    if (!status)
        status = score(&session, entry, &examples, &scores, error) ? EXIT_DONE : EXIT_FAILED;
    scores_close(&scores);
    examples_close(&examples);
    session_close(&session);
    return status;
}
