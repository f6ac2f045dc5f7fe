/* data_words: classes that are given as words: a column of a table, the folders of pictures.
 *
 * Words that are all whole numbers are the classes themselves.  Others number the classes in the
 * order of the alphabet when a model is trained, and are what the classes are called from then on:
 * another file may hold fewer of them, and one that is not among them is told, or is the class of
 * all others where the model has one.
 *
 *     trained on "cat" "ant" "cat"  ->  1 0 1, classes ant, cat;  then "cat" alone  ->  1
 *     trained on "7" "9" "7"        ->  7 9 7
 *     trained on "07" "09" "07"     ->  0 1 0, classes 07, 09
 *     class[3] other, trained on "ant" "bee" "cat" "bee" "ant"  ->  0 1 2 1 0, classes ant, bee
 *     class[3] other, trained on "10" "20" "30" "20" "10"       ->  0 1 2 1 0, classes 10, 20
 */
#include "data_parts.h"
#include "table_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of classes that nothing declares there are few: they are shown. */
enum { MOST_WORDS = 100000, MOST_SHOWN = 1000 };

static bool has_words(const WordReader *reader) {
    return reader->known && reader->known->count > 0;
}

bool aert_words_begin(WordReader *reader, AertData *labels, const AertData *like,
                      const AertInput *input, const AertWords *known, AertError *error) {
    *reader = (WordReader){.labels = labels,
                           .known = known && known->known ? known : NULL,
                           .classes = input ? input->classes : 0,
                           .other = input && input->other,
                           .missing = input && input->missing,
                           .whole = true};
    *labels =
        (AertData){.format = like->format, .element = AERT_WHOLE, .count = like->count, .size = 1};
    labels->name = aert_copy(like->name, "a file name", error);
    labels->values = labels->memory =
        aert_allocate((size_t)like->count, sizeof(int32_t), "labels", error);
    if (!labels->name || !labels->memory)
        return false;
    for (int i = 0; has_words(reader) && i < reader->known->count; i++)
        if (aert_word_table_add(&reader->words, reader->known->word[i], error) < 0)
            return false;
    return true;
}

/* A whole number, as digits or as a table of numbers writes it: 3, -1, 3.0 */
static bool is_whole(const char *word, double *value) {
    const AertField field = {.at = word, .length = (uint32_t)strlen(word)};
    return aert_cell(&field, '.', "", value) == AERT_CELL_NUMBER && *value == floor(*value) &&
           fabs(*value) <= INT32_MAX;
}

/* "01": of codes and postal codes the zeros before are a part, and would be lost of a number. */
static bool is_padded(const char *word) {
    return word[0] == '0' && word[1] >= '0' && word[1] <= '9';
}

const char *aert_words_wanted(const WordReader *reader, char *text, size_t size) {
    bool words = has_words(reader);
    int used =
        snprintf(text, size, "%s",
                 words ? "a class of this run: " : "a number, as in the data of the training");
    for (int i = 0; words && i < reader->known->count; i++)
        aert_list_add(text + used, size - (size_t)used, reader->known->word[i],
                      strlen(reader->known->word[i]));
    return text;
}

/* The class of a word that the run does not have; -1. */
static int unknown_class(const WordReader *reader, int64_t example, const char *word, bool *unknown,
                         AertError *error) {
    char wanted[256];
    if (reader->other)
        return reader->classes - 1;
    *unknown = true;
    aert_fail(error, "%s: example %lld is '%s', wanted %s", reader->labels->name,
              (long long)example, word, aert_words_wanted(reader, wanted, sizeof wanted));
    return -1;
}

bool aert_words_add(WordReader *reader, int64_t example, const char *word, bool *unknown,
                    AertError *error) {
    const char *name = reader->labels->name;
    int32_t *value = (int32_t *)reader->labels->memory + example;
    int most = reader->classes ? MOST_WORDS : MOST_SHOWN, number;
    double whole;
    *unknown = false;
    if (strlen(word) >= AERT_WORD)
        return aert_fail(error, "%s: the label '%.40s…' has more than %d bytes", name, word,
                         AERT_WORD - 1);
    if (reader->known) {
        bool is_number = is_whole(word, &whole);
        number = has_words(reader) ? aert_word_table_find(&reader->words, word)
                 : is_number       ? (int)whole
                                   : -1;
        bool known = has_words(reader) ? number >= 0 : is_number;
        if (!known && (number = unknown_class(reader, example, word, unknown, error)) < 0)
            return false;
        *value = number;
        return true;
    }
    number = aert_word_table_add(&reader->words, word, error);
    if (number < 0)
        return false;
    if (reader->words.count > most)
        return aert_fail(error, "%s: more than %d different labels", name, most);
    reader->whole = reader->whole && is_whole(word, &whole) && !is_padded(word);
    reader->words.word[number].uses++;
    *value = number;
    return true;
}

void aert_words_miss(WordReader *reader, int64_t example) {
    ((int32_t *)reader->labels->memory)[example] = AERT_NO_CLASS;
}

bool aert_words_known(const WordReader *reader, const char *word) {
    return has_words(reader) && aert_word_table_find(&reader->words, word) >= 0;
}

/* The words of the classes in their order; beside one for all others those that are used most. */
static bool name_classes(WordReader *reader, int *class, AertError *error) {
    AertData *labels = reader->labels;
    int count = reader->words.count, kept = count;
    const AertCountedWord **sorted = aert_word_table_by_use(&reader->words, error);
    if (!sorted)
        return false;
    if (reader->other && count > reader->classes - 1)
        kept = reader->classes - 1;
    qsort(sorted, (size_t)kept, sizeof *sorted, aert_word_table_by_alphabet);
    labels->classes = kept;
    labels->class_name =
        aert_allocate((size_t)kept, sizeof *labels->class_name, "words of classes", error);
    for (int i = 0; i < count; i++)
        class[sorted[i] - reader->words.word] = i < kept ? i : reader->classes - 1;
    for (int i = 0; labels->class_name && i < kept; i++)
        strcpy(labels->class_name[i], sorted[i]->text);
    free(sorted);
    return labels->class_name != NULL;
}

/* Whether words are the classes themselves; beside one for all others, numbers beyond it are not.
 */
static bool are_numbers(const WordReader *reader) {
    bool whole = reader->whole;
    double number;
    for (int i = 0; whole && reader->other && i < reader->words.count; i++)
        whole = is_whole(reader->words.word[i].text, &number) && number < reader->classes;
    return whole;
}

static void number_classes(const WordReader *reader, int *class) {
    double whole;
    for (int i = 0; i < reader->words.count; i++) {
        is_whole(reader->words.word[i].text, &whole);
        class[i] = (int)whole;
    }
}

static bool copy_words(AertData *labels, const AertWords *known, AertError *error) {
    size_t bytes = (size_t)known->count * sizeof *labels->class_name;
    labels->class_name = aert_allocate(1, bytes, "words of classes", error);
    if (!labels->class_name)
        return false;
    memcpy(labels->class_name, known->word, bytes);
    labels->classes = known->count;
    return true;
}

bool aert_words_end(WordReader *reader, AertError *error) {
    AertData *labels = reader->labels;
    int32_t *value = labels->memory;
    bool fine = true;
    if (has_words(reader))
        fine = copy_words(labels, reader->known, error);
    if (!reader->known) {
        int *class = aert_allocate((size_t)reader->words.count, sizeof *class, "classes", error);
        fine = class != NULL;
        if (fine && are_numbers(reader))
            number_classes(reader, class);
        else if (fine)
            fine = name_classes(reader, class, error);
        for (int64_t i = 0; fine && i < labels->count; i++)
            value[i] = value[i] == AERT_NO_CLASS ? value[i] : class[value[i]];
        free(class);
    }
    for (int64_t i = 0; fine && reader->other && i < labels->count; i++)
        if (value[i] != AERT_NO_CLASS && !(value[i] >= 0 && value[i] < reader->classes))
            value[i] = reader->classes - 1;
    aert_words_close(reader);
    return fine;
}

void aert_words_close(WordReader *reader) {
    aert_word_table_close(&reader->words);
}
