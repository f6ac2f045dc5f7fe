/* image: a picture in a file, decoded row by row, and brought to the size and channels of an input.
 *
 *     photo.jpg, 4000 by 3000, colour   --fill-->   (1, 64, 64), grey
 *
 * Samples are taken as they stand in the file: neither gamma nor a colour profile bends them, so
 * that a picture of 8 bits and the same one of 16 give the same values.  A colour's grey is its
 * luma, 0.299 R + 0.587 G + 0.114 B.  What is transparent becomes black, and half so what is half
 * so.
 */
#ifndef AERT_IMAGE_READ_H
#define AERT_IMAGE_READ_H

#include "base/base.h"

#include <setjmp.h>

typedef enum AertResize { AERT_RESIZE_NO, AERT_RESIZE_FIT, AERT_RESIZE_FILL } AertResize;

typedef enum AertImageKind { AERT_NO_IMAGE, AERT_PNG, AERT_JPEG } AertImageKind;

/* What the first bytes of a file, 32 are enough, say that it is; `deep` where it has more than 8
 * bits a sample. */
AertImageKind aert_image_kind(const unsigned char *bytes, size_t size, bool *deep);

/* A picture as it is decoded. */
typedef struct AertImage {
    int64_t width, height;
    int channels; /* 1: grey, 2: grey and alpha, 3: colour, 4: colour and alpha */
    bool deep;    /* samples are uint16_t up to 65535, else bytes up to 255 */
} AertImage;

/* The receiver of a picture: it is told what the picture is, and may refuse it; then it gets each
 * row, from the top. */
typedef struct AertImageTaker {
    bool (*begin)(void *user, const AertImage *image, AertError *error);
    void (*row)(void *user, int64_t y, const void *samples);
    void *user;
    size_t most; /* bytes that a picture may unpack to */
} AertImageTaker;

/* A picture in the hands of a decoder. */
typedef struct AertImageReader {
    const AertBytes *bytes;
    const char *path, *format;
    const AertImageTaker *taker;
    AertError *error;
    AertImage image;
    unsigned char *samples; /* a row, or all of an interlaced picture */
    jmp_buf jump;           /* where the decoder's errors lead, once there is a message */
    char message[200];
} AertImageReader;

/* Decode it, in image and samples.  False: the error is told, or, where it is the decoder's own,
 * the message. */
bool aert_png_read(AertImageReader *reader);
bool aert_jpeg_read(AertImageReader *reader);

/* Whether a picture of that size may be unpacked from so many bytes, no more than --max-unpacked
 * and no more than such bytes can hold, `ratio` pixels each, and the receiver takes it.  Else the
 * error is told. */
bool aert_image_begin(AertImageReader *reader, double ratio);

/* Decodes the file of a picture, for the receiver. Fails with "photo.jpg: cannot be read as JPEG:
 * …" where the file is damaged or cut short. */
bool aert_image_decode(const char *path, const AertImageTaker *taker, AertError *error);

/* What a picture is to become. */
typedef struct AertImageGoal {
    int channels, height, width; /* channels: 1 or 3 */
    AertResize resize;           /* NO: other sizes are refused */
    const char *input;           /* its name, for messages */
    size_t most;                 /* bytes that a picture may unpack to */
} AertImageGoal;

/* Reads the file: out is (channels, height, width), 0 … 1.  Sizes are changed by averaging areas:
 * FIT shows the whole picture, centred, with black beside it; FILL cuts off what is too much. */
bool aert_image_read(const char *path, const AertImageGoal *goal, float *out, AertError *error);

#endif
