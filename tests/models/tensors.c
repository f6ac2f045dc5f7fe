/* Compares the weights of two runs, tensor by tensor and bit by bit.
 *
 *     tensors a/last.safetensors b/last.safetensors
 *
 * prints a line for each tensor of the first file, in its order: "same NAME" or "other NAME".
 */
#include "store/safetensors.h"

#include <stdio.h>
#include <string.h>

static const AertTensor *find(const AertSafetensors *file, const char *name) {
    for (int i = 0; i < file->tensors; i++)
        if (!strcmp(file->tensor[i].name, name))
            return &file->tensor[i];
    return NULL;
}

int main(int argc, char **argv) {
    AertSafetensors file[2] = {0};
    AertError error;
    if (argc != 3)
        return 2;
    for (int i = 0; i < 2; i++)
        if (!aert_safetensors_open(&file[i], argv[1 + i], false, &error)) {
            fprintf(stderr, "%s\n", error.text);
            return 1;
        }
    for (int i = 0; i < file[0].tensors; i++) {
        const AertTensor *a = &file[0].tensor[i], *b = find(&file[1], a->name);
        int same = b && a->bytes == b->bytes && !memcmp(a->data, b->data, a->bytes);
        printf("%s %s\n", same ? "same" : "other", a->name);
    }
    aert_safetensors_close(&file[0]);
    aert_safetensors_close(&file[1]);
    return 0;
}
