/* look_texts: how long texts are and how many words they have, before there is a model for them. */
#include "data_text.h"
#include "look.h"

#include <stdio.h>
#include <stdlib.h>

/* How many tokens all but a twentieth of the texts have at most. */
static int usual_length(const int64_t *lengths, int64_t count) {
    int64_t seen = 0;
    int length = 0;
    while (length < AERT_MOST_TOKENS && (seen += lengths[length]) < count - count / 20)
        length++;
    return length;
}

static void settle(AertLook *look, const AertTextReader *reader) {
    look->kind = AERT_LOOK_TEXTS;
    look->format = "texts";
    look->count = reader->data->count;
    look->length = 1 + usual_length(reader->lengths, look->count);
    look->letters = reader->tokens ? (double)reader->letters / (double)reader->tokens : 0;
    for (int i = 0; i < reader->words.count; i++)
        look->words += reader->words.word[i].uses > 1;
}

bool aert_look_at_texts(AertLook *look, const char *path, const AertCsv *csv, int column,
                        AertError *error) {
    static const AertInput input = {
        .kind = AERT_TOKENS, .name = "x", .rank = 1, .dim = {1}, .classes = AERT_MOST_CLASSES};
    char name[16];
    snprintf(name, sizeof name, "%d", column);
    const AertReading how = {.columns = column ? name : NULL, .csv = csv ? *csv : (AertCsv){0}};
    const AertDataFrom from = {.path = path, .most = AERT_MOST_UNPACKED, .how = &how};
    AertData data = {.name = (char *)(uintptr_t)path};
    AertBytes bytes = {0};
    AertTextReader reader;
    *look = (AertLook){0};
    bool folder = aert_folder_is(path),
         fine = aert_texts_begin(&reader, &data, &from, &input, error);
    reader.lengths =
        aert_allocate(AERT_MOST_TOKENS + 1, sizeof *reader.lengths, "lengths of texts", error);
    fine = fine && reader.lengths &&
           (folder || aert_data_bytes(&bytes, path, AERT_MOST_UNPACKED, error)) &&
           (folder || aert_data_is_text(path, &bytes) ||
            aert_fail(error, "%s: holds no text", path)) &&
           aert_texts_read(&reader, NULL, folder ? NULL : &bytes, &from, error);
    if (fine)
        settle(look, &reader);
    aert_bytes_close(&bytes);
    aert_texts_close(&reader);
    free(reader.lengths);
    free(data.note);
    return fine;
}
