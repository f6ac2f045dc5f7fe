/* latent: see latent.h.  What is drawn is numbered as examples are, so that the same seed gives the
 * same codes whatever the batch. */
#include "latent.h"
#include "math/math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIRECTIONS = 256 };

const AertEntry *encoder_of(const Session *session) {
    return session_entry(session, AERT_ENCODE, -1, 0);
}

const AertEntry *prior_of(const Session *session) {
    const AertEntry *prior = session_entry(session, AERT_PRIOR, -1, 0);
    AertError unknown; /* without the class that it reads nothing can be drawn */
    return prior && session_reads(session, prior, NULL, &unknown) ? prior : NULL;
}

/* Adds the codes of a batch to `context`, (count, code_size) floats. */
static bool take_codes(const Pass *pass, void *context, const AertBatch *batch, AertError *error) {
    float *codes = context;
    size_t size = code_size(pass->session->model);
    return copy_output(pass->session, entry_output(pass->entry, "code"), batch->rows, size,
                       codes + (size_t)batch->begin * size, error);
}

float *latent_codes(Session *session, const AertEntry *entry, const Examples *examples,
                    const int64_t *index, int64_t count, AertError *error) {
    size_t size = code_size(session->model);
    const Pass pass = {.session = session,
                       .entry = entry,
                       .examples = examples,
                       .count = count,
                       .index = index,
                       .size = examples ? examples->count : count};
    float *codes = aert_allocate((size_t)count, size * sizeof *codes, "codes", error);
    if (codes && wanted_output(entry, "code", error) && pass_run(&pass, take_codes, codes, error))
        return codes;
    free(codes);
    return NULL;
}

float *latent_encode(Session *session, const Examples *examples, AertError *error) {
    return latent_codes(session, encoder_of(session), examples, NULL, examples->count, error);
}

bool latent_sheet(Sheet *sheet, Session *session, const Examples *beside, const float *codes,
                  int count, AertError *error) {
    const AertModel *model = session->model;
    const AertEntry *entry = session_entry(session, AERT_DECODE, -1, 0);
    if (!entry)
        return aert_fail(error, "%s has no 'decode'", model->name);
    const AertData data = {
        .element = AERT_FLOAT, .count = count, .size = code_size(model), .values = codes};
    const Pass pass = {
        .session = session, .entry = entry, .examples = beside, .codes = &data, .count = count};
    return sheet_decode(sheet, &pass, error);
}

void latent_moments(const float *codes, int64_t count, size_t size, double *mean,
                    double *covariance) {
    memset(mean, 0, size * sizeof *mean);
    memset(covariance, 0, size * size * sizeof *covariance);
    for (int64_t i = 0; i < count; i++)
        for (size_t k = 0; k < size; k++)
            mean[k] += (double)codes[(size_t)i * size + k] / (double)count;
    for (int64_t i = 0; i < count; i++) {
        const float *code = codes + (size_t)i * size;
        for (size_t k = 0; k < size; k++)
            for (size_t j = 0; j < size; j++)
                covariance[k * size + j] +=
                    ((double)code[k] - mean[k]) * ((double)code[j] - mean[j]) / (double)count;
    }
}

/* The d-th direction, of length 1. */
static void choose_direction(int d, size_t size, double *direction) {
    const double half_turn = 3.14159265358979;
    double sum = 0, angle = half_turn * (d + 0.5) / DIRECTIONS;
    if (size == 2) {
        direction[0] = cos(angle);
        direction[1] = sin(angle);
        return;
    }
    for (size_t k = 0; k < size; k++) {
        uint64_t at = ((uint64_t)d * size + k) * 2; /* Box and Muller */
        double u = (double)(aert_mix64(at) >> 11) * 0x1p-53, v = (double)(aert_mix64(at + 1) >> 11);
        direction[k] = sqrt(-2 * log(1 - u)) * cos(v * 0x1p-52 * half_turn);
        sum += direction[k] * direction[k];
    }
    for (size_t k = 0; k < size; k++)
        direction[k] /= sqrt(sum);
}

static void project(const float *codes, int64_t count, size_t size, const double *direction,
                    float *out) {
    for (int64_t i = 0; i < count; i++) {
        double sum = 0;
        for (size_t k = 0; k < size; k++)
            sum += (double)codes[(size_t)i * size + k] * direction[k];
        out[i] = (float)sum;
    }
    qsort(out, (size_t)count, sizeof *out, aert_float_order);
}

double latent_distance(const float *a, const float *b, int64_t count, size_t size,
                       AertError *error) {
    float *line = aert_allocate(2 * (size_t)count, sizeof *line, "codes", error);
    double *direction = aert_allocate(size, sizeof *direction, "codes", error), sum = 0;
    for (int d = 0; d < DIRECTIONS && line && direction; d++) {
        choose_direction(d, size, direction);
        project(a, count, size, direction, line);
        project(b, count, size, direction, line + count);
        for (int64_t i = 0; i < count; i++) {
            double gap = (double)line[i] - (double)line[count + i];
            sum += gap * gap;
        }
    }
    bool fine = line && direction;
    free(line);
    free(direction);
    return fine ? sqrt(sum / (double)count / DIRECTIONS) : -1;
}
