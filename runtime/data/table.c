/* table: a table of text, opened, its rows read one after the other. */
#include "table_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether the line in hand has nothing but separators. */
static bool is_empty(const AertLines *line, char separator) {
    for (const char *p = line->line; p < line->newline; p++)
        if (*p != separator && *p != ' ' && *p != '\t')
            return false;
    return true;
}

static const char *plural(int64_t count) {
    return count == 1 ? "" : "s";
}

/* Counts the rows; those at the end that have nothing in them, as spreadsheets write, are none. */
static void count_rows(AertTable *table) {
    AertLines lines = table->begin;
    int64_t count = 0;
    while (aert_lines_next(&lines, table)) {
        count++;
        if (table->fields == 1 || !is_empty(&lines, table->csv.separator))
            table->rows = count;
    }
    if (lines.comments)
        aert_table_tell(table, "left out: %lld line%s with # at the beginning",
                        (long long)lines.comments, plural(lines.comments));
    if (count > table->rows)
        aert_table_tell(table, "left out: %lld empty row%s at the end",
                        (long long)(count - table->rows), plural(count - table->rows));
    if (table->last < table->fields)
        aert_table_tell(table, "left out: the last column, which is empty");
}

bool aert_table_open(AertTable *table, const AertBytes *bytes, const AertTableHow *how,
                     AertError *error) {
    *table = (AertTable){.name = how->name};
    if (how->csv)
        table->csv = *how->csv;
    if (!aert_text_open(table, bytes, error))
        return false;
    table->quotes = table->size && memchr(table->text, '"', table->size) != NULL;
    table->lines = (AertLines){.at = table->text, .end = table->text + table->size};
    if (!aert_table_guess(table, how, error))
        return false;
    table->begin = table->lines;
    count_rows(table);
    if (table->rows == 0)
        return aert_fail(error, "%s: CSV holds no examples", table->name);
    table->field = aert_allocate((size_t)table->fields, sizeof *table->field, table->name, error);
    return table->field != NULL;
}

void aert_table_close(AertTable *table) {
    free(table->column);
    free(table->names);
    free(table->field);
    free(table->converted);
    *table = (AertTable){0};
}

void aert_table_seek(AertTable *table, int64_t row) {
    if (row < table->row) {
        table->lines = table->begin;
        table->row = 0;
    }
    while (table->row < row && aert_lines_next(&table->lines, table))
        table->row++;
}

bool aert_table_next(AertTable *table, AertError *error) {
    AertLines *lines = &table->lines;
    int count = 0;
    aert_lines_next(lines, table);
    table->row++;
    if (lines->open)
        return aert_fail(error, "%s:%lld: a quote is not closed", table->name,
                         (long long)lines->number);
    const char *at = lines->line;
    while (count < table->fields &&
           aert_field_next(&at, lines->newline, table->csv.separator, &table->field[count]))
        count++;
    bool over = count == table->fields && at;
    if (count == table->last && count < table->fields) /* what is empty may be left out */
        table->field[count++] = (AertField){.at = lines->newline};
    if (count == table->fields && !over)
        return true;
    return aert_fail(error, "%s:%lld: found %s fields, wanted %d, as in the other lines",
                     table->name, (long long)lines->number, over ? "more" : "fewer", table->fields);
}

int aert_table_find(const AertTable *table, const char *name) {
    int found = -1;
    for (int i = table->first; table->column && i < table->last; i++)
        if (strcmp(table->column[i], name) == 0)
            found = found == -1 ? i : -2;
    return found;
}

const char *aert_table_columns(const AertTable *table, char *text, size_t size) {
    text[0] = 0;
    if (!table->column)
        snprintf(text, size, "%d to %d", table->first + 1, table->last);
    for (int i = table->first; table->column && i < table->last; i++)
        aert_list_add(text, size, table->column[i], strlen(table->column[i]));
    return text;
}

int aert_table_choose(const AertTable *table, const char *text, AertError *error) {
    char all[256], *end;
    int field = aert_table_find(table, text);
    long long number = strtoll(text, &end, 10);
    bool place = *text >= '0' && *text <= '9' && !*end;
    if (field >= 0)
        return field;
    if (field == -2)
        aert_fail(error, "%s: has several columns '%s': tell which by its number", table->name,
                  text);
    else if (place && number > table->first && number <= table->last)
        return (int)number - 1;
    else
        aert_fail(error, "%s: has no column '%s'; its columns are %s", table->name, text,
                  aert_table_columns(table, all, sizeof all));
    return -1;
}

AertCell aert_table_number(const AertTable *table, int field, double *value) {
    *value = (double)NAN;
    AertCell cell = aert_cell(&table->field[field], table->csv.decimal, table->csv.gap, value);
    *value = cell == AERT_CELL_NUMBER ? *value : (double)NAN;
    return cell;
}

bool aert_table_word(const AertTable *table, int field, char *text, size_t size) {
    return aert_field_text(&table->field[field], text, size);
}

/* What a user may do so that the field is read after all, or "".  Returns `text`. */
static const char *advice(const AertTable *table, int field, char text[96]) {
    double value;
    *text = 0;
    if (aert_table_number(table, field, &value) != AERT_CELL_WORD)
        return text;
    Look look = aert_cell_look(&table->field[field], table->csv.decimal);
    if (look == LOOK_THOUSANDS)
        return ": thousands are written without what sets them apart";
    if (look != LOOK_OTHER)
        snprintf(text, 96, ": with decimals, say --csv decimal=%s%s",
                 table->csv.decimal == '.' ? "comma" : "point",
                 look == LOOK_EITHER ? "; thousands are written without" : "");
    else if (table->row == 1 && !table->column)
        return "; if the line has the names of the columns, say --csv header=yes";
    return text;
}

bool aert_table_wrong(const AertTable *table, int field, const char *wanted, AertError *error) {
    char text[64], name[64] = "", help[96];
    bool whole = aert_table_word(table, field, text, sizeof text);
    if (table->column && *table->column[field])
        snprintf(name, sizeof name, " (%.56s)", table->column[field]);
    return aert_fail(error, "%s:%lld: field %d%s is '%s%s', wanted %s%s", table->name,
                     (long long)table->lines.number, field + 1, name, text, whole ? "" : "…",
                     wanted, advice(table, field, help));
}
