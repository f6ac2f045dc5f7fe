/* Parameters and states: slots that a block, a layer, a network or an optimizer makes.
 *
 *     param W : [x.last, n] ~ glorot_uniform      →   the slot encoder.dense_1.W
 *     state mean : [n] = 0                        →   the slot encoder.norm_1.mean
 *     mean <- 0.9 * mean + 0.1 * m                →   an update of it, in steps over its group
 *     … keep unit_norm(axis = 0)                  →   what becomes of W after each update: kept.c
 */
#include "check/elaboration/elaboration.h"
#include "check/values/published.h"

#include <string.h>

/* Products of the lengths that a weight sums over and spreads to (the last two axes, times what is
 * left of them). */
static void fans(Type shape, double *in, double *out) {
    Type rest = shape;
    rest.rank = shape.rank > 2 ? shape.rank - 2 : 0;
    double field = type_size(rest, 1);
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
    DrawStream stream = {.name = arena_printf(c->arena, "init:%s", name)};
    Context inside = c->context;
    inside.initial = true;
    inside.stream = &stream;
    Context outer = context_enter(c, inside);
    Value value;
    if (drawn) {
        value = initial_distribution(c, scope, ast, shape);
        Distribution *d = value.kind == VALUE_distribution
                              ? distribution_like(c, value.distribution, shape, ast->loc)
                              : NULL;
        value = d ? distribution_member(c, d, "sample", ast->loc) : value_error();
    } else {
        value = check_expression(c, scope, ast);
    }
    context_leave(c, outer);
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
    if (kind != SLOT_optimizer) /* which is named by its step and its parameter */
        check_too_long(c, ast->loc, name);
    Term *term = term_leaf(c, TERM_slot, ast->loc, name, (TermType){.shape = initial->type.shape});
    term->op = kind == SLOT_param ? OP_param : OP_state;
    ModelSlot made = {.initial = initial, .term = term, .origin = ast};
    made.slot = (Slot){.kind = kind, .name = name, .type = initial->type.shape, .loc = term->loc};
    if (kind == SLOT_optimizer) {
        made.slot.of = c->context.trained;
        made.slot.part = ast->name;
    }
    check_add_slot(c, made);
    return value_term(term, ast->loc);
}

static void remade(Checker *c, const Ast *ast, const ModelSlot *old, Type shape) {
    if (old->origin != ast) {
        check_error(c, ast->loc, "there is a %s %s already",
                    old->slot.kind == SLOT_param ? "parameter" : "state", old->slot.name);
        diag_note(c->diag, old->slot.loc, "it is made here");
        check_help(c, "give one of them another name");
        return;
    }
    check_error(c, ast->loc, "the %s %s was made as %s, and is made again as %s",
                old->slot.kind == SLOT_param ? "parameter" : "state", old->slot.name,
                type_text(c->arena, old->slot.type), type_text(c->arena, shape));
    check_help(c, "one set of parameters has one shape; give the second use a layer of its own");
}

/* The slot `name`: an old one where the same statement is met again, by a network applied twice. */
static Value parameter(Checker *c, Scope *scope, const Ast *ast, Type shape, const char *name) {
    ModelSlot *old = check_find_slot(c, name);
    if (old && (old->origin != ast || !type_equal(old->slot.type, shape))) {
        remade(c, ast, old, shape);
        return value_error();
    }
    if (old)
        return value_term(old->term, ast->loc);
    Term *initial = initial_value(c, scope, ast->kid[1], ast->number != 0, shape, name);
    if (!initial)
        return value_error();
    Value made = new_slot(c, ast, SLOT_param, name, initial);
    if (ast->n > 3)
        check_keep(c, scope, ast, c->model->slots.count - 1);
    return made;
}

/* Functions, losses and distributions have no place of their own: what they made would take the
 * names, and so the parameters, of what their callers make. */
static bool may_have_parameters(const CallFrame *frame) {
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

bool check_layer_place(Checker *c, Loc loc, const char *layer) {
    const CallFrame *frame = c->frame;
    while (frame && frame->define && strcmp(frame->define->role, "noise") == 0)
        frame = frame->caller;
    if (!frame || may_have_parameters(frame))
        return true;
    const Ast *define = frame->define;
    check_error(c, loc, "the %s `%s` can have no parameters, and `%s` is a layer", define->role,
                define->name, layer);
    check_help(c,
               "with  layer %s(…)  each use has parameters of its own, with  network %s(…)  all "
               "uses have the same",
               define->name, define->name);
    return false;
}

/* A slot that is made inside `repeat` is another one each time. */
static const char *slot_name(Checker *c, const Ast *ast) {
    return c->frame->repeats ? frame_number(c, ast->name) : path_join(c, c->frame->path, ast->name);
}

void check_param(Checker *c, Scope *scope, const Ast *ast, Value *result) {
    (void)result;
    Value value = value_error();
    if (!may_have_parameters(c->frame)) {
        check_error(c, ast->loc, "a parameter can be made in a block, a layer or a network only");
        if (!scope_find_here(scope, ast->name))
            check_bind(c, scope, ast->name, ast->name_loc, value); /* it has been told already */
        return;
    }
    if (!check_name_free(c, scope, ast->name, ast->name_loc))
        return;
    double condition = 1;
    Term *wanted = ast->kid[2] ? check_term(c, scope, ast->kid[2]) : NULL;
    if (ast->kid[2] && wanted && !term_is_number(wanted, &condition))
        check_error(c, ast->kid[2]->loc, "the condition must be known when compiled");
    Value list = check_expression(c, scope, ast->kid[0]);
    Type shape;
    if (condition == 0)
        value = value_number(c, ast->loc, 0);
    else if (value_shape(c, ast->kid[0]->loc, &list, &shape))
        value = parameter(c, scope, ast, shape, slot_name(c, ast));
    check_bind(c, scope, ast->name, ast->name_loc, value);
}

/* An optimizer's state is as large as its parameter. */
static void optimizer_state(Checker *c, Scope *scope, const Ast *ast) {
    ModelSlot *p = check_find_slot(c, c->context.trained);
    const char *name =
        names_of(c->names, arena_printf(c->arena, "train.%s.%s:%s", c->step->info.name, ast->name,
                                        p->slot.name));
    Type shape = p->slot.type;
    Term *initial = initial_value(c, scope, ast->kid[1], ast->number != 0, shape, name);
    if (initial)
        check_bind(c, scope, ast->name, ast->name_loc,
                   new_slot(c, ast, SLOT_optimizer, name, initial));
}

void check_state(Checker *c, Scope *scope, const Ast *ast, Value *result) {
    (void)result;
    if (!check_name_free(c, scope, ast->name, ast->name_loc))
        return;
    if (c->context.trained) {
        optimizer_state(c, scope, ast);
        return;
    }
    if (!may_have_parameters(c->frame)) {
        check_error(c, ast->loc, "a state stands in a block, a layer, a network or an optimizer");
        return;
    }
    Type shape = {0};
    Value list = ast->kid[0] ? check_expression(c, scope, ast->kid[0]) : value_error();
    if (ast->kid[0] && !value_shape(c, ast->kid[0]->loc, &list, &shape)) {
        check_bind(c, scope, ast->name, ast->name_loc, value_error());
        return;
    }
    const char *name = slot_name(c, ast);
    ModelSlot *old = check_find_slot(c, name);
    Value value = value_error();
    if (old && old->origin == ast && type_equal(old->slot.type, shape)) {
        value = value_term(old->term, ast->loc);
    } else if (old) {
        remade(c, ast, old, shape);
    } else {
        Term *initial = initial_value(c, scope, ast->kid[1], ast->number != 0, shape, name);
        if (initial)
            value = new_slot(c, ast, SLOT_state, name, initial);
    }
    check_bind(c, scope, ast->name, ast->name_loc, value);
}

/* The value, repeated to the shape of what it is assigned to; NULL after an error. */
static Term *assigned_value(Checker *c, const Ast *ast, Term *value, Type shape) {
    Type joined;
    if (value->type.rows || value->type.n_samples) {
        check_error(c, ast->loc, "what is assigned is one value for all examples, and this %s",
                    value->type.n_samples ? "has a sample axis" : "is per example");
        check_help(c, value->type.n_samples ? "remove it:  mean(v, axis = samples)"
                                            : "average over the batch:  batch_mean(v)");
        return NULL;
    }
    if (!type_broadcast(value->type.shape, shape, &joined) || !type_equal(joined, shape)) {
        check_error(c, ast->loc, "this gives %s to `%s`, which is %s",
                    termtype_text(c->arena, &value->type), ast->name, type_text(c->arena, shape));
        return NULL;
    }
    return term_expand(c, ast->loc, value, shape);
}

static bool is_state(const Value *value) {
    return value->kind == VALUE_term && value->term->kind == TERM_slot &&
           value->term->op == OP_state;
}

Term *check_updated(Checker *c, const char *slot) {
    for (int i = 0; i < c->model->updates.count; i++)
        if (c->model->updates.at[i].slot == slot)
            return c->model->updates.at[i].value;
    return NULL;
}

/* Several updates of one state, by applications in the order of the text, are one: each right side
 * reads what the one before it left. */
static void update_state(Checker *c, const char *slot, Term *value) {
    for (int i = 0; i < c->model->updates.count; i++)
        if (c->model->updates.at[i].slot == slot) {
            c->model->updates.at[i].value = value;
            return;
        }
    StateUpdate update = {.slot = slot, .value = value};
    list_add(c->arena, &c->model->updates, update);
}

static void assign_state(Checker *c, Scope *scope, const Ast *ast) {
    if (!check_outside_scan(c, ast->loc, "a state changes once for each batch: `<-`"))
        return;
    Binding *binding = scope_find(scope, ast->name);
    if (!binding || !is_state(&binding->value)) {
        if (binding && binding->value.kind == VALUE_error)
            return;
        const char *meant = check_meant(c, scope, ast->name);
        check_error(c, ast->loc, "`<-` changes a state, or p in an optimizer, and `%s` is %s",
                    ast->name, binding ? value_text(c, &binding->value) : "nothing yet");
        if (meant && !check_was_told(c, ast->name))
            check_offer(c, scope, meant);
        return;
    }
    Term *state = binding->value.term;
    Context inside = c->context;
    inside.updating = true;
    Context outer = context_enter(c, inside);
    Term *value = check_term(c, scope, ast->kid[0]);
    context_leave(c, outer);
    value = value ? assigned_value(c, ast, value, state->type.shape) : NULL;
    if (value)
        update_state(c, state->name, value);
}

void check_assign(Checker *c, Scope *scope, const Ast *ast, Value *result) {
    (void)result;
    if (!c->context.trained) {
        assign_state(c, scope, ast);
        return;
    }
    Binding *binding = scope_find_here(scope, ast->name);
    if (!binding || binding->value.kind != VALUE_term) {
        check_error(c, ast->loc, "`<-` changes p or a state of an optimizer, and `%s` is neither",
                    ast->name);
        return;
    }
    Type shape = binding->value.term->type.shape;
    Term *value = check_term(c, scope, ast->kid[0]);
    value = value ? assigned_value(c, ast, value, shape) : NULL;
    if (!value)
        return;
    binding = scope_find_here(scope, ast->name);
    binding->value.term = value;
    binding->used = true;
}
