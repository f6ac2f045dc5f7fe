/* word_table: different words, numbered in the order in which they come, each with how often it
 * came.
 *
 *     AertWordTable table = {0};
 *     int number = aert_word_table_add(&table, "ant", error);     // -1: no memory
 *     table.word[number].uses++;
 *     aert_word_table_close(&table);
 */
#ifndef AERT_WORD_TABLE_H
#define AERT_WORD_TABLE_H

#include "dataset.h"

typedef struct AertWordTable {
    int count, room;
    struct AertCountedWord {
        char text[AERT_WORD];
        int64_t uses;
    } * word;   /* (room) */
    int *place; /* by hash: 1 + a word, or 0; twice as many as words */
} AertWordTable;

typedef struct AertCountedWord AertCountedWord;

/* The number of the word, which becomes known; it has less than AERT_WORD bytes. */
int aert_word_table_add(AertWordTable *table, const char *text, AertError *error);

/* The number of the word, or -1. */
int aert_word_table_find(const AertWordTable *table, const char *text);

/* The words, the most frequent first, those as frequent by their bytes; NULL, and an error, where
 * there is no memory; free() it. */
const AertCountedWord **aert_word_table_by_use(const AertWordTable *table, AertError *error);

/* The order of their bytes, for qsort of what by_use returns. */
int aert_word_table_by_alphabet(const void *a, const void *b);

void aert_word_table_close(AertWordTable *table);

#endif
