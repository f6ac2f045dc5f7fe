/* reconstruct_table: see reconstruct_table.h. */
#include "reconstruct_table.h"
#include "base/base.h"
#include "store/store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool table_wanted(const Options *options) {
    const char *output = options->output;
    return options->fill ||
           (output && (aert_has_suffix(output, ".csv") || aert_has_suffix(output, ".tsv")));
}

bool table_came(const Examples *examples, int input) {
    return examples->from[input].path && strcmp(examples->data[input].format, "CSV") == 0;
}

/* Whether gaps can be filled; else the error says why not. */
static bool may_fill(const Session *session, const Examples *examples, AertError *error) {
    const AertModel *model = session->model;
    const Options *options = session->options;
    const AertInput *input = original_of(model);
    bool missing = false;
    for (int i = 0; i < model->inputs; i++)
        missing |= model->input[i].missing &&
                   (i == model->original || aert_holds(&model->input[i], AERT_HOLDS_A_CLASS));
    if (!missing)
        return aert_fail(error, "--fill: input %s has no gaps: `with gaps` lets it have such",
                         input->name);
    if (!options->output || !files_given(&options->data))
        return aert_fail(error, "--fill wants --data with gaps, and --output for it without them");
    if (!table_came(examples, model->original) && restores_texts(model))
        return aert_fail(error, "--fill: %s is no table, which has classes beside its texts",
                         examples->data[model->original].name);
    if (!table_came(examples, model->original) && !aert_has_suffix(options->output, ".npy"))
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

static const float *restored_class(const Sheet *sheet, const AertInput *input) {
    for (int i = 0; i < sheet->classes; i++)
        if (sheet->class_of[i] == input)
            return sheet->class + (size_t)i * (size_t)sheet->count;
    return NULL;
}

static void leave(Filled *filled, const AertInput *input, int64_t gaps, const char *why) {
    if (gaps)
        filled->stay[filled->left++] = (struct Left){input, gaps, why};
}

/* Classes that are read from another file than the one which is written, and numbers of other
 * inputs than the one that is restored. */
static void leave_others(const Session *session, const Examples *examples, const char *path,
                         int64_t count, Filled *filled) {
    const AertModel *model = session->model;
    for (int i = 0; i < model->inputs; i++) {
        const AertData *data = &examples->data[i];
        const char *own = examples->from[i].path;
        bool class = aert_holds(&model->input[i], AERT_HOLDS_A_CLASS);
        if (i == model->original || !(examples->has >> i & 1) || !own || !data->values ||
            data->window.length || (class && path && strcmp(own, path) == 0))
            continue;
        int64_t gaps = 0;
        for (int64_t e = 0; e < count; e++)
            for (size_t k = 0, at = (size_t)aert_data_row(data, e) * data->size; k < data->size;
                 k++)
                gaps += isnan(aert_data_number(data, at + k));
        leave(filled, &model->input[i], gaps,
              class ? "they are in another file" : "another input is restored");
    }
}

/* The table again: the input's numbers, unless they are texts, which have no gaps, and the classes
 * of its other columns. */
static bool rewrite_table(const Session *session, const Examples *examples, const Sheet *sheet,
                          const float *value, const char *path, Filled *filled, AertError *error) {
    const AertModel *model = session->model;
    const AertDataFrom *from = &examples->from[model->original];
    AertRewritten part[AERT_MAX_INPUTS] = {{original_of(model), value, sheet->words, 0, 0}};
    AertRewrite how = {path, examples->rows, sheet->count, session->options->fill, 1, part};
    for (int i = 0; i < model->inputs; i++) {
        const char *own = session->options->data.of[i];
        if (aert_holds(&model->input[i], AERT_HOLDS_A_CLASS) && i != model->original &&
            (!own || strcmp(own, from->path) == 0))
            part[how.parts++] = (AertRewritten){.input = &model->input[i],
                                                .value = restored_class(sheet, &model->input[i]),
                                                .words = &session->words[i]};
    }
    if (!aert_data_rewrite(&how, from, error))
        return false;
    for (int i = value ? 0 : 1; i < how.parts; i++) {
        filled->filled += part[i].written;
        leave(filled, part[i].input, how.fill ? part[i].gaps - part[i].written : 0,
              part[i].value ? "the most likely class is no word of the training"
                            : "no decoder says which class is likely");
    }
    return true;
}

bool table_write(const Session *session, const Examples *examples, const Sheet *sheet,
                 const char *path, Filled *filled, AertError *error) {
    const AertModel *model = session->model;
    bool fill = session->options->fill;
    int input = model->original;
    size_t all = (size_t)sheet->count * sheet->size;
    if ((fill && !may_fill(session, examples, error)) ||
        !aert_suffix_fits(path,
                          !table_came(examples, input)     ? ".npy or .csv"
                          : restores_texts(model) && !fill ? ".txt or .npy"
                                                           : ".csv, .tsv or .txt",
                          error))
        return false;
    if (examples->data[input].window.length)
        return model->signals->rewrite(session, examples, sheet, path, filled, error);
    if (fill && restores_texts(model))
        return rewrite_table(session, examples, sheet, NULL, path, filled, error);
    float *value = aert_allocate(all, sizeof *value, "reconstructions", error);
    if (!value)
        return false;
    merge(sheet, fill, value);
    bool table = table_came(examples, input), fine;
    if (table) {
        as_bytes(&examples->data[input], value, all);
        fine = rewrite_table(session, examples, sheet, value, path, filled, error);
    } else {
        for (size_t i = 0; fill && i < all; i++)
            filled->filled += isnan(sheet->values[(size_t)sheet->original * all + i]);
        fine = sheet_write_table(sheet, model, value, path, error);
    }
    if (fill)
        leave_others(session, examples, table ? examples->from[input].path : NULL, sheet->count,
                     filled);
    free(value);
    return fine;
}
