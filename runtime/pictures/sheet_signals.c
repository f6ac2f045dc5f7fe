/* sheet_signals: see sheet_signals.h.  All frames have one scale, so that curves may be compared.
 */
#include "sheet_signals.h"
#include "canvas.h"

#include <math.h>

enum { WIDTH = 132, HEIGHT = 64, GAP = 8, MOST_PIXELS = 1 << 26 };

static const Pen frame = {0xc8c8c8, 1, 0.3f};

static void draw_signal(Canvas *canvas, const AertPicture *p, const float *value, double low,
                        double high, float left, float top) {
    float right = left + WIDTH, bottom = top + HEIGHT;
    canvas_line(canvas, frame, left, top, right, top);
    canvas_line(canvas, frame, left, bottom, right, bottom);
    canvas_line(canvas, frame, left, top, left, bottom);
    canvas_line(canvas, frame, right, top, right, bottom);
    int length = p->dim[1];
    for (int c = 0; c < p->dim[0]; c++, value += length) {
        const Pen pen = {canvas_color(c), 0.85f, 0.55f};
        float fromx = 0, fromy = 0;
        for (int i = 0; i < length; i++) {
            float x = left + (float)(i + 0.5) * WIDTH / (float)length;
            double share = ((double)value[i] - low) / (high - low);
            float y = bottom - 3 - (HEIGHT - 6) * (float)fmin(fmax(share, 0), 1);
            if (i > 0)
                canvas_line(canvas, pen, fromx, fromy, x, y);
            fromx = x;
            fromy = y;
        }
    }
}

bool sheet_signals(const char *path, const AertPicture *p, const float *value, AertError *error) {
    size_t size = (size_t)p->dim[0] * (size_t)p->dim[1], all = size * (size_t)p->count;
    int64_t width = (int64_t)p->columns * (WIDTH + GAP) + GAP;
    int64_t height = (int64_t)p->rows * (HEIGHT + GAP) + GAP;
    double low = p->low, high = p->high;
    if (width > MOST_PIXELS || height > MOST_PIXELS / width)
        return aert_fail(error, "%s: a picture of %d rows and %d columns of signals is too large",
                         path, p->rows, p->columns);
    if (low >= high) {
        low = INFINITY;
        high = -INFINITY;
        for (size_t i = 0; i < all; i++)
            if (isfinite(value[i])) {
                low = fmin(low, (double)value[i]);
                high = fmax(high, (double)value[i]);
            }
        if (!(low < high))
            high = (low = isfinite(low) ? low - 1 : 0) + 2;
    }
    Canvas canvas;
    if (!canvas_open(&canvas, (int)width, (int)height, error))
        return false;
    for (int i = 0; i < p->count; i++)
        if (isfinite(value[(size_t)i * size]))
            draw_signal(&canvas, p, value + (size_t)i * size, low, high,
                        (float)(GAP + i % p->columns * (WIDTH + GAP)),
                        (float)(GAP + i / p->columns * (HEIGHT + GAP)));
    bool fine = aert_png_write(path, 3, (int)height, (int)width, canvas.pixels, error);
    canvas_close(&canvas);
    return fine;
}
