/* The ten digits as curves in a box: x to the right, y down, both 0 … 100. */
#ifndef AERT_STROKES_DIGITS_H
#define AERT_STROKES_DIGITS_H

enum { STROKE_POINTS = 9, DIGIT_STROKES = 2 };

enum {
    STROKE_NONE,
    STROKE_LINE,   /* straight from point to point */
    STROKE_CURVE,  /* smooth through all points */
    STROKE_CLOSED, /* smooth, and back to the first point */
};

typedef struct Stroke {
    unsigned char kind, points;
    unsigned char point[STROKE_POINTS][2];
} Stroke;

extern const Stroke aert_digit[10][DIGIT_STROKES];

#endif
