/* Weights and checkpoints: safetensors whose checksum, where there is one, fits: what stands behind
 * it must be checked all the same. */
#include "store/checkpoint.h"
#include "fuzz.h"
#include "store/weights.h"

const char *const fuzz_words[] = {
    "\"F32\"",   "\"I64\"",       "\"BF16\"",     "[3,2]", "[]", "-1", "4611686018427387904",
    "\"shape\"", "\"encoder.W\"", "data_offsets", "{",     "}",  "\"", "\\u0000",
    "run:place", "__metadata__",  "\xff",         NULL};

enum { STORE = 24 };

static const AertSlot slots[] = {
    {"encoder.W", (const int[]){3, 2}, 0, -1, AERT_PARAM, 2},
    {"encoder.b", (const int[]){2}, 16, -1, AERT_PARAM, 1},
    {"train.main.m:encoder.b", (const int[]){2}, 20, 0, AERT_OPTIMIZER, 1}};
static const AertModel model = {.abi = AERT_ABI,
                                .name = "fuzz",
                                .source = "fuzz.ae",
                                .hash = "0123456789abcdef",
                                .slots = 3,
                                .slot = slots,
                                .store = STORE};

static void look(const AertSafetensors *file) {
    double sum = 0;
    for (int i = 0; i < file->tensors; i++)
        for (size_t b = 0; b < file->tensor[i].bytes; b++)
            sum += ((const unsigned char *)file->tensor[i].data)[b];
    for (int i = 0; i < file->metas; i++)
        sum += (double)strlen(file->meta[i].key) + (double)strlen(file->meta[i].value);
    MUST(sum >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    float store[STORE] = {0};
    int64_t place[4];
    AertError error;
    AertSafetensors file;
    const char *path = fuzz_checked(data, size);
    if (aert_safetensors_open(&file, path, false, &error)) {
        look(&file);
        aert_safetensors_close(&file);
    }
    if (aert_checkpoint_open(&file, path, &model, &error) &&
        aert_checkpoint_take(&file, &model, store, &error))
        aert_checkpoint_copy(&file, "run:place", AERT_I64, 4, place, &error);
    aert_safetensors_close(&file);
    return 0;
}

#ifdef FUZZ_WRITE
/* cc -DFUZZ_WRITE …: writes the corpus anew: a checkpoint with a right checksum. */
int main(int argc, char **argv) {
    float store[STORE] = {1, 2, 3};
    int64_t place[4] = {1, 2, 3, 4};
    AertError error;
    const AertTensor extra = {"run:place", AERT_I64, 1, {4}, place, 0};
    return argc != 2 || !aert_checkpoint_write(argv[1], &model, store, &extra, 1, &error);
}
#endif
