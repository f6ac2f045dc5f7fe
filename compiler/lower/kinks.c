/* Where a loss has kinks: a signature for gradcheck.
 *
 * A difference quotient over a kink is wrong without the gradient being wrong.  Every kink of a
 * loss shows as a comparison in its gradient (relu's as a > 0); the weighted sum of all comparisons
 * changes when one does.  So it is of a scan, each of whose steps leaves the sum of its own.
 */
#include "lower/lower.h"

#include <math.h>

/* Each element's own weight, 1 to 2, so that two changes do not cancel, of one comparison nor of
 * two that are each other's opposite: one more than the square of the fraction of a combination of
 * its places and the comparison's number.  A sine would do as well, and take most of the time of a
 * check. */
static Node *weights(Graph *g, Node *test) {
    Node *phase = ir_const(g, test->loc, 0.31 + 0.618 * test->id);
    for (int axis = 1; axis <= test->type.rank; axis++) {
        Node *place = ir_iota(g, test->loc, test->type, -axis);
        Node *speed = ir_const(g, test->loc, sqrt(2) * axis + 0.37 * axis * axis);
        phase =
            ir_binary(g, test->loc, OP_add, phase, ir_binary(g, test->loc, OP_mul, place, speed));
    }
    Node *fraction =
        ir_binary(g, test->loc, OP_sub, phase, ir_unary(g, test->loc, OP_floor, phase));
    return ir_binary(g, test->loc, OP_add, ir_const(g, test->loc, 1),
                     ir_unary(g, test->loc, OP_square, fraction));
}

/* By id: what moves when a parameter does, and counts.  What is made by a stop keeps its value in a
 * gradcheck: the order of two units that top_k compares may change without any harm.  Nor does a
 * mask move that is made of places.  given: by number, of what a step is given. */
static bool *moving(const Graph *graph, const bool *given) {
    bool *counts = NEW_ARRAY(graph->arena, bool, graph->nodes.count + 1);
    bool *moves = NEW_ARRAY(graph->arena, bool, graph->nodes.count + 1);
    for (int i = 0; i < graph->roots.count; i++)
        counts[graph->roots.at[i].node->id] = true;
    for (int id = graph->nodes.count; id-- > 0;) {
        const Node *node = graph->nodes.at[id];
        for (int k = 0; counts[id] && node->op != OP_stop && k < node->n_in; k++)
            counts[node->in[k]->id] = true;
    }
    for (int id = 0; id < graph->nodes.count; id++) {
        const Node *node = graph->nodes.at[id];
        moves[id] = node->op == OP_param || (node->op == OP_arg && given[node->attr.ints[0]]);
        for (int k = 0; node->op != OP_stop && k < node->n_in; k++)
            moves[id] |= moves[node->in[k]->id];
        counts[id] &= moves[id];
    }
    return counts;
}

/* The sum of all elements, each with its weight. */
static Node *weighted_sum(Graph *graph, Node *node) {
    Node *part = ir_binary(graph, node->loc, OP_mul, node, weights(graph, node));
    int axes[MAX_RANK];
    for (int k = 0; k < part->type.rank; k++)
        axes[k] = k - part->type.rank;
    return ir_reduce(graph, node->loc, OP_sum, part, part->type.rank, axes);
}

static Node *signature_of(Graph *graph, const bool *given);

/* The signature of all steps of a scan, which leave theirs; NULL: they compare nothing that moves.
 * moves: by id, what does around it. */
static Node *signature_of_steps(Graph *graph, Node *scan, const bool *moves) {
    bool *given = NEW_ARRAY(graph->arena, bool, scan->n_in + 1);
    for (int k = 0; k < scan->n_in; k++)
        given[k] = k < scan->attr.body->carried || moves[scan->in[k]->id];
    Graph *steps = body_copy(scan->attr.body->graph);
    Node *each = signature_of(steps, given);
    if (!each)
        return NULL;
    Body *body = NEW(graph->arena, Body);
    *body = *scan->attr.body;
    body->graph = steps;
    body_leave(steps, each);
    scan->attr.body = body;
    return weighted_sum(graph, ir_stacked(graph, scan->loc, scan, steps->roots.count - 1));
}

/* The weighted sum of all comparisons of a graph and of the bodies in it; NULL: there are none. */
static Node *signature_of(Graph *graph, const bool *given) {
    int count = graph->nodes.count;
    bool *moves = moving(graph, given);
    Node *sum = NULL;
    for (int i = 0; i < count; i++) {
        Node *node = graph->nodes.at[i], *part = NULL;
        if (moves[i] && node->attr.body)
            part = signature_of_steps(graph, node, moves);
        else if (moves[i] && optab[node->op].flags & STEP)
            part = weighted_sum(graph, node);
        if (part)
            sum = sum ? ir_binary(graph, node->loc, OP_add, sum, part) : part;
    }
    return sum;
}

void lower_kinks(Graph *graph) {
    Node *signature = signature_of(graph, NULL);
    if (!signature)
        signature = ir_const(graph, (Loc){0}, 0);
    graph_root(graph, ROOT_output, names_of(graph->names, "kinks"), signature);
}
