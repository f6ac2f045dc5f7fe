/* image_png: PNG by libpng: 1 to 16 bits, grey, colour or palette, with alpha or without.
 *
 * Chunks that say how samples should look (gamma, profiles) are passed over, and so is text.
 */
#include "image.h"

#include <png.h>
#include <stdio.h>
#include <string.h>

/* Bits that a byte of deflate can become. */
enum { MOST_RATIO = 8 * 1032 };

typedef struct Png {
    AertImageReader *reader;
    const unsigned char *at;
    png_structp png;
    png_infop info;
} Png;

static void on_error(png_structp png, png_const_charp message) {
    AertImageReader *reader = ((Png *)png_get_error_ptr(png))->reader;
    snprintf(reader->message, sizeof reader->message, "%s", message);
    longjmp(reader->jump, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    (void)png, (void)message;
}

static void take_bytes(png_structp png, png_bytep out, size_t count) {
    Png *from = png_get_error_ptr(png);
    const AertBytes *bytes = from->reader->bytes;
    if ((size_t)(bytes->data + bytes->size - from->at) < count)
        on_error(png, "the file is cut short");
    memcpy(out, from->at, count);
    from->at += count;
}

/* Of palettes colours, of few bits bytes, of a transparent colour alpha; 16 bits in this machine's
 * order. */
static void expand(png_structp png) {
    const uint16_t one = 1;
    png_set_expand(png);
    if (*(const unsigned char *)&one)
        png_set_swap(png);
}

/* The rows, of which an interlaced picture has parts in each of seven passes over all of it. */
static bool read_rows(AertImageReader *reader, png_structp png, int passes) {
    AertImage *image = &reader->image;
    size_t row_bytes = (size_t)image->width * (size_t)image->channels * (image->deep ? 2 : 1);
    reader->samples = aert_allocate(passes > 1 ? (size_t)image->height : 1, row_bytes, reader->path,
                                    reader->error);
    if (!reader->samples)
        return false;
    for (int pass = 1; pass <= passes; pass++)
        for (int64_t y = 0; y < image->height; y++) {
            unsigned char *row = reader->samples + (passes > 1 ? (size_t)y * row_bytes : 0);
            png_read_row(png, row, NULL);
            if (pass == passes)
                reader->taker->row(reader->taker->user, y, row);
        }
    return true;
}

/* All that libpng may leave by its error; nothing here outlives it but in the reader. */
static bool decode(Png *from) {
    static const png_byte passed_over[] = "iCCP\0zTXt\0iTXt\0tEXt\0sPLT\0gAMA\0cHRM\0sRGB\0eXIf";
    AertImageReader *reader = from->reader;
    png_uint_32 width, height;
    int bits;
    if (setjmp(reader->jump))
        return false;
    from->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, from, on_error, on_warning);
    from->info = from->png ? png_create_info_struct(from->png) : NULL;
    if (!from->info)
        return aert_fail(reader->error, "out of memory: %s", reader->path);
    png_set_read_fn(from->png, NULL, take_bytes);
    png_set_keep_unknown_chunks(from->png, PNG_HANDLE_CHUNK_NEVER, passed_over, 9);
    png_read_info(from->png, from->info);
    png_get_IHDR(from->png, from->info, &width, &height, &bits, NULL, NULL, NULL, NULL);
    bool deep = bits == 16;
    bits *= png_get_channels(from->png, from->info);
    expand(from->png);
    int passes = png_set_interlace_handling(from->png);
    png_read_update_info(from->png, from->info);
    reader->image = (AertImage){width, height, png_get_channels(from->png, from->info), deep};
    return aert_image_begin(reader, (double)MOST_RATIO / bits) &&
           read_rows(reader, from->png, passes);
}

bool aert_png_read(AertImageReader *reader) {
    Png from = {.reader = reader, .at = reader->bytes->data};
    bool fine = decode(&from);
    png_destroy_read_struct(&from.png, &from.info, NULL);
    return fine;
}
