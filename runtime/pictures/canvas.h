/* canvas: a coloured picture that lines, dots and text are drawn on, smooth at their edges.
 *
 * There is one pen: a line of round ends.  A dot is a line without length, a letter a few lines
 * (glyphs.def).  Coordinates are in pixels, the upper left corner is (0, 0).
 *
 *     Canvas canvas;
 *     if (!canvas_open(&canvas, 640, 480, error)) return false;
 *     canvas_line(&canvas, (Pen){0x1f6fb4, 1, 0.8f}, 10, 10, 200, 90);
 *     canvas_text(&canvas, (Pen){0x333333, 1, 0.7f}, 10, 100, "loss");
 *     fine = aert_png_write(path, 3, 480, 640, canvas.pixels, error);
 *     canvas_close(&canvas);
 */
#ifndef AERT_CANVAS_H
#define AERT_CANVAS_H

#include "base/base.h"

enum { TEXT_HEIGHT = 10 }; /* of a capital */

typedef struct Canvas {
    int width, height;
    unsigned char *pixels; /* (height, width, 3) */
} Canvas;

typedef struct Pen {
    unsigned color; /* 0xrrggbb */
    float cover;    /* 1: opaque */
    float radius;
} Pen;

/* Ten colours that are told apart easily, then lighter and darker ones of them; -1: dark grey. */
unsigned canvas_color(int number);

/* White all over.  Close in any case. */
bool canvas_open(Canvas *canvas, int width, int height, AertError *error);
void canvas_close(Canvas *canvas);

void canvas_line(Canvas *canvas, Pen pen, float x0, float y0, float x1, float y1);

/* Text whose capitals begin at (x, y); its width. */
void canvas_text(Canvas *canvas, Pen pen, float x, float y, const char *text);
float canvas_text_width(const char *text);

#endif
