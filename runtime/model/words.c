/* words: see words.h. */
#include "words.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void words_close(AertWords *words) {
    free(words->word);
    *words = (AertWords){0};
}

static bool take_room(AertWords *words, int count, AertError *error) {
    *words = (AertWords){.known = true, .count = count};
    words->word = aert_allocate((size_t)count, sizeof *words->word, "words of classes", error);
    return words->word != NULL;
}

bool words_learn(AertWords *words, const AertData *labels, AertError *error) {
    if (!take_room(words, labels->classes, error))
        return false;
    if (labels->classes)
        memcpy(words->word, labels->class_name, (size_t)labels->classes * sizeof *words->word);
    return true;
}

static bool is_utf8(const char *text) {
    int code = 0;
    while (*text && code >= 0)
        text += aert_character(text, &code);
    return code >= 0;
}

char *words_text(const AertWords *words, AertError *error) {
    char *text = NULL;
    size_t length;
    AertJson json = {.to = open_memstream(&text, &length), .tight = true};
    int i = 0;
    if (json.to) {
        aert_json_list(&json, NULL);
        for (; i < words->count && is_utf8(words->word[i]); i++)
            aert_json_string(&json, NULL, words->word[i]);
        aert_json_end(&json);
    }
    bool written = json.to && fclose(json.to) == 0;
    if (written && i == words->count)
        return text;
    free(text);
    written ? aert_fail(error, "the class '%s' is no UTF-8, as the words that a run keeps must be",
                        words->word[i])
            : aert_fail(error, "out of memory: words of classes");
    return NULL;
}

static bool read_list(AertWords *words, const json_t *list, AertError *error) {
    size_t count = json_array_size(list);
    if (!take_room(words, (int)count, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        const char *word = json_string_value(json_array_get(list, i));
        if (!word || strlen(word) >= AERT_WORD)
            return aert_fail(error, "a class has no word of at most %d bytes", AERT_WORD - 1);
        strcpy(words->word[i], word);
    }
    return true;
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* No two classes are called the same. */
static bool all_differ(const AertWords *words, AertError *error) {
    const char **sorted = aert_allocate((size_t)words->count, sizeof *sorted, "words", error);
    bool fine = sorted != NULL;
    for (int i = 0; fine && i < words->count; i++)
        sorted[i] = words->word[i];
    if (fine)
        qsort(sorted, (size_t)words->count, sizeof *sorted, by_bytes);
    for (int i = 1; fine && i < words->count; i++)
        fine = strcmp(sorted[i - 1], sorted[i]) != 0 ||
               aert_fail(error, "'%s' comes twice", sorted[i]);
    free(sorted);
    return fine;
}

bool words_read(AertWords *words, const AertInput *input, const char *text, const char *path,
                AertError *error) {
    AertError why;
    json_t *list = text ? json_loadb(text, strlen(text), JSON_REJECT_DUPLICATES, NULL) : NULL;
    bool tokens = aert_holds(input, AERT_HOLDS_TOKENS);
    size_t most = (size_t)(input->classes - (tokens ? AERT_TOKEN_FIRST : 0));
    aert_fail(&why, "it is no list of so many");
    words_close(words);
    if (!text)
        return true;
    bool fine = json_is_array(list) && json_array_size(list) <= most &&
                read_list(words, list, &why) && all_differ(words, &why);
    json_decref(list);
    if (fine && (!tokens || aert_ways_of(input)->fit(input, words, path, error)))
        return true;
    words_close(words);
    return !fine &&
           aert_fail(error, "%s: damaged: the words of %s: %s", path, input->name, why.text);
}

int words_find(const AertWords *words, const char *word) {
    for (int i = 0; i < words->count; i++)
        if (strcmp(words->word[i], word) == 0)
            return i;
    return -1;
}
