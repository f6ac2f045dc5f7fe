/* walk: what the decoder makes of a plane through the code.
 *
 * Its one idea: two axes vary over what the prior reaches (or the codes of the data, where there is
 * no prior), the others are held; a code of two axes is shown whole, which is its manifold.
 *
 * Examples: "vae walk --axes 3,7 --example 12", "vae2 walk --quantiles": equal shares of the prior
 */
#include "command.h"
#include "ways.h"

#include <stdlib.h>
#include <string.h>

enum { WALK_SIDE = 20, MOST_SIDE = 1000, SPREAD = 10000 };
static const double tail = 0.02; /* share of the codes beyond either end */

typedef struct LatentWalk {
    int axes[2]; /* from left to right, from bottom to top */
    int side[2]; /* columns, rows */
    bool ranged; /* by --range */
    double range[2];
    float *held; /* (size): where the axes that are not walked along stay */
} LatentWalk;

/* What the command line says of it. */
static bool read_walk(LatentWalk *walk, Work *work, AertError *error) {
    const Options *options = work->session.options;
    const char *range = options->range;
    bool line = code_size(work->session.model) == 1;
    walk->axes[1] = !line;
    walk->side[0] = options->columns ? options->columns : WALK_SIDE;
    walk->side[1] = line ? 1 : options->rows ? options->rows : WALK_SIDE;
    walk->ranged = range;
    if (range && (read_list(range, walk->range, 2) != 2 || walk->range[0] >= walk->range[1]))
        return aert_fail(
            error, "--range wants the lowest and the highest value, as in -3,3; not '%s'", range);
    if (range && options->quantiles)
        return aert_fail(error, "--range and --quantiles both place the steps: give one of them");
    if (walk->side[0] > MOST_SIDE || walk->side[1] > MOST_SIDE)
        return aert_fail(error, "a walk has at most %d rows and columns", MOST_SIDE);
    return wanted_axes(work, walk->axes, error);
}

/* Places along an axis: by equal shares of the codes, or evenly between the tails or over --range.
 * `line` has the codes' values on that axis. */
static void choose_places(const LatentWalk *walk, bool quantiles, float *line, int count,
                          int places, float *place) {
    qsort(line, (size_t)count, sizeof *line, aert_float_order);
    double low = (double)line[(int)(tail * count)];
    double high = (double)line[(int)((1 - tail) * (count - 1))];
    if (walk->ranged) {
        low = walk->range[0];
        high = walk->range[1];
    }
    for (int i = 0; i < places; i++) {
        double way = places > 1 ? (double)i / (places - 1) : 0.5;
        double share = (i + 0.5) / places;
        place[i] = quantiles ? line[(int)(share * count)] : (float)(low + (high - low) * way);
    }
}

/* The codes that tell how far an axis reaches: draws of the prior, or codes of the data where there
 * is none; where --example is given the code of that example is held. */
static float *find_spread(LatentWalk *walk, Work *work, int *count, AertError *error) {
    Session *session = &work->session;
    const Options *options = session->options;
    const Examples *examples = &work->examples;
    const AertEntry *prior = prior_of(session), *encoder = encoder_of(session);
    size_t size = code_size(session->model);
    bool example = option_given(options, OPTION_example);
    if ((example || !prior) && !open_counted(work, error))
        return NULL;
    if (example && options->example >= (uint64_t)examples->count) {
        aert_fail(error, "--example %llu: %s has examples 0 to %lld",
                  (unsigned long long)options->example, examples_name(examples),
                  (long long)examples->count - 1);
        return NULL;
    }
    const int64_t held = (int64_t)options->example;
    *count = prior || examples->count > SPREAD ? SPREAD : (int)examples->count;
    float *codes = latent_codes(session, prior ? prior : encoder, prior ? NULL : examples, NULL,
                                *count, error);
    if (codes)
        walk->held = example ? latent_codes(session, encoder, examples, &held, 1, error)
                             : aert_allocate(size, sizeof *walk->held, "codes", error);
    if (!walk->held) {
        free(codes);
        return NULL;
    }
    for (size_t i = 0; !example && i < (size_t)*count * size; i++)
        walk->held[i % size] += codes[i] / (float)*count;
    return codes;
}

static bool walk_along(LatentWalk *walk, Work *work, AertError *error) {
    Session *session = &work->session;
    int count = 0, columns = walk->side[0], rows = walk->side[1];
    size_t size = code_size(session->model);
    float *spread = find_spread(walk, work, &count, error);
    if (!spread)
        return false;
    size_t cells = (size_t)columns * (size_t)rows, places = (size_t)columns + (size_t)rows;
    float *line =
        aert_allocate((size_t)count + places + cells * size, sizeof *line, "codes", error);
    float *place = line + count, *codes = place + places;
    bool fine = line != NULL;
    for (int a = 0; fine && a < 2; a++) {
        for (int i = 0; i < count; i++)
            line[i] = spread[(size_t)i * size + (size_t)walk->axes[a]];
        float *own = place + a * columns;
        choose_places(walk, session->options->quantiles, line, count, walk->side[a], own);
        if (a == 0 || size > 1)
            say("axis %d of the code, %s: %.4g to %.4g\n", walk->axes[a],
                a ? "bottom to top" : "left to right", (double)own[0],
                (double)own[walk->side[a] - 1]);
    }
    for (size_t i = 0; fine && i < cells; i++) {
        float *code = codes + i * size;
        memcpy(code, walk->held, size * sizeof *code);
        if (size > 1)
            code[walk->axes[1]] = place[places - 1 - i / (size_t)columns];
        code[walk->axes[0]] = place[i % (size_t)columns];
    }
    Sheet sheet = {0};
    fine = fine && latent_sheet(&sheet, session, NULL, codes, (int)cells, error);
    sheet.columns = columns;
    sheet.tight = true;
    fine = fine && write_ways(work, &sheet, "walk", error);
    sheet_close(&sheet);
    free(spread);
    free(line);
    return fine;
}

bool command_walk(Work *work, AertError *error) {
    LatentWalk walk = {0};
    bool fine = open_decoder(work, error) && usage_is(work, read_walk(&walk, work, error)) &&
                walk_along(&walk, work, error);
    free(walk.held);
    return fine;
}
