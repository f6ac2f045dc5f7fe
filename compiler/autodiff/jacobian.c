/* Ways to make a Jacobian: see jacobian.h. */
#include "autodiff/jacobian.h"
#include "autodiff/autodiff.h"
#include "autodiff/sweep.h"

/* ---- which way ---- */

static int rows_of(Type type) {
    return type.rank > 0 && type.dim[0] < 0 ? type.dim[0] : 0;
}

/* The numbers that a value has for each example; 0 where there is no telling them apart. */
static double size_of(Type type, int rows) {
    if (rows_of(type) != rows)
        return 0;
    if (rows)
        type.dim[0] = 1;
    return type_has_rows(type) ? 0 : type_size(type, 1);
}

/* By id: on a way from v to h. */
static bool *between(const Graph *graph, Arena *scratch, const Node *h, const Node *v) {
    bool *before = NEW_ARRAY(scratch, bool, h->id + 1);
    bool *both = NEW_ARRAY(scratch, bool, h->id + 1);
    before[v->id] = true;
    sweep_mark(graph, h, before);
    both[h->id] = before[h->id];
    for (int id = h->id; id > v->id; id--) {
        const Node *node = graph->nodes.at[id];
        for (int i = 0; i < node->n_in && both[id]; i++)
            if (sweep_passes(node, i) && before[node->in[i]->id])
                both[node->in[i]->id] = true;
    }
    return both;
}

/* The smallest node that every way from v to h goes through, v and h among them; the last of equal
 * ones.  A node is one where no operand of a later node lies before it. */
static Node *narrowest(const Graph *graph, const Node *h, const Node *v) {
    Arena *scratch = arena_open();
    bool *on_way = between(graph, scratch, h, v);
    int *last = NEW_ARRAY(scratch, int, h->id + 1), furthest = v->id, rows = rows_of(h->type);
    for (int id = v->id + 1; id <= h->id; id++)
        for (int i = 0; on_way[id] && i < graph->nodes.at[id]->n_in; i++)
            if (sweep_passes(graph->nodes.at[id], i))
                last[graph->nodes.at[id]->in[i]->id] = id;
    Node *best = NULL;
    double least = 0;
    for (int id = v->id; id <= h->id; id++) {
        Node *node = graph->nodes.at[id];
        double size = on_way[id] && furthest <= id ? size_of(node->type, rows) : 0;
        if (size > 0 && (!best || size <= least)) {
            best = node;
            least = size;
        }
        furthest = on_way[id] && last[id] > furthest ? last[id] : furthest;
    }
    arena_close(scratch);
    return best;
}

/* Where the seeds are put: h, v or a node between them. */
static Node *seeded_at(const Graph *graph, Node *h, Node *v) {
    int rows = rows_of(h->type);
    double outputs = size_of(h->type, rows), inputs = size_of(v->type, rows);
    if (v->id >= h->id || inputs == 0 || outputs <= 1)
        return h;
    Node *w = narrowest(graph, h, v);
    double least = w ? size_of(w->type, rows) : outputs;
    if (least >= outputs)
        return h;
    return least >= inputs ? v : w;
}

double autodiff_seeds(const Graph *graph, Node *h, Node *v) {
    return size_of(seeded_at(graph, h, v)->type, rows_of(h->type));
}

bool jacobian_is_backwards(const Graph *graph, const Node *h, const Node *v) {
    return seeded_at(graph, (Node *)h, (Node *)v) == h;
}

/* ---- from v forwards ---- */

/* Jᵀu, of v's type, for a u of h's type that stands for any; NULL where h does not depend on v. */
static Node *pulled_back(Graph *graph, Arena *scratch, Loc loc, Node *h, Node *v, Node **u) {
    GradContext c = sweep_open(graph, scratch, h);
    c.needed[v->id] = v->id <= h->id;
    if (!sweep_reaches(&c, h))
        return NULL;
    *u = ir_fill(graph, loc, 0, h->type);
    sweep_seed(&c, h, *u);
    sweep_run(&c, h);
    return sweep_result(&c, v);
}

/* The differential of h along t, or along each element of v where t is NULL. */
static Node *differential(Graph *graph, Loc loc, Node *h, Node *v, Node *t) {
    Arena *scratch = arena_open();
    Node *u = NULL, *result = NULL, *pulled = pulled_back(graph, scratch, loc, h, v, &u);
    if (pulled) {
        GradContext c = sweep_open(graph, scratch, pulled);
        c.transposed = true;
        c.needed[u->id] = true;
        if (sweep_reaches(&c, pulled)) {
            if (t)
                sweep_seed(&c, pulled, t);
            else
                sweep_seed_identity(&c, pulled);
            sweep_run(&c, pulled);
            c.loc = loc;
            result = sweep_result(&c, u);
        }
    }
    arena_close(scratch);
    return result;
}

Node *jacobian_times(Graph *graph, Loc loc, Node *h, Node *v, Node *t, Type type) {
    Node *d = differential(graph, loc, h, v, t);
    return d ? ir_expand(graph, loc, d, type) : NULL; /* without seeds where all are alike */
}

/* g (seeds, n, T…), of the type of `of` behind its seeds, with one axis for all of T, and with the
 * axes in the order of `perm`.  Without rows n is not there, and 1 here. */
static Node *as_matrices(Graph *graph, Loc loc, Node *g, const Node *of, const int *perm) {
    int rows = rows_of(of->type), seeds = g->type.rank > of->type.rank ? g->type.dim[0] : 1;
    int dims[] = {seeds, rows ? rows : 1, (int)size_of(of->type, rows)};
    return ir_transpose(graph, loc, ir_reshape(graph, loc, g, type_make(3, dims)), 3, perm);
}

/* (n, H, V), from v forwards: the seeds are v's. */
static Node *from_inputs(Graph *graph, Loc loc, Node *h, Node *v) {
    Node *d = differential(graph, loc, h, v, NULL);
    return d ? as_matrices(graph, loc, d, h, (int[]){-2, -1, -3}) : NULL;
}

/* (n, W, V), from w backwards: the seeds are w's. */
static Node *from_outputs(Graph *graph, Loc loc, Node *w, Node *v) {
    Arena *scratch = arena_open();
    GradContext c = sweep_open(graph, scratch, w);
    Node *g = NULL;
    c.needed[v->id] = true;
    if (sweep_reaches(&c, w)) {
        sweep_seed_identity(&c, w);
        sweep_run(&c, w);
        c.loc = loc;
        g = sweep_result(&c, v);
    }
    arena_close(scratch);
    return g ? as_matrices(graph, loc, g, v, (int[]){-2, -3, -1}) : NULL;
}

Node *jacobian_forwards(Graph *graph, Loc loc, Node *h, Node *v, Type type) {
    Node *w = seeded_at(graph, h, v);
    Node *above = from_inputs(graph, loc, h, w);
    if (!above || w == v)
        return above ? ir_reshape(graph, loc, above, type) : NULL;
    Node *below = from_outputs(graph, loc, w, v);
    if (!below)
        return NULL;
    return ir_reshape(graph, loc, ir_matmul(graph, loc, above, below, false, false), type);
}
