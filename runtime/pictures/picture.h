/* picture: a PNG that shows examples in a grid.
 *
 * Grey or RGB.  A value becomes round(255 * (v - low) / (high - low)), clipped; NaN becomes black.
 * Small images are enlarged by a whole factor, each pixel a square, so that 28×28 digits are
 * visible.  A shape that is no image is made one: [d] becomes a square-ish field of ceil(sqrt(d))
 * columns, row by row; [c,h,w] with c other than 1 and 3 becomes c grey planes below each other; a
 * leading axis more is treated likewise.
 */
#ifndef AERT_PICTURE_H
#define AERT_PICTURE_H

#include "base/base.h"

typedef struct AertPicture {
    int rank;
    const int *dim; /* shape of one example */
    double low,
        high; /* of the values; low < high, else the values' own least and largest are used */
    int rows, columns; /* of the grid */
    int count;         /* examples given; cells after them stay background */
    int kinds; /* more than 1: value is (kinds, count / kinds, dim …), and what is number i of
                  each kind stands below one another */
    int gap;   /* background pixels between cells; 0: chosen (2); negative: none */
    int scale; /* factor of enlargement; 0: chosen so that a cell has about 56 pixels and the
                  picture at most 4096 */
} AertPicture;

/* Where example number i of `value` stands in the grid. */
void picture_cell(const AertPicture *picture, int i, int *row, int *column);

/* value is (count, dim …), cell by cell along the rows of the grid.  Written atomically. */
bool aert_picture_write(const char *path, const AertPicture *picture, const float *value,
                        AertError *error);

/* Pixels (height, width, channels) of grey (1) or RGB (3) as a PNG, likewise. */
bool aert_png_write(const char *path, int channels, int height, int width,
                    const unsigned char *pixels, AertError *error);

#endif
