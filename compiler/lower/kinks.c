/* Where a loss has kinks: a signature for gradcheck.
 *
 * A difference quotient over a kink is wrong without the gradient being wrong.  Every kink of a
 * loss shows as a comparison in its gradient (relu's as a > 0); the weighted sum of all comparisons
 * changes when one does.
 */
#include "lower/lower.h"

/* Each element's own weight, so that two changes do not cancel: sin of a combination of its places.
 */
static Node *weights(Graph *g, Node *test) {
    Node *phase = ir_const(g, test->loc, 1);
    for (int axis = 1; axis <= test->type.rank; axis++) {
        Node *place = ir_iota(g, test->loc, test->type, -axis);
        Node *speed = ir_const(g, test->loc, 0.7 + 0.37 * axis);
        phase =
            ir_binary(g, test->loc, OP_add, phase, ir_binary(g, test->loc, OP_mul, place, speed));
    }
    return ir_unary(g, test->loc, OP_sin, phase);
}

void lower_kinks(Graph *graph) {
    int count = graph->nodes.count;
    Node *signature = ir_const(graph, (Loc){0}, 0);
    for (int i = 0; i < count; i++) {
        Node *node = graph->nodes.at[i];
        if (!(optab[node->op].flags & STEP))
            continue;
        Node *part = ir_binary(graph, node->loc, OP_mul, node, weights(graph, node));
        int axes[MAX_RANK];
        for (int k = 0; k < part->type.rank; k++)
            axes[k] = k - part->type.rank;
        part = ir_reduce(graph, node->loc, OP_sum, part, part->type.rank, axes);
        signature = ir_binary(graph, node->loc, OP_add, signature, part);
    }
    graph_root(graph, ROOT_output, names_of(graph->names, "kinks"), signature);
}
