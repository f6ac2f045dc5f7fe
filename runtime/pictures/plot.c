/* plot: finds what range the marks need, puts ticks at round numbers, and draws.
 *
 *     | title  |          | title  |   o ant       margins around each panel, the legend at the
 *     | frame  |   gap    | frame  |   o bee       right of the last
 */
#include "plot.h"
#include "canvas.h"
#include "picture.h"

#include <math.h>
#include <stdio.h>

enum { LEFT = 78, TOP = 36, BOTTOM = 50, RIGHT = 20, WIDE = 640, HIGH = 400, SQUARE = 480 };
enum { LEGEND_LINE = 20, LEGEND_MARK = 28, MOST_TICKS = 16 };

static const Pen ink = {0x333333, 1, 0.65f}, grid = {0xe4e4e4, 1, 0.3f},
                 frame = {0x909090, 1, 0.3f};

typedef struct Axis {
    double low, high; /* the ends of the axis; where log is set, their decimal logarithms */
    bool log;
    int ticks;
    double tick[MOST_TICKS];
} Axis;

typedef struct Chart {
    Canvas *canvas;
    Axis x, y;
    float left, top, width, height; /* of the panel in hand */
} Chart;

static double scaled(const Axis *axis, float value) {
    return axis->log ? log10((double)value) : (double)value;
}

static void widen(Axis *axis, const float *value, const AertMarks *marks) {
    for (int64_t i = 0; i < marks->count; i++) {
        double v = scaled(axis, value[(size_t)i * marks->step]);
        if (!isfinite(v))
            continue;
        axis->low = fmin(axis->low, v);
        axis->high = fmax(axis->high, v);
    }
}

/* The least of 1, 2, 5, 10, 20 … of which `count` at most span `range`. */
static double round_step(double range, int count) {
    double power = pow(10, floor(log10(range / count)));
    for (int i = 0; i < 3; i++) {
        static const int factor[] = {1, 2, 5};
        if (range / (power * factor[i]) <= count)
            return power * factor[i];
    }
    return power * 10;
}

/* Within a few powers of ten: more numbers between them. */
static void set_log_ticks(Axis *axis, bool few) {
    axis->ticks = 0;
    for (double power = floor(axis->low); power <= axis->high; power++)
        for (int i = 0; i < (few ? 3 : 6); i++) {
            static const int some[] = {1, 2, 5}, many[] = {1, 2, 3, 4, 6, 8};
            double at = power + log10(few ? some[i] : many[i]);
            if (at >= axis->low && at <= axis->high && axis->ticks < MOST_TICKS)
                axis->tick[axis->ticks++] = at;
        }
}

static void set_ticks(Axis *axis, int count, bool whole) {
    if (!(axis->low <= axis->high))
        axis->low = 0, axis->high = 1;
    double range = axis->high - axis->low, least = 1e-6 * fmax(fabs(axis->low), fabs(axis->high));
    if (range <= least || (whole && range < 1)) {
        double pad = whole ? 0.5 : fmax(least * 10, 1e-9);
        axis->low -= pad;
        axis->high += pad;
        range = 2 * pad;
    }
    axis->low -= 0.04 * range;
    axis->high += 0.04 * range;
    double step = round_step(axis->high - axis->low, count);
    if ((whole || axis->log) && step < 1)
        step = 1;
    axis->ticks = 0;
    for (double i = ceil(axis->low / step); i * step <= axis->high; i++)
        if (axis->ticks < MOST_TICKS)
            axis->tick[axis->ticks++] = i * step;
    if (axis->log && axis->ticks < 4)
        set_log_ticks(axis, axis->ticks > 1);
}

/* One scale for both axes of a square frame. */
static void make_square(Axis *x, Axis *y) {
    double half = fmax(x->high - x->low, y->high - y->low) / 2;
    Axis *both[] = {x, y};
    for (int i = 0; i < 2; i++) {
        double middle = (both[i]->low + both[i]->high) / 2;
        if (!isfinite(middle))
            middle = 0, half = 1;
        both[i]->low = middle - half;
        both[i]->high = middle + half;
    }
}

static float place_x(const Chart *f, double v) {
    return f->left + f->width * (float)((v - f->x.low) / (f->x.high - f->x.low));
}

static float place_y(const Chart *f, double v) {
    return f->top + f->height * (float)((f->y.high - v) / (f->y.high - f->y.low));
}

static void tick_text(const Axis *axis, double tick, char *text, size_t size) {
    double value = axis->log ? pow(10, tick) : tick;
    double near = fabs(axis->high - axis->low) * 1e-9;
    snprintf(text, size, "%.6g", !axis->log && fabs(value) < near ? 0 : value);
}

static void draw_axes(Chart *f, const AertPanel *panel) {
    float right = f->left + f->width, bottom = f->top + f->height;
    char text[32];
    for (int i = 0; i < f->x.ticks; i++) {
        float x = (float)round((double)place_x(f, f->x.tick[i])) + 0.5f;
        tick_text(&f->x, f->x.tick[i], text, sizeof text);
        canvas_line(f->canvas, grid, x, f->top, x, bottom);
        canvas_text(f->canvas, ink, x - canvas_text_width(text) / 2, bottom + 8, text);
    }
    for (int i = 0; i < f->y.ticks; i++) {
        float y = (float)round((double)place_y(f, f->y.tick[i])) + 0.5f;
        tick_text(&f->y, f->y.tick[i], text, sizeof text);
        canvas_line(f->canvas, grid, f->left, y, right, y);
        canvas_text(f->canvas, ink, f->left - 6 - canvas_text_width(text), y - TEXT_HEIGHT / 2,
                    text);
    }
    canvas_line(f->canvas, frame, f->left, f->top, right, f->top);
    canvas_line(f->canvas, frame, f->left, bottom, right, bottom);
    canvas_line(f->canvas, frame, f->left, f->top, f->left, bottom);
    canvas_line(f->canvas, frame, right, f->top, right, bottom);
    Pen bold = ink;
    bold.radius = 0.9f;
    canvas_text(f->canvas, bold, f->left + (f->width - canvas_text_width(panel->title)) / 2,
                f->top - 22, panel->title);
    canvas_text(f->canvas, ink, f->left + (f->width - canvas_text_width(panel->x_name)) / 2,
                bottom + 28, panel->x_name);
    canvas_text(f->canvas, ink, f->left - 20, f->top - 22, panel->y_name);
}

/* A line of which every other stretch is left out; `*done` counts pixels along the curve. */
static void draw_dashes(Canvas *canvas, Pen pen, float x0, float y0, float x1, float y1,
                        float *done) {
    const float dash = 6;
    float dx = x1 - x0, dy = y1 - y0, length = sqrtf(dx * dx + dy * dy), at = 0;
    while (at < length) {
        float phase = fmodf(*done + at, 2 * dash),
              end = fminf(at + dash - fmodf(phase, dash), length);
        end = fmaxf(end, at + 0.01f);
        if (phase < dash && length > 0)
            canvas_line(canvas, pen, x0 + dx * at / length, y0 + dy * at / length,
                        x0 + dx * end / length, y0 + dy * end / length);
        at = end;
    }
    *done += length;
}

static void draw_marks(Chart *f, const AertMarks *m) {
    bool few = m->count <= 40, known = false;
    Pen pen = {canvas_color(m->color), 1, 0.9f}, dot = pen;
    float fromx = 0, fromy = 0, done = 0;
    dot.radius = m->line ? 2.2f : m->count > 4000 ? 1.1f : m->count > 1000 ? 1.5f : 2;
    dot.cover = m->line ? 1 : 0.7f;
    for (int64_t i = 0; i < m->count; i++) {
        double vx = scaled(&f->x, m->x[(size_t)i * m->step]);
        double vy = scaled(&f->y, m->y[(size_t)i * m->step]);
        bool drawn = isfinite(vx) && isfinite(vy);
        float x = drawn ? place_x(f, vx) : 0, y = drawn ? place_y(f, vy) : 0;
        if (m->label)
            dot.color = canvas_color((int)m->label[i]);
        if (m->line && drawn && known && m->dashed)
            draw_dashes(f->canvas, pen, fromx, fromy, x, y, &done);
        else if (m->line && drawn && known)
            canvas_line(f->canvas, pen, fromx, fromy, x, y);
        if (drawn && (!m->line || few))
            canvas_line(f->canvas, dot, x, y, x, y);
        known = drawn;
        fromx = x;
        fromy = y;
    }
}

static void draw_legend(Canvas *canvas, const AertPlot *plot, float left, float top) {
    for (int i = 0; i < plot->legends; i++) {
        const AertLegend *l = &plot->legend[i];
        float y = top + (float)(i * LEGEND_LINE), middle = y + TEXT_HEIGHT / 2, done = 0;
        Pen pen = {canvas_color(l->color), 1, l->line ? 1 : 4};
        if (l->dashed)
            draw_dashes(canvas, pen, left, middle, left + 20, middle, &done);
        else
            canvas_line(canvas, pen, left + (l->line ? 0 : 14), middle, left + (l->line ? 20 : 14),
                        middle);
        canvas_text(canvas, ink, left + LEGEND_MARK, y, l->name);
    }
}

static int legend_width(const AertPlot *plot) {
    float width = 0;
    for (int i = 0; i < plot->legends; i++)
        width = fmaxf(width, canvas_text_width(plot->legend[i].name));
    return plot->legends ? (int)width + LEGEND_MARK + RIGHT : 0;
}

bool aert_plot_write(const char *path, const AertPlot *plot, AertError *error) {
    Canvas canvas;
    int wide = plot->square ? SQUARE : WIDE, high = plot->square ? SQUARE : HIGH;
    int legend = plot->legends * LEGEND_LINE > high ? plot->legends * LEGEND_LINE : high;
    int width = plot->panels * (LEFT + wide + RIGHT) + legend_width(plot);
    int height = TOP + legend + BOTTOM;
    if (!canvas_open(&canvas, width, height, error))
        return false;
    Axis none = {.low = INFINITY, .high = -INFINITY};
    Chart f = {.canvas = &canvas,
               .x = none,
               .y = none,
               .top = TOP,
               .width = (float)wide,
               .height = (float)high};
    f.y.log = plot->log_y;
    for (int p = 0; p < plot->panels; p++)
        for (int i = 0; i < plot->panel[p].count; i++) {
            const AertMarks *marks = &plot->panel[p].marks[i];
            widen(&f.x, marks->x, marks);
            widen(&f.y, marks->y, marks);
        }
    if (plot->square)
        make_square(&f.x, &f.y);
    set_ticks(&f.x, plot->square ? 7 : 10, plot->whole_x);
    set_ticks(&f.y, 7, false);
    for (int p = 0; p < plot->panels; p++) {
        f.left = (float)(LEFT + p * (LEFT + wide + RIGHT));
        draw_axes(&f, &plot->panel[p]);
        for (int i = 0; i < plot->panel[p].count; i++)
            draw_marks(&f, &plot->panel[p].marks[i]);
    }
    draw_legend(&canvas, plot, (float)(plot->panels * (LEFT + wide + RIGHT)), TOP + 4);
    bool fine = aert_png_write(path, 3, height, width, canvas.pixels, error);
    canvas_close(&canvas);
    return fine;
}
