/* The file: definitions, declarations and then blocks, each in the order of the text.
 *
 * A block is a scope of its own; what it names is known to later blocks, plainly or as block.name.
 * Definitions see the file's constants and definitions, never what blocks name.
 */
#include "check/elaboration/elaboration.h"
#include "check/training/training.h"
#include "check/values/published.h"

#include <math.h>
#include <string.h>

/* ---- the names that are always known ---- */

static const struct {
    const char *name;
    double value;
} numbers[] = {{"pi", 3.14159265358979323846}, {"infinity", INFINITY}, {"true", 1}, {"false", 0}};

static const char *const scalars[] = {
#define ABI_CLOCK(name, what) #name,
#include "abi.def"
};

/* Of axes, and of paddings. */
static const char *const words[] = {"all", "samples", "same", "valid"};

static void bind_known_names(Checker *c) {
    Scope *scope = c->prelude;
    Loc nowhere = {0};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        scope_bind(c, scope, names_of(c->names, numbers[i].name), nowhere,
                   value_number(c, nowhere, numbers[i].value));
    for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++) {
        const char *name = names_of(c->names, scalars[i]);
        scope_bind(c, scope, name, nowhere,
                   value_term(term_leaf(c, TERM_scalar, nowhere, name, (TermType){0}), nowhere));
    }
    scope_bind(
        c, scope, names_of(c->names, "training"), nowhere,
        value_term(term_leaf(c, TERM_training, nowhere, "training", (TermType){0}), nowhere));
    Term *row = term_new(c, TERM_iota, nowhere, (TermType){.rows = true}, 0, NULL);
    scope_bind(c, scope, names_of(c->names, "row"), nowhere, value_term(row, nowhere));
    scope_bind(c, scope, names_of(c->names, "none"), nowhere, (Value){.kind = VALUE_none});
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        scope_bind(c, scope, names_of(c->names, words[i]), nowhere,
                   (Value){.kind = VALUE_axis, .name = words[i]});
}

/* ---- the whole ---- */

static void declare(Checker *c, const Ast *ast) {
    Binding *old = scope_find_here(c->file, ast->name);
    if (old) {
        check_error(c, ast->name_loc, "`%s` has a value already", ast->name);
        diag_note(c->diag, old->loc, "it got it here");
    } else if (ast->kind == AST_const)
        scope_bind(c, c->file, ast->name, ast->name_loc, const_value(c, c->file, ast));
    else if (ast->kind == AST_hyper)
        scope_bind(c, c->file, ast->name, ast->name_loc, hyper_value(c, c->file, ast));
    else
        check_input(c, ast);
}

/* Runs what stands outside of blocks: declarations, and what other files define. Every block knows
 * these names, also one that stands above them. */
static void run_declarations(Checker *c, const Ast *file) {
    for (int i = 0; i < file->n; i++) {
        const Ast *ast = file->kid[i];
        if (ast->kind == AST_model) {
            if (c->model->name)
                check_error(c, ast->loc, "the model has a name already: `%s`", c->model->name);
            c->model->name = ast->name;
        } else if (ast->kind == AST_use)
            check_use(c, ast);
        else if (ast->kind == AST_input || ast->kind == AST_label || ast->kind == AST_const ||
                 ast->kind == AST_hyper)
            declare(c, ast);
    }
}

static void run_blocks(Checker *c, const Ast *file) {
    const Ast *train = NULL;
    for (int i = 0; i < file->n; i++) {
        const Ast *ast = file->kid[i];
        if (ast->kind == AST_use)
            check_use_blocks(c, ast);
        else if (ast->kind == AST_block && strcmp(ast->role, "generate") == 0)
            check_generate(c, ast, c->blocks, (Loc){0});
        else if (ast->kind == AST_block)
            check_block(c, ast, c->blocks, (Loc){0});
        else if (ast->kind == AST_train) {
            if (train)
                check_error(c, ast->loc, "there is a train block already");
            train = ast;
        }
    }
    if (train) {
        check_train(c, train);
        check_plateaus(c);
    } else
        check_error(c, file->loc, "the model has no `train` block, which says what is minimised");
}

/* An error where the reconstruction has another shape than the input; it points at the layer that
 * made the shape as well. */
static void wrong_reconstruction(Checker *c, const Term *value, const InputInfo *input) {
    const Term *maker = value;
    Loc loc = maker->loc;
    while (maker && maker->kind == TERM_map) { /* sigmoid(logits) has the shape of logits */
        const Term *next = NULL;
        for (int i = 0; i < maker->n && !next; i++)
            if (type_equal(maker->in[i]->type.shape, value->type.shape))
                next = maker->in[i];
        maker = next;
        loc = maker && !check_in_prelude(c, maker->loc) ? maker->loc : loc;
    }
    const char *what = input->role == AS_target ? "target" : "input";
    check_error(c, value->loc, "the reconstruction is %s, and the %s %s",
                termtype_text(c->arena, &value->type), what, type_text(c->arena, input->type));
    check_help(c, "`xhat`, or else the last value of the decoder, has the %s's shape", what);
    if (diag_line(c->diag, loc) != diag_line(c->diag, value->loc))
        diag_note(c->diag, loc, "its shape is made here");
    Binding *declared = scope_find_here(c->file, input->name);
    if (declared)
        diag_note(c->diag, declared->loc, "the %s is declared here", what);
}

/* An error where a batch of a value holds more numbers than an `int` counts: kernels go over them
 * with one. */
static void check_batch_limit(Checker *c) {
    const Model *m = c->model;
    for (int i = 0; i < m->terms.count; i++) {
        const Term *term = m->terms.at[i];
        double size = type_size(termtype_array(&term->type), m->batch);
        if (size <= MAX_BATCH_NUMBERS)
            continue;
        check_error(c, term->loc, "with a batch of %d this holds %.0f numbers: the limit is %d",
                    m->batch, size, MAX_BATCH_NUMBERS);
        check_help(c, "a smaller batch holds fewer:  train { batch … }");
        return;
    }
}

static void settle_commands(Checker *c, const Ast *file) {
    Model *m = c->model;
    check_plain_prior(c);
    check_divergences(c);
    check_batch_limit(c);
    if ((m->code && m->code->type.spread) || (m->reconstruction && m->reconstruction->type.spread))
        check_error(c, m->code && m->code->type.spread ? m->code->loc : m->reconstruction->loc,
                    "the code and the reconstruction have no sample axis that `spread` made");
    if (m->inputs.count == 0 || m->inputs.at[0].role != AS_data) {
        check_error(c, file->loc, "the model has no `input`, which says what a data set supplies");
        return;
    }
    for (int i = 1; i < m->inputs.count && m->original == 0; i++)
        m->original = m->inputs.at[i].role == AS_target ? i : 0;
    const InputInfo *original = &m->inputs.at[m->original];
    check_targets(c);
    if (m->reconstruction && !type_equal(m->reconstruction->type.shape, original->type)) {
        wrong_reconstruction(c, m->reconstruction, original);
        return;
    }
    m->restored = input_unscaled(c, original, m->reconstruction);
    bool like_first = m->noisy && type_equal(m->noisy->type.shape, m->inputs.at[0].type);
    m->corrupted = like_first ? input_unscaled(c, &m->inputs.at[0], m->noisy) : m->noisy;
}

Model *check_model(Arena *arena, Names *names, Diag *diag, const CheckInput *input) {
    Checker *c = NEW(arena, Checker);
    *c = (Checker){.arena = arena, .names = names, .diag = diag, .tree = input->model};
    c->overrides = input->overrides;
    c->n_overrides = input->n_overrides;
    c->model = NEW(arena, Model);
    c->model->batch = 128;
    c->prelude = scope_open(c, NULL);
    c->file = scope_open(c, c->prelude);
    c->blocks = scope_open(c, c->file);
    bind_known_names(c);
    for (int i = 0; i < input->n_prelude; i++)
        check_definitions(c, c->prelude, input->prelude[i]);
    check_definitions(c, c->file, input->model);
    c->load = input->load;
    c->load_user = input->user;
    check_load_uses(c, input->model);
    if (diag_errors(diag)) /* what an unreadable file would define is not known */
        return NULL;
    check_overrides(c);
    run_declarations(c, input->model);
    run_blocks(c, input->model);
    if (diag_errors(diag) == 0)
        settle_commands(c, input->model);
    if (diag_errors(diag) == 0)
        check_warnings(c, input->model);
    return diag_errors(diag) ? NULL : c->model;
}
