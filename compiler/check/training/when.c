/* `when accuracy < 0.8`: whether a step runs on this batch.
 *
 *     when (accuracy < 0.8) * (epoch > 2)    →    (batch_mean(accuracy) < 0.8) * (epoch > 2)
 *
 * A value in the condition is what is reported of it: its mean over the batch.  Means are taken
 * below the condition's own operators, so that it compares means, and is not a mean of comparisons.
 */
#include "check/training/training.h"

static const Ast *with_means(Checker *c, Scope *scope, const Ast *ast) {
    if (ast->kind == AST_number)
        return ast;
    Ast *copy = NEW(c->arena, Ast);
    *copy = *ast;
    if (ast->kind == AST_binary || ast->kind == AST_negate) {
        copy->kid = NEW_ARRAY(c->arena, Ast *, ast->n);
        for (int i = 0; i < ast->n; i++)
            copy->kid[i] = (Ast *)with_means(c, scope, ast->kid[i]);
        return copy;
    }
    Term *term = check_term(c, c->blocks, ast);
    if (term && (term->type.n_samples || !termtype_one_element(&term->type))) {
        check_error(c, ast->loc, "a condition compares single numbers, and this is %s",
                    term->type.n_samples ? "one for each sample"
                                         : termtype_text(c->arena, &term->type));
        term = NULL;
    }
    *copy = (Ast){.kind = AST_name, .loc = ast->loc, .name_loc = ast->loc, .depth = 1};
    copy->name = names_of(c->names, arena_printf(c->arena, "when %d", scope->bindings.count));
    scope_bind(c, scope, copy->name, ast->loc,
               term ? value_term(mean_of(c, ast->loc, term), ast->loc) : value_error());
    return copy;
}

Term *check_when(Checker *c, const Ast *ast) {
    Scope *scope = scope_open(c, c->blocks);
    return check_term(c, scope, with_means(c, scope, ast->kid[0]));
}
