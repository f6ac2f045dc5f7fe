/* The ten digits as curves in a box: x to the right, y down, both 0 … 1. */
#ifndef AERT_STROKES_DIGITS_H
#define AERT_STROKES_DIGITS_H

enum { STROKE_POINTS = 12, DIGIT_STROKES = 2 };

typedef enum StrokeKind {
    STROKE_NONE,
    STROKE_LINE,   /* straight from point to point */
    STROKE_CURVE,  /* smooth through all points */
    STROKE_CLOSED, /* smooth, and back to the first point */
} StrokeKind;

typedef struct Stroke {
    StrokeKind kind;
    int points;
    float point[STROKE_POINTS][2];
} Stroke;

extern const Stroke aert_digit[10][DIGIT_STROKES];

#endif
