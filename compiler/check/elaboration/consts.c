/* Consts and hypers, and the values that -D gives to consts.
 *
 *     const corruption = mask     a number, a list, a definition: known when compiled
 *     hyper beta = 1.0            a number that is read when the program runs
 */
#include "check/elaboration/elaboration.h"
#include "check/values/published.h"

static bool declares(const Ast *file, AstKind kind, const char *name) {
    for (int i = 0; i < file->n; i++)
        if (file->kid[i]->kind == kind && file->kid[i]->name == name)
            return true;
    return false;
}

/* Finds the const that -D names: one of the model, or else of a file that the model uses. */
static const Ast *override_of(Checker *c, const Scope *scope, const char *name) {
    if (scope != c->file && declares(c->tree, AST_const, name))
        return NULL;
    for (int i = c->n_overrides; i-- > 0;)
        if (c->overrides[i]->n && c->overrides[i]->kid[0]->name == name)
            return c->overrides[i]->kid[0];
    return NULL;
}

Value const_value(Checker *c, Scope *scope, const Ast *ast) {
    static const bool fixed[] = {
        [VALUE_error] = true,    [VALUE_none] = true,        [VALUE_list] = true,
        [VALUE_axis] = true,     [VALUE_definition] = true,  [VALUE_primitive] = true,
        [VALUE_results] = false, [VALUE_distribution] = true};
    const Ast *other = override_of(c, scope, ast->name);
    Value value = check_expression(c, scope, (other ? other : ast)->kid[0]);
    if (fixed[value.kind] || (value.kind == VALUE_term && value.term->kind == TERM_number))
        return value;
    check_error(c, ast->kid[0]->loc,
                "a const is a number or a definition known when compiled, and this is %s",
                value_text(c, &value));
    check_help(c, "what is read when the program runs is a `hyper`");
    return value_error();
}

Value hyper_value(Checker *c, Scope *scope, const Ast *ast) {
    Term *value = check_term(c, scope, ast->kid[0]);
    if (!value)
        return value_error();
    if (value->type.rows || value->type.n_samples || value->type.shape.rank) {
        check_error(c, ast->kid[0]->loc, "a hyper is a single number, and this is %s",
                    termtype_text(c->arena, &value->type));
        return value_error();
    }
    bool twice = scope != c->file && declares(c->tree, AST_hyper, ast->name);
    for (int i = 0; i < c->model->hypers.count; i++)
        twice |= c->model->hypers.at[i].name == ast->name;
    if (twice) {
        check_error(c, ast->name_loc, "the hyper `%s` is declared in two files", ast->name);
        const CallFrame *frame = c->frame;
        while (frame && frame->define)
            frame = frame->caller;
        if (frame)
            check_help(c, "a block that is used may take the other in its place:  only %s(%s = %s)",
                       frame->path, ast->name, ast->name);
        return value_error();
    }
    const char *what = arena_printf(c->arena, "the hyper `%s`", ast->name);
    return value_term(check_hyper(c, ast->name, value, ast->name_loc, what), ast->name_loc);
}

Term *check_hyper(Checker *c, const char *name, Term *value, Loc loc, const char *what) {
    HyperInfo info = {.name = name};
    publish(c, SPACE_setting, name, NULL, loc, what);
    info.scheduled = !term_is_number(value, &info.value);
    int index = c->model->hypers.count;
    list_add(c->arena, &c->model->hypers, info);
    Term *hyper = term_scalar(c, loc, SCALAR_hyper, index, name);
    if (!info.scheduled)
        return hyper;
    Term *in[3] = {term_scalar(c, loc, SCALAR_set, index, name), hyper, value};
    return term_map(c, loc, OP_where, 3, in, NULL);
}

/* Where the model has no const of that name, -D names that of a file that it uses: of one. */
static void check_one_const(Checker *c, const Ast *other, int n, const Ast *const *consts) {
    const Ast *first = NULL;
    for (int i = 0; i < n; i++) {
        if (consts[i]->name != other->name)
            continue;
        if (first) {
            check_error(c, other->loc, "this would set two things: the const `%s` of two files",
                        other->name);
            diag_note(c->diag, first->name_loc, "one is here");
            diag_note(c->diag, consts[i]->name_loc, "the other is here");
            return;
        }
        first = consts[i];
    }
}

static void unknown_const(Checker *c, const Ast *other, int n, const Ast *const *consts) {
    const char **names = NEW_ARRAY(c->arena, const char *, n + 1);
    for (int i = 0; i < n; i++)
        names[i] = consts[i]->name;
    check_error(c, other->loc, "the model has no const `%s`", other->name);
    const char *near = text_nearest(other->name, names, n);
    if (declares(c->tree, AST_hyper, other->name))
        check_help(c, "it is a hyper, set when the program runs:  train --set %s=…", other->name);
    else if (near)
        check_help(c, "did you mean `%s`?", near);
}

/* The consts of all files: -D may name them. */
static int all_consts(Checker *c, const Ast ***consts) {
    List(const Ast *) found = {0};
    for (int i = 0; i < c->units.count; i++)
        for (int k = 0; k < c->units.at[i]->file->n; k++)
            if (c->units.at[i]->file->kid[k]->kind == AST_const)
                list_add(c->arena, &found, c->units.at[i]->file->kid[k]);
    *consts = found.at;
    return found.count;
}

void check_overrides(Checker *c) {
    const Ast **consts;
    int n = all_consts(c, &consts);
    for (int i = 0; i < c->n_overrides; i++) {
        const Ast *other = c->overrides[i]->n ? c->overrides[i]->kid[0] : NULL;
        int known = 0;
        while (other && known < n && consts[known]->name != other->name)
            known++;
        if (other && known == n)
            unknown_const(c, other, n, consts);
        else if (other && !declares(c->tree, AST_const, other->name))
            check_one_const(c, other, n, consts);
    }
}
