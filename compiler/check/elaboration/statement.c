/* Statements: names get values; `repeat` and `if` are unrolled.  One function a kind, in a table.
 */
#include "check/elaboration/elaboration.h"
#include "check/values/published.h"

#include <string.h>

/* Inside `repeat` a name may be given again. */
bool check_name_free(Checker *c, Scope *scope, const char *name, Loc loc) {
    Binding *old = scope_find_here(scope, name);
    if (!old || (c->frame && c->frame->repeats + c->frame->scans > 0 && !old->fixed))
        return true;
    check_error(c, loc, "`%s` has a value already", name);
    check_help(c, old->value.kind == VALUE_term && old->value.term->kind == TERM_slot &&
                          old->value.term->op == OP_state
                      ? "a state changes by `<-`"
                      : "give this one a name of its own");
    diag_note(c->diag, old->loc, "it got it here");
    return false;
}

void check_bind(Checker *c, Scope *scope, const char *name, Loc loc, Value value) {
    if (!check_name_free(c, scope, name, loc))
        return;
    Binding *old = scope_find_here(scope, name);
    if (!old) {
        scope_bind(c, scope, name, loc, value);
        return;
    }
    old->value = value;
    old->loc = loc;
}

static void bind_named(Checker *c, Scope *scope, const Ast *name, Value value) {
    if (value.kind == VALUE_term) {
        value.loc = name->loc;
        if (!value.term->user_name)
            value.term->user_name = name->name;
    }
    check_bind(c, scope, name->name, name->loc, value);
}

static void run_let(Checker *c, Scope *scope, const Ast *ast, Value *result) {
    Value value = check_expression(c, scope, ast->kid[ast->n - 1]);
    int targets = ast->n - 1;
    *result = targets > 1 && value.kind == VALUE_results && value.count == targets
                  ? value.items[targets - 1]
                  : value;
    if (value.kind == VALUE_layer) {
        SharedLayer *shared = NEW(c->arena, SharedLayer);
        *shared = *value.layer;
        shared->path = value.path =
            c->frame && c->frame->repeats
                ? frame_number(c, ast->kid[0]->name)
                : path_join(c, c->frame ? c->frame->path : "", ast->kid[0]->name);
        value.layer = shared;
        publish(c, SPACE_home, shared->path, ast, ast->kid[0]->loc,
                arena_printf(c->arena, "the shared layer `%s`", ast->kid[0]->name));
    }
    if (targets == 1) {
        bind_named(c, scope, ast->kid[0], value);
        return;
    }
    bool fits = value.kind == VALUE_results && value.count == targets;
    if (!fits && value.kind != VALUE_error)
        check_error(c, ast->loc, "%d names are given, and the right side has %d value%s", targets,
                    value.kind == VALUE_results ? value.count : 1,
                    value.kind == VALUE_results && value.count > 1 ? "s" : "");
    for (int i = 0; i < targets; i++)
        bind_named(c, scope, ast->kid[i], fits ? value.items[i] : value_error());
}

static void run_draw(Checker *c, Scope *scope, const Ast *ast, Value *result) {
    Value value = check_draw(c, scope, ast);
    *result = value;
    value.loc = ast->name_loc;
    if (value.kind == VALUE_term)
        value.term->user_name = ast->name;
    check_bind(c, scope, ast->name, ast->name_loc, value);
}

static void run_define(Checker *c, Scope *scope, const Ast *ast, Value *result) {
    (void)result; /* a definition is no value of a block */
    if (c->frame && c->frame->repeats) {
        check_error(c, ast->loc, "a definition stands outside of `repeat`");
        return;
    }
    if (!check_name_free(c, scope, ast->name, ast->name_loc))
        return;
    Define *define = NEW(c->arena, Define);
    *define = (Define){.ast = ast, .scope = scope};
    if (strcmp(ast->role, "network") == 0 || strcmp(ast->role, "discriminator") == 0)
        define->path = path_join(c, c->frame ? c->frame->path : "", ast->name);
    if (define->path)
        publish(c, SPACE_home, define->path, ast, ast->name_loc,
                arena_printf(c->arena, "the %s `%s`", ast->role, ast->name));
    scope_bind(c, scope, ast->name, ast->name_loc,
               (Value){.kind = VALUE_definition,
                       .define = define,
                       .loc = ast->name_loc,
                       .path = define->path});
}

static void run_return(Checker *c, Scope *scope, const Ast *ast, Value *result) {
    if (c->frame && c->frame->scans) {
        check_error(c, ast->loc, "`return` stands behind a `scan`, not in it");
        return;
    }
    if (c->frame)
        c->frame->returned = true;
    if (ast->kid[0]->kind != AST_named) {
        *result = check_expression(c, scope, ast->kid[0]);
        return;
    }
    Value results = {.kind = VALUE_results, .loc = ast->loc, .count = ast->n};
    results.inside = scope_open(c, NULL);
    results.items = NEW_ARRAY(c->arena, Value, ast->n);
    for (int i = 0; i < ast->n; i++) {
        const Ast *named = ast->kid[i];
        results.items[i] = check_expression(c, scope, named->kid[0]);
        if (results.items[i].kind == VALUE_error)
            results.kind = VALUE_error;
        scope_bind(c, results.inside, named->name, named->loc, results.items[i]);
    }
    *result = results;
}

/* ---- repeat and if, unrolled ---- */

enum { MAX_REPEATS = 1000, MAX_ROUNDS = 20000 };

static bool within_repeats(Checker *c, Loc loc, int rounds) {
    if (rounds > MAX_REPEATS)
        check_error(c, loc, "`repeat` unrolls at most %d times, and this is %d", MAX_REPEATS,
                    rounds);
    return rounds <= MAX_REPEATS;
}

/* The rounds of 6, or of 0..5: numbers from `first` on.  -1 after an error. */
static int range_rounds(Checker *c, Scope *scope, const Ast *range, int *first) {
    Value value;
    int last;
    *first = 1;
    if (range->kid[0]) {
        value = check_expression(c, scope, range->kid[0]);
        if (!value_integer(c, range->kid[0]->loc, &value, "where `repeat` begins", first))
            return -1;
    }
    value = check_expression(c, scope, range->kid[1]);
    if (!value_integer(c, range->kid[1]->loc, &value,
                       range->kid[0] ? "where `repeat` ends" : "the count of `repeat`", &last))
        return -1;
    if (last >= *first - 1)
        return within_repeats(c, range->loc, last - *first + 1) ? last - *first + 1 : -1;
    check_error(c, range->loc,
                range->kid[0] ? "this range ends before it begins"
                              : "the count of `repeat` is negative");
    return -1;
}

/* What a repeat goes over: numbers from `first` on, or the items of a list. */
typedef struct Rounds {
    int count, first;
    Value list;
} Rounds;

static bool find_rounds(Checker *c, Scope *scope, const Ast *ast, Rounds *rounds) {
    const Ast *over = ast->kid[0];
    *rounds = (Rounds){0};
    if (over->kind == AST_range) {
        rounds->count = range_rounds(c, scope, over, &rounds->first);
        return rounds->count >= 0;
    }
    rounds->list = check_expression(c, scope, over);
    rounds->count = rounds->list.count;
    if (rounds->list.kind == VALUE_list)
        return within_repeats(c, over->loc, rounds->count);
    if (rounds->list.kind != VALUE_error) {
        check_error(c, over->loc, "`repeat` goes over a list, and this is %s",
                    value_text(c, &rounds->list));
        check_help(c, "or over numbers:  repeat i in 0..5");
    }
    return false;
}

/* The counter of a repeat, or its item: nothing but `repeat` itself changes it, and it is gone
 * afterwards. */
static void bind_counter(Checker *c, Scope *scope, const char *name, Loc loc, Value value) {
    Binding *counter = scope_find_here(scope, name);
    value.loc = loc;
    if (counter)
        counter->value = value;
    else
        scope_bind(c, scope, name, loc, value);
    scope_find_here(scope, name)->fixed = true;
}

/* Binds the names of one round: its number or place, and its item. */
static void bind_round(Checker *c, Scope *scope, const Ast *ast, const Rounds *rounds, int i) {
    const Ast *item = ast->kid[1];
    bool items = rounds->list.kind == VALUE_list;
    if (item)
        bind_counter(c, scope, item->name, item->loc, rounds->list.items[i]);
    if (ast->name)
        bind_counter(c, scope, ast->name, ast->name_loc,
                     items && !item ? rounds->list.items[i]
                                    : value_number(c, ast->name_loc, rounds->first + i));
}

static bool round_names_free(Checker *c, Scope *scope, const Ast *ast) {
    const Ast *item = ast->kid[1];
    if (item && item->name == ast->name) {
        check_error(c, item->loc, "the place and the item of a list want two names");
        return false;
    }
    return (!ast->name || check_name_free(c, scope, ast->name, ast->name_loc)) &&
           (!item || check_name_free(c, scope, item->name, item->loc));
}

/* Gives the names of a statement that cannot run an error for a value, so that what reads them is
 * not told as further mistakes. */
static void bind_errors(Checker *c, Scope *scope, const Ast *ast) {
    if (ast_gives(ast->kind) == GIVES_NAMES && !scope_find_here(scope, ast->name))
        scope_bind(c, scope, ast->name, ast->name_loc, value_error());
    for (int i = 0; ast->kind == AST_let && i + 1 < ast->n; i++)
        if (!scope_find_here(scope, ast->kid[i]->name))
            scope_bind(c, scope, ast->kid[i]->name, ast->kid[i]->loc, value_error());
    bool holds = ast->kind == AST_if || ast->kind == AST_repeat || ast->kind == AST_body ||
                 ast->kind == AST_scan;
    for (int i = holds ? 0 : ast->n; i < ast->n; i++)
        if (ast->kid[i])
            bind_errors(c, scope, ast->kid[i]);
}

static void run_repeat(Checker *c, Scope *scope, const Ast *ast, Value *result) {
    Rounds rounds;
    if (!find_rounds(c, scope, ast, &rounds)) {
        bind_errors(c, scope, ast);
        return;
    }
    if (!round_names_free(c, scope, ast))
        return;
    CallFrame *frame = c->frame;
    frame->repeats++;
    for (int i = 0; i < rounds.count && !frame->returned; i++) {
        if (c->rounds++ == MAX_ROUNDS)
            check_error(c, ast->loc, "repeats are unrolled to more than the limit of %d rounds",
                        MAX_ROUNDS);
        if (c->rounds > MAX_ROUNDS) {
            c->too_large = true; /* that the terms are too many as well is not told */
            break;
        }
        bind_round(c, scope, ast, &rounds, i);
        check_all(c, scope, ast->kid + 2, ast->n - 2, result);
    }
    frame->repeats--;
    if (ast->name)
        scope_unbind(scope, ast->name);
    if (ast->kid[1])
        scope_unbind(scope, ast->kid[1]->name);
}

static void run_if(Checker *c, Scope *scope, const Ast *ast, Value *result) {
    double condition;
    Term *test = check_term(c, scope, ast->kid[0]);
    if (!test || !term_is_number(test, &condition))
        bind_errors(c, scope, ast);
    if (!test)
        return;
    if (!term_is_number(test, &condition)) {
        check_error(c, ast->kid[0]->loc,
                    "the condition of `if` must be known when compiled, and this is %s %s",
                    test->type.rows ? "a per-example" : "a shared",
                    termtype_text(c->arena, &test->type));
        check_help(c, "values that are known when the program runs are chosen by  "
                      "where(condition, a, b)");
        return;
    }
    const Ast *body = ast->kid[condition != 0 ? 1 : 2], *other = ast->kid[condition != 0 ? 2 : 1];
    if (other)
        scope_use_names(scope, other);
    if (body)
        check_all(c, scope, body->kid, body->n, result);
}

/* Runs a statement. *result becomes its value; a declaration, a definition and `<-` have none and
 * leave it as it is. */
typedef void RunStatement(Checker *c, Scope *scope, const Ast *ast, Value *result);

void check_all(Checker *c, Scope *scope, Ast *const *statement, int n, Value *result) {
    static RunStatement *const run[NUM_AST] = {
        [AST_let] = run_let,       [AST_draw] = run_draw,       [AST_param] = check_param,
        [AST_state] = check_state, [AST_assign] = check_assign, [AST_define] = run_define,
        [AST_return] = run_return, [AST_repeat] = run_repeat,   [AST_if] = run_if,
        [AST_scan] = check_scan,
    };
    for (int i = 0; i < n; i++) {
        const Ast *ast = statement[i];
        if (!run[ast->kind]) {
            check_error(c, ast->loc, "this statement does not belong here");
            continue;
        }
        run[ast->kind](c, scope, ast, result);
        if (c->frame && c->frame->returned) {
            if (ast->kind == AST_return && i + 1 < n)
                check_error(c, statement[i + 1]->loc, "nothing is computed after `return`");
            return;
        }
    }
}

void check_statements(Checker *c, Scope *scope, Ast *const *statement, int n, Value *result) {
    *result = (Value){.kind = VALUE_missing};
    check_all(c, scope, statement, n, result);
}
