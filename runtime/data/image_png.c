/* image_png: PNG by libpng: 1 to 16 bits, grey, colour or palette, with alpha or without.
 *
 * Chunks that say how samples should look (gamma, profiles) are passed over, and so is text.
 */
#include "image.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes that a byte of deflate can become. */
enum { MOST_RATIO = 1032 };

typedef struct PngReader {
    png_structp png;
    png_infop info;
    const unsigned char *at, *end;
    const AertBytes *bytes;
    const char *path;
    const AertImageTaker *taker;
    AertError *error;
    AertImage image;
    size_t row_bytes;
    unsigned char *samples; /* a row, or all of an interlaced picture */
    char message[128];
    bool refused; /* the error is told already */
} PngReader;

static void on_error(png_structp png, png_const_charp message) {
    PngReader *reader = png_get_error_ptr(png);
    snprintf(reader->message, sizeof reader->message, "%s", message);
    longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    (void)png, (void)message;
}

static void take_bytes(png_structp png, png_bytep out, size_t count) {
    PngReader *reader = png_get_io_ptr(png);
    if ((size_t)(reader->end - reader->at) < count)
        png_error(png, "the file is cut short");
    memcpy(out, reader->at, count);
    reader->at += count;
}

/* Of palettes colours, of few bits bytes, of a transparent colour alpha; 16 bits in this machine's
 * order. */
static void expand(PngReader *reader) {
    const uint16_t one = 1;
    png_set_expand(reader->png);
    if (*(const unsigned char *)&one)
        png_set_swap(reader->png);
}

static bool begin(PngReader *reader) {
    AertImage *image = &reader->image;
    png_structp png = reader->png;
    image->width = png_get_image_width(png, reader->info);
    image->height = png_get_image_height(png, reader->info);
    double bits =
        (double)png_get_bit_depth(png, reader->info) * png_get_channels(png, reader->info);
    image->channels = 1;
    if (!aert_image_fits(reader->bytes, image, MOST_RATIO * 8 / bits, reader->taker->most,
                         reader->path, "PNG", reader->error))
        return false;
    expand(reader);
    png_set_interlace_handling(png);
    png_read_update_info(png, reader->info);
    image->channels = png_get_channels(png, reader->info);
    image->deep = png_get_bit_depth(png, reader->info) == 16;
    reader->row_bytes = png_get_rowbytes(png, reader->info);
    return aert_image_fits(reader->bytes, image, MOST_RATIO * 8 / bits, reader->taker->most,
                           reader->path, "PNG", reader->error) &&
           reader->taker->begin(reader->taker->user, image, reader->error);
}

static void read_rows(PngReader *reader) {
    for (int64_t y = 0; y < reader->image.height; y++) {
        png_read_row(reader->png, reader->samples, NULL);
        reader->taker->row(reader->taker->user, y, reader->samples);
    }
}

/* The seven passes of an interlaced picture go over all of it. */
static void read_passes(PngReader *reader) {
    for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++)
        for (int64_t y = 0; y < reader->image.height; y++)
            png_read_row(reader->png, reader->samples + (size_t)y * reader->row_bytes, NULL);
    for (int64_t y = 0; y < reader->image.height; y++)
        reader->taker->row(reader->taker->user, y, reader->samples + (size_t)y * reader->row_bytes);
}

/* All that libpng may leave by its error; nothing here outlives it but in the reader. */
static bool decode(PngReader *reader) {
    if (setjmp(png_jmpbuf(reader->png)))
        return false;
    png_set_read_fn(reader->png, reader, take_bytes);
    static const png_byte passed_over[] = "iCCP\0zTXt\0iTXt\0tEXt\0sPLT\0gAMA\0cHRM\0sRGB\0eXIf";
    png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, passed_over, 9);
    png_read_info(reader->png, reader->info);
    reader->refused = !begin(reader);
    if (reader->refused)
        return false;
    bool passes = png_get_interlace_type(reader->png, reader->info) == PNG_INTERLACE_ADAM7;
    reader->samples = aert_allocate(passes ? (size_t)reader->image.height : 1, reader->row_bytes,
                                    reader->path, reader->error);
    reader->refused = !reader->samples;
    if (reader->refused)
        return false;
    if (passes)
        read_passes(reader);
    else
        read_rows(reader);
    return true;
}

bool aert_png_read(const AertBytes *bytes, const char *path, const AertImageTaker *taker,
                   AertError *error) {
    PngReader *reader = aert_allocate(1, sizeof *reader, path, error);
    if (!reader)
        return false;
    *reader = (PngReader){.at = bytes->data,
                          .end = bytes->data + bytes->size,
                          .bytes = bytes,
                          .path = path,
                          .taker = taker,
                          .error = error};
    reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning);
    reader->info = reader->png ? png_create_info_struct(reader->png) : NULL;
    bool fine = reader->info ? decode(reader) : aert_fail(error, "out of memory: %s", path);
    if (!fine && reader->info && !reader->refused)
        aert_fail(error, "%s: cannot be read as PNG: %s", path, reader->message);
    png_destroy_read_struct(&reader->png, &reader->info, NULL);
    free(reader->samples);
    free(reader);
    return fine;
}
