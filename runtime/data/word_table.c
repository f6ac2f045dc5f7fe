/* word_table: see word_table.h. */
#include "word_table.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 64 };

static uint32_t hash_of(const char *text) {
    uint32_t hash = 2166136261u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

/* Where the word stands in the table of places, or would. */
static int *find(const AertWordTable *table, const char *text) {
    uint32_t mask = 2 * (uint32_t)table->room - 1, at = hash_of(text) & mask;
    while (table->place[at] && strcmp(table->word[table->place[at] - 1].text, text) != 0)
        at = (at + 1) & mask;
    return &table->place[at];
}

static bool grow(AertWordTable *table, AertError *error) {
    int room = table->room ? 2 * table->room : FIRST_ROOM;
    AertCountedWord *word = aert_allocate((size_t)room, sizeof *word, "words", error);
    int *place = aert_allocate(2 * (size_t)room, sizeof *place, "words", error);
    if (!word || !place) {
        free(word);
        free(place);
        return false;
    }
    if (table->count)
        memcpy(word, table->word, (size_t)table->count * sizeof *word);
    free(table->word);
    free(table->place);
    table->word = word;
    table->place = place;
    table->room = room;
    for (int i = 0; i < table->count; i++)
        *find(table, word[i].text) = i + 1;
    return true;
}

int aert_word_table_add(AertWordTable *table, const char *text, AertError *error) {
    if (table->count == table->room && !grow(table, error))
        return -1;
    int *place = find(table, text);
    if (!*place) {
        *place = ++table->count;
        strcpy(table->word[table->count - 1].text, text);
    }
    return *place - 1;
}

int aert_word_table_find(const AertWordTable *table, const char *text) {
    return table->count ? *find(table, text) - 1 : -1;
}

int aert_word_table_by_alphabet(const void *a, const void *b) {
    const AertCountedWord *const *one = a, *const *two = b;
    return strcmp((*one)->text, (*two)->text);
}

static int by_use(const void *a, const void *b) {
    const AertCountedWord *const *one = a, *const *two = b;
    int64_t more = (*two)->uses - (*one)->uses;
    return more ? (more > 0) - (more < 0) : aert_word_table_by_alphabet(a, b);
}

const AertCountedWord **aert_word_table_by_use(const AertWordTable *table, AertError *error) {
    size_t count = (size_t)table->count;
    const AertCountedWord **sorted = aert_allocate(count, sizeof *sorted, "words", error);
    for (size_t i = 0; sorted && i < count; i++)
        sorted[i] = &table->word[i];
    if (sorted)
        qsort(sorted, count, sizeof *sorted, by_use);
    return sorted;
}

void aert_word_table_close(AertWordTable *table) {
    free(table->word);
    free(table->place);
    *table = (AertWordTable){0};
}
