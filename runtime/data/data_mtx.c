/* data_mtx: MatrixMarket: a matrix of which few numbers are not 0, as row, column, value.
 *
 *     %%MatrixMarket matrix coordinate integer general
 *     % documents by words
 *     3 5 2
 *     1 2 2
 *     3 5 1
 *
 * The examples are the rows, or where only the rows are as many as the input wants numbers, as of
 * genes by cells, the columns: that is told.
 */
#include "sparse.h"
#include "sparse_text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MOST_LOOKED_AT = 1 << 20 }; /* entries, where no input says what is wanted */

typedef struct Matrix {
    SparseText text;
    bool pattern; /* entries have no value: each is 1 */
    int64_t rows, columns, entries;
    int64_t first_of_sizes; /* the line that has them */
    bool turned;            /* examples are the columns */
} Matrix;

bool aert_mtx_is(const AertBytes *bytes) {
    return bytes->size >= 14 && strncasecmp((const char *)bytes->data, "%%MatrixMarket", 14) == 0;
}

static bool is_word(const SparseText *text, const char *word) {
    return text->length == strlen(word) && strncasecmp(text->word, word, text->length) == 0;
}

/* "%%MatrixMarket matrix coordinate integer general" */
static bool read_banner(Matrix *m, AertError *error) {
    SparseText *text = &m->text;
    aert_sparse_line(text);
    aert_sparse_word(text);
    if (!aert_sparse_word(text) || !is_word(text, "matrix"))
        return aert_sparse_wrong(text, "matrix", error);
    if (!aert_sparse_word(text) || !is_word(text, "coordinate"))
        return aert_sparse_wrong(text, "coordinate: a dense array is read as NPY or CSV", error);
    if (!aert_sparse_word(text) ||
        !(is_word(text, "integer") || is_word(text, "real") || is_word(text, "pattern")))
        return aert_sparse_wrong(text, "integer, real or pattern", error);
    m->pattern = is_word(text, "pattern");
    if (!aert_sparse_word(text) || !is_word(text, "general"))
        return aert_sparse_wrong(text, "general: all that is not 0, not a half of it", error);
    return true;
}

/* The next line that is neither blank nor a comment; its first word is in hand. */
static bool next_line(Matrix *m) {
    while (aert_sparse_line(&m->text))
        if (aert_sparse_word(&m->text) && *m->text.word != '%')
            return true;
    return false;
}

static bool read_sizes(Matrix *m, AertError *error) {
    SparseText *text = &m->text;
    int64_t *sizes[] = {&m->rows, &m->columns, &m->entries};
    if (!next_line(m))
        return aert_fail(error, "%s: truncated: it has no line of sizes", text->name);
    m->first_of_sizes = text->number;
    for (int i = 0; i < 3; i++)
        if ((i && !aert_sparse_word(text)) ||
            !aert_sparse_whole(text, i < 2, i < 2 ? INT32_MAX : INT64_MAX / 64, sizes[i]))
            return aert_sparse_wrong(text, "three sizes: rows, columns, entries", error);
    return true;
}

/* Which way the matrix lies: its rows or its columns are as long as the input. */
static bool turn(Matrix *m, const AertInput *input, size_t bytes, AertError *error) {
    const SparseText *text = &m->text;
    int64_t size = (int64_t)aert_input_size(input);
    m->turned = m->columns != size && m->rows == size;
    if (m->columns != size && !m->turned)
        return aert_fail(
            error, "%s: has %lld rows and %lld columns, input %s wants %lld of one of them",
            text->name, (long long)m->rows, (long long)m->columns, input->name, (long long)size);
    int64_t examples = m->turned ? m->columns : m->rows;
    if ((uint64_t)examples > bytes) /* no memory for what is only claimed */
        return aert_fail(error, "%s: announces %lld examples, and has %zu bytes", text->name,
                         (long long)examples, bytes);
    return true;
}

static bool read_entry(Matrix *m, SparseBuilder *entries, AertError *error) {
    SparseText *text = &m->text;
    int64_t row, column;
    double value = 1;
    char wanted[64];
    if (!aert_sparse_whole(text, 1, m->rows, &row)) {
        snprintf(wanted, sizeof wanted, "a row, 1 to %lld", (long long)m->rows);
        return aert_sparse_wrong(text, wanted, error);
    }
    aert_sparse_word(text);
    if (!aert_sparse_whole(text, 1, m->columns, &column)) {
        snprintf(wanted, sizeof wanted, "a column, 1 to %lld", (long long)m->columns);
        return aert_sparse_wrong(text, wanted, error);
    }
    if (!m->pattern &&
        (!aert_sparse_word(text) || !aert_sparse_number(text->word, text->length, &value) ||
         !(fabs(value) <= (double)FLT_MAX)))
        return aert_sparse_wrong(text, "a finite number", error);
    if (aert_sparse_word(text))
        return aert_sparse_wrong(text, "the end of the line", error);
    return aert_sparse_add(entries, (m->turned ? column : row) - 1,
                           (int32_t)((m->turned ? row : column) - 1), (float)value, error);
}

static bool note_turned(AertData *data, const Matrix *m, AertError *error) {
    return !m->turned ||
           aert_data_note(
               data, error,
               "%.100s: has %lld rows and %lld columns: its columns are taken for the examples",
               data->name, (long long)m->rows, (long long)m->columns);
}

bool aert_mtx_open(AertData *data, const AertBytes *bytes, const AertInput *input,
                   AertError *error) {
    Matrix m = {.text = aert_sparse_text(data->name, bytes)};
    SparseBuilder entries = {0};
    bool fine =
        read_banner(&m, error) && read_sizes(&m, error) && turn(&m, input, bytes->size, error);
    while (fine && next_line(&m))
        fine = read_entry(&m, &entries, error);
    if (fine && entries.count != m.entries)
        fine =
            aert_fail(error, "%s:%lld: announces %lld entries, and %lld follow", data->name,
                      (long long)m.first_of_sizes, (long long)m.entries, (long long)entries.count);
    if (fine) {
        aert_sparse_shape(data, input, "MatrixMarket", m.turned ? m.columns : m.rows);
        data->sparse = aert_sparse_make(&entries, data->count, error);
        fine = data->sparse && note_turned(data, &m, error);
    }
    aert_sparse_close(&entries);
    return fine;
}

bool aert_mtx_look(AertLook *look, const AertBytes *bytes, const char *path, AertError *error) {
    Matrix m = {.text = aert_sparse_text(path, bytes)};
    SparseBuilder entries = {0};
    bool fine = read_banner(&m, error) && read_sizes(&m, error);
    while (fine && entries.count < MOST_LOOKED_AT && next_line(&m))
        fine = read_entry(&m, &entries, error);
    look->whole = aert_sparse_counts(&entries);
    aert_sparse_close(&entries);
    look->kind = AERT_LOOK_SPARSE;
    look->format = "MatrixMarket";
    look->count = m.rows;
    look->rank = 1;
    look->dim[0] = m.columns;
    return fine;
}
