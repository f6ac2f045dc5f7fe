/* texts: what a program does with texts, of a model that has some: see sheet_text.h. */
#include "sheet_text.h"
#include "latent.h"
#include "say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 16 };

static const float *tokens_of(const Sheet *sheet, int kind, int i) {
    return sheet->values + ((size_t)kind * (size_t)sheet->count + (size_t)i) * sheet->size;
}

static bool write(const Sheet *sheet, const AertModel *model, int kind, const char *path,
                  AertError *error) {
    const AertInput *original = original_of(model);
    AertFile file;
    if (!aert_file_create(&file, path, error))
        return false;
    for (int i = 0; i < sheet->count; i++) {
        char *text =
            aert_ways_of(original)->text(original, sheet->words, tokens_of(sheet, kind, i), error);
        if (!text) {
            aert_file_discard(&file);
            return false;
        }
        aert_file_write(&file, text, strlen(text));
        aert_file_write(&file, "\n", 1);
        free(text);
    }
    return aert_file_commit(&file, error);
}

static bool print(const Sheet *sheet, const AertModel *model, int kind, int i, AertError *error) {
    const AertInput *original = original_of(model);
    char *text =
        aert_ways_of(original)->text(original, sheet->words, tokens_of(sheet, kind, i), error);
    if (!text)
        return false;
    size_t room = strlen(text) * AERT_VISIBLE_ROOM + 1;
    char *shown = aert_allocate(room, 1, "a text", error);
    if (shown)
        puts(aert_visible(text, shown, room));
    free(text);
    free(shown);
    return shown != NULL;
}

/* How many places of the original's text, its end left out, hold the same token in the
 * reconstruction, which is added to *right, and how many there are; an unknown word is never right.
 * Whether all are, the end too. */
static bool compare_one(const Sheet *sheet, int i, int64_t *right, int64_t *all) {
    const float *text = tokens_of(sheet, sheet->original, i),
                *made = tokens_of(sheet, sheet->restored, i);
    bool same = true;
    for (size_t k = 0; k < sheet->size && text[k] != AERT_TOKEN_PADDING; k++) {
        bool equal = text[k] == made[k] && text[k] != AERT_TOKEN_UNKNOWN;
        same = same && equal;
        if (text[k] == AERT_TOKEN_END)
            break;
        *right += equal;
        *all += 1;
    }
    return same;
}

static bool reconstruct(Sheet *sheet, Session *session, const AertEntry *decode,
                        const Examples *examples, int count, AertError *error) {
    const AertModel *model = session->model;
    Sheet decoded = {0};
    float *codes = latent_codes(session, encoder_of(session), examples, 0, count, error);
    const AertData data = {
        .element = AERT_FLOAT, .count = count, .size = code_size(model), .values = codes};
    const Pass pass = {.session = session, .entry = decode, .codes = &data, .count = count};
    int64_t *index = aert_allocate((size_t)count, sizeof *index, "examples", error);
    bool fine = codes && index && sheet_decode(&decoded, &pass, error) &&
                sheet_open(sheet, 2, count, decoded.size, error);
    for (int i = 0; fine && i < count; i++)
        index[i] = i;
    if (fine) {
        size_t size = (size_t)count * decoded.size;
        sheet->restored = 1;
        sheet->words = decoded.words;
        aert_data_gather(&examples->data[model->original], index, 0, count, sizeof(float),
                         sheet->values);
        memcpy(sheet->values + size, decoded.values, size * sizeof(float));
    }
    sheet_close(&decoded);
    free(index);
    free(codes);
    return fine;
}

static bool compare(const Session *session, const Sheet *sheet, const char *path,
                    AertError *error) {
    const AertModel *model = session->model;
    int64_t right = 0, all = 0, whole = 0;
    for (int i = 0; i < sheet->count; i++)
        whole += compare_one(sheet, i, &right, &all);
    double words = (double)right / (double)(all ? all : 1), texts = (double)whole / sheet->count;
    if (session->options->json) {
        say_json("{\"examples\": %d, \"words\": %lld, \"words_right\": %g, \"texts_right\": %g, "
                 "\"seed\": %llu, \"output\": %s}\n",
                 sheet->count, (long long)all, words, texts, (unsigned long long)session->seed,
                 path);
        return true;
    }
    for (int i = 0; i < sheet->count && i < SHOWN; i++) {
        say("%8d  ", i);
        if (!print(sheet, model, sheet->original, i, error))
            return false;
        say("%8s  ", "");
        if (!print(sheet, model, sheet->restored, i, error))
            return false;
    }
    say("%s right: %.4g of %lld; whole texts right: %.4g of %d\n%d texts in %s\n",
        original_of(model)->characters ? "characters" : "words", words, (long long)all, texts,
        sheet->count, sheet->count, path);
    return true;
}

const AertTexts aert_texts = {write, print, reconstruct, compare};
