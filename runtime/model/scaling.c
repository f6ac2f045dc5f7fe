/* scaling: see scaling.h.
 *
 * Its one idea: sums of differences from the first number of each channel, in double, give the mean
 * and the deviation in one pass without losing what a large mean would swallow.
 *
 *     1e9 + 1, 1e9 + 2, 1e9 + 3   ->   mean 1000000002, deviation 0.8164966
 */
#include "scaling.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Sums over one channel. They are of differences from its first number, so that a large mean costs
 * no digits. */
typedef struct Moments {
    double first, sum, squares, low, high;
    int64_t count;
} Moments;

static void add(Moments *m, double value) {
    if (isnan(value))
        return;
    if (m->count == 0)
        *m = (Moments){.first = value, .low = value, .high = value};
    double d = value - m->first;
    m->sum += d;
    m->squares += d * d;
    m->low = value < m->low ? value : m->low;
    m->high = value > m->high ? value : m->high;
    m->count++;
}

static double mean_of(const Moments *m) {
    return m->count ? m->first + m->sum / (double)m->count : 0;
}

static double deviation_of(const Moments *m) {
    double n = (double)m->count;
    double squares = m->squares - m->sum * m->sum / n;
    return squares > 0 ? sqrt(squares / n) : 0;
}

static size_t channels_of(const AertInput *input) {
    return (size_t)input->dim[0];
}

static double slot_value(const Session *session, int slot, size_t at) {
    at += session->model->slot[slot].offset;
    return session->program->real_bytes == sizeof(double) ? ((const double *)session->store)[at]
                                                          : (double)((float *)session->store)[at];
}

static void set_slot(Session *session, int slot, size_t at, double value) {
    at += session->model->slot[slot].offset;
    if (session->program->real_bytes == sizeof(double))
        ((double *)session->store)[at] = value;
    else
        ((float *)session->store)[at] = (float)value;
}

static size_t channel_of(const AertInput *input, size_t element) {
    return element / (aert_input_size(input) / channels_of(input));
}

double scaling_shift(const Session *session, const AertInput *input, size_t element) {
    return input->scaling == AERT_SCALED_NOT
               ? 0
               : slot_value(session, input->shift, channel_of(input, element));
}

double scaling_scale(const Session *session, const AertInput *input, size_t element) {
    return input->scaling == AERT_SCALED_NOT
               ? 1
               : slot_value(session, input->scale, channel_of(input, element));
}

/* Tells the user why a channel is not scaled. */
static void tell(const Session *session, const AertInput *input, size_t channel, const Moments *m) {
    char which[AERT_WORD + 16];
    if (session->options->quiet)
        return;
    if (input->column)
        snprintf(which, sizeof which, "'%s'", input->column[channel]);
    else
        snprintf(which, sizeof which, "%zu", channel);
    fprintf(stderr, "%s: %s %s of input %s ", session->model->name,
            input->rank > 1 ? "channel" : "column", AERT_SHOW(which), input->name);
    if (m->count)
        fprintf(stderr, "is %.9g in all examples: its scale is 1\n", m->low);
    else
        fprintf(stderr, "has no number in any example: its scale is 1\n");
}

static void settle(Session *session, const AertInput *input, const Moments *moments) {
    bool standard = input->scaling == AERT_STANDARDIZED;
    for (size_t c = 0; c < channels_of(input); c++) {
        const Moments *m = &moments[c];
        bool varies = m->count && m->high > m->low;
        double scale = !varies ? 1 : standard ? deviation_of(m) : m->high - m->low;
        set_slot(session, input->shift, c, standard ? mean_of(m) : m->low);
        set_slot(session, input->scale, c, (float)scale > 0 ? scale : 1);
        if (!varies)
            tell(session, input, c, m);
    }
}

enum { CHUNK = 64 };

typedef struct ScaleFit {
    const AertInput *input;
    AertData data; /* of the input; its gaps come as NaN */
    int64_t example[CHUNK];
    double *rows; /* (CHUNK, aert_input_size(input)) */
    Moments *moments;
} ScaleFit;

static bool add_chunk(void *context, const AertBatch *chunk) {
    const ScaleFit *f = context;
    size_t size = aert_input_size(f->input);
    aert_data_gather(&f->data, f->example, 0, chunk->rows, sizeof *f->rows, f->rows);
    for (size_t i = 0; i < (size_t)chunk->rows * size; i++)
        add(&f->moments[channel_of(f->input, i % size)], f->rows[i]);
    return true;
}

static void fit_input(Session *session, ScaleFit *fitting, const int64_t *index, int64_t count) {
    const AertBatches chunks = {
        .count = count, .index = index, .batch = CHUNK, .example = fitting->example};
    fitting->data.gaps = false;
    aert_batches_each(&chunks, add_chunk, fitting);
    settle(session, fitting->input, fitting->moments);
}

static bool fit(Session *session, const Examples *examples, const int64_t *index, int64_t count,
                AertError *error) {
    bool fine = true;
    for (int i = 0; fine && i < session->model->inputs; i++) {
        const AertInput *input = &session->model->input[i];
        if (input->scaling == AERT_SCALED_NOT || !(examples->has >> i & 1))
            continue;
        Moments *moments =
            aert_allocate(channels_of(input), sizeof *moments, "means and deviations", error);
        double *rows =
            aert_allocate(CHUNK * aert_input_size(input), sizeof *rows, "a chunk", error);
        fine = moments && rows;
        if (fine)
            fit_input(
                session,
                &(ScaleFit){
                    .input = input, .data = examples->data[i], .rows = rows, .moments = moments},
                index, count);
        free(moments);
        free(rows);
    }
    return fine;
}

const AertScaled aert_scaled = {fit};

bool scaling_fit(Session *session, const Examples *examples, const int64_t *index, int64_t count,
                 AertError *error) {
    const AertScaled *scaled = session->model->scaled;
    return !scaled || scaled->fit(session, examples, index, count, error);
}
