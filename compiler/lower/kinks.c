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

/* By id: what moves when a parameter does.  What is below a stop keeps its value in a gradcheck:
 * the order of two units that top_k compares may change without any harm. */
static bool *moving(const Graph *graph) {
    bool *moves = NEW_ARRAY(graph->arena, bool, graph->nodes.count + 1);
    for (int i = 0; i < graph->roots.count; i++)
        moves[graph->roots.at[i].node->id] = true;
    for (int id = graph->nodes.count; id-- > 0;) {
        const Node *node = graph->nodes.at[id];
        for (int k = 0; moves[id] && node->op != OP_stop && k < node->n_in; k++)
            moves[node->in[k]->id] = true;
    }
    return moves;
}

void lower_kinks(Graph *graph) {
    int count = graph->nodes.count;
    bool *moves = moving(graph);
    Node *signature = ir_const(graph, (Loc){0}, 0);
    for (int i = 0; i < count; i++) {
        Node *node = graph->nodes.at[i];
        if (!(optab[node->op].flags & STEP) || !moves[i])
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
