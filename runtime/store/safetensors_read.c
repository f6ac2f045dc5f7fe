/* safetensors_read: a file's header, believed only after every number in it has been checked
 * against the file. */
#include "safetensors_parts.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

typedef struct Piece {
    size_t begin, bytes;
} Piece;

/* A file on its way to being an AertSafetensors. */
typedef struct HeaderReader {
    AertSafetensors *file;
    const char *header; /* `length` bytes */
    size_t length;
    const unsigned char *data; /* `size` bytes */
    size_t size;
    Piece *piece; /* by tensor: the part of the data that it takes */
    AertError *error;
} HeaderReader;

static bool damaged(HeaderReader *r, const char *what) {
    return aert_fail(r->error, "%s: damaged or no safetensors file: %s", r->file->path, what);
}

static bool find_header(HeaderReader *r) {
    const AertBytes *bytes = &r->file->bytes;
    uint64_t length = 0;
    if (bytes->size < 8)
        return aert_fail(r->error, "%s: found %zu bytes, wanted a safetensors file", r->file->path,
                         bytes->size);
    for (int i = 0; i < 8; i++)
        length |= (uint64_t)bytes->data[i] << 8 * i;
    if (length > AERT_HEADER_MOST)
        return damaged(r, "its header length is impossible");
    if (length > bytes->size - 8)
        return aert_fail(r->error,
                         "%s: truncated or no safetensors file: found %zu bytes, its "
                         "header alone would have %llu",
                         r->file->path, bytes->size, (unsigned long long)length + 8);
    r->header = (const char *)bytes->data + 8;
    r->length = (size_t)length;
    r->data = bytes->data + 8 + length;
    r->size = bytes->size - 8 - (size_t)length;
    return true;
}

/* Offset of the checksum's digits in the header, or 0 where there is none. */
static size_t find_digits(const HeaderReader *r) {
    size_t key = strlen(AERT_CRC_KEY);
    for (size_t i = 0; i + key + AERT_CRC_DIGITS <= r->length; i++)
        if (memcmp(r->header + i, AERT_CRC_KEY, key) == 0)
            return i + key;
    return 0;
}

static bool check_crc(HeaderReader *r, bool wanted) {
    size_t at = find_digits(r);
    if (at == 0)
        return !wanted || damaged(r, "it has no checksum");
    char right[AERT_CRC_DIGITS + 1];
    const unsigned char *all = r->file->bytes.data, *digits = (const unsigned char *)r->header + at;
    const unsigned char *rest = digits + AERT_CRC_DIGITS;
    uLong crc = crc32_z(0, all, (size_t)(digits - all));
    crc = crc32_z(crc, (const unsigned char *)"00000000", AERT_CRC_DIGITS);
    crc = crc32_z(crc, rest, r->file->bytes.size - (size_t)(rest - all));
    snprintf(right, sizeof right, "%08lx", crc & 0xffffffffu);
    r->file->checked = memcmp(digits, right, AERT_CRC_DIGITS) == 0;
    return r->file->checked || damaged(r, "its checksum is wrong");
}

static bool read_dtype(const json_t *value, AertDtype *dtype) {
    const char *name = json_string_value(value);
    int i = 0;
    while (name && i < NUM_AERT_DTYPES && strcmp(aert_dtype_table[i].name, name) != 0)
        i++;
    *dtype = (AertDtype)i;
    return name && i < NUM_AERT_DTYPES;
}

static bool bad_tensor(HeaderReader *r, const char *name, const char *what) {
    return aert_fail(r->error, "%s: tensor %s has %s", r->file->path, name, what);
}

/* A whole number of a list; -1: there is none at that place. */
static int64_t number_at(const json_t *list, size_t i) {
    const json_t *number = json_array_get(list, i);
    return json_is_integer(number) ? json_integer_value(number) : -1;
}

static bool read_tensor(HeaderReader *r, const char *name, const json_t *value) {
    AertTensor *tensor = &r->file->tensor[r->file->tensors];
    const json_t *shape = json_object_get(value, "shape");
    const json_t *offsets = json_object_get(value, "data_offsets");
    const int64_t from = number_at(offsets, 0), to = number_at(offsets, 1);
    tensor->name = name;
    if (!read_dtype(json_object_get(value, "dtype"), &tensor->dtype))
        return bad_tensor(r, name, "an unknown dtype");
    tensor->rank = (int)json_array_size(shape);
    if (!json_is_array(shape) || json_array_size(shape) > AERT_MAX_RANK)
        return bad_tensor(r, name, "no shape, or more than 8 axes"); /* AERT_MAX_RANK */
    for (int i = 0; i < tensor->rank; i++)
        tensor->dim[i] = number_at(shape, (size_t)i);
    if (!aert_tensor_bytes(tensor, &tensor->bytes))
        return bad_tensor(r, name, "an impossible shape");
    if (json_array_size(offsets) != 2 || from < 0 || to < from)
        return bad_tensor(r, name, "impossible offsets");
    if ((uint64_t)to > r->size)
        return aert_fail(r->error, "%s: truncated: tensor %s ends at byte %lld of %zu",
                         r->file->path, name, (long long)to, r->size);
    if ((size_t)(to - from) != tensor->bytes)
        return aert_fail(r->error, "%s: tensor %s has %lld bytes, its shape wants %zu",
                         r->file->path, name, (long long)(to - from), tensor->bytes);
    tensor->data = r->data + from;
    r->piece[r->file->tensors++] = (Piece){(size_t)from, tensor->bytes};
    return true;
}

static bool read_meta(HeaderReader *r, const char *key, const json_t *value) {
    const char *text = json_string_value(value);
    r->file->meta[r->file->metas++] = (AertMeta){key, text};
    return text || damaged(r, "its metadata holds other things than text");
}

typedef bool TakeMember(HeaderReader *r, const char *key, const json_t *value);

static bool each_member(HeaderReader *r, json_t *object, TakeMember *take) {
    for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i))
        if (!take(r, json_object_iter_key(i), json_object_iter_value(i)))
            return false;
    return true;
}

static bool read_member(HeaderReader *r, const char *key, const json_t *value) {
    return strcmp(key, "__metadata__") == 0 || read_tensor(r, key, value);
}

static int by_begin(const void *a, const void *b) {
    const Piece *p = a, *q = b;
    if (p->begin != q->begin)
        return p->begin < q->begin ? -1 : 1;
    return (p->bytes > q->bytes) - (p->bytes < q->bytes); /* empty ones first */
}

/* Tensors must cover the data without gap or overlap: sorted, each begins where the one before
 * ends. */
static bool check_cover(HeaderReader *r) {
    size_t end = 0;
    int tensors = r->file->tensors;
    qsort(r->piece, (size_t)tensors, sizeof *r->piece, by_begin);
    for (int i = 0; i < tensors; i++) {
        if (r->piece[i].begin != end)
            return damaged(r, "tensors overlap or leave gaps");
        end += r->piece[i].bytes;
    }
    return end == r->size || aert_fail(r->error,
                                       "%s: found %zu bytes of tensors, its header "
                                       "announces %zu",
                                       r->file->path, r->size, end);
}

static bool read_header(HeaderReader *r) {
    AertSafetensors *file = r->file;
    json_error_t problem;
    json_t *root = json_loadb(r->header, r->length, JSON_REJECT_DUPLICATES, &problem);
    json_t *meta = json_object_get(root, "__metadata__");
    file->json = root;
    if (!json_is_object(root))
        return damaged(r, root ? "its header is no JSON object" : problem.text);
    if (meta && !json_is_object(meta))
        return damaged(r, "its metadata is no object");
    size_t count = json_object_size(root);
    file->tensor = aert_allocate(count, sizeof *file->tensor, "tensors", r->error);
    file->meta = aert_allocate(json_object_size(meta), sizeof *file->meta, "tensors", r->error);
    r->piece = aert_allocate(count, sizeof *r->piece, "tensors", r->error);
    return file->tensor && file->meta && r->piece && each_member(r, meta, read_meta) &&
           each_member(r, root, read_member) && check_cover(r);
}

/* Tensors that the file holds unaligned, as other writers may, are copied. */
static bool align(HeaderReader *r) {
    AertSafetensors *file = r->file;
    size_t size = 0;
    for (int i = 0; i < file->tensors; i++)
        if ((uintptr_t)file->tensor[i].data % aert_dtype_bytes(file->tensor[i].dtype) != 0)
            size += (file->tensor[i].bytes + 7) / 8 * 8;
    if (size == 0)
        return true;
    unsigned char *at = file->aligned = aert_allocate(size, 1, "tensors", r->error);
    for (int i = 0; at && i < file->tensors; i++) {
        AertTensor *tensor = &file->tensor[i];
        if ((uintptr_t)tensor->data % aert_dtype_bytes(tensor->dtype) == 0)
            continue;
        memcpy(at, tensor->data, tensor->bytes);
        tensor->data = at;
        at += (tensor->bytes + 7) / 8 * 8;
    }
    return file->aligned != NULL;
}

bool aert_safetensors_open(AertSafetensors *file, const char *path, bool checked,
                           AertError *error) {
    *file = (AertSafetensors){0};
    HeaderReader reader = {.file = file, .error = error};
    if (!aert_bytes_open(&file->bytes, path, error))
        return false;
    file->path = aert_copy(path, "a file name", error);
    bool fine = file->path && find_header(&reader) && check_crc(&reader, checked) &&
                read_header(&reader) && align(&reader);
    free(reader.piece);
    if (!fine)
        aert_safetensors_close(file);
    return fine;
}

void aert_safetensors_close(AertSafetensors *file) {
    json_decref(file->json);
    free(file->aligned);
    free(file->tensor);
    free(file->meta);
    free(file->path);
    aert_bytes_close(&file->bytes);
    *file = (AertSafetensors){0};
}

const AertTensor *aert_safetensors_find(const AertSafetensors *file, const char *name) {
    for (int i = 0; i < file->tensors; i++)
        if (strcmp(file->tensor[i].name, name) == 0)
            return &file->tensor[i];
    return NULL;
}

const char *aert_safetensors_meta(const AertSafetensors *file, const char *key) {
    for (int i = 0; i < file->metas; i++)
        if (strcmp(file->meta[i].key, key) == 0)
            return file->meta[i].value;
    return NULL;
}
