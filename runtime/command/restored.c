/* restored: see restored.h. */
#include "restored.h"
#include "command.h"

#include <math.h>

enum { SHOWN = 32 };

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
static void print_filled_texts(const Work *work, const Reconstructed *made) {
    bool json = work->session.options->json;
    if (json)
        say_json("{\"examples\": %d", made->sheet.count);
    print_filled(&made->filled, json);
    if (json)
        say_json(", \"output\": %s}\n", work->path);
    else
        say("%d examples in %s\n", made->sheet.count, work->path);
}

static void print_json(const Work *work, const Reconstructed *made) {
    const Errors *errors = &made->errors;
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
        print_filled(&made->filled, true);
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

static void print_text(const Work *work, const Reconstructed *made) {
    const Errors *errors = &made->errors;
    const Session *session = &work->session;
    print_errors(&made->sheet);
    if (errors->column)
        print_columns(session, errors);
    if (session->options->pca)
        print_all(session->model, errors);
    if (session->options->fill)
        print_filled(&made->filled, false);
    say("%d examples in %s\n", made->sheet.count, work->path);
}

static bool tell_restored(Work *work, Reconstructed *made, AertError *error) {
    const Options *options = work->session.options;
    const AertModel *model = work->session.model;
    bool all = options->pca || options->json || original_of(model)->column;
    if (restores_texts(model)) {
        print_filled_texts(work, made);
        return true;
    }
    if (all && !measure_errors(&made->errors, work, options->pca ? &made->pca : NULL, error))
        return false;
    if (options->json)
        print_json(work, made);
    else
        print_text(work, made);
    return true;
}

const AertRestored aert_restored = {fit_pca, sheet_add_pca, tell_restored, table_restored};
