/* reconstruct_text: see reconstruct_text.h. */
#include "reconstruct_text.h"

#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 16 };

bool text_reconstruct(Sheet *sheet, Session *session, const AertEntry *decode,
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

bool text_print(const Session *session, const Sheet *sheet, const char *path, AertError *error) {
    const AertModel *model = session->model;
    int64_t right = 0, all = 0, whole = 0;
    for (int i = 0; i < sheet->count; i++)
        whole += sheet_compare_text(sheet, i, &right, &all);
    double words = (double)right / (double)(all ? all : 1), texts = (double)whole / sheet->count;
    if (session->options->json) {
        AertJson json = {.to = stdout};
        aert_json_object(&json, NULL);
        aert_json_count(&json, "examples", (uint64_t)sheet->count);
        aert_json_count(&json, "words", (uint64_t)all);
        aert_json_number(&json, "words_right", words);
        aert_json_number(&json, "texts_right", texts);
        aert_json_count(&json, "seed", session->seed);
        aert_json_string(&json, "output", path);
        aert_json_end(&json);
        return true;
    }
    for (int i = 0; i < sheet->count && i < SHOWN; i++) {
        printf("%8d  ", i);
        if (!sheet_print_text(sheet, model, sheet->original, i, error))
            return false;
        printf("%8s  ", "");
        if (!sheet_print_text(sheet, model, sheet->restored, i, error))
            return false;
    }
    printf("%s right: %.4g of %lld; whole texts right: %.4g of %d\n",
           model->input[model->original].characters ? "characters" : "words", words, (long long)all,
           texts, sheet->count);
    printf("%d texts in %s\n", sheet->count, AERT_SHOW(path));
    return true;
}
