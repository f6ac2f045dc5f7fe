/* plateau(1e-3, factor = 0.5, patience = 3, of valid.total)  →  1e-3 * 0.5^fall
 *
 * How often it has fallen is a scalar that the program keeps.  What is watched is a name, not a
 * value: losses come after what they are made of, so that it is looked for when all are known.
 */
#include "check/elaboration/builtins.h"

#include <string.h>

static Term *scalar_of(Checker *c, Scope *scope, const Ast *ast, const char *what) {
    Term *term = check_term(c, scope, ast);
    if (!term || (!term->type.rows && !term->type.n_samples && term->type.shape.rank == 0))
        return term;
    check_error(c, ast->loc, "the %s of a plateau is a single number, and this is %s", what,
                termtype_text(c->arena, &term->type));
    return NULL;
}

/* Its arguments by their names or places; false after an error. */
static bool arguments(Checker *c, const Ast *call, const Ast *given[4]) {
    static const char *const formals[4] = {"start", "factor", "patience", "of"};
    for (int i = 1; i < call->n; i++) {
        const Ast *argument = call->kid[i];
        int k = i - 1;
        for (int f = 0; argument->kind == AST_named && f < 4; f++)
            if (strcmp(argument->name, formals[f]) == 0)
                k = f;
        if (k > 3 || given[k]) {
            check_error(c, argument->loc, "plateau has a start, a factor, a patience and of what");
            return false;
        }
        given[k] = argument->kind == AST_named ? argument->kid[0] : argument;
    }
    if (given[0] && given[3])
        return true;
    check_error(c, call->loc, "a plateau begins somewhere and watches a loss or metric");
    check_help(c, "plateau(1e-3, factor = 0.5, patience = 3, of valid.total)");
    return false;
}

Value rule_plateau(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)v;
    const Ast *given[4] = {0};
    int patience = 5;
    if (!arguments(c, call, given))
        return value_error();
    Term *start = scalar_of(c, scope, given[0], "start");
    Term *factor =
        given[1] ? scalar_of(c, scope, given[1], "factor") : term_number(c, call->loc, 0.5);
    if (!start || !factor)
        return value_error();
    if (given[2]) {
        Value number = check_expression(c, scope, given[2]);
        if (!value_integer(c, given[2]->loc, &number, "the patience of a plateau", &patience))
            return value_error();
        if (patience < 1) {
            check_error(c, given[2]->loc, "a plateau waits for an epoch at least");
            return value_error();
        }
    }
    int index = c->model->plateaus.count;
    list_add(c->arena, &c->model->plateaus, (PlateauInfo){.patience = patience});
    list_add(c->arena, &c->watches, given[3]);
    Term *fall = term_scalar(c, call->loc, SCALAR_fall, index, text_number(c->arena, index));
    Loc places[2] = {call->loc, call->loc};
    Term *power = term_map(c, call->loc, OP_pow, 2, (Term *[]){factor, fall}, places);
    return value_term(term_map(c, call->loc, OP_mul, 2, (Term *[]){start, power}, places),
                      call->loc);
}
