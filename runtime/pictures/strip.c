/* strip: see strip.h.  A column of pixels stands for as many moments as it takes: it is drawn from
 * their least to their largest value, so that one moment among a million is still seen. */
#include "strip.h"
#include "canvas.h"

#include <math.h>

enum { WIDTH = 1200, BAND = 72, GAP = 10, MOST_BANDS = 24 };

static const Pen frame = {0xc8c8c8, 1, 0.3f, false}, shade = {0xf3c9c9, 1, 0.5f, false},
                 limit_pen = {0x333333, 0.6f, 0.4f, false};

/* The least and the largest value of a band over moments [begin, end). */
static Span range_of(const AertStrip *s, int band, int64_t begin, int64_t end) {
    Span range = {INFINITY, -INFINITY};
    for (int64_t i = begin; i < end; i++)
        span_take(&range, s->value(s->context, band, i));
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

/* Where a share of the band's span lies. */
static float height_of(float bottom, double share) {
    return bottom - 3 - (BAND - 6) * (float)share;
}

static void draw_band(Canvas *canvas, const AertStrip *s, int band, float top) {
    bool score = band == s->bands - 1;
    Span all = range_of(s, band, 0, s->moments);
    if (score && !isnan(s->limit))
        span_take(&all, s->limit);
    double span = all.high > all.low ? all.high - all.low : 1;
    float bottom = top + BAND, left = GAP;
    canvas_line(canvas, &frame, left, top, left + WIDTH, top);
    canvas_line(canvas, &frame, left, bottom, left + WIDTH, bottom);
    const Pen pen = {canvas_color(score), 0.9f, 0.6f, false};
    canvas_lift(canvas);
    for (int x = 0; x < WIDTH; x++) {
        Span here = range_of(s, band, moment_of(s, x), end_of(s, x));
        if (!(here.low <= here.high)) {
            canvas_lift(canvas);
            continue;
        }
        canvas_to(canvas, &pen, left + (float)x, height_of(bottom, (here.low - all.low) / span));
        canvas_to(canvas, &pen, left + (float)x, height_of(bottom, (here.high - all.low) / span));
    }
    if (score && !isnan(s->limit)) {
        float y = height_of(bottom, (s->limit - all.low) / span);
        canvas_line(canvas, &limit_pen, left, y, left + WIDTH, y);
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
            canvas_line(&canvas, &shade, (float)(GAP + x), GAP, (float)(GAP + x),
                        (float)(height - GAP));
    for (int i = 0; i <= channels; i++)
        draw_band(&canvas, s, i < channels ? i : s->bands - 1, (float)(GAP + i * (BAND + GAP)));
    return canvas_write(&canvas, path, error);
}
