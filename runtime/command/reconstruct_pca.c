/* reconstruct_pca: see reconstruct_pca.h.  PCA gets what the encoder gets: with noise, the noisy
 * example. */
#include "reconstruct_pca.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 512 };

static bool add_all(Pca *pca, const AertData *data, AertError *error) {
    double *rows = aert_allocate((size_t)CHUNK * data->size, sizeof *rows, "a chunk", error);
    int64_t index[CHUNK];
    for (int64_t begin = 0; rows && begin < data->count; begin += CHUNK) {
        int count = data->count - begin < CHUNK ? (int)(data->count - begin) : CHUNK;
        for (int i = 0; i < count; i++)
            index[i] = begin + i;
        aert_data_gather(data, index, 0, count, sizeof *rows, rows);
        pca_add(pca, rows, count);
    }
    free(rows);
    return rows != NULL;
}

bool fit_pca(Pca *pca, const Session *session, int64_t *fitted, AertError *error) {
    const Options *options = session->options;
    const AertModel *model = session->model;
    if (!files_given(&options->fit) && files_given(&options->data))
        return aert_fail(error, "--pca wants the data to fit it on: --fit FILE");
    Examples examples = {0};
    ExamplesFrom from = session_data(session, EXAMPLES_TRAIN);
    from.files = &options->fit;
    from.column = options->labels ? NULL : options->label_column;
    from.labels = NULL;
    from.marked = true;
    from.reads = 1;
    bool fine = examples_open(&examples, model, &from, error);
    const AertData *data = &examples.data[0];
    if (fine)
        examples_tell(&examples, model, options);
    if (fine && data->size != image_size(model))
        fine = aert_fail(error, "--pca: %s reconstructs %zu numbers from %zu", model->name,
                         image_size(model), data->size);
    *fitted = data->count;
    fine = fine && pca_begin(pca, (int)data->size, error) && add_all(pca, data, error) &&
           pca_end(pca, (int)code_size(model), error);
    examples_close(&examples);
    return fine;
}

/* What PCA makes of floats (count, size), in double; `work` has room for count · (size + kept). */
static double *restore(const Pca *pca, const float *value, int count, double *work) {
    size_t all = (size_t)count * (size_t)pca->size;
    for (size_t i = 0; i < all; i++)
        work[i] = (double)value[i];
    pca_project(pca, work, count, work + all);
    pca_restore(pca, work + all, count, work);
    return work;
}

static double *open_work(const Pca *pca, int count, AertError *error) {
    return aert_allocate((size_t)count, (size_t)(pca->size + pca->kept) * sizeof(double), "PCA",
                         error);
}

bool sheet_add_pca(Sheet *sheet, const Pca *pca, AertError *error) {
    size_t kind = (size_t)sheet->count * sheet->size;
    int at = sheet->restored + 1, count = sheet->count;
    float *values =
        aert_allocate((size_t)(sheet->kinds + 1) * kind, sizeof *values, "pictures", error);
    double *work = open_work(pca, count, error);
    if (values && work) {
        const double *made = restore(pca, sheet->values, count, work);
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

static double squares(const float *a, const float *b, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
    return sum;
}

bool measure_errors(Errors *errors, Session *session, const AertEntry *entry,
                    const Examples *examples, const Pca *pca, AertError *error) {
    double *work = pca ? open_work(pca, session->batch, error) : NULL;
    int64_t *index = aert_allocate((size_t)session->batch, sizeof *index, "a batch", error);
    bool fine = index && (work || !pca);
    errors->examples = examples->count;
    for (int64_t begin = 0; begin < examples->count && fine; begin += session->batch) {
        Sheet sheet = {0};
        int64_t left = examples->count - begin;
        int rows = left < session->batch ? (int)left : session->batch;
        for (int r = 0; r < rows; r++)
            index[r] = begin + r;
        fine = sheet_reconstruct(&sheet, session, entry, examples, index, rows, error);
        size_t all = (size_t)rows * sheet.size;
        const float *x = sheet.values + (size_t)sheet.original * all;
        if (fine) {
            errors->has_noisy = sheet.original != 0;
            errors->model += squares(x, sheet.values + (size_t)sheet.restored * all, all);
            errors->noisy += errors->has_noisy ? squares(x, sheet.values, all) : 0;
        }
        if (fine && pca) {
            const double *made = restore(pca, sheet.values, rows, work);
            for (size_t i = 0; i < all; i++)
                errors->pca += ((double)x[i] - made[i]) * ((double)x[i] - made[i]);
        }
        sheet_close(&sheet);
    }
    free(work);
    free(index);
    errors->model /= (double)examples->count;
    errors->noisy /= (double)examples->count;
    errors->pca /= (double)examples->count;
    return fine;
}
