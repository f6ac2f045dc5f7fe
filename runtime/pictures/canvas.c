/* canvas: every pixel near a line takes as much of its colour as the pen covers of it. */
#include "canvas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float unit = TEXT_HEIGHT / 6.0f, letter_gap = 1.9f, blank = 3;

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
    *canvas = (Canvas){0};
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

void canvas_line(Canvas *canvas, Pen pen, float x0, float y0, float x1, float y1) {
    float dx = x1 - x0, dy = y1 - y0, scale = 1 / (dx * dx + dy * dy + 1e-12f);
    float reach = pen.radius + 1;
    int left = clip(fminf(x0, x1) - reach, canvas->width);
    int right = clip(fmaxf(x0, x1) + reach + 1, canvas->width);
    int top = clip(fminf(y0, y1) - reach, canvas->height);
    int bottom = clip(fmaxf(y0, y1) + reach + 1, canvas->height);
    for (int y = top; y < bottom; y++) {
        unsigned char *row = canvas->pixels + (size_t)y * (size_t)canvas->width * 3;
        for (int x = left; x < right; x++) {
            float px = (float)x + 0.5f - x0, py = (float)y + 0.5f - y0;
            float along = fminf(fmaxf((px * dx + py * dy) * scale, 0), 1);
            px -= along * dx, py -= along * dy;
            float inside = pen.radius + 0.5f - sqrtf(px * px + py * py);
            if (inside > 0)
                blend(row + (size_t)x * 3, pen.color, pen.cover * fminf(inside, 1));
        }
    }
}

static const char *strokes_of(char c) {
    static const char *const glyph[128] = {
#define GLYPH(character, strokes) [character] = strokes,
#include "glyphs.def"
#undef GLYPH
    };
    const char *strokes = (unsigned char)c < 128 ? glyph[(unsigned char)c] : NULL;
    return strokes ? strokes : c == ' ' ? "" : glyph['?'];
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

void canvas_text(Canvas *canvas, Pen pen, float x, float y, const char *text) {
    for (; *text; text++) {
        const char *strokes = strokes_of(*text);
        float fromx = 0, fromy = 0;
        bool down = false;
        for (const char *p = strokes; *p; p++) {
            if (*p == ' ') {
                down = false;
                continue;
            }
            float tox = x + (float)(p[0] - '0') * unit, toy = y + (float)(p[1] - '0') * unit;
            if (down)
                canvas_line(canvas, pen, fromx, fromy, tox, toy);
            down = true;
            fromx = tox;
            fromy = toy;
            p++;
        }
        x += letter_width(strokes);
    }
}
