/* image_file: a file of a picture: of which kind it is, and whether it may be unpacked. */
#include "image.h"

#include <math.h>
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

bool aert_image_fits(const AertBytes *bytes, const AertImage *image, double ratio, size_t most,
                     const char *path, const char *format, AertError *error) {
    double pixels = (double)image->width * (double)image->height;
    double wanted = pixels * image->channels * (image->deep ? 2 : 1);
    if (pixels > ratio * (double)bytes->size + 4096)
        return aert_fail(error,
                         "%s: cannot be read as %s: it has %zu bytes, too few for %lld by %lld "
                         "pixels",
                         path, format, bytes->size, (long long)image->width,
                         (long long)image->height);
    return wanted <= (double)most ||
           aert_fail(
               error,
               "%s: is %lld pixels high and %lld wide, and unpacks to %.0f MB: --max-unpacked "
               "allows more",
               path, (long long)image->height, (long long)image->width, ceil(wanted / (1 << 20)));
}
