/* image_file: a file of a picture: of which kind it is, whether it may be unpacked,
 * and its decoder. */
#include "data_parts.h"
#include "image.h"

#include <stdlib.h>
#include <string.h>

static bool starts(const unsigned char *bytes, size_t size, const char *mark, size_t length) {
    return size >= length && memcmp(bytes, mark, length) == 0;
}

AertImageKind aert_image_kind(const unsigned char *bytes, size_t size, bool *deep) {
    enum { DEPTH = 24 }; /* where PNG has it: behind the mark, a chunk's head, width and height */
    bool png = starts(bytes, size, "\x89PNG\r\n\x1a\n", 8);
    *deep = png && size > DEPTH && bytes[DEPTH] == 16;
    return png ? AERT_PNG : starts(bytes, size, "\xff\xd8\xff", 3) ? AERT_JPEG : AERT_NO_IMAGE;
}

bool aert_image_begin(AertImageReader *reader, double ratio) {
    const AertImage *image = &reader->image;
    double pixels = (double)image->width * (double)image->height;
    double wanted = pixels * image->channels * (image->deep ? 2 : 1);
    if (pixels > ratio * (double)reader->bytes->size + 4096)
        return aert_fail(reader->error,
                         "%s: cannot be read as %s: it has %zu bytes, too few for %lld by %lld "
                         "pixels",
                         reader->path, reader->format, reader->bytes->size, (long long)image->width,
                         (long long)image->height);
    if (wanted > (double)reader->taker->most)
        return aert_most_fits(SIZE_MAX, reader->taker->most, reader->path, reader->error);
    return reader->taker->begin(reader->taker->user, image, reader->error);
}

bool aert_image_decode(const char *path, const AertImageTaker *taker, AertError *error) {
    AertBytes bytes;
    AertImageReader reader = {.bytes = &bytes, .path = path, .taker = taker, .error = error};
    bool deep;
    if (!aert_bytes_open(&bytes, path, error))
        return false;
    bool jpeg = aert_image_kind(bytes.data, bytes.size, &deep) == AERT_JPEG;
    reader.format = jpeg ? "JPEG" : "PNG";
    bool fine = bytes.size == 0 ? aert_fail(error, "%s: cannot be read: the file is empty", path)
                : jpeg          ? aert_jpeg_read(&reader)
                                : aert_png_read(&reader);
    if (*reader.message)
        aert_fail(error, "%s: cannot be read as %s: %s", path, reader.format, reader.message);
    aert_bytes_close(&bytes);
    free(reader.samples);
    return fine;
}
