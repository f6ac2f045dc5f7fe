/* Pictures of what a model does: originals over their reconstructions (or noisy, restored, clean),
 * and samples.
 *
 * Its one idea: values are collected kind by kind; a picture only arranges them, in lines of
 * sixteen.
 *
 * Example: 20 examples with noise make a grid of 16 columns and 6 lines: noisy,
 * restored, clean, twice.
 */
#include "sheet.h"
#include "codes_file.h"
#include "recordings.h"
#include "sheet_text.h"
#include "store/store.h"
#include "pictures/pictures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 16, SIGNAL_COLUMNS = 8 };

bool copy_output(const Session *session, const AertOutput *output, int rows, size_t size, float *to,
                 AertError *error) {
    if (!session_accepts(session, error))
        return false;
    if (output_size(output, rows) != (size_t)rows * size)
        return aert_fail(error, "%s: %s has %zu numbers for each example, %zu are wanted",
                         output->place, output->name, output_size(output, 1), size);
    for (size_t i = 0; i < (size_t)rows * size; i++)
        to[i] = (float)session_value(session, output, i);
    return true;
}

bool sheet_open(Sheet *sheet, int kinds, int count, size_t size, AertError *error) {
    sheet->kinds = kinds;
    sheet->count = count;
    sheet->size = size;
    sheet->values =
        aert_allocate((size_t)kinds * (size_t)count * size, sizeof(float), "pictures", error);
    return sheet->values != NULL;
}

void sheet_close(Sheet *sheet) {
    free(sheet->values);
    free(sheet->class);
    free(sheet->shift);
}

float *sheet_cell(const Sheet *sheet, int kind, int i) {
    return sheet->values + ((size_t)kind * (size_t)sheet->count + (size_t)i) * sheet->size;
}

const AertInput *original_of(const AertModel *model) {
    return &model->input[model->original];
}

const AertOutput *wanted_output(const AertEntry *entry, const char *name, AertError *error) {
    const AertOutput *output = entry_output(entry, name);
    if (!output)
        aert_fail(error, "%s does not compute '%s'", entry->name, name);
    return output;
}

/* Fills shift and scale where the model reads its input scaled: differences are divided by the
 * scale. */
static bool find_scale(Sheet *sheet, const Session *session, AertError *error) {
    const AertModel *model = session->model;
    const AertInput *input = original_of(model);
    if (input->scaling == AERT_SCALED_NOT)
        return true;
    size_t size = sheet->size;
    sheet->shift = aert_allocate(size, 2 * sizeof *sheet->shift, "pictures", error);
    if (!sheet->shift)
        return false;
    sheet->scale = sheet->shift + size;
    for (size_t i = 0; i < size; i++) {
        sheet->scale[i] = scaling_scale(session, input, i);
        sheet->shift[i] = scaling_shift(session, input, i);
    }
    return true;
}

/* Room for the classes that the entry restores beside the reconstruction. */
static bool open_classes(Sheet *sheet, const Session *session, const AertEntry *entry,
                         AertError *error) {
    const AertModel *model = session->model;
    for (int k = 0; k < entry->outputs; k++)
        for (int i = 0; entry->output[k].kind == AERT_RESTORED && i < model->inputs; i++)
            if (strcmp(entry->output[k].name, model->input[i].name) == 0)
                sheet->class_of[sheet->classes++] = &model->input[i];
    sheet->class = aert_allocate((size_t)sheet->classes * (size_t)sheet->count,
                                 sizeof *sheet->class, "labels", error);
    return sheet->class != NULL;
}

/* Those of the run in hand, in the order of the outputs. */
static bool copy_classes(const Sheet *sheet, const Session *session, const AertEntry *entry,
                         int begin, int rows, AertError *error) {
    float *to = sheet->class + begin;
    for (int k = 0; k < entry->outputs; k++) {
        if (entry->output[k].kind != AERT_RESTORED)
            continue;
        if (!copy_output(session, &entry->output[k], rows, 1, to, error))
            return false;
        to += sheet->count;
    }
    return true;
}

const AertWords *restored_words(const Session *session) {
    int original = session->model->original;
    return session->model->input[original].classes ? &session->words[original] : NULL;
}

bool sheet_begin(Sheet *sheet, const Session *session, const AertEntry *entry, int count,
                 AertError *error) {
    const AertOutput *noisy = entry->variant & 1 ? entry_output(entry, "noisy") : NULL;
    const AertOutput *x = wanted_output(entry, "x", error),
                     *xhat = wanted_output(entry, "xhat", error);
    if (!x || !xhat || !sheet_open(sheet, noisy ? 3 : 2, count, image_size(session->model), error))
        return false;
    sheet->restored = 1;
    sheet->original = noisy ? 2 : 0;
    sheet->words = restored_words(session);
    sheet->is_class = aert_holds(original_of(session->model), AERT_HOLDS_A_CLASS);
    return find_scale(sheet, session, error) && open_classes(sheet, session, entry, error);
}

/* Puts NaN into the original wherever the rows in hand have a gap. */
static void leave_gaps(const Sheet *sheet, const Session *session, const AertOutput *given,
                       int begin, int rows) {
    float *original = sheet_cell(sheet, sheet->original, begin);
    for (size_t i = 0; i < (size_t)rows * sheet->size; i++)
        if (session_value(session, given, i) == 0)
            original[i] = NAN;
}

bool sheet_take(Sheet *sheet, const Session *session, const AertEntry *entry, int begin, int rows,
                AertError *error) {
    const AertOutput *given = entry_output(entry, "given");
    for (int k = 0; k < sheet->kinds; k++) {
        const char *name = k == sheet->original ? "x" : k == sheet->restored ? "xhat" : "noisy";
        if (!copy_output(session, entry_output(entry, name), rows, sheet->size,
                         sheet_cell(sheet, k, begin), error))
            return false;
    }
    if (given)
        leave_gaps(sheet, session, given, begin, rows);
    return copy_classes(sheet, session, entry, begin, rows, error);
}

static bool take_reconstructions(const Pass *pass, void *context, const AertBatch *batch,
                                 AertError *error) {
    return sheet_take(context, pass->session, pass->entry, (int)batch->begin, batch->rows, error);
}

bool sheet_reconstruct(Sheet *sheet, Session *session, const AertEntry *entry,
                       const Examples *examples, const int64_t *index, int count,
                       AertError *error) {
    const Pass pass = {.session = session,
                       .entry = entry,
                       .examples = examples,
                       .index = index,
                       .count = count,
                       .size = examples->count};
    return sheet_begin(sheet, session, entry, count, error) &&
           pass_run(&pass, take_reconstructions, sheet, error);
}

/* The only kind of a sheet: of samples, or of what codes are decoded to. */
static bool take_xhat(const Pass *pass, void *context, const AertBatch *batch, AertError *error) {
    Sheet *sheet = context;
    const Session *session = pass->session;
    float *to = sheet_cell(sheet, 0, (int)batch->begin);
    if (!copy_output(session, entry_output(pass->entry, "xhat"), batch->rows, sheet->size, to,
                     error))
        return false;
    for (size_t i = 0; session->known && i < (size_t)batch->rows * sheet->size; i++)
        if (i % sheet->size < session->known) /* what is known is not what would be drawn there */
            to[i] = (float)session_input(session, 0, i);
    return true;
}

bool sheet_decode(Sheet *sheet, const Pass *pass, AertError *error) {
    if (!wanted_output(pass->entry, "xhat", error) ||
        !sheet_open(sheet, 1, (int)pass->count, image_size(pass->session->model), error))
        return false;
    sheet->words = restored_words(pass->session);
    return pass_run(pass, take_xhat, sheet, error);
}

bool sheet_sample(Sheet *sheet, Session *session, const AertEntry *entry, const Examples *beside,
                  int count, AertError *error) {
    const Pass pass = {.session = session, .entry = entry, .examples = beside, .count = count};
    return sheet_decode(sheet, &pass, error);
}

double sheet_squares(const Sheet *sheet, int kind, int other, int i, double *column,
                     int64_t *counted) {
    const float *a = sheet_cell(sheet, kind, i), *b = sheet_cell(sheet, other, i);
    double sum = 0;
    for (size_t k = 0; k < sheet->size; k++) {
        double d = (double)a[k] - (double)b[k], scale = sheet->scale ? sheet->scale[k] : 1;
        if (isnan(d))
            continue;
        d = sheet->is_class ? d != 0 : d;
        sum += d / scale * (d / scale);
        *counted += 1;
        if (column)
            column[k] += d * d;
    }
    return sum;
}

double sheet_error(const Sheet *sheet, int kind, int other, int i) {
    int64_t counted = 0;
    double sum = sheet_squares(sheet, kind, other, i, NULL, &counted);
    return counted ? sum / (double)counted : (double)NAN;
}

static bool write_npy(const Sheet *sheet, const AertModel *model, const char *path,
                      AertError *error) {
    int64_t dim[AERT_MAX_RANK + 2] = {sheet->kinds, sheet->count};
    for (int i = 0; i < model->image_rank; i++)
        dim[i + 2] = model->image_dim[i];
    int skip = sheet->kinds == 1;
    AertNpy npy;
    if (!aert_npy_begin(&npy, path, model->image_rank + 2 - skip, dim + skip, error))
        return false;
    aert_npy_write(&npy, sheet->values, (size_t)sheet->kinds * (size_t)sheet->count * sheet->size);
    return aert_npy_end(&npy, error);
}

static bool write_png(const Sheet *sheet, const AertModel *model, const char *path,
                      AertError *error) {
    const AertInput *input = original_of(model);
    bool signal = input->kind == AERT_SIGNAL && model->image_rank == 2;
    int most = sheet->columns ? sheet->columns : signal ? SIGNAL_COLUMNS : COLUMNS;
    int columns = sheet->count < most ? sheet->count : most;
    int lines = (sheet->count + columns - 1) / columns;
    const AertPicture picture = {.rank = model->image_rank,
                                 .dim = model->image_dim,
                                 .low = input->ranged ? input->low : 0,
                                 .high = input->ranged ? input->high : 0,
                                 .rows = lines * sheet->kinds,
                                 .columns = columns,
                                 .count = sheet->count * sheet->kinds,
                                 .kinds = sheet->kinds,
                                 .gap = sheet->tight ? -1 : 0};
    return (signal ? model->signals->picture : aert_picture_write)(path, &picture, sheet->values,
                                                                   error);
}

bool sheet_write_table(const Sheet *sheet, const AertModel *model, const float *value,
                       const char *path, AertError *error) {
    CodesFile file = {.of = original_of(model),
                      .words = restores_texts(model) ? NULL : sheet->words};
    if (!codes_file_begin(&file, path, sheet->count, model->image_rank, model->image_dim, error))
        return false;
    codes_file_write(&file, value, sheet->count);
    return codes_file_end(&file, error);
}

bool sheet_write(const Sheet *sheet, const AertModel *model, const char *path, AertError *error) {
    if (aert_has_suffix(path, ".txt"))
        return sheet_write_text(sheet, model, sheet->restored, path, error);
    if (aert_has_suffix(path, ".csv"))
        return sheet_write_table(sheet, model, sheet_cell(sheet, sheet->restored, 0), path, error);
    if (!aert_suffix_fits(path, ".png, .npy, .csv or .txt", error))
        return false;
    return aert_has_suffix(path, ".npy") ? write_npy(sheet, model, path, error)
                                         : write_png(sheet, model, path, error);
}
