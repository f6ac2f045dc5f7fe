/* Statements: names get values, parameters get made.  One function a kind, in a table. */
#include "check/internal.h"

#include <string.h>

const char *path_join(Checker *c, const char *path, const char *name) {
    return names_of(c->names, *path ? arena_printf(c->arena, "%s.%s", path, name) : name);
}

Frame *frame_open(Checker *c, const char *path, const char *draws, const Ast *define, Loc call) {
    Frame *frame = NEW(c->arena, Frame);
    *frame =
        (Frame){.caller = c->frame, .call = call, .define = define, .path = path, .draws = draws};
    c->frame = frame;
    c->depth++;
    return frame;
}

void frame_close(Checker *c) {
    c->frame = c->frame->caller;
    c->depth--;
}

const char *frame_number(Checker *c, const char *name) {
    CountList none = {0}, *counts = c->frame ? &c->frame->counts : &none;
    int number = 0;
    for (int i = 0; i < counts->count; i++)
        if (counts->at[i].name == name)
            number = ++counts->at[i].n;
    if (!number) {
        Count count = {.name = name, .n = number = 1};
        list_add(c->arena, counts, count);
    }
    return path_join(c, c->frame ? c->frame->path : "",
                     arena_printf(c->arena, "%s_%d", name, number));
}

ModelSlot *model_find_slot(Model *model, const char *name) {
    for (int i = 0; i < model->slots.count; i++)
        if (strcmp(model->slots.at[i].slot.name, name) == 0)
            return &model->slots.at[i];
    return NULL;
}

static bool name_is_free(Checker *c, Scope *scope, const char *name, Loc loc) {
    Binding *old = scope_find_here(scope, name);
    if (!old)
        return true;
    check_error(c, loc, "`%s` has a value already", name);
    diag_note(c->diag, old->loc, "it got it here");
    return false;
}

static void bind_named(Checker *c, Scope *scope, const Ast *name, Value value) {
    if (!name_is_free(c, scope, name->name, name->loc))
        return;
    if (value.kind == VALUE_term) {
        value.loc = name->loc;
        if (!value.term->called)
            value.term->called = name->name;
    }
    scope_bind(c, scope, name->name, name->loc, value);
}

static void run_let(Checker *c, Scope *scope, const Ast *ast, Value *result) {
    Value value = check_expression(c, scope, ast->kid[ast->n - 1]);
    int targets = ast->n - 1;
    *result = value;
    if (value.kind == VALUE_layer) {
        SharedLayer *shared = NEW(c->arena, SharedLayer);
        *shared = *value.layer;
        shared->path = value.path = path_join(c, c->frame ? c->frame->path : "", ast->kid[0]->name);
        value.layer = shared;
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
    if (!name_is_free(c, scope, ast->name, ast->name_loc))
        return;
    value.loc = ast->name_loc;
    if (value.kind == VALUE_term)
        value.term->called = ast->name;
    scope_bind(c, scope, ast->name, ast->name_loc, value);
}

/* Products of the lengths that a weight sums over and spreads to (the last two axes, times what is
 * left of them). */
static void fans(Type shape, double *in, double *out) {
    double field = 1;
    for (int i = 0; i + 2 < shape.rank; i++)
        field *= shape.dim[i];
    *out = field * (shape.rank ? shape.dim[shape.rank - 1] : 1);
    *in = shape.rank > 1 ? field * shape.dim[shape.rank - 2] : *out;
}

static Value initial_distribution(Checker *c, Scope *scope, const Ast *ast, Type shape) {
    Value value = check_expression(c, scope, ast);
    if (value.kind == VALUE_definition && strcmp(value.define->ast->role, "distribution") == 0) {
        double in, out;
        fans(shape, &in, &out);
        Value *both = NEW_ARRAY(c->arena, Value, 2);
        both[0] = value_number(c, ast->loc, in);
        both[1] = value_number(c, ast->loc, out);
        value = distribution_make(c, value.define, ast->loc, 2, both);
    }
    if (value.kind != VALUE_distribution && value.kind != VALUE_error) {
        check_error(c, ast->loc,
                    "after `~` stands the distribution of the initial values, and this is %s",
                    value_text(c, &value));
        check_help(c, "a fixed initial value is given with `=`");
        return value_error();
    }
    return value;
}

static Term *initial_value(Checker *c, Scope *scope, const Ast *ast, bool drawn, Type shape,
                           const char *name) {
    bool outer = c->initial;
    const char *outer_draw = c->draw_name;
    int outer_number = c->draw_number;
    Value value;
    c->initial = true;
    c->draw_name = arena_printf(c->arena, "init:%s", name);
    c->draw_number = 0;
    if (drawn) {
        value = initial_distribution(c, scope, ast, shape);
        Distribution *d = value.kind == VALUE_distribution
                              ? distribution_like(c, value.distribution, shape, ast->loc)
                              : NULL;
        value = d ? distribution_member(c, d, "sample", ast->loc) : value_error();
    } else {
        value = check_expression(c, scope, ast);
    }
    c->initial = outer;
    c->draw_name = outer_draw;
    c->draw_number = outer_number;
    Term *term = value_as_term(c, ast->loc, &value);
    Type joined;
    if (!term)
        return NULL;
    if (term->type.rows || !type_broadcast(shape, term->type.shape, &joined) ||
        !type_equal(joined, shape)) {
        check_error(c, ast->loc, "the initial value is %s %s, and %s is wanted",
                    term->type.rows ? "a per-example" : "a", termtype_text(c->arena, &term->type),
                    type_text(c->arena, shape));
        return NULL;
    }
    return term_expand(c, ast->loc, term, shape);
}

/* A slot of its initial value's shape, and the term that stands for it. */
static Value new_slot(Checker *c, const Ast *ast, SlotKind kind, const char *name, Term *initial) {
    Term *term = term_leaf(c, TERM_slot, ast->loc, name, (TermType){.shape = initial->type.shape});
    term->op = kind == SLOT_param ? OP_param : OP_state;
    ModelSlot made = {.initial = initial, .term = term, .origin = ast};
    made.slot = (Slot){.kind = kind, .name = name, .type = initial->type.shape, .loc = term->loc};
    list_add(c->arena, &c->model->slots, made);
    return value_term(term, ast->loc);
}

/* The slot `name`: an old one where the same statement is met again, by a network applied twice. */
static Value parameter(Checker *c, Scope *scope, const Ast *ast, Type shape, const char *name) {
    ModelSlot *old = model_find_slot(c->model, name);
    if (old && (old->origin != ast || !type_equal(old->slot.type, shape))) {
        check_error(c, ast->loc, "the parameter %s was made as %s, and is made again as %s", name,
                    type_text(c->arena, old->slot.type), type_text(c->arena, shape));
        check_help(c,
                   "one set of parameters has one shape; give the second use a layer of its own");
        return value_error();
    }
    if (old)
        return value_term(old->term, ast->loc);
    Term *initial = initial_value(c, scope, ast->kid[1], ast->number != 0, shape, name);
    if (!initial)
        return value_error();
    return new_slot(c, ast, SLOT_param, name, initial);
}

static bool may_have_parameters(const Frame *frame) {
    static const char *const roles[] = {"layer", "network", "discriminator"};
    if (!frame)
        return false;
    if (!frame->define)
        return true;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (strcmp(frame->define->role, roles[i]) == 0)
            return true;
    return false;
}

static void run_param(Checker *c, Scope *scope, const Ast *ast, Value *result) {
    Value value = value_error();
    if (!may_have_parameters(c->frame)) {
        check_error(c, ast->loc, "a parameter can be made in a block, a layer or a network only");
    } else if (name_is_free(c, scope, ast->name, ast->name_loc)) {
        double condition = 1;
        Term *wanted = ast->kid[2] ? check_term(c, scope, ast->kid[2]) : NULL;
        if (ast->kid[2] && wanted && !term_is_number(wanted, &condition))
            check_error(c, ast->kid[2]->loc, "the condition must be known when compiled");
        Value list = check_expression(c, scope, ast->kid[0]);
        Type shape;
        if (condition == 0)
            value = value_number(c, ast->loc, 0);
        else if (value_shape(c, ast->kid[0]->loc, &list, &shape))
            value = parameter(c, scope, ast, shape, path_join(c, c->frame->path, ast->name));
        scope_bind(c, scope, ast->name, ast->name_loc, value);
    }
    *result = value;
}

static void run_state(Checker *c, Scope *scope, const Ast *ast, Value *result) {
    if (!c->in_optimizer) {
        check_error(c, ast->loc, "a state stands in an optimizer");
        *result = value_error();
        return;
    }
    ModelSlot *p = model_find_slot(c->model, c->trained);
    const char *name =
        names_of(c->names, arena_printf(c->arena, "train.%s.%s:%s", c->step->info.name, ast->name,
                                        p->slot.name));
    Type shape = p->slot.type;
    Term *initial = initial_value(c, scope, ast->kid[1], ast->number != 0, shape, name);
    if (!initial || !name_is_free(c, scope, ast->name, ast->name_loc))
        return;
    *result = new_slot(c, ast, SLOT_optimizer, name, initial);
    scope_bind(c, scope, ast->name, ast->name_loc, *result);
}

static void run_assign(Checker *c, Scope *scope, const Ast *ast, Value *result) {
    *result = value_error();
    Binding *binding = scope_find_here(scope, ast->name);
    if (!c->in_optimizer || !binding || binding->value.kind != VALUE_term) {
        check_error(c, ast->loc, "`<-` changes p or a state of an optimizer, and `%s` is neither",
                    ast->name);
        return;
    }
    Term *old = binding->value.term, *value = check_term(c, scope, ast->kid[0]);
    Type joined;
    if (!value)
        return;
    if (value->type.rows || !type_broadcast(value->type.shape, old->type.shape, &joined) ||
        !type_equal(joined, old->type.shape)) {
        check_error(c, ast->loc, "this gives %s to `%s`, which is %s",
                    termtype_text(c->arena, &value->type), ast->name,
                    termtype_text(c->arena, &old->type));
        return;
    }
    value = term_expand(c, ast->loc, value, old->type.shape);
    binding = scope_find_here(scope, ast->name);
    binding->value.term = value;
    binding->used = true;
    *result = binding->value;
}

static void run_define(Checker *c, Scope *scope, const Ast *ast, Value *result) {
    *result = value_error();
    if (!name_is_free(c, scope, ast->name, ast->name_loc))
        return;
    Define *define = NEW(c->arena, Define);
    *define = (Define){.ast = ast, .scope = scope};
    if (strcmp(ast->role, "network") == 0 || strcmp(ast->role, "discriminator") == 0)
        define->path = path_join(c, c->frame ? c->frame->path : "", ast->name);
    scope_bind(c, scope, ast->name, ast->name_loc,
               (Value){.kind = VALUE_definition,
                       .define = define,
                       .loc = ast->name_loc,
                       .path = define->path});
}

static void run_return(Checker *c, Scope *scope, const Ast *ast, Value *result) {
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

typedef void Run(Checker *c, Scope *scope, const Ast *ast, Value *result);

void check_statements(Checker *c, Scope *scope, Ast *const *statement, int n, Value *result) {
    static Run *const run[NUM_AST] = {
        [AST_let] = run_let,       [AST_draw] = run_draw,     [AST_param] = run_param,
        [AST_state] = run_state,   [AST_assign] = run_assign, [AST_define] = run_define,
        [AST_return] = run_return,
    };
    *result = value_error();
    for (int i = 0; i < n; i++) {
        const Ast *ast = statement[i];
        if (!run[ast->kind]) {
            check_error(c, ast->loc, "this statement does not belong here");
            continue;
        }
        run[ast->kind](c, scope, ast, result);
        if (ast->kind == AST_return && i + 1 < n)
            check_error(c, statement[i + 1]->loc, "nothing is computed after `return`");
    }
}
