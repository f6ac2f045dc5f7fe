/* Calls of the functions that the compiler knows itself: the elementwise rows of the op table, and
 * the few that need a shape, an axis or a rule of their own (builtins.def).  All else is in the
 * prelude.
 */
#include "check/elaboration/builtins.h"

#include <math.h>
#include <string.h>

/* ---- draws, distributions, choices ---- */

/* randn(3) and rand([3, 4]): what is drawn has the shape of a number, or of a list of two. */
static void warn_shape_as_value(Checker *c, const Ast *call, const Value *like) {
    int n = like->kind == VALUE_list ? like->count : 1;
    Text shape;
    text_open(&shape, c->arena);
    for (int i = 0; i < n; i++) {
        double number;
        const Value *item = like->kind == VALUE_list ? &like->items[i] : like;
        if (item->kind != VALUE_term || !term_is_number(item->term, &number) || number < 2 ||
            number != floor(number))
            return;
        text_add(&shape, "%s%s", i ? ", " : "", text_number(c->arena, number));
    }
    if (n == 0 || check_in_prelude(c, call->loc))
        return;
    const char *name = call->kid[0]->name;
    diag_warning(c->diag, call->loc, "this draws %s: `%s` takes a value whose shape its draws have",
                 n == 1 ? "one number" : arena_printf(c->arena, "%d numbers", n), name);
    check_help(c, "draws of this shape are  %s(expand(0, [%s]))", name, shape.at);
}

Value rule_rand(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    warn_shape_as_value(c, call, &v[0]);
    Term *like = value_as_term(c, call->loc, &v[0]);
    return like ? check_random(c, call->loc, OP_rand, like) : value_error();
}

Value rule_randn(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    warn_shape_as_value(c, call, &v[0]);
    Term *like = value_as_term(c, call->loc, &v[0]);
    return like ? check_random(c, call->loc, OP_randn, like) : value_error();
}

Value rule_log_prob(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return builtin_log_prob(c, call->loc, v, true);
}

Value rule_log_density(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return builtin_log_prob(c, call->loc, v, false);
}

Value rule_kl(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return builtin_kl(c, call->loc, v, true);
}

Value rule_kl_each(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return builtin_kl(c, call->loc, v, false);
}

/* given(v, a, b): a where the argument v was given, else b; the other is not looked at. */
Value rule_given(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)v;
    if (call->n != 4) {
        check_error(c, call->loc, "given takes a value and two choices:  given(v, a, b)");
        return value_error();
    }
    Value value = check_expression(c, scope, call->kid[1]);
    if (value.kind == VALUE_error)
        return value;
    return check_expression(c, scope, call->kid[value.kind == VALUE_none ? 3 : 2]);
}

/* polygamma(n, v): the order is an attribute, not an operand. */
Value rule_polygamma(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    enum { MOST = 100 };
    Term *in = value_as_term(c, call->loc, &v[1]);
    int order;
    double number;
    if (!in || !value_integer(c, call->loc, &v[0], "the order", &order))
        return value_error();
    if (order < 0 || order > MOST) {
        check_error(c, call->loc, "the order of polygamma is 0 to %d, and this is %d", MOST, order);
        return value_error();
    }
    if (term_is_number(in, &number))
        return value_number(c, call->loc, optab[OP_polygamma].value(number, 0, 0, order));
    Term *term = term_map(c, call->loc, OP_polygamma, 1, &in, NULL);
    term->value = order;
    return value_term(term, call->loc);
}

static const Builtin *builtin_of_call(const Ast *call) {
    return builtin_find(call->kid[0]->name);
}

static Value rule_map(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    const Builtin *b = builtin_of_call(call);
    Term *in[3];
    Loc places[3];
    for (int i = 0; i < b->n; i++) {
        in[i] = value_as_term(c, i + 1 < call->n ? call->kid[i + 1]->loc : call->loc, &v[i]);
        places[i] = i + 1 < call->n ? call->kid[i + 1]->loc : call->loc;
        if (!in[i])
            return value_error();
    }
    return value_term(term_map(c, call->loc, b->op, b->n, in, places), call->loc);
}

/* Formals that a call may leave out, if they are the last ones. */
static bool is_optional(const char *formal) {
    static const char *const optional[] = {"axis",  "axes",   "keep", "reversed",
                                           "given", "stride", "pad",  "dilation"};
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++)
        if (strcmp(formal, optional[i]) == 0)
            return true;
    return false;
}

static int required(const Builtin *b) {
    int n = b->n;
    while (n > 0 && is_optional(b->formals[n - 1]))
        n--;
    return b->rule == RULE_log_prob || b->rule == RULE_log_density ? 1 : n;
}

static BuiltinRule *const rules[NUM_RULES] = {
#define BUILTIN(name, ...) [RULE_##name] = rule_##name,
#define OPERATION(name, what)
#include "check/elaboration/builtins.def"
    [RULE_map] = rule_map,
};

Value builtin_call(Checker *c, Scope *scope, const Builtin *b, const Ast *call) {
    if (b->n < 0)
        return rules[b->rule](c, scope, call, NULL);
    Value values[5] = {0};
    if (!check_arguments(c, scope, call, 0, b->n, b->formals,
                         arena_printf(c->arena, "`%s`", b->name), NULL, values))
        return value_error();
    for (int i = 0; i < required(b); i++)
        if (values[i].kind == VALUE_missing) {
            check_error(c, call->loc, "`%s` needs its argument `%s`", b->name, b->formals[i]);
            return value_error();
        }
    return rules[b->rule](c, scope, call, values);
}
