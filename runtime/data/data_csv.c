/* data_csv: a data set from a table of text: a row an example.  One column may hold the labels:
 * words or numbers.
 *
 *     sepal,petal,kind            --label-column kind, or --label-column 3
 *     5.1,1.4,"setosa, wild"
 */
#include "columns.h"
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

/* The number in a field of the row in hand. */
static bool take_number(const AertTable *table, int field, float *value, AertError *error) {
    if (aert_table_number(table, field, value) != AERT_CELL_NUMBER)
        return aert_table_wrong(table, field, "a number", error);
    return isfinite(*value) || aert_table_wrong(table, field, "a finite number", error);
}

static bool read_rows(AertTable *table, const AertColumns *columns, AertData *labels, float *value,
                      AertError *error) {
    char word[AERT_WORD + 1]; /* room for one byte more than a word has: what fills it was cut */
    for (int64_t row = 0; row < table->rows; row++) {
        if (!aert_table_next(table, error))
            return false;
        for (int i = 0; value && i < columns->count; i++)
            if (!take_number(table, columns->field[i], value++, error))
                return false;
        if (!labels)
            continue;
        aert_table_word(table, columns->label, word, sizeof word);
        if (!aert_words_add(labels, row, word, error))
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
        whole = value[i] >= 0 && value[i] <= 255 && value[i] == floorf(value[i]);
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
    char wanted[128];
    if (data->element == AERT_BYTE || !aert_data_outside(data, input, &example, &element))
        return true;
    aert_table_seek(table, example);
    if (!aert_table_next(table, error))
        return false;
    snprintf(wanted, sizeof wanted, "%g to %g (input %.64s)", input->low, input->high, input->name);
    return aert_table_wrong(table, columns->field[element], wanted, error);
}

/* A file that holds labels and nothing else, or those of a column. */
static bool read_labels(AertTable *table, AertColumns *columns, AertData *data, AertError *error) {
    if (columns->label < 0 && columns->count > 1)
        return aert_fail(error,
                         "%s: has %d columns, wanted one of labels: name it by --label-column",
                         table->name, columns->count);
    if (columns->label < 0)
        columns->label = columns->field[0];
    char *name = data->name, *note = data->note; /* words_begin takes a copy */
    bool fine = aert_words_begin(data, name, "CSV", table->rows, error) &&
                read_rows(table, columns, data, NULL, error);
    data->note = note;
    free(name);
    if (fine)
        aert_words_end(data);
    return fine;
}

/* Whether there are as many columns as the input wants numbers; else what may be said. */
static bool check_columns(const AertTable *table, const AertColumns *columns, const AertData *data,
                          const AertInput *input, AertError *error) {
    char all[256];
    int64_t wanted = 1;
    for (int i = 0; i < input->rank; i++)
        wanted *= input->dim[i];
    if (input->kind == AERT_SIGNAL && columns->count < wanted && !aert_is_recording(data, input))
        return aert_fail(error,
                         "%s: has %d columns (%s), input %s wants %d, the channels of a recording, "
                         "or %lld: choose by --columns, leave out by --ignore",
                         table->name, columns->count, aert_table_columns(table, all, sizeof all),
                         input->name, input->rank == 2 ? input->dim[0] : 1, (long long)wanted);
    if (columns->count <= wanted)
        return aert_data_check_shape(data, input, error);
    return aert_fail(error,
                     "%s: has %d columns (%s), input %s wants %lld number%s: choose by --columns, "
                     "leave out by --ignore%s",
                     table->name, columns->count, aert_table_columns(table, all, sizeof all),
                     input->name, (long long)wanted, wanted == 1 ? "" : "s",
                     columns->label < 0 ? ", name the label by --label-column" : "");
}

static bool read_table(AertTable *table, AertColumns *columns, AertData *data, AertData *labels,
                       const AertInput *input, AertError *error) {
    bool labelled = labels && columns->label >= 0;
    if (input->kind == AERT_CLASS)
        return read_labels(table, columns, data, error);
    data->format = "CSV";
    data->element = AERT_FLOAT;
    data->count = table->rows;
    data->rank = 1;
    data->dim[0] = columns->count;
    data->size = (size_t)columns->count;
    if (!check_columns(table, columns, data, input, error) ||
        (labelled && !aert_words_begin(labels, table->name, "CSV", table->rows, error)))
        return false;
    data->values = data->memory =
        aert_allocate(most_examples(table), data->size * sizeof(float), table->name, error);
    if (!data->memory || !read_rows(table, columns, labelled ? labels : NULL, data->memory, error))
        return false;
    if (labelled)
        aert_words_end(labels);
    make_bytes(data, input);
    return check_range(table, columns, data, input, error);
}

bool aert_csv_open(AertData *data, AertData *labels, const AertBytes *bytes,
                   const AertDataFrom *from, const AertInput *input, AertError *error) {
    char note[1024];
    AertTable table = {0};
    AertColumns columns = {0};
    AertNames names;
    bool fine = aert_names_open(&names, from, error);
    const AertTableHow how = {.name = data->name,
                              .csv = from->how ? &from->how->csv : NULL,
                              .asked = names.name,
                              .asks = names.count,
                              .labels = input->kind == AERT_CLASS};
    fine = fine && aert_table_open(&table, bytes, &how, error) &&
           aert_columns_open(&columns, &table, from, error);
    if (fine && aert_table_note(&table, note, sizeof note)) {
        data->note = strdup(note);
        fine = data->note || aert_fail(error, "out of memory: a note on %s", data->name);
    }
    fine = fine && read_table(&table, &columns, data, labels, input, error);
    aert_columns_close(&columns);
    aert_table_close(&table);
    aert_names_close(&names);
    return fine;
}
