/* strip: see strip.h.  A column of pixels stands for as many moments as it takes: it is drawn from
 * their least to their largest value, so that one moment among a million is still seen. */
#include "strip.h"
#include "canvas.h"
#include "picture.h"

#include <math.h>

enum { WIDTH = 1200, BAND = 72, GAP = 10, MOST_BANDS = 24 };

static const Pen frame = {0xc8c8c8, 1, 0.3f}, shade = {0xf3c9c9, 1, 0.5f},
                 limit_pen = {0x333333, 0.6f, 0.4f};

typedef struct Extent {
    double low, high;
} Extent;

static void widen(Extent *range, double value) {
    if (!isfinite(value))
        return;
    range->low = fmin(range->low, value);
    range->high = fmax(range->high, value);
}

/* The least and the largest value of a band over moments [begin, end). */
static Extent range_of(const AertStrip *s, int band, int64_t begin, int64_t end) {
    Extent range = {INFINITY, -INFINITY};
    for (int64_t i = begin; i < end; i++)
        widen(&range, s->value(s->context, band, i));
    return range;
}

static int64_t moment_of(const AertStrip *s, int column) {
    return (int64_t)((double)s->moments * column / WIDTH);
}

/* The moments of a column: one at least. */
static int64_t end_of(const AertStrip *s, int column) {
    int64_t end = moment_of(s, column + 1), begin = moment_of(s, column);
    return end > begin ? end : begin + 1;
}

static bool is_marked(const AertStrip *s, int column) {
    for (int64_t i = moment_of(s, column); s->marked && i < end_of(s, column); i++)
        if (s->marked(s->context, i))
            return true;
    return false;
}

static void draw_band(Canvas *canvas, const AertStrip *s, int band, float top) {
    bool score = band == s->bands - 1;
    Extent all = range_of(s, band, 0, s->moments);
    if (score && !isnan(s->limit))
        widen(&all, s->limit);
    double span = all.high > all.low ? all.high - all.low : 1;
    float bottom = top + BAND, left = GAP, was = NAN;
    canvas_line(canvas, frame, left, top, left + WIDTH, top);
    canvas_line(canvas, frame, left, bottom, left + WIDTH, bottom);
    const Pen pen = {canvas_color(score ? 1 : 0), 0.9f, 0.6f};
    for (int x = 0; x < WIDTH; x++) {
        Extent here = range_of(s, band, moment_of(s, x), end_of(s, x));
        if (!(here.low <= here.high)) {
            was = NAN;
            continue;
        }
        float low = bottom - 3 - (BAND - 6) * (float)((here.low - all.low) / span);
        float high = bottom - 3 - (BAND - 6) * (float)((here.high - all.low) / span);
        canvas_line(canvas, pen, left + (float)x, low, left + (float)x, high);
        if (!isnan(was))
            canvas_line(canvas, pen, left + (float)x - 1, was, left + (float)x, low);
        was = high;
    }
    if (score && !isnan(s->limit)) {
        float y = bottom - 3 - (BAND - 6) * (float)((s->limit - all.low) / span);
        canvas_line(canvas, limit_pen, left, y, left + WIDTH, y);
    }
}

bool aert_strip_write(const char *path, const AertStrip *s, AertError *error) {
    int channels = s->bands - 1 < MOST_BANDS ? s->bands - 1 : MOST_BANDS;
    int width = WIDTH + 2 * GAP, height = (channels + 1) * (BAND + GAP) + GAP;
    Canvas canvas;
    if (!canvas_open(&canvas, width, height, error))
        return false;
    for (int x = 0; x < WIDTH; x++)
        if (is_marked(s, x))
            canvas_line(&canvas, shade, (float)(GAP + x), GAP, (float)(GAP + x),
                        (float)(height - GAP));
    for (int i = 0; i <= channels; i++)
        draw_band(&canvas, s, i < channels ? i : s->bands - 1, (float)(GAP + i * (BAND + GAP)));
    bool fine = aert_png_write(path, 3, height, width, canvas.pixels, error);
    canvas_close(&canvas);
    return fine;
}
