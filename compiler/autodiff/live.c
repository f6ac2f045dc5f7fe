/* Where cotangents are live: see live.h.
 *
 * What is live follows the same ways as the cotangent itself.  So a rule that only selects, sums
 * and moves what it is given (LINEAR in ops.def) is run twice, once for the cotangent and once for
 * the places; sums of them stay positive where one is.
 */
#include "autodiff/live.h"

static bool is_unsafe(const Node *node, const Bounds *bounds) {
    if (bounds_reaches_pole(node, bounds))
        return true;
    for (int i = 0; i < node->n_in; i++)
        if (bounds[node->in[i]->id].singular && !(optab[node->op].flags & LINEAR))
            return true;
    return false;
}

void live_open(GradContext *c, const Node *y) {
    Arena *scratch = c->scratch;
    int count = y->id + 1;
    Live *live = NEW(scratch, Live);
    *live = (Live){.bounds = bounds_of_nodes(c->graph, scratch, count),
                   .unsafe = NEW_ARRAY(scratch, bool, count),
                   .below = NEW_ARRAY(scratch, bool, count),
                   .all = NEW_ARRAY(scratch, bool, count),
                   .places = NEW_ARRAY(scratch, Node *, count)};
    for (int id = 0; id < count; id++) {
        const Node *node = c->graph->nodes.at[id];
        live->unsafe[id] = is_unsafe(node, live->bounds);
        live->below[id] = c->needed[id] && live->unsafe[id];
        for (int i = 0; i < node->n_in; i++)
            live->below[id] |= c->needed[id] && live->below[node->in[i]->id];
    }
    live->all[y->id] = true;
    c->live = live;
}

/* Whether operands may get a cotangent of 0 although the node is live everywhere. */
static bool makes_zeros(Op op) {
    return op == OP_where || op == OP_max || op == OP_min || op == OP_amax || op == OP_slice ||
           op == OP_gather || op == OP_take || op == OP_window;
}

static bool is_below(const GradContext *c, const Node *node) {
    for (int i = 0; i < node->n_in; i++)
        if (c->live->below[node->in[i]->id])
            return true;
    return false;
}

/* Rows of the product are rows of the left operand, columns those of the right one. */
Node *live_factor(GradContext *c, Node *places, int i) {
    bool stored_transposed = c->node->attr.ints[i];
    int other = i == 0 ? -1 : -2;
    Type type = places->type;
    if (-other <= type.rank && type.dim[type.rank + other] != 1)
        return NULL;
    if (!stored_transposed || type.rank == 0)
        return places;
    if (type.rank == 1)
        places = ir_reshape(c->graph, c->loc, places, type_make(2, (int[]){1, type.dim[0]}));
    return ir_transpose(c->graph, c->loc, places, 2, (int[]){-1, -2});
}

/* A rule run for the places: whatever sign the cotangent has, they are not negative. */
static void hand_on(GradContext *c, GradRule *rule, Node *places) {
    Node *node = c->node;
    GradContext m = *c;
    m.diagonal = false;
    m.needed = c->live->below;
    m.full = c->live->places;
    m.guard = NULL;
    if (node->op == OP_matmul) {
        for (int i = 0; i < 2; i++)
            if (wants(&m, i)) {
                Node *part = live_factor(&m, places, i);
                if (part)
                    give_whole(&m, i, part);
                else
                    c->live->all[node->in[i]->id] = true;
            }
    } else if (node->op == OP_amax) { /* without its count, which is 0 where y is no number */
        Node *largest = ir_binary(c->graph, c->loc, OP_eq, node->in[0], unreduced(&m, node, node));
        give_whole(&m, 0, times(&m, unreduced(&m, places, node), largest));
    } else if (makes_zeros(node->op) || optab[node->op].kind != KIND_map) {
        rule(&m, node, places);
    } else {
        for (int i = 0; i < node->n_in; i++)
            give(&m, i, places);
    }
}

/* The argument of a function with a pole, 1 where it is not live: what a run that has died is asked
 * for (runtime/train/training_cause.c).  A norm at 0 is none. */
static void tell(GradContext *c, const Node *node, Node *places) {
    const Bounds *bounds = c->live->bounds;
    if (!bounds_reaches_pole(node, bounds) || bounds_is_norm(node, bounds))
        return;
    Node *a = node->in[node->op == OP_div ? 1 : 0];
    if (places)
        a = ir_where(c->graph, c->loc, places, a, number(c, 1));
    graph_root(c->graph, ROOT_argument, optab[node->op].name, a)->loc = node->loc;
}

void live_tell_rest(GradContext *c, const Node *y) {
    bool *reached = NEW_ARRAY(c->scratch, bool, y->id + 1);
    reached[y->id] = true;
    for (int id = y->id; id >= 0; id--) {
        const Node *node = c->graph->nodes.at[id];
        for (int i = 0; reached[id] && i < node->n_in; i++)
            reached[node->in[i]->id] = true;
        if (reached[id] && !c->needed[id])
            tell(c, node, NULL);
    }
}

void live_visit(GradContext *c, GradRule *rule) {
    Live *live = c->live;
    Node *node = c->node, *places = live->places[node->id];
    bool all = live->all[node->id] || !places;
    c->guard = live->unsafe[node->id] && !all ? places : NULL;
    if (c->tells)
        tell(c, node, c->guard);
    if (!is_below(c, node))
        return;
    bool of_scan =
        node->op == OP_stacked || node->op == OP_scan; /* what is inside sees to itself */
    if (!of_scan && (!all || makes_zeros(node->op))) {
        hand_on(c, rule, all ? number(c, 1) : places);
        return;
    }
    for (int i = 0; i < node->n_in; i++)
        live->all[node->in[i]->id] = true;
}
