/* data_text_table: texts that lie in a column of a table.
 *
 *     kind,text                          --columns x=text
 *     praise,"Good, and ""cheap""."      x: good , and " cheap " .
 *     blame,"Broke at once."             labels, of another column: praise, blame
 *
 * A field that stands in quotes may hold separators and go over several lines; one with nothing in
 * it is a text without words.
 */
#include "data_csv.h"
#include "data_text.h"

#include <stdlib.h>
#include <string.h>

static bool is_named(const char *path) {
    static const char *const names[] = {".csv", ".tsv", ".csv.gz", ".tsv.gz"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (aert_has_suffix(path, names[i]))
            return true;
    return false;
}

bool aert_texts_in_table(const AertDataFrom *from) {
    const AertReading *how = from->how;
    bool told = how && (how->columns || how->ignore || how->csv.separator ||
                        how->csv.header != AERT_GUESS || how->csv.rownames != AERT_GUESS);
    return is_named(from->path) || from->column || from->shared || told;
}

/* The text of a field of the row in hand; free() it. */
static char *field_text(const AertTable *table, int field, AertError *error) {
    size_t room = (size_t)table->field[field].length + 1;
    char *text = aert_allocate(room, 1, "a text", error);
    if (text)
        aert_table_word(table, field, text, room);
    return text;
}

static bool take_rows(AertTextReader *reader, AertColumns *columns, WordReader *words,
                      AertError *error) {
    AertTable *table = &columns->table;
    bool fine = true;
    for (int64_t row = 0; fine && row < table->rows; row++) {
        fine = aert_table_next(table, error);
        char *text = fine ? field_text(table, columns->field[0], error) : NULL;
        fine = text &&
               aert_texts_take(reader, row, text, (AertTextPlace){table->name, table->lines.number},
                               error) &&
               (!words || aert_csv_class(table, columns->label, words, error));
        free(text);
    }
    return fine;
}

static bool has_one_column(const AertColumns *columns, AertError *error) {
    const char *input = columns->input->name;
    char all[256];
    return columns->count == 1 ||
           aert_fail(error,
                     "%s: has the columns %s: tell which of them has the texts of input %s, by "
                     "--columns %s=NAME",
                     columns->table.name, aert_table_columns(&columns->table, all, sizeof all),
                     input, input);
}

/* What becomes of the rows, and of the classes of a column where there is one. */
typedef struct Texts {
    AertTextReader *reader;
    AertData *labels; /* or NULL */
} Texts;

static bool read_table(AertColumns *columns, void *user, AertError *error) {
    const Texts *texts = user;
    AertTextReader *reader = texts->reader;
    AertData *labels = texts->labels;
    const AertDataFrom *from = columns->from;
    WordReader words = {0};
    bool labelled = labels && columns->label >= 0;
    bool fine =
        aert_csv_note(reader->data, columns, error) && has_one_column(columns, error) &&
        aert_texts_room(reader, columns->table.rows, from, error) &&
        (!labelled ||
         aert_words_begin(&words, labels, reader->data, from->label, from->label_words, error)) &&
        take_rows(reader, columns, labelled ? &words : NULL, error) &&
        (!labelled ||
         (aert_words_end(&words, error) &&
          aert_csv_classes_fit(&columns->table, columns->label, labels, from->label, error)));
    aert_words_close(&words);
    reader->data->format = "CSV";
    return fine;
}

bool aert_texts_table_read(AertTextReader *reader, AertData *labels, const AertBytes *bytes,
                           const AertDataFrom *from, AertError *error) {
    Texts texts = {reader, labels};
    return aert_columns_read(bytes, from, reader->input, read_table, &texts, error);
}
