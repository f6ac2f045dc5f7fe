/* reconstruct_pca: see reconstruct_pca.h.  PCA gets what the encoder gets: with noise, the noisy
 * example. */
#include "reconstruct_pca.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct PcaFit {
    Pca *pca;
    double *rows; /* (batch, pca->size) */
} PcaFit;

/* Adds what the encoder would be given. */
static bool add_rows(const Pass *pass, void *context, const AertBatch *batch, AertError *error) {
    const PcaFit *f = context;
    const Session *session = pass->session;
    const AertInput *input = &session->model->input[0];
    size_t size = (size_t)f->pca->size;
    (void)error;
    for (size_t i = 0; i < (size_t)batch->rows * size; i++)
        f->rows[i] = (session_input(session, 0, i) - scaling_shift(session, input, i % size)) /
                     scaling_scale(session, input, i % size);
    pca_add(f->pca, f->rows, batch->rows);
    return true;
}

static bool add_all(Pca *pca, Session *session, const Examples *examples, AertError *error) {
    const Pass pass = {.session = session, .examples = examples, .count = examples->count};
    PcaFit fitting = {.pca = pca};
    fitting.rows =
        aert_allocate((size_t)session->batch, (size_t)pca->size * sizeof(double), "a batch", error);
    bool fine = fitting.rows && pass_run(&pass, add_rows, &fitting, error);
    free(fitting.rows);
    return fine;
}

bool fit_pca(Pca *pca, Session *session, int64_t *fitted, AertError *error) {
    const Options *options = session->options;
    const AertModel *model = session->model;
    if (!files_given(&options->fit) && files_given(&options->data))
        return aert_fail(error, "--pca wants the data to fit it on: --fit FILE");
    if (model->original != 0 || model->input[0].missing)
        return aert_fail(error, "--pca restores what it is given, whole: %s has %s",
                         original_of(model)->name,
                         model->original != 0 ? "another input to be made of" : "gaps");
    Examples examples = {0};
    ExamplesFrom from = session_data(session, EXAMPLES_TRAIN);
    from.files = &options->fit;
    from.column = options->labels ? NULL : options->label_column;
    from.labels = NULL;
    from.marked = true;
    from.reads = 1;
    bool fine = open_examples(&examples, session, &from, error);
    size_t size = examples.data[0].size;
    if (fine && size != image_size(model))
        fine = aert_fail(error, "--pca: %s reconstructs %zu numbers from %zu", model->name,
                         image_size(model), size);
    *fitted = examples.count;
    fine = fine && pca_begin(pca, (int)size, error) && add_all(pca, session, &examples, error) &&
           pca_end(pca, (int)code_size(model), error);
    examples_close(&examples);
    return fine;
}

/* What PCA makes of the sheet's first kind, in double; `work` has room for count · (size + kept).
 */
static double *restore(const Pca *pca, const Sheet *sheet, int count, double *work) {
    size_t all = (size_t)count * sheet->size;
    const double *shift = sheet->shift, *scale = sheet->scale;
    for (size_t i = 0, k; i < all; i++) {
        k = i % sheet->size;
        work[i] = (double)sheet->values[i];
        work[i] = scale ? (work[i] - shift[k]) / scale[k] : work[i];
    }
    pca_project(pca, work, count, work + all);
    pca_restore(pca, work + all, count, work);
    for (size_t i = 0; scale && i < all; i++)
        work[i] = work[i] * scale[i % sheet->size] + shift[i % sheet->size];
    return work;
}

static double *open_work(const Pca *pca, int count, AertError *error) {
    return aert_allocate((size_t)count, (size_t)(pca->size + pca->kept) * sizeof(double), "a batch",
                         error);
}

bool sheet_add_pca(Sheet *sheet, const Pca *pca, AertError *error) {
    size_t kind = (size_t)sheet->count * sheet->size;
    int at = sheet->restored + 1, count = sheet->count;
    float *values =
        aert_allocate((size_t)(sheet->kinds + 1) * kind, sizeof *values, "pictures", error);
    double *work = open_work(pca, count, error);
    if (values && work) {
        const double *made = restore(pca, sheet, count, work);
        memcpy(values, sheet->values, (size_t)at * kind * sizeof *values);
        memcpy(values + (size_t)(at + 1) * kind, sheet->values + (size_t)at * kind,
               (size_t)(sheet->kinds - at) * kind * sizeof *values);
        for (size_t i = 0; i < kind; i++)
            values[(size_t)at * kind + i] = (float)made[i];
        free(sheet->values);
        sheet->values = values;
        sheet->original += sheet->original >= at;
        sheet->kinds++;
        sheet->pca = at;
    } else {
        free(values);
    }
    bool fine = values && work;
    free(work);
    return fine;
}

/* Adds the errors of all examples of a sheet. */
static void add_errors(Errors *errors, const Sheet *sheet, const double *made, int64_t *counted) {
    size_t size = sheet->size;
    int64_t ignored = 0;
    errors->has_noisy = sheet->original != 0;
    for (int i = 0; i < sheet->count; i++) {
        errors->model +=
            sheet_squares(sheet, sheet->original, sheet->restored, i, errors->column, counted);
        if (errors->has_noisy)
            errors->noisy += sheet_squares(sheet, sheet->original, 0, i, NULL, &ignored);
    }
    const float *x = sheet_cell(sheet, sheet->original, 0);
    for (size_t i = 0; made && i < (size_t)sheet->count * size; i++) {
        double d = ((double)x[i] - made[i]) / (sheet->scale ? sheet->scale[i % size] : 1);
        errors->pca += d * d;
    }
}

/* Counts the numbers that the original has in each column. */
static void count_columns(const Sheet *sheet, int64_t *given) {
    const float *x = sheet_cell(sheet, sheet->original, 0);
    for (size_t i = 0; i < (size_t)sheet->count * sheet->size; i++)
        given[i % sheet->size] += !isnan(x[i]);
}

static void settle_errors(Errors *errors, size_t size, const int64_t *given) {
    if (errors->right) { /* what was summed is 1 for each that is wrong */
        errors->model = 1 - errors->model / (double)*given;
        errors->noisy = 1 - errors->noisy / (double)*given;
        return;
    }
    errors->model /= (double)errors->examples;
    errors->noisy /= (double)errors->examples;
    errors->pca /= (double)errors->examples;
    for (size_t k = 0; errors->column && k < size; k++)
        errors->column[k] = sqrt(errors->column[k] / (double)given[k]);
}

typedef struct Measuring {
    Errors *errors;
    const Pca *pca; /* or NULL */
    double *work;   /* see restore */
    Sheet sheet;    /* of the batch in hand */
    int64_t *given; /* see count_columns */
    int64_t counted;
} Measuring;

static bool add_batch(const Pass *pass, void *context, const AertBatch *batch, AertError *error) {
    Measuring *m = context;
    m->sheet.count = batch->rows;
    if (!sheet_take(&m->sheet, pass->session, pass->entry, 0, batch->rows, error))
        return false;
    add_errors(m->errors, &m->sheet,
               m->pca ? restore(m->pca, &m->sheet, batch->rows, m->work) : NULL, &m->counted);
    count_columns(&m->sheet, m->given);
    return true;
}

bool measure_errors(Errors *errors, Work *work, const Pca *pca, AertError *error) {
    Session *session = &work->session;
    const AertInput *original = original_of(session->model);
    size_t size = image_size(session->model);
    int64_t count = errors->examples = work->examples.count;
    const Pass pass = {
        .session = session, .entry = work->entry, .examples = &work->examples, .count = count};
    Measuring measuring = {.errors = errors,
                           .pca = pca,
                           .work = pca ? open_work(pca, session->batch, error) : NULL,
                           .given = aert_allocate(size, sizeof(int64_t), "losses", error)};
    if (original->column)
        errors->column = aert_allocate(size, sizeof *errors->column, "losses", error);
    errors->right = aert_holds(original, AERT_HOLDS_A_CLASS);
    bool fine = measuring.given && (measuring.work || !pca) &&
                (errors->column || !original->column) &&
                sheet_begin(&measuring.sheet, session, work->entry, session->batch, error) &&
                pass_run(&pass, add_batch, &measuring, error);
    if (fine)
        settle_errors(errors, size, measuring.given);
    sheet_close(&measuring.sheet);
    free(measuring.work);
    free(measuring.given);
    return fine;
}
