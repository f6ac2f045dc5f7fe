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

void aert_tensor_row(AertTensor *tensor, const char *name, AertDtype dtype, int64_t count,
                     const void *data) {
    *tensor = (AertTensor){name, dtype, 1, {count}, data, 0};
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

static void describe_file(AertJson *json, const AertContents *contents) {
    aert_json_object(json, "__metadata__");
    if (contents->model) {
        aert_json_string(json, "format", contents->format);
        aert_json_string(json, "model", contents->model->name);
        aert_json_string(json, "hash", contents->model->hash);
    }
    if (contents->layout != AERT_LAYOUT_OWN)
        aert_json_string(json, "layout", "torch");
    for (int i = 0; i < contents->metas; i++)
        aert_json_string(json, contents->meta[i].key, contents->meta[i].value);
    aert_json_string(json, "crc32", "00000000");
    aert_json_end(json);
}

/* The tensors in the order in which they lie in the file, and their sizes; false where one is too
 * large. */
static bool sort_by_width(const AertContents *contents, AertTensor *sorted) {
    for (size_t width = 8; width >= 1; width /= 2)
        for (int i = 0; i < contents->tensors; i++)
            if (aert_dtype_bytes(contents->tensor[i].dtype) == width) {
                *sorted = contents->tensor[i];
                if (!aert_tensor_bytes(sorted, &sorted->bytes))
                    return false;
                sorted++;
            }
    return true;
}

enum { PREFIX = 8 }; /* bytes in which the length of the header stands before it */

/* Prefix and header, padded so that the data begins at a multiple of 8 bytes; free() it. */
static char *make_header(const AertContents *contents, const AertTensor *sorted, size_t *length) {
    char *text = NULL;
    AertJson json = {.to = open_memstream(&text, length), .tight = true};
    if (!json.to)
        return NULL;
    fprintf(json.to, "%*s", PREFIX, "");
    aert_json_object(&json, NULL);
    describe_file(&json, contents);
    size_t at = 0;
    for (int i = 0; i < contents->tensors; i++) {
        describe(&json, &sorted[i], at, at + sorted[i].bytes);
        at += sorted[i].bytes;
    }
    aert_json_end(&json);
    fflush(json.to); /* which says how long it is */
    fprintf(json.to, "%*s", (int)(-*length % 8), "");
    if (fclose(json.to) == 0)
        return text;
    free(text);
    return NULL;
}

/* The length of the header goes before it, the checksum of all into it. */
static void finish_header(char *text, size_t length, const AertTensor *sorted, int tensors) {
    for (int i = 0; i < PREFIX; i++)
        text[i] = (char)((uint64_t)(length - PREFIX) >> 8 * i);
    uLong crc = crc32_z(0, (const unsigned char *)text, length);
    for (int i = 0; i < tensors; i++)
        if (sorted[i].bytes)
            crc = crc32_z(crc, sorted[i].data, sorted[i].bytes);
    char digits[AERT_CRC_DIGITS + 1];
    snprintf(digits, sizeof digits, "%08lx", crc & 0xffffffffu);
    memcpy(strstr(text + PREFIX, AERT_CRC_KEY) + strlen(AERT_CRC_KEY), digits, AERT_CRC_DIGITS);
}

bool aert_safetensors_write(const char *path, const AertContents *contents, AertError *error) {
    const int tensors = contents->tensors;
    AertTensor *sorted = aert_allocate((size_t)tensors, sizeof *sorted, "tensors", error);
    if (!sorted)
        return false;
    size_t length = 0;
    AertFile file;
    char *text = sort_by_width(contents, sorted) ? make_header(contents, sorted, &length) : NULL;
    bool fine = (text || aert_fail(error, "%s: out of memory for its header", path)) &&
                aert_file_create(&file, path, error);
    if (fine) {
        finish_header(text, length, sorted, tensors);
        aert_file_write(&file, text, length);
        for (int i = 0; i < tensors; i++)
            aert_file_write(&file, sorted[i].data, sorted[i].bytes);
        fine = aert_file_commit(&file, error);
    }
    free(text);
    free(sorted);
    return fine;
}
