/* Logarithms of sums of exponentials, without overflow.
 *
 * Does       log Σ e^a  →  m + log Σ e^(a - m), m being the largest a, which no gradient passes:
 *            the value does not depend on it
 * Requires   nothing
 * Keeps      values, to rounding
 * Example      %1 = exp(%0)         %2 = sum(%1) axes=-1      %3 = log(%2)
 *            → m = stop(amax(%0))   %2 = sum(exp(%0 - m))     %3 = log(%2) + m
 */
#include "passes/passes.h"
#include "passes/rebuild.h"

/* Has a largest value been taken off already? */
static bool is_shifted(const Node *a) {
    if (a->op != OP_sub && a->op != OP_add)
        return false;
    for (int i = 0; i < 2; i++) {
        const Node *shift = a->in[i];
        while (shift->n_in == 1 && shift->op != OP_amax)
            shift = shift->in[0];
        if (shift->op == OP_amax)
            return true;
    }
    return false;
}

static const bool of[NUM_OPS] = {[OP_log] = true};

static Node *stable(Rebuild *r, const Node *node) {
    if (node->in[0]->op != OP_sum || node->in[0]->in[0]->op != OP_exp)
        return NULL;
    Node *sum = node->in[0], *a = sum->in[0]->in[0];
    if (is_shifted(a))
        return NULL;
    Graph *g = r->graph;
    Loc loc = node->loc;
    unsigned axes = axis_set(sum);
    Node *largest = ir_unary(g, loc, OP_stop, reduced(g, loc, OP_amax, a, axes, false));
    Type kept = a->type;
    for (int i = 0; i < kept.rank; i++)
        if (axes >> (kept.rank - 1 - i) & 1)
            kept.dim[i] = 1;
    Node *shifted = ir_binary(g, loc, OP_sub, a, ir_reshape(g, loc, largest, kept));
    Node *inner = reduced(g, loc, OP_sum, ir_unary(g, loc, OP_exp, shifted), axes, false);
    return ir_binary(g, loc, OP_add, ir_unary(g, loc, OP_log, inner), largest);
}

bool pass_stable(Graph *graph) {
    return rebuild_of(graph, of, stable, NULL);
}
