/* data_inflate: gzip and the members of ZIP files by zlib, all of it or an error: a cut stream, a
 * wrong checksum and bytes after the end are told.
 *
 * What a file says of its plain size is no size: memory grows with what has come out, by doubling,
 * up to a bound that the user can raise.
 */
#include "data_parts.h"

#include <stdlib.h>
#include <zlib.h>

enum { FIRST_TIMES = 4, FIRST_LEAST = 1 << 16 }; /* plain bytes made room for at first */

typedef struct Growing {
    const Packed *packed;
    unsigned char *data;
    size_t size, capacity;
    AertError *error;
} Growing;

static const char *kind_of(const Packed *packed) {
    return packed->gzip ? "gzip stream" : "ZIP member";
}

bool aert_most_fits(size_t size, size_t most, const char *name, AertError *error) {
    return size <= most || aert_fail(error,
                                     "%s: unpacks to more than %zu MB: if it is meant to, raise "
                                     "--max-unpacked",
                                     name, most >> 20);
}

/* One byte more than may be, at most: that it comes tells that there is too much. */
static bool grow(Growing *out) {
    const Packed *packed = out->packed;
    size_t capacity = out->capacity ? out->capacity * 2 : packed->size * FIRST_TIMES + FIRST_LEAST;
    if (packed->claim < capacity && packed->claim >= out->size)
        capacity = packed->claim + 1;
    if (capacity <= out->capacity)
        capacity = out->capacity * 2;
    if (capacity > packed->most)
        capacity = packed->most + 1;
    out->capacity = capacity;
    return aert_grow(&out->data, capacity, packed->name, out->error);
}

/* Gives the stream at most 1 GiB of input and of output: its counters are 32 bits wide. */
static void offer(z_stream *stream, const unsigned char *end, const Growing *out) {
    const size_t most = (size_t)1 << 30;
    size_t in = (size_t)(end - stream->next_in), room = out->capacity - out->size;
    stream->avail_in = (uInt)(in < most ? in : most);
    stream->next_out = out->data + out->size;
    stream->avail_out = (uInt)(room < most ? room : most);
}

/* What comes after the end of a stream: another one, of a gzip file alone, or nothing. */
static bool go_on(z_stream *stream, size_t left, const Growing *out, bool *done) {
    const Packed *packed = out->packed;
    *done = left == 0;
    if (*done)
        return true;
    if (!packed->gzip || left < 2 || stream->next_in[0] != 0x1f || stream->next_in[1] != 0x8b)
        return aert_fail(out->error,
                         "%s: damaged: found %zu bytes after the end of the %s, wanted none",
                         packed->name, left, kind_of(packed));
    return inflateReset(stream) == Z_OK ||
           aert_fail(out->error, "%s: cannot inflate", packed->name);
}

static bool inflate_all(z_stream *stream, const unsigned char *end, Growing *out) {
    const char *name = out->packed->name;
    for (bool done = false; !done;) {
        if (!aert_most_fits(out->size, out->packed->most, name, out->error) ||
            (out->size == out->capacity && !grow(out)))
            return false;
        offer(stream, end, out);
        int status = inflate(stream, Z_NO_FLUSH);
        out->size = (size_t)(stream->next_out - out->data);
        size_t left = (size_t)(end - stream->next_in);
        if (status == Z_STREAM_END) {
            if (!go_on(stream, left, out, &done))
                return false;
        } else if (status == Z_MEM_ERROR) {
            return aert_fail(out->error, "out of memory: inflating %s", name);
        } else if (status != Z_OK && status != Z_BUF_ERROR) {
            return aert_fail(out->error, "%s: damaged %s: %s", name, kind_of(out->packed),
                             stream->msg ? stream->msg : "cannot inflate");
        } else if (left == 0 && out->size < out->capacity) {
            return aert_fail(out->error, "%s: truncated: the %s ends after %zu plain bytes", name,
                             kind_of(out->packed), out->size);
        }
    }
    return aert_most_fits(out->size, out->packed->most, name, out->error);
}

bool aert_inflate(AertBytes *plain, const Packed *packed, AertError *error) {
    *plain = (AertBytes){0};
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)packed->data};
    if (inflateInit2(&stream, packed->gzip ? 15 + 16 : -15) != Z_OK)
        return aert_fail(error, "out of memory: inflating %s", packed->name);
    Growing out = {.packed = packed, .error = error};
    bool fine = inflate_all(&stream, packed->data + packed->size, &out);
    inflateEnd(&stream);
    fine = fine && (out.size == 0 || aert_grow(&out.data, out.size, packed->name, error));
    *plain = (AertBytes){.data = out.data, .size = out.size};
    if (!fine)
        aert_bytes_close(plain);
    return fine;
}

bool aert_gunzip(AertBytes *plain, const AertBytes *bytes, size_t most, const char *name,
                 AertError *error) {
    if (bytes->size < 18)
        return aert_fail(error, "%s: truncated: found %zu bytes, the %s header alone has %zu", name,
                         bytes->size, "gzip", (size_t)18);
    /* The last four bytes are the plain size of the last member modulo 2^32. */
    const unsigned char *end = bytes->data + bytes->size - 4;
    const Packed packed = {.data = bytes->data,
                           .size = bytes->size,
                           .claim = (size_t)end[0] | (size_t)end[1] << 8 | (size_t)end[2] << 16 |
                                    (size_t)end[3] << 24,
                           .most = most,
                           .gzip = true,
                           .name = name};
    return aert_inflate(plain, &packed, error);
}
