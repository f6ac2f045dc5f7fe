/* Training: its stages, their steps, and what stands around them.
 *
 *     train                  →   stages, each with its epochs, its end, and its steps
 *       step judge { … }     →   a step: what it minimises (minimize.c), when it runs
 *
 * What stands in train holds for each stage, what stands in a stage for each of its steps, unless
 * something further inside says otherwise.
 */
#include "check/values/published.h"
#include "check/training/training.h"

#include <string.h>

enum { IN_TRAIN = 1, IN_STAGE = 2, IN_STEP = 4, EPOCHS = 10, MOST_EPOCHS = 1000000 };

/* Train, a stage or a step that is being read. */
typedef struct TrainPlace {
    int kind;
    TrainLevel level;
    StageInfo stage;             /* of a step: the one that it stands in */
    const Ast *stop;             /* when the stage ends early */
    ModelStep step;              /* of a step */
    const Ast *every;            /* of a step */
    List(const Ast *) minimizes; /* of a step: one; of those that are simultaneous: one each */
    int most;                    /* of them */
    const Ast *average;          /* of train */
} TrainPlace;

static const char *place_name(int kind) {
    return kind == IN_TRAIN ? "train" : kind == IN_STAGE ? "a stage" : "a step";
}

static const Report *find_report(const Model *model, const char *name) {
    for (int i = 0; i < model->reports.count; i++)
        if (strcmp(model->reports.at[i].name, name) == 0)
            return &model->reports.at[i];
    return NULL;
}

/* A whole number from 1 to `most`; 0 after an error. */
static int count_of(Checker *c, const Ast *ast, const char *what, int most) {
    Value value = check_expression(c, c->file, ast);
    int number;
    if (!value_integer(c, ast->loc, &value, what, &number))
        return 0;
    if (number >= 1 && number <= most)
        return number;
    check_error(c, ast->loc, "%s must be between 1 and %d, and this is %d", what, most, number);
    return 0;
}

/* ---- settings ---- */

static void read_batch(Checker *c, TrainPlace *place, const Ast *ast) {
    (void)place;
    int batch = count_of(c, ast->kid[0], "batch", MAX_ROWS);
    c->model->batch = batch ? batch : c->model->batch;
}

static void read_labelled(Checker *c, TrainPlace *place, const Ast *ast) {
    (void)place;
    int rows = count_of(c, ast->kid[0], "labelled", MAX_ROWS);
    const Model *m = c->model;
    bool missing = false;
    for (int i = 0; i < m->inputs.count; i++)
        missing |= input_holds(m->inputs.at[i].kind) == HOLDS_A_CLASS && m->inputs.at[i].missing;
    if (!missing)
        check_error(
            c, ast->loc,
            "`labelled` chooses by a label that may be missing:  label y : class[10] optional");
    if (c->model->labelled)
        check_error(c, ast->loc, "how many rows are labelled is said already");
    c->model->labelled = rows;
}

static void read_epochs(Checker *c, TrainPlace *place, const Ast *ast) {
    int epochs = count_of(c, ast->kid[0], "epochs", MOST_EPOCHS);
    place->stage.epochs = epochs ? epochs : place->stage.epochs;
}

static void read_average(Checker *c, TrainPlace *place, const Ast *ast) {
    if (place->average)
        check_error(c, ast->loc, "parameters are averaged already");
    place->average = ast->kid[0];
}

typedef void TrainReader(Checker *c, TrainPlace *place, const Ast *ast);

static const struct {
    const char *name;
    int places;
    TrainReader *read;
} settings[] = {{"batch", IN_TRAIN, read_batch},
                {"labelled", IN_TRAIN, read_labelled},
                {"epochs", IN_TRAIN | IN_STAGE, read_epochs},
                {"average", IN_TRAIN, read_average}};

enum { SETTINGS = sizeof settings / sizeof *settings };

static void read_setting(Checker *c, TrainPlace *place, const Ast *ast) {
    /* names of statements too, to find the one that was probably meant */
    const char *known[SETTINGS + 6] = {"every", "when", "clip", "decay", "stop", "stage"};
    for (int i = 0; i < SETTINGS; i++) {
        known[6 + i] = settings[i].name;
        if (strcmp(ast->name, settings[i].name) != 0)
            continue;
        if (settings[i].places & place->kind)
            settings[i].read(c, place, ast);
        else
            check_error(c, ast->name_loc, "`%s` stands in `train`%s, not in %s", ast->name,
                        settings[i].places & IN_STAGE ? " or a stage" : "",
                        place_name(place->kind));
        return;
    }
    check_error(c, ast->name_loc, "%s has no setting `%s`",
                place->kind == IN_TRAIN ? "training" : place_name(place->kind), ast->name);
    const char *near = text_nearest(ast->name, known, SETTINGS + 6);
    static const char *const help[] = {
        [IN_TRAIN] = "its settings are `batch`, `labelled`, `epochs` and `average`",
        [IN_STAGE] = "its setting is `epochs`",
        [IN_STEP] = "when it runs is said by `every 5 steps` and `when loss < 0.1`"};
    if (near)
        check_help(c, "did you mean `%s`?", near);
    else
        check_help(c, "%s", help[place->kind]);
}

/* ---- what stands in train, a stage or a step beside its minimises ---- */

static void read_clip(Checker *c, TrainPlace *place, const Ast *ast) {
    level_clip(c, &place->level, ast);
}

static void read_decay(Checker *c, TrainPlace *place, const Ast *ast) {
    level_decay(c, &place->level, ast);
}

static void read_every(Checker *c, TrainPlace *place, const Ast *ast) {
    if (place->every)
        check_error(c, ast->loc, "how often this step runs is said already");
    place->every = ast;
    int every = count_of(c, ast->kid[0], "every", MOST_EPOCHS);
    place->step.info.every = every ? every : 1;
}

static void read_when(Checker *c, TrainPlace *place, const Ast *ast) {
    if (place->step.info.when)
        check_error(c, ast->loc, "when this step runs is said already");
    place->step.when = check_when(c, ast);
    place->step.info.when = true;
}

static void read_stop(Checker *c, TrainPlace *place, const Ast *ast) {
    if (place->stop)
        check_error(c, ast->loc, "when %s stops is said already",
                    place->kind == IN_TRAIN ? "training" : "this stage");
    place->stop = ast;
}

static void read_minimize(Checker *c, TrainPlace *place, const Ast *ast) {
    if (place->minimizes.count == place->most && place->most == 1)
        check_error(c, ast->loc, "a step has one `minimize`, and this is another");
    list_add(c->arena, &place->minimizes, ast);
}

static const struct {
    int places;
    TrainReader *read;
    const char *where; /* it belongs */
} readers[NUM_AST] = {
    [AST_setting] = {IN_TRAIN | IN_STAGE | IN_STEP, read_setting, ""},
    [AST_clip] = {IN_TRAIN | IN_STAGE | IN_STEP, read_clip, ""},
    [AST_decay] = {IN_TRAIN | IN_STAGE | IN_STEP, read_decay, ""},
    [AST_every] = {IN_STEP, read_every, "`every` stands in a step"},
    [AST_when] = {IN_STEP, read_when, "`when` stands in a step"},
    [AST_stop] = {IN_TRAIN | IN_STAGE, read_stop, "`stop` stands in train or a stage"},
    [AST_minimize] = {IN_STEP, read_minimize, ""},
    [AST_step] = {0, NULL, "a step stands in train or a stage"},
    [AST_simultaneous] = {0, NULL, "a step stands in train or a stage"},
    [AST_stage] = {0, NULL, "a stage stands in train"},
};

/* Reads the statements of a place, but for those of the kinds kind[0 … later), which the caller
 * goes through afterwards. */
static void read_place(Checker *c, TrainPlace *place, const Ast *ast, int later,
                       const AstKind *kind) {
    for (int i = 0; i < ast->n; i++) {
        const Ast *kid = ast->kid[i];
        bool skip = false;
        for (int k = 0; k < later; k++)
            skip |= kid->kind == kind[k];
        if (skip)
            continue;
        if (readers[kid->kind].places & place->kind)
            readers[kid->kind].read(c, place, kid);
        else
            check_error(c, kid->loc, "%s, not in %s", readers[kid->kind].where,
                        place_name(place->kind));
    }
}

/* ---- steps ---- */

static const AstKind steps[] = {AST_minimize, AST_step, AST_simultaneous};

enum { STEP_KINDS = sizeof steps / sizeof *steps };

static bool is_step(const Ast *ast) {
    for (int i = 0; i < STEP_KINDS; i++)
        if (ast->kind == steps[i])
            return true;
    return false;
}

static int count_minimizes(const Ast *ast) {
    int n = ast->kind == AST_minimize;
    for (int i = 0; i < ast->n; i++)
        if (is_step(ast->kid[i]) || ast->kid[i]->kind == AST_stage)
            n += count_minimizes(ast->kid[i]);
    return n;
}

/* "judge"; "main", "main_2" where it has no name; in a stage "first.judge", "first", "first_2" */
static const char *step_name(Checker *c, const char *name, const StageInfo *stage) {
    int number = c->model->steps.count - stage->first;
    if (name)
        return stage->name ? path_join(c, stage->name, name) : name;
    const char *base = stage->name ? stage->name : "main";
    return names_of(c->names, number ? arena_printf(c->arena, "%s_%d", base, number + 1) : base);
}

static TrainPlace open_step(const Checker *c, const TrainPlace *outer, int minimizes) {
    TrainPlace place = {.kind = IN_STEP, .level = {.outer = &outer->level}, .stage = outer->stage};
    place.step.info = (StepInfo){.stage = c->model->stages.count, .every = 1};
    place.most = minimizes;
    return place;
}

/* Adds the step number `i` of those in `place`; `ast` is what gives it its name. */
static void add_step(Checker *c, const Ast *ast, const char *name, const TrainPlace *place, int i,
                     bool only) {
    ModelStep step = place->step;
    step.info.name = step_name(c, name, &place->stage);
    step.info.joined = i > 0;
    check_too_long(c, ast->loc, step.info.name);
    for (int k = 0; k < c->model->steps.count; k++)
        if (c->model->steps.at[k].info.name == step.info.name) {
            check_error(c, ast->loc, "there is a step `%s` already", step.info.name);
            return;
        }
    check_minimize(c, place->minimizes.at[i], step, only, &place->level);
}

static void check_step(Checker *c, const Ast *ast, const TrainPlace *outer, bool only) {
    TrainPlace place = open_step(c, outer, 1);
    if (ast->kind == AST_minimize)
        list_add(c->arena, &place.minimizes, ast);
    else
        read_place(c, &place, ast, 0, NULL);
    if (place.minimizes.count)
        add_step(c, ast, ast->kind == AST_step ? ast->name : NULL, &place, 0, only);
    else
        check_error(c, ast->loc, "this step minimises nothing");
}

/* An error where two simultaneous steps train one parameter: both start from its old value, so the
 * update of the first would be lost. */
static void check_apart(Checker *c, const Ast *one, const Ast *other) {
    for (int i = 0; i < c->model->slots.count; i++) {
        const Slot *slot = &c->model->slots.at[i].slot;
        if ((slot->kind != SLOT_param && slot->kind != SLOT_state) ||
            !groups_hold(c, one->kid[1], slot->name) || !groups_hold(c, other->kid[1], slot->name))
            continue;
        check_error(c, other->kid[1]->loc,
                    "%s is in the groups of two steps that are simultaneous: each has its own",
                    slot->name);
        diag_note(c->diag, one->kid[1]->loc, "it belongs to these as well");
        return;
    }
}

/* step judge, fool simultaneous { … }: all read the parameters as they were before any of them. */
static void check_simultaneous(Checker *c, const Ast *ast, const TrainPlace *outer) {
    const Ast *names = ast->kid[0];
    TrainPlace place = open_step(c, outer, names->n);
    Ast body = *ast;
    body.kid++;
    body.n--;
    read_place(c, &place, &body, 0, NULL);
    if (names->n < 2) {
        check_error(c, names->loc, "steps that are simultaneous are two or more");
        check_help(c, "write them with commas:  step judge, fool simultaneous { … }");
        return;
    }
    if (place.minimizes.count != names->n) {
        check_error(c, names->loc, "%d steps want a `minimize` each, in this order, and here %s %d",
                    names->n, place.minimizes.count == 1 ? "is" : "are", place.minimizes.count);
        return;
    }
    for (int i = 0; i < names->n; i++) {
        for (int k = 0; k < i; k++)
            check_apart(c, place.minimizes.at[k], place.minimizes.at[i]);
        add_step(c, names->kid[i], names->kid[i]->name, &place, i, false);
    }
}

/* ---- stages ---- */

static void unknown_watch(Checker *c, const Ast *ast, const char *path, const char *prefix) {
    Model *m = c->model;
    const char **known = NEW_ARRAY(c->arena, const char *, m->reports.count + 1);
    for (int i = 0; i < m->reports.count; i++)
        known[i] = arena_printf(c->arena, "%s%s", prefix, m->reports.at[i].name);
    const char *near = text_nearest(path, known, m->reports.count);
    check_error(c, ast->loc, "there is no loss or metric `%s`", path + strlen(prefix));
    if (near)
        check_help(c, "did you mean `%s`?", near);
    else
        check_help(c, "a value of one element of a loss or metric block; `valid.` before it means "
                      "that of validation");
}

/* What a name that is watched stands for: valid.nll, or nll; false after an error. */
static bool find_watched(Checker *c, const Ast *value, const char **watch, Watch *of) {
    const char *path = group_path(c, value);
    if (!path) {
        check_error(c, value->loc,
                    "what is watched is the name of a loss or metric, such as "
                    "valid.total");
        return false;
    }
    bool valid = strncmp(path, "valid.", 6) == 0;
    const Report *report = find_report(c->model, valid ? path + 6 : path);
    if (!report) {
        if (diag_errors(c->diag) == 0)
            unknown_watch(c, value, path, valid ? "valid." : "");
        return false;
    }
    if (!termtype_one_element(&report->term->type)) {
        check_error(c, value->loc, "`%s` is %s: what is watched is one number", report->name,
                    termtype_text(c->arena, &report->term->type));
        return false;
    }
    *watch = report->name;
    *of = valid ? WATCH_valid : WATCH_training;
    return true;
}

/* stop after 5 epochs without lower valid.nll */
static void check_stop(Checker *c, const Ast *ast, StageInfo *stage) {
    stage->patience = count_of(c, ast->kid[0], "the number of epochs", MOST_EPOCHS);
    if (find_watched(c, ast->kid[1], &stage->watch, &stage->of))
        stage->higher = strcmp(ast->role, "higher") == 0;
}

void check_plateaus(Checker *c) {
    for (int i = 0; i < c->model->plateaus.count; i++) {
        PlateauInfo *plateau = &c->model->plateaus.at[i];
        find_watched(c, c->watches.at[i], &plateau->watch, &plateau->of);
    }
}

/* The steps of a stage, or of a train block without stages; then the stage is complete. */
static void check_steps(Checker *c, const Ast *ast, TrainPlace *place, bool only) {
    Model *m = c->model;
    place->stage.first = m->steps.count;
    for (int i = 0; i < ast->n; i++)
        if (ast->kid[i]->kind == AST_simultaneous)
            check_simultaneous(c, ast->kid[i], place);
        else if (is_step(ast->kid[i]))
            check_step(c, ast->kid[i], place, only);
    StageInfo *stage = &place->stage;
    stage->steps = m->steps.count - stage->first;
    if (stage->steps)
        stage->watch = m->steps.at[stage->first].info.report;
    if (place->stop)
        check_stop(c, place->stop, stage);
    list_add(c->arena, &m->stages, *stage);
}

static void check_stage(Checker *c, const Ast *ast, const TrainPlace *train, bool only) {
    TrainPlace place = {
        .kind = IN_STAGE, .level = {.outer = &train->level}, .stage = train->stage, .stop = NULL};
    place.stage.name = ast->name;
    for (int i = 0; i < c->model->stages.count; i++)
        if (c->model->stages.at[i].name == ast->name) {
            check_error(c, ast->name_loc, "there is a stage `%s` already", ast->name);
            return;
        }
    publish(c, SPACE_setting, path_join(c, ast->name, "epochs"), NULL, ast->name_loc,
            arena_printf(c->arena, "the epochs of the stage `%s`", ast->name));
    if (count_minimizes(ast) == 0)
        check_error(c, ast->loc, "this stage minimises nothing");
    read_place(c, &place, ast, STEP_KINDS, steps);
    if (!place.stop)
        place.stop = train->stop;
    check_steps(c, ast, &place, only);
}

static void check_average(Checker *c, const Ast *ast) {
    Term *factor = check_term(c, c->blocks, ast);
    double value;
    if (!factor)
        return;
    if (factor->type.rows || factor->type.n_samples || factor->type.shape.rank)
        check_error(c, ast->loc, "an average is weighted by a single number, and this is %s",
                    factor->type.rows ? "one for each example"
                                      : termtype_text(c->arena, &factor->type));
    else if (term_is_number(factor, &value) && !(value >= 0 && value < 1))
        check_error(c, ast->loc, "average must be at least 0 and below 1, and this is %s",
                    text_number(c->arena, value));
    else
        add_averages(c, factor, ast->loc);
}

void check_train(Checker *c, const Ast *train) {
    TrainPlace place = {.kind = IN_TRAIN, .stage = {.epochs = EPOCHS}};
    bool only = count_minimizes(train) == 1, staged = false;
    for (int i = 0; i < train->n; i++)
        staged |= train->kid[i]->kind == AST_stage;
    if (count_minimizes(train) == 0)
        check_error(c, train->loc, "training minimises nothing:  minimize total over all with …");
    AstKind later[] = {AST_minimize, AST_step, AST_simultaneous, AST_stage};
    read_place(c, &place, train, 4, later);
    if (c->model->labelled >= c->model->batch)
        check_error(c, train->loc,
                    "of a batch of %d rows, %d are labelled: the others go beside them",
                    c->model->batch, c->model->labelled);
    for (int i = 0; staged && i < train->n; i++) {
        const Ast *ast = train->kid[i];
        if (ast->kind == AST_stage)
            check_stage(c, ast, &place, only);
        else if (is_step(ast))
            check_error(c, ast->loc, "a train block with stages has its steps in them");
    }
    if (!staged)
        check_steps(c, train, &place, only);
    if (place.average && diag_errors(c->diag) == 0)
        check_average(c, place.average);
    if (diag_errors(c->diag) == 0)
        publish_columns(c);
}
