/* data_csv: a data set from a table of text: a row an example.  One column may hold the labels:
 * words or numbers.
 *
 *     sepal,petal,kind            --label-column kind, or --label-column 3
 *     5.1,1.4,"setosa, wild"
 */
#include "data_csv.h"
#include "data_parts.h"
#include "windows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The most examples of `size` numbers that the rows can hold: a field takes a byte at least.  Where
 * there are more lines, one of the first ones is wrong. */
static size_t most_examples(const AertTable *table) {
    size_t left = (size_t)(table->lines.end - table->lines.at);
    size_t most = left / (size_t)table->fields + 1;
    return (size_t)table->rows < most ? (size_t)table->rows : most;
}

/* The first number of a table that is whole and none as a float: times in seconds, say. */
typedef struct Rounded {
    double number; /* 0: there is none */
    int field;
} Rounded;

/* The number in a field of the row in hand, or NaN where it may be missing and is. */
static bool take_number(const AertTable *table, int field, bool gaps, float *value,
                        Rounded *rounded, AertError *error) {
    double wide;
    AertCell cell = aert_table_number(table, field, &wide);
    *value = (float)wide;
    if (rounded->number == 0 && aert_number_is_cut(wide))
        *rounded = (Rounded){wide, field};
    if (gaps && cell == AERT_CELL_GAP)
        return true;
    if (cell != AERT_CELL_NUMBER)
        return aert_table_wrong(
            table, field,
            cell == AERT_CELL_GAP ? "a number: `with gaps` lets an input have such" : "a number",
            error);
    return isfinite(*value) || aert_table_wrong(table, field, "a finite number", error);
}

bool aert_csv_class(const AertTable *table, int field, WordReader *words, AertError *error) {
    char word[AERT_WORD + 1], wanted[256]; /* a byte more than a word has: what fills it was cut */
    bool unknown;
    AertError plain;
    double ignored;
    bool gap = aert_table_number(table, field, &ignored) == AERT_CELL_GAP;
    aert_table_word(table, field, word, sizeof word);
    if (words->missing && (gap || strcmp(word, "-1") == 0) && !aert_words_known(words, word)) {
        aert_words_miss(words, table->row - 1);
        return true;
    }
    if (!*word && words->classes && !words->other)
        return aert_table_wrong(table, field, "a class", error);
    if (aert_words_add(words, table->row - 1, word, &unknown, &plain))
        return true;
    *error = plain;
    return unknown ? aert_table_wrong(table, field, aert_words_wanted(words, wanted, sizeof wanted),
                                      error)
                   : false;
}

static bool read_rows(AertTable *table, const AertColumns *columns, WordReader *words, bool gaps,
                      float *value, Rounded *rounded, AertError *error) {
    for (int64_t row = 0; row < table->rows; row++) {
        if (!aert_table_next(table, error))
            return false;
        for (int i = 0; value && i < columns->count; i++)
            if (!take_number(table, columns->field[i], gaps, value++, rounded, error))
                return false;
        if (words && !aert_csv_class(table, columns->label, words, error))
            return false;
    }
    return true;
}

/* Pictures are often written as whole numbers to 255: those become bytes. */
static void make_bytes(AertData *data, const AertInput *input) {
    const float *value = data->values;
    unsigned char *byte = data->memory;
    size_t count = (size_t)data->count * data->size;
    bool whole = true, beyond = false;
    for (size_t i = 0; i < count && whole; i++) {
        whole = value[i] >= 0 && value[i] <= 255 && value[i] == (float)(int)value[i];
        beyond = beyond || (double)value[i] > input->high;
    }
    if (input->kind != AERT_IMAGE || input->low >= input->high || !whole || !beyond)
        return;
    for (size_t i = 0; i < count; i++)
        byte[i] = (unsigned char)value[i];
    data->element = AERT_BYTE;
}

/* What aert_data_check would say, with the line and the column. */
static bool check_range(AertTable *table, const AertColumns *columns, const AertData *data,
                        const AertInput *input, AertError *error) {
    int64_t example;
    size_t element;
    char wanted[128], of[64];
    if (data->element == AERT_BYTE || !aert_data_outside(data, input, &example, &element))
        return true;
    aert_table_seek(table, example);
    if (!aert_table_next(table, error))
        return false;
    if (aert_holds(input, AERT_HOLDS_COUNTS))
        snprintf(wanted, sizeof wanted, "%s (input %.56s)", aert_data_wanted(input, of, sizeof of),
                 input->name);
    else
        snprintf(wanted, sizeof wanted, "%g to %g (input %.64s)", input->low, input->high,
                 input->name);
    return aert_table_wrong(table, columns->field[element], wanted, error);
}

bool aert_csv_classes_fit(AertTable *table, int field, const AertData *data, const AertInput *input,
                          AertError *error) {
    const int32_t *value = data->values;
    char wanted[128];
    for (int64_t i = 0; input && input->classes && i < data->count; i++) {
        if ((value[i] >= 0 && value[i] < input->classes) || value[i] == AERT_NO_CLASS)
            continue;
        aert_table_seek(table, i);
        if (data->classes)
            snprintf(wanted, sizeof wanted, "one of %d classes, and the file has %d (input %.64s)",
                     input->classes, data->classes, input->name);
        else
            snprintf(wanted, sizeof wanted, "a class of 0 to %d (input %.64s)", input->classes - 1,
                     input->name);
        return aert_table_next(table, error) && aert_table_wrong(table, field, wanted, error);
    }
    return true;
}

/* The numbers of columns->field, and the classes of columns->label. */
static bool read_both(AertTable *table, const AertColumns *columns, const AertInput *label,
                      WordReader *words, bool gaps, float *value, Rounded *rounded,
                      AertError *error) {
    return read_rows(table, columns, words, gaps, value, rounded, error) &&
           (!words || (aert_words_end(words, error) &&
                       aert_csv_classes_fit(table, columns->label, words->labels, label, error)));
}

/* A file that holds classes and nothing else, or those of a column. */
static bool read_labels(AertTable *table, AertColumns *columns, AertData *data,
                        const AertDataFrom *from, const AertInput *input, AertError *error) {
    bool own = input->role == AERT_AS_LABEL;
    if (columns->none)
        return true;
    if (columns->label < 0 && columns->count != 1)
        return aert_fail(error,
                         "%s: has %d columns, wanted one of labels: name it by --%s%s%s, or "
                         "call it '%s'",
                         table->name, columns->count, own ? "label-column" : "columns ",
                         own ? "" : input->name, own ? "" : "=NAME", input->name);
    if (columns->label < 0)
        columns->label = columns->field[0];
    WordReader words;
    AertData like = {.name = data->name, .format = "CSV", .count = table->rows}, found = {0};
    bool fine = aert_words_begin(&words, &found, &like, input, from->words, error) &&
                read_both(table, columns, input, &words, false, NULL, NULL, error);
    aert_words_close(&words);
    if (!fine) {
        aert_data_close(&found);
        return false;
    }
    found.note = data->note;
    free(data->name);
    *data = found;
    return true;
}

/* Whether there are as many columns as the input wants numbers; else what may be said. */
static bool check_columns(const AertTable *table, const AertColumns *columns, const AertData *data,
                          const AertInput *input, AertError *error) {
    char all[256], channels[64] = "";
    long long wanted = (long long)aert_input_size(input);
    bool fewer = columns->count < wanted, chosen = columns->count < table->last - table->first;
    bool few = fewer && !chosen;
    if (columns->count == wanted || aert_is_recording(data, input))
        return aert_data_check_shape(data, input, error);
    if (input->kind == AERT_SIGNAL && fewer)
        snprintf(channels, sizeof channels, "%d, the channels of a recording, or ",
                 input->rank == 2 ? input->dim[0] : 1);
    return aert_fail(
        error, "%s: has %d column%s%s (%s), input %s wants %s%lld number%s: %s%s", table->name,
        columns->count, columns->count == 1 ? "" : "s", fewer && chosen ? " that are chosen" : "",
        aert_table_columns(table, all, sizeof all), input->name, channels, wanted,
        wanted == 1 ? "" : "s", few ? "" : "choose by --columns, leave out by --ignore",
        few                            ? "--csv separator= says what stands between them"
        : !fewer && columns->label < 0 ? ", name the label by --label-column"
                                       : "");
}

/* What is lost of large numbers is told, with what helps. */
static bool note_rounded(AertData *data, const AertTable *table, const Rounded *rounded,
                         AertError *error) {
    char where[200];
    const char *column = table->column ? table->column[rounded->field] : "";
    snprintf(where, sizeof where, "column %d%s%.128s%s", rounded->field + 1, *column ? " (" : "",
             column, *column ? ")" : "");
    return aert_data_tell_cut(data, where, rounded->number, error);
}

static bool read_table(AertTable *table, AertColumns *columns, AertData *data, AertData *labels,
                       const AertDataFrom *from, const AertInput *input, AertError *error) {
    bool labelled = labels && columns->label >= 0;
    WordReader words = {0};
    Rounded rounded = {0};
    if (aert_holds(input, AERT_HOLDS_A_CLASS))
        return read_labels(table, columns, data, from, input, error);
    data->format = "CSV";
    data->element = AERT_FLOAT;
    data->count = table->rows;
    data->rank = 1;
    data->dim[0] = columns->count;
    data->size = (size_t)columns->count;
    if (!check_columns(table, columns, data, input, error))
        return false;
    data->values = data->memory =
        aert_allocate(most_examples(table), data->size * sizeof(float), table->name, error);
    bool fine = data->memory && (!labelled || aert_words_begin(&words, labels, data, from->label,
                                                               from->label_words, error));
    fine = fine && read_both(table, columns, from->label, labelled ? &words : NULL, input->missing,
                             data->memory, &rounded, error);
    aert_words_close(&words);
    if (!fine)
        return false;
    make_bytes(data, input);
    return check_range(table, columns, data, input, error) &&
           note_rounded(data, table, &rounded, error);
}

bool aert_csv_note(AertData *data, const AertTable *table, const AertColumns *columns,
                   const AertInput *input, AertError *error) {
    char note[1024];
    bool told = aert_table_note(table, note, sizeof note) != NULL;
    return (!told || aert_data_tell(data, note, error)) &&
           (!columns->by_place ||
            aert_data_note(data, error,
                           "%.256s has no names of columns: those of %s are taken by place",
                           told ? "it" : table->name, input->name));
}

bool aert_csv_open(AertData *data, AertData *labels, const AertBytes *bytes,
                   const AertDataFrom *from, const AertInput *input, AertError *error) {
    AertTable table;
    AertColumns columns;
    bool fine = aert_columns_begin(&table, &columns, bytes, from, input, error) &&
                aert_csv_note(data, &table, &columns, input, error) &&
                read_table(&table, &columns, data, labels, from, input, error);
    aert_columns_end(&table, &columns);
    return fine;
}
