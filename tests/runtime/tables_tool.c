/* tables_tool: what the runtime makes of tables, as JSON for tables.py: a line a table.
 *
 * Each line of standard input is a file, or what --csv says of it, a tab and the file.
 *
 *     {"names": ["a", "b"], "rows": [[1, null], [0.5, "ant"]], "note": null}     a gap is null
 *     {"error": "t.csv:2: a quote is not closed"}
 */
#include "data/table.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *cell(const AertTable *table, int field) {
    double value;
    AertCell kind = aert_table_number(table, field, &value);
    if (kind == AERT_CELL_NUMBER)
        return json_real((double)(float)value);
    if (kind == AERT_CELL_GAP)
        return json_null();
    size_t size = table->field[field].length + 1;
    char *text = malloc(size);
    aert_table_word(table, field, text, size);
    json_t *word = json_string(text);
    free(text);
    return word;
}

static bool show(json_t *out, AertTable *table, AertError *error) {
    char note[1024];
    json_t *names = table->column ? json_array() : json_null(), *rows = json_array();
    for (int i = table->first; table->column && i < table->last; i++)
        json_array_append_new(names, json_string(table->column[i]));
    json_object_set_new(out, "names", names);
    json_object_set_new(out, "rows", rows);
    json_object_set_new(out, "note", json_string(aert_table_note(table, note, sizeof note)));
    while (table->row < table->rows) {
        if (!aert_table_next(table, error))
            return false;
        json_t *row = json_array();
        for (int i = table->first; i < table->last; i++)
            json_array_append_new(row, cell(table, i));
        json_array_append_new(rows, row);
    }
    return true;
}

static json_t *read_file(const char *path, const char *csv) {
    AertError error;
    AertBytes bytes;
    AertCsv known = {0};
    AertTable table = {0};
    const AertTableHow how = {.name = path, .csv = &known};
    json_t *out = json_object();
    if (!aert_bytes_open(&bytes, path, &error)) {
        json_object_set_new(out, "error", json_string(error.text));
        return out;
    }
    bool fine = (!csv || aert_csv_parse(&known, csv, &error)) &&
                (aert_text_is(bytes.data, bytes.size) || aert_fail(&error, "%s: no text", path)) &&
                aert_table_open(&table, &bytes, &how, &error) && show(out, &table, &error);
    if (!fine) {
        json_object_clear(out);
        json_object_set_new(out, "error", json_string(error.text));
    }
    aert_table_close(&table);
    aert_bytes_close(&bytes);
    return out;
}

int main(void) {
    char line[4096];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        char *tab = strchr(line, '\t');
        if (tab)
            *tab++ = 0;
        json_t *out = read_file(tab ? tab : line, tab ? line : NULL);
        json_dumpf(out, stdout, JSON_COMPACT | JSON_REAL_PRECISION(17));
        putchar('\n');
        json_decref(out);
    }
    return 0;
}
