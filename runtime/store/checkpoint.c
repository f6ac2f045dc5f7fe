/* checkpoint: every slot and the run's own tensors, with a checksum over all of it. */
#include "checkpoint.h"
#include "weights.h"

#include <stdlib.h>
#include <string.h>

static const char format[] = "aert checkpoint 2";

bool aert_checkpoint_write(const char *path, const AertModel *model, const float *store,
                           const AertTensor *extra, int extras, AertError *error) {
    int tensors = model->slots + extras;
    AertTensor *tensor = aert_allocate((size_t)tensors, sizeof *tensor, "a checkpoint", error);
    if (!tensor)
        return false;
    for (int i = 0; i < model->slots; i++) {
        aert_slot_tensor(&tensor[i], &model->slot[i], AERT_LAYOUT_OWN);
        tensor[i].data = store + model->slot[i].offset;
    }
    if (extras)
        memcpy(tensor + model->slots, extra, (size_t)extras * sizeof *extra);
    const AertContents contents = {
        .tensor = tensor, .tensors = tensors, .format = format, .model = model};
    bool fine = aert_safetensors_write(path, &contents, error);
    free(tensor);
    return fine;
}

bool aert_checkpoint_open(AertSafetensors *file, const char *path, const AertModel *model,
                          AertError *error) {
    if (!aert_safetensors_open(file, path, true, error))
        return false;
    const char *found = aert_safetensors_meta(file, "format");
    const char *hash = aert_safetensors_meta(file, "hash");
    const char *name = aert_safetensors_meta(file, "model");
    bool fine = true;
    if (found && strncmp(found, format, strlen(format) - 1) == 0 && strcmp(found, format) != 0)
        fine = aert_fail(error,
                         "%s: written by another version of aecc (%s, wanted %s): the program that "
                         "wrote it can go on with it; --init takes the weights of such a run",
                         path, found, format);
    else if (!found || strcmp(found, format) != 0)
        fine = aert_fail(error, "%s: found format '%s', wanted '%s'", path, found ? found : "none",
                         format);
    else if (!hash || strcmp(hash, model->hash) != 0)
        fine =
            aert_fail(error, "%s: checkpoint of another model: %s with hash %s, this is %s with %s",
                      path, name ? name : "one", hash ? hash : "none", model->name, model->hash);
    if (!fine)
        aert_safetensors_close(file);
    return fine;
}

static bool same_tensor(const AertTensor *found, const AertTensor *wanted) {
    if (!found || found->dtype != wanted->dtype || found->rank != wanted->rank)
        return false;
    for (int i = 0; i < wanted->rank; i++)
        if (found->dim[i] != wanted->dim[i])
            return false;
    return true;
}

bool aert_checkpoint_take(const AertSafetensors *file, const AertModel *model, float *store,
                          AertError *error) {
    for (int i = 0; i < model->slots; i++) {
        AertTensor wanted;
        aert_slot_tensor(&wanted, &model->slot[i], AERT_LAYOUT_OWN);
        if (!same_tensor(aert_safetensors_find(file, wanted.name), &wanted))
            return aert_fail(error,
                             "%s: checkpoint of another model: %s is missing or of another "
                             "shape",
                             file->path, wanted.name);
    }
    for (int i = 0; i < model->slots; i++) {
        const AertTensor *found = aert_safetensors_find(file, model->slot[i].name);
        memcpy(store + model->slot[i].offset, found->data, found->bytes);
    }
    return true;
}

bool aert_checkpoint_copy(const AertSafetensors *file, const char *name, AertDtype dtype,
                          int64_t count, void *out, AertError *error) {
    const AertTensor *found = aert_safetensors_find(file, name);
    if (!found || found->dtype != dtype || found->bytes != (size_t)count * aert_dtype_bytes(dtype))
        return aert_fail(error, "%s: %s is missing, or not %lld numbers of the kind wanted",
                         file->path, name, (long long)count);
    if (found->bytes)
        memcpy(out, found->data, found->bytes);
    return true;
}
