/* reconstruct and sample: pictures of what a model makes of examples, and of nothing.
 *
 * Its one idea: both fill a sheet, which is written as a picture or as an array by the suffix of
 * --output; or, of a table that came in, as a table.
 *
 * Examples: "dae reconstruct --corrupt --count 32 --output restored.png" prints each error, and how
 * much of the noise is left: error restored / error noisy.  "deep reconstruct --pca --fit train.gz"
 * sets exact PCA beside the model.
 */
#include "codes.h"
#include "command.h"
#include "fitted.h"
#include "reconstruct_pca.h"
#include "reconstruct_table.h"
#include "base/base.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>

enum { RECONSTRUCTED = 16, SAMPLED = 64, SHOWN = 32 };

/* A column of the table of errors: how far a kind of the sheet is from the original. */
typedef struct Column {
    const char *name;
    int kind;
} Column;

/* A line of the table; an example without a number or class has none. */
static void print_figures(const double *figure, int columns) {
    for (int c = 0; c < columns; c++)
        if (isnan(figure[c]))
            printf("  %14s", "gap");
        else
            printf("  %14.8g", figure[c]);
}

/* The error of each reconstruction, or of a class whether it is right, and where there is noise
 * that of the noisy one. */
static void print_errors(const Sheet *sheet) {
    const Column numbers[] = {{"mse", sheet->restored}, {"mse noisy", 0}, {"mse PCA", sheet->pca}},
                 classes[] = {{"right", sheet->restored}, {"right noisy", 0}, {"", 0}};
    const Column *all = sheet->is_class ? classes : numbers;
    Column column[3];
    int columns = 0, counted = 0;
    double sum[3] = {0}, figure[3];
    for (int i = 0; i < 3; i++)
        if (i == 0 || (i == 1 ? sheet->original != 0 : sheet->pca != 0))
            column[columns++] = all[i];
    printf("%8s", "example");
    for (int c = 0; c < columns; c++)
        printf("  %14s", column[c].name);
    for (int i = 0; i < sheet->count; i++) {
        for (int c = 0; c < columns; c++) {
            double error = sheet_error(sheet, sheet->original, column[c].kind, i);
            figure[c] = sheet->is_class ? 1 - error : error;
            sum[c] += isnan(figure[c]) ? 0 : figure[c];
        }
        counted += !isnan(figure[0]);
        if (i < SHOWN) {
            printf("\n%8d", i);
            print_figures(figure, columns);
        }
    }
    for (int c = 0; c < columns; c++)
        figure[c] = sum[c] / counted;
    printf("\n%8s", "mean");
    print_figures(figure, columns);
    printf("\n");
    if (sheet->original && !sheet->is_class && sum[1] > 0)
        printf("error restored / error noisy: %.6g\n", sum[0] / sum[1]);
}

static void print_filled(const Filled *filled) {
    for (int i = 0; i < filled->left; i++)
        printf("%lld gaps of %s stay: %s\n", (long long)filled->left_count[i],
               AERT_SHOW(filled->left_of[i]->name), filled->left_why[i]);
    printf("%lld gaps filled, ", (long long)filled->filled);
}

static void print_filled_json(const Filled *filled, AertJson *json) {
    aert_json_count(json, "filled", (uint64_t)filled->filled);
    aert_json_object(json, "left");
    for (int i = 0; i < filled->left; i++)
        aert_json_count(json, filled->left_of[i]->name, (uint64_t)filled->left_count[i]);
    aert_json_end(json);
}

/* Of texts --fill tells what it has filled; without it the texts are shown. */
static void print_filled_texts(const Session *session, const Sheet *sheet, const Filled *filled,
                               const char *path) {
    AertJson json = {.to = stdout};
    if (!session->options->json) {
        print_filled(filled);
        printf("%d examples in %s\n", sheet->count, AERT_SHOW(path));
        return;
    }
    aert_json_object(&json, NULL);
    aert_json_count(&json, "examples", (uint64_t)sheet->count);
    print_filled_json(filled, &json);
    aert_json_string(&json, "output", path);
    aert_json_end(&json);
}

static void print_json(const Session *session, const Errors *errors, const Filled *filled,
                       const char *path) {
    const AertInput *input = &session->model->input[session->model->original];
    AertJson json = {.to = stdout};
    aert_json_object(&json, NULL);
    aert_json_count(&json, "examples", (uint64_t)errors->examples);
    aert_json_object(&json, errors->right ? "right" : "squared_error");
    aert_json_number(&json, "model", errors->model);
    if (errors->has_noisy)
        aert_json_number(&json, "noisy", errors->noisy);
    if (errors->fitted)
        aert_json_number(&json, "pca", errors->pca);
    aert_json_end(&json);
    if (errors->fitted) {
        aert_json_count(&json, "pca_axes", code_size(session->model));
        aert_json_count(&json, "pca_examples", (uint64_t)errors->fitted);
    }
    if (errors->column) {
        aert_json_object(&json, "columns");
        for (int i = 0; i < input->dim[0]; i++)
            aert_json_number(&json, input->column[i], errors->column[i]);
        aert_json_end(&json);
    }
    if (session->options->fill)
        print_filled_json(filled, &json);
    aert_json_count(&json, "seed", session->seed);
    aert_json_string(&json, table_wanted(session->options) ? "output" : "picture", path);
    aert_json_end(&json);
}

/* Of a table: how far off each column is, in its own units. */
static void print_columns(const Session *session, const Errors *errors) {
    const AertInput *input = &session->model->input[session->model->original];
    printf("error of each column, the root of the mean square over %lld examples\n",
           (long long)errors->examples);
    for (int i = 0; i < input->dim[0]; i++) {
        printf("  %-23s", AERT_SHOW(input->column[i]));
        print_figures(&errors->column[i], 1);
        putchar('\n');
    }
}

static void print_all(const Session *session, const Errors *errors) {
    const AertModel *model = session->model;
    printf("squared error an example, over %lld examples\n  %-24s %14.8g\n",
           (long long)errors->examples, model->name, errors->model);
    if (errors->has_noisy)
        printf("  %-24s %14.8g\n", "noisy", errors->noisy);
    printf("  PCA of %-17zu %14.8g   fitted on %lld examples\n", code_size(model), errors->pca,
           (long long)errors->fitted);
}

static void print_text(const Session *session, const Sheet *sheet, const Errors *errors,
                       const Filled *filled, const char *path) {
    print_errors(sheet);
    if (errors->column)
        print_columns(session, errors);
    if (session->options->pca)
        print_all(session, errors);
    if (session->options->fill)
        print_filled(filled);
    printf("%d examples in %s\n", sheet->count, AERT_SHOW(path));
}

/* Texts that are drawn word by word are what their codes are decoded to: what `reconstruct` makes
 * of each word with those before it in sight would be no reconstruction. */
static bool fill_sheet(Sheet *sheet, Session *session, const AertEntry *entry,
                       const Examples *examples, int count, AertError *error) {
    const AertEntry *decode = session_entry(session, AERT_DECODE, -1, 0);
    return restores_texts(session->model) && decode && draws_in_order(decode) &&
                   !session->options->fill
               ? session->model->texts->reconstruct(sheet, session, decode, examples, count, error)
               : sheet_reconstruct(sheet, session, entry, examples, NULL, count, error);
}

static bool reconstruct(Session *session, const AertEntry *entry, Examples *examples, Sheet *sheet,
                        Pca *pca, Errors *errors, AertError *error) {
    char path[AERT_PATH_BELOW];
    const Options *options = session->options;
    const AertModel *model = session->model;
    bool table = table_wanted(options);
    Filled filled = {0};
    int64_t count = option_given(options, OPTION_count) ? options->count
                    : table || restores_texts(model)    ? INT_MAX
                                                        : RECONSTRUCTED;
    if (!examples_of(examples, session, false, error) ||
        (options->pca && !fit_pca(pca, session, &errors->fitted, error)))
        return false;
    if (count > examples->count)
        count = examples->count;
    if (!fill_sheet(sheet, session, entry, examples, (int)count, error) ||
        (options->pca && !sheet_add_pca(sheet, pca, error)) ||
        !output_path(session, sheet_name(model, "reconstructions.txt", "reconstructions.png"), path,
                     sizeof path, error) ||
        !(table ? table_write(session, examples, sheet, path, &filled, error)
                : sheet_write(sheet, model, path, error)))
        return false;
    if (restores_texts(model) && options->fill) {
        print_filled_texts(session, sheet, &filled, path);
        return true;
    }
    if (restores_texts(model))
        return model->texts->compare(session, sheet, path, error);
    bool all = options->pca || options->json || model->input[model->original].column;
    if (all && !measure_errors(errors, session, entry, examples, options->pca ? pca : NULL, error))
        return false;
    if (options->json)
        print_json(session, errors, &filled, path);
    else
        print_text(session, sheet, errors, &filled, path);
    return true;
}

int command_reconstruct(const AertModel *model, const Options *options, AertError *error) {
    Session session;
    Examples examples = {0};
    Sheet sheet = {0};
    Pca pca = {0};
    Errors errors = {0};
    char weights[AERT_PATH];
    if (options->pca && model->code_rank < 0) {
        aert_fail(error, "--pca: %s has no code whose size PCA could take", model->name);
        return EXIT_FAILED;
    }
    if (model->image_rank < 0) {
        aert_fail(error, "%s has no reconstruction", model->name);
        return EXIT_FAILED;
    }
    int status =
        session_open(&session, model, model->f32, options,
                     WITH(AERT_RECONSTRUCT) |
                         (restores_texts(model) ? WITH(AERT_ENCODE) | WITH(AERT_DECODE) : 0),
                     error);
    const AertEntry *entry = status ? NULL : wanted_entry(&session, AERT_RECONSTRUCT, error);
    if (!status)
        status = entry ? session_load(&session, weights, sizeof weights, error) : EXIT_FAILED;
    if (!status)
        status = reconstruct(&session, entry, &examples, &sheet, &pca, &errors, error)
                     ? EXIT_DONE
                     : EXIT_FAILED;
    errors_close(&errors);
    pca_close(&pca);
    sheet_close(&sheet);
    examples_close(&examples);
    session_close(&session);
    return status;
}

/* Whether --known and --data go together; --data is what is known of samples that are drawn in
 * order. */
static int check_known(const Session *session, const AertEntry *entry, AertError *error) {
    const Options *options = session->options;
    bool known = option_given(options, OPTION_known), in_order = draws_in_order(entry);
    const AertModel *model = session->model;
    long long size = (long long)image_size(model);
    if (known && !in_order)
        aert_fail(error, "--known: %s does not draw one element after another", model->name);
    else if (known && options->known > size)
        aert_fail(error, "--known %d: an example has %lld elements", options->known, size);
    else if (known && !files_given(&options->data))
        aert_fail(error, "--known %d wants the examples that begin so: --data FILE",
                  options->known);
    else if (in_order && !known && (options->data.one || options->data.of[0]))
        aert_fail(error, "%s draws %s itself: --known N says how much of it is taken from --data",
                  model->name, model->input[0].name);
    else
        return EXIT_DONE;
    return EXIT_USAGE;
}

static bool sample(Session *session, Sheet *sheet, Examples *beside, AertError *error) {
    char path[AERT_PATH_BELOW];
    const AertEntry *entry = session_entry(session, AERT_SAMPLE, -1, 0);
    int count = option_given(session->options, OPTION_count) ? session->options->count : SAMPLED;
    if (option_given(session->options, OPTION_known)) {
        session->known = (size_t)session->options->known;
        session->reads |= session->known > 0; /* the input that is drawn */
    }
    if (!open_beside(beside, session, entry, count, error) ||
        !sheet_sample(sheet, session, entry, beside, count, error) ||
        !output_path(session, sheet_name(session->model, "samples.txt", "samples.png"), path,
                     sizeof path, error) ||
        !sheet_write(sheet, session->model, path, error))
        return false;
    for (int i = 0; restores_texts(session->model) && i < count && i < SHOWN; i++)
        if (!session->model->texts->print(sheet, session->model, 0, i, error))
            return false;
    printf("%d samples of seed %llu in %s", count, (unsigned long long)session->seed,
           AERT_SHOW(path));
    if (session->rounds)
        printf(", all %zu elements after %d rounds", sheet->size, session->rounds);
    printf("\n");
    return true;
}

int command_sample(const AertModel *model, const Options *options, AertError *error) {
    Session session;
    Sheet sheet = {0};
    Examples beside = {0};
    char weights[AERT_PATH];
    if (fitted_wanted(model, options))
        return sample_fitted(model, options, error);
    if (model->cannot_sample) {
        aert_fail(error, "cannot sample: %s%s", model->cannot_sample,
                  model->cannot_decode ? "" : "; 'fit-prior' fits one to the codes of a data set");
        return EXIT_FAILED;
    }
    int status = session_open(&session, model, model->f32, options, WITH(AERT_SAMPLE), error);
    const AertEntry *entry = status ? NULL : session_entry(&session, AERT_SAMPLE, -1, 0);
    if (!status && !entry) {
        aert_fail(error, "%s has no 'sample'", model->name);
        status = EXIT_FAILED;
    }
    if (!status)
        status = check_known(&session, entry, error);
    if (!status)
        status = session_load(&session, weights, sizeof weights, error);
    if (!status)
        status = sample(&session, &sheet, &beside, error) ? EXIT_DONE : EXIT_FAILED;
    sheet_close(&sheet);
    examples_close(&beside);
    session_close(&session);
    return status;
}
