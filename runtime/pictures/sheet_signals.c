/* sheet_signals: see sheet_signals.h.  All frames have one scale, so that curves may be compared.
 */
#include "sheet_signals.h"
#include "canvas.h"

#include <math.h>

enum { WIDTH = 132, HEIGHT = 64, GAP = 8, MOST_PIXELS = 1 << 26 };

static const Pen frame = {0xc8c8c8, 1, 0.3f, false};

static void draw_signal(Canvas *canvas, const AertPicture *p, const float *value, const Span *span,
                        float left, float top) {
    float bottom = top + HEIGHT;
    canvas_box(canvas, &frame, left, top, left + WIDTH, bottom);
    int length = p->dim[1];
    for (int c = 0; c < p->dim[0]; c++, value += length) {
        const Pen pen = {canvas_color(c), 0.85f, 0.55f, false};
        canvas_lift(canvas);
        for (int i = 0; i < length; i++) {
            float x = left + (float)(i + 0.5) * WIDTH / (float)length;
            float share = (float)(((double)value[i] - span->low) / (span->high - span->low));
            canvas_to(canvas, &pen, x, bottom - 3 - (HEIGHT - 6) * smaller(larger(share, 0), 1));
        }
    }
}

bool sheet_signals(const char *path, const AertPicture *p, const float *value, AertError *error) {
    size_t size = (size_t)p->dim[0] * (size_t)p->dim[1], all = size * (size_t)p->count;
    int64_t width = (int64_t)p->columns * (WIDTH + GAP) + GAP;
    int64_t height = (int64_t)p->rows * (HEIGHT + GAP) + GAP;
    Span span = {p->low, p->high};
    if (width > MOST_PIXELS || height > MOST_PIXELS / width)
        return aert_fail(error, "%s: a picture of %d rows and %d columns of signals is too large",
                         path, p->rows, p->columns);
    if (span.low >= span.high) {
        span = (Span){INFINITY, -INFINITY};
        for (size_t i = 0; i < all; i++)
            span_take(&span, (double)value[i]);
        if (!(span.low < span.high))
            span.high = (span.low = isfinite(span.low) ? span.low - 1 : 0) + 2;
    }
    Canvas canvas;
    if (!canvas_open(&canvas, (int)width, (int)height, error))
        return false;
    for (int i = 0; i < p->count; i++) {
        int row, column;
        picture_cell(p, i, &row, &column);
        if (isfinite(value[(size_t)i * size]))
            draw_signal(&canvas, p, value + (size_t)i * size, &span,
                        (float)(GAP + column * (WIDTH + GAP)), (float)(GAP + row * (HEIGHT + GAP)));
    }
    return canvas_write(&canvas, path, error);
}
