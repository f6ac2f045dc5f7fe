/* look: see look.h.  Of arrays and tables the first million numbers are looked at. */
#include "look.h"
#include "data_parts.h"
#include "sparse_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NUMBERS = 1 << 20 };

/* ---- arrays ---- */

static void see(AertLook *look, double value, int64_t *zeros) {
    look->low = fmin(look->low, value);
    look->high = fmax(look->high, value);
    look->whole = look->whole && value == floor(value);
    *zeros += value == 0;
}

static bool look_at_array(AertLook *look, const FileArray *array, const char *path,
                          AertError *error) {
    FileArray some = *array;
    some.elements = array->elements < MOST_NUMBERS ? array->elements : MOST_NUMBERS;
    float *value = aert_allocate(some.elements + 1, sizeof *value, "a look at the data", error);
    if (!value)
        return false;
    aert_array_floats(&some, value);
    int64_t zeros = 0, finite = 0;
    bool infinite = false;
    for (size_t i = 0; i < some.elements; i++)
        if (isfinite(value[i]))
            finite++, see(look, (double)value[i], &zeros);
        else if (isnan(value[i]))
            look->gaps = true;
        else
            infinite = true;
    free(value);
    if (infinite)
        return aert_fail(error, "%s: holds numbers that are infinite, or larger than a float",
                         path);
    look->zeros = finite ? (double)zeros / (double)finite : 0;
    look->kind = AERT_LOOK_ARRAY;
    look->format = array->format;
    look->bytes = array->scalar == SCALAR_U8;
    look->count = array->dim[0];
    look->rank = array->rank - 1;
    memcpy(look->dim, array->dim + 1, (size_t)look->rank * sizeof *look->dim);
    return true;
}

/* ---- tables ---- */

/* The cell of a column in the row before. */
typedef struct Before {
    double number; /* NaN where it is a word */
    char word[AERT_WORD];
} Before;

static void add_word(char (*list)[AERT_WORD], int *distinct, const char *word) {
    for (int i = 0; i < *distinct && i < AERT_LOOK_WORDS; i++)
        if (strcmp(list[i], word) == 0)
            return;
    if (*distinct < AERT_LOOK_WORDS)
        snprintf(list[*distinct], AERT_WORD, "%s", word);
    *distinct += *distinct <= AERT_LOOK_WORDS;
}

/* "2024-01-31 23:59": dates and times whose order is that of their letters. */
static bool is_date(const char *word) {
    return strspn(word, "0123456789") == 4 && memchr("-/.", word[4], 3);
}

/* Whether a cell goes on, or back, from the one before it. */
static void see_order(AertColumnLook *column, Before *before, double number, const char *word) {
    bool both = column->numbers + column->words > 0, dates = is_date(word) && is_date(before->word);
    double step = isnan(number)           ? dates * strcmp(word, before->word)
                  : isnan(before->number) ? 0
                                          : number - before->number;
    column->forth += both && step > 0;
    column->back += both && step < 0;
    before->number = number;
    snprintf(before->word, AERT_WORD, "%s", word);
}

/* "01", as codes and postal codes are: a word, for a number would lose its zeros. */
static bool is_code(const char *word) {
    return word[0] == '0' && word[1] && !word[strspn(word, "0123456789")];
}

static AertCell kind_of(AertLook *look, int field, double *number) {
    char word[AERT_WORD];
    AertCell cell = aert_table_number(&look->table, field, number);
    aert_table_word(&look->table, field, word, sizeof word);
    return cell == AERT_CELL_NUMBER && is_code(word) ? AERT_CELL_WORD : cell;
}

static void see_cell(AertLook *look, int field, AertColumnLook *column, Before *before) {
    char word[AERT_WORD];
    double number;
    switch (kind_of(look, field, &number)) {
    case AERT_CELL_NUMBER:
        column->rising = column->rising && (column->numbers == 0 || number > before->number);
        see_order(column, before, number, "");
        column->numbers++;
        column->whole = column->whole && number == floor(number);
        column->low = fmin(column->low, (double)(float)number); /* infinite beyond floats */
        column->high = fmax(column->high, (double)(float)number);
        aert_table_word(&look->table, field, word, sizeof word);
        if (strcmp(word, "-1") == 0)
            column->minus++;
        else
            add_word(column->numeral, &column->numerals, word);
        break;
    case AERT_CELL_GAP:
        column->gaps++;
        break;
    case AERT_CELL_WORD:
        aert_table_word(&look->table, field, word, sizeof word);
        see_order(column, before, (double)NAN, word);
        column->words++;
        column->letters += look->table.field[field].length;
        add_word(column->word, &column->distinct, word);
        break;
    }
}

static bool look_at_rows(AertLook *look, AertError *error) {
    AertTable *table = &look->table;
    int64_t most = MOST_NUMBERS / look->columns;
    Before *before = aert_allocate((size_t)look->columns, sizeof *before, "columns", error);
    bool fine = before != NULL;
    for (int64_t row = 0; fine && row < table->rows && row < most; row++) {
        fine = aert_table_next(table, error);
        for (int i = 0; fine && i < look->columns; i++)
            see_cell(look, table->first + i, &look->column[i], &before[i]);
    }
    free(before);
    return fine;
}

static bool look_at_table(AertLook *look, const char *path, const AertCsv *csv, AertError *error) {
    const AertTableHow how = {.name = path, .csv = csv};
    AertTable *table = &look->table;
    if (!aert_table_open(table, &look->bytes_of_table, &how, error))
        return false;
    look->kind = AERT_LOOK_TABLE;
    look->format = "CSV";
    look->count = table->rows;
    look->columns = table->last - table->first;
    look->column = aert_allocate((size_t)look->columns, sizeof *look->column, "columns", error);
    for (int i = 0; look->column && i < look->columns; i++) {
        AertColumnLook *column = &look->column[i];
        *column =
            (AertColumnLook){.whole = true, .rising = true, .low = INFINITY, .high = -INFINITY};
        column->name = table->column ? table->column[table->first + i] : NULL;
        column->word = aert_allocate(AERT_LOOK_WORDS, sizeof *column->word, "words", error);
        column->numeral = aert_allocate(AERT_LOOK_WORDS, sizeof *column->numeral, "words", error);
        if (!column->word || !column->numeral)
            return false;
    }
    return look->column && look_at_rows(look, error);
}

/* ---- the whole ---- */

static bool look_at_file(AertLook *look, const char *path, const AertCsv *csv, AertError *error) {
    AertBytes *bytes = &look->bytes_of_table;
    FileArray array;
    const unsigned char *b = bytes->data;
    if (aert_mtx_is(bytes))
        return aert_mtx_look(look, bytes, path, error);
    if (aert_text_is(b, bytes->size) && aert_svm_is(bytes))
        return aert_svm_look(look, bytes, path, error);
    if (aert_text_is(b, bytes->size))
        return look_at_table(look, path, csv, error);
    if (aert_npy_is(b, bytes->size))
        return aert_npy_parse(&array, b, bytes->size, path, error) &&
               look_at_array(look, &array, path, error);
    if (aert_idx_is(b, bytes->size))
        return aert_idx_parse(&array, b, bytes->size, path, error) &&
               look_at_array(look, &array, path, error);
    return aert_fail(
        error,
        "%s: is no table of text, no NPY, NPZ or IDX, no svmlight or MatrixMarket, "
        "and no folder of PNG or JPEG: write WAV, Parquet and their like as one of these",
        path);
}

bool aert_look(AertLook *look, const char *path, const AertCsv *csv, AertError *error) {
    *look = (AertLook){.low = INFINITY, .high = -INFINITY, .whole = true};
    if (aert_folder_is(path))
        return aert_folder_look(look, path, error);
    if (!aert_data_bytes(&look->bytes_of_table, path, AERT_MOST_UNPACKED, error))
        return false;
    if (look->bytes_of_table.size == 0)
        return aert_fail(error, "%s: the file is empty", path);
    return look_at_file(look, path, csv, error);
}

void aert_look_close(AertLook *look) {
    for (int i = 0; look->column && i < look->columns; i++) {
        free(look->column[i].word);
        free(look->column[i].numeral);
    }
    free(look->column);
    aert_table_close(&look->table);
    aert_bytes_close(&look->bytes_of_table);
    *look = (AertLook){0};
}
