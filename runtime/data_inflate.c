/* data_inflate: gzip by zlib, all of it or an error: a cut stream, a wrong checksum and bytes after
 * the end are told. */
#include "data_parts.h"

#include <stdlib.h>
#include <zlib.h>

typedef struct Growing {
    unsigned char *data;
    size_t size, capacity;
} Growing;

/* The last four bytes of a gzip file are its plain size modulo 2^32: a hint, believed only as far
 * as deflate can reach. */
static size_t capacity_hint(const unsigned char *data, size_t size) {
    const unsigned char *end = data + size - 4;
    size_t hint =
        (size_t)end[0] | (size_t)end[1] << 8 | (size_t)end[2] << 16 | (size_t)end[3] << 24;
    size_t most = size * 1040;
    return (hint < most ? hint : most) + 64;
}

static bool grow(Growing *out, size_t capacity, const char *name, AertError *error) {
    unsigned char *more = realloc(out->data, capacity);
    if (!more)
        return aert_fail(error, "out of memory: %zu bytes for the contents of %s", capacity, name);
    out->data = more;
    out->capacity = capacity;
    return true;
}

/* Gives the stream at most 1 GiB of input and of output: its counters are 32 bits wide. */
static void offer(z_stream *stream, const unsigned char *end, const Growing *out) {
    const size_t most = (size_t)1 << 30;
    size_t in = (size_t)(end - stream->next_in), room = out->capacity - out->size;
    stream->avail_in = (uInt)(in < most ? in : most);
    stream->next_out = out->data + out->size;
    stream->avail_out = (uInt)(room < most ? room : most);
}

static bool inflate_all(z_stream *stream, const unsigned char *end, Growing *out, const char *name,
                        AertError *error) {
    for (;;) {
        if (out->size == out->capacity && !grow(out, out->capacity * 2, name, error))
            return false;
        offer(stream, end, out);
        int status = inflate(stream, Z_NO_FLUSH);
        out->size = (size_t)(stream->next_out - out->data);
        size_t left = (size_t)(end - stream->next_in);
        if (status == Z_STREAM_END) {
            if (left == 0)
                return true;
            if (left < 2 || stream->next_in[0] != 0x1f || stream->next_in[1] != 0x8b)
                return aert_fail(error,
                                 "%s: damaged: found %zu bytes after the end of the gzip "
                                 "stream, wanted none",
                                 name, left);
            if (inflateReset(stream) != Z_OK)
                return aert_fail(error, "%s: cannot inflate", name);
        } else if (status == Z_MEM_ERROR) {
            return aert_fail(error, "out of memory: inflating %s", name);
        } else if (status != Z_OK && status != Z_BUF_ERROR) {
            return aert_fail(error, "%s: damaged gzip stream: %s", name,
                             stream->msg ? stream->msg : "cannot inflate");
        } else if (left == 0 && out->size < out->capacity) {
            return aert_fail(error, "%s: truncated: the gzip stream ends after %zu plain bytes",
                             name, out->size);
        }
    }
}

bool aert_inflate(AertBytes *plain, const unsigned char *data, size_t size, const char *name,
                  AertError *error) {
    *plain = (AertBytes){0};
    if (size < 18)
        return aert_fail(error, "%s: truncated: found %zu bytes, the shortest gzip file has 18",
                         name, size);
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)data};
    if (inflateInit2(&stream, 15 + 16) != Z_OK)
        return aert_fail(error, "out of memory: inflating %s", name);
    Growing out = {0};
    bool fine = grow(&out, capacity_hint(data, size), name, error) &&
                inflate_all(&stream, data + size, &out, name, error);
    inflateEnd(&stream);
    if (fine)
        *plain = (AertBytes){.data = out.data, .size = out.size};
    else
        free(out.data);
    return fine;
}
