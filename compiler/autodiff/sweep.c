/* The reverse sweep: see sweep.h.
 *
 * It goes from y backwards over the nodes that lie between what is wanted and y; each hands its
 * cotangent to its rule (rules.c), which contributes to the operands.
 *
 *     %3 h = sigmoid(%2) : [n,400]     with cotangent %9 dh     →     %10 = sub(1, %3)
 *                                                                     %11 = mul(%3, %10)
 *                                                                     %12 d… = mul(%9, %11), for %2
 */
#include "autodiff/sweep.h"
#include "autodiff/live.h"

static GradRule *const rules[NUM_OPS] = {
#define OP(name, arity, attr, shape, elems, grad, ...) [OP_##name] = grad_##grad,
#include "ir/ops.def"
};

bool sweep_passes(const Node *node, int i) {
    if (rules[node->op] == grad_none)
        return false;
    bool condition = node->op == OP_where && i == 0;
    bool index = optab[node->op].kind == KIND_gather && i == 1;
    return !condition && !index;
}

void sweep_mark(const Graph *graph, const Node *y, bool *marked) {
    for (int id = 0; id <= y->id; id++) {
        const Node *node = graph->nodes.at[id];
        for (int i = 0; i < node->n_in && !marked[id]; i++)
            marked[id] = sweep_passes(node, i) && marked[node->in[i]->id];
    }
}

GradContext sweep_open(Graph *graph, Arena *scratch, const Node *y) {
    int count = y->id + 1;
    return (GradContext){.graph = graph,
                         .scratch = scratch,
                         .loc = y->loc,
                         .n_parts = count,
                         .needed = NEW_ARRAY(scratch, bool, count),
                         .full = NEW_ARRAY(scratch, Node *, count),
                         .diagonals = NEW_ARRAY(scratch, Node *, count)};
}

bool sweep_reaches(GradContext *c, const Node *y) {
    sweep_mark(c->graph, y, c->needed);
    live_open(c, y);
    return c->needed[y->id];
}

/* ---- seeds ---- */

void sweep_seed_one(GradContext *c, const Node *y) {
    c->full[y->id] = number(c, 1);
}

void sweep_seed_identity(GradContext *c, const Node *y) {
    c->rows = y->type.rank > 0 && y->type.dim[0] < 0 ? y->type.dim[0] : 0;
    Type one = y->type;
    if (c->rows)
        one.dim[0] = 1;
    if (type_has_rows(one))
        die("a Jacobian of %s", type_text(c->graph->arena, y->type));
    double seeds = type_size(one, 1);
    if (seeds == 1) {
        sweep_seed_one(c, y);
        return;
    }
    c->seeds = (int)seeds;
    c->diagonals[y->id] = number(c, 1);
}

void sweep_seed(GradContext *c, const Node *y, Node *cotangent) {
    if (cotangent->type.rank > y->type.rank)
        c->seeds = cotangent->type.dim[0];
    c->full[y->id] = cotangent;
}

/* ---- the sweep ---- */

/* Whether the rule of `node` can take the diagonal and hand on a diagonal, or a scaling. */
static bool takes_diagonal(const GradContext *c, const Node *node) {
    switch (optab[node->op].kind) {
    case KIND_map:
        return true;
    case KIND_view:
        return node->op == OP_reshape && diagonal_fits(c, node->in[0]->type);
    case KIND_gemm:
        return node->type.rank == 2 && node->type.dim[1] == c->seeds && !c->needed[node->in[1]->id];
    default:
        return false;
    }
}

/* The cotangent of `node` as one dense node; NULL where there is none. */
static Node *dense_cotangent(GradContext *c, const Node *node) {
    Node **full = &c->full[node->id], **diagonal = &c->diagonals[node->id];
    if (*diagonal) {
        Node *g = dense_of(c, *diagonal, node->type);
        *full = *full ? plus(c, *full, g) : g;
        *diagonal = NULL;
    }
    return *full;
}

/* `d` before the name of what it is the derivative of.  Nodes of the forward part keep theirs. What
 * is made from a cotangent `dh` by a transposed sweep is the differential of h: `dh` as well. */
void sweep_name(const GradContext *c, const Node *v, Node *g, int first) {
    if (!v->name || g->id < first || g->name)
        return;
    g->name = c->transposed
                  ? v->name
                  : names_of(c->graph->names, arena_printf(c->graph->arena, "d%s", v->name));
}

void sweep_run(GradContext *c, const Node *y) {
    int first = c->graph->nodes.count;
    for (int id = y->id; id >= 0; id--) {
        Node *node = c->graph->nodes.at[id];
        if (!c->needed[id] || (!c->full[id] && !c->diagonals[id]))
            continue;
        c->node = node;
        c->loc = node->loc;
        if (c->diagonals[id] && (c->full[id] || !takes_diagonal(c, node)))
            dense_cotangent(c, node);
        c->diagonal = c->diagonals[id] != NULL;
        Node *g = c->diagonal ? c->diagonals[id] : c->full[id];
        sweep_name(c, node, g, first);
        if (rules[node->op] == grad_none)
            continue;
        live_visit(c, rules[node->op]);
        rules[node->op](c, node, g);
    }
}

Node *sweep_result(GradContext *c, const Node *v) {
    Node *g = dense_cotangent(c, v);
    return g ? whole(c, g, v->type) : NULL;
}
