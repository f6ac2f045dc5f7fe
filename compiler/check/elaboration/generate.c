/* What `sample` draws: the values that stand in the place of earlier ones when nothing is encoded.
 *
 *     generate { z ~ prior(2) }      →   z of the bottleneck  is replaced by  a draw of prior(2)
 *     loss { … kl(z, normal(0, 1)) } →   without a generate block: by a draw of normal(0, 1)
 */
#include "check/elaboration/elaboration.h"

/* The value of an earlier block that `name` replaces, or NULL. In a file that is used, the brackets
 * may say another name for it, as in  only generate(z = code). */
static Term *earlier_value(Scope *outer, const char *name) {
    Binding *old = scope_find(outer, name);
    return old && old->value.kind == VALUE_term ? old->value.term : NULL;
}

static bool fits(Checker *c, const Binding *made, const Term *old) {
    const Term *drawn = made->value.term;
    if (drawn->type.n_samples) {
        check_error(c, made->loc, "what is generated is one draw, and `%s` has a sample axis",
                    made->name);
        return false;
    }
    if (type_equal(drawn->type.shape, old->type.shape))
        return true;
    check_error(c, made->loc, "this generates %s for `%s`, which is %s",
                termtype_text(c->arena, &drawn->type), made->name,
                termtype_text(c->arena, &old->type));
    check_help(c, "a draw takes the shape of a value by `like`:  %s ~ … like %s", made->name,
               made->name);
    return false;
}

static void replaces_nothing(Checker *c, const Ast *block, Scope *scope) {
    const char **names;
    int n = scope_names(c, c->blocks, &names);
    Loc loc = scope->bindings.count ? scope->bindings.at[0].loc : block->loc;
    check_error(c, loc, "this generates nothing that earlier blocks have named");
    const char *made = scope->bindings.count ? scope->bindings.at[0].name : "";
    const char *near = text_nearest(made, names, n);
    if (near)
        check_help(c, "did you mean `%s` instead of `%s`?", near, made);
    else
        check_help(c, "give the code by its name:  generate { z ~ normal(0, 1) like z }");
}

void check_generate(Checker *c, const Ast *block, Scope *outer, Loc call) {
    if (c->generates) {
        check_error(c, call.file ? call : block->loc, "there is a generate block already");
        return;
    }
    c->generates = true;
    Scope *scope = scope_open(c, outer);
    Value last;
    frame_open(c, block->role, block->role, NULL, call);
    check_statements(c, scope, block->kid, block->n, &last);
    int replaced = 0;
    for (int i = 0; i < scope->bindings.count; i++) {
        Binding *made = &scope->bindings.at[i];
        Term *old = earlier_value(outer, made->name);
        if (old)
            made->value = value_of_list(c, made->value);
        if (!old || made->value.kind != VALUE_term || !fits(c, made, old))
            continue;
        Generated generated = {.old = old, .drawn = made->value.term};
        list_add(c->arena, &c->model->generated, generated);
        replaced++;
    }
    if (!replaced && diag_errors(c->diag) == 0)
        replaces_nothing(c, block, scope);
    frame_close(c);
}

/* Without a generate block the prior is read from the loss: it is the second distribution of the
 * only kl on the code. */
void check_plain_prior(Checker *c) {
    Model *m = c->model;
    const KnownDivergence *only = NULL;
    for (int i = 0; m->code && !c->generates && i < c->divergences.count; i++) {
        const KnownDivergence *known = &c->divergences.at[i];
        if (known->drawn != m->code || !known->prior)
            continue;
        if (only) {
            m->cannot_sample = "the code has more than one kl, so its prior is not plain: "
                               "generate { z ~ … } would say it";
            return;
        }
        only = known;
    }
    if (only) {
        Generated prior = {.old = m->code, .drawn = check_prior(c, m->code, only->prior)};
        if (prior.drawn)
            list_add(c->arena, &m->generated, prior);
    }
    if (m->generated.count == 0)
        m->cannot_sample = "the model says no prior of its code: generate { z ~ … } would, or a "
                           "loss with kl(code, distribution)";
}
