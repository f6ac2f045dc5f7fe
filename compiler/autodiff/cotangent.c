/* The helpers of the derivative rules: see cotangent.h.
 *
 * The one idea: a cotangent may be smaller than the value it belongs to, as long as it broadcasts
 * to it.  Sums over an axis that is not there are products with its length.
 *
 *     sum_down: g [n,1] of a value [n,784] for an operand [1,784]   →   sum(g) : [1,1]
 *               g [] of a value [n,784] for an operand [784]        →   g * rows
 */
#include "autodiff/cotangent.h"

bool wants(const GradContext *c, int i) {
    return c->needed[c->node->in[i]->id];
}

Node *number(GradContext *c, double value) {
    return ir_const(c->graph, c->loc, value);
}

Node *unary(GradContext *c, Op op, Node *a) {
    return ir_unary(c->graph, c->loc, op, a);
}

Node *plus(GradContext *c, Node *a, Node *b) {
    return ir_binary(c->graph, c->loc, OP_add, a, b);
}

Node *minus(GradContext *c, Node *a, Node *b) {
    return ir_binary(c->graph, c->loc, OP_sub, a, b);
}

static bool is_one(const Node *a) {
    return a->op == OP_const && a->type.rank == 0 && a->attr.value == 1;
}

Node *times(GradContext *c, Node *a, Node *b) {
    if (is_one(a))
        return b;
    if (is_one(b))
        return a;
    return ir_binary(c->graph, c->loc, OP_mul, a, b);
}

Node *over(GradContext *c, Node *a, Node *b) {
    return ir_binary(c->graph, c->loc, OP_div, a, b);
}

Node *guarded(GradContext *c, Node *g, Node *places) {
    return places ? ir_where(c->graph, c->loc, places, g, number(c, 0)) : g;
}

/* ---- types of cotangents ---- */

Type seeded(const Node *g, Type of, Type type) {
    return g->type.rank > of.rank ? type_prefixed(g->type.dim[0], type) : type;
}

Node *ranked(GradContext *c, Node *g, Type of) {
    if (g->type.rank >= of.rank)
        return g;
    Type type = of;
    for (int axis = -of.rank; axis < 0; axis++)
        type.dim[of.rank + axis] = type_dim(g->type, axis);
    return ir_reshape(c->graph, c->loc, g, type);
}

Node *along(GradContext *c, Node *g, Type of, int axis) {
    g = ranked(c, g, of);
    Type type = g->type;
    type.dim[type.rank + axis] = type_dim(of, axis);
    return ir_expand(c->graph, c->loc, g, type);
}

Node *whole(GradContext *c, Node *g, Type of) {
    return ir_expand(c->graph, c->loc, g, seeded(g, of, of));
}

Node *unreduced(GradContext *c, Node *g, const Node *reduction) {
    Type of = reduction->in[0]->type, from = g->type;
    Type type = type_scalar();
    bool out[MAX_RANK] = {false};
    for (int i = 0; i < reduction->attr.count; i++)
        out[-reduction->attr.ints[i] - 1] = true;

    /* From the right; `left` counts g's axes not yet placed. */
    int dims[MAX_RANK], rank = 0, left = from.rank;
    for (int k = 0; k < of.rank && (left > 0); k++)
        dims[rank++] = out[k] ? 1 : from.dim[--left];
    if (rank + left > MAX_RANK)
        die("a derivative needs more than %d axes", MAX_RANK);
    while (left > 0)
        dims[rank++] = from.dim[--left];
    type.rank = rank;
    for (int i = 0; i < rank; i++)
        type.dim[i] = dims[rank - 1 - i];
    return ir_reshape(c->graph, c->loc, g, type);
}

/* ---- diagonals ---- */

bool diagonal_fits(const GradContext *c, Type type) {
    if (c->rows && (type.rank == 0 || type.dim[0] != c->rows))
        return false;
    Type each = c->rows ? type_without(type, 0) : type;
    return !type_has_rows(each) && type_size(each, 1) == c->seeds;
}

Node *dense_of(GradContext *c, Node *d, Type of) {
    Node *eye = ir_eye(c->graph, c->loc, type_make(2, (int[]){c->seeds, c->seeds}));
    Type type = of;
    if (c->rows)
        type.dim[0] = 1;
    eye = ir_reshape(c->graph, c->loc, eye, type_prefixed(c->seeds, type));
    return times(c, eye, d);
}

/* ---- contributions ---- */

/* The sum of g, which broadcasts to `from`, over what `to` has not: it then broadcasts to `to`. */
static Node *sum_down(GradContext *c, Node *g, Type from, Type to) {
    bool lead = g->type.rank > from.rank;
    int axes[MAX_RANK], n_axes = 0;
    Type type = type_scalar();
    int dims[MAX_RANK], rank = 0;
    Node *count = NULL;
    for (int axis = -from.rank; axis < 0; axis++) {
        bool gone = -axis > to.rank, there = -axis <= g->type.rank;
        int dim = type_dim(g->type, axis);
        if (type_dim(from, axis) != type_dim(to, axis)) {
            if (dim != 1) {
                axes[n_axes++] = axis;
            } else {
                Node *length = ir_length(c->graph, c->loc, type_dim(from, axis));
                count = count ? times(c, count, length) : length;
            }
            dim = 1;
        }
        if (!gone && there)
            dims[rank++] = dim;
    }
    if (count)
        g = times(c, g, count);
    int seeds = g->type.dim[0];
    if (n_axes > 0)
        g = ir_reduce(c->graph, c->loc, OP_sum, g, n_axes, axes);
    if (rank > 0)
        type = type_make(rank, dims);
    return ir_reshape(c->graph, c->loc, g, lead ? type_prefixed(seeds, type) : type);
}

static void add_to(GradContext *c, Node **sum, Node *g) {
    *sum = *sum ? plus(c, *sum, g) : g;
}

void give(GradContext *c, int i, Node *g) {
    const Node *to = c->node->in[i];
    if (!wants(c, i))
        return;
    g = guarded(c, g, c->guard);
    if (c->diagonal && type_equal(to->type, c->node->type)) {
        add_to(c, &c->diagonals[to->id], g);
        return;
    }
    if (c->diagonal)
        g = dense_of(c, g, c->node->type);
    add_to(c, &c->full[to->id], sum_down(c, g, c->node->type, to->type));
}

void give_whole(GradContext *c, int i, Node *g) {
    const Node *to = c->node->in[i];
    if (!wants(c, i))
        return;
    Node **sums = c->diagonal && g->type.rank <= to->type.rank ? c->diagonals : c->full;
    add_to(c, &sums[to->id], g);
}
