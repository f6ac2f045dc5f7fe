/* Prepare: rewrites what kernels cannot do as such, see fuse.h.
 *
 *     sum(%3) axes=-2,-1 : []   of [n,784]     →    sum(sum(%3) axes=-1) axes=-1
 *     output "x" = %0           an input       →    output "x" = expand(%0)       a copy
 *     lt(0, %1)   beside %2 = max(%1, 0)       →    lt(0, %2)       relu's slope, from its result
 *     assign "m" = 0   of `init`               →    nothing: the runtime clears all slots before it
 *     assign "m" = %4, assign "v" = %4 …       →    a constant for every few of many slots, which
 *                                                   makes kernels that are alike
 *     matmul(windows of %1, %2), %1 : [n,16,30,30]   →    of transpose(%1) : [n,30,30,16]
 */
#include "kernel/fuse.h"

#include <math.h>

enum {
    LONG_SUM = 2048,
    MOST = 8, /* slots that one constant is assigned to: kernels with more are no faster */
};

/* A sum of everything with more than one axis: the rows first, cut over threads, then one over
 * them. */
static bool splits(const Node *node) {
    return optab[node->op].kind == KIND_reduce && node->type.rank == 0 &&
           node->in[0]->type.rank >= 2 && type_size(node->in[0]->type, 64) >= LONG_SUM;
}

/* Folding axes of length 1 changes nothing. */
static bool is_trivial(const Node *node) {
    return optab[node->op].kind == KIND_reduce &&
           type_size(node->type, 7) == type_size(node->in[0]->type, 7);
}

static Node *split(Graph *to, const Node *node, Node *in) {
    int axes[MAX_RANK], rank = in->type.rank;
    for (int i = 1; i < rank; i++)
        axes[i - 1] = i - rank;
    Node *rows = ir_reduce(to, node->loc, node->op, in, rank - 1, axes);
    return ir_reduce(to, node->loc, node->op, rows, 1, (int[]){-1});
}

/* Does the root show memory that is not the arena's, or that a product alone can fill? */
static bool needs_copy(RootKind root, const Node *node) {
    while (node->op == OP_reshape || node->op == OP_stop)
        node = node->in[0];
    Kind kind = optab[node->op].kind;
    return kind == KIND_leaf || kind == KIND_scalar ||
           (root == ROOT_assign && (kind == KIND_view || kernel_of(node) != KERNEL_loops));
}

/* Maxima so far, by their first operand: the last one, and for each the one before. */
typedef struct Maxima {
    Node **last, **before;
} Maxima;

static void note_max(Maxima *maxima, Node *node) {
    if (node->op != OP_max)
        return;
    maxima->before[node->id] = maxima->last[node->in[0]->id];
    maxima->last[node->in[0]->id] = node;
}

/* The first of max(a, b) and max(b, a) so far, or `best`. */
static Node *first_max(const Maxima *maxima, const Node *a, const Node *b, Node *best) {
    for (Node *node = maxima->last[a->id]; node; node = maxima->before[node->id])
        if (node->in[1] == b && (!best || node->id < best->id))
            best = node;
    return best;
}

/* Where a < b stands beside max(a, b), b is not needed once more: b > a is max(a, b) > a. */
static void use_larger(const Maxima *maxima, const Node *node, Node *const *made, Node **in) {
    if (node->op != OP_lt || node->in[1]->n_in == 0)
        return;
    Node *max = first_max(maxima, node->in[0], node->in[1], NULL);
    max = first_max(maxima, node->in[1], node->in[0], max);
    if (max)
        in[1] = made[max->id];
}

static bool is_zero(const Node *node) {
    return node->op == OP_const && node->attr.value == 0 && !signbit(node->attr.value);
}

Graph *prepare(Graph *graph, bool cleared) {
    Graph *to = graph_open(graph->arena, graph->names, graph->name);
    to->is_body = graph->is_body;
    Node **made = NEW_ARRAY(graph->arena, Node *, graph->nodes.count + 1);
    Maxima maxima = {NEW_ARRAY(graph->arena, Node *, graph->nodes.count + 1),
                     NEW_ARRAY(graph->arena, Node *, graph->nodes.count + 1)};
    Node **matrix = NEW_ARRAY(graph->arena, Node *, graph->nodes.count + 1);
    int *stores = NEW_ARRAY(graph->arena, int, graph->nodes.count + 1); /* of constants */
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        Node **in = NEW_ARRAY(graph->arena, Node *, node->n_in + 1);
        for (int k = 0; k < node->n_in; k++)
            in[k] = made[node->in[k]->id];
        for (int k = 0; k < node->n_in && node->op == OP_scan; k++)
            if (optab[in[k]->op].kind == KIND_scalar) /* it gets memory */
                in[k] = graph_node(to, OP_expand, node->loc, (Attr){0}, in[k]->type, 1, &in[k]);
        use_larger(&maxima, node, made, in);
        note_max(&maxima, graph->nodes.at[i]);
        for (int k = 0; k < node->n_in && node->op == OP_matmul; k++) {
            Node **turned = &matrix[node->in[k]->id]; /* once for all that read it */
            in[k] = *turned = *turned ? *turned : windows_turned(to, in[k]);
        }
        made[i] = is_trivial(node) ? ir_reshape(to, node->loc, in[0], node->type)
                  : splits(node)   ? split(to, node, in[0])
                                   : ir_copy(to, node, in);
        if (node->name)
            made[i]->name = node->name;
    }
    for (int i = 0; i < graph->roots.count; i++) {
        const Root *root = &graph->roots.at[i];
        Node *node = made[root->node->id];
        if (cleared && root->kind == ROOT_assign && is_zero(root->node))
            continue;
        if (root->kind == ROOT_assign && node->op == OP_const && ++stores[root->node->id] > MOST) {
            made[root->node->id] = node = ir_copy(to, node, node->in);
            stores[root->node->id] = 1;
        }
        if (needs_copy(root->kind, node)) {
            Node *copy = graph_node(to, OP_expand, node->loc, (Attr){0}, node->type, 1, &node);
            copy->name = node->name;
            node = copy;
        }
        graph_root_like(to, root, node);
    }
    return to;
}
