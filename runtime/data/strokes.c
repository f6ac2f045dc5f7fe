/* strokes: draws digits from numbers that depend on seed and example only.
 *
 * A digit's curves are cut into short segments; a segment lowers, in the pixels near it, the least
 * distance to any segment; a pixel's brightness is how far it lies inside the pen's radius.  So the
 * cost is that of the pen's way, not of the image.
 */
#include "strokes.h"

#include "draws.h"
#include "input_ways.h"
#include "strokes_digits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CUTS = 5, MOST_BYTES = 1 << 27 };

static Draws draws_of(uint64_t seed, int64_t example) {
    return (Draws){aert_mix64(aert_mix64(seed + 0x7374726f6b65u) ^ (uint64_t)example), 0};
}

/* Images. */

/* What is written with: box coordinates (u, v) become pixels u * across + v * down + origin.  All
 * pairs are x and y. */
typedef struct DigitPen {
    float across[2], down[2], origin[2], radius;
    int size[2];
    float *distance; /* of each pixel, squared, to the nearest segment so far */
} DigitPen;

static void take_pen(DigitPen *pen, Draws *draws) {
    int width = pen->size[0], height = pen->size[1];
    float h = (float)(height < 2 * width ? height : 2 * width);
    float w = (float)(width < 2 * height ? width : 2 * height);
    float tall = 0.68f * h * draw(draws, 0.85f, 1.1f);
    float wide = 0.56f * w * draw(draws, 0.75f, 1.15f);
    float slant = draw(draws, -0.15f, 0.4f), tilt = draw(draws, -0.12f, 0.12f);
    float sine = (float)sin((double)tilt), cosine = (float)cos((double)tilt);
    pen->across[0] = wide * cosine;
    pen->across[1] = wide * sine;
    pen->down[0] = -tall * (sine + slant * w / h * 0.5f);
    pen->down[1] = tall * cosine;
    for (int a = 0; a < 2; a++)
        pen->origin[a] = 0.5f * (float)pen->size[a] - 0.5f * (pen->across[a] + pen->down[a]) +
                         draw(draws, -0.05f, 0.05f) * (a ? h : w);
    pen->radius = (h < w ? h : w) * draw(draws, 0.032f, 0.062f) + 0.15f;
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

static void draw_stroke(const DigitPen *pen, const Stroke *stroke, Draws *draws) {
    float point[STROKE_POINTS][2];
    for (int i = 0; i < stroke->points; i++) {
        float u = (float)stroke->point[i][0] / 100 + draw(draws, -0.04f, 0.04f);
        float v = (float)stroke->point[i][1] / 100 + draw(draws, -0.03f, 0.03f);
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

/* out is (channels, height, width) */
static void draw_digit(int digit, Draws *draws, DigitPen *pen, int channels, unsigned char *out) {
    size_t plane = (size_t)pen->size[0] * (size_t)pen->size[1];
    for (size_t i = 0; i < plane; i++)
        pen->distance[i] = 1e9f;
    take_pen(pen, draws);
    for (int s = 0; s < DIGIT_STROKES; s++)
        draw_stroke(pen, &aert_digit[digit][s], draws);
    float reach = pen->radius + 0.5f;
    for (int c = 0; c < channels; c++) {
        float bright = channels == 3 ? draw(draws, 0.35f, 1) : 1;
        for (size_t i = 0; i < plane; i++) {
            float d = pen->distance[i], inside = d < reach * reach ? reach - sqrtf(d) : 0;
            *out++ = (unsigned char)(255 * bright * (inside > 1 ? 1 : inside) + 0.5f);
        }
    }
}

/* The words of sentences. */
static bool name_words(AertData *data, const AertInput *input, AertError *error) {
    const AertWays *ways = aert_ways_of(input);
    if (!ways->words)
        return true;
    int count = ways->words(input, NULL);
    data->class_name = aert_allocate((size_t)count, sizeof *data->class_name, "words", error);
    if (data->class_name)
        data->classes = ways->words(input, data->class_name);
    return data->class_name != NULL;
}

/* Both data sets, allocated and described, with nothing drawn yet. */
static bool prepare(AertData *data, const AertInput *input, AertData *labels, int64_t count,
                    AertError *error) {
    size_t width = input->kind == AERT_IMAGE ? 1 : sizeof(float);
    *data = (AertData){.format = "built-in", .count = count, .rank = input->rank};
    data->element = input->kind == AERT_IMAGE ? AERT_BYTE : AERT_FLOAT;
    memcpy(data->dim, input->dim, sizeof data->dim);
    data->size = aert_input_size(input);
    data->low = input->low;
    data->high = input->high;
    data->scaled = !aert_holds(input, AERT_HOLDS_TOKENS) && input->high > input->low;
    if (count > MOST_BYTES / (int64_t)(data->size * width))
        data->count =
            data->size * width < MOST_BYTES ? MOST_BYTES / (int64_t)(data->size * width) : 1;
    data->memory = aert_allocate((size_t)data->count * data->size, width, "built-in data", error);
    data->values = data->memory;
    data->name = aert_copy(aert_ways_of(input)->builtin, "a name", error);
    bool fine = data->memory && data->name && name_words(data, input, error);
    if (!fine || !labels)
        return fine;
    *labels = (AertData){.format = "built-in", .count = data->count, .size = 1};
    labels->memory = aert_allocate((size_t)data->count, 1, "built-in labels", error);
    labels->values = labels->memory;
    labels->name = aert_copy("built-in labels", "a name", error);
    return labels->memory && labels->name;
}

/* What an example is drawn from, when it is asked for. */
typedef struct Drawing {
    AertLater later;
    AertInput input;
    int kinds;
    int64_t first;
    uint64_t seed;
    float *distance; /* of an image's pixels */
    bool made[];     /* (count), and the distances behind them */
} Drawing;

/* The first draw of an example. */
static int draw_kind(Draws *draws, int kinds) {
    return (int)draw(draws, 0, (float)kinds);
}

static void draw_example(const AertData *data, int64_t example) {
    const Drawing *d = (const Drawing *)data->later;
    Draws draws = draws_of(d->seed, d->first + example);
    int kind = draw_kind(&draws, d->kinds);
    size_t at = (size_t)example * data->size;
    if (data->element == AERT_FLOAT) {
        if (aert_ways_of(&d->input)->draw)
            aert_ways_of(&d->input)->draw(kind, draws.key, &d->input, data->size,
                                          (float *)data->memory + at);
        return;
    }
    DigitPen pen = {.size = {data->dim[2], data->dim[1]}, .distance = d->distance};
    draw_digit(kind, &draws, &pen, data->dim[0], (unsigned char *)data->memory + at);
}

static void draw_labels(const AertData *labels, const Drawing *drawing) {
    for (int64_t i = 0; i < labels->count; i++) {
        Draws draws = draws_of(drawing->seed, drawing->first + i);
        ((unsigned char *)labels->memory)[i] = (unsigned char)draw_kind(&draws, drawing->kinds);
    }
}

static Drawing *drawing_of(const AertData *data, const AertInput *input, AertError *error) {
    size_t whole = sizeof(float), made = ((size_t)data->count + whole - 1) / whole * whole;
    size_t distances = data->element == AERT_BYTE ? data->size * whole : 0;
    Drawing *drawing =
        aert_allocate(1, sizeof *drawing + made + distances, "the built-in examples", error);
    if (!drawing)
        return NULL;
    drawing->later = (AertLater){draw_example, drawing->made};
    drawing->input = *input;
    drawing->distance = (float *)(void *)((char *)(drawing + 1) + made);
    return drawing;
}

bool aert_strokes_make(AertData *data, const AertInput *input, AertData *labels,
                       const AertInput *label, int64_t first, int64_t count, uint64_t seed,
                       AertError *error) {
    *data = (AertData){0};
    if (!label)
        labels = NULL;
    if (labels)
        *labels = (AertData){0};
    if (aert_holds(input, AERT_HOLDS_A_CLASS) || count < 1)
        return aert_fail(error, "there is no built-in data for input %s", input->name);
    int kinds = label && label->classes < 10 ? label->classes : 10;
    bool fine = prepare(data, input, labels, count, error);
    Drawing *drawing = fine ? drawing_of(data, input, error) : NULL;
    if (drawing) {
        drawing->kinds = kinds > 0 ? kinds : 1;
        drawing->first = first;
        drawing->seed = seed;
        data->later = &drawing->later;
        if (labels)
            draw_labels(labels, drawing);
    } else {
        aert_data_close(data);
        if (labels)
            aert_data_close(labels);
    }
    return drawing != NULL;
}
