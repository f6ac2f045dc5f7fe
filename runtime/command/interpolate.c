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
    share[0] = (float)(1 - t);
    share[1] = (float)t;
    if (spherical && fabs(cosine) < 1 - 1e-9) {
        double way = t * acos(cosine), down = sin(way) / sqrt(1 - cosine * cosine);
        share[0] = (float)(cos(way) - cosine * down); /* sin((1 - t) angle) / sin(angle) */
        share[1] = (float)down;
    }
}

/* Codes (pairs, columns, size) on the ways between those of each pair, of which those of `steps`
 * columns are shown. */
static float *find_codes(Session *session, const Examples *examples, const int64_t *example,
                         int pairs, int steps, int columns, AertError *error) {
    size_t size = code_size(session->model), cells = (size_t)pairs * (size_t)columns;
    float *a = latent_codes(session, encoder_of(session), examples, example, 2 * pairs, error);
    float *codes = a ? aert_allocate(cells, size * sizeof *codes, "codes", error) : NULL;
    float *to = codes, *ends = a;
    for (int c = 0; codes && c < pairs * columns; c++) {
        double at = c % columns - (columns - steps) / 2;
        float share[2];
        find_shares(a, a + size, size, session->options->spherical,
                    steps > 1 ? at / (steps - 1) : 0.5, share);
        for (size_t k = 0; k < size; k++)
            *to++ = share[0] * a[k] + share[1] * a[size + k];
        if (c % columns == columns - 1)
            a += 2 * size;
    }
    free(ends);
    return codes;
}

static bool interpolate(Work *work, AertError *error) {
    Session *session = &work->session;
    const Examples *examples = &work->examples;
    const AertData *data = &examples->data[session->model->original];
    int64_t example[MOST_BETWEEN];
    Sheet sheet = {0};
    int pairs, steps = session->options->columns ? session->options->columns : STEPS;
    /* the examples themselves stand at both ends of their row, where they are what is decoded */
    bool ends = data->size == image_size(session->model);
    int columns = steps + 2 * ends;
    if (!read_pairs(work, example, &pairs, error))
        return false;
    float *codes = find_codes(session, examples, example, pairs, steps, columns, error);
    bool fine = codes && latent_sheet(&sheet, session, NULL, codes, pairs * columns, error);
    sheet.columns = columns;
    for (int e = 0; fine && ends && e < 2 * pairs; e++)
        aert_data_gather(data, &example[e], 0, 1, sizeof(float),
                         sheet_cell(&sheet, 0, e / 2 * columns + e % 2 * (columns - 1)));
    fine = fine && write_ways(work, &sheet, "interpolation", error);
    sheet_close(&sheet);
    free(codes);
    return fine;
}

bool command_interpolate(Work *work, AertError *error) {
    return open_decoder(work, error) &&
           usage_is(work, work->session.options->columns <= MOST_STEPS ||
                              aert_fail(error, "--columns is at most %d", MOST_STEPS)) &&
           open_counted(work, error) && interpolate(work, error);
}
