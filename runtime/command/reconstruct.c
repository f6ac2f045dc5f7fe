/* reconstruct and sample: pictures of what a model makes of examples, and of nothing.
 *
 * Its one idea: both fill a sheet, which is written as a picture or as an array by the suffix of
 * --output; or, of a table that came in, as a table.
 *
 * Examples: "dae reconstruct --corrupt --count 32 --output restored.png" prints each error, and how
 * much of the noise is left: error restored / error noisy.  "deep reconstruct --pca --fit train.gz"
 * sets exact PCA beside the model.
 */
#include "command.h"
#include "fitted.h"
#include "reconstruct_pca.h"
#include "reconstruct_table.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

enum { RECONSTRUCTED = 16, SAMPLED = 64, SHOWN = 32 };

/* A line of the table; an example without a number or class has none. */
static void print_figures(const double *figure, int columns) {
    for (int c = 0; c < columns; c++)
        if (isnan(figure[c]))
            say("  %14s", "gap");
        else
            say("  %14.8g", figure[c]);
    say("\n");
}

/* The error of each reconstruction, or of a class whether it is right, and where there is noise
 * that of the noisy one. */
static void print_errors(const Sheet *sheet) {
    static const char *const names[][3] = {{"mse", "mse noisy", "mse PCA"},
                                           {"right", "right noisy", ""}};
    int kind[3] = {sheet->restored}, columns = 1, counted = 0;
    double sum[3] = {0}, figure[3];
    say(" example  %14s", names[sheet->is_class][0]);
    if (sheet->original != 0) {
        kind[columns++] = 0;
        say("  %14s", names[sheet->is_class][1]);
    }
    if (sheet->pca != 0) {
        kind[columns++] = sheet->pca;
        say("  %14s", names[sheet->is_class][2]);
    }
    say("\n");
    for (int i = 0; i < sheet->count; i++) {
        for (int c = 0; c < columns; c++) {
            double error = sheet_error(sheet, sheet->original, kind[c], i);
            figure[c] = sheet->is_class ? 1 - error : error;
            sum[c] += isnan(figure[c]) ? 0 : figure[c];
        }
        counted += !isnan(figure[0]);
        if (i < SHOWN) {
            say("%8d", i);
            print_figures(figure, columns);
        }
    }
    for (int c = 0; c < columns; c++)
        figure[c] = sum[c] / counted;
    say("    mean");
    print_figures(figure, columns);
    if (sheet->original && !sheet->is_class && sum[1] > 0)
        say("error restored / error noisy: %.6g\n", sum[0] / sum[1]);
}

static void print_filled(const Filled *filled, bool json) {
    if (json)
        say_json(", \"filled\": %lld, \"left\": {", (long long)filled->filled);
    for (int i = 0; i < filled->left; i++) {
        const struct Left *left = &filled->stay[i];
        const char *name = left->of->name;
        if (json)
            say_json(i ? ", %s: %lld" : "%s: %lld", name, (long long)left->gaps);
        else
            say("%lld gaps of %s stay: %s\n", (long long)left->gaps, name, left->why);
    }
    if (json)
        say("}");
    else
        say("%lld gaps filled, ", (long long)filled->filled);
}

/* Of texts --fill tells what it has filled; without it the texts are shown. */
static void print_filled_texts(const Work *work, const Sheet *sheet, const Filled *filled) {
    bool json = work->session.options->json;
    if (json)
        say_json("{\"examples\": %d", sheet->count);
    print_filled(filled, json);
    if (json)
        say_json(", \"output\": %s}\n", work->path);
    else
        say("%d examples in %s\n", sheet->count, work->path);
}

static void print_json(const Work *work, const Errors *errors, const Filled *filled) {
    const Session *session = &work->session;
    const AertInput *input = original_of(session->model);
    say_json("{\"examples\": %lld, %s: {\"model\": %g", (long long)errors->examples,
             errors->right ? "right" : "squared_error", errors->model);
    if (errors->has_noisy)
        say_json(", \"noisy\": %g", errors->noisy);
    if (errors->fitted)
        say_json(", \"pca\": %g}, \"pca_axes\": %zu, \"pca_examples\": %lld", errors->pca,
                 code_size(session->model), (long long)errors->fitted);
    else
        say("}");
    for (int i = 0; errors->column && i < input->dim[0]; i++)
        say_json(i ? ", %s: %g" : ", \"columns\": {%s: %g", input->column[i], errors->column[i]);
    if (errors->column)
        say("}");
    if (session->options->fill)
        print_filled(filled, true);
    say_json(", \"seed\": %llu, %s: %s}\n", (unsigned long long)session->seed,
             table_wanted(session->options) ? "output" : "picture", work->path);
}

/* Of a table: how far off each column is, in its own units. */
static void print_columns(const Session *session, const Errors *errors) {
    const AertInput *input = original_of(session->model);
    say("error of each column, the root of the mean square over %lld examples\n",
        (long long)errors->examples);
    for (int i = 0; i < input->dim[0]; i++) {
        say("  %-23s", input->column[i]);
        print_figures(&errors->column[i], 1);
    }
}

static void print_all(const AertModel *model, const Errors *errors) {
    say("squared error an example, over %lld examples\n  %-24s %14.8g\n",
        (long long)errors->examples, model->name, errors->model);
    if (errors->has_noisy)
        say("  %-24s %14.8g\n", "noisy", errors->noisy);
    say("  PCA of %-17zu %14.8g   fitted on %lld examples\n", code_size(model), errors->pca,
        (long long)errors->fitted);
}

static void print_text(const Work *work, const Sheet *sheet, const Errors *errors,
                       const Filled *filled) {
    const Session *session = &work->session;
    print_errors(sheet);
    if (errors->column)
        print_columns(session, errors);
    if (session->options->pca)
        print_all(session->model, errors);
    if (session->options->fill)
        print_filled(filled, false);
    say("%d examples in %s\n", sheet->count, work->path);
}

/* Texts that are drawn word by word are what their codes are decoded to: what `reconstruct` makes
 * of each word with those before it in sight would be no reconstruction. */
static bool fill_sheet(Sheet *sheet, Work *work, int count, AertError *error) {
    Session *session = &work->session;
    const AertEntry *decode = session_entry(session, AERT_DECODE, -1, 0);
    return restores_texts(session->model) && decode && draws_in_order(decode) &&
                   !session->options->fill
               ? session->model->texts->reconstruct(sheet, session, &work->examples, count, error)
               : sheet_reconstruct(sheet, session, work->entry, &work->examples, NULL, count,
                                   error);
}

static bool reconstruct(Work *work, Sheet *sheet, Pca *pca, Errors *errors, AertError *error) {
    Session *session = &work->session;
    const Options *options = session->options;
    const AertModel *model = session->model;
    bool table = table_wanted(options), texts = restores_texts(model);
    Filled filled = {0};
    int64_t count = wanted_count(options, table || texts ? INT_MAX : RECONSTRUCTED);
    if (!examples_of(work, false, error) ||
        (options->pca && !fit_pca(pca, session, &errors->fitted, error)))
        return false;
    if (count > work->examples.count)
        count = work->examples.count;
    if (!fill_sheet(sheet, work, (int)count, error) ||
        (options->pca && !sheet_add_pca(sheet, pca, error)) ||
        !output_path(work, sheet_name(model, "reconstructions.txt", "reconstructions.png"),
                     error) ||
        !(table ? table_write(work, sheet, &filled, error)
                : sheet_write(sheet, model, work->path, error)))
        return false;
    if (texts && !options->fill)
        return model->texts->compare(session, sheet, work->path, error);
    bool all = options->pca || options->json || original_of(model)->column;
    if (texts)
        print_filled_texts(work, sheet, &filled);
    else if (all && !measure_errors(errors, work, options->pca ? pca : NULL, error))
        return false;
    else if (options->json)
        print_json(work, errors, &filled);
    else
        print_text(work, sheet, errors, &filled);
    return true;
}

bool command_reconstruct(Work *work, AertError *error) {
    const AertModel *model = work->session.model;
    Sheet sheet = {0};
    Pca pca = {0};
    Errors errors = {0};
    if (work->session.options->pca && model->code_rank < 0)
        return aert_fail(error, "--pca: %s has no code whose size PCA could take", model->name);
    if (model->image_rank < 0)
        return aert_fail(error, "%s has no reconstruction", model->name);
    unsigned codes = restores_texts(model) ? WITH(AERT_ENCODE) | WITH(AERT_DECODE) : 0;
    bool fine = work_open(work, WITH(AERT_RECONSTRUCT) | codes, error) &&
                wanted_entry(work, AERT_RECONSTRUCT, error) && work_load(work, error) &&
                reconstruct(work, &sheet, &pca, &errors, error);
    free(errors.column);
    pca_close(&pca);
    sheet_close(&sheet);
    return fine;
}

/* Whether --known and --data go together; --data is what is known of samples that are drawn in
 * order. */
static bool check_known(const Work *work, AertError *error) {
    const Session *session = &work->session;
    const Options *options = session->options;
    bool known = options->known > 0, in_order = draws_in_order(work->entry);
    const AertModel *model = session->model;
    long long size = (long long)image_size(model);
    if (known && !in_order)
        return aert_fail(error, "--known: %s does not draw one element after another", model->name);
    if (known && options->known > size)
        return aert_fail(error, "--known %d: an example has %lld elements", options->known, size);
    if (known && !files_given(&options->data))
        return aert_fail(error, "--known %d wants the examples that begin so: --data FILE",
                         options->known);
    return !in_order || known || !(options->data.one || options->data.of[0]) ||
           aert_fail(error,
                     "%s draws %s itself: --known N says how much of it is taken from --data",
                     model->name, model->input[0].name);
}

static bool sample(Work *work, Sheet *sheet, AertError *error) {
    Session *session = &work->session;
    const AertModel *model = session->model;
    int count = (int)wanted_count(session->options, SAMPLED);
    session->known = (size_t)session->options->known;
    session->reads |= session->known > 0; /* the input that is drawn */
    if (!open_beside(work, count, error) ||
        !sheet_sample(sheet, session, work->entry, &work->examples, count, error) ||
        !write_sheet(work, sheet, "samples", error))
        return false;
    for (int i = 0; restores_texts(model) && i < count && i < SHOWN; i++)
        if (!model->texts->print(sheet, model, 0, i, error))
            return false;
    say("%d samples of seed %llu in %s", count, (unsigned long long)session->seed, work->path);
    if (session->rounds)
        say(", all %zu elements after %d rounds", sheet->size, session->rounds);
    say("\n");
    return true;
}

bool command_sample(Work *work, AertError *error) {
    const AertModel *model = work->session.model;
    Sheet sheet = {0};
    if (fitted_wanted(&work->session))
        return sample_fitted(work, error);
    if (model->cannot_sample)
        return aert_fail(
            error, "cannot sample: %s%s", model->cannot_sample,
            model->cannot_decode ? "" : "; 'fit-prior' fits one to the codes of a data set");
    bool fine = work_open(work, WITH(AERT_SAMPLE), error) &&
                plain_entry(work, AERT_SAMPLE, "'sample'", error) &&
                usage_is(work, check_known(work, error)) && work_load(work, error) &&
                sample(work, &sheet, error);
    sheet_close(&sheet);
    return fine;
}
