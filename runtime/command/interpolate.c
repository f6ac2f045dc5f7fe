/* interpolate: straight ways through the code, from one example to another.
 *
 * Its one idea: each row shows an example, what the decoder makes of codes from that of the first
 * to that of the second, and the second example.
 *
 * Example: "vae interpolate --data t10k-images.gz --between 0,1,2,7": two rows
 */
#include "command.h"
#include "ways.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 12, PAIRS = 8, MOST_BETWEEN = 64, MOST_STEPS = 1000 };

/* Pairs of examples: of --between, or the first of the data. */
static bool read_pairs(Work *work, int64_t example[MOST_BETWEEN], int *pairs, AertError *error) {
    const char *between = work->session.options->between;
    int64_t count = work->examples.count;
    double value[MOST_BETWEEN];
    int given = between ? read_list(between, value, MOST_BETWEEN) : 2 * PAIRS;
    bool fine = given > 0 && given % 2 == 0;
    *pairs = between || given <= count ? given / 2 : (int)(count / 2);
    for (int i = 0; i < 2 * *pairs && fine; i++) {
        double at = between ? value[i] : i;
        fine = at >= 0 && at < (double)count && at == (double)(int64_t)at;
        example[i] = fine ? (int64_t)at : 0;
    }
    if (!fine)
        return usage_is(work, aert_fail(error,
                                        "--between wants pairs of examples, 0 to %lld, as in 0,1 "
                                        "or 0,1,2,7 (at most %d numbers); not '%s'",
                                        (long long)count - 1, MOST_BETWEEN, between));
    return *pairs || aert_fail(error, "interpolate wants two examples, the data has one");
}

/* The shares of a and b at t of the way: on the straight line, or on the arc, whose angle is that
 * between them (Shoemake, 1985; White, 2016).  Where there is no angle, or a half turn, which has
 * no arc of its own, the line is taken. */
static void find_shares(const float *a, const float *b, size_t size, bool spherical, double t,
                        float share[2]) {
    double aa = 0, bb = 0, ab = 0;
    for (size_t k = 0; k < size; k++) {
        aa += (double)a[k] * (double)a[k];
        bb += (double)b[k] * (double)b[k];
        ab += (double)a[k] * (double)b[k];
    }
    double cosine = aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 1;
    bool arc = spherical && fabs(cosine) < 1 - 1e-9;
    double angle = arc ? acos(cosine) : 0;
    share[0] = (float)(arc ? sin((1 - t) * angle) / sin(angle) : 1 - t);
    share[1] = (float)(arc ? sin(t * angle) / sin(angle) : t);
}

/* Codes (pairs, steps, size) on the ways between those of each pair. */
static float *find_codes(Session *session, const Examples *examples, const int64_t *example,
                         int pairs, int steps, AertError *error) {
    size_t size = code_size(session->model), cells = (size_t)pairs * (size_t)steps;
    float *codes = aert_allocate(cells, size * sizeof *codes, "codes", error), *to = codes;
    bool fine = codes != NULL;
    for (int p = 0; p < pairs && fine; p++) {
        const AertEntry *entry = encoder_of(session);
        float *a = latent_codes(session, entry, examples, example[2 * p], 1, error);
        float *b = latent_codes(session, entry, examples, example[2 * p + 1], 1, error);
        fine = a && b;
        for (int i = 0; i < steps && fine; i++) {
            float share[2];
            find_shares(a, b, size, session->options->spherical,
                        steps > 1 ? (double)i / (double)(steps - 1) : 0.5, share);
            for (size_t k = 0; k < size; k++)
                *to++ = share[0] * a[k] + share[1] * b[k];
        }
        free(a);
        free(b);
    }
    if (fine)
        return codes;
    free(codes);
    return NULL;
}

/* The examples themselves stand at both ends of their row. */
static bool add_ends(Sheet *all, const Sheet *decoded, const Examples *examples, int original,
                     const int64_t *example, int pairs, AertError *error) {
    int steps = decoded->columns;
    size_t size = decoded->size;
    if (!sheet_open(all, 1, pairs * (steps + 2), size, error))
        return false;
    all->columns = steps + 2;
    all->words = decoded->words;
    for (int p = 0; p < pairs; p++) {
        float *row = all->values + (size_t)p * (size_t)(steps + 2) * size;
        memcpy(row + size, decoded->values + (size_t)p * (size_t)steps * size,
               (size_t)steps * size * sizeof *row);
        aert_data_gather(&examples->data[original], &example[2 * p], 0, 1, sizeof *row, row);
        aert_data_gather(&examples->data[original], &example[2 * p + 1], 0, 1, sizeof *row,
                         row + (size_t)(steps + 1) * size);
    }
    return true;
}

static bool interpolate(Work *work, AertError *error) {
    Session *session = &work->session;
    const Examples *examples = &work->examples;
    int steps = session->options->columns ? session->options->columns : STEPS;
    int original = session->model->original, pairs;
    int64_t example[MOST_BETWEEN];
    Sheet decoded = {0}, all = {0};
    if (!read_pairs(work, example, &pairs, error))
        return false;
    float *codes = find_codes(session, examples, example, pairs, steps, error);
    bool fine = codes && latent_sheet(&decoded, session, codes, pairs * steps, steps, error);
    bool ends = fine && decoded.size == examples->data[original].size;
    fine = fine && (!ends || add_ends(&all, &decoded, examples, original, example, pairs, error)) &&
           write_ways(work, ends ? &all : &decoded,
                      sheet_name(session->model, "interpolation.txt", "interpolation.png"), error);
    sheet_close(&decoded);
    sheet_close(&all);
    free(codes);
    return fine;
}

bool command_interpolate(Work *work, AertError *error) {
    return open_decoder(work, error) &&
           usage_is(work, work->session.options->columns <= MOST_STEPS ||
                              aert_fail(error, "--columns is at most %d", MOST_STEPS)) &&
           open_counted(work, error) && interpolate(work, error);
}
