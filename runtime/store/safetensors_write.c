/* safetensors_write: header in JSON, then the tensors' bytes, the widest elements first so that all
 * lie aligned. */
#include "safetensors_parts.h"
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

const AertDtypeRow aert_dtype_table[NUM_AERT_DTYPES] = {
    [AERT_F32] = {"F32", 4},   [AERT_F64] = {"F64", 8},   [AERT_I64] = {"I64", 8},
    [AERT_U8] = {"U8", 1},     [AERT_BOOL] = {"BOOL", 1}, [AERT_I8] = {"I8", 1},
    [AERT_I16] = {"I16", 2},   [AERT_U16] = {"U16", 2},   [AERT_F16] = {"F16", 2},
    [AERT_BF16] = {"BF16", 2}, [AERT_I32] = {"I32", 4},   [AERT_U32] = {"U32", 4},
    [AERT_U64] = {"U64", 8},
};

size_t aert_dtype_bytes(AertDtype dtype) {
    return aert_dtype_table[dtype].bytes;
}

bool aert_tensor_bytes(const AertTensor *tensor, size_t *bytes) {
    return aert_shape_bytes(tensor->rank, tensor->dim, aert_dtype_bytes(tensor->dtype), bytes);
}

static void describe(AertJson *json, const AertTensor *tensor, size_t begin, size_t end) {
    aert_json_object(json, tensor->name);
    aert_json_string(json, "dtype", aert_dtype_table[tensor->dtype].name);
    aert_json_list(json, "shape");
    for (int i = 0; i < tensor->rank; i++)
        aert_json_count(json, NULL, (uint64_t)tensor->dim[i]);
    aert_json_end(json);
    aert_json_list(json, "data_offsets");
    aert_json_count(json, NULL, begin);
    aert_json_count(json, NULL, end);
    aert_json_end(json);
    aert_json_end(json);
}

static void describe_file(AertJson *json, const AertMeta *meta, int metas) {
    aert_json_object(json, "__metadata__");
    for (int i = 0; i < metas; i++)
        aert_json_string(json, meta[i].key, meta[i].value);
    aert_json_string(json, "crc32", "00000000");
    aert_json_end(json);
}

/* The order in which tensors lie in the file. */
static void sort_by_width(const AertTensor *tensor, int tensors, int *order) {
    int placed = 0;
    for (size_t width = 8; width >= 1; width /= 2)
        for (int i = 0; i < tensors; i++)
            if (aert_dtype_bytes(tensor[i].dtype) == width)
                order[placed++] = i;
}

/* The header as text, padded so that the data begins at a multiple of 8 bytes; free() it. */
static char *make_header(const AertTensor *tensor, int tensors, const int *order,
                         const AertMeta *meta, int metas, size_t *length) {
    char *text = NULL;
    size_t at = 0, bytes = 0;
    AertJson json = {.to = open_memstream(&text, length), .tight = true};
    bool fine = json.to != NULL;
    if (!fine)
        return NULL;
    aert_json_object(&json, NULL);
    describe_file(&json, meta, metas);
    for (int i = 0; i < tensors && fine; i++) {
        const AertTensor *t = &tensor[order[i]];
        fine = aert_tensor_bytes(t, &bytes);
        describe(&json, t, at, at + bytes);
        at += bytes;
    }
    aert_json_end(&json);
    fflush(json.to); /* which says how long it is */
    for (size_t used = *length; used % 8; used++)
        fputc(' ', json.to);
    if (fclose(json.to) == 0 && fine)
        return text;
    free(text);
    return NULL;
}

static void put_checksum(char *header, size_t length, const unsigned char prefix[8],
                         const AertTensor *tensor, int tensors, const int *order) {
    uLong crc = crc32_z(crc32_z(0, prefix, 8), (const unsigned char *)header, length);
    for (int i = 0; i < tensors; i++) {
        size_t bytes;
        aert_tensor_bytes(&tensor[order[i]], &bytes);
        if (bytes)
            crc = crc32_z(crc, tensor[order[i]].data, bytes);
    }
    char digits[AERT_CRC_DIGITS + 1];
    snprintf(digits, sizeof digits, "%08lx", crc & 0xffffffffu);
    memcpy(strstr(header, AERT_CRC_KEY) + strlen(AERT_CRC_KEY), digits, AERT_CRC_DIGITS);
}

static bool write_file(const char *path, char *header, size_t length, const AertTensor *tensor,
                       int tensors, const int *order, AertError *error) {
    unsigned char prefix[8];
    for (int i = 0; i < 8; i++)
        prefix[i] = (unsigned char)((uint64_t)length >> 8 * i);
    put_checksum(header, length, prefix, tensor, tensors, order);
    AertFile file;
    if (!aert_file_create(&file, path, error))
        return false;
    aert_file_write(&file, prefix, sizeof prefix);
    aert_file_write(&file, header, length);
    for (int i = 0; i < tensors; i++) {
        size_t bytes;
        aert_tensor_bytes(&tensor[order[i]], &bytes);
        aert_file_write(&file, tensor[order[i]].data, bytes);
    }
    return aert_file_commit(&file, error);
}

bool aert_safetensors_write(const char *path, const AertTensor *tensor, int tensors,
                            const AertMeta *meta, int metas, AertError *error) {
    int *order = aert_allocate((size_t)tensors, sizeof *order, "the order of tensors", error);
    if (!order)
        return false;
    sort_by_width(tensor, tensors, order);
    size_t length = 0;
    char *header = make_header(tensor, tensors, order, meta, metas, &length);
    bool fine = header || aert_fail(error, "%s: out of memory for its header", path);
    fine = fine && write_file(path, header, length, tensor, tensors, order, error);
    free(header);
    free(order);
    return fine;
}
