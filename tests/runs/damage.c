/* Damages a file of a run.
 *
 *     damage flip FILE BYTE              another bit in that byte: the BYTE % 8th
 *     damage cut FILE BYTES              nothing but its first BYTES
 *     damage set FILE TENSOR I VALUE     element I of a tensor has that value
 *     damage format FILE TEXT            it says that this is its format
 *
 * After the last two the checksum is right.
 */
#include "store/safetensors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fail(const char *why) {
    fprintf(stderr, "damage: %s\n", why);
    return 1;
}

static int flip(const char *path, long at) {
    FILE *file = fopen(path, "r+b");
    int byte = file && fseek(file, at, SEEK_SET) == 0 ? getc(file) : EOF;
    if (byte == EOF || fseek(file, at, SEEK_SET) != 0 || putc(byte ^ 1 << at % 8, file) == EOF)
        return fail(path);
    return fclose(file);
}

/* The element becomes `value`, read as the tensor's numbers are. */
static bool set(AertTensor *tensor, long i, const char *value) {
    size_t size = aert_dtype_bytes(tensor->dtype);
    char *data = malloc(tensor->bytes);
    if (!data || (size_t)i >= tensor->bytes / size)
        return false;
    memcpy(data, tensor->data, tensor->bytes);
    int64_t whole = strtoll(value, NULL, 10);
    double real = strtod(value, NULL);
    if (tensor->dtype == AERT_I64)
        memcpy(data + size * (size_t)i, &whole, size);
    else if (tensor->dtype == AERT_F64)
        memcpy(data + size * (size_t)i, &real, size);
    else
        data[i] = (char)whole;
    tensor->data = data;
    return true;
}

/* Reads the file, has one thing changed, writes it. */
static int rewrite(char **argv) {
    AertSafetensors file;
    AertError error;
    if (!aert_safetensors_open(&file, argv[2], true, &error))
        return fail(error.text);
    bool found = false;
    int metas = 0;
    for (int i = 0; i < file.tensors; i++)
        if (strcmp(argv[1], "set") == 0 && strcmp(file.tensor[i].name, argv[3]) == 0)
            found = set(&file.tensor[i], atol(argv[4]), argv[5]);
    for (int i = 0; i < file.metas; i++) {
        if (strcmp(file.meta[i].key, "crc32") == 0)
            continue;
        file.meta[metas] = file.meta[i];
        if (strcmp(argv[1], "format") == 0 && strcmp(file.meta[i].key, "format") == 0) {
            file.meta[metas].value = argv[3];
            found = true;
        }
        metas++;
    }
    if (!found)
        return fail("it has no such thing");
    const AertContents contents = {
        .tensor = file.tensor, .meta = file.meta, .tensors = file.tensors, .metas = metas};
    return aert_safetensors_write(argv[2], &contents, &error) ? 0 : fail(error.text);
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "flip") == 0)
        return flip(argv[2], atol(argv[3]));
    if (argc == 4 && strcmp(argv[1], "cut") == 0)
        return truncate(argv[2], atol(argv[3]));
    if ((argc == 6 && strcmp(argv[1], "set") == 0) || (argc == 4 && strcmp(argv[1], "format") == 0))
        return rewrite(argv);
    return 2;
}
