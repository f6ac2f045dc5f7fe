/* A table of text: the first line is what --csv says of it, which may be nothing. */
#include "data/table.h"
#include "fuzz.h"

#include <math.h>

const char *const fuzz_words[] = {",",
                                  ";",
                                  "\t",
                                  "|",
                                  " ",
                                  "\n",
                                  "\r\n",
                                  "\r",
                                  "\"",
                                  "\"\"",
                                  "#",
                                  "sep=;",
                                  "\xff\xfe",
                                  "\xfe\xff",
                                  "\xef\xbb\xbf",
                                  "NA",
                                  "?",
                                  "1,234",
                                  "1.234,5",
                                  "0,5",
                                  "1e308",
                                  "-inf",
                                  "header=yes",
                                  "units=no",
                                  "rownames=yes",
                                  "skip=1",
                                  "decimal=,",
                                  "separator=",
                                  "encoding=utf-16",
                                  "gap=x",
                                  NULL};

/* Goes through all rows; false at the first that is wrong. */
static bool look(AertTable *table, AertError *error) {
    char text[64];
    double value;
    while (table->row < table->rows) {
        if (!aert_table_next(table, error))
            return false;
        for (int i = table->first; i < table->last; i++) {
            AertCell cell = aert_table_number(table, i, &value);
            MUST((cell == AERT_CELL_NUMBER) == !isnan(value));
            bool whole = aert_table_word(table, i, text, sizeof text);
            MUST(cell != AERT_CELL_NUMBER || (whole && text[0]));
            if (cell == AERT_CELL_WORD) {
                AertError why = {""};
                MUST(!aert_table_wrong(table, i, "a number", &why) && why.text[0] &&
                     !strchr(why.text, '\n'));
            }
        }
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AertCsv csv = {0};
    AertError error = {""};
    char line[256], text[256];
    const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
    size_t length = end ? (size_t)(end - data) : 0;
    if (length >= sizeof line)
        return 0;
    memcpy(line, data, length);
    line[length] = 0;
    const AertBytes bytes = {end ? end + 1 : data, end ? size - length - 1 : size, false};
    AertTable table = {0};
    const char *const asked[] = {"kind", "2"};
    const AertTableHow how = {"t.csv", &csv, asked, 2, false};
    bool fine = aert_csv_parse(&csv, line, &error) && aert_text_is(bytes.data, bytes.size);
    if (fine && aert_table_open(&table, &bytes, &how, &error)) {
        MUST(table.rows > 0 && table.fields > 0 && table.first >= 0 && table.last <= table.fields);
        MUST(strlen(aert_table_columns(&table, text, sizeof text)) < sizeof text);
        aert_table_note(&table, text, sizeof text);
        for (int i = 0; table.column && i < table.fields; i++)
            MUST(aert_table_find(&table, table.column[i]) != -1 || i < table.first ||
                 i >= table.last);
        bool read = look(&table, &error);
        aert_table_seek(&table, 0);
        error.text[0] = 0;
        MUST(look(&table, &error) == read && read == !error.text[0]);
    }
    MUST(!strchr(error.text, '\n'));
    aert_table_close(&table);
    return 0;
}
