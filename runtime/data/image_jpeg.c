/* image_jpeg: JPEG by libjpeg: grey, colour, and the four inks of printers, baseline or
 * progressive.
 *
 * libjpeg goes on with grey where data are missing, and warns; here that is an error, but for what
 * harms no pixel.
 */
#include "image.h"

#include <limits.h>
#include <stdio.h>

#include <jpeglib.h> /* wants stdio.h before it */
#include <jerror.h>

/* Pixels that a byte of JPEG can become: a block of 64 that is like the one before takes a bit. */
enum { MOST_RATIO = 1024 };

static void on_error(j_common_ptr jpeg) {
    AertImageReader *reader = jpeg->client_data;
    jpeg->err->format_message(jpeg, reader->message);
    longjmp(reader->jump, 1);
}

static void on_message(j_common_ptr jpeg, int level) {
    int code = jpeg->err->msg_code;
    bool harmless =
        code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM || code == JWRN_TOO_MUCH_DATA;
    if (level < 0 && !harmless)
        on_error(jpeg);
}

static bool begin(AertImageReader *reader, struct jpeg_decompress_struct *jpeg) {
    bool grey = jpeg->jpeg_color_space == JCS_GRAYSCALE;
    bool inks = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
    jpeg->out_color_space = grey ? JCS_GRAYSCALE : inks ? JCS_CMYK : JCS_RGB;
    reader->image = (AertImage){
        .width = jpeg->image_width, .height = jpeg->image_height, .channels = grey ? 1 : 3};
    if (!aert_image_begin(reader, MOST_RATIO))
        return false;
    reader->samples = aert_allocate(jpeg->image_width, 4, reader->path, reader->error);
    return reader->samples != NULL;
}

/* Inks, which files hold as what they leave of the light, become colours in their place. */
static void mix_inks(unsigned char *samples, int64_t width) {
    for (int64_t x = 0; x < width; x++)
        for (int c = 0; c < 3; c++)
            samples[3 * x + c] =
                (unsigned char)((samples[4 * x + c] * samples[4 * x + 3] + 127) / 255);
}

static bool decode(AertImageReader *reader, struct jpeg_decompress_struct *jpeg) {
    if (setjmp(reader->jump))
        return false;
    jpeg_create_decompress(jpeg);
    jpeg->mem->max_memory_to_use =
        reader->taker->most > LONG_MAX / 4 ? LONG_MAX : 4 * (long)reader->taker->most;
    jpeg_mem_src(jpeg, reader->bytes->data, (unsigned long)reader->bytes->size);
    jpeg_read_header(jpeg, TRUE);
    if (!begin(reader, jpeg))
        return false;
    jpeg_start_decompress(jpeg);
    while (jpeg->output_scanline < jpeg->output_height) {
        int64_t y = jpeg->output_scanline;
        jpeg_read_scanlines(jpeg, &reader->samples, 1);
        if (jpeg->out_color_space == JCS_CMYK)
            mix_inks(reader->samples, reader->image.width);
        reader->taker->row(reader->taker->user, y, reader->samples);
    }
    jpeg_finish_decompress(jpeg);
    return true;
}

bool aert_jpeg_read(AertImageReader *reader) {
    struct jpeg_error_mgr manager;
    struct jpeg_decompress_struct jpeg = {.err = jpeg_std_error(&manager), .client_data = reader};
    manager.error_exit = on_error;
    manager.emit_message = on_message;
    bool fine = decode(reader, &jpeg);
    jpeg_destroy_decompress(&jpeg);
    return fine;
}
