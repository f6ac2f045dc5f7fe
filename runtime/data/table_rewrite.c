/* table_rewrite: a table of text once more, with other numbers and words in some of its fields.
 *
 * Its one idea: what is not replaced is copied byte for byte, from the end of one field to the
 * beginning of the next, so that names, units, other columns, comments and ends of lines stay.
 *
 *     id;temp;kind          id;temp;kind
 *     a;NA;pump       ->    a;0,25;pump        the gaps alone
 *     b;20,5;               b;20,5;valve
 */
#include "columns.h"
#include "data_parts.h"

#include <stdlib.h>
#include <string.h>

/* What a field holds: an element of what an input reads. */
typedef struct Holds {
    AertRewritten *part; /* NULL: nothing that may be written */
    int element, size;
} Holds;

typedef struct Rewriting {
    const AertRewrite *how;
    Holds *holds;       /* (fields) */
    int64_t *place;     /* (rows): of the values; -1: the row is left out */
    const char *copied; /* the text is written up to here */
    const char *begin;  /* of the text, or of a mark of UTF-8 before it */
    AertFile file;
    AertColumns *columns;
    AertTable *table; /* whose they are */
} Rewriting;

static void copy_to(Rewriting *r, const char *end) {
    aert_file_write(&r->file, r->copied, (size_t)(end - r->copied));
    r->copied = end;
}

/* Writes a number with the table's own mark of decimals. */
static void put_number(Rewriting *r, float value) {
    char text[AERT_NUMBER];
    const AertCsv *csv = &r->table->csv;
    aert_float_text(value, text);
    char *point = csv->decimal == ',' ? strchr(text, '.') : NULL;
    if (point)
        *point = ',';
    bool quotes = point && csv->separator == ',';
    aert_file_write(&r->file, "\"", quotes);
    aert_file_write(&r->file, text, strlen(text));
    aert_file_write(&r->file, "\"", quotes);
}

static bool is_word(const AertWords *words, const char *text) {
    for (int i = 0; words && i < words->count; i++)
        if (strcmp(words->word[i], text) == 0)
            return true;
    return false;
}

/* Whether the field has no number, or no class: as the readers of either see it. */
static bool is_gap(const Rewriting *r, int field, const AertRewritten *part) {
    char word[AERT_WORD + 1];
    double ignored;
    bool gap = aert_table_number(r->table, field, &ignored) == AERT_CELL_GAP;
    if (!aert_holds(part->input, AERT_HOLDS_A_CLASS))
        return gap;
    aert_table_word(r->table, field, word, sizeof word);
    return (gap || strcmp(word, "-1") == 0) && !is_word(part->words, word);
}

/* In the place of the field, which the text is written up to: a number or what a class is called.
 * False where it is called nothing. */
static bool put_value(Rewriting *r, const AertRewritten *part, float value) {
    bool words = aert_holds(part->input, AERT_HOLDS_A_CLASS) && part->words && part->words->count;
    if (!words) {
        put_number(r, value);
        return true;
    }
    if (!(value >= 0 && value < (float)part->words->count))
        return false;
    char room[2 * AERT_WORD + 3];
    const char *text = aert_csv_text(part->words->word[(int)value], room);
    aert_file_write(&r->file, text, strlen(text));
    return true;
}

/* The row in hand, which is example `place` of the values. */
static void put_row(Rewriting *r, int64_t place) {
    for (int f = 0; f < r->table->fields; f++) {
        const AertField *field = &r->table->field[f];
        const Holds *holds = &r->holds[f];
        AertRewritten *part = holds->part;
        if (!part)
            continue;
        bool gap = is_gap(r, f, part);
        part->gaps += gap;
        if (!part->value || (r->how->fill && !gap))
            continue;
        copy_to(r, field->at - field->quoted);
        size_t at = (size_t)place * (size_t)holds->size + (size_t)holds->element;
        if (!put_value(r, part, part->value[at]))
            continue;
        r->copied = field->at + field->length + field->quoted;
        part->written++;
    }
}

static bool put_rows(Rewriting *r, AertError *error) {
    AertTable *table = r->table;
    r->copied = r->begin;
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

/* Finds which element of an example each field holds, and which example each row is. */
static bool find_places(Rewriting *r, AertError *error) {
    const AertRewrite *how = r->how;
    size_t fields = (size_t)r->table->fields, rows = (size_t)r->table->rows;
    r->holds = aert_allocate(fields, sizeof *r->holds, how->to, error);
    r->place = aert_allocate(rows, sizeof *r->place, how->to, error);
    if (!r->holds || !r->place)
        return false;
    for (int p = 1; p < how->parts; p++) {
        int field = aert_columns_class(r->columns, how->part[p].input);
        if (field >= 0)
            r->holds[field] = (Holds){&how->part[p], 0, 1};
    }
    for (int i = 0; i < r->columns->count; i++)
        r->holds[r->columns->field[i]] = (Holds){&how->part[0], i, r->columns->count};
    for (size_t i = 0; i < rows; i++)
        r->place[i] = -1;
    for (int64_t i = 0; i < how->count; i++)
        r->place[how->row ? how->row[i] : i] = i;
    return true;
}

static bool rewrite(AertColumns *columns, void *user, AertError *error) {
    Rewriting *r = user;
    r->columns = columns;
    r->table = &columns->table;
    if (r->table->text != r->begin + 3) /* a mark of UTF-8 is kept */
        r->begin = r->table->text;
    if (!find_places(r, error) || !aert_file_create(&r->file, r->how->to, error))
        return false;
    if (put_rows(r, error))
        return aert_file_commit(&r->file, error);
    aert_file_discard(&r->file);
    return false;
}

bool aert_data_rewrite(const AertRewrite *how, const AertDataFrom *from, AertError *error) {
    Rewriting r = {.how = how, .file = {.fd = -1}};
    AertBytes bytes;
    if (!aert_data_bytes(&bytes, from->path, from->most ? from->most : AERT_MOST_UNPACKED, error))
        return false;
    r.begin = (const char *)bytes.data; /* which the text is a part of, but for UTF-16 */
    bool fine = aert_columns_read(&bytes, from, how->part[0].input, rewrite, &r, error);
    free(r.holds);
    free(r.place);
    aert_bytes_close(&bytes);
    return fine;
}
