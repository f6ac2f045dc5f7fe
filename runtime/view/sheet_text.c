/* sheet_text: see sheet_text.h. */
#include "sheet_text.h"

bool restores_texts(const AertModel *model) {
    return aert_holds(original_of(model), AERT_HOLDS_TOKENS) &&
           image_size(model) == aert_input_size(original_of(model));
}

const char *sheet_name(const AertModel *model, const char *text, const char *picture) {
    return restores_texts(model) ? text : picture;
}

bool sheet_write_text(const Sheet *sheet, const AertModel *model, int kind, const char *path,
                      AertError *error) {
    return restores_texts(model)
               ? model->texts->write(sheet, model, kind, path, error)
               : aert_fail(error, "%s: %s reconstructs no text", path, model->name);
}
