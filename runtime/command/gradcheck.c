/* gradcheck: every gradient of the generated program against numeric derivatives, in double
 * precision.
 *
 * Its one idea: a gradient is right if it predicts how the loss changes along any direction; five
 * directions for each parameter, each part chance and part the gradient itself, so that the
 * derivative is not lost in rounding.  Draws and values under stop() stay what they were.  Where a
 * direction meets a kink (the output "kinks" changes) another is drawn, with a smaller step.  One
 * more direction is tried where some examples are blank or constant (gradcheck_batch.h).
 *
 * Example: |gradient·d - numeric| / max(|gradient·d|, |numeric|, 1e-8) must be at most 1e-6, or
 * what the numeric derivative is known to where that is more.  A gradient without a direction that
 * tells (none is smooth, or none is known to 1e-4) has no verdict, which is no mistake of it.
 */
#include "command.h"
#include "derivative.h"
#include "gradcheck_batch.h"
#include "math/math.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIRECTIONS = 5, ROWS = 8 };

static const double tolerance = 1e-6, smallest = 1e-8;
static const double known_enough = 1e-4; /* the largest relative error that tells something */
static const double first_step = 1e-3, last_step = 1e-8;
static const double sharp = 1e-9; /* relative rounding error that is small enough */

typedef struct GradCheck {
    Session *session;
    const AertEntry *entry;
    const AertOutput *loss, *kinks; /* kinks may be NULL */
    int rows, directions;
    Batches batches;
    bool usable[BATCHES]; /* whether the loss is finite at the start */
    double *start;        /* (store) */
    double *gradient;     /* (store): of the parameter in hand, at its beginning */
    double *direction;    /* likewise, of length 1 */
    double *signature;    /* kinks at the start */
    const AertSlot *slot;
    size_t size;    /* of the slot */
    double value;   /* loss at the start */
    uint64_t drawn; /* directions so far */
    double step;    /* to begin with: one size above what served the direction before */
} GradCheck;

/* The results of all directions of one parameter. */
typedef struct Verdict {
    double error; /* the worst relative error */
    double known; /* the worst relative error of a numeric derivative */
    int redrawn;
    int agreed, wrong, rough; /* of directions; rough: no step was smooth.  Of the others the
                                 derivative is not known well enough */
} Verdict;

/* Gradients of all parameters. */
typedef struct Totals {
    int entries, agreed, wrong, open;
} Totals;

static void run_at(GradCheck *check, double t, int hold) {
    double *store = (double *)check->session->store + check->slot->offset;
    const double *start = check->start + check->slot->offset;
    for (size_t i = 0; i < check->size; i++)
        store[i] = start[i] + (t != 0 ? t * check->direction[i] : 0);
    session_run(check->session, check->entry, check->rows, 0, hold);
}

static size_t kinks_size(const GradCheck *check) {
    return check->kinks ? output_size(check->kinks, check->rows) : 0;
}

static double loss_of(const GradCheck *check) {
    return session_value(check->session, check->loss, 0);
}

static double loss_at(void *context, double t, bool *kink) {
    GradCheck *check = context;
    run_at(check, t, 1);
    for (size_t i = kinks_size(check); i-- > 0;)
        *kink |= session_value(check->session, check->kinks, i) != check->signature[i];
    return loss_of(check);
}

static double dot(const double *a, const double *b, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Adds numbers drawn from a normal distribution, times `scale`. */
static void add_normals(AertKey key, double scale, double *to, size_t n) {
    for (size_t i = 0; i < n; i++)
        to[i] += scale * aert_normal_f64(key, (uint32_t)i);
}

/* A random direction plus that of the gradient, of length 1.  The random one is turned to the
 * gradient's side: in few dimensions the two could cancel. */
static void draw_direction(GradCheck *check) {
    double *d = check->direction;
    AertKey key = aert_key(check->session->seed, check->drawn++, aert_stream("gradcheck"),
                           check->slot->offset);
    memset(d, 0, check->size * sizeof *d);
    add_normals(key, 1, d, check->size);
    double length = sqrt(dot(d, d, check->size));
    double slope = sqrt(dot(check->gradient, check->gradient, check->size));
    if (dot(d, check->gradient, check->size) < 0)
        length = -length;
    for (size_t i = 0; i < check->size; i++)
        d[i] = d[i] / length + (slope > 0 ? check->gradient[i] / slope : 0);
    length = sqrt(dot(d, d, check->size));
    for (size_t i = 0; i < check->size; i++)
        d[i] /= length;
}

/* Smaller steps until there is neither kink nor curvature within them, then wider ones as long as
 * that lowers the rounding error.  A direction that meets a kink is drawn anew, with the smaller
 * step.  False where none is smooth. */
static bool derive(GradCheck *check, Verdict *verdict, Derivative *best) {
    Derivative now;
    double h = check->step;
    bool found = false, widen = h == first_step;
    for (; h >= last_step; h /= 4) {
        DerivativeResult result = derivative_at(&now, loss_at, check, check->value, h);
        if (result == DERIVATIVE_KINK && !found) {
            verdict->redrawn++;
            draw_direction(check);
            widen = false;
        }
        if (result == DERIVATIVE_KINK)
            continue;
        if (!found || now.doubt < best->doubt)
            *best = now;
        found = true;
        if (result == DERIVATIVE_FOUND)
            break;
        widen = false;
    }
    check->step = h >= last_step && 4 * h < first_step ? 4 * h : first_step;
    for (h = 8 * first_step; widen && h <= 1 && best->rounded > sharp * fabs(best->value); h *= 8) {
        if (derivative_at(&now, loss_at, check, check->value, h) != DERIVATIVE_FOUND ||
            now.doubt > best->doubt)
            break;
        *best = now;
    }
    return found;
}

/* One direction.  A slope that counts as 0 agrees with a numeric derivative that cannot be told
 * from it, being below its own rounding error. */
static void check_direction(GradCheck *check, Verdict *verdict) {
    Derivative d = {0, 0, 0};
    draw_direction(check);
    if (!derive(check, verdict, &d) || !isfinite(d.value)) {
        verdict->rough++;
        return;
    }
    double slope = dot(check->gradient, check->direction, check->size);
    double scale = larger_of(fabs(slope), larger_of(fabs(d.value), smallest));
    double difference = isfinite(slope) ? fabs(slope - d.value) : INFINITY;
    bool nothing =
        fabs(slope) <= smallest && fabs(slope) <= d.rounded && fabs(d.value) <= 2 * d.rounded;
    bool agrees = difference <= tolerance * scale || nothing;
    bool differs = !agrees && difference > d.doubt;
    verdict->agreed += agrees || (!differs && d.doubt <= known_enough * scale);
    verdict->wrong += differs;
    verdict->error = larger_of(difference / scale, verdict->error);
    verdict->known = larger_of(d.rounded / scale, verdict->known);
}

static const AertSlot *find_slot(const AertModel *model, const char *name) {
    for (int i = 0; i < model->slots; i++)
        if (strcmp(model->slot[i].name, name) == 0)
            return &model->slot[i];
    return NULL;
}

/* The run that all others are compared with: its loss, kinks, held values, and the gradient
 * `output`. */
static void start_check(GradCheck *check, const AertOutput *output) {
    run_at(check, 0, 0);
    check->value = loss_of(check);
    for (size_t i = 0; i < kinks_size(check); i++)
        check->signature[i] = session_value(check->session, check->kinks, i);
    for (size_t i = 0; i < check->size; i++)
        check->gradient[i] = session_value(check->session, output, i);
}

/* The directions of the parameter in hand, with one of the batches; more, as many as by default,
 * where these tell nothing. */
static void check_directions(GradCheck *check, const AertOutput *output, int batch, int directions,
                             Verdict *verdict) {
    double step = check->step;
    if (!check->usable[batch])
        return;
    batches_take(&check->batches, batch, check->session, check->rows);
    start_check(check, output);
    for (int i = 0; i < directions || (i < DIRECTIONS && batch == BATCH_ORDINARY &&
                                       !verdict->agreed && !verdict->wrong);
         i++)
        check_direction(check, verdict);
    run_at(check, 0, 1);
    if (batch != BATCH_ORDINARY)
        check->step = step;
}

/* One line of the table. */
static void tell_parameter(const GradCheck *check, const char *name, const Verdict *plain,
                           const Verdict *blank, Totals *totals) {
    bool wrong = plain->wrong || blank->wrong;
    const char *text = plain->wrong    ? "WRONG"
                       : wrong         ? "WRONG with blank examples"
                       : plain->agreed ? ""
                       : plain->rough  ? "no verdict: no smooth direction"
                                       : "no verdict: rounding hides it";
    totals->wrong += wrong;
    totals->agreed += !text[0];
    totals->open += !wrong && text[0];
    say("  %-40s %10zu   %10.1e   %10.1e   %4d   %s\n", name, check->size,
        larger_of(plain->error, blank->error), larger_of(plain->known, blank->known),
        plain->redrawn, text);
    fflush(stdout);
}

static bool check_parameter(GradCheck *check, const AertOutput *output, Totals *totals,
                            AertError *error) {
    Verdict plain = {0}, blank = {0};
    check->slot = find_slot(check->session->model, output->name);
    check->size = output_size(output, check->rows);
    if (!check->slot)
        return aert_fail(error, "%s: '%s' is no parameter", check->entry->name, output->name);
    check_directions(check, output, BATCH_ORDINARY, check->directions, &plain);
    check_directions(check, output, BATCH_BLANK, 1, &blank);
    tell_parameter(check, output->name, &plain, &blank, totals);
    return true;
}

/* Why gradients cannot be checked with the batch in hand: examples that the model refuses, or a
 * loss that is not finite and so has no gradient.  False with the reason in `why`. */
static bool check_loss(const GradCheck *check, const AertStep *step, AertError *why) {
    session_run(check->session, check->entry, check->rows, 0, 0);
    if (!session_accepts(check->session, why))
        return false;
    double value = loss_of(check);
    return isfinite(value) || aert_fail(why, "%s is %s there and has no gradient", step->loss,
                                        isnan(value) ? "not a number" : "infinite");
}

/* Tells it once. For the examples as they come it is an error. */
static bool check_losses(GradCheck *check, const AertStep *step, AertError *error) {
    for (int batch = 0; batch < BATCHES; batch++) {
        AertError why;
        batches_take(&check->batches, batch, check->session, check->rows);
        check->usable[batch] = check_loss(check, step, &why);
        if (check->usable[batch])
            continue;
        if (batch == BATCH_ORDINARY)
            return aert_fail(error, "gradcheck: the first %d examples: %s", check->rows, why.text);
        say("  not checked where examples are blank or constant: %s\n", why.text);
        check->session->refused.text[0] = 0;
    }
    return true;
}

static bool check_entry(GradCheck *check, Totals *totals, AertError *error) {
    const AertModel *model = check->session->model;
    const AertStep *step = &model->step[check->entry->step];
    check->loss = wanted_output(check->entry, "loss", error);
    check->kinks = entry_output(check->entry, "kinks");
    if (!check->loss)
        return false;
    check->step = first_step;
    check->signature = aert_allocate(kinks_size(check), sizeof(double), "kinks", error);
    if (!check->signature)
        return false;
    say("%s: %s over %s%s\n", step->name, step->loss, step->over,
        step->differentiates_twice ? " (second order)" : "");
    bool fine = check_losses(check, step, error);
    if (fine)
        say("  %-40s %10s   %10s   %10s   %s\n", "parameter", "elements", "error", "known to",
            "redrawn");
    for (int i = 0; i < check->entry->outputs && fine; i++)
        if (check->entry->output[i].kind == AERT_GRADIENT)
            fine = check_parameter(check, &check->entry->output[i], totals, error);
    totals->entries++;
    free(check->signature);
    return fine;
}

/* Away from the places where many values are exactly equal (biases of 0): each parameter by a
 * hundredth of a normal. */
static void shake(Session *session) {
    const AertModel *model = session->model;
    for (int i = 0; i < model->slots; i++) {
        const AertSlot *slot = &model->slot[i];
        if (slot->kind != AERT_PARAM)
            continue;
        AertKey key = aert_key(session->seed, 0, aert_stream(slot->name), 0);
        add_normals(key, 0.01, (double *)session->store + slot->offset, aert_slot_size(slot));
    }
}

/* Half-way through the training, where schedules are neither off nor at their ends. */
static void set_clock(Session *session) {
    AertClock *clock = &session->clock;
    clock->steps_per_epoch = 100;
    int epochs = session->model->stages ? session->model->stage[0].epochs : 1;
    clock->epoch = (epochs + 1) / 2;
    clock->step = clock->stage_step = 100 * (clock->epoch - 1) + 50;
    clock->stage_steps = 100.0 * epochs;
    clock->examples = (clock->step - 1) * session->batch;
    for (int i = 0; i < session->model->steps; i++)
        session->update[i] = clock->step;
}

static bool prepare(Work *work, GradCheck *check, AertError *error) {
    Session *session = &work->session;
    Examples *examples = &work->examples;
    const Options *options = session->options;
    check->session = session;
    check->directions = options->directions ? options->directions : DIRECTIONS;
    set_clock(session);
    session_init(session);
    shake(session);
    if (options->weights && !work_load(work, error))
        return false;
    const ExamplesFrom from = session_data(session, EXAMPLES_TRAIN);
    if (!open_examples(examples, session, &from, error) ||
        (!options->weights && !scaling_fit(session, examples, NULL, examples->count, error)))
        return false;
    check->rows = options->batch || session->batch < ROWS ? session->batch : ROWS;
    if (examples->count < check->rows)
        check->rows = (int)examples->count;
    for (int r = 0; r < check->rows; r++)
        session->example[r] = r;
    session_gather(session, examples, check->rows);
    session_place(session, 0, examples->count);
    size_t store = session->model->store;
    check->start = aert_allocate(store + 1, 3 * sizeof(double), "parameters", error);
    check->gradient = check->start + store;
    check->direction = check->gradient + store;
    if (!check->start || !batches_open(&check->batches, session, check->rows, error))
        return false;
    memcpy(check->start, session->store, store * sizeof(double));
    return true;
}

static bool check_all(GradCheck *check, AertError *error) {
    const AertProgram *program = check->session->program;
    Totals totals = {0};
    for (int i = 0; i < program->entries; i++) {
        check->entry = &program->entry[i];
        if (check->entry->kind == AERT_GRADCHECK && !check_entry(check, &totals, error))
            return false;
    }
    if (totals.entries == 0)
        return aert_fail(error, "%s has no gradients to check", check->session->model->name);
    if (totals.wrong)
        return aert_fail(error, "gradcheck: %d gradient%s not what the loss does", totals.wrong,
                         totals.wrong == 1 ? " is" : "s are");
    if (totals.open)
        say("%d gradient%s with numeric derivatives to %g; %d without a verdict\n", totals.agreed,
            totals.agreed == 1 ? " agrees" : "s agree", tolerance, totals.open);
    else
        say("all gradients agree with numeric derivatives to %g\n", tolerance);
    return true;
}

bool command_gradcheck(Work *work, AertError *error) {
    GradCheck check = {0};
    bool fine = work_open(work, WITH(AERT_GRADCHECK) | WITH(AERT_INIT) | IN_DOUBLE, error) &&
                prepare(work, &check, error) && check_all(&check, error);
    free(check.start);
    batches_close(&check.batches);
    return fine;
}
