/* codes_file: see codes_file.h.  Numbers and words read back exactly. */
#include "codes_file.h"
#include "say.h"
#include "sheet.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The header over the i-th number of a line. */
static void put_name(CodesFile *file, size_t i) {
    const AertInput *of = file->of;
    if (i > 0)
        file_say(&file->text, ",");
    if (of && aert_holds(of, AERT_HOLDS_A_CLASS)) {
        file_say(&file->text, "%s", of->name);
        return;
    }
    if (!of || !of->column) {
        file_say(&file->text, "%s_%zu", of ? of->name : "code", i);
        return;
    }
    char name[2 * AERT_MAX_NAME + 3];
    file_say(&file->text, "%s", aert_csv_text(of->column[i], name));
}

static bool begin_text(CodesFile *file, const char *path, AertError *error) {
    file->text = file->marks = (AertFile){.fd = -1};
    if (!aert_file_create(&file->text, path, error))
        return false;
    if (!file->is_tsv) {
        for (size_t i = 0; i < file->size; i++)
            put_name(file, i);
        file_say(&file->text, file->labels ? ",label\n" : "\n");
        return true;
    }
    char marks[4096];
    const char *own = "/vectors.tsv";
    bool plain = aert_has_suffix(path, own);
    int stem = (int)(strlen(path) - strlen(plain ? own : ".tsv"));
    snprintf(marks, sizeof marks, "%.*s%smetadata.tsv", stem < 4000 ? stem : 4000, path,
             plain ? "/" : ".");
    aert_file_clear(marks);
    if (aert_file_create(&file->marks, marks, error))
        return true;
    aert_file_discard(&file->text);
    return false;
}

bool codes_file_begin(CodesFile *file, const char *path, int64_t count, int rank, const int *dim,
                      AertError *error) {
    int64_t dims[AERT_MAX_RANK + 1] = {count};
    for (int i = 0; i < rank; i++)
        dims[i + 1] = dim[i];
    if (!aert_suffix_fits(path, ".npy, .csv or .tsv", error))
        return false;
    file->is_tsv = aert_has_suffix(path, ".tsv");
    file->is_text = file->is_tsv || aert_has_suffix(path, ".csv");
    file->between = file->is_tsv ? '\t' : ',';
    if (!aert_shape_bytes(rank, dims + 1, 1, &file->size))
        return aert_fail(error, "%s: an array of too many elements", path);
    return file->is_text ? begin_text(file, path, error)
                         : aert_npy_begin(&file->npy, path, rank + 1, dims, error);
}

/* The label of a line: its class's name, or its number; without labels the number of the line. */
static void put_label(AertFile *to, const AertData *labels, int64_t line) {
    double label = labels ? aert_data_class(labels, line) : (double)line;
    char word[2 * AERT_WORD + 3];
    if (labels && label < labels->classes)
        file_say(to, "%s", aert_csv_text(labels->class_name[(int)label], word));
    else if (!isnan(label))
        file_say(to, "%.0f", label);
    file_say(to, "\n");
}

/* A number, or the class that it stands for. */
static void put_value(CodesFile *file, float value) {
    const AertWords *words = file->words;
    char text[AERT_NUMBER], room[2 * AERT_WORD + 3];
    if (words && value >= 0 && value < (float)words->count)
        file_say(&file->text, "%s", aert_csv_text(words->word[(int)value], room));
    else
        file_say(&file->text, "%s", aert_float_text(value, text));
}

void codes_file_write(CodesFile *file, const float *value, int rows) {
    if (!file->is_text) {
        aert_npy_write(&file->npy, value, (size_t)rows * file->size);
        return;
    }
    for (int r = 0; r < rows; r++, file->lines++) {
        for (size_t i = 0; i < file->size; i++) {
            if (i)
                aert_file_write(&file->text, &file->between, 1);
            put_value(file, *value++);
        }
        if (file->is_tsv)
            put_label(&file->marks, file->labels, file->lines);
        if (file->is_tsv || !file->labels) {
            file_say(&file->text, "\n");
        } else {
            file_say(&file->text, ",");
            put_label(&file->text, file->labels, file->lines);
        }
    }
}

bool codes_file_end(CodesFile *file, AertError *error) {
    if (!file->is_text)
        return aert_npy_end(&file->npy, error);
    bool fine = aert_file_commit(&file->text, error);
    if (!file->is_tsv)
        return fine;
    if (fine)
        return aert_file_commit(&file->marks, error);
    aert_file_discard(&file->marks);
    return false;
}

void codes_file_discard(CodesFile *file) {
    if (!file->is_text) {
        aert_npy_discard(&file->npy);
        return;
    }
    aert_file_discard(&file->text);
    if (file->is_tsv)
        aert_file_discard(&file->marks);
}
