/* data_csv: numbers as text, a line an example, fields between commas, semicolons, tabs or spaces.
 *
 * The first line tells the separator and how many fields there are; it is a header where one of its
 * fields is no number.  One column may hold the labels: words or numbers, told by its name in the
 * header or by its number from 1.  A field in quotes may hold separators, ends of lines and, twice,
 * quotes.
 *
 *     sepal,petal,kind            --label-column kind, or --label-column 3
 *     5.1,1.4,"setosa, wild"
 */
#include "data_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Csv {
    const char *name;
    const char *at, *end;       /* what is not read yet */
    const char *line, *newline; /* the line in hand, without its end */
    int64_t number;             /* … its number, from 1 */
    int64_t ends;               /* … and the ends of lines up to its own */
    bool quotes;                /* there are quotes in the file */
    bool open;                  /* those of the line in hand are not closed */
    char comma;                 /* 0: not known yet */
    int fields;                 /* in each line */
    int label;                  /* the field that is the label, or -1 */
} Csv;

/* Text: control characters, such as the name of a folder may hold, stand in quotes only. */
bool aert_csv_is(const unsigned char *data, size_t size) {
    bool inside = false;
    for (size_t i = 0; i < size && i < 4096; i++) {
        inside ^= data[i] == '"';
        if (data[i] == 0 ||
            (!inside && (data[i] == 127 || (data[i] < ' ' && !memchr("\t\r\n", data[i], 3)))))
            return false;
    }
    bool utf8 = size > 1 && data[0] >= 0xc2 && data[0] <= 0xf4 && (data[1] & 0xc0) == 0x80;
    return size > 0 && (data[0] < 128 || utf8); /* a word, or a byte order mark */
}

static bool separates(const Csv *csv, char c) {
    return csv->comma ? c == csv->comma : strchr(",;\t ", c) != NULL;
}

/* The end of the line that begins at csv->at: not within quotes, which open where a field begins.
 */
static const char *end_of_line(Csv *csv) {
    const char *p = csv->at;
    bool inside = false, begins = true;
    for (; p < csv->end && (inside || (*p != '\n' && *p != '\r')); p++) {
        csv->ends += *p == '\n';
        if (inside && *p == '"' && p + 1 < csv->end && p[1] == '"')
            p++;
        else if (*p == '"')
            inside = !inside && begins;
        begins = !inside && (separates(csv, *p) || (begins && *p == ' '));
    }
    csv->open = inside;
    return p;
}

/* The next line that is not blank; lines end as on Unix, Windows or an old Mac. */
static bool next_line(Csv *csv) {
    while (csv->at < csv->end) {
        csv->line = csv->at;
        csv->number = csv->ends + 1;
        if (csv->quotes)
            csv->at = end_of_line(csv);
        while (csv->at < csv->end && *csv->at != '\n' && *csv->at != '\r')
            csv->at++;
        csv->newline = csv->at;
        if (csv->end - csv->at > 1 && csv->at[0] == '\r' && csv->at[1] == '\n')
            csv->at++;
        csv->at++;
        csv->ends++;
        while (csv->newline > csv->line && csv->newline[-1] == ' ')
            csv->newline--;
        if (csv->newline > csv->line)
            return true;
    }
    return false;
}

/* A field, and room for one byte more than a word has: what fills it was cut. */
typedef char Field[AERT_WORD + 1];

/* Copies the field at *at, cut to fit, without quotes and what is blank outside of them, and moves
 * *at behind its separator; NULL after the last.  What follows a closing quote is kept, and the
 * quote: "1"2 is no number. */
static void take_field(const Csv *csv, const char **at, Field text) {
    const char *p = *at, *end = csv->newline;
    size_t length = 0;
    while (p < end && *p == ' ')
        p++;
    bool quoted = p < end && *p == '"', bare = !quoted;
    for (p += quoted; p < end && (quoted || *p != csv->comma); p++) {
        if (quoted && *p == '"' && p + 1 < end && p[1] == '"') {
            p++;
        } else if (quoted && *p == '"') {
            const char *rest = p + 1;
            while (rest < end && *rest == ' ' && csv->comma != ' ')
                rest++;
            quoted = false;
            if (rest == end || *rest == csv->comma) {
                p = rest;
                break;
            }
        }
        if (length < AERT_WORD)
            text[length++] = *p;
    }
    while (bare && length > 0 && text[length - 1] == ' ')
        length--;
    text[length] = 0;
    *at = p < end ? p + 1 : NULL;
}

/* A whole number without sign is read at once; the rest as strtod does. */
static bool take_number(const Csv *csv, const char **at, float *value) {
    const char *p = *at;
    long whole = 0;
    while (p < csv->newline && p - *at < 9 && *p >= '0' && *p <= '9')
        whole = whole * 10 + (*p++ - '0');
    if (p > *at && (p == csv->newline || *p == csv->comma)) {
        *value = (float)whole;
        *at = p < csv->newline ? p + 1 : NULL;
        return true;
    }
    Field text;
    char *rest;
    take_field(csv, at, text);
    *value = (float)strtod(text, &rest);
    return rest > text && !*rest && strlen(text) < AERT_WORD;
}

static bool is_number(const char *text) {
    char *rest;
    strtod(text, &rest);
    return rest > text && !*rest;
}

static void choose_comma(Csv *csv) {
    static const char commas[] = ",;\t ";
    int most = 0;
    csv->comma = ',';
    for (const char *comma = commas; *comma; comma++) {
        int count = 0;
        bool inside = false;
        for (const char *p = csv->line; p < csv->newline; p++) {
            inside ^= *p == '"';
            count += !inside && *p == *comma;
        }
        if (count > most && (*comma != ' ' || most == 0)) {
            most = count;
            csv->comma = *comma;
        }
    }
}

/* Whether labels alone have a header: a word above numbers only. */
static bool word_above_numbers(const Csv *csv) {
    Field text;
    Csv next = *csv;
    int numbers = 0;
    take_field(csv, &(const char *){csv->line}, text);
    bool header = !is_number(text);
    for (; header && next_line(&next); numbers++) {
        take_field(&next, &(const char *){next.line}, text);
        header = is_number(text);
    }
    return header && numbers > 0;
}

/* Reads the first line: separator, fields, the column of the label, whether it is a header. */
static bool read_head(Csv *csv, const char *column, bool only_label, bool *header,
                      AertError *error) {
    Field text;
    char *rest = NULL;
    long number = column ? strtol(column, &rest, 10) : 0;
    bool named = column && *rest, words = false;
    csv->label = only_label ? 0 : -1;
    if (column)
        csv->label = named || number < 1 || number > 1 << 20 ? -1 : (int)number - 1;
    choose_comma(csv);
    csv->at = csv->line, csv->ends = csv->number - 1; /* it may end elsewhere: quotes open fields */
    next_line(csv);
    for (const char *at = csv->line; at; csv->fields++) {
        take_field(csv, &at, text);
        if (named && csv->label < 0 && strcmp(text, column) == 0)
            csv->label = csv->fields;
        words |= csv->fields != csv->label && !is_number(text);
    }
    if (column && (csv->label < 0 || csv->label >= csv->fields))
        return aert_fail(error, "%s: has no column '%s'; its first line has %d fields", csv->name,
                         column, csv->fields);
    if (only_label && !column && csv->fields > 1)
        return aert_fail(error,
                         "%s: has %d columns, wanted one of labels: name it by --label-column",
                         csv->name, csv->fields);
    *header = named || words;
    *header = *header || (only_label && word_above_numbers(csv));
    return true;
}

/* The numbers and the label of the line in hand. */
static bool read_line(const Csv *csv, float *out, Field word, AertError *error) {
    if (csv->open)
        return aert_fail(error, "%s:%lld: a quote is not closed", csv->name,
                         (long long)csv->number);
    const char *at = csv->line;
    int i = 0;
    for (; at && i < csv->fields; i++) {
        const char *begin = at;
        if (i == csv->label) {
            take_field(csv, &at, word);
        } else if (!take_number(csv, &at, out ? out++ : &(float){0}) && out) {
            take_field(csv, &begin, word);
            return aert_fail(error, "%s:%lld: field %d is '%s%s', wanted a number", csv->name,
                             (long long)csv->number, i + 1, word,
                             strlen(word) < AERT_WORD ? "" : "…");
        }
    }
    if (at || i < csv->fields)
        return aert_fail(error, "%s:%lld: found %s fields, wanted %d, as in the first line",
                         csv->name, (long long)csv->number, at ? "more" : "fewer", csv->fields);
    return true;
}

static bool read_lines(Csv *csv, AertData *data, AertData *labels, int64_t count, float *value,
                       AertError *error) {
    Field word = "";
    for (int64_t i = 0; i < count; i++) {
        next_line(csv);
        if (!read_line(csv, value ? value + (size_t)i * data->size : NULL, word, error) ||
            (labels && !aert_words_add(labels, i, word, error)))
            return false;
    }
    return true;
}

static int64_t count_lines(Csv csv) {
    int64_t count = 0;
    while (next_line(&csv))
        count++;
    return count;
}

/* The most examples of `size` numbers that what is not read yet can hold: a number takes two bytes
 * at least.  Where there are more lines, one of the first ones is wrong. */
static size_t most_examples(const Csv *csv, size_t size) {
    return (size_t)(csv->end - csv->at) / (2 * size) + 1;
}

/* Pictures are often written as whole numbers to 255: those become bytes. */
static void make_bytes(AertData *data, const AertInput *input) {
    const float *value = data->values;
    unsigned char *byte = data->memory;
    size_t count = (size_t)data->count * data->size;
    bool whole = true, beyond = false;
    for (size_t i = 0; i < count && whole; i++) {
        whole = value[i] >= 0 && value[i] <= 255 && value[i] == floorf(value[i]);
        beyond = beyond || (double)value[i] > input->high;
    }
    if (input->kind != AERT_IMAGE || input->low >= input->high || !whole || !beyond)
        return;
    for (size_t i = 0; i < count; i++)
        byte[i] = (unsigned char)value[i];
    data->element = AERT_BYTE;
}

/* A file that holds labels and nothing else. */
static bool read_labels(Csv *csv, AertData *data, int64_t count, AertError *error) {
    char *name = data->name; /* words_begin takes a copy */
    bool fine = aert_words_begin(data, name, "CSV", count, error) &&
                read_lines(csv, data, data, count, NULL, error);
    free(name);
    if (fine)
        aert_words_end(data);
    return fine;
}

bool aert_csv_open(AertData *data, AertData *labels, const AertBytes *bytes, const char *column,
                   const AertInput *input, AertError *error) {
    const char *begin = (const char *)bytes->data;
    bool mark = bytes->size >= 3 && memcmp(begin, "\xef\xbb\xbf", 3) == 0, header = false;
    Csv csv = {.name = data->name, .at = begin + 3 * mark, .end = begin + bytes->size};
    csv.quotes = memchr(begin, '"', bytes->size) != NULL;
    bool only_label = input->kind == AERT_CLASS;
    if (memchr(begin, 0, bytes->size)) /* it would end a number, and hide what follows */
        return aert_fail(error, "%s: holds a byte 0 and is no text", csv.name);
    if (!next_line(&csv))
        return aert_fail(error, "%s: holds no line", csv.name);
    if (!read_head(&csv, column, only_label, &header, error))
        return false;
    if (!header)
        csv.at = csv.line, csv.ends = csv.number - 1;
    int64_t count = count_lines(csv);
    data->format = "CSV";
    data->element = AERT_FLOAT;
    data->count = count;
    data->rank = 1;
    data->dim[0] = csv.fields - (csv.label >= 0);
    data->size = (size_t)data->dim[0];
    if (count == 0 || (data->size == 0 && !only_label))
        return aert_fail(error, "%s: CSV holds no examples", csv.name);
    size_t wanted = 1;
    for (int i = 0; i < input->rank; i++)
        wanted *= (size_t)input->dim[i];
    if (!only_label && !column && data->size == wanted + 1)
        return aert_fail(error,
                         "%s: has %zu columns, input %s wants %zu numbers: if one is the label, "
                         "name it by --label-column",
                         csv.name, data->size, input->name, wanted);
    if (only_label)
        return read_labels(&csv, data, count, error);
    if (!aert_data_check_shape(data, input, error))
        return false;
    if (labels && csv.label >= 0 && !aert_words_begin(labels, csv.name, "CSV", count, error))
        return false;
    size_t most = most_examples(&csv, data->size);
    data->values = data->memory = aert_allocate((size_t)count < most ? (size_t)count : most,
                                                data->size * sizeof(float), csv.name, error);
    if (!data->memory ||
        !read_lines(&csv, data, csv.label >= 0 ? labels : NULL, count, data->memory, error))
        return false;
    if (labels && csv.label >= 0)
        aert_words_end(labels);
    make_bytes(data, input);
    return true;
}
