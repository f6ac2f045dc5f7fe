/* Building graphs: every node is made by graph_node(), which asks the op's rules for its type, and
 * has integers that meet real numbers made real.
 *
 * The builders below it only fill in attributes.  They die where the rule refuses: by then `check`
 * has told the user about every mistake of his, so that a refusal here is one of ours.
 *
 *     ir_binary(g, loc, OP_add, h, b)  ->  %7 = add(%5, %6) : [n,400]
 */
#include "ir/ir.h"

#include <stdlib.h>

Graph *graph_open(Arena *arena, Names *names, const char *name) {
    Graph *graph = NEW(arena, Graph);
    graph->name = names_of(names, name);
    graph->arena = arena;
    graph->names = names;
    return graph;
}

/* No bug of ours, so one line and exit status 1. Derivatives, which grow fastest, are told with
 * their place before. */
static _Noreturn void too_large(const Graph *graph) {
    fprintf(stderr, "aecc: %s has more than the limit of %d operations\n", graph->name, MAX_NODES);
    exit(1);
}

Node *graph_node(Graph *graph, Op op, Loc loc, Attr attr, Type type, int n_in, Node *const *in) {
    const OpInfo *info = &optab[op];
    const char *why = NULL;
    if (graph->nodes.count >= MAX_NODES)
        too_large(graph);
    if (info->arity >= 0 ? n_in != info->arity : n_in < 1)
        die("%s with %d operands", info->name, n_in);
    Node *node = NEW(graph->arena, Node);
    node->op = op;
    node->type = type;
    node->attr = attr;
    node->loc = loc;
    node->n_in = n_in;
    node->in = n_in > 0 ? NEW_ARRAY(graph->arena, Node *, n_in) : NULL;
    for (int i = 0; i < n_in; i++)
        node->in[i] = in[i];
    if (attr.name)
        node->attr.name = names_of(graph->names, attr.name);
    elems_fit(graph, node);
    node->id = graph->nodes.count;
    if (!node_type(node, graph->arena, &node->type, &why))
        die("%s in graph %s: %s", info->name, graph->name, why);
    node->typed = true;
    list_add(graph->arena, &graph->nodes, node);
    return node;
}

/* What is stored is real; what commands write out, or check, may be integers. */
static bool may_be_integers(RootKind kind) {
    return kind == ROOT_output || kind == ROOT_check || kind == ROOT_restored;
}

Root *graph_root(Graph *graph, RootKind kind, const char *name, Node *node) {
    if (!may_be_integers(kind))
        node = ir_as(graph, node, ELEM_real);
    Root root = {
        .kind = kind, .name = names_of(graph->names, name), .node = node, .loc = node->loc};
    list_add(graph->arena, &graph->roots, root);
    return &graph->roots.at[graph->roots.count - 1];
}

Root *graph_root_like(Graph *graph, const Root *root, Node *node) {
    Root *made = graph_root(graph, root->kind, root->name, node);
    made->loc = root->loc;
    made->columns = root->columns;
    return made;
}

/* ---- leaves ---- */

Node *ir_const(Graph *g, Loc loc, double value) {
    return ir_fill(g, loc, value, type_scalar());
}

Node *ir_fill(Graph *g, Loc loc, double value, Type type) {
    return graph_node(g, OP_const, loc, (Attr){.value = value}, type, 0, NULL);
}

Node *ir_leaf(Graph *g, Loc loc, Op op, const char *name, Type type) {
    if (optab[op].attr != ATTR_NAME)
        die("%s is not a leaf with a name", optab[op].name);
    return graph_node(g, op, loc, (Attr){.name = name}, type, 0, NULL);
}

Node *ir_length(Graph *g, Loc loc, int dim) {
    if (dim > 0)
        return ir_const(g, loc, dim);
    Node *rows = ir_leaf(g, loc, OP_scalar, names_of(g->names, "rows"), type_scalar());
    return dim == ROWS ? rows : ir_binary(g, loc, OP_mul, rows, ir_const(g, loc, -dim));
}

Node *ir_iota(Graph *g, Loc loc, Type type, int axis) {
    return graph_node(g, OP_iota, loc, (Attr){.count = 1, .ints = {axis}}, type, 0, NULL);
}

Node *ir_eye(Graph *g, Loc loc, Type type) {
    return graph_node(g, OP_eye, loc, (Attr){0}, type, 0, NULL);
}

/* ---- elementwise ---- */

Node *ir_unary(Graph *g, Loc loc, Op op, Node *a) {
    return graph_node(g, op, loc, (Attr){0}, type_scalar(), 1, &a);
}

Node *ir_polygamma(Graph *g, Loc loc, double order, Node *a) {
    return graph_node(g, OP_polygamma, loc, (Attr){.value = order}, type_scalar(), 1, &a);
}

Node *ir_binary(Graph *g, Loc loc, Op op, Node *a, Node *b) {
    return graph_node(g, op, loc, (Attr){0}, type_scalar(), 2, (Node *[]){a, b});
}

Node *ir_where(Graph *g, Loc loc, Node *condition, Node *yes, Node *no) {
    return graph_node(g, OP_where, loc, (Attr){0}, type_scalar(), 3,
                      (Node *[]){condition, yes, no});
}

Node *ir_expand(Graph *g, Loc loc, Node *a, Type type) {
    if (type_equal(a->type, type))
        return a;
    return graph_node(g, OP_expand, loc, (Attr){0}, type, 1, &a);
}

/* ---- reductions and products ---- */

static Attr attr_of_ints(int count, const int *ints) {
    if (count < 0 || count > MAX_RANK)
        die("%d axes", count);
    Attr attr = {.count = count};
    for (int i = 0; i < count; i++)
        attr.ints[i] = ints[i];
    return attr;
}

Node *ir_reduce(Graph *g, Loc loc, Op op, Node *a, int n_axes, const int *axes) {
    if (n_axes == 0)
        return a;
    Attr attr = attr_of_ints(n_axes, axes);
    for (int i = 1; i < n_axes; i++) /* into ascending order */
        for (int j = i; j > 0 && attr.ints[j] < attr.ints[j - 1]; j--) {
            int swap = attr.ints[j];
            attr.ints[j] = attr.ints[j - 1];
            attr.ints[j - 1] = swap;
        }
    return graph_node(g, op, loc, attr, type_scalar(), 1, &a);
}

Node *ir_argmax(Graph *g, Loc loc, Node *a, int axis) {
    return graph_node(g, OP_argmax, loc, attr_of_ints(1, &axis), type_scalar(), 1, &a);
}

Node *ir_along(Graph *g, Loc loc, Op op, Node *a, int axis) {
    return graph_node(g, op, loc, attr_of_ints(1, &axis), type_scalar(), 1, &a);
}

Node *ir_matmul(Graph *g, Loc loc, Node *a, Node *b, bool ta, bool tb) {
    return graph_node(g, OP_matmul, loc, attr_of_ints(2, (int[]){ta, tb}), type_scalar(), 2,
                      (Node *[]){a, b});
}

/* ---- the same numbers elsewhere ---- */

Node *ir_reshape(Graph *g, Loc loc, Node *a, Type type) {
    if (type_equal(a->type, type))
        return a;
    return graph_node(g, OP_reshape, loc, (Attr){0}, type, 1, &a);
}

Node *ir_transpose(Graph *g, Loc loc, Node *a, int count, const int *perm) {
    return graph_node(g, OP_transpose, loc, attr_of_ints(count, perm), type_scalar(), 1, &a);
}

Node *ir_slice(Graph *g, Loc loc, Node *a, int axis, int begin, int end) {
    return graph_node(g, OP_slice, loc, attr_of_ints(3, (int[]){axis, begin, end}), type_scalar(),
                      1, &a);
}

Node *ir_pad(Graph *g, Loc loc, Node *a, int axis, int begin, int length) {
    if (axis >= 0 || axis < -a->type.rank)
        die("pad of axis %d of %s", axis, type_text(g->arena, a->type));
    int end = begin + a->type.dim[a->type.rank + axis];
    return graph_node(g, OP_pad, loc, attr_of_ints(4, (int[]){axis, begin, end, length}),
                      type_scalar(), 1, &a);
}

Node *ir_concat(Graph *g, Loc loc, int axis, int count, Node *const *parts) {
    return graph_node(g, OP_concat, loc, attr_of_ints(1, &axis), type_scalar(), count, parts);
}

Node *ir_gather(Graph *g, Loc loc, Node *table, Node *index) {
    return ir_binary(g, loc, OP_gather, table, index);
}

Node *ir_scatter(Graph *g, Loc loc, Node *rows, Node *index, Type type) {
    return graph_node(g, OP_scatter, loc, (Attr){0}, type, 2, (Node *[]){rows, index});
}

/* ---- placeholders ---- */

Node *ir_take(Graph *g, Loc loc, Node *a, Node *index, int axis) {
    return graph_node(g, OP_take, loc, attr_of_ints(1, &axis), type_scalar(), 2,
                      (Node *[]){a, index});
}

Node *ir_put(Graph *g, Loc loc, Node *a, Node *index, int axis, int length) {
    return graph_node(g, OP_put, loc, attr_of_ints(2, (int[]){axis, length}), type_scalar(), 2,
                      (Node *[]){a, index});
}

Node *ir_window(Graph *g, Loc loc, Node *a, int axis, int size, int stride, int dilation) {
    Attr attr = attr_of_ints(4, (int[]){axis, size, stride, dilation});
    return graph_node(g, OP_window, loc, attr, type_scalar(), 1, &a);
}

Node *ir_fold(Graph *g, Loc loc, Node *a, int axis, int length, int stride, int dilation) {
    Attr attr = attr_of_ints(4, (int[]){axis, length, stride, dilation});
    return graph_node(g, OP_fold, loc, attr, type_scalar(), 1, &a);
}

Node *ir_arg(Graph *g, Loc loc, int number, Type type) {
    return graph_node(g, OP_arg, loc, attr_of_ints(1, &number), type, 0, NULL);
}

Node *ir_scan(Graph *g, Loc loc, const Body *body, int n_in, Node *const *in) {
    Node **operand = NEW_ARRAY(g->arena, Node *, n_in);
    for (int k = 0; k < n_in; k++)
        operand[k] = k < body->carried ? ir_as(g, in[k], ELEM_real) : in[k];
    return graph_node(g, OP_scan, loc, (Attr){.body = body}, type_scalar(), n_in, operand);
}

Node *ir_stacked(Graph *g, Loc loc, Node *scan, int number) {
    return graph_node(g, OP_stacked, loc, attr_of_ints(1, &number), type_scalar(), 1, &scan);
}

Node *ir_grad(Graph *g, Loc loc, Node *y, Node *v) {
    return ir_binary(g, loc, OP_grad, y, v);
}

Node *ir_jacobian(Graph *g, Loc loc, Node *h, Node *v, Type type) {
    return graph_node(g, OP_jacobian, loc, (Attr){0}, type, 2, (Node *[]){h, v});
}

Node *ir_jvp(Graph *g, Loc loc, Node *h, Node *v, Node *t) {
    return graph_node(g, OP_jvp, loc, (Attr){0}, type_scalar(), 3, (Node *[]){h, v, t});
}

Node *ir_vjp(Graph *g, Loc loc, Node *h, Node *v, Node *u) {
    return graph_node(g, OP_vjp, loc, (Attr){0}, type_scalar(), 3, (Node *[]){h, v, u});
}

Node *ir_copy(Graph *g, const Node *node, Node *const *in) {
    Attr attr = node->attr;
    attr.name = NULL; /* it is interned already */
    Node *copy = graph_node(g, node->op, node->loc, attr, node->type, node->n_in, in);
    copy->attr.name = node->attr.name;
    copy->name = node->name;
    return copy;
}

bool node_has_axis(const Node *node, int axis) {
    for (int i = 0; i < node->attr.count; i++)
        if (node->attr.ints[i] == axis)
            return true;
    return false;
}
