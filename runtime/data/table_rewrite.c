/* table_rewrite: a table of text once more, with other numbers in some of its fields.
 *
 * Its one idea: what is not replaced is copied byte for byte, from the end of one number to the
 * beginning of the next, so that names, units, other columns, comments and ends of lines stay.
 *
 *     id;temp;flow          id;temp;flow
 *     a;20,5;NA       ->    a;20,5;0,25        the gap alone
 */
#include "columns.h"
#include "data_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Rewriting {
    const AertRewrite *how;
    AertTable table;
    AertColumns columns;
    int *element;       /* (fields): of an example, that the field holds; -1: it is another's */
    int64_t *place;     /* (rows): of how->value; -1: the row is left out */
    const char *copied; /* the text is written up to here */
    AertFile file;
    int64_t count; /* numbers written */
} Rewriting;

static void copy_to(Rewriting *r, const char *end) {
    aert_file_write(&r->file, r->copied, (size_t)(end - r->copied));
    r->copied = end;
}

/* As the table writes numbers. */
static void put_number(Rewriting *r, float value) {
    char text[AERT_NUMBER];
    const AertCsv *csv = &r->table.csv;
    aert_float_text(value, text);
    char *point = csv->decimal == ',' ? strchr(text, '.') : NULL;
    if (point)
        *point = ',';
    bool quotes = point && csv->separator == ',';
    aert_file_write(&r->file, "\"", quotes);
    aert_file_write(&r->file, text, strlen(text));
    aert_file_write(&r->file, "\"", quotes);
    r->count++;
}

/* The row in hand, which is example `place` of the values. */
static void put_row(Rewriting *r, int64_t place) {
    const float *value = r->how->value + (size_t)place * (size_t)r->columns.count;
    for (int f = 0; f < r->table.fields; f++) {
        const AertField *field = &r->table.field[f];
        float ignored;
        if (r->element[f] < 0 ||
            (r->how->fill && aert_table_number(&r->table, f, &ignored) != AERT_CELL_GAP))
            continue;
        copy_to(r, field->at - field->quoted);
        r->copied = field->at + field->length + field->quoted;
        put_number(r, value[r->element[f]]);
    }
}

static bool put_rows(Rewriting *r, AertError *error) {
    AertTable *table = &r->table;
    r->copied = table->text;
    for (int64_t row = 0; row < table->rows; row++) {
        if (!aert_table_next(table, error))
            return false;
        if (r->place[row] >= 0) {
            put_row(r, r->place[row]);
            continue;
        }
        copy_to(r, table->lines.line);
        r->copied = table->lines.at;
    }
    copy_to(r, table->text + table->size);
    return true;
}

/* What each field and each row is of. */
static bool find_places(Rewriting *r, AertError *error) {
    const AertRewrite *how = r->how;
    size_t fields = (size_t)r->table.fields, rows = (size_t)r->table.rows;
    r->element = aert_allocate(fields, sizeof *r->element, how->to, error);
    r->place = aert_allocate(rows, sizeof *r->place, how->to, error);
    if (!r->element || !r->place)
        return false;
    for (size_t f = 0; f < fields; f++)
        r->element[f] = -1;
    for (int i = 0; i < r->columns.count; i++)
        r->element[r->columns.field[i]] = i;
    for (size_t i = 0; i < rows; i++)
        r->place[i] = -1;
    for (int64_t i = 0; i < how->count; i++)
        r->place[how->row ? how->row[i] : i] = i;
    return true;
}

static bool rewrite(Rewriting *r, AertError *error) {
    if (!find_places(r, error) || !aert_file_create(&r->file, r->how->to, error))
        return false;
    if (put_rows(r, error))
        return aert_file_commit(&r->file, error);
    aert_file_discard(&r->file);
    return false;
}

bool aert_data_rewrite(const AertRewrite *how, const AertDataFrom *from, const AertInput *input,
                       int64_t *written, AertError *error) {
    Rewriting r = {.how = how, .file = {.fd = -1}};
    AertBytes bytes;
    if (!aert_data_bytes(&bytes, from->path, from->most ? from->most : AERT_MOST_UNPACKED, error))
        return false;
    bool fine =
        aert_columns_begin(&r.table, &r.columns, &bytes, from, input, error) && rewrite(&r, error);
    *written = r.count;
    free(r.element);
    free(r.place);
    aert_columns_end(&r.table, &r.columns);
    aert_bytes_close(&bytes);
    return fine;
}
