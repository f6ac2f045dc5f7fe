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
    double low, high;
    float *held; /* (size): where the axes that are not walked along stay */
} LatentWalk;

/* What the command line says of it. */
static bool read_walk(LatentWalk *walk, Work *work, AertError *error) {
    const Options *options = work->session.options;
    double range[2];
    int size = (int)code_size(work->session.model);
    *walk = (LatentWalk){.axes = {0, size > 1}};
    walk->side[0] = options->columns ? options->columns : WALK_SIDE;
    walk->side[1] = size == 1 ? 1 : options->rows ? options->rows : WALK_SIDE;
    walk->ranged = options->range != NULL;
    if (walk->ranged && (read_list(options->range, range, 2) != 2 || range[0] >= range[1]))
        return aert_fail(error,
                         "--range wants the lowest and the highest value, as in -3,3; not "
                         "'%s'",
                         options->range);
    if (walk->ranged && options->quantiles)
        return aert_fail(error, "--range and --quantiles both place the steps: give one of them");
    if (walk->side[0] > MOST_SIDE || walk->side[1] > MOST_SIDE)
        return aert_fail(error, "a walk has at most %d rows and columns", MOST_SIDE);
    if (walk->ranged) {
        walk->low = range[0];
        walk->high = range[1];
    }
    return wanted_axes(work, walk->axes, error);
}

/* Places along an axis: by equal shares of the codes, or evenly between the tails or over --range.
 * `line` has the codes' values on that axis. */
static void choose_places(const LatentWalk *walk, bool quantiles, float *line, int count,
                          int places, float *place) {
    qsort(line, (size_t)count, sizeof *line, aert_float_order);
    double low = walk->ranged ? walk->low : (double)line[(int)(tail * count)];
    double high = walk->ranged ? walk->high : (double)line[(int)((1 - tail) * (count - 1))];
    for (int i = 0; i < places; i++) {
        double share = (i + 0.5) / places;
        double at = places > 1 ? low + (high - low) * i / (places - 1) : (low + high) / 2;
        place[i] = quantiles ? line[(int)(share * count)] : (float)at;
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
    *count = prior || examples->count > SPREAD ? SPREAD : (int)examples->count;
    float *codes =
        latent_codes(session, prior ? prior : encoder, prior ? NULL : examples, 0, *count, error);
    if (codes)
        walk->held =
            example ? latent_codes(session, encoder, examples, (int64_t)options->example, 1, error)
                    : aert_allocate(size, sizeof *walk->held, "a code", error);
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
    float *line = aert_allocate((size_t)count, sizeof *line, "codes", error);
    float *place = aert_allocate((size_t)(columns + rows), sizeof *place, "codes", error);
    float *codes =
        aert_allocate((size_t)columns * (size_t)rows, size * sizeof *codes, "codes", error);
    bool fine = line && place && codes;
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
    for (int i = 0; fine && i < rows * columns; i++) {
        float *code = codes + (size_t)i * size;
        memcpy(code, walk->held, size * sizeof *code);
        if (size > 1)
            code[walk->axes[1]] = place[columns + rows - 1 - i / columns];
        code[walk->axes[0]] = place[i % columns];
    }
    Sheet sheet = {0};
    fine = fine && latent_sheet(&sheet, session, codes, rows * columns, columns, error);
    sheet.tight = true;
    fine =
        fine && write_ways(work, &sheet, sheet_name(session->model, "walk.txt", "walk.png"), error);
    sheet_close(&sheet);
    free(spread);
    free(line);
    free(place);
    free(codes);
    return fine;
}

bool command_walk(Work *work, AertError *error) {
    LatentWalk walk = {0};
    bool fine = open_decoder(work, error) && usage_is(work, read_walk(&walk, work, error)) &&
                walk_along(&walk, work, error);
    free(walk.held);
    return fine;
}
