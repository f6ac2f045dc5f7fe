/* table_lines: text cut into lines, and lines into fields.
 *
 *     a;"b;c" ;d     separator ;     ->  a   b;c   d
 *      1   2  3      blanks          ->  1   2   3
 *
 * A field in quotes may hold separators, ends of lines and, twice, quotes.  What follows a closing
 * quote is kept, and the quote: "1"2 is no number.
 */
#include "table_parts.h"

#include <string.h>

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* Whether `c` ends a field. */
static bool separates(char separator, char c) {
    return separator == ' ' ? is_blank(c) : c == separator;
}

/* The end of the line that begins at lines->at. */
static const char *end_of_line(AertLines *lines, const AertTable *table) {
    const char *p = lines->at;
    bool inside = false, begins = true;
    for (; p < lines->end && (inside || (*p != '\n' && *p != '\r')); p++) {
        lines->ends += *p == '\n';
        if (inside && *p == '"' && p + 1 < lines->end && p[1] == '"')
            p++;
        else if (*p == '"')
            inside = !inside && begins;
        begins = !inside && (separates(table->csv.separator, *p) || (begins && is_blank(*p)));
    }
    lines->open = inside;
    return p;
}

/* `#N/A;3` is a row: what spreadsheets write for errors begins so, too. */
static bool is_comment(const AertLines *lines, const AertTable *table) {
    const char *p = lines->at;
    while (p < lines->end && is_blank(*p))
        p++;
    if (table->csv.comments == AERT_NO || p == lines->end || *p != '#')
        return false;
    AertField first = {.at = p};
    double ignored;
    while (p < lines->end && !memchr(",;|\t\r\n", *p, 6))
        p++;
    first.length = (uint32_t)(p - first.at);
    return aert_cell(&first, '.', "", &ignored) != AERT_CELL_GAP;
}

void aert_lines_pass(AertLines *lines) {
    const char *p = lines->at;
    while (p < lines->end && *p != '\n' && *p != '\r')
        p++;
    lines->newline = p;
    bool both = lines->end - p > 1 && p[0] == '\r' && p[1] == '\n';
    lines->at = p < lines->end ? p + 1 + both : p;
    lines->ends++;
}

bool aert_lines_next(AertLines *lines, const AertTable *table) {
    lines->comment = NULL;
    while (lines->at < lines->end) {
        bool comment = is_comment(lines, table);
        lines->line = lines->at;
        lines->number = lines->ends + 1;
        if (table->quotes && !comment)
            lines->at = end_of_line(lines, table);
        aert_lines_pass(lines);
        while (lines->newline > lines->line &&
               (lines->newline[-1] == ' ' ||
                (table->csv.separator == ' ' && lines->newline[-1] == '\t')))
            lines->newline--;
        if (comment) {
            lines->comments++;
            lines->comment = lines->line;
            lines->comment_end = lines->newline;
            lines->comment_number = lines->number;
        } else if (lines->newline > lines->line) {
            return true;
        }
    }
    return false;
}

/* From behind the opening quote to the closing one; NULL where there is none. */
static const char *closing(const char *p, const char *end) {
    for (; p < end; p++)
        if (*p == '"' && p + 1 < end && p[1] == '"')
            p++;
        else if (*p == '"')
            return p;
    return NULL;
}

/* Bytes of the blank at p that does not break, U+00A0 or U+202F; 0: there is none. */
static int fixed_blank(const char *p, const char *end) {
    return end - p > 1 && memcmp(p, "\xc2\xa0", 2) == 0       ? 2
           : end - p > 2 && memcmp(p, "\xe2\x80\xaf", 3) == 0 ? 3
                                                              : 0;
}

bool aert_field_next(const char **at, const char *end, char separator, AertField *field) {
    const char *p = *at;
    if (!p)
        return false;
    while (p < end && (*p == ' ' || (*p == '\t' && separator != '\t') || fixed_blank(p, end)))
        p += fixed_blank(p, end) ? fixed_blank(p, end) : 1;
    const char *begin = p, *close = NULL;
    bool whole = false;
    field->quoted = p < end && *p == '"';
    if (field->quoted) {
        begin = p + 1;
        close = closing(begin, end);
        p = close ? close + 1 : end;
        while (p < end && is_blank(*p) && !separates(separator, *p))
            p++;
        whole = close && (p == end || separates(separator, *p));
    }
    while (p < end && !separates(separator, *p))
        p++;
    const char *last = whole ? close : p;
    field->broken = field->quoted && !whole;
    while (!whole && last > begin) {
        int fixed = last - begin > 1 && fixed_blank(last - 2, last) == 2   ? 2
                    : last - begin > 2 && fixed_blank(last - 3, last) == 3 ? 3
                                                                           : 0;
        if (!fixed && !is_blank(last[-1]))
            break;
        last -= fixed ? fixed : 1;
    }
    field->at = begin;
    field->length = last - begin > INT32_MAX ? INT32_MAX : (uint32_t)(last - begin);
    if (separator == ' ')
        while (p + 1 < end && is_blank(p[1]))
            p++;
    *at = p < end ? p + 1 : NULL;
    return true;
}

bool aert_field_text(const AertField *field, char *text, size_t size) {
    const char *p = field->at, *end = p + field->length;
    size_t length = 0;
    for (; p < end && length + 1 < size; p++) {
        text[length++] = *p;
        if (field->quoted && *p == '"' && p + 1 < end && p[1] == '"')
            p++;
    }
    text[length] = 0;
    return p == end;
}

int aert_fields_count(const AertLines *lines, char separator, AertField *last) {
    int count = 0;
    for (const char *at = lines->line;
         count < INT32_MAX / 2 && aert_field_next(&at, lines->newline, separator, last);)
        count++;
    return count;
}
