/* Expressions: the value of a tree in a scope.  One function a kind of node, in a table. */
#include "check/elaboration/elaboration.h"

#include <string.h>

Term *check_term(Checker *c, Scope *scope, const Ast *ast) {
    Scope *outer = c->scope;
    Value value = check_expression(c, scope, ast);
    c->scope = scope;
    Term *term = value_as_term(c, ast->loc, &value);
    c->scope = outer;
    return term;
}

Value check_force(Checker *c, Binding *binding, Scope *scope) {
    if (binding->from) {
        Binding *own = scope_find_here(binding->from, binding->name);
        own->used = true;
        return check_force(c, own, binding->from);
    }
    if (!binding->unevaluated)
        return binding->value;
    if (binding->busy) {
        check_error(c, binding->loc, "`%s` is defined by itself", binding->name);
        return value_error();
    }
    binding->busy = true;
    const Ast *ast = binding->unevaluated;
    const char *name = binding->name;
    Value value = ast->kind == AST_const   ? const_value(c, scope, ast)
                  : ast->kind == AST_hyper ? hyper_value(c, scope, ast)
                                           : check_expression(c, scope, ast);
    Binding *again = scope_find_here(scope, name); /* the list may have moved */
    again->value = value;
    again->unevaluated = NULL;
    again->busy = false;
    return value;
}

static Value eval_number(Checker *c, Scope *scope, const Ast *ast) {
    (void)scope;
    return value_number(c, ast->loc, ast->number);
}

static Value eval_name(Checker *c, Scope *scope, const Ast *ast) {
    Block *leaving = NULL;
    for (Scope *s = scope; s; s = s->outer) {
        Scope *where = s;
        Binding *binding = scope_find_here(s, ast->name);
        if (!binding && s->imports)
            binding = scope_find_here(where = s->imports, ast->name);
        if (!binding) {
            leaving = s->block ? s->block : leaving;
            continue;
        }
        binding->used = true;
        if (binding->rival) {
            check_error(c, ast->loc, "`%s` is given by two blocks", ast->name);
            check_help(c, "write it with its block:  %s.%s  or  %s.%s", binding->home, ast->name,
                       binding->rival, ast->name);
            return value_error();
        }
        Value value = check_force(c, binding, where);
        if (leaving)
            block_reads(c, leaving, ast->name, &value);
        Term *updated =
            c->context.updating && value.kind == VALUE_term && value.term->kind == TERM_slot
                ? check_updated(c, value.term->name)
                : NULL;
        return updated ? value_term(updated, value.loc) : value;
    }
    if (builtin_find(ast->name))
        return (Value){.kind = VALUE_primitive, .loc = ast->loc, .name = ast->name};
    if (check_names_blocks(c, ast->name))
        return (Value){.kind = VALUE_block, .loc = ast->loc, .path = ast->name};
    check_unknown(c, ast->loc, false, ast->name, scope);
    return value_error();
}

static Value shape_field(Checker *c, const Ast *ast, Term *term, bool *found) {
    Type shape = term->type.shape;
    *found = true;
    bool lengths = strcmp(ast->name, "size") == 0 || strcmp(ast->name, "shape") == 0 ||
                   (strcmp(ast->name, "last") == 0 && shape.rank && shape.dim[shape.rank - 1] < 0);
    if (lengths && check_rows_axis(c, ast->loc, term, "ask for the length of"))
        return value_error();
    if (strcmp(ast->name, "size") == 0)
        return value_number(c, ast->loc, type_size(shape, 1));
    if (strcmp(ast->name, "rank") == 0)
        return value_number(c, ast->loc, shape.rank);
    if (strcmp(ast->name, "last") == 0) {
        if (shape.rank)
            return value_number(c, ast->loc, shape.dim[shape.rank - 1]);
        check_error(c, ast->loc, "this value is a single number and has no last axis");
        return value_error();
    }
    if (strcmp(ast->name, "shape") == 0) {
        Value list = {.kind = VALUE_list, .loc = ast->loc, .count = shape.rank};
        list.items = NEW_ARRAY(c->arena, Value, shape.rank + 1);
        for (int i = 0; i < shape.rank; i++)
            list.items[i] = value_number(c, ast->loc, shape.dim[i]);
        return list;
    }
    *found = false;
    return value_error();
}

/* .length counts the items; all else is that of the value which the list stands for. */
static Value list_field(Checker *c, const Ast *ast, const Value *list, bool *found) {
    bool size = strcmp(ast->name, "size") == 0;
    *found = true;
    if (strcmp(ast->name, "length") == 0 || (size && list->count == 0))
        return value_number(c, ast->loc, list->count);
    *found = size || strcmp(ast->name, "shape") == 0 || strcmp(ast->name, "last") == 0 ||
             strcmp(ast->name, "rank") == 0;
    *found &=
        list->count && (list->items[0].kind == VALUE_term || list->items[0].kind == VALUE_list);
    Term *term = *found ? value_as_term(c, ast->loc, list) : NULL;
    return term ? shape_field(c, ast, term, found) : value_error();
}

static Value parameter_field(Checker *c, const Ast *ast, const char *path, bool *found) {
    const char *name = path_join(c, path, ast->name);
    ModelSlot *slot = check_find_slot(c, name);
    *found = true;
    if (slot)
        return value_term(slot->term, ast->loc);
    size_t length = strlen(name);
    for (int i = 0; i < c->model->slots.count; i++) {
        const char *other = c->model->slots.at[i].slot.name;
        if (strncmp(other, name, length) == 0 && other[length] == '.')
            return (Value){.kind = VALUE_block, .loc = ast->loc, .path = name};
    }
    *found = false;
    return value_error();
}

static Value eval_field(Checker *c, Scope *scope, const Ast *ast) {
    Value base = check_expression(c, scope, ast->kid[0]);
    bool found = false;
    Value result = base;
    if (base.kind == VALUE_error)
        return base;
    if (base.kind == VALUE_term) /* first: an argument `size` of a layer is not its value's size */
        result = shape_field(c, ast, base.term, &found);
    if (found)
        return result;
    if (base.inside) {
        Binding *binding = scope_find_here(base.inside, ast->name);
        if (binding) {
            binding->used = true;
            return check_force(c, binding, base.inside);
        }
    }
    Binding *block = base.kind == VALUE_block && base.path
                         ? scope_find_here(c->blocks, path_join(c, base.path, ast->name))
                         : NULL;
    if (block)
        return block->value;
    Binding *made =
        base.inside && base.inside->taps ? scope_find_here(base.inside->taps, ast->name) : NULL;
    if (made)
        return made->value;
    if (base.kind == VALUE_list)
        result = list_field(c, ast, &base, &found);
    if (!found && base.path)
        result = parameter_field(c, ast, base.path, &found);
    if (found)
        return result;
    check_no_member(c, ast, &base);
    return value_error();
}

static Value eval_negate(Checker *c, Scope *scope, const Ast *ast) {
    Term *a = check_term(c, scope, ast->kid[0]);
    return a ? value_term(term_map(c, ast->loc, OP_neg, 1, &a, NULL), ast->loc) : value_error();
}

static const struct {
    const char *sign;
    Op op;
    bool swap, invert;
} operators[] = {
    {"+", OP_add, false, false}, {"-", OP_sub, false, false}, {"*", OP_mul, false, false},
    {"/", OP_div, false, false}, {"^", OP_pow, false, false}, {"==", OP_eq, false, false},
    {"!=", OP_eq, false, true},  {"<", OP_lt, false, false},  {"<=", OP_le, false, false},
    {">", OP_lt, true, false},   {">=", OP_le, true, false},
};

static Value eval_binary(Checker *c, Scope *scope, const Ast *ast) {
    Value left = check_expression(c, scope, ast->kid[0]);
    Value right = check_expression(c, scope, ast->kid[1]);
    Term *in[2] = {value_as_term(c, ast->kid[0]->loc, &left),
                   value_as_term(c, ast->kid[1]->loc, &right)};
    Loc places[2] = {ast->kid[0]->loc, ast->kid[1]->loc};
    if (!in[0] || !in[1])
        return value_error();
    size_t i = 0;
    while (strcmp(operators[i].sign, ast->role) != 0)
        i++;
    if (operators[i].swap) {
        Term *t = in[0];
        Loc p = places[0];
        in[0] = in[1], in[1] = t;
        places[0] = places[1], places[1] = p;
    }
    Term *term = term_map(c, ast->name_loc, operators[i].op, 2, in, places);
    if (term && operators[i].invert) {
        Term *both[2] = {term_number(c, ast->loc, 1), term};
        term = term_map(c, ast->name_loc, OP_sub, 2, both, NULL);
    }
    return value_term(term, ast->loc);
}

static Value eval_list(Checker *c, Scope *scope, const Ast *ast) {
    Value list = {.kind = VALUE_list, .loc = ast->loc, .count = ast->n};
    list.items = NEW_ARRAY(c->arena, Value, ast->n + 1);
    list.stands = NEW(c->arena, Term *);
    for (int i = 0; i < ast->n; i++) {
        list.items[i] = check_expression(c, scope, ast->kid[i]);
        if (list.items[i].kind == VALUE_error)
            list.kind = VALUE_error;
    }
    return list;
}

static Value eval_shared(Checker *c, Scope *scope, const Ast *ast) {
    const Ast *call = ast->kid[0];
    Value callee = check_expression(c, scope, call->kid[0]);
    if (callee.kind == VALUE_error)
        return callee;
    if (callee.kind != VALUE_definition || strcmp(callee.define->ast->role, "layer") != 0) {
        check_error(c, call->kid[0]->loc, "`layer` wants a layer to share, and this is %s",
                    value_text(c, &callee));
        return value_error();
    }
    if (!check_layer_place(c, call->kid[0]->loc, callee.define->ast->name))
        return value_error();
    SharedLayer *shared = NEW(c->arena, SharedLayer);
    *shared = (SharedLayer){.define = callee.define, .call = call, .scope = scope};
    return (Value){.kind = VALUE_layer, .loc = ast->loc, .layer = shared};
}

static Value eval_misplaced(Checker *c, Scope *scope, const Ast *ast) {
    (void)scope;
    check_error(c, ast->loc,
                ast->kind == AST_range  ? "a range a:b stands only between the brackets of an index"
                : ast->kind == AST_text ? "a text names a column, in `table[…]` alone"
                                        : "this stands only among the arguments of a call");
    return value_error();
}

typedef Value ExpressionRule(Checker *c, Scope *scope, const Ast *ast);

Value check_expression(Checker *c, Scope *scope, const Ast *ast) {
    static ExpressionRule *const eval[NUM_AST] = {
        [AST_number] = eval_number,   [AST_name] = eval_name,       [AST_call] = check_call,
        [AST_index] = check_index,    [AST_field] = eval_field,     [AST_negate] = eval_negate,
        [AST_binary] = eval_binary,   [AST_list] = eval_list,       [AST_shared] = eval_shared,
        [AST_range] = eval_misplaced, [AST_arrow] = eval_misplaced, [AST_named] = eval_misplaced,
        [AST_text] = eval_misplaced,
    };
    if (!ast)
        return value_error();
    if (c->model->terms.count > MAX_TERMS) {
        if (!c->too_large)
            check_error(c, ast->loc, "the model is larger than the limit of %d operations",
                        MAX_TERMS);
        c->too_large = true;
        return value_error();
    }
    if (!eval[ast->kind])
        die("no value for tree kind %d", (int)ast->kind);
    Scope *outer = c->scope;
    c->scope = scope;
    Value value = eval[ast->kind](c, scope, ast);
    c->scope = outer;
    return value;
}
