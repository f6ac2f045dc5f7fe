/* plot: finds what range the marks need, puts ticks at round numbers, and draws.
 *
 *     | title  |          | title  |   o ant       margins around each panel, the legend at the
 *     | frame  |   gap    | frame  |   o bee       right of the last
 */
#include "plot.h"
#include "canvas.h"

#include <math.h>
#include <stdio.h>

enum { LEFT = 78, TOP = 36, BOTTOM = 50, RIGHT = 20, WIDE = 640, HIGH = 400, SQUARE = 480 };
enum { LEGEND_LINE = 20, LEGEND_MARK = 28, MOST_TICKS = 16 };

static const Pen ink = {0x333333, 1, 0.65f, false}, bold = {0x333333, 1, 0.9f, false},
                 grid = {0xe4e4e4, 1, 0.3f, false}, frame = {0x909090, 1, 0.3f, false};

typedef struct Axis {
    float begin, length; /* in the panel in hand; of the vertical one, which rises, length < 0 */
    Span span;           /* from end to end; where log is set, decimal logarithms */
    bool log;
    int ticks;
    double tick[MOST_TICKS];
} Axis;

typedef struct Chart {
    Canvas canvas;
    Axis axis[2]; /* to the right, upwards */
} Chart;

static double decades(double value) {
    return log(value) / log(10);
}

static double scaled(const Axis *axis, float value) {
    return axis->log ? decades((double)value) : (double)value;
}

static void widen(Axis *axis, const float *value, const AertMarks *marks) {
    for (int64_t i = 0; i < marks->count; i++)
        span_take(&axis->span, scaled(axis, value[(size_t)i * marks->step]));
}

/* The least of 1, 2, 5, 10, 20 … of which `count` at most span `range`. */
static double round_step(double range, int count) {
    double step = pow(10, floor(decades(range / count)));
    for (int i = 0; range / step > count; i++)
        step *= i % 3 == 1 ? 2.5 : 2;
    return step;
}

static void add_tick(Axis *axis, double at) {
    if (at >= axis->span.low && at <= axis->span.high && axis->ticks < MOST_TICKS)
        axis->tick[axis->ticks++] = at;
}

/* Within a few powers of ten: more numbers between them. */
static void set_log_ticks(Axis *axis, bool few) {
    axis->ticks = 0;
    for (double power = floor(axis->span.low); power <= axis->span.high; power++)
        for (int i = 0; i < (few ? 3 : 6); i++) {
            static const int some[] = {1, 2, 5}, many[] = {1, 2, 3, 4, 6, 8};
            add_tick(axis, power + decades(few ? some[i] : many[i]));
        }
}

static void set_ticks(Axis *axis, int count, bool whole) {
    Span *span = &axis->span;
    if (!(span->low <= span->high))
        *span = (Span){0, 1};
    double range = span->high - span->low;
    double ends = fabs(span->low) + fabs(span->high), least = 1e-6 * ends;
    if (range <= least || (whole && range < 1)) {
        double pad = whole ? 0.5 : least * 10 + 1e-9;
        span->low -= pad;
        span->high += pad;
        range = 2 * pad;
    }
    span->low -= 0.04 * range;
    span->high += 0.04 * range;
    double step = round_step(span->high - span->low, count);
    if ((whole || axis->log) && step < 1)
        step = 1;
    axis->ticks = 0;
    for (double i = floor(span->low / step); i * step <= span->high; i++)
        add_tick(axis, i * step);
    if (axis->log && axis->ticks < 4)
        set_log_ticks(axis, axis->ticks > 1);
}

/* One scale for both axes of a square frame. */
static void make_square(Axis axis[2]) {
    double half = 0;
    for (int a = 0; a < 2; a++) {
        double range = axis[a].span.high - axis[a].span.low;
        half = range / 2 > half ? range / 2 : half;
    }
    for (int a = 0; a < 2; a++) {
        double middle = (axis[a].span.low + axis[a].span.high) / 2;
        if (!isfinite(middle))
            middle = 0, half = 1;
        axis[a].span = (Span){middle - half, middle + half};
    }
}

static float place(const Axis *axis, double v) {
    return axis->begin +
           axis->length * (float)((v - axis->span.low) / (axis->span.high - axis->span.low));
}

static void tick_text(const Axis *axis, double tick, char *text, size_t size) {
    double value = axis->log ? pow(10, tick) : tick;
    double near = (axis->span.high - axis->span.low) * 1e-9;
    snprintf(text, size, "%.6g", !axis->log && fabs(value) < near ? 0 : value);
}

/* Text with its middle there. */
static void draw_middle(Canvas *canvas, const Pen *pen, float middle, float y, const char *text) {
    canvas_text(canvas, pen, middle - canvas_text_width(text) / 2, y, text);
}

static void draw_axes(Chart *f, const AertPanel *panel) {
    Canvas *canvas = &f->canvas;
    float left = f->axis[0].begin, right = left + f->axis[0].length, middle = (left + right) / 2;
    float bottom = f->axis[1].begin, top = bottom + f->axis[1].length;
    char text[32];
    for (int a = 0; a < 2; a++) {
        const Axis *axis = &f->axis[a];
        for (int i = 0; i < axis->ticks; i++) {
            float at = (float)(int)place(axis, axis->tick[i]) + 0.5f; /* the middle of a pixel */
            tick_text(axis, axis->tick[i], text, sizeof text);
            if (a == 0) {
                canvas_line(canvas, &grid, at, top, at, bottom);
                draw_middle(canvas, &ink, at, bottom + 8, text);
            } else {
                canvas_line(canvas, &grid, left, at, right, at);
                canvas_text(canvas, &ink, left - 6 - canvas_text_width(text), at - TEXT_HEIGHT / 2,
                            text);
            }
        }
    }
    canvas_box(canvas, &frame, left, top, right, bottom);
    draw_middle(canvas, &bold, middle, top - 22, panel->title);
    draw_middle(canvas, &ink, middle, bottom + 28, panel->x_name);
    canvas_text(canvas, &ink, left - 20, top - 22, panel->y_name);
}

static void draw_marks(Chart *f, const AertMarks *m) {
    Canvas *canvas = &f->canvas;
    bool dots = !m->line || m->count <= 40;
    const Pen pen = {canvas_color(m->color), 1, 0.9f, m->dashed};
    Pen dot = {pen.color, 1, 2.2f, false};
    if (!m->line) {
        dot.radius = m->count > 4000 ? 1.1f : m->count > 1000 ? 1.5f : 2;
        dot.cover = 0.7f;
    }
    canvas_lift(canvas);
    for (int64_t i = 0; i < m->count; i++) {
        double x = scaled(&f->axis[0], m->x[(size_t)i * m->step]);
        double y = scaled(&f->axis[1], m->y[(size_t)i * m->step]);
        if (!isfinite(x + y)) {
            canvas_lift(canvas);
            continue;
        }
        float right = place(&f->axis[0], x), down = place(&f->axis[1], y);
        if (m->label)
            dot.color = canvas_color((int)m->label[i]);
        if (m->line)
            canvas_to(canvas, &pen, right, down);
        if (dots)
            canvas_dot(canvas, &dot, right, down);
    }
}

/* From `left` on, below one another. */
static void draw_legend(Canvas *canvas, const AertPlot *plot, float left) {
    float y = TOP + 4;
    for (const AertLegend *l = plot->legend; l < plot->legend + plot->legends; l++) {
        const Pen pen = {canvas_color(l->color), 1, l->line ? 1 : 4, l->dashed};
        const float middle = y + TEXT_HEIGHT / 2;
        if (l->line)
            canvas_line(canvas, &pen, left, middle, left + 20, middle);
        else
            canvas_dot(canvas, &pen, left + 14, middle);
        canvas_text(canvas, &ink, left + LEGEND_MARK, y, l->name);
        y += LEGEND_LINE;
    }
}

static int legend_width(const AertPlot *plot) {
    float width = 0;
    for (int i = 0; i < plot->legends; i++)
        width = larger(canvas_text_width(plot->legend[i].name), width);
    return plot->legends ? (int)width + LEGEND_MARK + RIGHT : 0;
}

/* Both axes, of all panels. */
static void find_axes(Axis axis[2], const AertPlot *plot) {
    axis[0].span = axis[1].span = (Span){INFINITY, -INFINITY};
    axis[1].log = plot->log_y;
    for (int p = 0; p < plot->panels; p++)
        for (int i = 0; i < plot->panel[p].count; i++) {
            const AertMarks *marks = &plot->panel[p].marks[i];
            widen(&axis[0], marks->x, marks);
            widen(&axis[1], marks->y, marks);
        }
    if (plot->square)
        make_square(axis);
    set_ticks(&axis[0], plot->square ? 7 : 10, plot->whole_x);
    set_ticks(&axis[1], 7, false);
}

bool aert_plot_write(const char *path, const AertPlot *plot, AertError *error) {
    Chart f = {0};
    int wide = plot->square ? SQUARE : WIDE, high = plot->square ? SQUARE : HIGH;
    int legend = plot->legends * LEGEND_LINE > high ? plot->legends * LEGEND_LINE : high;
    int panel = LEFT + wide + RIGHT, panels = plot->panels * panel;
    if (!canvas_open(&f.canvas, panels + legend_width(plot), TOP + legend + BOTTOM, error))
        return false;
    find_axes(f.axis, plot);
    f.axis[0].length = (float)wide;
    f.axis[1].length = (float)-high;
    f.axis[1].begin = (float)(TOP + high);
    for (int p = 0; p < plot->panels; p++) {
        f.axis[0].begin = (float)(LEFT + p * panel);
        draw_axes(&f, &plot->panel[p]);
        for (int i = 0; i < plot->panel[p].count; i++)
            draw_marks(&f, &plot->panel[p].marks[i]);
    }
    draw_legend(&f.canvas, plot, (float)panels);
    return canvas_write(&f.canvas, path, error);
}
