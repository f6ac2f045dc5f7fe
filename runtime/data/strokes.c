/* strokes: built-in data, drawn from numbers that depend on seed and example only: pictures of
 * digits, signals, sentences, as the ways of the input draw them. */
#include "strokes.h"

#include "draws.h"
#include "input_ways.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 1 << 27 };

static Draws draws_of(uint64_t seed, int64_t example) {
    return (Draws){aert_mix64(aert_mix64(seed + 0x7374726f6b65u) ^ (uint64_t)example), 0};
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
    float *value; /* of a picture, before it is bytes */
    bool made[];  /* (count), and the values behind them */
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
    const AertWays *ways = aert_ways_of(&d->input);
    unsigned char *byte = (unsigned char *)data->memory + at;
    float *value = data->element == AERT_BYTE ? d->value : (float *)data->memory + at;
    if (ways->draw)
        ways->draw(kind, draws.key, &d->input, data->size, value);
    for (size_t i = 0; data->element == AERT_BYTE && i < data->size; i++)
        byte[i] = (unsigned char)(value[i] + 0.5f);
}

static void draw_labels(const AertData *labels, const Drawing *drawing) {
    for (int64_t i = 0; i < labels->count; i++) {
        Draws draws = draws_of(drawing->seed, drawing->first + i);
        ((unsigned char *)labels->memory)[i] = (unsigned char)draw_kind(&draws, drawing->kinds);
    }
}

static Drawing *drawing_of(const AertData *data, const AertInput *input, AertError *error) {
    size_t whole = sizeof(float), made = ((size_t)data->count + whole - 1) / whole * whole;
    size_t values = data->element == AERT_BYTE ? data->size * whole : 0;
    Drawing *drawing =
        aert_allocate(1, sizeof *drawing + made + values, "the built-in examples", error);
    if (!drawing)
        return NULL;
    drawing->later = (AertLater){draw_example, drawing->made};
    drawing->input = *input;
    drawing->value = (float *)(void *)((char *)(drawing + 1) + made);
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
