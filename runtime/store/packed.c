/* packed: see packed.h.  Whatever a file claims is held against what it has before it is believed.
 */
#include "packed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum { LEVEL = 19, BYTE = 8 };
static const char FORMAT[] = "aert codes 1";

size_t aert_packed_size(const AertModel *model) {
    return aert_shape_size(model->code_rank, model->code_dim);
}

static int bytes_of(int bits) {
    return (bits + BYTE - 1) / BYTE;
}

/* Whether all that a place may be is a float. */
static bool is_range(float low, float step, int bits) {
    const double most = (1 << bits) - 1;
    return isfinite(low) && isfinite((float)((double)low + most * (double)step));
}

/* ---- writing ---- */

/* The codes on their way to a file. */
typedef struct Packing {
    const float *codes;
    size_t count, size;
    int bits;
    float *low, *step;       /* (size) */
    unsigned char *rounding; /* of one place */
    unsigned char *packed;
    size_t room, bytes;
} Packing;

static bool packing_open(Packing *p, AertError *error) {
    const size_t plain = p->count * (size_t)bytes_of(p->bits);
    p->low = aert_allocate(p->size, 2 * sizeof *p->low, "codes", error);
    p->room = p->size * ZSTD_COMPRESSBOUND(plain);
    p->packed = aert_allocate(p->room + plain, 1, "codes", error);
    if (!p->low || !p->packed)
        return false;
    p->step = p->low + p->size;
    p->rounding = p->packed + p->room;
    return true;
}

static void packing_close(Packing *p) {
    free(p->low);
    free(p->packed);
}

/* The range of a place; a number that is none is an error, and two that lie too far apart. */
static bool find_range(Packing *p, size_t place, AertError *error) {
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < p->count; i++) {
        const double value = (double)p->codes[i * p->size + place];
        if (!isfinite(value))
            return aert_fail(error, "code %zu is not finite at place %zu: it cannot be packed", i,
                             place);
        low = value < low ? value : low;
        high = value > high ? value : high;
    }
    p->low[place] = (float)low;
    p->step[place] = (float)((high - low) / ((1 << p->bits) - 1));
    return is_range(p->low[place], p->step[place], p->bits) ||
           aert_fail(error, "codes lie from %g to %g at place %zu: too far apart to be packed", low,
                     high, place);
}

static void round_place(Packing *p, size_t place) {
    const double low = (double)p->low[place], step = (double)p->step[place];
    const double most = (1 << p->bits) - 1;
    for (size_t i = 0; i < p->count; i++) {
        const double at = ((double)p->codes[i * p->size + place] - low) / step;
        const unsigned rounding = step > 0 ? (unsigned)((at < most ? at : most) + 0.5) : 0;
        p->rounding[i] = (unsigned char)rounding;
        if (p->bits > BYTE)
            p->rounding[p->count + i] = (unsigned char)(rounding >> BYTE);
    }
}

static bool pack(Packing *p, AertError *error) {
    for (size_t place = 0; place < p->size; place++) {
        if (!find_range(p, place, error))
            return false;
        round_place(p, place);
        size_t bytes = ZSTD_compress(p->packed + p->bytes, p->room - p->bytes, p->rounding,
                                     p->count * (size_t)bytes_of(p->bits), LEVEL);
        if (bytes > p->room - p->bytes) /* so large are errors; there is room for all else */
            return aert_fail(error, "out of memory: packed codes");
        p->bytes += bytes;
    }
    return true;
}

static bool write_file(const char *path, AertPacked *about, const Packing *p, AertError *error) {
    char bits[16], count[24];
    snprintf(bits, sizeof bits, "%d", about->bits);
    snprintf(count, sizeof count, "%lld", (long long)about->count);
    const AertMeta meta[] = {{"weights", about->weights}, {"bits", bits}, {"count", count}};
    enum { TENSORS = 3 };
    AertTensor tensor[TENSORS];
    aert_tensor_row(&tensor[0], "low", AERT_F32, (int64_t)p->size, p->low);
    aert_tensor_row(&tensor[1], "step", AERT_F32, (int64_t)p->size, p->step);
    aert_tensor_row(&tensor[2], "packed", AERT_U8, (int64_t)p->bytes, p->packed);
    const AertContents contents = {tensor, meta,         TENSORS,        sizeof meta / sizeof *meta,
                                   FORMAT, about->model, AERT_LAYOUT_OWN};
    AertBytes file;
    if (!aert_safetensors_write(path, &contents, error) || !aert_bytes_open(&file, path, error))
        return false;
    about->bytes = file.size;
    aert_bytes_close(&file);
    return true;
}

bool aert_packed_write(const char *path, AertPacked *about, const float *codes, AertError *error) {
    Packing p = {.codes = codes,
                 .count = (size_t)about->count,
                 .size = aert_packed_size(about->model),
                 .bits = about->bits};
    bool fine = packing_open(&p, error) && pack(&p, error) && write_file(path, about, &p, error);
    packing_close(&p);
    return fine;
}

/* ---- reading ---- */

bool aert_packed_is(const char *path) {
    AertBytes bytes;
    AertError unknown; /* who reads the file says what is wrong with it */
    if (!aert_bytes_open(&bytes, path, &unknown))
        return false;
    bool is = bytes.size > 8 && bytes.data[8] == '{' && memcmp(bytes.data + 4, "\0\0\0\0", 4) == 0;
    aert_bytes_close(&bytes);
    return is;
}

static bool whole_number(const AertSafetensors *file, const char *key, long long most,
                         long long *value, AertError *error) {
    const char *text = aert_safetensors_meta(file, key);
    char *end = NULL;
    *value = text ? strtoll(text, &end, 10) : 0;
    if (text && end > text && !*end && *value >= 1 && *value <= most)
        return true;
    return aert_fail(error, "%s: damaged: its %s of codes is %s", file->path, key,
                     text ? text : "missing");
}

static const AertTensor *tensor_of(const AertSafetensors *file, const char *name, AertDtype dtype,
                                   size_t size, AertError *error) {
    const AertTensor *tensor = aert_safetensors_find(file, name);
    if (tensor && tensor->dtype == dtype && tensor->rank == 1 &&
        (!size || (size_t)tensor->dim[0] == size))
        return tensor;
    aert_fail(error, "%s: damaged: no %s of %zu numbers", file->path, name, size);
    return NULL;
}

/* Opens the file, which must hold codes of about->model. */
static bool open_codes(AertSafetensors *file, const char *path, AertPacked *about,
                       AertError *error) {
    if (!aert_safetensors_open(file, path, true, error))
        return false;
    long long bits, count;
    about->bytes = file->bytes.size;
    if (!aert_made_by(file, FORMAT, "codes", about->model, about->weights, error))
        return false;
    if (!whole_number(file, "bits", AERT_PACKED_BITS, &bits, error) ||
        !whole_number(file, "count", INT64_MAX / 2, &count, error))
        return false;
    about->bits = (int)bits;
    about->count = count;
    return true;
}

bool aert_packed_look(const char *path, AertPacked *about, AertError *error) {
    AertSafetensors file = {0};
    bool fine = open_codes(&file, path, about, error);
    aert_safetensors_close(&file);
    return fine;
}

/* One frame after another, each of one place. */
static bool unpack(const AertSafetensors *file, const AertPacked *about, unsigned char *rounding,
                   float *codes, AertError *error) {
    const size_t size = aert_packed_size(about->model), count = (size_t)about->count;
    const size_t plain = count * (size_t)bytes_of(about->bits);
    const AertTensor *low = tensor_of(file, "low", AERT_F32, size, error);
    const AertTensor *step = low ? tensor_of(file, "step", AERT_F32, size, error) : NULL;
    const AertTensor *packed = step ? tensor_of(file, "packed", AERT_U8, 0, error) : NULL;
    if (!packed)
        return false;
    const unsigned char *at = packed->data, *end = at + packed->bytes;
    for (size_t place = 0; place < size; place++) {
        size_t bytes = ZSTD_findFrameCompressedSize(at, (size_t)(end - at));
        if (bytes > (size_t)(end - at) || ZSTD_decompress(rounding, plain, at, bytes) != plain)
            return aert_fail(error, "%s: damaged: what is packed is not %lld codes", file->path,
                             (long long)about->count);
        at += bytes;
        const float from = ((const float *)low->data)[place];
        const float by = ((const float *)step->data)[place];
        bool within = is_range(from, by, about->bits);
        for (size_t i = 0; i < count; i++) {
            const unsigned high = about->bits > BYTE ? rounding[count + i] : 0;
            const unsigned number = rounding[i] | high << BYTE;
            within = within && number < 1u << about->bits;
            codes[i * size + place] = (float)((double)from + number * (double)by);
        }
        if (!within)
            return aert_fail(error, "%s: damaged: place %zu holds what no code of %d bits is",
                             file->path, place, about->bits);
    }
    return at == end || aert_fail(error, "%s: damaged: more is packed than its codes", file->path);
}

/* Memory for what the file says that it unpacks to: no more than `most`, nor than zstd can pack
 * into so few bytes. */
static bool fits(const AertSafetensors *file, const AertPacked *about, size_t most,
                 AertError *error) {
    enum { RATIO = 1 << 16 }; /* a block of 128 KB takes three bytes at least */
    const size_t size = aert_packed_size(about->model);
    const uint64_t count = (uint64_t)about->count;
    if (count / RATIO > file->bytes.size)
        return aert_fail(error, "%s: damaged: it is too short for %llu codes", file->path,
                         (unsigned long long)count);
    if (count > most / sizeof(float) / size)
        return aert_fail(error, "%s: its %llu codes unpack to more than %zu MB: --max-unpacked",
                         file->path, (unsigned long long)count, most >> 20);
    return true;
}

float *aert_packed_read(const char *path, AertPacked *about, size_t most, AertError *error) {
    AertSafetensors file = {0};
    float *codes = NULL;
    unsigned char *rounding = NULL;
    bool fine = open_codes(&file, path, about, error) && fits(&file, about, most, error);
    if (fine) {
        const size_t count = (size_t)about->count;
        codes =
            aert_allocate(count * aert_packed_size(about->model), sizeof *codes, "codes", error);
        rounding = codes ? aert_allocate(count, 2, "codes", error) : NULL;
        fine = rounding && unpack(&file, about, rounding, codes, error);
    }
    aert_safetensors_close(&file);
    free(rounding);
    if (fine)
        return codes;
    free(codes);
    return NULL;
}
