/* Functions about shapes: the same numbers in other places, and products of matrices. */
#include "check/elaboration/builtins.h"
#include "check/values/range.h"

#include <string.h>

/* The arguments from `first` on as one shape: numbers, and lists of numbers, one after another. */
static bool shape_arguments(Checker *c, Scope *scope, const Ast *call, int first, Type *shape) {
    Value list = {.kind = VALUE_list, .loc = call->loc};
    list.items = NEW_ARRAY(c->arena, Value, call->n * (MAX_FEATURES + 1));
    for (int i = first; i < call->n; i++) {
        Value value = check_expression(c, scope, call->kid[i]);
        if (value.kind == VALUE_error)
            return false;
        if (value.kind == VALUE_list && (call->n == first + 1 || value.count > MAX_FEATURES))
            return value_shape(c, call->kid[i]->loc, &value, shape);
        int n = value.kind == VALUE_list ? value.count : 1;
        for (int k = 0; k < n; k++)
            list.items[list.count++] = value.kind == VALUE_list ? value.items[k] : value;
    }
    return value_shape(c, call->loc, &list, shape);
}

Value rule_reshape(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)v;
    Value value = call->n > 1 ? check_expression(c, scope, call->kid[1]) : value_error();
    Term *a = call->n > 1 ? value_as_term(c, call->kid[1]->loc, &value) : NULL;
    Type shape;
    if (call->n < 2)
        check_error(c, call->loc,
                    "reshape needs a value and its new lengths:  v |> reshape(1, 28, 28)");
    if (!a || check_rows_axis(c, call->loc, a, "reshape") ||
        !shape_arguments(c, scope, call, 2, &shape))
        return value_error();
    if (type_equal(shape, a->type.shape))
        return value_term(a, call->loc);
    const char *why;
    Term *term =
        term_shaped(c, TERM_reshape, call->loc, OP_reshape, &(Attr){0}, shape, 1, &a, &why);
    if (!term) {
        check_error(c, call->loc, "this reshapes %s to %s", termtype_text(c->arena, &a->type),
                    type_text(c->arena, shape));
        check_mark(c, call->kid[1]->loc, &value);
        check_help(c, "the first holds %.0f numbers, the second %.0f; they must be equal",
                   type_size(a->type.shape, 1), type_size(shape, 1));
        return value_error();
    }
    return value_term(term, call->loc);
}

Value rule_expand(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *a = value_as_term(c, call->loc, &v[0]);
    Type shape;
    if (!a || !value_shape(c, call->loc, &v[1], &shape))
        return value_error();
    if (type_equal(a->type.shape, shape))
        return value_term(a, call->loc);
    const char *why;
    Term *term = term_shaped(c, TERM_expand, call->loc, OP_expand, &(Attr){0}, shape, 1, &a, &why);
    if (!term) {
        check_error(c, call->loc, "%s cannot be repeated to %s", termtype_text(c->arena, &a->type),
                    type_text(c->arena, shape));
        check_help(c, "shapes are aligned at the right: each axis must be equal or 1");
        return value_error();
    }
    return value_term(term, call->loc);
}

/* [2, 0, 1] of a value with as many axes, as negative numbers: for each axis of the result the
 * operand's.  False where they are not that many, or after an error, which sets *told. */
static bool axis_order(Checker *c, const Ast *call, const Value *axes, int rank, Attr *order,
                       bool *told) {
    if (axes->kind != VALUE_list || axes->count != rank)
        return false;
    order->count = rank;
    for (int i = 0; i < rank; i++) {
        int place;
        *told = !value_integer(c, call->loc, &axes->items[i], "an axis", &place);
        if (*told)
            return false;
        order->ints[i] = place < 0 ? place : place - rank;
    }
    return true;
}

static void wrong_order(Checker *c, const Ast *call, const Term *a) {
    int rank = a->type.shape.rank;
    check_error(c, call->loc, "transpose wants the axes of %s in their new order",
                termtype_text(c->arena, &a->type));
    check_help(c, "each is listed once, 0 to %d or -%d to -1:  transpose(v, [1, 0])  swaps two",
               rank - 1, rank);
}

Value rule_transpose(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *a = value_as_term(c, call->loc, &v[0]);
    if (!a)
        return value_error();
    int rank = a->type.shape.rank;
    Attr order = {.count = 2, .ints = {-1, -2}};
    bool listed = v[1].kind != VALUE_missing, told = false;
    if (!listed && rank < 2) {
        check_error(c, call->loc, "transpose swaps the last two axes, and %s has %d",
                    termtype_text(c->arena, &a->type), rank);
        return value_error();
    }
    if (listed && !axis_order(c, call, &v[1], rank, &order, &told)) {
        if (!told)
            wrong_order(c, call, a);
        return value_error();
    }
    bool moves = false;
    for (int i = 0; i < order.count; i++)
        moves |= order.ints[i] != i - order.count;
    if (!moves)
        return v[0];
    const char *why;
    Term *term =
        term_shaped(c, TERM_transpose, call->loc, OP_transpose, &order, (Type){0}, 1, &a, &why);
    if (!term)
        wrong_order(c, call, a);
    return value_term(term, call->loc);
}

/* The values among the arguments, and the axis; their number, 0 after an error. */
static int concat_parts(Checker *c, Scope *scope, const Ast *call, Term **parts, int *axis) {
    int n = 0, lists = 0;
    for (int i = 1; i < call->n; i++) {
        const Ast *argument = call->kid[i];
        if (argument->kind == AST_named && strcmp(argument->name, "axis") == 0) {
            Value value = check_expression(c, scope, argument->kid[0]);
            if (!value_integer(c, argument->loc, &value, "an axis", axis))
                return 0;
            continue;
        }
        lists += argument->kind == AST_list;
        parts[n] = check_term(c, scope, argument);
        if (!parts[n++])
            return 0;
    }
    if (n == 0)
        check_error(c, call->loc,
                    "concat joins the values between its brackets, and there are none");
    if (n == 1 && lists == 1) {
        check_error(c, call->loc,
                    "concat joins the values between its brackets, and this is one "
                    "list, a value whose items lie on an axis of their own");
        check_help(c, "write its items without [ ]:  concat(a, b)");
        return 0;
    }
    return n;
}

/* The type of what is joined so far, `type`, with another part; false after an error. */
static bool join_part(Checker *c, const Ast *call, const Term *part, const Attr *axis, bool first,
                      TermType *type) {
    Type both[2] = {first ? part->type.shape : type->shape, part->type.shape}, joined;
    int place = part->type.shape.rank + axis->ints[0];
    TermType lead = first ? part->type : *type, other = part->type;
    lead.shape = other.shape = (Type){0};
    const char *why;
    if (op_type(OP_concat, axis, (Type){0}, first ? 1 : 2, both, c->arena, &joined, &why) &&
        termtype_join(&lead, &other, type)) {
        type->shape = joined;
        return true;
    }
    if (both[0].rank != both[1].rank || place < 0 || axis->ints[0] >= 0) {
        check_error(c, call->loc, "concat joins values of as many axes, along one that they have");
        check_help(c,
                   "%s does not fit: `reshape(v, list)` gives it other axes, `one_hot(y, n)` "
                   "makes a vector of a class number",
                   termtype_text(c->arena, &part->type));
        return false;
    }
    if (both[1].dim[place] < 0 && check_rows_axis(c, call->loc, part, "join at its end"))
        return false;
    check_error(c, call->loc, "concat cannot join %s to the values before it",
                termtype_text(c->arena, &part->type));
    check_help(c, "all axes but the joined one must be equal");
    return false;
}

Value rule_concat(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)v;
    Term **parts = NEW_ARRAY(c->arena, Term *, call->n + 1);
    int axis = -1, n = concat_parts(c, scope, call, parts, &axis);
    if (n == 0)
        return value_error();
    Attr attr = {.count = 1, .ints = {axis < 0 ? axis : axis - parts[0]->type.shape.rank}};
    TermType type = {0};
    for (int i = 0; i < n; i++)
        if (!join_part(c, call, parts[i], &attr, i == 0, &type))
            return value_error();
    Term *term = term_new(c, TERM_concat, call->loc, type, n, parts);
    term->count = 1;
    term->ints[0] = attr.ints[0];
    return value_term(term, call->loc);
}

Value rule_iota(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Type shape;
    if (!value_shape(c, call->loc, &v[0], &shape))
        return value_error();
    return value_term(term_new(c, TERM_iota, call->loc, (TermType){.shape = shape}, 0, NULL),
                      call->loc);
}

Value rule_identity(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Value both[2] = {v[0], v[0]};
    Value list = {.kind = VALUE_list, .loc = call->loc, .count = 2, .items = both};
    Type shape;
    if (v[0].kind == VALUE_error || !value_shape(c, call->loc, &list, &shape))
        return value_error();
    return value_term(term_new(c, TERM_eye, call->loc, (TermType){.shape = shape}, 0, NULL),
                      call->loc);
}

/* The shape of a product: a's axes but the last times b's last where b is a matrix; where b is a
 * stack of matrices, the axes before the last two of both meet as anywhere else.  False where they
 * do not fit, and why where the lengths that are summed over are equal. */
static bool product_shape(Checker *c, Type a, Type b, Type *shape, const char **why) {
    const Attr plain = {.count = 2}; /* neither is transposed */
    *why = NULL;
    if (a.rank < 1 || b.rank < 2 || (b.rank > 2 && a.rank < 2))
        return false;
    bool meet = a.dim[a.rank - 1] == b.dim[b.rank - 2];
    const Type own[2] = {a, b};
    Type pair[2] = {{.rank = 2, .dim = {1, a.dim[a.rank - 1]}}, b}, lead[2] = {a, b}, both;
    lead[0].rank -= 2, lead[1].rank -= 2;
    if (b.rank > 2 && !type_broadcast(lead[0], lead[1], &both))
        return false;
    for (int i = 0; i < 2 && b.rank > 2; i++) {
        pair[i] = both;
        for (int k = 2; k > 0; k--)
            pair[i].dim[pair[i].rank++] = own[i].dim[own[i].rank - k];
    }
    bool fits = op_type(OP_matmul, &plain, (Type){0}, 2, pair, c->arena, shape, why);
    if (!meet)
        *why = NULL;
    if (fits && b.rank == 2) { /* a has one row, which is repeated for all examples */
        a.dim[a.rank - 1] = shape->dim[1];
        *shape = a;
    }
    return fits;
}

Value rule_matmul(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *in[2] = {value_as_term(c, call->loc, &v[0]), value_as_term(c, call->loc, &v[1])};
    Type shape;
    if (!in[0] || !in[1])
        return value_error();
    const char *why;
    bool fit = product_shape(c, in[0]->type.shape, in[1]->type.shape, &shape, &why);
    if (!fit && why) {
        check_error(c, call->loc, "%s", why);
        return value_error();
    }
    TermType join, left = in[0]->type, right = in[1]->type;
    left.shape = right.shape = (Type){0};
    if (!fit || !termtype_join(&left, &right, &join)) {
        check_error(c, call->loc, "this multiplies the matrices %s and %s",
                    termtype_text(c->arena, &in[0]->type), termtype_text(c->arena, &in[1]->type));
        for (int i = 0; i < 2; i++)
            check_mark(c, call->kid[i + 1]->loc, &v[i]);
        check_help(c,
                   "the last axis of the first must be as long as the last but one of the second");
        if (in[1]->type.shape.rank > 2)
            check_help(
                c, "the second is a stack of matrices: so is the first, and the axes before the "
                   "last two are equal or 1");
        return value_error();
    }
    join.shape = shape;
    return value_term(term_new(c, TERM_matmul, call->loc, join, 2, in), call->loc);
}
