/* The functions that the compiler knows itself: the elementwise rows of the op table by their
 * names, and the few below that need a shape, an axis or a rule of their own.  All else is in the
 * prelude.
 */
#include "check/builtins.h"

#include <string.h>

struct Builtin {
    const char *name;
    BuiltinRule *rule;
    int n; /* formals; -1: the rule reads the arguments itself, and these are for the list only */
    const char *formals[4];
    Op op;
    const char *what; /* a line for the list; of an operation it is in op_what */
};

/* ---- draws, distributions, choices ---- */

static Value rule_rand(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *like = value_as_term(c, call->loc, &v[0]);
    return like ? check_random(c, call->loc, OP_rand, like) : value_error();
}

static Value rule_randn(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *like = value_as_term(c, call->loc, &v[0]);
    return like ? check_random(c, call->loc, OP_randn, like) : value_error();
}

static Value rule_log_prob(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return builtin_log_prob(c, call->loc, v, true);
}

static Value rule_log_density(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return builtin_log_prob(c, call->loc, v, false);
}

static Value rule_kl(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    return builtin_kl(c, call->loc, v);
}

/* given(v, a, b): a where the argument v was given, else b; the other is not looked at. */
static Value rule_given(Checker *c, Scope *scope, const Ast *call, Value *v) {
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

static Value rule_map(Checker *c, Scope *scope, const Ast *call, Value *v);

static const Builtin table[] = {
    {"sum",
     rule_sum,
     3,
     {"v", "axis", "keep"},
     0,
     "the sum over all features, an axis, a list of axes, or samples; keep leaves 1 in their "
     "places"},
    {"amax", rule_amax, 3, {"v", "axis", "keep"}, 0, "the largest, over what a sum may go over"},
    {"count", rule_count, 2, {"v", "axis"}, 0, "how many numbers a sum over the same adds up"},
    {"argmax",
     rule_argmax,
     2,
     {"v", "axis"},
     0,
     "the place of the first largest along an axis; no gradient"},
    {"argmin",
     rule_argmin,
     2,
     {"v", "axis"},
     0,
     "the place of the first smallest along an axis; no gradient"},
    {"rank",
     rule_rank,
     2,
     {"v", "axis"},
     0,
     "how many come before each along an axis: 0 for the largest, of equal ones the first; no "
     "gradient"},
    {"reshape",
     rule_reshape,
     -1,
     {"v", "lengths"},
     0,
     "the same numbers in another shape: reshape(v, 1, 28, 28), or a list"},
    {"expand", rule_expand, 2, {"v", "shape"}, 0, "v repeated to a shape that it broadcasts to"},
    {"transpose",
     rule_transpose,
     2,
     {"v", "axes"},
     0,
     "the last two axes exchanged, or all axes in the order of a list"},
    {"concat",
     rule_concat,
     -1,
     {"a", "b", "axis"},
     0,
     "values joined along an axis, the last where none is said: concat(a, b, axis = 0)"},
    {"iota", rule_iota, 1, {"n"}, 0, "0 to n - 1: [n]"},
    {"identity", rule_identity, 1, {"n"}, 0, "the identity matrix: [n, n]"},
    {"gather", rule_gather, 2, {"table", "index"}, 0, "rows of the table by index"},
    {"class_number",
     rule_class_number,
     2,
     {"v", "classes"},
     0,
     "v, the number of one of so many classes: data with another is refused"},
    {"matmul",
     rule_matmul,
     2,
     {"a", "b"},
     0,
     "the last axis of a with the first of b, which has two"},
    {"batch_mean", rule_batch_mean, 1, {"v"}, 0, "the mean over the batch: a shared value"},
    {"batch",
     rule_batch,
     1,
     {"v"},
     0,
     "the whole batch as a shared value, the examples its leading axis"},
    {"spread", rule_spread, 1, {"v"}, 0, "the leading axis of v made a sample axis"},
    {"collect", rule_collect, 1, {"v"}, 0, "the innermost sample axis made the leading axis"},
    {"grad", rule_grad, 2, {"y", "v"}, 0, "d y / d v, shaped as v; y has one element"},
    {"jacobian", rule_jacobian, 2, {"h", "v"}, 0, "d h / d v: the axes of h, then those of v"},
    {"rand", rule_rand, 1, {"like"}, 0, "draws in (0, 1), shaped as another value"},
    {"randn", rule_randn, 1, {"like"}, 0, "draws from N(0, 1), shaped as another value"},
    {"log_prob",
     rule_log_prob,
     2,
     {"d", "v"},
     0,
     "the log density of v under d, summed over features; log_prob(z) of a drawn z under its own "
     "distribution"},
    {"log_density", rule_log_density, 2, {"d", "v"}, 0, "the log density of v under d, not summed"},
    {"kl",
     rule_kl,
     2,
     {"d", "prior"},
     0,
     "the divergence of a drawn variable, or distribution, from another in closed form, summed "
     "over features"},
    {"given", rule_given, -1, {"v", "a", "b"}, 0, "in a definition: a where v is not none, else b"},
#define OP(name, arity, ...) {#name, rule_map, arity, {"a", "b", "c"}, OP_##name, NULL},
#include "ir/ops.def"
};

static const char *const op_what[NUM_OPS] = {
    [OP_neg] = "a with the other sign",
    [OP_exp] = "e to the power a",
    [OP_log] = "the natural logarithm",
    [OP_log1p] = "log(1 + a), exact for a near 0 too",
    [OP_sqrt] = "the square root",
    [OP_square] = "a^2",
    [OP_abs] = "a without its sign",
    [OP_sign] = "-1, 0 or 1; no gradient",
    [OP_floor] = "the largest whole number up to a; no gradient",
    [OP_sin] = "of radians",
    [OP_cos] = "of radians",
    [OP_tanh] = "hyperbolic tangent",
    [OP_erf] = "error function: 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to a",
    [OP_sigmoid] = "1 / (1 + exp(-a))",
    [OP_softplus] = "log(1 + exp(a))",
    [OP_stop] = "a, held constant by every derivative",
    [OP_add] = "a + b",
    [OP_sub] = "a - b",
    [OP_mul] = "a * b",
    [OP_div] = "a / b",
    [OP_pow] = "a^b",
    [OP_max] = "the larger of two",
    [OP_min] = "the smaller of two",
    [OP_lt] = "a < b: 1 or 0; no gradient",
    [OP_le] = "a <= b: 1 or 0; no gradient",
    [OP_eq] = "a == b: 1 or 0; no gradient",
    [OP_where] = "b where a is not 0, else c",
};

enum { N_BUILTINS = sizeof table / sizeof *table };

static bool usable(const Builtin *b) {
    return b->rule != rule_map || (optab[b->op].kind == KIND_map &&
                                   optab[b->op].attr == ATTR_NONE && optab[b->op].arity > 0);
}

const Builtin *builtin_find(const char *name) {
    for (int i = 0; i < N_BUILTINS; i++)
        if (strcmp(table[i].name, name) == 0 && usable(&table[i]))
            return &table[i];
    return NULL;
}

int check_builtin_names(Arena *arena, const char ***names) {
    *names = NEW_ARRAY(arena, const char *, N_BUILTINS);
    int n = 0;
    for (int i = 0; i < N_BUILTINS; i++)
        if (usable(&table[i]))
            (*names)[n++] = table[i].name;
    return n;
}

void check_list_builtins(Text *out, const char *name) {
    for (int i = 0; i < N_BUILTINS; i++) {
        const Builtin *b = &table[i];
        const char *what = b->what ? b->what : b->rule == rule_map ? op_what[b->op] : NULL;
        if (!usable(b) || (name && strcmp(name, b->name) != 0))
            continue;
        Text call;
        text_open(&call, out->arena);
        for (int k = 0; k < 4 && b->formals[k] && (b->rule != rule_map || k < b->n); k++)
            text_add(&call, "%s%s", k ? ", " : "", b->formals[k]);
        text_add(out, "%-46s  %s\n", arena_printf(out->arena, "%s(%s)", b->name, call.at),
                 what ? what : "elementwise");
    }
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

/* May be left out, where they are the last formals. */
static bool is_optional(const char *formal) {
    static const char *const optional[] = {"axis", "axes", "keep"};
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++)
        if (strcmp(formal, optional[i]) == 0)
            return true;
    return false;
}

static int required(const Builtin *b) {
    int n = b->n;
    while (n > 0 && is_optional(b->formals[n - 1]))
        n--;
    return b->rule == rule_log_prob || b->rule == rule_log_density ? 1 : n;
}

Value builtin_call(Checker *c, Scope *scope, const Builtin *b, const Ast *call) {
    if (b->n < 0)
        return b->rule(c, scope, call, NULL);
    Value values[4] = {0};
    if (!check_arguments(c, scope, call, 0, b->n, b->formals,
                         arena_printf(c->arena, "`%s`", b->name), NULL, values))
        return value_error();
    for (int i = 0; i < required(b); i++)
        if (values[i].kind == VALUE_missing) {
            check_error(c, call->loc, "`%s` needs its argument `%s`", b->name, b->formals[i]);
            return value_error();
        }
    return b->rule(c, scope, call, values);
}
