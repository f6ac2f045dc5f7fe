/* data_text: texts as examples of tokens: the lines of a file, or the files of a folder.
 *
 *     Oil prices rose.     words that the vocabulary has:  oil prices rose .
 *                      ->  3 4 5 6 2 0 0 …                 2: the end, 0: padding
 *
 * A line is an example, also an empty one, so that labels and captions stay beside it.  The data of
 * the training gives the vocabulary: its words by falling frequency, those as frequent by their
 * bytes, as many as the input has numbers for.  It is kept with the weights, as the words of
 * classes are.
 */
#include "data_parts.h"
#include "table_parts.h"
#include "data_text.h"
#include "text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a file or a folder of them ---- */

/* The text with a NUL behind it and none in it; free() it.  It is UTF-8 but where a mark, or `--csv
 * encoding=`, says otherwise: no other encoding is guessed. */
static char *copy_text(const AertBytes *bytes, const char *name, const AertDataFrom *from,
                       AertError *error) {
    AertTable table = {.name = name};
    if (from->how)
        table.csv = from->how->csv;
    if (!*table.csv.encoding && !aert_text_marked(bytes))
        strcpy(table.csv.encoding, "UTF-8");
    if (bytes->size && !aert_text_open(&table, bytes, error))
        return aert_table_close(&table), NULL;
    char *text = aert_allocate(table.size + 1, 1, "a text", error);
    if (text && table.size)
        memcpy(text, table.text, table.size);
    aert_table_close(&table);
    return text;
}

/* How many lines there are; a break behind the last begins none. */
static int64_t count_lines(const char *text, char line_end) {
    int64_t count = 0;
    for (; *text; count++) {
        const char *end = strchr(text, line_end);
        text = end ? end + 1 : text + strlen(text);
    }
    return count;
}

static bool take_lines(AertTextReader *reader, char *text, const AertDataFrom *from,
                       AertError *error) {
    char line_end = aert_line_end(text, strlen(text));
    int64_t count = count_lines(text, line_end);
    if (count == 0)
        return aert_fail(error, "%s: the file is empty", from->path);
    bool fine = aert_texts_room(reader, count, from, error);
    for (int64_t i = 0; fine && i < count; i++) {
        char *end = strchr(text, line_end), *next = end ? end + 1 : text + strlen(text);
        if (end)
            *end = 0;
        if (next > text + 1 && end && end[-1] == '\r')
            end[-1] = 0;
        fine = aert_texts_take(reader, i, text, (AertTextPlace){from->path, i + 1}, error);
        text = next;
    }
    return fine;
}

typedef struct TextFile {
    char *path, *label; /* label NULL: it lies in the folder itself */
} TextFile;

typedef struct TextFolder {
    TextFile *file;
    int count, labelled; /* texts; … in folders of labels */
} TextFolder;

static bool add_file(TextFolder *folder, const char *path, const char *label, AertError *error) {
    static const char what[] = "the names of texts";
    if (!aert_grow(&folder->file, ((size_t)folder->count + 1) * sizeof *folder->file, what, error))
        return false;
    TextFile *file = &folder->file[folder->count++];
    file->path = aert_copy(path, what, error);
    file->label = label ? aert_copy(label, what, error) : NULL;
    folder->labelled += label != NULL;
    return file->path && (file->label || !label);
}

/* The texts of a folder, and of the folders in it, whose names are their labels. */
static bool list_texts(TextFolder *folder, const char *path, const char *label, AertError *error) {
    struct dirent **entry = NULL;
    int count = aert_folder_entries(path, &entry, error);
    bool fine = count >= 0;
    for (int i = 0; i < count; i++) {
        const char *name = entry[i]->d_name;
        char *inner = fine ? aert_path_join(path, name, error) : NULL;
        if (!inner)
            fine = false;
        else if (aert_folder_is(inner))
            fine = label || list_texts(folder, inner, name, error);
        else if (aert_has_suffix(name, ".txt"))
            fine = add_file(folder, inner, label, error);
        free(inner);
        free(entry[i]);
    }
    free(entry);
    return fine;
}

static bool take_file(AertTextReader *reader, int64_t example, const char *path,
                      const AertDataFrom *from, AertError *error) {
    AertBytes bytes = {0};
    char *text = NULL;
    bool fine = aert_data_bytes(&bytes, path, from->most, error) &&
                (text = copy_text(&bytes, path, from, error)) != NULL &&
                aert_texts_take(reader, example, text, (AertTextPlace){path, 0}, error);
    aert_bytes_close(&bytes);
    free(text);
    return fine;
}

static bool take_files(AertTextReader *reader, const TextFolder *folder, AertData *labels,
                       const AertDataFrom *from, AertError *error) {
    WordReader words = {0};
    bool labelled = labels && folder->labelled > 0, unknown;
    bool fine = aert_texts_room(reader, folder->count, from, error) &&
                (!labelled || aert_words_begin(&words, labels, reader->data, from->label,
                                               from->label_words, error));
    for (int i = 0; fine && i < folder->count; i++)
        fine = take_file(reader, i, folder->file[i].path, from, error) &&
               (!labelled || aert_words_add(&words, i, folder->file[i].label, &unknown, error));
    fine = fine && (!labelled || aert_words_end(&words, error));
    aert_words_close(&words);
    return fine;
}

static bool take_folder(AertTextReader *reader, AertData *labels, const AertDataFrom *from,
                        AertError *error) {
    TextFolder folder = {0};
    bool fine = list_texts(&folder, from->path, NULL, error);
    if (fine && folder.count == 0)
        fine = aert_fail(error, "%s: is a folder without texts, files named .txt", from->path);
    if (fine && folder.labelled > 0 && folder.labelled < folder.count)
        fine = aert_fail(error, "%s: holds texts beside folders of texts, wanted only one of them",
                         from->path);
    fine = fine && take_files(reader, &folder, labels, from, error);
    for (int i = 0; i < folder.count; i++) {
        free(folder.file[i].path);
        free(folder.file[i].label);
    }
    free(folder.file);
    return fine;
}

/* ---- the vocabulary ---- */

/* Gives the words their numbers by falling frequency, and each token the number of its word. */
static bool settle_words(AertTextReader *reader, AertError *error) {
    AertData *data = reader->data;
    int count = reader->words.count, most = reader->input->classes - AERT_TOKEN_FIRST;
    int kept = count < most ? count : most;
    if (count == 0)
        return aert_fail(error, "%s: holds texts without a word", data->name);
    size_t values = (size_t)data->count * data->size;
    const AertCountedWord **sorted = aert_word_table_by_use(&reader->words, error);
    int *number = aert_allocate((size_t)count + 1, sizeof *number, "a vocabulary", error);
    data->class_name =
        aert_allocate((size_t)kept + 1, sizeof *data->class_name, "a vocabulary", error);
    bool fine = sorted && number && data->class_name;
    for (int i = 0; fine && i < count; i++) {
        number[sorted[i] - reader->words.word] =
            i < kept ? i + AERT_TOKEN_FIRST : AERT_TOKEN_UNKNOWN;
        reader->unknown += i < kept ? 0 : sorted[i]->uses;
        if (i < kept)
            strcpy(data->class_name[i], sorted[i]->text);
    }
    for (size_t i = 0; fine && i < values; i++)
        if (reader->value[i] >= AERT_TOKEN_FIRST)
            reader->value[i] = number[reader->value[i] - AERT_TOKEN_FIRST];
    data->classes = fine ? kept : 0;
    free(sorted);
    free(number);
    return fine;
}

static bool know_words(AertTextReader *reader, const AertWords *words, AertError *error) {
    for (int i = 0; i < words->count; i++)
        if (aert_word_table_add(&reader->words, words->word[i], error) < 0)
            return false;
    reader->known = true;
    return words->count > 0 ||
           aert_fail(error, "%s: is text, and this run was trained on numbers, which have no words",
                     reader->data->name);
}

static bool tell(const AertTextReader *reader, AertError *error) {
    AertData *data = reader->data;
    if (!reader->unknown && !reader->cut)
        return true;
    const char *tokens = reader->input->characters ? "characters" : "words";
    double share = 100 * (double)reader->unknown / (double)reader->tokens;
    char note[512];
    int used = snprintf(note, sizeof note, "%s: %lld texts as %s", data->name,
                        (long long)data->count, tokens);
    if (reader->unknown && used < (int)sizeof note)
        used += snprintf(note + used, sizeof note - (size_t)used, ", %.*f %% of which are unknown",
                         share < 9.95, share);
    if (reader->cut && used < (int)sizeof note)
        snprintf(note + used, sizeof note - (size_t)used, "; cut, with more than %d: %lld",
                 (int)data->size - 1, (long long)reader->cut);
    char *all = NULL; /* behind what is told of a table */
    size_t before = data->note ? strlen(data->note) : 0, room = before + strlen(note) + 3;
    if ((all = aert_allocate(room, 1, "a note on texts", error)) != NULL)
        snprintf(all, room, "%s%s%s", before ? data->note : "", before ? "; " : "", note);
    free(data->note);
    data->note = all;
    return all != NULL;
}

bool aert_texts_begin(AertTextReader *reader, AertData *data, const AertDataFrom *from,
                      const AertInput *input, AertError *error) {
    *reader = (AertTextReader){.data = data, .input = input};
    return !from->words || !from->words->known || know_words(reader, from->words, error);
}

bool aert_texts_end(AertTextReader *reader, AertError *error) {
    return (reader->known || settle_words(reader, error)) && tell(reader, error);
}

void aert_texts_close(AertTextReader *reader) {
    aert_word_table_close(&reader->words);
}

bool aert_texts_read(AertTextReader *reader, AertData *labels, const AertBytes *bytes,
                     const AertDataFrom *from, AertError *error) {
    if (!bytes && from->column && !from->may_lack)
        return aert_fail(error, "%s: is a folder of texts, and a column '%s' is one of a table",
                         from->path, from->column);
    if (!bytes)
        return take_folder(reader, labels, from, error);
    if (aert_texts_in_table(from))
        return aert_texts_table_read(reader, labels, bytes, from, error);
    char *text = copy_text(bytes, from->path, from, error);
    bool fine = text && take_lines(reader, text, from, error);
    free(text);
    return fine;
}

bool aert_texts_open(AertData *data, AertData *labels, const AertBytes *bytes,
                     const AertDataFrom *from, const AertInput *input, AertError *error) {
    AertTextReader reader;
    bool fine = aert_texts_begin(&reader, data, from, input, error) &&
                aert_texts_read(&reader, labels, bytes, from, error) &&
                aert_texts_end(&reader, error);
    aert_texts_close(&reader);
    return fine;
}
