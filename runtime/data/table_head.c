/* table_head: whether the first line of a table has the names of its columns, and what else there
 * is beside its cells: units below the names, names of rows, an empty end.
 *
 *     a,b,c              a,b            # a b            ,0,1,2                 0.1,,0.3
 *     cm,kg,-            "1",0.1,0.2    0.1 0.2          r1,0.5,0.25,0.1        0.5,0.25,0.1
 *     0.1,0.2,0.3        "2",0.3,0.4    0.3 0.4          r2,0.1,0.2,0.3
 *     names, units       names of rows  names            numbers as names       no names: a gap
 *
 * A line is a header where words stand over numbers.  One of numbers alone is a header where they
 * count 0, 1, 2 …, or go in equal steps outside of what is measured, as years and wavelengths do,
 * and no line below does. In doubt a line is data: then a word in it is refused, and nothing is
 * lost.
 */
#include "table_sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Counts {
    int words, numbers; /* in the first line */
    int over_numbers;   /* words over numbers */
    int both;           /* numbers over numbers */
    int below;          /* columns of numbers … */
    int fractions;      /* … of which one is no whole number */
} Counts;

static Counts count(const Sample *sample) {
    Counts counts = {0};
    for (int i = 0; i < sample->fields; i++) {
        const Seen *seen = &sample->seen[i];
        bool numeric = sample->lines > 1 && aert_sample_numbers(sample, i);
        counts.words += seen->first == SEEN_WORD;
        counts.numbers += seen->first == SEEN_NUMBER;
        counts.over_numbers += seen->first == SEEN_WORD && numeric;
        counts.both += seen->first == SEEN_NUMBER && numeric;
        counts.below += numeric;
        counts.fractions += numeric && (seen->body & SEEN_FRACTION);
    }
    return counts;
}

/* 0, 1, 2 … or 1, 2, 3 …, few of them only over fractions or names of rows; or years, wavelengths:
 * steps outside of what stands below. */
static bool counts_on(const Sample *sample, const Counts *counts) {
    const Series *head = &sample->head;
    if (head->numbers < 3 || !(head->step > 0) || sample->lines < 2)
        return false;
    bool many = head->numbers > 4, fractions = 2 * counts->fractions > counts->below;
    bool places = head->digits && head->step == 1 && (head->start == 0 || head->start == 1);
    bool over_rows = sample->seen[0].first == SEEN_EMPTY && !(sample->seen[0].body & SEEN_EMPTY);
    bool outside = many && (head->start > sample->high || head->last < sample->low);
    return (places && fractions && (many || head->start == 0)) ||
           ((places || outside) && (many || over_rows) && !sample->series);
}

/* Whether a line of numbers that is no header may be one all the same, which is told. */
static bool may_count_on(const Sample *sample) {
    const Series *head = &sample->head;
    return head->numbers > 2 && head->step > 0 && sample->lines > 1 && !sample->series &&
           (head->start > sample->high || head->last < sample->low);
}

/* Whether the text is a number of a column rather than a name. */
static bool is_place(const char *text) {
    while (*text >= '0' && *text <= '9')
        text++;
    return !*text;
}

static bool has_asked(const AertTable *table, const AertTableHow *how, const AertLines *line) {
    char text[512];
    AertField field;
    for (const char *at = line->line;
         aert_field_next(&at, line->newline, table->csv.separator, &field);)
        for (int i = 0; i < how->asks; i++)
            if (how->asked[i] && aert_field_text(&field, text, sizeof text) &&
                strcmp(text, how->asked[i]) == 0 && !is_place(text))
                return true;
    return false;
}

/* "1,2,3" above single numbers: a row of another table, and no name. */
static bool is_row(const Sample *sample, const AertLines *line) {
    bool digits = false, separators = false;
    for (const char *p = line->line; p < line->newline; p++) {
        digits = digits || (*p >= '0' && *p <= '9');
        separators = separators || memchr(",;|\t", *p, 4);
        if (!memchr("0123456789.,;|\t+-eE ", *p, 20))
            return false;
    }
    return sample->fields == 1 && digits && separators;
}

static bool is_header(AertTable *table, const AertTableHow *how, const Sample *sample,
                      const AertLines *line) {
    Counts counts = count(sample);
    if (table->csv.header != AERT_GUESS)
        return table->csv.header == AERT_YES;
    if (has_asked(table, how, line))
        return true;
    if (counts.numbers > 0) {
        bool mixed = counts.over_numbers > 0 && counts.over_numbers > counts.both;
        bool steps = counts_on(sample, &counts);
        if (!mixed && (steps || may_count_on(sample) || counts.over_numbers > 0))
            aert_table_guessed(table, steps ? "header=yes" : "header=no");
        return mixed || steps;
    }
    if (counts.words == 0 || is_row(sample, line))
        return false;
    if (counts.over_numbers > 0)
        return true;
    /* words over words are names, unless the column may be one of classes */
    bool names = counts.below == 0 && sample->fields > 1 && !how->labels;
    if (names && sample->lines > 1)
        aert_table_guessed(table, "header=yes");
    return names;
}

static bool are_units(const AertTable *table, const Sample *sample) {
    return table->csv.units == AERT_GUESS ? sample->words : table->csv.units == AERT_YES;
}

static bool take_names(AertTable *table, const char *at, const char *end, int shift,
                       AertError *error) {
    size_t room = (size_t)(end - at) + (size_t)table->fields + 1;
    table->column = aert_allocate((size_t)table->fields, sizeof *table->column, table->name, error);
    table->names = aert_allocate(room, 1, table->name, error);
    if (!table->column || !table->names)
        return false;
    char *to = table->names + 1; /* the first byte, 0, is the name of those that have none */
    AertField field;
    for (int i = 0; i < table->fields; i++)
        table->column[i] = table->names;
    for (int i = shift;
         i < table->fields && aert_field_next(&at, end, table->csv.separator, &field); i++) {
        aert_field_text(&field, to, (size_t)field.length + 1);
        table->column[i] = to;
        to += strlen(to) + 1;
    }
    return true;
}

/* "# a b" right before the rows: names where it has as many words as there are columns. */
static bool name_by_comment(AertTable *table, const AertLines *line, AertError *error) {
    const char *at = line->comment, *end = line->comment_end;
    AertField field;
    double value;
    int fields = 0;
    bool words = true;
    if (!at || table->csv.header == AERT_NO || table->fields < 2)
        return true;
    const char *mark =
        memchr(at, '#', (size_t)(end - at)); /* the bytes of a file end without a 0 */
    mark = mark ? mark : at;
    for (at = mark; at < end && (*at == ' ' || *at == '#');)
        at++;
    if (at < end && *at == table->csv.separator) /* # is a name itself */
        at = mark;
    for (const char *p = at; aert_field_next(&p, end, table->csv.separator, &field); fields++)
        words = words && aert_cell(&field, table->csv.decimal, "", &value) == AERT_CELL_WORD &&
                !memchr(field.at, ' ', field.length); /* a sentence has as many commas by chance */
    if (fields != table->fields || !words)
        return true;
    table->header_line = line->comment_number;
    aert_table_tell(table, "names from line %lld", (long long)table->header_line);
    return take_names(table, at, end, 0, error);
}

/* Names of rows, an empty end: what lies outside of the columns. */
static void find_columns(AertTable *table, const Sample *sample, bool header) {
    table->first = 0;
    table->last = sample->fields;
    unsigned char last = sample->seen[sample->fields - 1].body;
    bool shifted = sample->first == sample->fields - 1,
         empty = sample->lines > 1 && last == SEEN_EMPTY;
    if (empty && sample->fields > 1 &&
        (shifted || sample->seen[sample->fields - 1].first == SEEN_EMPTY)) {
        table->last--;
        shifted = false;
    }
    bool names = header && table->last > 1 && (shifted || sample->seen[0].first == SEEN_EMPTY);
    if (table->csv.rownames == AERT_YES || (table->csv.rownames == AERT_GUESS && names))
        table->first = 1;
    if (table->first && table->csv.rownames == AERT_GUESS)
        aert_table_guessed(table, "rownames=yes");
}

bool aert_table_head(AertTable *table, const AertTableHow *how, const Sample *sample,
                     AertError *error) {
    AertLines line = table->lines, behind;
    aert_lines_next(&line, table);
    behind = line;
    bool header = is_header(table, how, sample, &line);
    find_columns(table, sample, header);
    if (!header)
        return name_by_comment(table, &line, error);
    table->header_line = line.number;
    int shift = sample->first == sample->fields - 1 && table->last == sample->fields;
    if (!take_names(table, line.line, line.newline, shift, error))
        return false;
    table->lines = line;
    if (are_units(table, sample) && aert_lines_next(&behind, table)) {
        if (table->csv.units == AERT_GUESS)
            aert_table_guessed(table, "units=yes");
        table->lines = behind;
    }
    return true;
}
