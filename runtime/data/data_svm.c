/* data_svm: svmlight, or libsvm: a line an example, its label, and what is not 0 as column:value.
 *
 *     # from a collection
 *     1 3:2 17:1 # a comment            -> label 1; column 3 is 2, column 17 is 1
 *     -1 qid:4 1:0.5
 *
 * Columns count from 1, or from 0 where one is 0; where neither 0 nor the last one occurs, from 1,
 * as the format has it, which is told: a file of a few examples may well lack both.
 */
#include "sparse.h"
#include "sparse_text.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { LINES = 20 };

/* The word is column:value; what stands before the colon is `head` long. */
static bool is_entry(const SparseText *text, size_t *head) {
    const char *colon = memchr(text->word, ':', text->length);
    double value;
    if (!colon)
        return false;
    *head = (size_t)(colon - text->word);
    int64_t column;
    const SparseText before = {.word = text->word, .length = *head};
    return aert_sparse_whole(&before, 0, INT32_MAX, &column) &&
           aert_sparse_number(colon + 1, text->length - *head - 1, &value);
}

static bool is_query(const SparseText *text) {
    return text->length > 4 && memcmp(text->word, "qid:", 4) == 0;
}

/* A label, or several between commas: what a class may be called that is a number. */
static bool is_label(const SparseText *text) {
    for (size_t i = 0; i < text->length; i++)
        if (!strchr("+-.,0123456789eE", text->word[i]))
            return false;
    return true;
}

/* The next word of the line, of which a comment is no part. */
static bool next(SparseText *text) {
    return aert_sparse_word(text) && *text->word != '#';
}

/* By the first line that has entries: what stands wrong below it is told, not taken for a table. */
bool aert_svm_is(const AertBytes *bytes) {
    SparseText text = aert_sparse_text("", bytes);
    int entries = 0;
    for (int i = 0; i < LINES && entries == 0 && aert_sparse_line(&text); i++) {
        size_t head;
        for (int k = 0; next(&text); k++)
            if (is_entry(&text, &head))
                entries++;
            else if (!(k == 0 && is_label(&text)) && !(k <= 1 && is_query(&text)))
                return false;
    }
    return entries > 0;
}

typedef struct SvmReader {
    SparseText text;
    SparseBuilder entries;
    WordReader *labels; /* or NULL */
    int64_t examples;
    int64_t least, most; /* columns */
    int64_t most_line;
    int64_t size; /* that the input wants */
} SvmReader;

static bool take_entry(SvmReader *reader, AertError *error) {
    SparseText *text = &reader->text;
    size_t head = 0;
    if (!is_entry(text, &head))
        return aert_sparse_wrong(text, "column:value", error);
    double value = 0;
    int64_t column = 0;
    const SparseText before = {.word = text->word, .length = head};
    aert_sparse_whole(&before, 0, INT32_MAX, &column);
    aert_sparse_number(text->word + head + 1, text->length - head - 1, &value);
    if (!(fabs(value) <= (double)FLT_MAX))
        return aert_sparse_wrong(text, "a finite number", error);
    if (column > reader->size)
        return aert_fail(error, "%s:%lld: column %lld, wanted at most %lld", text->name,
                         (long long)text->number, (long long)column, (long long)reader->size);
    reader->least = column < reader->least ? column : reader->least;
    if (column > reader->most) {
        reader->most = column;
        reader->most_line = text->number;
    }
    return aert_sparse_add(&reader->entries, reader->examples, (int32_t)column, (float)value,
                           error);
}

static bool take_label(SvmReader *reader, bool there, AertError *error) {
    char word[AERT_WORD + 1] = "";
    bool unknown;
    SparseText *text = &reader->text;
    const char *label = text->word;
    size_t length = there ? text->length : 0;
    if (!reader->labels)
        return true;
    if (length > 1 && *label == '+') /* +1 is 1 */
        label++, length--;
    if (length == 0)
        return aert_sparse_wrong(text, "a label", error);
    memcpy(word, label, length < AERT_WORD ? length : AERT_WORD);
    return aert_words_add(reader->labels, reader->examples, word, &unknown, error);
}

static bool take_line(SvmReader *reader, AertError *error) {
    SparseText *text = &reader->text;
    size_t head;
    bool more = next(text);
    if (!more)
        return true; /* a comment, or nothing */
    bool label = !is_entry(text, &head) && !is_query(text);
    if (label && !is_label(text))
        return aert_sparse_wrong(text, "a label or column:value", error);
    if (!take_label(reader, label, error))
        return false;
    if (label)
        more = next(text);
    if (more && is_query(text))
        more = next(text);
    for (; more; more = next(text))
        if (!take_entry(reader, error))
            return false;
    reader->examples++;
    return true;
}

/* How many examples there are: labels need room for them. */
static int64_t count_lines(const char *name, const AertBytes *bytes) {
    SparseText text = aert_sparse_text(name, bytes);
    int64_t count = 0;
    while (aert_sparse_line(&text))
        count += next(&text);
    return count;
}

/* Columns as counted from 0. */
static bool settle_columns(SvmReader *reader, AertData *data, AertError *error) {
    int64_t first = reader->least == 0 ? 0 : 1;
    if (first && reader->most < reader->size &&
        !aert_data_note(data, error,
                        "%.200s: its columns are taken to count from 1; an entry 0:0 says from 0",
                        data->name))
        return false;
    for (int64_t i = 0; i < reader->entries.count; i++)
        reader->entries.column[i] -= (int32_t)first;
    return reader->most < reader->size + first ||
           aert_fail(error, "%s:%lld: column %lld, wanted at most %lld, since one is column 0",
                     reader->text.name, (long long)reader->most_line, (long long)reader->most,
                     (long long)reader->size - 1);
}

bool aert_svm_open(AertData *data, AertData *labels, const AertBytes *bytes,
                   const AertDataFrom *from, const AertInput *input, AertError *error) {
    SvmReader reader = {.text = aert_sparse_text(data->name, bytes), .least = 1, .most = -1};
    WordReader words = {0};
    reader.size = (int64_t)aert_input_size(input);
    aert_sparse_shape(data, input, "svmlight", count_lines(data->name, bytes));
    bool fine = true;
    if (labels && from->label) {
        fine = aert_words_begin(&words, labels, data, from->label, from->label_words, error);
        reader.labels = &words;
    }
    while (fine && aert_sparse_line(&reader.text))
        fine = take_line(&reader, error);
    fine = fine && (!reader.labels || aert_words_end(&words, error)) &&
           settle_columns(&reader, data, error);
    if (fine)
        data->sparse = aert_sparse_make(&reader.entries, data->count, error);
    aert_words_close(&words);
    aert_sparse_close(&reader.entries);
    return fine && data->sparse;
}

bool aert_svm_look(AertLook *look, const AertBytes *bytes, const char *path, AertError *error) {
    SvmReader reader = {
        .text = aert_sparse_text(path, bytes), .least = 1, .most = -1, .size = INT32_MAX};
    bool fine = true;
    while (fine && aert_sparse_line(&reader.text))
        fine = take_line(&reader, error);
    look->kind = AERT_LOOK_SPARSE;
    look->format = "svmlight";
    look->count = reader.examples;
    look->rank = 1;
    look->dim[0] = reader.most + (reader.least == 0);
    look->whole = aert_sparse_counts(&reader.entries);
    aert_sparse_close(&reader.entries);
    return fine;
}
