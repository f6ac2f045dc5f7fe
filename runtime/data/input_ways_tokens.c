/* The ways of inputs `tokens`. */
#include "sentences.h"
#include "text.h"
#include "input_ways.h"

#include <string.h>

static bool open_texts(AertData *data, AertData *labels, const AertBytes *bytes,
                       const AertDataFrom *from, const AertInput *input, bool *taken,
                       AertError *error) {
    *taken = !bytes || aert_data_is_text(from->path, bytes);
    return *taken && aert_texts_open(data, labels, bytes, from, input, error);
}

/* A word of tokens that no input of this kind has: characters are one alone, a word holds no blank.
 */
static bool is_of_other_kind(const AertInput *input, const char *word) {
    int marks = 0;
    for (const char *byte = word; *byte; byte++)
        marks += (*byte & 0xc0) != 0x80; /* how many characters begin */
    return input->characters ? marks > 1 : strchr(word, ' ') != NULL;
}

static bool words_fit(const AertInput *input, const AertWords *words, const char *path,
                      AertError *error) {
    static const char *const kind[] = {"words", "characters"};
    for (int i = 0; i < words->count; i++)
        if (is_of_other_kind(input, words->word[i]))
            return aert_fail(
                error, "%s: weights of another model: their vocabulary is one of %s, and %s has %s",
                path, kind[!input->characters], input->name, kind[!!input->characters]);
    return true;
}

const AertWays aert_ways_tokens = {.open = open_texts,
                                   .builtin = "built-in sentences",
                                   .draw = aert_sentence_draw,
                                   .words = aert_sentence_words,
                                   .text = aert_text_of,
                                   .fit = words_fit};
