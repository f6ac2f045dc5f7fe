/* minimize LOSS over GROUPS with OPTIMIZER.
 *
 *     minimize total over encoder with sgd(0.1)
 *        →   for each parameter p of encoder:   p ← p - lr * grad(batch_mean(total), p)
 *
 * The optimiser's text is instantiated for each parameter; the gradient is a term like any other.
 */
#include "check/training/training.h"
#include "check/values/range.h"

#include <string.h>

/* The text that the user wrote, in one line. */
static const char *written(Checker *c, const Ast *ast) {
    Text text;
    text_open(&text, c->arena);
    ast_print(&text, ast);
    while (text.length && text.at[text.length - 1] == '\n')
        text.at[--text.length] = 0;
    return text.at;
}

/* By term: how the loss depends on it (DEPENDS, SMOOTH, TRAINS). */
static unsigned char *reached_by(Checker *c, const Term *loss) {
    unsigned char *reached = NEW_ARRAY(c->arena, unsigned char, c->model->terms.count);
    reached[loss->id] = DEPENDS | SMOOTH | TRAINS;
    for (int id = loss->id; id >= 0; id--) {
        const Term *term = c->model->terms.at[id];
        for (int i = 0; reached[id] && i < term->n; i++)
            reached[term->in[i]->id] |= reached[id] & term_passes(term, i);
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

typedef struct Optimizer {
    const Define *define;
    Loc loc; /* where it is called */
    int n;
    Value *arguments;
} Optimizer;

/* Called for each parameter and told once: messages that are the same at the same place are one. */
static void warn_unchanged(Checker *c, const Optimizer *o) {
    diag_warning(c->diag, o->loc, "the optimizer `%s` never changes p: this trains nothing",
                 o->define->ast->name);
    diag_help(c->diag, "an update of the parameter is written  p <- p - …");
}

/* The optimiser's text for one parameter. */
static void optimise(Checker *c, const Optimizer *o, const ModelSlot *slot, Term *g) {
    const Define *define = o->define;
    Loc loc = c->step->loc, call = o->loc;
    Scope *scope = scope_open(c, define->scope);
    Term *p = slot->term;
    int number = c->model->steps.count; /* of the step, which joins them when it is whole */
    Term *update = term_scalar(c, loc, SCALAR_update, number, c->step->info.name);
    frame_open(c, "train", "train", define->ast, call);
    Context inside = c->context;
    inside.trained = slot->slot.name;
    context_enter(c, inside); /* until the frame is closed */
    int first = c->model->slots.count;
    Value ignored;
    if (check_bind_formals(c, define, call, scope, o->n, o->arguments)) {
        scope_bind(c, scope, names_of(c->names, "p"), loc, value_term(p, loc));
        scope_bind(c, scope, names_of(c->names, "g"), loc, value_term(g, loc));
        scope_bind(c, scope, names_of(c->names, "step"), loc, value_term(update, loc));
        check_statements(c, scope, define->ast->kid + 1, define->ast->n - 1, &ignored);
        for (int i = first; i < c->model->slots.count; i++) { /* its states */
            const ModelSlot *state = &c->model->slots.at[i];
            Binding *b = scope_find_here(scope, state->origin->name);
            if (b->value.term == state->term)
                continue;
            Update assign = {.slot = state->slot.name, .term = b->value.term};
            list_add(c->arena, &c->step->assigns, assign);
        }
        Update assign = {.slot = slot->slot.name,
                         .term = scope_find_here(scope, names_of(c->names, "p"))->value.term};
        if (assign.term == p && diag_errors(c->diag) == 0)
            warn_unchanged(c, o);
        if (slot->kept)
            assign.term = term_with(c, slot->kept, p, assign.term);
        list_add(c->arena, &c->step->assigns, assign);
        list_add(c->arena, &c->step->params, slot->slot.name);
    }
    frame_close(c);
}

static bool optimizer_of(Checker *c, const Ast *call, Optimizer *o) {
    Value callee =
        call->kind == AST_call ? check_expression(c, c->blocks, call->kid[0]) : value_error();
    if (call->kind != AST_call ||
        (callee.kind != VALUE_error &&
         (callee.kind != VALUE_definition || strcmp(callee.define->ast->role, "optimizer") != 0))) {
        const Ast *name = call->kind == AST_call ? call->kid[0] : call;
        const char *meant = name->kind == AST_name ? check_meant(c, c->blocks, name->name) : NULL;
        if (meant && check_was_told(c, name->name))
            return false;
        check_error(c, call->loc, "after `with` stands an optimizer with its arguments");
        if (meant)
            check_offer(c, c->blocks, meant);
        return false;
    }
    if (callee.kind == VALUE_error)
        return false;
    const char **formals;
    int n = ast_formals(c, callee.define->ast, &formals);
    *o = (Optimizer){.define = callee.define, .loc = call->loc, .n = n};
    o->arguments = NEW_ARRAY(c->arena, Value, n + 1);
    return check_arguments(c, c->blocks, call, 0, n, formals,
                           arena_printf(c->arena, "`%s`", callee.define->ast->name), callee.define,
                           o->arguments);
}

/* The first argument, the rate, becomes a hyper: --lr, or --set NAME.lr. */
static bool rate_as_hyper(Checker *c, Optimizer *o, bool only) {
    const Ast *formals = o->define->ast->kid[0];
    Loc loc = o->loc;
    if (formals->n == 0 || o->arguments[0].kind == VALUE_missing)
        return true;
    Term *rate = value_as_term(c, loc, &o->arguments[0]);
    if (!rate)
        return false;
    if (rate->type.rows || rate->type.n_samples || rate->type.shape.rank) {
        check_error(c, loc, "the rate is a single number, and this is %s",
                    termtype_text(c->arena, &rate->type));
        return false;
    }
    const char *formal = formals->kid[0]->name;
    const char *name = only ? formal : path_join(c, c->step->info.name, formal);
    check_argument_range(c, formals->kid[0], arena_printf(c->arena, "`%s`", o->define->ast->name),
                         loc, &o->arguments[0]);
    const char *what = arena_printf(
        c->arena, only ? "the rate `%s` of what is minimised" : "the rate `%s` of the step `%s`",
        formal, c->step->info.name);
    o->arguments[0].term = check_hyper(c, names_of(c->names, name), rate, loc, what);
    return true;
}

Term *mean_of(Checker *c, Loc loc, Term *term) {
    if (term->type.shape.rank) {
        TermType type = term->type;
        type.shape = (Type){0};
        term = term_new(c, TERM_reshape, loc, type, 1, &term);
    }
    if (!term->type.rows)
        return term;
    return term_new(c, TERM_batch_mean, loc, (TermType){0}, 1, &term);
}

/* minimize total: of several blocks that give the name the only loss is meant; NULL where there is
 * none. */
static const Value *loss_named(Checker *c, const Ast *ast) {
    const Binding *name = ast->kind == AST_name ? scope_find_here(c->blocks, ast->name) : NULL;
    Binding *only = NULL;
    int count = 0;
    for (int i = 0; name && name->rival && i < c->blocks->bindings.count; i++) {
        const Value *block = &c->blocks->bindings.at[i].value;
        bool is_loss = block->kind == VALUE_block && path_within(block->path, "loss");
        Binding *found = is_loss ? scope_find_here(block->inside, ast->name) : NULL;
        only = found ? found : only;
        count += found != NULL;
    }
    if (count != 1)
        return NULL;
    only->used = true;
    return &only->value;
}

static Term *minimised(Checker *c, const Ast *ast, Report *report) {
    const Value *named = loss_named(c, ast);
    Value value = named ? *named : check_expression(c, c->blocks, ast);
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
    return mean_of(c, ast->loc, loss);
}

/* What is minimised is reported, under its name where it has one; that of a metric is refused. */
static void report_minimised(Checker *c, const Ast *ast, Report report) {
    Model *m = c->model;
    const Report *known = NULL;
    for (int i = 0; i < m->reports.count && (!known || known->metric); i++)
        if (m->reports.at[i].term == report.term)
            known = &m->reports.at[i];
    if (known && known->metric && ast->kind == AST_name) {
        check_error(c, ast->loc, "`%s` is a metric, which nothing is trained on", known->name);
        check_help(c, "write it in a loss block");
    }
    if (known) {
        c->step->info.loss = c->step->info.report = known->name;
        return;
    }
    report.name = names_of(c->names, arena_printf(c->arena, "%s.minimised", c->step->info.name));
    c->step->info.loss = written(c, ast);
    c->step->info.report = report.name;
    list_add(c->arena, &m->reports, report);
}

/* Where a path from a slot to the loss first loses its gradient: the draw that this happens in,
 * else the choice. */
static const Term *blocked_at(Checker *c, const unsigned char *reached, const Term *slot) {
    int n = c->model->terms.count;
    unsigned char *from = NEW_ARRAY(c->arena, unsigned char, n);
    const Term *choice = NULL;
    from[slot->id] = DEPENDS | SMOOTH;
    for (int id = slot->id + 1; id < n; id++) {
        const Term *term = c->model->terms.at[id];
        bool inside = choice && term->kind == TERM_draw && term->ints[0] <= choice->id;
        if (reached[id] && inside)
            return term;
        for (int i = 0; i < term->n; i++) {
            int way = from[term->in[i]->id];
            from[id] |= way & term_passes(term, i);
            if (!choice && reached[id] && (way & SMOOTH) && !(term_passes(term, i) & SMOOTH))
                choice = term;
        }
    }
    return choice;
}

static void no_gradient(Checker *c, const Ast *ast, const ModelSlot *slot,
                        const unsigned char *reached) {
    const Term *at = blocked_at(c, reached, slot->term);
    bool draw = at && at->kind == TERM_draw;
    check_error(c, ast->kid[0]->loc,
                "no gradient of this reaches %s: it depends on it through %s alone",
                slot->slot.name, draw ? "discrete draws" : "comparisons");
    if (at)
        diag_note(c->diag, at->loc,
                  draw ? "this draw passes no gradient on" : "this passes no gradient on");
    diag_note(c->diag, slot->slot.loc, "it is made here");
    check_help(c, draw ? "draw from a distribution that does, such as gumbel_softmax; or write the "
                         "gradient that is meant, z + stop(q - z); or stop(…) what needs none"
                       : "write the gradient that is meant with stop:  v + stop(q - v)");
}

/* One update for each parameter that a gradient reaches. */
static void train_parameters(Checker *c, const Ast *ast, const Optimizer *o, const size_t *chosen,
                             const TrainLevel *level) {
    Model *m = c->model;
    const unsigned char *reached = reached_by(c, c->step->loss);
    int slots = m->slots.count, n = 0;
    int *slot = NEW_ARRAY(c->arena, int, slots + 1);
    Term **g = NEW_ARRAY(c->arena, Term *, slots + 1);
    c->step->info.differentiates_twice = differentiates(c, reached);
    for (int i = 0; i < slots && diag_errors(c->diag) == 0; i++) {
        int way = chosen[i] ? reached[m->slots.at[i].term->id] : 0;
        m->slots.at[i].named |= chosen[i] > 0;
        m->slots.at[i].held |= (way & SMOOTH) != 0;
        if (way == DEPENDS)
            no_gradient(c, ast, &m->slots.at[i], reached);
        if (!(way & TRAINS))
            continue;
        Term *pair[2] = {c->step->loss, m->slots.at[i].term};
        g[n] = term_new(c, TERM_grad, c->step->loc, pair[1]->type, 2, pair);
        g[n]->user_name = names_of(c->names, "g");
        slot[n++] = i;
    }
    if (diag_errors(c->diag) == 0)
        gradients_adjust(c, level, n, slot, g);
    for (int i = 0; i < n && diag_errors(c->diag) == 0; i++) {
        ModelSlot trained = m->slots.at[slot[i]];
        optimise(c, o, &trained, g[i]);
    }
}

/* States change in the steps that name their group. */
static void update_states(Checker *c, const Ast *over) {
    for (int i = 0; i < c->model->updates.count; i++) {
        StateUpdate update = c->model->updates.at[i];
        Update assign = {.slot = update.slot, .term = update.value};
        if (groups_hold(c, over, update.slot))
            list_add(c->arena, &c->step->assigns, assign);
    }
}

void check_minimize(Checker *c, const Ast *ast, ModelStep step, bool only,
                    const TrainLevel *level) {
    Model *m = c->model;
    c->step = &step;
    Report report = {0};
    step.loc = ast->loc;
    step.loss = minimised(c, ast->kid[0], &report);
    size_t *chosen = NEW_ARRAY(c->arena, size_t, m->slots.count + 1);
    Optimizer optimizer;
    bool groups = groups_reach(c, ast->kid[1], chosen);
    if (!optimizer_of(c, ast->kid[2], &optimizer) || !step.loss || !groups ||
        !rate_as_hyper(c, &optimizer, only))
        return;
    report_minimised(c, ast->kid[0], report);
    step.info.over = groups_text(c, ast->kid[1]);
    train_parameters(c, ast, &optimizer, chosen, level);
    update_states(c, ast->kid[1]);
    if (step.params.count == 0 && diag_errors(c->diag) == 0)
        check_error(c, ast->loc, "what is minimised depends on no parameter of %s", step.info.over);
    list_add(c->arena, &m->steps, step);
}
