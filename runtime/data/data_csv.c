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

/* What is read, and what becomes of it. */
typedef struct Reading {
    AertData *data, *labels;
    float *value;     /* where the next number goes; NULL: numbers are not read */
    WordReader words; /* of the classes in the column of labels … */
    bool classes;     /* … where there is one */
    double rounded; /* the first number that is whole and none as a float, as are times in seconds;
                       0: there is none … */
    int in;         /* … and its field */
} Reading;

/* The number in a field of the row in hand, or NaN where it may be missing and is. */
static bool take_number(Reading *r, const AertColumns *c, int field, AertError *error) {
    double wide;
    AertCell cell = aert_table_number(&c->table, field, &wide);
    float value = (float)wide;
    *r->value++ = value;
    if (r->rounded == 0 && aert_number_is_cut(wide)) {
        r->rounded = wide;
        r->in = field;
    }
    if (cell == AERT_CELL_NUMBER ? isfinite(value) : cell == AERT_CELL_GAP && c->input->missing)
        return true;
    return aert_table_wrong(&c->table, field,
                            cell == AERT_CELL_NUMBER ? "a finite number"
                            : cell == AERT_CELL_GAP
                                ? "a number: `with gaps` lets an input have such"
                                : "a number",
                            error);
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
static bool check_range(AertColumns *c, const AertData *data, AertError *error) {
    const AertInput *input = c->input;
    int64_t example;
    size_t element;
    char wanted[128], of[64];
    if (data->element == AERT_BYTE || !aert_data_outside(data, input, &example, &element))
        return true;
    if (aert_holds(input, AERT_HOLDS_COUNTS))
        snprintf(wanted, sizeof wanted, "%s (input %.56s)", aert_data_wanted(input, of, sizeof of),
                 input->name);
    else
        snprintf(wanted, sizeof wanted, "%g to %g (input %.64s)", input->low, input->high,
                 input->name);
    aert_table_seek(&c->table, example);
    return aert_table_next(&c->table, error) &&
           aert_table_wrong(&c->table, c->field[element], wanted, error);
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

/* The numbers of the columns, and the classes, which are that input's. */
static bool read_rows(Reading *r, AertColumns *c, const AertInput *label, AertError *error) {
    for (int64_t row = 0; row < c->table.rows; row++) {
        if (!aert_table_next(&c->table, error))
            return false;
        for (int i = 0; r->value && i < c->count; i++)
            if (!take_number(r, c, c->field[i], error))
                return false;
        if (r->classes && !aert_csv_class(&c->table, c->label, &r->words, error))
            return false;
    }
    return !r->classes ||
           (aert_words_end(&r->words, error) &&
            aert_csv_classes_fit(&c->table, c->label, r->words.labels, label, error));
}

/* A file that holds classes and nothing else, or those of a column. */
static bool read_labels(Reading *r, AertColumns *c, AertError *error) {
    const AertInput *input = c->input;
    AertData *data = r->data, found = {0};
    bool own = input->role == AERT_AS_LABEL;
    if (c->none)
        return true;
    if (c->label < 0 && c->count != 1)
        return aert_fail(error,
                         "%s: has %d columns, wanted one of labels: name it by --%s%s%s, or "
                         "call it '%s'",
                         c->table.name, c->count, own ? "label-column" : "columns ",
                         own ? "" : input->name, own ? "" : "=NAME", input->name);
    if (c->label < 0)
        c->label = c->field[0];
    r->classes = true;
    data->format = "CSV";
    data->count = c->table.rows;
    bool fine = aert_words_begin(&r->words, &found, data, input, c->from->words, error) &&
                read_rows(r, c, input, error);
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
static bool check_columns(const AertColumns *columns, const AertData *data, AertError *error) {
    const AertTable *table = &columns->table;
    const AertInput *input = columns->input;
    char all[256], channels[64] = "";
    long long wanted = (long long)aert_input_size(input);
    bool fewer = columns->count < wanted, chosen = columns->count < table->last - table->first;
    int moment = input->kind != AERT_SIGNAL ? INT32_MAX : input->rank == 2 ? input->dim[0] : 1;
    bool few = fewer && !chosen && columns->count < moment;
    if (columns->count == wanted || aert_is_recording(data, input))
        return aert_data_check_shape(data, input, error);
    if (input->kind == AERT_SIGNAL && fewer)
        snprintf(channels, sizeof channels, "%d, the channels of a recording, or ", moment);
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
static bool note_rounded(const Reading *r, const AertTable *table, AertError *error) {
    char where[200];
    const char *column = table->column ? table->column[r->in] : "";
    snprintf(where, sizeof where, "column %d%s%.128s%s", r->in + 1, *column ? " (" : "", column,
             *column ? ")" : "");
    return aert_data_tell_cut(r->data, where, r->rounded, error);
}

static bool read_numbers(Reading *r, AertColumns *c, AertError *error) {
    const AertDataFrom *from = c->from;
    AertData *data = r->data;
    data->format = "CSV";
    data->element = AERT_FLOAT;
    data->count = c->table.rows;
    data->rank = 1;
    data->dim[0] = c->count;
    data->size = (size_t)c->count;
    if (!check_columns(c, data, error))
        return false;
    data->values = data->memory = r->value =
        aert_allocate(most_examples(&c->table), data->size * sizeof(float), from->path, error);
    r->classes = r->labels && c->label >= 0;
    if (!data->memory ||
        (r->classes &&
         !aert_words_begin(&r->words, r->labels, data, from->label, from->label_words, error)) ||
        !read_rows(r, c, from->label, error))
        return false;
    make_bytes(data, c->input);
    return check_range(c, data, error) && note_rounded(r, &c->table, error);
}

bool aert_csv_note(AertData *data, const AertColumns *columns, AertError *error) {
    char note[1024];
    bool told = aert_table_note(&columns->table, note, sizeof note) != NULL;
    return (!told || aert_data_tell(data, note, error)) &&
           (!columns->by_place ||
            aert_data_note(data, error,
                           "%.256s has no names of columns: those of %s are taken by place",
                           told ? "it" : columns->table.name, columns->input->name));
}

static bool read_table(AertColumns *columns, void *user, AertError *error) {
    Reading *r = user;
    bool classes = aert_holds(columns->input, AERT_HOLDS_A_CLASS);
    bool fine = aert_csv_note(r->data, columns, error) &&
                (classes ? read_labels : read_numbers)(r, columns, error);
    aert_words_close(&r->words);
    return fine;
}

bool aert_csv_open(AertData *data, AertData *labels, const AertBytes *bytes,
                   const AertDataFrom *from, const AertInput *input, AertError *error) {
    Reading reading = {.data = data, .labels = labels};
    return aert_columns_read(bytes, from, input, read_table, &reading, error);
}
