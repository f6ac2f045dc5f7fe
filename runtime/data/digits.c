/* digits: draws digits as strokes of a pen.
 *
 * A digit's curves are cut into short segments; a segment lowers, in the pixels near it, the least
 * distance to any segment; a pixel's brightness is how far it lies inside the pen's radius.  So the
 * cost is that of the pen's way, not of the image.
 */
#include "digits.h"

#include "draws.h"
#include "strokes_digits.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { CUTS = 5 };

/* What is written with: box coordinates (u, v) become pixels u * across + v * down + origin.  All
 * pairs are x and y. */
typedef struct DigitPen {
    float across[2], down[2], origin[2], radius;
    int size[2];
    float *distance; /* of each pixel, squared, to the nearest segment so far */
    Draws draws;
} DigitPen;

/* How digits differ: the least and the most of each. */
enum { TALL, WIDE, SLANT, TILT, RIGHT, DOWN, BOLD, TRAITS };
static const float range[TRAITS][2] = {
    [TALL] = {0.85f, 1.1f},   [WIDE] = {0.75f, 1.15f},   [SLANT] = {-0.15f, 0.4f},
    [TILT] = {-0.12f, 0.12f}, [RIGHT] = {-0.05f, 0.05f}, [DOWN] = {-0.05f, 0.05f},
    [BOLD] = {0.032f, 0.062f}};

static void take_pen(DigitPen *pen) {
    int width = pen->size[0], height = pen->size[1];
    float h = (float)(height < 2 * width ? height : 2 * width);
    float w = (float)(width < 2 * height ? width : 2 * height), trait[TRAITS];
    for (int i = 0; i < TRAITS; i++)
        trait[i] = draw(&pen->draws, range[i][0], range[i][1]);
    float tall = 0.68f * h * trait[TALL], wide = 0.56f * w * trait[WIDE];
    double tilt = sin((double)trait[TILT]);
    float sine = (float)tilt, cosine = (float)sqrt(1 - tilt * tilt);
    pen->across[0] = wide * cosine;
    pen->across[1] = wide * sine;
    pen->down[0] = -tall * (sine + trait[SLANT] * w / h * 0.5f);
    pen->down[1] = tall * cosine;
    for (int a = 0; a < 2; a++)
        pen->origin[a] = 0.5f * (float)pen->size[a] - 0.5f * (pen->across[a] + pen->down[a]) +
                         trait[RIGHT + a] * (a ? h : w);
    pen->radius = (h < w ? h : w) * trait[BOLD] + 0.15f;
}

static int clip(float value, int most) {
    return value < 0 ? 0 : value > (float)most ? most : (int)value;
}

static void draw_segment(const DigitPen *pen, const float from[2], const float to[2]) {
    float way[2];
    int begin[2], end[2];
    for (int a = 0; a < 2; a++) {
        bool back = to[a] < from[a];
        way[a] = to[a] - from[a];
        begin[a] = clip((back ? to : from)[a] - pen->radius - 1, pen->size[a]);
        end[a] = clip((back ? from : to)[a] + pen->radius + 2, pen->size[a]);
    }
    float scale = 1 / (way[0] * way[0] + way[1] * way[1] + 1e-12f);
    for (int i = begin[1]; i < end[1]; i++) {
        float *row = pen->distance + (size_t)i * (size_t)pen->size[0];
        for (int j = begin[0]; j < end[0]; j++) {
            float px = (float)j + 0.5f - from[0], py = (float)i + 0.5f - from[1];
            float along = (px * way[0] + py * way[1]) * scale;
            along = along < 0 ? 0 : along > 1 ? 1 : along;
            float ex = px - along * way[0], ey = py - along * way[1], d = ex * ex + ey * ey;
            row[j] = d < row[j] ? d : row[j];
        }
    }
}

/* Catmull-Rom: between b and c, with neighbours a and d; t in 0 … 1. */
static float smooth(float a, float b, float c, float d, float t) {
    return b + 0.5f * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

static int neighbour(const Stroke *stroke, int i) {
    int n = stroke->points;
    if (stroke->kind == STROKE_CLOSED)
        return (i + n) % n;
    return i < 0 ? 0 : i >= n ? n - 1 : i;
}

static void draw_stroke(DigitPen *pen, const Stroke *stroke) {
    float point[STROKE_POINTS][2];
    for (int i = 0; i < stroke->points; i++) {
        float u = (float)stroke->point[i][0] / 100 + draw(&pen->draws, -0.04f, 0.04f);
        float v = (float)stroke->point[i][1] / 100 + draw(&pen->draws, -0.03f, 0.03f);
        for (int a = 0; a < 2; a++)
            point[i][a] = pen->across[a] * u + pen->down[a] * v + pen->origin[a];
    }
    int spans = stroke->points - (stroke->kind != STROKE_CLOSED);
    int cuts = stroke->kind == STROKE_LINE ? 1 : CUTS;
    for (int i = 0; i < spans; i++) {
        const float *before = point[neighbour(stroke, i - 1)],
                    *next = point[neighbour(stroke, i + 1)],
                    *behind = point[neighbour(stroke, i + 2)];
        float from[2], to[2];
        memcpy(from, point[i], sizeof from);
        for (int k = 1; k <= cuts; k++) {
            for (int a = 0; a < 2; a++)
                to[a] = cuts == 1
                            ? next[a]
                            : smooth(before[a], point[i][a], next[a], behind[a], (float)k / CUTS);
            draw_segment(pen, from, to);
            memcpy(from, to, sizeof from);
        }
    }
}

void aert_digit_draw(int kind, uint64_t key, const AertInput *input, size_t size, float *out) {
    const int *dim = input->dim + input->rank - 2; /* the first draw has chosen the digit */
    DigitPen pen = {.size = {dim[1], dim[0]}, .distance = out, .draws = {key, 1}};
    size_t plane = (size_t)dim[0] * (size_t)dim[1], channels = size / plane;
    for (size_t i = 0; i < plane; i++)
        out[i] = 1e9f;
    take_pen(&pen);
    for (int s = 0; s < DIGIT_STROKES; s++)
        draw_stroke(&pen, &aert_digit[kind][s]);
    float reach = pen.radius + 0.5f, bright[3];
    for (int c = 0; c < 3; c++)
        bright[c] = draw(&pen.draws, 0.35f, 1);
    for (size_t i = 0; i < plane; i++) {
        float d = out[i], inside = d < reach * reach ? reach - sqrtf(d) : 0;
        for (size_t c = channels; c-- > 0;) /* the distances lie in the first channel */
            out[c * plane + i] = 255 * (channels == 3 ? bright[c] : 1) * (inside > 1 ? 1 : inside);
    }
}
