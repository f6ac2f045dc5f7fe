/* reconstruct_table: see reconstruct_table.h. */
#include "reconstruct_table.h"
#include "base/base.h"
#include "store/store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool table_wanted(const Options *options) {
    return options->fill || (options->output && has_suffix(options->output, ".csv"));
}

static bool is_table(const Examples *examples, int input) {
    const AertData *data = &examples->data[input];
    return examples->from[input].path && strcmp(data->format, "CSV") == 0 &&
           data->window.length == 0;
}

/* What keeps gaps from being filled. */
static bool may_fill(const Session *session, const Examples *examples, AertError *error) {
    const AertModel *model = session->model;
    const Options *options = session->options;
    const AertInput *input = &model->input[model->original];
    if (!input->missing)
        return aert_fail(error, "--fill: input %s has no gaps: `with gaps` lets it have such",
                         input->name);
    if (!options->output || !files_given(&options->data))
        return aert_fail(error, "--fill wants --data with gaps, and --output for it without them");
    if (examples->data[model->original].window.length)
        return aert_fail(error, "--fill: %s is a recording, whose windows may overlap",
                         examples->data[model->original].name);
    if (!is_table(examples, model->original) && !has_suffix(options->output, ".npy"))
        return aert_fail(error, "--fill: %s is no table of text: --output FILE.npy",
                         examples->data[model->original].name);
    return true;
}

/* The reconstruction, or the original where it has a number. */
static void merge(const Sheet *sheet, bool fill, float *value) {
    size_t all = (size_t)sheet->count * sheet->size;
    const float *restored = sheet->values + (size_t)sheet->restored * all;
    const float *original = sheet->values + (size_t)sheet->original * all;
    for (size_t i = 0; i < all; i++)
        value[i] = fill && !isnan(original[i]) ? original[i] : restored[i];
}

/* Bytes stand for the ends of the range by 0 and 255. */
static void as_bytes(const AertData *data, float *value, size_t count) {
    for (size_t i = 0; data->element == AERT_BYTE && data->scaled && i < count; i++)
        value[i] = (float)(((double)value[i] - data->low) / (data->high - data->low) * 255);
}

bool table_write(const Session *session, const Examples *examples, const Sheet *sheet,
                 const char *path, int64_t *filled, AertError *error) {
    const AertModel *model = session->model;
    bool fill = session->options->fill;
    int input = model->original;
    size_t all = (size_t)sheet->count * sheet->size;
    if (fill && !may_fill(session, examples, error))
        return false;
    float *value = aert_allocate(all, sizeof *value, "reconstructions", error);
    if (!value)
        return false;
    merge(sheet, fill, value);
    *filled = 0;
    for (size_t i = 0; fill && i < all; i++)
        *filled += isnan(sheet->values[(size_t)sheet->original * all + i]);
    int64_t written;
    bool fine;
    if (is_table(examples, input)) {
        as_bytes(&examples->data[input], value, all);
        const AertRewrite how = {path, value, examples->rows, sheet->count, fill};
        fine =
            aert_data_rewrite(&how, &examples->from[input], &model->input[input], &written, error);
    } else {
        fine = sheet_write_table(sheet, model, value, path, error);
    }
    free(value);
    return fine;
}
