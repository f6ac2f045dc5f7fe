/* Repeats values as late as possible.
 *
 * Does       takes expand out of operations: an elementwise operation broadcasts anyway; a sum
 *            over repeated numbers is a product with their count; reshapes, transpositions and
 *            slices move what is small; a product of repeated rows is repeated itself
 * Requires   nothing
 * Keeps      values, to the rounding of sums of equal numbers
 * Example    where %0 : [n,1]
 *              %1 = expand(%0) : [n,784]   %2 = mul(%1, %5)   %3 = sum(%1) axes=-1 : [n]
 *            → %2 = mul(%0, %5)            %3 = mul(reshape(%0) : [n], 784)
 */
#include "ir/length.h"
#include "passes/passes.h"
#include "passes/rebuild.h"

/* The operand without its repetition. */
static Node *small(Rebuild *r, const Node *node, int i) {
    Node *a = node->in[i];
    double value;
    if (a->op == OP_expand)
        return a->in[0];
    if (is_const(a, &value) && a->type.rank > 0)
        return ir_const(r->graph, a->loc, value);
    return a;
}

static Node *broadcast_map(Rebuild *r, const Node *node) {
    Node *in[3];
    bool smaller = false, flat = true;
    double value;
    for (int i = 0; i < node->n_in; i++) {
        in[i] = small(r, node, i);
        smaller = smaller || in[i] != node->in[i];
        flat = flat && is_const(node->in[i], &value);
    }
    if (!smaller || flat)
        return NULL;
    Type like = {.elem = node->type.elem}; /* its shape follows from what is smaller */
    Node *result = graph_node(r->graph, node->op, node->loc, node->attr, like, node->n_in, in);
    return ir_expand(r->graph, node->loc, result, node->type);
}

/* Sums what changes; counts what does not. */
static Node *broadcast_reduce(Rebuild *r, const Node *node) {
    const Node *wide = node->in[0];
    Graph *g = r->graph;
    if (wide->op != OP_expand)
        return NULL;
    Node *a = wide->in[0];
    unsigned axes = axis_set(node), present = 0, own = (1u << a->type.rank) - 1;
    Node *count = NULL;
    for (int k = 0; k < wide->type.rank; k++) {
        if (!(axes >> k & 1))
            continue;
        if (type_dim(a->type, -k - 1) != 1)
            present |= 1u << k;
        else if (node->op == OP_sum && type_dim(wide->type, -k - 1) != 1) {
            Node *length = ir_length(g, node->loc, type_dim(wide->type, -k - 1));
            count = count ? ir_binary(g, node->loc, OP_mul, count, length) : length;
        }
    }
    Node *result = reduced(g, node->loc, node->op, a, present, true);
    result = squeezed(g, node->loc, result, axes & own);
    if (count)
        result = ir_binary(g, node->loc, OP_mul, result, count);
    return ir_expand(g, node->loc, result, node->type);
}

/* a's type with axes of length 1 at the left, as many as `rank`. */
static Node *with_rank(Graph *g, Loc loc, Node *a, int rank) {
    Type type = type_scalar();
    type.rank = rank;
    for (int i = 0; i < rank; i++)
        type.dim[i] = type_dim(a->type, i - rank);
    return ir_reshape(g, loc, a, type);
}

/* reshape(expand(a)) = expand(reshape(a)) where each group of axes is repeated as a whole or not at
 * all. */
static Node *broadcast_reshape(Rebuild *r, const Node *node) {
    const Node *wide = node->in[0];
    AxisGroup groups[MAX_RANK + 1];
    Type type = node->type;
    Node *a = with_rank(r->graph, node->loc, wide->in[0], wide->type.rank);
    int count = axis_groups(wide->type, node->type, groups);
    for (int k = 0; k < count; k++) {
        bool kept = true, gone = true;
        for (int i = groups[k].a_begin; i < groups[k].a_end; i++) {
            kept = kept && a->type.dim[i] == wide->type.dim[i];
            gone = gone && a->type.dim[i] == 1;
        }
        if (!kept && !gone)
            return NULL;
        for (int i = groups[k].b_begin; !kept && i < groups[k].b_end; i++)
            type.dim[i] = 1;
    }
    return ir_expand(r->graph, node->loc, ir_reshape(r->graph, node->loc, a, type), node->type);
}

static Node *broadcast_move(Rebuild *r, const Node *node) {
    const Node *wide = node->in[0];
    if (node->n_in != 1 || wide->op != OP_expand)
        return NULL;
    if (node->op == OP_transpose) {
        Node *a = with_rank(r->graph, node->loc, wide->in[0], wide->type.rank);
        a = ir_transpose(r->graph, node->loc, a, node->attr.count, node->attr.ints);
        return ir_expand(r->graph, node->loc, a, node->type);
    }
    Node *a = wide->in[0];
    if (node->op != OP_slice)
        return NULL;
    if (type_dim(a->type, node->attr.ints[0]) != 1)
        a = ir_slice(r->graph, node->loc, a, node->attr.ints[0], node->attr.ints[1],
                     node->attr.ints[2]);
    return ir_expand(r->graph, node->loc, a, node->type);
}

/* The product of rows that are repeated along some of their axes, which may have been joined to one
 * axis of rows. */
static Node *broadcast_rows(Rebuild *r, const Node *node) {
    const Node *rows = node->in[0], *wide = rows->op == OP_reshape ? rows->in[0] : rows;
    bool turned = node->attr.ints[0] != 0, by_turned = node->attr.ints[1] != 0;
    Graph *g = r->graph;
    if (wide->op != OP_expand || turned || rows->type.rank != 2 ||
        type_dim(wide->type, -1) != type_dim(rows->type, -1) ||
        type_dim(wide->in[0]->type, -1) != type_dim(wide->type, -1))
        return NULL;
    Node *a = with_rank(g, node->loc, wide->in[0], wide->type.rank);
    Type type = a->type, all = wide->type, few = rows->type;
    few.dim[0] = 1;
    for (int i = 0; i < type.rank - 1; i++)
        few.dim[0] *= type.dim[i];
    type.dim[type.rank - 1] = all.dim[type.rank - 1] = type_dim(node->type, -1);
    a = ir_reshape(g, node->loc, a, few);
    Node *result = ir_matmul(g, node->loc, a, node->in[1], false, by_turned);
    result = ir_expand(g, node->loc, ir_reshape(g, node->loc, result, type), all);
    return ir_reshape(g, node->loc, result, node->type);
}

static Node *broadcast(Rebuild *r, const Node *node) {
    switch (optab[node->op].kind) {
    case KIND_map:
        if (node->op != OP_expand)
            return node->n_in > 0 ? broadcast_map(r, node) : NULL;
        if (node->in[0]->op == OP_expand || type_equal(node->in[0]->type, node->type))
            return ir_expand(r->graph, node->loc,
                             node->in[0]->op == OP_expand ? node->in[0]->in[0] : node->in[0],
                             node->type);
        return NULL;
    case KIND_reduce:
        return broadcast_reduce(r, node);
    case KIND_view:
        if (node->op == OP_reshape)
            return node->in[0]->op == OP_expand ? broadcast_reshape(r, node) : NULL;
        return broadcast_move(r, node);
    case KIND_move:
        return broadcast_move(r, node);
    case KIND_gemm:
        return broadcast_rows(r, node);
    default:
        return NULL;
    }
}

bool pass_broadcast(Graph *graph) {
    return rebuild_near(graph, PASS_broadcast, broadcast, NULL);
}
