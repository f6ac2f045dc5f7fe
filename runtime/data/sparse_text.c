/* sparse_text: see sparse_text.h. */
#include "sparse_text.h"
#include "table_parts.h"

#include <string.h>

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

SparseText aert_sparse_text(const char *name, const AertBytes *bytes) {
    const char *text = (const char *)bytes->data;
    return (SparseText){.name = name, .at = text, .end = text + bytes->size, .newline = text};
}

bool aert_sparse_line(SparseText *text) {
    const char *p = text->number ? text->newline : text->at;
    if (text->number && p < text->end)
        p += text->end - p > 1 && p[0] == '\r' && p[1] == '\n' ? 2 : 1;
    if (p == text->end)
        return false;
    text->at = p;
    while (p < text->end && *p != '\n' && *p != '\r')
        p++;
    text->newline = p;
    text->number++;
    return true;
}

bool aert_sparse_word(SparseText *text) {
    const char *p = text->at;
    while (p < text->newline && is_blank(*p))
        p++;
    text->word = p;
    while (p < text->newline && !is_blank(*p))
        p++;
    text->length = (size_t)(p - text->word);
    text->at = p;
    return text->length > 0;
}

bool aert_sparse_whole(const SparseText *text, int64_t least, int64_t most, int64_t *value) {
    int64_t number = 0;
    for (size_t i = 0; i < text->length; i++) {
        char c = text->word[i];
        if (c < '0' || c > '9' || number > INT64_MAX / 10 - 10)
            return false;
        number = number * 10 + (c - '0');
    }
    *value = number;
    return text->length > 0 && number >= least && number <= most;
}

bool aert_sparse_number(const char *text, size_t length, double *value) {
    const AertField field = {.at = text, .length = length < 64 ? (uint32_t)length : 64};
    return length > 0 && aert_cell(&field, '.', "", value) == AERT_CELL_NUMBER;
}

bool aert_sparse_wrong(const SparseText *text, const char *wanted, AertError *error) {
    int length = text->length > 60 ? 60 : (int)text->length;
    return aert_fail(error, "%s:%lld: found %s%.*s%s, wanted %s", text->name,
                     (long long)text->number, length ? "'" : "the end of the line", length,
                     text->word, length ? "'" : "", wanted);
}
