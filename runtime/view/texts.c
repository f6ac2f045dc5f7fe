/* texts: what a program does with texts, of a model that has some: see sheet_text.h. */
#include "sheet_text.h"
#include "latent.h"
#include "say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 16 };

static bool write(const Sheet *sheet, const AertModel *model, int kind, const char *path,
                  AertError *error) {
    const AertInput *original = original_of(model);
    AertFile file;
    if (!aert_file_create(&file, path, error))
        return false;
    for (int i = 0; i < sheet->count; i++) {
        char *text =
            aert_ways_of(original)->text(original, sheet->words, sheet_cell(sheet, kind, i), error);
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
        aert_ways_of(original)->text(original, sheet->words, sheet_cell(sheet, kind, i), error);
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
    const float *text = sheet_cell(sheet, sheet->original, i),
                *made = sheet_cell(sheet, sheet->restored, i);
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

static bool reconstruct(Sheet *sheet, Session *session, const Examples *examples, int count,
                        AertError *error) {
    const AertModel *model = session->model;
    Sheet decoded = {0};
    float *codes = latent_codes(session, encoder_of(session), examples, NULL, count, error);
    const AertData *data = &examples->data[model->original];
    bool fine = codes && latent_sheet(&decoded, session, NULL, codes, count, error) &&
                sheet_open(sheet, 2, count, decoded.size, error);
    if (fine) {
        sheet->restored = 1;
        sheet->words = decoded.words;
        for (int64_t i = 0; i < count; i++)
            aert_data_gather(data, &i, 0, 1, sizeof(float), sheet_cell(sheet, 0, (int)i));
        memcpy(sheet_cell(sheet, 1, 0), decoded.values,
               (size_t)count * decoded.size * sizeof(float));
    }
    sheet_close(&decoded);
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
