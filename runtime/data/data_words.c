/* data_words: labels that are given as words: a column of a CSV file, the folders of pictures.
 *
 * Words that are all whole numbers are the labels themselves.  Others number the classes in the
 * order of the alphabet, so that two files with the same words give the same numbers.
 *
 *     "cat" "ant" "cat"  ->  1 0 1, classes ant, cat             "7" "9" "7"  ->  7 9 7
 */
#include "data_parts.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_WORDS = 1000 };

bool aert_words_begin(AertData *labels, const char *name, const char *format, int64_t count,
                      AertError *error) {
    *labels = (AertData){.format = format, .element = AERT_FLOAT, .count = count, .size = 1};
    labels->name = strdup(name);
    labels->values = labels->memory = aert_allocate((size_t)count, sizeof(float), "labels", error);
    labels->class_name = aert_allocate(MOST_WORDS, sizeof *labels->class_name, "labels", error);
    if (!labels->name)
        aert_fail(error, "out of memory: a file name");
    return labels->name && labels->memory && labels->class_name;
}

bool aert_words_add(AertData *labels, int64_t example, const char *word, AertError *error) {
    int i = 0;
    if (strlen(word) >= AERT_WORD)
        return aert_fail(error, "%s: the label '%.40s…' has more than %d bytes", labels->name, word,
                         AERT_WORD - 1);
    while (i < labels->classes && strcmp(labels->class_name[i], word) != 0)
        i++;
    if (i == MOST_WORDS)
        return aert_fail(error, "%s: more than %d different labels", labels->name, MOST_WORDS);
    if (i == labels->classes) {
        strcpy(labels->class_name[i], word);
        labels->classes++;
    }
    ((float *)labels->memory)[example] = (float)i;
    return true;
}

static int by_alphabet(const void *a, const void *b) {
    return strcmp(a, b);
}

static bool is_whole(const char *word) {
    size_t digits = strspn(word, "0123456789");
    return digits > 0 && digits < 8 && !word[digits];
}

void aert_words_end(AertData *labels) {
    float *value = labels->memory;
    bool whole = true;
    for (int i = 0; i < labels->classes; i++)
        whole = whole && is_whole(labels->class_name[i]);
    int place[MOST_WORDS];
    for (int i = 0; i < labels->classes; i++) {
        place[i] = whole ? atoi(labels->class_name[i]) : 0;
        for (int k = 0; !whole && k < labels->classes; k++)
            place[i] += strcmp(labels->class_name[k], labels->class_name[i]) < 0;
    }
    for (int64_t i = 0; i < labels->count; i++)
        value[i] = (float)place[(int)value[i]];
    qsort(labels->class_name, (size_t)labels->classes, sizeof *labels->class_name, by_alphabet);
    if (!whole)
        return;
    free(labels->class_name);
    labels->class_name = NULL;
    labels->classes = 0;
}
