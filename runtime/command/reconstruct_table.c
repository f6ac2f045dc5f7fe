/* reconstruct_table: see reconstruct_table.h. */
#include "restored.h"

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

/* Whether gaps can be filled, of a table or what came otherwise; else the error says why not. */
static bool may_fill(const Work *work, bool table, AertError *error) {
    const AertModel *model = work->session.model;
    const Options *options = work->session.options;
    const char *name = work->examples.data[model->original].name;
    bool missing = false;
    for (int i = 0; i < model->inputs; i++)
        missing |= model->input[i].missing &&
                   (i == model->original || aert_holds(&model->input[i], AERT_HOLDS_A_CLASS));
    if (!missing)
        return aert_fail(error, "--fill: input %s has no gaps: `with gaps` lets it have such",
                         original_of(model)->name);
    if (!options->output || !files_given(&options->data))
        return aert_fail(error, "--fill wants --data with gaps, and --output for it without them");
    if (!table && restores_texts(model))
        return aert_fail(error, "--fill: %s is no table, which has classes beside its texts", name);
    return table || aert_has_suffix(options->output, ".npy") ||
           aert_fail(error, "--fill: %s is no table of text: --output FILE.npy", name);
}

/* The reconstruction, or with `fill` the original where it has a number; returns how many it has
 * not. */
static int64_t merge(const Sheet *sheet, bool fill, float *value) {
    size_t all = (size_t)sheet->count * sheet->size;
    const float *restored = sheet_cell(sheet, sheet->restored, 0);
    const float *original = sheet_cell(sheet, sheet->original, 0);
    int64_t gaps = 0;
    for (size_t i = 0; i < all; i++) {
        bool kept = fill && !isnan(original[i]);
        value[i] = kept ? original[i] : restored[i];
        gaps += !kept;
    }
    return gaps;
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
static void leave_others(const Work *work, bool table, int64_t count, Filled *filled) {
    const Examples *examples = &work->examples;
    const AertModel *model = work->session.model;
    const char *path = examples->from[model->original].path;
    for (int i = 0; i < model->inputs; i++) {
        const AertData *data = &examples->data[i];
        const char *own = examples->from[i].path;
        bool class = aert_holds(&model->input[i], AERT_HOLDS_A_CLASS);
        if (i == model->original || !(examples->has >> i & 1) || !own || !data->values ||
            data->window.length || (class && table && strcmp(own, path) == 0))
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
static bool rewrite_table(const Work *work, const Sheet *sheet, const float *value, Filled *filled,
                          AertError *error) {
    const Session *session = &work->session;
    const AertModel *model = session->model;
    const AertDataFrom *from = &work->examples.from[model->original];
    AertRewritten part[AERT_MAX_INPUTS] = {{original_of(model), value, sheet->words, 0, 0}};
    AertRewrite how = {work->path, work->examples.rows, sheet->count, session->options->fill, 1,
                       part};
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

bool table_restored(const Work *work, const Sheet *sheet, bool table, Filled *filled,
                    AertError *error) {
    const AertModel *model = work->session.model;
    bool fill = work->session.options->fill;
    size_t all = (size_t)sheet->count * sheet->size;
    if (fill && restores_texts(model))
        return rewrite_table(work, sheet, NULL, filled, error);
    float *value = aert_allocate(all, sizeof *value, "pictures", error);
    if (!value)
        return false;
    int64_t gaps = merge(sheet, fill, value);
    bool fine;
    if (table) {
        as_bytes(&work->examples.data[model->original], value, all);
        fine = rewrite_table(work, sheet, value, filled, error);
    } else {
        filled->filled += gaps;
        fine = sheet_write_table(sheet, model, value, work->path, error);
    }
    if (fill)
        leave_others(work, table, sheet->count, filled);
    free(value);
    return fine;
}

bool table_write(const Work *work, const Sheet *sheet, Filled *filled, AertError *error) {
    const Session *session = &work->session;
    const AertModel *model = session->model;
    bool fill = session->options->fill, table = table_came(&work->examples, model->original);
    bool texts = restores_texts(model);
    if ((fill && !may_fill(work, table, error)) ||
        !aert_suffix_fits(work->path,
                          !table           ? ".npy or .csv"
                          : texts && !fill ? ".txt or .npy"
                                           : ".csv, .tsv or .txt",
                          error))
        return false;
    if (work->examples.data[model->original].window.length)
        return model->signals->rewrite(session, &work->examples, sheet, work->path, filled, error);
    return model->restored ? model->restored->write(work, sheet, table, filled, error)
                           : sheet_write(sheet, model, work->path, error);
}
