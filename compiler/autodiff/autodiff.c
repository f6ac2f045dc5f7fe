/* The reverse sweep that turns placeholders into nodes.
 *
 * One step makes the graph anew, node by node, and where the first placeholder stands, the
 * derivative of its y by every v that is asked for is put in.  The sweep goes from y backwards over
 * the nodes that lie between some v and y; each hands its cotangent to its rule (rules.c), which
 * contributes to the operands.
 *
 *     %3 h = sigmoid(%2) : [n,400]     with cotangent %9 dh     →     %10 = sub(1, %3)
 *                                                                     %11 = mul(%3, %10)
 *                                                                     %12 d… = mul(%9, %11), for %2
 *
 * Nodes in the list's order come after their operands, so that the first placeholder of the list is
 * an innermost one: nothing that it differentiates holds another.
 */
#include "autodiff/autodiff.h"
#include "autodiff/cotangent.h"

static GradRule *const rules[NUM_OPS] = {
#define OP(name, arity, attr, shape, grad, ...) [OP_##name] = grad_##grad,
#include "ir/ops.def"
};

static bool is_placeholder(const Node *node) {
    return optab[node->op].kind == KIND_gone;
}

/* Whether a derivative passes from the node to its operand i. */
static bool passes(const Node *node, int i) {
    if (rules[node->op] == grad_none)
        return false;
    bool condition = node->op == OP_where && i == 0;
    bool index = (node->op == OP_gather || node->op == OP_scatter) && i == 1;
    return !condition && !index;
}

/* For ids to y's: does the node depend on one that is marked?  The marked ones are given. */
static void mark_needed(const Graph *graph, const Node *y, bool *needed) {
    for (int id = 0; id <= y->id; id++) {
        const Node *node = graph->nodes.at[id];
        for (int i = 0; i < node->n_in && !needed[id]; i++)
            needed[id] = passes(node, i) && needed[node->in[i]->id];
    }
}

bool autodiff_reaches(const Graph *graph, const Node *y, const Node *v) {
    if (v->id > y->id)
        return false;
    Arena *scratch = arena_open();
    bool *needed = NEW_ARRAY(scratch, bool, y->id + 1);
    needed[v->id] = true;
    mark_needed(graph, y, needed);
    bool reaches = needed[y->id];
    arena_close(scratch);
    return reaches;
}

/* ---- do rows meet on the way? ---- */

/* Whether each row of the result is made of the same row of operand i alone, as far as types tell.
 */
static bool keeps_rows(const Node *node, int i) {
    const Type from = node->in[i]->type;
    if (!type_has_rows(from))
        return true;
    if (!type_has_rows(node->type))
        return false;
    if (optab[node->op].kind != KIND_gemm)
        return true;
    int summed = from.rank - (node->attr.ints[i] == i ? 1 : 2);
    return from.dim[summed] > 0;
}

const Node *autodiff_mixes(const Graph *graph, const Node *y, const Node *v) {
    const Node *found = NULL;
    if (v->id > y->id)
        return NULL;
    Arena *scratch = arena_open();
    bool *before = NEW_ARRAY(scratch, bool, y->id + 1),
         *after = NEW_ARRAY(scratch, bool, y->id + 1);
    before[v->id] = after[y->id] = true;
    mark_needed(graph, y, before);
    for (int id = y->id; id >= 0; id--) {
        const Node *node = graph->nodes.at[id];
        for (int i = 0; i < node->n_in && after[id] && before[id]; i++) {
            const Node *in = node->in[i];
            if (!passes(node, i) || !before[in->id] || id == v->id)
                continue;
            after[in->id] = true;
            if (node != y && !keeps_rows(node, i))
                found = node;
        }
    }
    arena_close(scratch);
    return found;
}

/* ---- the sweep ---- */

static GradContext context_open(Graph *graph, Arena *scratch, const Node *y) {
    int count = y->id + 1;
    return (GradContext){.graph = graph,
                         .needed = NEW_ARRAY(scratch, bool, count),
                         .full = NEW_ARRAY(scratch, Node *, count),
                         .diagonals = NEW_ARRAY(scratch, Node *, count)};
}

/* Whether the rule of `node` can take the diagonal and hand on a diagonal, or a scaling. */
static bool takes_diagonal(const GradContext *c, const Node *node) {
    switch (optab[node->op].kind) {
    case KIND_map:
        return true;
    case KIND_view:
        return diagonal_fits(c, node->in[0]->type);
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

/* `d` before the name of what it is the gradient of.  Nodes of the forward part keep theirs. */
static void name_cotangent(const GradContext *c, const Node *node, Node *g, int first) {
    if (node->name && g->id >= first && !g->name)
        g->name = names_of(c->graph->names, arena_printf(c->graph->arena, "d%s", node->name));
}

static void sweep(GradContext *c, const Node *y) {
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
        name_cotangent(c, node, g, first);
        if (rules[node->op] != grad_none)
            rules[node->op](c, node, g);
    }
}

/* ---- seeds and results ---- */

static void seed(GradContext *c, const Node *y, bool jacobian) {
    c->loc = y->loc;
    c->rows = jacobian && y->type.rank > 0 && y->type.dim[0] < 0 ? y->type.dim[0] : 0;
    Type one = y->type;
    if (c->rows)
        one.dim[0] = 1;
    double seeds = jacobian ? type_size(one, 1) : 1;
    if (type_has_rows(one) && jacobian)
        die("a Jacobian of %s", type_text(c->graph->arena, y->type));
    if (seeds > 1) {
        c->seeds = (int)seeds;
        c->diagonals[y->id] = number(c, 1);
    } else {
        c->full[y->id] = number(c, 1);
    }
}

/* The derivative by v, at the placeholder's type. */
static Node *result(GradContext *c, const Node *v, Type type) {
    Node *g = dense_cotangent(c, v);
    g = whole(c, g, v->type);
    if (c->seeds && c->rows) { /* (seeds, n, V…) → (n, seeds, V…) */
        int rank = g->type.rank, perm[MAX_RANK];
        for (int k = 0; k < rank; k++)
            perm[k] = (k < 2 ? 1 - k : k) - rank;
        g = ir_transpose(c->graph, c->loc, g, rank, perm);
    }
    return ir_reshape(c->graph, c->loc, g, type);
}

static const char *name_of(const Node *node) {
    return node->name ? node->name : node->attr.name;
}

static void no_dependence(Diag *diag, const Node *placeholder) {
    const char *y = name_of(placeholder->in[0]), *v = name_of(placeholder->in[1]);
    diag_error(diag, placeholder->loc, "%s%s%s does not depend on %s%s%s", y ? "'" : "",
               y ? y : "this value", y ? "'" : "", v ? "'" : "",
               v ? v : "what it is differentiated by", v ? "'" : "");
    diag_help(diag, "no gradient passes a stop, a comparison, an argmax or a draw");
}

/* ---- one step ---- */

typedef struct Step {
    const Graph *old;
    Graph *graph;  /* the new one */
    Node **map;    /* old id → new node */
    Node **leaves; /* old id of a named leaf → the first old one of that name */
    const Node *first;
    Arena *scratch;
    Diag *diag;
} Step;

static bool in_group(const Step *step, const Node *node) {
    return node->op == step->first->op && node->in[0] == step->first->in[0];
}

/* Differentiates y by the v of all placeholders of the group; leaves the results in the map. */
static void expand_group(Step *step) {
    Node *y = step->map[step->first->in[0]->id];
    GradContext c = context_open(step->graph, step->scratch, y);
    for (int id = step->first->id; id < step->old->nodes.count; id++) {
        const Node *node = step->old->nodes.at[id];
        Node *v = in_group(step, node) ? step->map[node->in[1]->id] : NULL;
        if (v && v->id <= y->id)
            c.needed[v->id] = true;
    }
    mark_needed(step->graph, y, c.needed);
    if (!c.needed[y->id])
        return;
    seed(&c, y, step->first->op == OP_jacobian);
    sweep(&c, y);
    for (int id = step->first->id; id < step->old->nodes.count; id++) {
        const Node *node = step->old->nodes.at[id];
        Node *v = in_group(step, node) ? step->map[node->in[1]->id] : NULL;
        if (!v || v->id > y->id || !(c.full[v->id] || c.diagonals[v->id]))
            continue;
        int before = step->graph->nodes.count;
        c.loc = node->loc;
        step->map[id] = result(&c, v, node->type);
        name_cotangent(&c, v, step->map[id], before);
    }
}

/* What stands for a placeholder that the sweep did not reach. */
static Node *unreached(Step *step, const Node *node) {
    if (step->diag && node->in[1]->op != OP_param)
        no_dependence(step->diag, node);
    return ir_fill(step->graph, node->loc, 0, node->type);
}

/* The first leaf of that operation and name: gradients by a slot are by all its reads. */
static const Node *first_of(Step *step, const Node *leaf, int *n_leaves) {
    for (int i = 0; i < *n_leaves; i++) {
        const Node *other = step->leaves[i];
        if (other->op == leaf->op && other->attr.name == leaf->attr.name &&
            type_equal(other->type, leaf->type))
            return other;
    }
    step->leaves[(*n_leaves)++] = step->old->nodes.at[leaf->id];
    return leaf;
}

static void copy_nodes(Step *step) {
    int n_leaves = 0;
    for (int id = 0; id < step->old->nodes.count; id++) {
        const Node *node = step->old->nodes.at[id];
        if (node == step->first)
            expand_group(step);
        if (is_placeholder(node) && in_group(step, node)) {
            if (!step->map[id])
                step->map[id] = unreached(step, node);
            continue;
        }
        const Node *same = node;
        if ((optab[node->op].flags & LEAF) && node->attr.name)
            same = first_of(step, node, &n_leaves);
        Node **in = NEW_ARRAY(step->scratch, Node *, node->n_in);
        for (int i = 0; i < node->n_in; i++)
            in[i] = step->map[node->in[i]->id];
        step->map[id] = same == node ? ir_copy(step->graph, node, in) : step->map[same->id];
    }
}

bool autodiff_step(Graph *graph, Diag *diag) {
    int count = graph->nodes.count, at = 0;
    while (at < count && !is_placeholder(graph->nodes.at[at]))
        at++;
    if (at == count)
        return false;
    Arena *scratch = arena_open();
    Step step = {.old = graph,
                 .graph = graph_open(graph->arena, graph->names, graph->name),
                 .map = NEW_ARRAY(scratch, Node *, count),
                 .leaves = NEW_ARRAY(scratch, Node *, count),
                 .first = graph->nodes.at[at],
                 .scratch = scratch,
                 .diag = diag};
    copy_nodes(&step);
    for (int i = 0; i < graph->roots.count; i++)
        graph->roots.at[i].node = step.map[graph->roots.at[i].node->id];
    graph->nodes = step.graph->nodes;
    arena_close(scratch);
    return true;
}

bool autodiff_expand(Graph *graph, Diag *diag) {
    int errors = diag_errors(diag);
    while (autodiff_step(graph, diag))
        continue;
    return diag_errors(diag) == errors;
}
