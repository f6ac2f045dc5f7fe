/* The steps that turn placeholders into nodes.
 *
 * One step makes the graph anew, node by node, and where the first placeholder stands, the
 * derivative of its y by every v that is asked for is put in.  One reverse sweep (sweep.h) gives
 * them all; a Jacobian that is made otherwise, and a product with one, have their own (jacobian.h).
 *
 * Nodes in the list's order come after their operands, so that the first placeholder of the list is
 * an innermost one: nothing that it differentiates holds another.
 */
#include "autodiff/autodiff.h"
#include "autodiff/jacobian.h"
#include "autodiff/live.h"
#include "autodiff/sweep.h"

static bool is_placeholder(const Node *node) {
    return optab[node->op].kind == KIND_gone;
}

bool autodiff_reaches(const Graph *graph, const Node *y, const Node *v) {
    if (v->id > y->id)
        return false;
    Arena *scratch = arena_open();
    bool *needed = NEW_ARRAY(scratch, bool, y->id + 1);
    needed[v->id] = true;
    sweep_mark(graph, y, needed);
    bool reaches = needed[y->id];
    arena_close(scratch);
    return reaches;
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

typedef List(const Node *) Members;

typedef struct Step {
    const Graph *old;
    Graph *graph;  /* the new one */
    Node **map;    /* old id → new node */
    Node **leaves; /* old id of a named leaf → the first old one of that name */
    const Node *first;
    Arena *scratch;
    Diag *diag;
} Step;

/* Nodes that a sweep adds for each node before y; rules add more for some and none for many. */
enum { GROWTH = 4 };

static bool in_group(const Step *step, const Node *node) {
    const Node *first = step->first;
    return node->op == first->op && node->in[0] == first->in[0] &&
           (node->n_in < 3 || node->in[2] == first->in[2]);
}

/* Whether a reverse sweep from y gives it. */
static bool is_swept(const Step *step, const Node *placeholder) {
    if (placeholder->op != OP_jacobian)
        return placeholder->op != OP_jvp;
    return jacobian_is_backwards(step->graph, step->map[placeholder->in[0]->id],
                                 step->map[placeholder->in[1]->id]);
}

static void seed(GradContext *c, const Step *step, const Node *y) {
    const Node *first = step->first;
    if (first->op == OP_jacobian)
        sweep_seed_identity(c, y);
    else if (first->op == OP_vjp)
        sweep_seed(c, y, step->map[first->in[2]->id]);
    else
        sweep_seed_one(c, y);
}

/* The derivative by v, of the placeholder's type; NULL where the sweep has not come to v. */
static Node *result(GradContext *c, const Node *placeholder, const Node *v) {
    Node *g = sweep_result(c, v);
    if (!g)
        return NULL;
    if (placeholder->op == OP_vjp) /* without seeds where all are alike */
        return ir_expand(c->graph, c->loc, g, placeholder->type);
    if (c->seeds && c->rows) { /* (seeds, n, V…) → (n, seeds, V…) */
        int rank = g->type.rank, perm[MAX_RANK];
        for (int k = 0; k < rank; k++)
            perm[k] = (k < 2 ? 1 - k : k) - rank;
        g = ir_transpose(c->graph, c->loc, g, rank, perm);
    }
    return ir_reshape(c->graph, c->loc, g, placeholder->type);
}

/* Differentiates y by the v of those placeholders of the group that one sweep serves; leaves the
 * results in the map. */
static void expand_swept(Step *step, const Members *members) {
    Node *y = step->map[step->first->in[0]->id];
    GradContext c = sweep_open(step->graph, step->scratch, y);
    for (int i = 0; i < members->count; i++)
        c.needed[step->map[members->at[i]->in[1]->id]->id] = true;
    if (!sweep_reaches(&c, y))
        return;
    seed(&c, step, y);
    c.tells = step->old->tells && step->first->in[0] == step->old->roots.at[0].node;
    sweep_run(&c, y);
    if (c.tells)
        live_tell_rest(&c, y);
    for (int i = 0; i < members->count; i++) {
        const Node *node = members->at[i];
        Node *v = step->map[node->in[1]->id];
        int before = step->graph->nodes.count;
        c.loc = node->loc;
        step->map[node->id] = result(&c, node, v);
        if (step->map[node->id])
            sweep_name(&c, v, step->map[node->id], before);
    }
}

/* Each derivative of a derivative is several times as large as what it is taken of. */
static bool is_overgrown(Step *step, const Node *y) {
    double made = step->graph->nodes.count, added = GROWTH * (y->id + 1.0);
    return made + added > MAX_DERIVED;
}

/* Expands all placeholders of the first one's group. */
static void expand_group(Step *step) {
    Node *y = step->map[step->first->in[0]->id];
    Members swept = {0};
    if (is_overgrown(step, y)) {
        step->graph->overgrown = step->first;
        return;
    }
    for (int id = step->first->id; id < step->old->nodes.count; id++) {
        Node *node = step->old->nodes.at[id];
        Node *v = in_group(step, node) ? step->map[node->in[1]->id] : NULL;
        if (!v || v->id > y->id)
            continue;
        if (is_swept(step, node))
            list_add(step->scratch, &swept, node);
        else if (node->op == OP_jacobian)
            step->map[id] = jacobian_forwards(step->graph, node->loc, y, v, node->type);
        else
            step->map[id] = jacobian_times(step->graph, node->loc, y, v, step->map[node->in[2]->id],
                                           node->type);
    }
    if (swept.count > 0)
        expand_swept(step, &swept);
}

/* What stands for a placeholder that the sweep did not reach. */
static Node *unreached(Step *step, const Node *node) {
    if (step->diag && !step->graph->overgrown && node->in[1]->op != OP_param)
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

typedef struct InBodies {
    Diag *diag;
    bool made;
} InBodies;

static void step_body(void *user, Node *scan) {
    InBodies *in = user;
    while (autodiff_step(scan->attr.body->graph, in->diag))
        in->made = true;
}

bool autodiff_step(Graph *graph, Diag *diag) {
    if (graph->overgrown)
        return false;
    InBodies bodies = {.diag = diag};
    graph_bodies(graph, step_body, &bodies);
    if (bodies.made)
        return true;
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
    for (int i = 0; i < step.graph->roots.count; i++)
        list_add(graph->arena, &graph->roots, step.graph->roots.at[i]);
    graph->nodes = step.graph->nodes;
    graph->overgrown = step.graph->overgrown;
    arena_close(scratch);
    return true;
}

bool autodiff_expand(Graph *graph, Diag *diag) {
    int errors = diag_errors(diag);
    while (autodiff_step(graph, diag))
        continue;
    return diag_errors(diag) == errors;
}
