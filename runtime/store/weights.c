/* weights: parameters and states to and from safetensors; every difference is found before anything
 * is read. */
#include "weights.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t aert_slot_size(const AertSlot *slot) {
    return aert_shape_size(slot->rank, slot->dim);
}

void aert_slot_tensor(AertTensor *tensor, const AertSlot *slot, AertLayout layout) {
    *tensor = (AertTensor){.name = slot->name, .dtype = AERT_F32};
    tensor->rank = aert_layout_shape(layout, slot, tensor->dim);
}

/* Reals of a slot as floats in the order of the file: in `room`, of two times the slot, where they
 * are doubles or in another order. */
static const float *floats_of(const void *store, size_t real_bytes, const AertSlot *slot,
                              AertLayout layout, float *room) {
    size_t size = aert_slot_size(slot);
    const float *floats = (const float *)store + slot->offset;
    if (real_bytes != sizeof(float)) {
        const double *value = (const double *)store + slot->offset;
        for (size_t i = 0; i < size; i++)
            room[i] = (float)value[i];
        floats = room;
    }
    if (layout == AERT_LAYOUT_OWN)
        return floats;
    aert_layout_copy(layout, slot, floats, room + size, true);
    return room + size;
}

bool aert_weights_write(const char *path, const AertModel *model, const void *store,
                        size_t real_bytes, AertLayout layout, const AertMeta *meta, int metas,
                        AertError *error) {
    AertTensor *tensor = aert_allocate((size_t)model->slots, sizeof *tensor, "weights", error);
    bool as_is = real_bytes == sizeof(float) && layout == AERT_LAYOUT_OWN;
    size_t room = as_is ? 0 : 2 * model->store;
    float *converted = aert_allocate(room, sizeof *converted, "weights", error);
    bool fine = tensor && converted;
    int tensors = 0;
    for (int i = 0; fine && i < model->slots; i++) {
        const AertSlot *slot = &model->slot[i];
        if (slot->kind > AERT_STATE)
            continue;
        aert_slot_tensor(&tensor[tensors], slot, layout);
        tensor[tensors++].data =
            floats_of(store, real_bytes, slot, layout, room ? converted + 2 * slot->offset : NULL);
    }
    const AertContents contents = {tensor, meta, tensors, metas, "aert weights 2", model, layout};
    fine = fine && aert_safetensors_write(path, &contents, error);
    free(tensor);
    free(converted);
    return fine;
}

/* Names of a file's tensors, or of what a model is. */
typedef struct TensorNames {
    const AertSafetensors *file;
    const AertModel *model; /* where `file` is NULL */
} TensorNames;

static int names_count(TensorNames names) {
    return names.file ? names.file->tensors : names.model->slots;
}

/* The i-th name; NULL of a slot that is no part of what the model is. */
static const char *name_at(TensorNames names, int i) {
    if (names.file)
        return names.file->tensor[i].name;
    const AertSlot *slot = &names.model->slot[i];
    return slot->kind <= AERT_STATE ? slot->name : NULL;
}

/* Whether a name is that of the part, or below it: of "encoder" are encoder and encoder.…, not
 * encoder2. */
static bool is_below(const char *name, const char *part, size_t length) {
    return strncmp(name, part, length) == 0 && (name[length] == 0 || name[length] == '.');
}

static bool has_part(TensorNames names, const char *part, size_t length) {
    for (int i = 0; i < names_count(names); i++)
        if (name_at(names, i) && is_below(name_at(names, i), part, length))
            return true;
    return false;
}

enum { PARTS_TEXT = 256 };

/* The largest parts that the names belong to, each once: "encoder, head"; "nothing" where there are
 * none.  As many as there is room for. */
static const char *parts_of(TensorNames names, char text[PARTS_TEXT]) {
    size_t used = 0;
    snprintf(text, PARTS_TEXT, "nothing");
    for (int i = 0; i < names_count(names); i++) {
        const char *name = name_at(names, i);
        size_t length = name ? strcspn(name, ".") : 0;
        bool seen = !name;
        for (int k = 0; k < i && !seen; k++)
            seen = name_at(names, k) && strcspn(name_at(names, k), ".") == length &&
                   strncmp(name_at(names, k), name, length) == 0;
        if (!seen && used + length + 3 < PARTS_TEXT)
            used += (size_t)snprintf(text + used, PARTS_TEXT - used, "%s%.*s", used ? ", " : "",
                                     (int)length, name);
    }
    return text;
}

/* The parts that `only` names, "encoder,head", one after the other: the next one, from *only on,
 * and its length; false at the end, where *only is NULL. */
static bool next_part(const char **only, const char **part, size_t *length) {
    if (!*only)
        return false;
    *part = *only;
    *length = strcspn(*part, ",");
    *only = (*part)[*length] ? *part + *length + 1 : NULL;
    return true;
}

static bool selected(const AertSlot *slot, const char *only) {
    const char *part;
    size_t length;
    bool wanted = !only;
    while (next_part(&only, &part, &length))
        wanted = wanted || is_below(slot->name, part, length);
    return wanted && slot->kind <= AERT_STATE;
}

/* Whether both have each part that `only` names. */
static bool parts_exist(const AertSafetensors *file, const AertModel *model, const char *only,
                        AertError *error) {
    const TensorNames own = {.model = model}, others = {.file = file};
    char text[PARTS_TEXT];
    const char *part;
    size_t length;
    while (next_part(&only, &part, &length)) {
        if (!has_part(own, part, length))
            return aert_fail(error, "model %s has no parameters called '%.*s': it has %s",
                             model->name, (int)length, part, parts_of(own, text));
        if (!has_part(others, part, length))
            return aert_fail(error, "%s: nothing in it is called '%.*s': it has %s", file->path,
                             (int)length, part, parts_of(others, text));
    }
    return true;
}

static const char *shape_of(const AertTensor *tensor, char text[256]) {
    size_t used = (size_t)snprintf(text, 256, "[");
    for (int i = 0; i < tensor->rank; i++)
        used += (size_t)snprintf(text + used, 256 - used, i ? ",%lld" : "%lld",
                                 (long long)tensor->dim[i]);
    snprintf(text + used, 256 - used, "]");
    return text;
}

static bool slot_fits(const AertSafetensors *file, const AertSlot *slot, AertError *error) {
    const AertTensor *found = aert_safetensors_find(file, slot->name);
    AertTensor wanted;
    char have[256], want[256];
    aert_slot_tensor(&wanted, slot, file->layout);
    shape_of(&wanted, want);
    if (!found)
        return aert_fail(error,
                         "%s: weights of another model: it has no %s, this model wants one of "
                         "shape %s",
                         file->path, slot->name, want);
    if (strcmp(shape_of(found, have), want) != 0)
        return aert_fail(error, "%s: weights of another model: %s is %s, this model wants %s",
                         file->path, slot->name, have, want);
    return found->dtype == AERT_F32 ||
           aert_fail(error, "%s: %s is not of dtype F32", file->path, slot->name);
}

static bool known(const AertModel *model, const char *name) {
    for (int i = 0; i < model->slots; i++)
        if (model->slot[i].kind <= AERT_STATE && strcmp(model->slot[i].name, name) == 0)
            return true;
    return false;
}

static bool all_fits(const AertSafetensors *file, const AertModel *model, const char *only,
                     AertError *error) {
    if (!parts_exist(file, model, only, error))
        return false;
    for (int i = 0; i < model->slots; i++)
        if (selected(&model->slot[i], only) && !slot_fits(file, &model->slot[i], error))
            return false;
    for (int i = 0; !only && i < file->tensors; i++)
        if (!known(model, file->tensor[i].name))
            return aert_fail(error, "%s: weights of another model: it has %s, this model does not",
                             file->path, file->tensor[i].name);
    return true;
}

bool aert_weights_take(const AertSafetensors *file, const AertModel *model, const char *only,
                       void *store, size_t real_bytes, AertError *error) {
    float *room = aert_allocate(model->store, sizeof *room, "weights", error);
    bool fine = room && all_fits(file, model, only, error);
    for (int i = 0; fine && i < model->slots; i++) {
        const AertSlot *slot = &model->slot[i];
        if (!selected(slot, only))
            continue;
        const AertTensor *tensor = aert_safetensors_find(file, slot->name);
        float *value = real_bytes == sizeof(float) ? (float *)store + slot->offset : room;
        aert_layout_copy(file->layout, slot, tensor->data, value, false);
        for (size_t k = 0; value == room && k < aert_slot_size(slot); k++)
            ((double *)store)[slot->offset + k] = value[k];
    }
    free(room);
    return fine;
}

/* Whether a file is marked as ours and has no checksum: the mark and the checksum's name are two
 * places, so that damage to one of them leaves the other.  Our first format had none. */
static bool lacks_checksum(const AertSafetensors *file) {
    const char *format = aert_safetensors_meta(file, "format");
    return !file->checked && format && strncmp(format, "aert ", 5) == 0 &&
           strcmp(format, "aert weights 1") != 0;
}

bool aert_weights_open(AertSafetensors *file, const char *path, AertLayout layout,
                       AertError *error) {
    if (!aert_safetensors_open(file, path, false, error))
        return false;
    if (aert_safetensors_meta(file, "format"))
        layout = aert_safetensors_meta(file, "layout") ? AERT_LAYOUT_TORCH : AERT_LAYOUT_OWN;
    file->layout = layout;
    if (!lacks_checksum(file))
        return true;
    aert_safetensors_close(file);
    return aert_fail(error, "%s: damaged: it has no checksum", path);
}

bool aert_weights_same_model(const AertSafetensors *file, const AertModel *model,
                             AertError *error) {
    const char *hash = aert_safetensors_meta(file, "hash");
    return !hash || strcmp(hash, model->hash) == 0 ||
           aert_fail(error, "%s: weights of another model: its hash is %s, that of %s is %s",
                     file->path, hash, model->name, model->hash);
}

bool aert_weights_read(const char *path, AertLayout layout, const AertModel *model,
                       const char *only, void *store, size_t real_bytes, AertError *error) {
    AertSafetensors file;
    if (!aert_weights_open(&file, path, layout, error))
        return false;
    bool fine = aert_weights_take(&file, model, only, store, real_bytes, error);
    aert_safetensors_close(&file);
    return fine;
}

bool aert_weights_number(const AertSafetensors *file, const char *key, double *value) {
    const char *text = aert_safetensors_meta(file, key);
    char *end;
    if (!text || !*text)
        return false;
    double number = strtod(text, &end);
    if (*end || end == text)
        return false;
    *value = number;
    return true;
}

bool aert_made_by(const AertSafetensors *file, const char *format, const char *what,
                  const AertModel *model, const char *weights, AertError *error) {
    const char *is = aert_safetensors_meta(file, "format");
    const char *hash = aert_safetensors_meta(file, "hash");
    const char *by = aert_safetensors_meta(file, "weights");
    if (!is || strcmp(is, format) != 0)
        return aert_fail(error, "%s: holds no %s, or not in the format \"%s\"", file->path, what,
                         format);
    if (!hash || strcmp(hash, model->hash) != 0)
        return aert_fail(error, "%s: %s of another model than this %s", file->path, what,
                         model->name);
    if (by && *by && *weights && strcmp(by, weights) != 0)
        return aert_fail(error, "%s: %s of other weights of %s than these", file->path, what,
                         model->name);
    return true;
}
