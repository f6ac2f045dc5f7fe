/* safetensors: named tensors in a file that PyTorch and NumPy open too.
 *
 * A file is 8 bytes of header length (little endian), the header in JSON — for each tensor its
 * dtype, shape and byte offsets, and "__metadata__", strings by key — and the tensors' bytes.
 * Weights and checkpoints are both written so. Written atomically; everything is checked before it
 * is believed when read.
 */
#ifndef AERT_SAFETENSORS_H
#define AERT_SAFETENSORS_H

#include "aert.h"
#include "base/base.h"
#include "layout.h"

/* F32, F64, I64 and U8 are written here; the others occur in files of others' making. */
typedef enum AertDtype {
    AERT_F32,
    AERT_F64,
    AERT_I64,
    AERT_U8,
    AERT_BOOL,
    AERT_I8,
    AERT_I16,
    AERT_U16,
    AERT_F16,
    AERT_BF16,
    AERT_I32,
    AERT_U32,
    AERT_U64,
    NUM_AERT_DTYPES
} AertDtype;

typedef struct AertTensor {
    const char *name;
    AertDtype dtype;
    int rank;
    int64_t dim[AERT_MAX_RANK];
    const void *data; /* row-major; aligned to its type */
    size_t bytes;     /* set by reading; writing computes it from dtype and dim */
} AertTensor;

/* A tensor of one axis. */
void aert_tensor_row(AertTensor *tensor, const char *name, AertDtype dtype, int64_t count,
                     const void *data);

typedef struct AertMeta {
    const char *key, *value; /* text; of what is no UTF-8 each byte as \xNN */
} AertMeta;

/* What a file is to hold. */
typedef struct AertContents {
    const AertTensor *tensor;
    const AertMeta *meta;
    int tensors, metas;
    const char *format; /* of files of ours, as metadata before the others: "aert weights 2", … */
    const AertModel *model; /* … with the name and the hash of the model; NULL: neither … */
    AertLayout layout;      /* … and the layout, where it is not our own */
} AertContents;

/* Writes all tensors and metadata, and adds the CRC-32 of header and data as "crc32", which
 * aert_safetensors_open then verifies: one flipped bit anywhere is found. */
bool aert_safetensors_write(const char *path, const AertContents *contents, AertError *error);

/* An open file.  Names, values and tensor data live until it is closed. */
typedef struct AertSafetensors {
    AertBytes bytes;
    char *path;
    int tensors, metas;
    AertTensor *tensor;
    AertMeta *meta;
    bool checked;      /* it has a crc32, which is right */
    AertLayout layout; /* of weights: what its metadata say, or who opened it */
    void *json;        /* the parsed header, which owns names and values */
    void *aligned;     /* copies of tensors that the file holds unaligned */
} AertSafetensors;

/* Opens and checks: header length and JSON, dtypes (tensors of others than AertDtype's are an
 * error), shapes against sizes, offsets in bounds, without gaps or overlaps, crc32 where present;
 * `checked` refuses a file without crc32. */
bool aert_safetensors_open(AertSafetensors *file, const char *path, bool checked, AertError *error);
void aert_safetensors_close(AertSafetensors *file);

const AertTensor *aert_safetensors_find(const AertSafetensors *file,
                                        const char *name);                       /* or NULL */
const char *aert_safetensors_meta(const AertSafetensors *file, const char *key); /* or NULL */

/* The bytes of one element. */
size_t aert_dtype_bytes(AertDtype dtype);

#endif
