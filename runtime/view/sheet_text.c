/* sheet_text: see sheet_text.h. */
#include "sheet_text.h"

#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const AertInput *original_of(const AertModel *model) {
    return &model->input[model->original];
}

bool restores_texts(const AertModel *model) {
    return aert_holds(original_of(model), AERT_HOLDS_TOKENS) &&
           image_size(model) == aert_input_size(original_of(model));
}

const char *sheet_name(const AertModel *model, const char *text, const char *picture) {
    return restores_texts(model) ? text : picture;
}

static const float *tokens_of(const Sheet *sheet, int kind, int i) {
    return sheet->values + ((size_t)kind * (size_t)sheet->count + (size_t)i) * sheet->size;
}

bool sheet_write_text(const Sheet *sheet, const AertModel *model, int kind, const char *path,
                      AertError *error) {
    AertFile file;
    if (!restores_texts(model))
        return aert_fail(error, "%s: %s reconstructs no text", path, model->name);
    if (!aert_file_create(&file, path, error))
        return false;
    for (int i = 0; i < sheet->count; i++) {
        char *text = aert_ways_of(original_of(model))
                         ->text(original_of(model), sheet->words, tokens_of(sheet, kind, i), error);
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

bool sheet_print_text(const Sheet *sheet, const AertModel *model, int kind, int i,
                      AertError *error) {
    char *text = aert_ways_of(original_of(model))
                     ->text(original_of(model), sheet->words, tokens_of(sheet, kind, i), error);
    if (!text)
        return false;
    size_t room = strlen(text) * AERT_VISIBLE_ROOM + 1;
    char *shown = aert_allocate(room, 1, "a text", error);
    if (shown)
        printf("%s\n", aert_visible(text, shown, room));
    free(text);
    free(shown);
    return shown != NULL;
}

bool sheet_compare_text(const Sheet *sheet, int i, int64_t *right, int64_t *all) {
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
