/* tokens: see tokens.h. */
#include "tokens.h"
#include "table_parts.h"

#include <string.h>

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

Tokens aert_tokens(const char *name, const AertBytes *bytes) {
    const char *text = (const char *)bytes->data;
    return (Tokens){.name = name, .at = text, .end = text + bytes->size, .newline = text};
}

bool aert_tokens_line(Tokens *tokens) {
    const char *p = tokens->number ? tokens->newline : tokens->at;
    if (tokens->number && p < tokens->end)
        p += tokens->end - p > 1 && p[0] == '\r' && p[1] == '\n' ? 2 : 1;
    if (p == tokens->end)
        return false;
    tokens->at = p;
    while (p < tokens->end && *p != '\n' && *p != '\r')
        p++;
    tokens->newline = p;
    tokens->number++;
    return true;
}

bool aert_tokens_next(Tokens *tokens) {
    const char *p = tokens->at;
    while (p < tokens->newline && is_blank(*p))
        p++;
    tokens->token = p;
    while (p < tokens->newline && !is_blank(*p))
        p++;
    tokens->length = (size_t)(p - tokens->token);
    tokens->at = p;
    return tokens->length > 0;
}

bool aert_tokens_whole(const Tokens *tokens, int64_t least, int64_t most, int64_t *value) {
    int64_t number = 0;
    for (size_t i = 0; i < tokens->length; i++) {
        char c = tokens->token[i];
        if (c < '0' || c > '9' || number > INT64_MAX / 10 - 10)
            return false;
        number = number * 10 + (c - '0');
    }
    *value = number;
    return tokens->length > 0 && number >= least && number <= most;
}

bool aert_tokens_number(const char *text, size_t length, double *value) {
    const AertField field = {.at = text, .length = length < 64 ? (uint32_t)length : 64};
    return length > 0 && aert_cell(&field, '.', "", value) == AERT_CELL_NUMBER;
}

bool aert_tokens_wrong(const Tokens *tokens, const char *wanted, AertError *error) {
    int length = tokens->length > 60 ? 60 : (int)tokens->length;
    return aert_fail(error, "%s:%lld: found %s%.*s%s, wanted %s", tokens->name,
                     (long long)tokens->number, length ? "'" : "the end of the line", length,
                     tokens->token, length ? "'" : "", wanted);
}
