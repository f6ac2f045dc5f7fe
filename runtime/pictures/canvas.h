/* canvas: a coloured picture that lines, dots and text are drawn on, smooth at their edges.
 *
 * There is one pen: a line of round ends, from where it stands to where it goes.  A dot is a line
 * without length, a letter a few lines (glyphs.def).  Coordinates are in pixels, the upper left
 * corner is (0, 0).
 *
 *     static const Pen blue = {0x1f6fb4, 1, 0.8f}, grey = {0x333333, 1, 0.7f};
 *     Canvas canvas;
 *     if (!canvas_open(&canvas, 640, 480, error)) return false;
 *     canvas_line(&canvas, &blue, 10, 10, 200, 90);
 *     canvas_to(&canvas, &blue, 300, 90);                     // goes on from there
 *     canvas_text(&canvas, &grey, 10, 100, "loss");
 *     fine = canvas_write(&canvas, path, error);              // and closes it
 */
#ifndef AERT_CANVAS_H
#define AERT_CANVAS_H

#include "base/base.h"

enum { TEXT_HEIGHT = 10 }; /* of a capital */

typedef struct Canvas {
    int width, height;
    unsigned char *pixels; /* (height, width, 3) */
    bool down;             /* whether the pen stands on the paper … */
    float x, y;            /* … and where */
    float along; /* how far along its present stretch, drawn and left out, of a dashed pen */
} Canvas;

typedef struct Pen {
    unsigned color; /* 0xrrggbb */
    float cover;    /* 1: opaque */
    float radius;
    bool dashed; /* every other stretch is left out */
} Pen;

/* Ten colours that are told apart easily, then lighter and darker ones of them; -1: dark grey. */
unsigned canvas_color(int number);

/* White all over, the pen lifted.  Close in any case. */
bool canvas_open(Canvas *canvas, int width, int height, AertError *error);

void canvas_close(Canvas *canvas);

/* Writes a PNG, and closes the canvas. */
bool canvas_write(Canvas *canvas, const char *path, AertError *error);

void canvas_lift(Canvas *canvas);
void canvas_to(Canvas *canvas, const Pen *pen, float x, float y);
void canvas_line(Canvas *canvas, const Pen *pen, float x0, float y0, float x1, float y1);
void canvas_dot(Canvas *canvas, const Pen *pen, float x, float y); /* the pen stays where it is */
void canvas_box(Canvas *canvas, const Pen *pen, float left, float top, float right, float bottom);

/* Text whose capitals begin at (x, y); its width. */
void canvas_text(Canvas *canvas, const Pen *pen, float x, float y, const char *text);
float canvas_text_width(const char *text);

/* The smaller and the larger of two numbers; the second where the first is none. */
static inline float smaller(float a, float b) {
    return a < b ? a : b;
}
static inline float larger(float a, float b) {
    return a > b ? a : b;
}

/* What values span: from INFINITY and -INFINITY on. */
typedef struct Span {
    double low, high;
} Span;

/* Takes one more in, where it is finite. */
void span_take(Span *span, double value);

#endif
