/* `keep f(…)` behind a param: what holds of it from its initial value on.
 *
 *     param W : [n, m] ~ glorot_uniform keep unit_norm(axis = 0)
 *         →   W begins as unit_norm(draws), and each update  W <- v  becomes  W <- unit_norm(v)
 *
 * f is run once, of the parameter itself; an update puts its own value into the parameter's place
 * (term_with). So it must not go by what the initial value cannot know: examples, draws, other
 * parameters.
 */
#include "check/elaboration/elaboration.h"

/* Names what a term reads that exists only within a training step; NULL: nothing. */
static const char *read_elsewhere(Checker *c, const Term *term, const Term *param) {
    if (term->kind == TERM_random || term->kind == TERM_draw)
        return "draws";
    if (term->type.rows)
        return "goes by the examples of a batch";
    if (term->kind == TERM_slot && term != param)
        return arena_printf(c->arena, "reads %s", term->name);
    return NULL;
}

static bool is_of_param(Checker *c, const Ast *ast, const Term *value, const Term *param) {
    const Model *m = c->model;
    bool *needed = NEW_ARRAY(c->arena, bool, m->terms.count);
    needed[value->id] = true;
    model_mark_operands(m, needed);
    for (int i = 0; i < m->terms.count; i++) {
        const char *why = needed[i] ? read_elsewhere(c, m->terms.at[i], param) : NULL;
        if (!why)
            continue;
        check_error(c, ast->loc,
                    "what a parameter is kept at follows from itself, numbers and hypers, and this "
                    "%s",
                    why);
        return false;
    }
    return true;
}

void check_keep(Checker *c, Scope *scope, const Ast *ast, int slot) {
    const Ast *call = ast->kid[3];
    Term *param = c->model->slots.at[slot].term;
    Scope *inner = scope_open(c, scope);
    scope_bind(c, inner, ast->name, ast->name_loc, value_term(param, ast->name_loc));
    Term *value = check_term(c, inner, call);
    if (!value || !is_of_param(c, call, value, param))
        return;
    if (value->type.n_samples || !type_equal(value->type.shape, param->type.shape)) {
        check_error(c, call->loc,
                    "a parameter keeps its shape, and this makes %s%s of `%s`, which is %s",
                    termtype_text(c->arena, &value->type),
                    value->type.n_samples ? " with a sample axis" : "", ast->name,
                    termtype_text(c->arena, &param->type));
        return;
    }
    ModelSlot *made = &c->model->slots.at[slot];
    made->kept = value;
    made->initial = term_with(c, value, param, made->initial);
}
