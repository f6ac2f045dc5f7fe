/* The stages of opening a table: bytes -> UTF-8 text -> lines -> fields -> cells, and what is
 * guessed from the first of them. */
#ifndef AERT_TABLE_PARTS_H
#define AERT_TABLE_PARTS_H

#include "table.h"

/* Fills table->text and size: the bytes themselves where they are UTF-8, else made of them. */
bool aert_text_open(AertTable *table, const AertBytes *bytes, AertError *error);

/* What ends the lines of a text: a line feed, or a carriage return alone, as on old Macs, where
 * there is no line feed. */
char aert_line_end(const char *text, size_t size);

/* Whether the bytes themselves tell what they are written in: by a mark, or as UTF-16 without one.
 */
bool aert_text_marked(const AertBytes *bytes);

/* The next line that is neither blank nor a comment.  Lines end as on Unix, Windows or an old Mac,
 * and not within quotes, which open where a field begins. */
bool aert_lines_next(AertLines *lines, const AertTable *table);

/* Goes behind the end of the line at lines->at, or from within it. */
void aert_lines_pass(AertLines *lines);

/* The fields of the line in hand, the last of which is in *last. */
int aert_fields_count(const AertLines *lines, char separator, AertField *last);

/* The field at *at, which moves behind its separator; false where the line has no more. */
bool aert_field_next(const char **at, const char *end, char separator, AertField *field);

/* What a field is where decimals have that mark; `value` where it is a number. */
AertCell aert_cell(const AertField *field, char decimal, const char *gap, double *value);

/* Whether a field would be a number with the other mark of decimals, or with separators of
 * thousands: "1,234", which may be either. */
typedef enum Look { LOOK_OTHER, LOOK_DECIMAL, LOOK_EITHER, LOOK_THOUSANDS } Look;
Look aert_cell_look(const AertField *field, char decimal);

/* A copy of the text, doubled quotes made single ones; false where it was cut to fit. */
bool aert_field_text(const AertField *field, char *text, size_t size);

/* Fills what table->csv leaves open, table->fields, first, last, column and note, from the first
 * lines; table->lines is moved behind the header. */
bool aert_table_guess(AertTable *table, const AertTableHow *how, AertError *error);

/* "semicolon", or the character itself. */
const char *aert_csv_separator(char separator, char text[12]);

/* Adds to what was guessed, in the words of --csv, and to what else is to be told. */
void aert_table_guessed(AertTable *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void aert_table_tell(AertTable *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
