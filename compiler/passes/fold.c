/* Computes what is constant.
 *
 * Does       replaces a node by a constant at its type where its operands are constants that say
 *            so: an elementwise value, a sum of equal numbers, a constant elsewhere; chooses the
 *            branch of a where with a constant condition; turns division by a power of two into a
 *            product, which is as exact
 * Requires   nothing
 * Keeps      values, to the rounding of sums of equal numbers
 * Example    %2 = const 2 : []      %3 = exp(%2)           →   %3 = const 7.38905609893065 : []
 *            %5 = const 1 : [n,4]   %6 = sum(%5) axes=-1   →   %6 = const 4 : [n]
 */
#include "ir/length.h"
#include "passes/passes.h"
#include "passes/rebuild.h"

#include <math.h>

static bool all_const(const Node *node, double *values) {
    for (int i = 0; i < node->n_in; i++) {
        double value;
        if (!is_const(node->in[i], &value))
            return false;
        if (i < 3)
            values[i] = value;
    }
    return node->n_in > 0;
}

/* The value at every place of a node that only moves numbers; false where they differ. */
static bool moved_value(const Node *node, double *value) {
    bool zeros =
        node->op == OP_pad || node->op == OP_scatter || node->op == OP_put || node->op == OP_fold;
    for (int i = 0; i < node->n_in; i++) {
        double other;
        if (i == 1 && optab[node->op].kind == KIND_gather)
            continue; /* the index */
        if (!is_const(node->in[i], &other) || (i > 0 && other != *value))
            return false;
        *value = other;
    }
    return !zeros || *value == 0;
}

static Node *folded_sum(Rebuild *r, const Node *node, double value) {
    Type of = node->in[0]->type;
    Len count = {1, 0};
    for (int i = 0; i < node->attr.count; i++)
        count = len_product(count, len_of(type_dim(of, node->attr.ints[i])));
    double sum = value * (double)count.coef;
    if (count.power == 0 || sum == 0)
        return ir_fill(r->graph, node->loc, sum, node->type);
    Node *result = ir_const(r->graph, node->loc, sum);
    for (int i = 0; i < count.power; i++)
        result =
            ir_binary(r->graph, node->loc, OP_mul, ir_length(r->graph, node->loc, ROWS), result);
    return ir_expand(r->graph, node->loc, result, node->type);
}

static Node *folded_map(Rebuild *r, const Node *node) {
    double v[3] = {0, 0, 0}, divisor;
    int exponent;
    if (node->op == OP_where && is_const(node->in[0], &v[0]))
        return ir_expand(r->graph, node->loc, node->in[v[0] != 0 ? 1 : 2], node->type);
    if (node->op == OP_div && is_const(node->in[1], &divisor) && divisor != 1 &&
        fabs(frexp(divisor, &exponent)) == 0.5 && exponent > -60 && exponent < 60)
        return ir_binary(r->graph, node->loc, OP_mul, node->in[0],
                         ir_fill(r->graph, node->loc, 1 / divisor, node->in[1]->type));
    if (!all_const(node, v))
        return NULL;
    double value = optab[node->op].value(v[0], v[1], v[2], node->attr.value);
    return isfinite(value) ? ir_fill(r->graph, node->loc, value, node->type) : NULL;
}

static Node *folded_product(Rebuild *r, const Node *node) {
    double value;
    for (int i = 0; i < 2; i++)
        if (is_const(node->in[i], &value) && value == 0)
            return ir_fill(r->graph, node->loc, 0, node->type);
    return NULL;
}

static Node *fold(Rebuild *r, const Node *node) {
    double value = 0;
    switch (optab[node->op].kind) {
    case KIND_map:
        return node->n_in > 0 ? folded_map(r, node) : NULL;
    case KIND_reduce:
        if (!is_const(node->in[0], &value))
            return NULL;
        return node->op == OP_sum ? folded_sum(r, node, value)
                                  : ir_fill(r->graph, node->loc, value, node->type);
    case KIND_gemm:
        return folded_product(r, node);
    case KIND_view:
    case KIND_move:
    case KIND_gather:
        return moved_value(node, &value) ? ir_fill(r->graph, node->loc, value, node->type) : NULL;
    default:
        return NULL;
    }
}

bool pass_fold(Graph *graph) {
    return rebuild_near(graph, PASS_fold, fold, NULL);
}
