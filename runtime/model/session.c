/* Opens a model for work, and runs its entries.
 *
 * Its one idea: whatever a command does is gather, run, read outputs; what these need is allocated
 * once, here.
 */
#include "session.h"
#include "in_order.h"
#include "exec/exec.h"
#include "products/products.h"
#include "options/options.h"
#include "base/base.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GATHER_ROWS = 16 };

static size_t most(size_t a, size_t b) {
    return a > b ? a : b;
}

size_t code_size(const AertModel *model) {
    return aert_shape_size(model->code_rank, model->code_dim);
}

size_t image_size(const AertModel *model) {
    return aert_shape_size(model->image_rank, model->image_dim);
}

size_t session_falls(const AertModel *model) {
    return 3 * (size_t)model->plateaus + 1;
}

size_t session_numbers(const AertModel *model) {
    return 2 * ((size_t)model->hypers + 1) + (size_t)model->steps + 1 + session_falls(model);
}

static bool is_whole(const Session *session, int input) {
    return input < session->model->inputs && aert_is_whole(&session->model->input[input]);
}

double session_input(const Session *session, int input, size_t at) {
    const void *from = session->input[input];
    if (is_whole(session, input))
        return ((const int32_t *)from)[at];
    return session->program->real_bytes == sizeof(double) ? ((const double *)from)[at]
                                                          : (double)((const float *)from)[at];
}

void session_set_input(const Session *session, int input, size_t at, double value) {
    void *to = session->input[input];
    if (is_whole(session, input))
        ((int32_t *)to)[at] = (int32_t)value;
    else if (session->program->real_bytes == sizeof(double))
        ((double *)to)[at] = value;
    else
        ((float *)to)[at] = (float)value;
}

static bool allocate(Session *session, unsigned kinds, AertError *error) {
    const AertModel *model = session->model;
    const AertProgram *program = session->program;
    size_t arena = 1, scratch = 0, scalars = 1, batch = (size_t)session->batch;
    for (int i = 0; i < program->entries; i++) {
        const AertEntry *entry = &program->entry[i];
        scalars = most(scalars, (size_t)entry->scalars);
        if (!(kinds & WITH(entry->kind)))
            continue;
        arena = most(arena, entry->arena);
        scratch = most(scratch, entry->scratch);
    }
    session->scratch_bytes = scratch * program->real_bytes;
    session->store = aert_allocate(model->store + 1, program->real_bytes, "the parameters", error);
    session->arena = aert_allocate(arena, program->real_bytes, "the arena", error);
    session->scratch = aert_allocate((size_t)aert_team_threads(session->team),
                                     session->scratch_bytes, "scratch memory of threads", error);
    session->hyper =
        aert_allocate(session_numbers(model) + scalars, sizeof(double), "the model", error);
    session->example = aert_allocate((size_t)model->batch, 2 * sizeof(int64_t), "a batch", error);
    session->input = aert_allocate((size_t)model->inputs + 1, sizeof(void *), "the model", error);
    if (!session->store || !session->arena || !session->scratch || !session->hyper ||
        !session->example || !session->input)
        return false;
    session->set = session->hyper + model->hypers + 1;
    session->update = session->set + model->hypers + 1;
    session->fall = session->update + model->steps + 1;
    session->scalar = session->hyper + session_numbers(model);
    session->index = session->example + model->batch;
    for (int i = 0; i <= model->inputs; i++) {
        const AertInput *input = &model->input[i];
        size_t size = i < model->inputs ? aert_input_size(input) : code_size(model);
        session->input[i] = aert_allocate(batch * size, program->real_bytes, "a batch", error);
        if (!session->input[i])
            return false;
    }
    return true;
}

/* Whether the BLAS has room for as many calls at once as there will be: one for each thread where
 * it does the products; where our own kernels do, its few calls hardly ever meet. */
static bool products_fit(const Session *session, AertError *error) {
    bool by_blas =
        session->program->real_bytes == sizeof(double) || strcmp(aert_gemm_name(), "blas") == 0;
    return aert_blas_room(by_blas ? aert_team_threads(session->team) : 1, error);
}

/* Finds the addresses of all kernels' arguments. What they point to must not move from now on. */
static bool find_args(Session *session, AertError *error) {
    const AertProgram *program = session->program;
    const AertRun run = {.store = session->store,
                         .arena = session->arena,
                         .input = (const void *const *)session->input,
                         .scalar = session->scalar};
    size_t places = 1;
    for (int i = 0; i < program->entries; i++)
        places += (size_t)program->entry[i].places;
    session->all_args = aert_allocate(places, sizeof(void *), "the model", error);
    session->args =
        aert_allocate((size_t)program->entries + 1, sizeof *session->args, "the model", error);
    if (!session->all_args || !session->args)
        return false;
    void **next = session->all_args;
    for (int i = 0; i < program->entries; i++) {
        session->args[i] = next;
        aert_args(&program->entry[i], program->real_bytes, &run, next);
        next += program->entry[i].places;
    }
    return true;
}

/* The hypers have their defaults, then what the command line says. */
static int apply_settings(Session *session, AertError *error) {
    const AertModel *model = session->model;
    for (int i = 0; i < model->hypers; i++) {
        session->hyper[i] = model->hyper[i].value;
        session->set[i] = settings_value(model, session->options, i, &session->hyper[i]);
    }
    return settings_check(model, session->options, error);
}

/* One of the numbers of an input, in all rows. */
static void fill_place(const Session *session, int input, size_t place, double value) {
    size_t size = aert_input_size(&session->model->input[input]);
    for (size_t r = 0; r < (size_t)session->batch; r++)
        session_set_input(session, input, r * size + place, value);
}

/* Says that the input has been filled, and needs no data. */
static void give(Session *session, int input) {
    const AertModel *model = session->model;
    session->given |= 1u << input;
    for (int k = 0; k < model->inputs; k++)
        for (size_t p = 0; model->input[k].role == AERT_AS_GIVEN && model->input[k].of == input &&
                           p < aert_input_size(&model->input[k]);
             p++)
            fill_place(session, k, p, 1);
}

/* Inputs whose numbers --set gives, all of them. */
static int give_numbers(Session *session, AertError *error) {
    const AertModel *model = session->model;
    for (int i = 1; i < model->inputs; i++) {
        const AertInput *input = &model->input[i];
        int places = input->column ? input->dim[0] : 1, set = 0, lacks = 0;
        for (int p = 0; p < places; p++) {
            const Setting *setting = settings_number(model, session->options, i, p);
            if (setting)
                fill_place(session, i, (size_t)p, setting->value);
            set += setting != NULL;
            lacks = setting ? lacks : p;
        }
        if (set == places) {
            give(session, i);
        } else if (set > 0) {
            aert_fail(error, "--set gives some numbers of %s, and not '%s'", input->name,
                      input->column[lacks]);
            return EXIT_USAGE;
        }
    }
    return 0;
}

/* Inputs that --set gives are filled once and never gathered. */
int session_give_classes(Session *session, AertError *error) {
    const AertModel *model = session->model;
    for (int i = 0; i < model->inputs; i++) {
        const Setting *setting = settings_class(model, session->options, i);
        if (!setting)
            continue;
        const AertWords *words = &session->words[i];
        int number = words_find(words, setting->word);
        if (number < 0 && isnan(setting->value) && words->known) {
            aert_fail(error, "--set %s=%s is no class of this run%s%s%s", model->input[i].name,
                      setting->word, words->count ? ": the first is '" : ", which has numbers",
                      words->count ? words->word[0] : "", words->count ? "'" : "");
            return EXIT_USAGE;
        }
        fill_place(session, i, 0,
                   number >= 0             ? number
                   : isnan(setting->value) ? 0
                                           : setting->value);
        give(session, i);
    }
    return give_numbers(session, error);
}

ExamplesFrom session_data(const Session *session, ExamplesUse use) {
    ExamplesFrom from = examples_from(session->options, use, session->reads);
    from.words = session->words;
    from.seed = session->split_seed;
    return from;
}

static bool learn_words(Session *session, const Examples *examples, AertError *error) {
    for (int i = 0; i < session->model->inputs; i++) {
        if (!(examples->has >> i & 1) || !session->model->input[i].classes ||
            session->words[i].known)
            continue;
        if (!words_learn(&session->words[i], &examples->data[i], error) ||
            !(session->words_text[i] = words_text(&session->words[i], error)))
            return false;
    }
    return true;
}

static bool take_words(Session *session, int input, const char *text, const char *path,
                       AertError *error) {
    free(session->words_text[input]);
    session->words_text[input] = text ? aert_copy(text, "words of classes", error) : NULL;
    return (session->words_text[input] || !text) &&
           words_read(&session->words[input], &session->model->input[input], text, path, error);
}

const AertNamed aert_named = {learn_words, take_words};

bool session_learn_words(Session *session, const Examples *examples, AertError *error) {
    const AertNamed *named = session->model->named;
    return !named || named->learn(session, examples, error);
}

bool session_take_words(Session *session, int input, const char *text, const char *path,
                        AertError *error) {
    const AertNamed *named = session->model->named;
    return !named || named->take(session, input, text, path, error);
}

static int choose_batch(Session *session, AertError *error) {
    const Options *options = session->options;
    session->batch = session->model->batch;
    if (!option_given(options, OPTION_batch))
        return 0;
    if (options->batch > session->model->batch) {
        aert_fail(error, "--batch %d: %s was compiled for at most %d examples at a time",
                  options->batch, session->model->name, session->model->batch);
        return EXIT_USAGE;
    }
    session->batch = options->batch;
    return 0;
}

bool draws_in_order(const AertEntry *entry) {
    return (entry->kind == AERT_SAMPLE || entry->kind == AERT_DECODE) && (entry->reads & 1);
}

/* The inputs that an entry has to be given: not what it draws itself. */
static unsigned wants_of(const AertEntry *entry) {
    return draws_in_order(entry) ? entry->reads & ~1u : entry->reads;
}

int session_open(Session *session, const AertModel *model, const AertProgram *program,
                 const Options *options, unsigned kinds, AertError *error) {
    *session = (Session){.model = model, .program = program, .options = options};
    session->seed = session->split_seed = options->seed;
    int status = choose_batch(session, error);
    if (status)
        return status;
    session->team = aert_team_create(options->threads, error);
    if (!session->team || !allocate(session, kinds, error) || !find_args(session, error) ||
        !products_fit(session, error))
        return EXIT_FAILED;
    for (int i = 0; i < model->steps; i++)
        session->update[i] = 1;
    session->clock = (AertClock){
        1, 1, 1, 1, 0, 1, 1, 1, session->update, session->hyper, session->set, session->fall};
    status = apply_settings(session, error);
    if (status)
        return status;
    status = session_give_classes(session, error);
    if (status)
        return status;
    for (int i = 0; i < program->entries; i++)
        if (kinds & WITH(program->entry[i].kind))
            session->reads |= wants_of(&program->entry[i]) & ~session->given;
    return 0;
}

void session_close(Session *session) {
    aert_team_destroy(session->team);
    for (int i = 0; session->input && i <= session->model->inputs; i++)
        free(session->input[i]);
    free(session->input);
    free(session->store);
    free(session->arena);
    free(session->scratch);
    free(session->all_args);
    free(session->args);
    for (int i = 0; i < AERT_MAX_INPUTS; i++) {
        words_close(&session->words[i]);
        free(session->words_text[i]);
    }
    free(session->example); /* and index, behind it */
    free(session->hyper);   /* and the numbers behind them */
    *session = (Session){0};
}

const AertEntry *session_entry(const Session *session, AertEntryKind kind, int step, int variant) {
    for (int i = 0; i < session->program->entries; i++) {
        const AertEntry *entry = &session->program->entry[i];
        if (entry->kind == kind && (step < 0 || entry->step == step) && entry->variant == variant)
            return entry;
    }
    return NULL;
}

bool session_reads(const Session *session, const AertEntry *entry, const Examples *examples,
                   AertError *error) {
    unsigned missing =
        entry ? wants_of(entry) & ~session->given & ~(examples ? examples->has : 0) : 0;
    const char *command = command_name(session->options->command);
    for (int i = 0; i < session->model->inputs; i++) {
        const AertInput *input = &session->model->input[i];
        if (!(missing >> i & 1))
            continue;
        if (aert_holds(input, AERT_HOLDS_A_CLASS))
            return aert_fail(error, "'%s' reads the %s %s: give its class by --set %s=N, 0 to %d",
                             command, input->role == AERT_AS_LABEL ? "label" : "input", input->name,
                             input->name, input->classes - 1);
        bool set = i > 0 && (input->column || aert_input_size(input) == 1);
        if (!examples && !set)
            return aert_fail(error, "'%s' takes no input %s: 'decode' does", command, input->name);
        return aert_fail(error, "'%s' reads the input %s: name its file by --data %s=FILE%s%s%s",
                         command, input->name, input->name, set ? ", or give --set " : "",
                         !set            ? ""
                         : input->column ? input->column[0]
                                         : input->name,
                         set ? "=NUMBER" : "");
    }
    return true;
}

const AertOutput *entry_output(const AertEntry *entry, const char *name) {
    for (int i = 0; i < entry->outputs; i++)
        if (entry->output[i].kind != AERT_RESTORED && strcmp(entry->output[i].name, name) == 0)
            return &entry->output[i];
    return NULL;
}

size_t output_size(const AertOutput *output, int rows) {
    size_t size = 1;
    for (int i = 0; i < output->rank; i++) {
        int d = output->dim[i];
        size *= d < 0 ? (size_t)-d * (size_t)rows : (size_t)d;
    }
    return size;
}

typedef struct GatherTask {
    const Session *session;
    const Examples *examples;
} GatherTask;

static void gather_rows(void *context, int begin, int end) {
    const GatherTask *task = context;
    const Session *session = task->session;
    for (int i = 0; i < session->model->inputs; i++) {
        const AertInput *input = &session->model->input[i];
        bool mask = input->role == AERT_AS_GIVEN;
        int of = mask ? input->of : i;
        if (task->examples->has >> of & 1)
            (mask ? aert_data_given : aert_data_gather)(
                &task->examples->data[of], session->index, begin, end,
                is_whole(session, i) ? 0 : session->program->real_bytes, session->input[i]);
    }
}

void session_gather(Session *session, const Examples *examples, int rows) {
    GatherTask task = {session, examples};
    session->source = examples_name(examples);
    session->rows = examples->rows;
    session->source_count = examples->count;
    for (int r = 0; r < rows; r++)
        session->index[r] = session->example[r] % session->source_count;
    for (int i = 0; i < session->model->inputs; i++)
        if (examples->has >> i & 1)
            aert_data_make(&examples->data[i], session->index, 0, rows);
    aert_team_for(session->team, rows, GATHER_ROWS, gather_rows, &task);
}

AertRun session_make_run(const Session *session, const AertEntry *entry, int rows, uint64_t epoch,
                         int hold) {
    return (AertRun){.args = session->args[entry - session->program->entry],
                     .store = session->store,
                     .arena = session->arena,
                     .scratch = session->scratch,
                     .scratch_bytes = session->scratch_bytes,
                     .real_bytes = session->program->real_bytes,
                     .input = (const void *const *)session->input,
                     .scalar = session->scalar,
                     .example = session->example,
                     .seed = session->seed,
                     .epoch = epoch,
                     .batch = session->batch_index,
                     .rows = rows,
                     .hold = hold,
                     .no_gradients = hold};
}

void session_place(Session *session, int64_t index, int64_t size) {
    session->batch_index = (uint64_t)index;
    session->clock.data_size = (double)size;
}

int64_t session_example(const Session *session, int row) {
    int64_t example = session->example[row];
    if (session->source_count)
        example %= session->source_count;
    return session->rows ? session->rows[example] : example;
}

/* A check of the entry holds infinity for each index that exists, of integers -2^31, and for any
 * other the index itself: keeps a message about the first of those. */
static void check_index(Session *session, const AertOutput *output, int rows) {
    size_t count = output_size(output, rows), row = count / (size_t)rows;
    for (size_t i = 0; i < count; i++) {
        double value = session_value(session, output, i);
        if (value == (output->whole ? INT32_MIN : INFINITY))
            continue;
        bool shared = output->rank == 0 || output->dim[0] > 0;
        aert_fail(&session->refused, "%s: example %lld: %s wants %s, and this is %.10g",
                  session->source ? session->source : session->model->name,
                  (long long)session_example(session, shared ? 0 : (int)(i / row)), output->place,
                  output->name, value);
        return;
    }
}

bool session_accepts(const Session *session, AertError *error) {
    if (session->refused.text[0])
        *error = session->refused;
    return !session->refused.text[0];
}

void session_run(Session *session, const AertEntry *entry, int rows, uint64_t epoch, int hold) {
    session->clock.rows = rows;
    if (entry->compute_scalars)
        entry->compute_scalars(&session->clock, session->scalar);
    AertRun run = session_make_run(session, entry, rows, epoch, hold);
    aert_team_run(session->team, entry, &run);
    for (int i = 0; i < entry->outputs && !session->refused.text[0]; i++)
        if (entry->output[i].kind == AERT_CHECK)
            check_index(session, &entry->output[i], rows);
}

void session_init(Session *session) {
    const AertEntry *entry = session_entry(session, AERT_INIT, -1, 0);
    session->example[0] = 0;
    memset(session->store, 0, session->model->store * session->program->real_bytes);
    if (entry)
        session_run(session, entry, 1, 0, 0);
}

double session_value(const Session *session, const AertOutput *output, size_t index) {
    size_t at = output->offset + index, words = session->program->real_bytes / sizeof(int32_t);
    if (output->whole)
        return ((const int32_t *)session->arena)[output->offset * words + index];
    return session->program->real_bytes == sizeof(double)
               ? ((const double *)session->arena)[at]
               : (double)((const float *)session->arena)[at];
}
