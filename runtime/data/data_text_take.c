/* data_text_take: the tokens of a text become an example, or are counted where there is no model
 * yet. */
#include "data_text.h"
#include "text.h"

#include <ctype.h>
#include <stdio.h>

bool aert_texts_room(AertTextReader *reader, int64_t count, const AertDataFrom *from,
                     AertError *error) {
    AertData *data = reader->data;
    aert_sparse_shape(data, reader->input, "texts", count);
    data->scaled = false;
    data->element = AERT_WHOLE;
    if (reader->lengths)
        return true;
    if (!aert_most_fits((size_t)count * data->size * sizeof(int32_t), from->most, from->path,
                        error))
        return false;
    reader->value = aert_allocate((size_t)count * data->size, sizeof(int32_t), data->name, error);
    data->values = data->memory = reader->value;
    return reader->value != NULL;
}

/* The number of a word: in the table, which grows where there is no vocabulary yet; -1: no memory.
 */
static int number_of(AertTextReader *reader, const char *word, AertError *error) {
    int number = !*word          ? AERT_TOKEN_UNKNOWN - AERT_TOKEN_FIRST
                 : reader->known ? aert_word_table_find(&reader->words, word)
                                 : aert_word_table_add(&reader->words, word, error);
    if (!*word || (reader->known && number < 0))
        return AERT_TOKEN_UNKNOWN;
    if (number < 0)
        return -1;
    reader->words.word[number].uses++;
    return number + AERT_TOKEN_FIRST;
}

static bool no_utf8(AertTextPlace place, const unsigned char *at, AertError *error) {
    char line[32] = "";
    if (place.line)
        snprintf(line, sizeof line, "%lld:", (long long)place.line);
    return aert_fail(
        error, "%s:%s the byte 0x%02x is no UTF-8, as texts must be; --csv encoding=latin1, say",
        place.file, line, *at);
}

/* A text that is only counted. */
static bool count_text(AertTextReader *reader, AertText *text, AertTextPlace place,
                       AertError *error) {
    AertTextFound found;
    int64_t tokens = 0;
    for (; (found = aert_text_next(text)) == AERT_TEXT_TOKEN; tokens++) {
        unsigned char first = (unsigned char)*text->word;
        if (number_of(reader, text->word, error) < 0)
            return false;
        reader->letters += isalpha(first) || first >= 0xc0;
    }
    reader->tokens += tokens;
    reader->lengths[tokens < AERT_MOST_TOKENS ? tokens : AERT_MOST_TOKENS]++;
    return found == AERT_TEXT_END || no_utf8(place, (const unsigned char *)text->at, error);
}

bool aert_texts_take(AertTextReader *reader, int64_t example, const char *begin,
                     AertTextPlace place, AertError *error) {
    AertText text = {.at = begin, .characters = reader->input->characters};
    if (reader->lengths)
        return count_text(reader, &text, place, error);
    int size = (int)reader->data->size, used = 0;
    int32_t *value = reader->value + (size_t)example * reader->data->size;
    AertTextFound found;
    bool cut = false;
    while ((found = aert_text_next(&text)) == AERT_TEXT_TOKEN) {
        int number = number_of(reader, text.word, error);
        if (number < 0)
            return false;
        reader->tokens++;
        reader->unknown += number == AERT_TOKEN_UNKNOWN;
        cut = cut || used == size - 1;
        if (!cut)
            value[used++] = number;
    }
    reader->cut += cut;
    value[used] = AERT_TOKEN_END; /* what is behind is 0 */
    return found == AERT_TEXT_END || no_utf8(place, (const unsigned char *)text.at, error);
}
