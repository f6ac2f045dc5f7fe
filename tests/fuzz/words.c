/* Words of classes and of texts, as weights keep them: what is read of any text is as many
 * different words as the input has numbers for, each of which is found again, or an error. */
#include "fuzz.h"
#include "model/words.h"

const char *const fuzz_words[] = {"[",       "]",       "\"",       "\",\"", ",",    "[]",
                                  "\"ant\"", "\\u0000", "\\ud83d",  "\\n",   "null", "{\"a\":1}",
                                  "1",       "\xff",    "\xc3\xa9", NULL};

static const AertInput inputs[] = {
    {.kind = AERT_CLASS, .role = AERT_AS_LABEL, .name = "y", .classes = 5},
    {.kind = AERT_CLASS, .name = "site", .classes = 4, .other = 1},
    {.kind = AERT_TOKENS,
     .name = "x",
     .rank = 1,
     .dim = {6},
     .classes = 9,
     .ways = &aert_ways_tokens},
    {.kind = AERT_TOKENS,
     .name = "x",
     .rank = 1,
     .dim = {6},
     .classes = 9,
     .characters = 1,
     .ways = &aert_ways_tokens}};

static void look(const AertWords *words, const AertInput *input) {
    AertWords again = {0};
    AertError error;
    int numbers = input->kind == AERT_TOKENS ? input->classes - AERT_TOKEN_FIRST : input->classes;
    MUST(words->known && words->count >= 0 && words->count <= numbers);
    for (int i = 0; i < words->count; i++) {
        MUST(strlen(words->word[i]) < AERT_WORD);
        MUST(words_find(words, words->word[i]) == i);
    }
    char *text = words_text(words, &error);
    MUST(text && words_read(&again, input, text, "again", &error));
    MUST(again.count == words->count);
    for (int i = 0; i < words->count; i++)
        MUST(strcmp(again.word[i], words->word[i]) == 0);
    words_close(&again);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    MUST(text);
    memcpy(text, data, size);
    text[size] = 0;
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        AertWords words = {0};
        AertError error;
        if (words_read(&words, &inputs[i], text, "fuzz", &error))
            look(&words, &inputs[i]);
        else
            MUST(!words.word && error.text[0] && !strchr(error.text, '\n'));
        words_close(&words);
    }
    free(text);
    return 0;
}
