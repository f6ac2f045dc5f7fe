/* canvas: every pixel near a line takes as much of its colour as the pen covers of it. */
#include "canvas.h"
#include "picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float unit = TEXT_HEIGHT / 6.0f, letter_gap = 1.9f, blank = 3;
static const float dash = 6; /* pixels that a dashed pen draws, and leaves out */

bool canvas_open(Canvas *canvas, int width, int height, AertError *error) {
    *canvas = (Canvas){.width = width, .height = height};
    size_t size = (size_t)width * (size_t)height * 3;
    canvas->pixels = aert_allocate(size, 1, "a picture", error);
    if (canvas->pixels)
        memset(canvas->pixels, 255, size);
    return canvas->pixels != NULL;
}

void canvas_close(Canvas *canvas) {
    free(canvas->pixels);
}

bool canvas_write(Canvas *canvas, const char *path, AertError *error) {
    bool fine = aert_png_write(path, 3, canvas->height, canvas->width, canvas->pixels, error);
    canvas_close(canvas);
    return fine;
}

unsigned canvas_color(int number) {
    static const unsigned palette[] = {0x1f6fb4, 0xe8771f, 0x2f9e44, 0xd0342c, 0x8a56c2,
                                       0x8b5a3c, 0xe05fb0, 0x737373, 0xb3a316, 0x12a5b8};
    if (number < 0)
        return 0x303030;
    unsigned color = palette[number % 10], round = (unsigned)(number / 10) % 3;
    if (round == 1)
        return (color >> 1 & 0x7f7f7f) + 0x808080;
    return round == 2 ? color >> 1 & 0x7f7f7f : color;
}

static void blend(unsigned char *pixel, unsigned color, float cover) {
    for (int c = 0; c < 3; c++) {
        float to = (float)(color >> (16 - 8 * c) & 255);
        pixel[c] = (unsigned char)((float)pixel[c] + cover * (to - (float)pixel[c]) + 0.5f);
    }
}

static int clip(float value, int most) {
    return value > 0 ? value < (float)most ? (int)value : most : 0; /* NaN: 0 */
}

static void draw(Canvas *canvas, const Pen *pen, float x0, float y0, float x1, float y1) {
    float dx = x1 - x0, dy = y1 - y0, scale = 1 / (dx * dx + dy * dy + 1e-12f);
    float reach = pen->radius + 1;
    int left = clip(smaller(x0, x1) - reach, canvas->width);
    int right = clip(larger(x0, x1) + reach + 1, canvas->width);
    int top = clip(smaller(y0, y1) - reach, canvas->height);
    int bottom = clip(larger(y0, y1) + reach + 1, canvas->height);
    for (int y = top; y < bottom; y++) {
        unsigned char *row = canvas->pixels + (size_t)y * (size_t)canvas->width * 3;
        for (int x = left; x < right; x++) {
            float px = (float)x + 0.5f - x0, py = (float)y + 0.5f - y0;
            float along = smaller(larger((px * dx + py * dy) * scale, 0), 1);
            px -= along * dx, py -= along * dy;
            float inside = pen->radius + 0.5f - sqrtf(px * px + py * py);
            if (inside > 0)
                blend(row + (size_t)x * 3, pen->color, pen->cover * smaller(inside, 1));
        }
    }
}

/* A line of which every other stretch is left out. */
static void draw_dashes(Canvas *canvas, const Pen *pen, float x, float y) {
    float dx = x - canvas->x, dy = y - canvas->y, length = sqrtf(dx * dx + dy * dy), at = 0;
    while (at < length) {
        bool drawn = canvas->along < dash;
        float rest = (drawn ? dash : 2 * dash) - canvas->along;
        float end = smaller(at + larger(rest, 0.01f), length);
        if (drawn)
            draw(canvas, pen, canvas->x + dx * at / length, canvas->y + dy * at / length,
                 canvas->x + dx * end / length, canvas->y + dy * end / length);
        canvas->along += end - at;
        if (canvas->along >= 2 * dash)
            canvas->along = 0;
        at = end;
    }
}

void canvas_lift(Canvas *canvas) {
    canvas->down = false;
    canvas->along = 0;
}

void canvas_to(Canvas *canvas, const Pen *pen, float x, float y) {
    if (canvas->down && pen->dashed)
        draw_dashes(canvas, pen, x, y);
    else if (canvas->down)
        draw(canvas, pen, canvas->x, canvas->y, x, y);
    canvas->down = true;
    canvas->x = x;
    canvas->y = y;
}

void canvas_line(Canvas *canvas, const Pen *pen, float x0, float y0, float x1, float y1) {
    canvas_lift(canvas);
    canvas_to(canvas, pen, x0, y0);
    canvas_to(canvas, pen, x1, y1);
}

void canvas_dot(Canvas *canvas, const Pen *pen, float x, float y) {
    draw(canvas, pen, x, y, x, y);
}

void canvas_box(Canvas *canvas, const Pen *pen, float left, float top, float right, float bottom) {
    canvas_line(canvas, pen, left, top, right, top);
    canvas_to(canvas, pen, right, bottom);
    canvas_to(canvas, pen, left, bottom);
    canvas_to(canvas, pen, left, top);
}

/* ---- letters ---- */

/* A letter behind the other, each with its strokes up to an end. */
static const char glyphs[] =
#define GLYPH(character, strokes) character strokes "\0"
#include "glyphs.def"
#undef GLYPH
    ;

static const char *strokes_of(char c) {
    for (const char *glyph = glyphs; *glyph; glyph += strlen(glyph) + 1)
        if (*glyph == c)
            return glyph + 1;
    return strokes_of('?');
}

static float letter_width(const char *strokes) {
    char most = *strokes ? '0' : '0' + (char)blank;
    for (const char *p = strokes; *p; p += *p == ' ' ? 1 : 2)
        if (*p > most)
            most = *p;
    return ((float)(most - '0') + letter_gap) * unit;
}

float canvas_text_width(const char *text) {
    float width = 0;
    for (; *text; text++)
        width += letter_width(strokes_of(*text));
    return width;
}

void canvas_text(Canvas *canvas, const Pen *pen, float x, float y, const char *text) {
    for (; *text; text++) {
        const char *strokes = strokes_of(*text);
        canvas_lift(canvas);
        for (const char *p = strokes; *p; p += *p == ' ' ? 1 : 2)
            if (*p == ' ')
                canvas_lift(canvas);
            else
                canvas_to(canvas, pen, x + (float)(p[0] - '0') * unit,
                          y + (float)(p[1] - '0') * unit);
        x += letter_width(strokes);
    }
}

/* ---- what is drawn ---- */

void span_take(Span *span, double value) {
    if (!isfinite(value))
        return;
    span->low = value < span->low ? value : span->low;
    span->high = value > span->high ? value : span->high;
}
