/* Samples drawn line by line, what was computed before being kept.
 *
 * Its one idea: each example has a front, the first of its lines that is not known to be right.
 * Where what is drawn of a line depends on that line and those before it, a line that a round
 * leaves as it is is right if all before it are, and the front goes on behind it.  A round computes
 * what the front's line needs and no more: of each kernel the lines that are stale, because a line
 * that they see has changed since, or they have never been computed; those which only lines behind
 * the front need stay stale.  An example whose lines are all right costs nothing any more.
 *
 *     front 9, line 9 changed:  a kernel whose line l sees l - 3 … l has stale lines 9 … 12,
 *                               of which 9 is computed, and the others when the front comes there
 *
 * Where a line depends on those before it alone, as the words of a text do, it is right as soon as
 * it is drawn.  What a loop goes along is computed for all examples at once, from the first line
 * that is stale in one of them on: the others get what they have.
 *
 * Where a line may depend on later ones, all lines are looked at in every round.
 */
#include "fronts.h"

#include "base/base.h"

#include <stdlib.h>

typedef struct Lines {
    int begin, end;
} Lines;

typedef struct Fronts {
    Session *session;
    const AertEntry *entry;
    const AertOutput *output;
    AertRun run;
    int rows, lines;
    size_t size;  /* numbers of an example */
    int *front;   /* by row */
    Lines *stale; /* by kernel and row, of the kernel's lines */
    AertPiece *piece;
    int pieces;
    bool in_order; /* no line depends on later ones … */
    bool strictly; /* … nor on itself */
    bool first;    /* nothing has been computed yet */
} Fronts;

static Lines *stale_of(const Fronts *f, int kernel, int row) {
    return &f->stale[(size_t)kernel * (size_t)f->rows + (size_t)row];
}

static int limited(int value, int most) {
    return value < 0 ? 0 : value > most ? most : value;
}

/* ---- what a round computes ---- */

/* Adds [begin, end) of a kernel's extent, cut where its pieces have to be. */
static void add_pieces(Fronts *f, const AertKernel *kernel, int begin, int end) {
    int chunk = kernel->chunk ? (int)kernel->chunk : end - begin;
    AertPiece *last = f->pieces > 0 ? &f->piece[f->pieces - 1] : NULL;
    if (last && last->kernel == kernel && last->end == begin) {
        int more = chunk - (last->end - last->begin);
        more = more < end - begin ? more : end - begin;
        last->end += more;
        begin += more;
    }
    for (; begin < end; begin += chunk)
        f->piece[f->pieces++] =
            (AertPiece){kernel, begin, end - begin < chunk ? end : begin + chunk};
}

/* Of one example: the stale lines that those up to its front need, which are then no longer. */
static Lines wanted_lines(Fronts *f, int number, int row) {
    const AertReach *reach = &f->entry->reach[number], *drawn = &f->entry->reach[f->entry->kernels];
    Lines *stale = stale_of(f, number, row), wanted = *stale;
    int end = reach->lines;
    if (f->in_order)
        end = limited(f->front[row] + 1 + drawn->end - reach->end, end);
    wanted.end = end < stale->end ? end : stale->end;
    if (wanted.begin < wanted.end)
        stale->begin = wanted.end;
    return wanted;
}

/* Of all examples together. */
static Lines common_lines(Fronts *f, int number) {
    Lines all = {0, 0};
    for (int r = 0; r < f->rows; r++) {
        Lines own = f->front[r] < f->lines ? wanted_lines(f, number, r) : (Lines){0, 0};
        if (own.begin >= own.end)
            continue;
        bool none = all.begin >= all.end;
        all.begin = none || own.begin < all.begin ? own.begin : all.begin;
        all.end = none || own.end > all.end ? own.end : all.end;
    }
    return all;
}

static void add_lines(Fronts *f, int number, int row) {
    const AertKernel *kernel = &f->entry->kernel[number];
    const AertReach *reach = &f->entry->reach[number];
    int things = kernel->extent_rows, from = row * things;
    if (reach->lines < 0) {
        add_pieces(f, kernel, from, from + things);
        return;
    }
    Lines lines = wanted_lines(f, number, row);
    int each = things / reach->lines;
    if (lines.begin < lines.end)
        add_pieces(f, kernel, from + lines.begin * each, from + lines.end * each);
}

static void add_kernel(Fronts *f, int number) {
    const AertKernel *kernel = &f->entry->kernel[number];
    const AertReach *reach = &f->entry->reach[number];
    if (reach->lines == AERT_REACH_NOTHING || reach->lines == AERT_REACH_OTHERS) {
        if (f->first || reach->lines == AERT_REACH_OTHERS)
            add_pieces(f, kernel, 0, kernel->extent + kernel->extent_rows * f->rows);
        return;
    }
    if (reach->ahead) {
        Lines lines = common_lines(f, number);
        int each = kernel->extent_rows / reach->lines * f->rows;
        if (lines.begin < lines.end)
            add_pieces(f, kernel, lines.begin * each, lines.end * each);
        return;
    }
    for (int r = 0; r < f->rows; r++)
        if (f->front[r] < f->lines)
            add_lines(f, number, r);
}

/* The steps that are wanted; what comes before the first one is a loop of one step. */
static void run_loop(Fronts *f, const AertLoop *loop) {
    const AertReach *reach = &f->entry->reach[loop->kernel];
    Lines steps = {0, loop->steps};
    if (reach->lines > 0 && reach->lines == loop->steps)
        steps = common_lines(f, loop->kernel);
    else if (reach->lines >= 0 && !f->first)
        return;
    aert_team_steps(f->session->team, f->entry, &f->run, loop, steps.begin, steps.end);
}

/* Kernels [i, end), in which there is no loop. */
static void run_kernels(Fronts *f, int i, int end) {
    while (i < end) {
        f->pieces = 0;
        do {
            add_kernel(f, i++);
        } while (i < end && !f->entry->kernel[i].barrier);
        aert_team_pieces(f->session->team, f->piece, f->pieces, &f->run);
    }
}

static void compute(Fronts *f) {
    const AertEntry *entry = f->entry;
    const AertLoop *end = entry->loop + entry->loops;
    int done = 0;
    for (const AertLoop *loop = entry->loop; loop < end; loop += 1 + loop->within) {
        run_kernels(f, done, loop->kernel);
        run_loop(f, loop);
        done = loop->kernel + loop->kernels;
    }
    run_kernels(f, done, entry->kernels);
    f->first = false;
}

/* ---- what a round has drawn ---- */

static bool take(const Fronts *f, size_t i) {
    const Session *session = f->session;
    double drawn = session_value(session, f->output, i);
    bool changed = session_input(session, 0, i) != drawn;
    session_set_input(session, 0, i, drawn);
    return changed;
}

/* Puts a line of what was drawn into the input; whether that changed it. */
static bool take_line(const Fronts *f, int row, int line) {
    size_t each = (size_t)f->entry->line, begin = (size_t)line * each;
    bool changed = false;
    for (size_t i = begin; i < begin + each; i++)
        if (i >= f->session->known)
            changed |= take(f, (size_t)row * f->size + i);
    return changed;
}

/* Lines [begin, end) of an example have changed. */
static void spoil(const Fronts *f, int row, int begin, int end) {
    for (int k = 0; k < f->entry->kernels; k++) {
        const AertReach *reach = &f->entry->reach[k];
        if (reach->lines <= 0)
            continue;
        Lines *stale = stale_of(f, k, row);
        int from = limited(begin - reach->end + 1, reach->lines),
            to = limited(end - reach->from, reach->lines);
        if (from >= to)
            continue;
        bool none = stale->begin >= stale->end;
        stale->begin = none || from < stale->begin ? from : stale->begin;
        stale->end = none || to > stale->end ? to : stale->end;
    }
}

/* Whether the example is not whole yet. */
static bool advance(Fronts *f, int row) {
    int begin = f->front[row], end = f->in_order ? begin + 1 : f->lines, changed = 0;
    for (int line = begin; line < end; line++)
        if (take_line(f, row, line))
            changed++;
    if (changed)
        spoil(f, row, begin, end);
    if (!changed || f->strictly)
        f->front[row] = end;
    return f->front[row] < f->lines;
}

/* ---- all rounds ---- */

static void close_fronts(Fronts *f) {
    free(f->front);
    free(f->stale);
    free(f->piece);
}

static bool open_fronts(Fronts *f, AertError *error) {
    const AertEntry *entry = f->entry;
    size_t rows = (size_t)f->rows, most = 1;
    for (int k = 0; k < entry->kernels; k++) {
        const AertKernel *kernel = &entry->kernel[k];
        size_t extent = (size_t)kernel->extent + (size_t)kernel->extent_rows * rows;
        most += rows + (kernel->chunk ? extent / kernel->chunk : 0) + rows;
    }
    f->front = aert_allocate(rows, sizeof *f->front, "fronts", error);
    f->stale = aert_allocate(rows * (size_t)entry->kernels + 1, sizeof *f->stale, "fronts", error);
    f->piece = aert_allocate(most, sizeof *f->piece, "fronts", error);
    if (!f->front || !f->stale || !f->piece)
        return false;
    for (int r = 0; r < f->rows; r++) {
        f->front[r] = (int)(f->session->known / (size_t)entry->line);
        for (int k = 0; k < entry->kernels; k++)
            *stale_of(f, k, r) = (Lines){0, entry->reach[k].lines};
    }
    return true;
}

bool run_fronts(Session *session, const AertEntry *entry, const AertOutput *output, int rows,
                int *rounds, AertError *error) {
    const AertReach *drawn = &entry->reach[entry->kernels];
    Fronts f = {.session = session,
                .entry = entry,
                .output = output,
                .rows = rows,
                .size = aert_input_size(&session->model->input[0]),
                .in_order = drawn->lines > 0 && drawn->end <= 1,
                .strictly = drawn->lines > 0 && drawn->end <= 0,
                .first = true};
    f.lines = (int)(f.size / (size_t)entry->line);
    bool fine = open_fronts(&f, error), more = true;
    session->clock.rows = rows;
    if (entry->compute_scalars)
        entry->compute_scalars(&session->clock, session->scalar);
    f.run = session_make_run(session, entry, rows, 0, 0);
    size_t most = f.size - session->known + (size_t)f.lines + 1;
    for (size_t round = 0; fine && more && round < most; round++) {
        compute(&f);
        more = false;
        for (int r = 0; r < rows; r++)
            if (f.front[r] < f.lines)
                more |= advance(&f, r);
        ++*rounds;
    }
    close_fronts(&f);
    return fine;
}
