/* Training: steps, what each minimises, over which parameters, by which optimiser.
 *
 *     minimize total over encoder with sgd(0.1)
 *        →   for each parameter p of encoder:   p ← p - lr * grad(batch_mean(total), p)
 *
 * The optimiser's text is instantiated for each parameter; the gradient is a term like any other.
 */
#include "check/internal.h"

#include <string.h>

/* "encoder.inner" of a name or a chain of fields; NULL for anything else */
static const char *group_path(Checker *c, const Ast *ast) {
    if (ast->kind == AST_name)
        return ast->name;
    if (ast->kind != AST_field)
        return NULL;
    const char *base = group_path(c, ast->kid[0]);
    return base ? path_join(c, base, ast->name) : NULL;
}

/* The text that the user wrote, in one line. */
static const char *written(Checker *c, const Ast *ast) {
    Text text;
    text_open(&text, c->arena);
    ast_print(&text, ast);
    while (text.length && text.at[text.length - 1] == '\n')
        text.at[--text.length] = 0;
    return text.at;
}

static void unknown_group(Checker *c, const Ast *ast, const char *path) {
    const char **known = NEW_ARRAY(c->arena, const char *, c->model->slots.count + 1);
    int n = 0;
    for (int i = 0; i < c->model->slots.count; i++) {
        const char *name = c->model->slots.at[i].slot.name, *point = strchr(name, '.');
        known[n++] = point ? arena_copy(c->arena, name, (size_t)(point - name)) : name;
    }
    const char *near = text_nearest(path, known, n);
    Binding *block = scope_find(c->blocks, names_of(c->names, path));
    if (diag_errors(c->diag) && (block || strcmp(path, "all") == 0))
        return; /* its parameters may be missing because of an earlier mistake */
    if (block && (block->value.kind == VALUE_block || block->value.kind == VALUE_definition))
        check_error(c, ast->loc, "`%s` has no parameters to train", path);
    else
        check_error(c, ast->loc, "there is no group of parameters `%s`", path);
    if (near)
        check_help(c, "did you mean `%s`?", near);
}

static bool collect_groups(Checker *c, const Ast *over, bool *chosen) {
    for (int i = 0; i < over->n; i++) {
        const char *path = group_path(c, over->kid[i]);
        bool found = false;
        for (int k = 0; path && k < c->model->slots.count; k++) {
            const Slot *slot = &c->model->slots.at[k].slot;
            bool inside = strcmp(path, "all") == 0 || path_within(slot->name, path);
            if (slot->kind == SLOT_param && inside)
                chosen[k] = found = true;
        }
        if (found)
            continue;
        unknown_group(c, over->kid[i], path ? path : "…");
        return false;
    }
    return true;
}

/* How a loss depends on a term: at all; by a path of differentiable operations, stop counted among
 * them; by one that a gradient takes. */
enum { DEPENDS = 1, SMOOTH = 2, TRAINS = 4 };

/* What a gradient through `term` may reach of its operand i. */
static int passes(const Term *term, int i) {
    bool choice = (term->kind == TERM_map && term->op == OP_where && i == 0) ||
                  (term->kind == TERM_gather && i == 1) || term->kind == TERM_argmax ||
                  (term->kind == TERM_map && optab[term->op].flags & STEP);
    if (choice)
        return DEPENDS;
    return term->kind == TERM_map && term->op == OP_stop ? DEPENDS | SMOOTH
                                                         : DEPENDS | SMOOTH | TRAINS;
}

/* By term id. */
static unsigned char *reached_by(Checker *c, const Term *loss) {
    unsigned char *reached = NEW_ARRAY(c->arena, unsigned char, c->model->terms.count);
    reached[loss->id] = DEPENDS | SMOOTH | TRAINS;
    for (int id = loss->id; id >= 0; id--) {
        const Term *term = c->model->terms.at[id];
        for (int i = 0; reached[id] && i < term->n; i++)
            reached[term->in[i]->id] |= reached[id] & passes(term, i);
    }
    return reached;
}

static bool differentiates(Checker *c, const unsigned char *reached) {
    for (int i = 0; i < c->model->terms.count; i++) {
        TermKind kind = c->model->terms.at[i]->kind;
        if (reached[i] && (kind == TERM_grad || kind == TERM_jacobian))
            return true;
    }
    return false;
}

/* The optimiser's text for one parameter. */
static void optimise(Checker *c, const Define *define, Loc call, int n, Value *arguments,
                     ModelSlot *slot) {
    Loc loc = c->step->loc;
    Scope *scope = scope_open(c, define->scope);
    Term *p = slot->term, *pair[2] = {c->step->loss, p};
    const char *update =
        names_of(c->names, arena_printf(c->arena, "update:%s", c->step->info.name));
    Term *g = term_new(c, TERM_grad, loc, p->type, 2, pair);
    g->called = names_of(c->names, "g");
    frame_open(c, "train", "train", define->ast, call);
    c->trained = slot->slot.name;
    c->in_optimizer = true;
    int first = c->model->slots.count;
    Value ignored;
    if (check_bind_formals(c, define, call, scope, n, arguments)) {
        scope_bind(c, scope, names_of(c->names, "p"), loc, value_term(p, loc));
        scope_bind(c, scope, names_of(c->names, "g"), loc, value_term(g, loc));
        scope_bind(c, scope, names_of(c->names, "step"), loc,
                   value_term(term_leaf(c, TERM_scalar, loc, update, (TermType){0}), loc));
        check_statements(c, scope, define->ast->kid + 1, define->ast->n - 1, &ignored);
        for (int i = first; i < c->model->slots.count; i++) { /* its states */
            const ModelSlot *state = &c->model->slots.at[i];
            Binding *b = scope_find_here(scope, state->origin->name);
            if (b->value.term == state->term)
                continue;
            Update assign = {.slot = state->slot.name, .term = b->value.term};
            list_add(c->arena, &c->step->assigns, assign);
        }
        Update assign = {.slot = c->trained,
                         .term = scope_find_here(scope, names_of(c->names, "p"))->value.term};
        list_add(c->arena, &c->step->assigns, assign);
        list_add(c->arena, &c->step->params, c->trained);
    }
    c->in_optimizer = false;
    frame_close(c);
}

static const Define *optimizer_of(Checker *c, const Ast *call, int *n, Value **arguments) {
    Value callee =
        call->kind == AST_call ? check_expression(c, c->blocks, call->kid[0]) : value_error();
    if (call->kind != AST_call ||
        (callee.kind != VALUE_error &&
         (callee.kind != VALUE_definition || strcmp(callee.define->ast->role, "optimizer") != 0))) {
        check_error(c, call->loc, "after `with` stands an optimizer with its arguments");
        return NULL;
    }
    if (callee.kind == VALUE_error)
        return NULL;
    const char **formals;
    *n = ast_formals(c, callee.define->ast, &formals);
    *arguments = NEW_ARRAY(c->arena, Value, *n + 1);
    if (!check_arguments(c, c->blocks, call, 0, *n, formals,
                         arena_printf(c->arena, "`%s`", callee.define->ast->name), *arguments))
        return NULL;
    return callee.define;
}

/* The first argument, the rate, becomes a hyper: --lr, or --set NAME.lr. */
static bool rate_as_hyper(Checker *c, const Define *define, Value *arguments, bool only, Loc loc) {
    if (define->ast->kid[0]->n == 0 || arguments[0].kind == VALUE_missing)
        return true;
    Term *rate = value_as_term(c, loc, &arguments[0]);
    if (!rate)
        return false;
    if (rate->type.rows || rate->type.n_samples || rate->type.shape.rank) {
        check_error(c, loc, "the rate is a single number, and this is %s",
                    termtype_text(c->arena, &rate->type));
        return false;
    }
    const char *formal = define->ast->kid[0]->kid[0]->name;
    const char *name = only ? formal : path_join(c, c->step->info.name, formal);
    arguments[0].term = check_hyper(c, names_of(c->names, name), rate, loc);
    return true;
}

static Term *minimised(Checker *c, const Ast *ast, Report *report) {
    Value value = check_expression(c, c->blocks, ast);
    Term *loss = value_as_term(c, ast->loc, &value);
    if (!loss)
        return NULL;
    if (loss->type.n_samples) {
        check_error(c, ast->loc, "what is minimised still has a sample axis");
        check_help(c, "remove it with a reduction over it:  sum(v, axis = samples)");
        return NULL;
    }
    if (!termtype_one_element(&loss->type)) {
        check_error(c, ast->loc, "what is minimised must have one element, and this is %s",
                    termtype_text(c->arena, &loss->type));
        check_help(c, "write the reduction:  sum(…)");
        return NULL;
    }
    report->term = loss;
    report->loc = ast->loc;
    if (loss->type.shape.rank) {
        TermType type = loss->type;
        type.shape = (Type){0};
        loss = term_new(c, TERM_reshape, ast->loc, type, 1, &loss);
    }
    if (!loss->type.rows)
        return loss;
    TermType shared = {0};
    return term_new(c, TERM_batch_mean, ast->loc, shared, 1, &loss);
}

/* What is minimised is reported, under its name where it has one. */
static void report_minimised(Checker *c, const Ast *ast, Report report) {
    Model *m = c->model;
    for (int i = 0; i < m->reports.count; i++)
        if (m->reports.at[i].term == report.term) {
            c->step->info.loss = m->reports.at[i].name;
            return;
        }
    report.name = names_of(c->names, arena_printf(c->arena, "%s.minimised", c->step->info.name));
    c->step->info.loss = written(c, ast);
    list_add(c->arena, &m->reports, report);
}

static void no_gradient(Checker *c, const Ast *ast, const ModelSlot *slot) {
    check_error(c, ast->kid[0]->loc,
                "no gradient of this reaches %s: it depends on it through comparisons alone",
                slot->slot.name);
    diag_note(c->diag, slot->slot.loc, "it is made here");
    check_help(c, "a draw from a discrete distribution has no gradient either; write the gradient "
                  "that is meant "
                  "with stop:  v + stop(q - v)");
}

static void check_minimize(Checker *c, const Ast *ast, const char *name, bool only) {
    Model *m = c->model;
    ModelStep step = {.info = {.name = name}, .loc = ast->loc};
    c->step = &step;
    Report report = {0};
    step.loss = minimised(c, ast->kid[0], &report);
    bool *chosen = NEW_ARRAY(c->arena, bool, m->slots.count + 1);
    int n = 0, slots = m->slots.count;
    Value *arguments = NULL;
    const Ast *call = ast->kid[2];
    bool groups = collect_groups(c, ast->kid[1], chosen);
    const Define *define = optimizer_of(c, call, &n, &arguments);
    if (!step.loss || !groups || !define || !rate_as_hyper(c, define, arguments, only, call->loc))
        return;
    report_minimised(c, ast->kid[0], report);
    const unsigned char *reached = reached_by(c, step.loss);
    step.info.differentiates_twice = differentiates(c, reached);
    Text over;
    text_open(&over, c->arena);
    for (int i = 0; i < ast->kid[1]->n; i++)
        text_add(&over, "%s%s", i ? ", " : "", group_path(c, ast->kid[1]->kid[i]));
    step.info.over = over.at;
    for (int i = 0; i < slots && diag_errors(c->diag) == 0; i++) {
        ModelSlot slot = m->slots.at[i];
        int way = chosen[i] ? reached[slot.term->id] : 0;
        if (way & TRAINS)
            optimise(c, define, call->loc, n, arguments, &slot);
        else if (way == DEPENDS)
            no_gradient(c, ast, &slot);
    }
    if (step.params.count == 0 && diag_errors(c->diag) == 0)
        check_error(c, ast->loc, "what is minimised depends on no parameter of %s", over.at);
    list_add(c->arena, &m->steps, step);
}

static void check_setting(Checker *c, const Ast *ast) {
    static const char *const known[] = {"batch", "epochs"};
    int *place[] = {&c->model->batch, &c->model->epochs};
    int limit[] = {65536, 1000000};
    for (int i = 0; i < 2; i++) {
        if (strcmp(ast->name, known[i]) != 0)
            continue;
        Value value = check_expression(c, c->file, ast->kid[0]);
        int number;
        if (!value_integer(c, ast->kid[0]->loc, &value, known[i], &number))
            return;
        if (number < 1 || number > limit[i])
            check_error(c, ast->kid[0]->loc, "%s must be between 1 and %d, and this is %d",
                        known[i], limit[i], number);
        else
            *place[i] = number;
        return;
    }
    check_error(c, ast->name_loc, "training has no setting `%s`", ast->name);
    const char *near = text_nearest(ast->name, known, 2);
    check_help(c, near ? "did you mean `%s`?" : "its settings are `batch` and `epochs`%s",
               near ? near : "");
}

static int count_minimizes(const Ast *ast) {
    int n = ast->kind == AST_minimize;
    for (int i = 0; i < ast->n; i++)
        if (ast->kid[i]->kind == AST_minimize || ast->kid[i]->kind == AST_step)
            n += count_minimizes(ast->kid[i]);
    return n;
}

static const char *step_name(Checker *c, const Ast *ast, int number) {
    if (ast && ast->name)
        return ast->name;
    return names_of(c->names, number ? arena_printf(c->arena, "main_%d", number + 1) : "main");
}

static void check_step(Checker *c, const Ast *ast, bool only) {
    const char *name = step_name(c, ast, c->model->steps.count);
    int n = 0;
    for (int i = 0; i < c->model->steps.count; i++)
        if (c->model->steps.at[i].info.name == name)
            check_error(c, ast->loc, "there is a step `%s` already", name);
    for (int i = 0; i < ast->n; i++) {
        if (ast->kid[i]->kind == AST_minimize && n++ == 0)
            check_minimize(c, ast->kid[i], name, only);
        else if (ast->kid[i]->kind == AST_minimize)
            check_error(c, ast->kid[i]->loc, "a step has one `minimize`, and this is another");
        else
            check_error(c, ast->kid[i]->loc, "settings stand in `train`, not in a step");
    }
    if (n == 0)
        check_error(c, ast->loc, "this step minimises nothing");
}

void check_train(Checker *c, const Ast *train) {
    bool only = count_minimizes(train) == 1;
    if (count_minimizes(train) == 0)
        check_error(c, train->loc, "training minimises nothing:  minimize total over all with …");
    for (int i = 0; i < train->n; i++) {
        const Ast *ast = train->kid[i];
        if (ast->kind == AST_setting)
            check_setting(c, ast);
        else if (ast->kind == AST_minimize)
            check_minimize(c, ast, step_name(c, NULL, c->model->steps.count), only);
        else if (ast->kind == AST_step)
            check_step(c, ast, only);
        else
            check_error(c, ast->loc, "this statement does not belong here");
    }
}
