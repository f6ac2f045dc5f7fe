/* table_guess: how a table is written, from its first lines.
 *
 * The separator is the one of comma, semicolon, tab, bar and blanks with which most lines have the
 * same number of fields and most columns are numbers.  A decimal comma is one where no number has a
 * point.  What was guessed, and is not as plain as numbers between commas, goes to the note, in the
 * words of --csv, so that a user can say it otherwise.
 */
#include "table_sample.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char usual[] = {',', ';', '\t', '|', ' '};

enum { USUAL = sizeof usual, TAB = 2, BLANKS = 4 };

/* How likely a separator is; 0: it separates nothing. */
static double score(const Sample *sample, char separator) {
    int numeric = 0;
    for (int i = 0; i < sample->fields; i++)
        numeric += aert_sample_numbers(sample, i);
    /* blanks stand within words and dates too */
    if (sample->fields < 2 || (separator == ' ' && numeric == 0))
        return 0;
    double numbers = (double)numeric / sample->fields;
    int more = sample->first - sample->fields;
    return sample->same * sample->same * (0.25 + numbers) * (sample->torn ? 0.7 : 1) *
           (more == 0    ? 1
            : more == -1 ? 0.9
                         : 0.5) *
           (separator == ' ' ? 0.8 : 1);
}

/* Sets *doubt where another separator is at least half as likely. */
static bool guess_separator(AertTable *table, bool *doubt, AertError *error) {
    double points[USUAL];
    bool whole[USUAL];
    int best = 0, fields[USUAL];
    for (int i = 0; i < USUAL; i++) {
        Sample sample;
        table->csv.separator = usual[i];
        if (!aert_sample_take(&sample, table, error))
            return false;
        points[i] = score(&sample, usual[i]);
        whole[i] = sample.same == 1;
        fields[i] = sample.fields;
        free(sample.seen);
        best = points[i] > points[best] ? i : best;
    }
    for (int i = 0; i < USUAL && points[best] == 0;
         i++) /* one column: any separator that no line has */
        if (whole[i] && fields[i] == 1) {
            best = i;
            break;
        }
    /* a table that is set out by tabs has more of them where a column is narrow */
    if (best == TAB && !whole[TAB] && whole[BLANKS] && points[BLANKS] > 0)
        best = BLANKS;
    table->csv.separator = usual[best];
    for (int i = 0; i < USUAL; i++) {
        bool alike = best == TAB && i == BLANKS && fields[i] == fields[best]; /* tabs are blanks */
        *doubt = *doubt || (i != best && !alike && points[i] > 0 && 2 * points[i] >= points[best]);
    }
    return true;
}

/* "sep=;", which spreadsheets write and read. */
static void take_sep_line(AertTable *table) {
    AertLines *lines = &table->lines;
    const char *p = lines->at, *end = lines->end;
    bool quoted = p < end && *p == '"';
    p += quoted;
    if (end - p < 5 || strncasecmp(p, "sep=", 4) != 0 || strchr("\r\n\"", p[4]))
        return;
    const char *rest = p + 5;
    if (quoted && rest < end && *rest == '"')
        rest++;
    while (rest < end && (*rest == ' ' || *rest == p[4]))
        rest++;
    if (rest < end && *rest != '\r' && *rest != '\n')
        return;
    if (!table->csv.separator)
        table->csv.separator = p[4];
    aert_lines_pass(lines);
}

static void skip_lines(AertTable *table) {
    AertLines *lines = &table->lines;
    for (int i = 0; i < table->csv.skip && lines->at < lines->end; i++)
        aert_lines_pass(lines);
}

/* Whether numbers have a decimal comma.  Where each could be thousands as well, none is taken for
 * a number, and the first that is wanted says so. */
static bool guess_decimal(AertTable *table, const Sample *sample) {
    if (table->csv.decimal)
        return false;
    bool comma = sample->commas && sample->sure && !sample->points;
    table->csv.decimal = comma ? ',' : '.';
    return comma;
}

/* The first line has as many fields as most others, or one less, as a header over names of rows
 * (and as a title over a header), or an empty one more. */
static bool check_first(const AertTable *table, const Sample *sample, AertError *error) {
    int more = sample->first - sample->fields;
    bool known = table->csv.header == AERT_YES || table->csv.rownames == AERT_YES;
    bool over_rows = more == -1 && (known || (sample->second == sample->fields && !sample->words));
    AertLines lines = table->lines;
    AertField last = {0};
    aert_lines_next(&lines, table);
    int64_t number = lines.number;
    aert_fields_count(&lines, table->csv.separator, &last);
    if (more == 0 || over_rows || (more == 1 && last.length == 0))
        return true;
    while (aert_lines_next(&lines, table) &&
           aert_fields_count(&lines, table->csv.separator, &last) != sample->fields)
        ;
    return aert_fail(error,
                     "%s:%lld: found %d field%s, wanted %d as in the lines below; --csv skip=%lld "
                     "leaves it out",
                     table->name, (long long)number, sample->first, sample->first == 1 ? "" : "s",
                     sample->fields, (long long)lines.number - 1);
}

/* In the words of --csv, all that was guessed: before what the first lines were taken for, the
 * separator and the mark of decimals, where something is to be told at all. */
static void tell_guesses(AertTable *table, bool separator, bool doubt, bool comma) {
    char rest[sizeof table->guessed], text[12];
    memcpy(rest, table->guessed, sizeof rest);
    table->guessed[0] = 0;
    if (separator && (doubt || ((comma || *rest) && table->csv.separator != ',')))
        aert_table_guessed(table, "separator=%s", aert_csv_separator(table->csv.separator, text));
    if (comma)
        aert_table_guessed(table, "decimal=comma");
    if (*rest)
        aert_table_guessed(table, "%s", rest);
}

bool aert_table_guess(AertTable *table, const AertTableHow *how, AertError *error) {
    Sample sample;
    bool doubt = false;
    skip_lines(table);
    take_sep_line(table);
    AertLines lines = table->lines;
    bool given = table->csv.separator != 0;
    if (!given)
        table->csv.separator = ',';
    if (!aert_lines_next(&lines, table))
        return aert_fail(error, "%s: holds no line", table->name);
    if ((!given && !guess_separator(table, &doubt, error)) ||
        !aert_sample_take(&sample, table, error))
        return false;
    table->fields = sample.fields;
    bool fine = check_first(table, &sample, error);
    if (fine) {
        bool comma = guess_decimal(table, &sample);
        fine = aert_table_head(table, how, &sample, error);
        tell_guesses(table, !given, doubt, comma);
    }
    free(sample.seen);
    return fine;
}
