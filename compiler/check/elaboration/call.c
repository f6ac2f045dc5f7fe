/* Calls: layers, networks, functions, losses and noises are templates, instantiated where they are
 * called.
 *
 *     dense(h, 400)   →   the statements of `dense` in a scope of their own, x = h, n = 400,
 *                         parameters under the caller's path: decoder.dense_1.W
 */
#include "check/elaboration/elaboration.h"
#include "check/values/published.h"
#include "check/values/range.h"

#include <string.h>

int ast_formals(Checker *c, const Ast *define, const char ***names) {
    const Ast *formals = define->kid[0];
    *names = NEW_ARRAY(c->arena, const char *, formals->n + 1);
    for (int i = 0; i < formals->n; i++)
        (*names)[i] = formals->kid[i]->name;
    return formals->n;
}

static int formal_place(int n, const char *const *formals, const char *name) {
    for (int i = 0; i < n; i++)
        if (strcmp(formals[i], name) == 0)
            return i;
    return -1;
}

/* Shows where a definition of the user's is; one of the prelude is shown by --show. */
static void show_define(Checker *c, const Define *define) {
    if (define && !check_in_prelude(c, define->ast->loc))
        diag_note(c->diag, define->ast->name_loc, "`%s` is defined here", define->ast->name);
}

/* Lists the arguments, after one that does not exist: all of them, since the nearest name may not
 * be the one that is meant. */
static void offer_formals(Checker *c, int n, const char *const *formals, const char *name) {
    const char *near = name ? text_nearest(name, formals, n) : NULL;
    Text text;
    text_open(&text, c->arena);
    for (int i = 0; i < n; i++)
        text_add(&text, "%s`%s`", i == 0 ? "" : i + 1 < n ? ", " : " and ", formals[i]);
    if (n > 0)
        check_help(c, "%s%s%sits argument%s %s %s", near ? "did you mean `" : "", near ? near : "",
                   near ? "`? " : "", n == 1 ? "" : "s", n == 1 ? "is" : "are", text.at);
}

static bool bind_one(Checker *c, Scope *scope, const Ast *argument, int n,
                     const char *const *formals, const char *what, const Define *define, int *next,
                     Value *values) {
    int place = *next;
    const Ast *value = argument;
    if (argument->kind == AST_named) {
        place = formal_place(n, formals, argument->name);
        value = argument->kid[0];
        if (place < 0) {
            check_error(c, argument->name_loc, "%s has no argument `%s`", what, argument->name);
            offer_formals(c, n, formals, argument->name);
            show_define(c, define);
            return false;
        }
    } else {
        (*next)++;
    }
    if (place >= n) {
        check_error(c, argument->loc, "%s takes %d argument%s, and this is one more", what, n,
                    n == 1 ? "" : "s");
        offer_formals(c, n, formals, NULL);
        show_define(c, define);
        return false;
    }
    if (values[place].kind != VALUE_missing) {
        check_error(c, argument->loc, "the argument `%s` of %s is given twice", formals[place],
                    what);
        show_define(c, define);
        return false;
    }
    values[place] = check_expression(c, scope, value);
    return values[place].kind != VALUE_error;
}

bool check_arguments(Checker *c, Scope *scope, const Ast *call, int first, int n,
                     const char *const *formals, const char *what, const Define *define,
                     Value *values) {
    bool good = true;
    int next = first;
    for (int i = 1; i < call->n; i++) {
        const Ast *argument = call->kid[i];
        if (argument->kind == AST_arrow) { /* from -> to: two arguments */
            good &= bind_one(c, scope, argument->kid[0], n, formals, what, define, &next, values);
            good &= bind_one(c, scope, argument->kid[1], n, formals, what, define, &next, values);
        } else {
            good &= bind_one(c, scope, argument, n, formals, what, define, &next, values);
        }
    }
    return good;
}

bool check_bind_formals(Checker *c, const Define *define, Loc loc, Scope *inner, int n,
                        Value *arguments) {
    const Ast *formals = define->ast->kid[0];
    for (int i = 0; i < formals->n; i++) {
        const Ast *formal = formals->kid[i];
        Value value = i < n ? arguments[i] : (Value){.kind = VALUE_missing};
        if (value.kind == VALUE_missing) {
            if (formal->n == 0 || !formal->kid[0]) {
                check_error(c, loc, "`%s` needs its argument `%s`", define->ast->name,
                            formal->name);
                show_define(c, define);
                return false;
            }
            value = check_expression(c, inner, formal->kid[0]);
        }
        if (value.kind == VALUE_error)
            return false;
        scope_bind(c, inner, formal->name, formal->loc, value);
        check_argument_range(c, formal, arena_printf(c->arena, "`%s`", define->ast->name), loc,
                             &value);
    }
    return true;
}

static bool recursive(Checker *c, const Define *define, Loc loc) {
    for (const CallFrame *frame = c->frame; frame; frame = frame->caller)
        if (frame->define == define->ast) {
            check_error(c, loc, "`%s` calls itself", define->ast->name);
            return true;
        }
    if (c->depth < MAX_CALL_DEPTH)
        return false;
    check_error(c, loc, "calls are nested deeper than the limit of %d", MAX_CALL_DEPTH);
    return true;
}

static Value *known_application(Checker *c, const Define *define, int n, Value *arguments) {
    for (int i = 0; i < c->applications.count; i++) {
        Application *known = &c->applications.at[i];
        bool same = known->define == define && known->n == n;
        for (int k = 0; same && k < n; k++)
            same = check_same_value(c, &known->arguments[k], &arguments[k]);
        if (same)
            return &known->result;
    }
    return NULL;
}

/* When noise is off, a noise stands for its first argument, so it must not change the shape of
 * that. */
static Value noise_result(Checker *c, Loc loc, Value first, Value result) {
    result = value_of_list(c, result);
    Term *clean = value_as_term(c, loc, &first), *corrupted = value_as_term(c, loc, &result);
    if (!clean || !corrupted)
        return value_error();
    if (!type_equal(clean->type.shape, corrupted->type.shape)) {
        check_error(c, loc, "a noise keeps its argument's shape, and this turns %s into %s",
                    termtype_text(c->arena, &clean->type),
                    termtype_text(c->arena, &corrupted->type));
        return value_error();
    }
    Term *both[2] = {clean, corrupted};
    TermType type;
    if (!termtype_join(&clean->type, &corrupted->type, &type))
        type = corrupted->type;
    Term *term = term_new(c, TERM_noise, loc, type, 2, both);
    term->flag = c->frame && c->frame->in_noise_block;
    result.term = term;
    return result;
}

static Value instantiate(Checker *c, const Define *define, Loc loc, int n, Value *arguments) {
    Scope *inner = scope_open(c, define->scope);
    Value result = value_error();
    if (!check_bind_formals(c, define, loc, inner, n, arguments))
        return result;
    check_statements(c, inner, define->ast->kid + 1, define->ast->n - 1, &result);
    if (result.kind == VALUE_missing) {
        if (diag_errors(c->diag) == 0) {
            check_error(c, loc, "`%s` has no value: no statement of it computes one",
                        define->ast->name);
            show_define(c, define);
        }
        return value_error();
    }
    if (result.kind == VALUE_term || result.kind == VALUE_results) {
        Scope *taps = NEW(c->arena, Scope);
        *taps = (Scope){.bindings = inner->bindings, .taps = c->frame->taps};
        if (result.kind == VALUE_results) /* what is returned by name comes first */
            for (int i = 0; i < result.inside->bindings.count; i++) {
                Binding b = result.inside->bindings.at[i];
                Binding *old = scope_find_here(taps, b.name);
                if (old)
                    *old = b;
                else
                    list_add(c->arena, &taps->bindings, b);
            }
        result.inside = taps;
    }
    result.loc = loc;
    return result;
}

/* The name under which an application draws, so that each draws other numbers. A network has one
 * place for its parameters, so its applications are counted; anything else has a name of its own
 * where it is written. */
static const char *application_draws(Checker *c, const Define *define, const char *path,
                                     const char *leaf) {
    if (!leaf)
        return arena_printf(c->arena, "%s#%s", path,
                            count_number(c, &c->network_uses, define->path));
    return path_join(c, c->frame ? c->frame->draws : "", leaf);
}

/* D(z).sn_1: an application is a tap of the one that it is made in. */
static Value as_tap(Checker *c, const char *name, Value result) {
    if (!c->frame)
        return result;
    if (!c->frame->taps)
        c->frame->taps = scope_open(c, NULL);
    scope_bind(c, c->frame->taps, names_of(c->names, name), result.loc, result);
    return result;
}

/* A network's parameters have one home: applied to the same values it is one application. */
static Value apply_network(Checker *c, const Define *define, Loc loc, int n, Value *arguments,
                           const char *path) {
    CountList none = {0};
    const char *name = count_number(c, c->frame ? &c->frame->networks : &none, define->ast->name);
    const Value *known = known_application(c, define, n, arguments);
    if (known)
        return as_tap(c, name, *known);
    frame_open(c, path, application_draws(c, define, path, NULL), define->ast, loc);
    Value result = instantiate(c, define, loc, n, arguments);
    frame_close(c);
    result.path = path;
    Application application = {.define = define, .n = n, .arguments = arguments, .result = result};
    list_add(c->arena, &c->applications, application);
    return as_tap(c, name, result);
}

static Value apply(Checker *c, const Define *define, Loc loc, int n, Value *arguments,
                   const char *path, const char *leaf) {
    const char *role = define->ast->role;
    if (strcmp(role, "distribution") == 0)
        return distribution_make(c, define, loc, n, arguments);
    if (recursive(c, define, loc))
        return value_error();
    if (!leaf)
        return apply_network(c, define, loc, n, arguments, path);
    frame_open(c, path, application_draws(c, define, path, leaf), define->ast, loc);
    Value result = instantiate(c, define, loc, n, arguments);
    frame_close(c);
    if (strcmp(role, "noise") == 0 && n > 0 && result.kind != VALUE_error)
        result = noise_result(c, loc, arguments[0], result);
    result.path = path;
    return as_tap(c, leaf, result);
}

static Value call_layer(Checker *c, Scope *scope, const Ast *ast, const SharedLayer *layer) {
    const char **formals;
    int n = ast_formals(c, layer->define->ast, &formals);
    Value *values = NEW_ARRAY(c->arena, Value, n + 1);
    const char *what = arena_printf(c->arena, "`%s`", layer->define->ast->name);
    if (!check_arguments(c, scope, ast, 0, n, formals, what, layer->define, values) ||
        !check_arguments(c, layer->scope, layer->call, 1, n, formals, what, layer->define, values))
        return value_error();
    const char *point = strrchr(layer->path, '.');
    const char *leaf = frame_leaf(c, names_of(c->names, point ? point + 1 : layer->path));
    return apply(c, layer->define, ast->loc, n, values, layer->path, leaf);
}

/* d = dense(20), meant as a layer to apply later. */
static void advise_layer(Checker *c, const Define *define, const Value *values) {
    const Ast *formals = define->ast->kid[0];
    for (int i = 0; i < formals->n; i++)
        if (values[i].kind == VALUE_missing && !(formals->kid[i]->n && formals->kid[i]->kid[0])) {
            check_help(c,
                       "a layer is applied where it is written,  x |> %s(…);  one to apply "
                       "later is  layer %s(…)",
                       define->ast->name, define->ast->name);
            return;
        }
}

static Value call_define(Checker *c, Scope *scope, const Ast *ast, const Define *define) {
    const char **formals;
    int n = ast_formals(c, define->ast, &formals);
    if (strcmp(define->ast->role, "optimizer") == 0) {
        check_error(c, ast->loc, "the optimizer `%s` stands only after `with` in a minimize",
                    define->ast->name);
        return value_error();
    }
    bool is_layer = strcmp(define->ast->role, "layer") == 0;
    if (is_layer && !check_layer_place(c, ast->loc, define->ast->name))
        return value_error();
    Value *values = NEW_ARRAY(c->arena, Value, n + 1);
    if (!check_arguments(c, scope, ast, 0, n, formals,
                         arena_printf(c->arena, "`%s`", define->ast->name), define, values))
        return value_error();
    const char *path = c->frame ? c->frame->path : "", *leaf = NULL;
    if (define->path)
        path = define->path;
    else
        leaf = frame_leaf(c, define->ast->name);
    if (is_layer || strcmp(define->ast->role, "noise") == 0) {
        path = path_join(c, path, leaf);
        publish(
            c, SPACE_home, path, define->ast, ast->loc,
            arena_printf(c->arena, "a use of the %s `%s`", define->ast->role, define->ast->name));
    }
    Value result = apply(c, define, ast->loc, n, values, path, leaf);
    if (is_layer && result.kind == VALUE_error && ast->number != 1) /* not piped into it */
        advise_layer(c, define, values);
    return result;
}

/* The place of a call for messages: of `x |> f(a)` only f(a), which begins with what is called. */
static const Ast *without_piped(Checker *c, const Ast *ast) {
    Ast *call = NEW(c->arena, Ast);
    *call = *ast;
    call->loc.begin = ast->kid[0]->loc.begin;
    return call;
}

/* Uses the definition's own name, even if a const gives it another one:  const squash = tanh. */
static Value call_primitive(Checker *c, Scope *scope, const Ast *ast, const char *name) {
    Ast *call = NEW(c->arena, Ast), *callee = NEW(c->arena, Ast);
    *call = *ast;
    *callee = *ast->kid[0];
    callee->name = name;
    call->kid = NEW_ARRAY(c->arena, Ast *, ast->n);
    for (int i = 1; i < ast->n; i++)
        call->kid[i] = ast->kid[i];
    call->kid[0] = callee;
    return builtin_call(c, scope, builtin_find(name), call);
}

Value check_call(Checker *c, Scope *scope, const Ast *ast) {
    const Ast *callee = ast->kid[0];
    ast = without_piped(c, ast);
    if (callee->kind == AST_name && !scope_find(scope, callee->name) &&
        !builtin_find(callee->name) && !check_names_blocks(c, callee->name)) {
        check_unknown(c, callee->loc, true, callee->name, scope);
        return value_error();
    }
    Value value = check_expression(c, scope, callee);
    if (value.kind == VALUE_definition)
        return call_define(c, scope, ast, value.define);
    if (value.kind == VALUE_primitive)
        return call_primitive(c, scope, ast, value.name);
    if (value.kind == VALUE_layer)
        return call_layer(c, scope, ast, value.layer);
    if (value.kind == VALUE_block && value.block)
        return check_block_call(c, scope, ast, &value);
    if (value.kind == VALUE_block) {
        check_error(c, callee->loc, "`%s` is more than one block: say which", value.path);
        return value_error();
    }
    if (value.kind != VALUE_error) {
        check_error(c, callee->loc, "this is %s and cannot be called", value_text(c, &value));
        check_help(c, "what can be called are definitions (layer, network, function, loss, noise, "
                      "distribution) "
                      "and the primitive functions");
    }
    return value_error();
}
