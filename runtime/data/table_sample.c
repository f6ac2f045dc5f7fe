/* table_sample: looks at the first lines of a table: how many fields they have, what stands where.
 *
 * A hundred lines are enough to tell a dialect, and few enough that a table of any size opens at
 * once. Numbers count as such with a decimal point or comma, since which it is, is not known yet.
 */
#include "table_sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 100, BYTES = 1 << 18, LEAST_LINES = 3 };

/* The number that most of count[1 …] are; of equally many the earliest. */
static int most_common(const int *count, int lines, int *times) {
    int best = count[0];
    *times = 0;
    for (int i = 1; i < lines; i++) {
        int equal = 0;
        for (int k = 1; k < lines; k++)
            equal += count[k] == count[i];
        if (equal > *times) {
            best = count[i];
            *times = equal;
        }
    }
    return best;
}

static bool is_number(const AertField *field, const AertTable *table, double *value) {
    if (aert_cell(field, '.', table->csv.gap, value) == AERT_CELL_NUMBER)
        return true;
    return (table->csv.separator != ',' || field->quoted) &&
           aert_cell_look(field, '.') == LOOK_DECIMAL &&
           aert_cell(field, ',', table->csv.gap, value) == AERT_CELL_NUMBER;
}

static void go_on(Series *series, const AertField *field, double value) {
    double step = value - series->last;
    series->digits = series->numbers == 0 || series->digits;
    for (uint32_t i = 0; i < field->length; i++)
        series->digits = series->digits && field->at[i] >= '0' && field->at[i] <= '9';
    if (series->numbers == 0)
        series->start = value;
    else if (series->numbers == 1)
        series->step = step;
    else if (fabs(step - series->step) > 1e-6 * fabs(series->step))
        series->step = 0;
    series->last = value;
    series->numbers++;
}

/* What a field is, and what it tells of decimals. */
static unsigned char look_at(Sample *sample, const AertTable *table, const AertField *field,
                             Series *series, double *value) {
    if (field->length == 0)
        return SEEN_EMPTY;
    if (is_number(field, table, value)) {
        bool comma = memchr(field->at, ',', field->length) != NULL;
        sample->points |= memchr(field->at, '.', field->length) != NULL;
        sample->commas |= comma;
        sample->sure |= comma;
        go_on(series, field, *value);
        return SEEN_NUMBER;
    }
    if (aert_cell(field, '.', table->csv.gap, value) == AERT_CELL_GAP)
        return SEEN_GAP;
    if (table->csv.separator != ',' || field->quoted) {
        Look look = aert_cell_look(field, '.');
        sample->commas |= look == LOOK_EITHER;
        if (look == LOOK_EITHER || look == LOOK_THOUSANDS) { /* a number, of either mark */
            *value = NAN;
            return SEEN_NUMBER;
        }
    }
    return SEEN_WORD;
}

static void look_at_word(Seen *seen, const AertField *field, char separator) {
    bool torn = field->broken;
    for (uint32_t i = 0; !field->quoted && i < field->length; i++)
        torn = torn || (field->at[i] != separator && memchr(",;\t|", field->at[i], 4));
    seen->words |= torn ? SEEN_TORN : SEEN_WHOLE;
}

static void look_at_body(Sample *sample, const AertTable *table, AertLines lines) {
    aert_lines_next(&lines, table);
    for (int row = 1; row < sample->lines && aert_lines_next(&lines, table); row++) {
        const char *at = lines.line;
        Series series = {0};
        AertField field;
        for (int i = 0; i < sample->fields; i++) {
            if (!aert_field_next(&at, lines.newline, table->csv.separator, &field))
                break;
            double value = NAN;
            unsigned char kind = look_at(sample, table, &field, &series, &value);
            if (row == 1 && field.length > 2 && field.at[1] == '-') /* "---": below names */
                kind = SEEN_WORD;
            sample->seen[i].second |= row == 1 ? kind : 0;
            sample->seen[i].body |= kind;
            sample->seen[i].below |= row > 1 ? kind : 0;
            if (kind == SEEN_WORD)
                look_at_word(&sample->seen[i], &field, table->csv.separator);
            if (kind == SEEN_NUMBER && isfinite(value)) {
                sample->seen[i].body |= value != floor(value) ? SEEN_FRACTION : 0;
                sample->low = value < sample->low ? value : sample->low;
                sample->high = value > sample->high ? value : sample->high;
            }
        }
        sample->series |= series.numbers > 2 && series.step != 0;
    }
}

static bool is_numeric(unsigned char seen) {
    return (seen & SEEN_NUMBER) && !(seen & SEEN_WORD);
}

static bool has_words(const Sample *sample) {
    bool numbers = false, over = false;
    for (int i = 0; i < sample->fields; i++) {
        const Seen *seen = &sample->seen[i];
        numbers |= seen->second == SEEN_NUMBER;
        over |= seen->second == SEEN_WORD && is_numeric(seen->below);
    }
    return sample->lines > 2 && over && !numbers;
}

/* The first line: where it has a field less than the others, its names stand over their last ones,
 * unless those are empty. */
static void look_at_head(Sample *sample, const AertTable *table, AertLines lines) {
    int last = sample->fields - 1;
    bool ends_empty = sample->lines > 1 && sample->seen[last].body == SEEN_EMPTY;
    int shift = sample->first == last && !ends_empty;
    bool alone = sample->lines == 1; /* it is no header then: its decimals count */
    Sample none = {0};
    aert_lines_next(&lines, table);
    const char *at = lines.line;
    AertField field;
    double value;
    if (shift)
        sample->seen[0].first = SEEN_EMPTY;
    int empty = 0;
    for (int i = shift; i < sample->fields; i++) {
        if (!aert_field_next(&at, lines.newline, table->csv.separator, &field))
            field = (AertField){.at = lines.newline};
        empty += field.length == 0;
        sample->seen[i].first =
            look_at(alone ? sample : &none, table, &field, &sample->head, &value);
        if (sample->seen[i].first == SEEN_WORD)
            look_at_word(&sample->seen[i], &field, table->csv.separator);
    }
    /* "Export of May,,,": a title over what look like names or units has only its own cells */
    if (has_words(sample) && 2 * empty > sample->fields && table->csv.header == AERT_GUESS)
        sample->first = sample->fields - empty;
    if (!alone && !(sample->commas || sample->points)) { /* those below tell nothing */
        sample->commas = none.commas;
        sample->points = none.points;
        sample->sure = none.sure;
    }
}

static bool has_number(const AertTable *table, AertLines lines) {
    AertField field;
    double value;
    bool found = false;
    aert_lines_next(&lines, table);
    for (const char *at = lines.line;
         !found && aert_field_next(&at, lines.newline, table->csv.separator, &field);)
        found = is_number(&field, table, &value);
    return found;
}

bool aert_sample_take(Sample *sample, const AertTable *table, AertError *error) {
    int count[LINES], times;
    AertField last;
    AertLines lines = table->lines;
    *sample = (Sample){.low = INFINITY, .high = -(double)INFINITY};
    while (sample->lines < LINES &&
           (sample->lines < LEAST_LINES || lines.at - table->lines.at < BYTES) &&
           aert_lines_next(&lines, table))
        count[sample->lines++] = aert_fields_count(&lines, table->csv.separator, &last);
    sample->first = count[0];
    sample->second = sample->lines > 1 ? count[1] : 0;
    sample->fields = most_common(count, sample->lines, &times);
    /* a line alone below one of another length is what is wrong, unless names of rows are */
    if (times < 2 && (sample->fields != count[0] + 1 || has_number(table, table->lines)))
        sample->fields = count[0];
    int same = sample->first == sample->fields || sample->first + 1 == sample->fields;
    for (int i = 1; i < sample->lines; i++)
        same += count[i] == sample->fields;
    sample->same = (double)same / sample->lines;
    sample->seen = aert_allocate((size_t)sample->fields, sizeof *sample->seen, table->name, error);
    if (!sample->seen)
        return false;
    look_at_body(sample, table, table->lines);
    look_at_head(sample, table, table->lines);
    sample->words = has_words(sample);
    for (int i = 0; i < sample->fields; i++)
        sample->torn |= sample->seen[i].words == SEEN_TORN;
    return true;
}

bool aert_sample_numbers(const Sample *sample, int column) {
    const Seen *seen = &sample->seen[column];
    return is_numeric(sample->lines == 1 ? seen->first : sample->words ? seen->below : seen->body);
}
