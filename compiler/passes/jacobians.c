/* Products with Jacobians, without the Jacobian.
 *
 * Does       turns matmul(jacobian(h, v), t), in any orientation, and the sum of jacobian(h, v) * t
 *            over all axes of h or all of v, into jvp and vjp placeholders, which autodiff expands
 *            as one sweep with t as its seed; a t of k columns, or with k samples, is k seeds
 * Requires   nothing; reshapes and transpositions of the Jacobian are read through
 * Keeps      values, to rounding.  Leaves a Jacobian that takes no more seeds than its products
 *            together
 * Example    where %2 : [n,784] depends on %0 : [n,8]
 *              %3 = jacobian(%2, %0) : [n,784,8]      %5 = matmul(%3, %4) : [n,784,1]
 *            → %5 = jvp(%2, %0, %4 as [n,8]) : [n,784], reshaped
 */
#include "autodiff/autodiff.h"
#include "ir/length.h"
#include "passes/passes.h"
#include "passes/rebuild.h"

/* What an axis of a view shows, a set: none of an axis of length 1, several of one that a reshape
 * has
 * joined.  SEED is an axis that only the factor of a sum has, such as one of samples. */
enum { ROW = 1, OUTPUT = 2, INPUT = 4, SEED = 8 };

/* A Jacobian, reshaped and transposed: each axis, from the left, is rows, outputs (h) or inputs
 * (v). */
typedef struct View {
    const Node *jacobian;
    Type type;
    unsigned shows[MAX_RANK];
    int place[MAX_RANK]; /* by axis: larger for what lies further right in the Jacobian */
    int uses;            /* products that are made with the Jacobian in this way, at most */
} View;

static bool has_rows(Type type) {
    return type.rank > 0 && type.dim[0] < 0;
}

/* ---- reading views ---- */

static bool view_jacobian(const Node *node, View *view) {
    const Node *h = node->in[0], *v = node->in[1];
    int rows = has_rows(h->type);
    if (rows != has_rows(v->type) || (rows && h->type.dim[0] != v->type.dim[0]) ||
        node->type.rank != h->type.rank + v->type.rank - rows)
        return false;
    view->jacobian = node;
    for (int i = 0; i < node->type.rank; i++) {
        unsigned shown = i < rows ? ROW : i < h->type.rank ? OUTPUT : INPUT;
        view->shows[i] = node->type.dim[i] == 1 ? 0 : shown;
        view->place[i] = i * MAX_RANK;
    }
    return true;
}

static bool view_transpose(const Node *node, View *view) {
    View from = *view;
    int rank = node->type.rank, first = rank - node->attr.count;
    for (int i = first; i < rank; i++) {
        int axis = rank + node->attr.ints[i - first];
        view->shows[i] = from.shows[axis];
        view->place[i] = from.place[axis];
    }
    for (int i = 0; i < rank; i++)
        for (int k = 0; k < i; k++)
            if ((view->shows[i] & view->shows[k]) && view->place[k] > view->place[i])
                return false; /* h or v with axes exchanged */
    return true;
}

/* A group of axes that shows one thing may be cut anew; axes that show several may be joined to
 * one. */
static bool view_reshape(const Node *node, View *view) {
    View from = *view;
    AxisGroup groups[MAX_RANK + 1];
    int count = axis_groups(from.type, node->type, groups);
    for (int k = 0; k < count; k++) {
        unsigned shown = 0;
        int place = -1, axes = 0;
        for (int i = groups[k].a_begin; i < groups[k].a_end; i++) {
            if (from.shows[i] && place > from.place[i])
                return false;
            place = from.shows[i] ? from.place[i] : place;
            shown |= from.shows[i];
        }
        for (int i = groups[k].b_begin; i < groups[k].b_end; i++) {
            view->shows[i] = node->type.dim[i] == 1 ? 0 : shown;
            view->place[i] = place + axes;
            axes += node->type.dim[i] != 1;
        }
        if ((shown & (shown - 1)) && axes > 1)
            return false;
    }
    return true;
}

/* Reads what stands above a Jacobian. */
static bool read_view(Rebuild *r, const Node *node, View *view) {
    bool moved = node->op == OP_reshape || node->op == OP_transpose;
    if (moved ? !read_view(r, node->in[0], view) : node->op != OP_jacobian)
        return false;
    int uses = used_once(r, node) ? 1 : node->uses;
    view->uses = moved ? view->uses * uses : uses;
    bool read = node->op == OP_jacobian  ? view_jacobian(node, view)
                : node->op == OP_reshape ? view_reshape(node, view)
                                         : view_transpose(node, view);
    view->type = node->type;
    return read;
}

/* ---- the product ---- */

/* Whether products with k columns cost less than the Jacobian. */
static bool pays(const Rebuild *r, const View *view, int k) {
    const Node *jacobian = view->jacobian;
    int rank = jacobian->in[0]->type.rank, other = jacobian->in[1]->type.rank;
    if (k > 1 && (rank == MAX_RANK || other == MAX_RANK))
        return false;
    double seeds = autodiff_seeds(r->graph, jacobian->in[0], jacobian->in[1]);
    return (double)k * view->uses < seeds;
}

/* The Jacobian contracted along h, or along v, with `t`: whose numbers are in the order (k, rows,
 * what is contracted), without k where k is 1.  The result's are (k, rows, the other). */
static Node *contracted(Rebuild *r, const View *view, Loc loc, unsigned along, Node *t, int k) {
    Node *h = view->jacobian->in[0], *v = view->jacobian->in[1];
    Type type = along == OUTPUT ? h->type : v->type;
    t = ir_reshape(r->graph, loc, t, k == 1 ? type : type_prefixed(k, type));
    return along == OUTPUT ? ir_vjp(r->graph, loc, h, v, t) : ir_jvp(r->graph, loc, h, v, t);
}

/* ---- sums ---- */

/* The view as an operand of a product of that type, which may be larger where the view has
 * length 1. */
static bool widen(View *view, Type type) {
    View narrow = *view;
    view->type = type;
    for (int i = 0; i < type.rank; i++) {
        int own = i - (type.rank - narrow.type.rank), length = own < 0 ? 1 : narrow.type.dim[own];
        view->shows[i] = type.dim[i] != length ? SEED : own < 0 ? 0 : narrow.shows[own];
        if (view->shows[i] & (view->shows[i] - 1) || (view->shows[i] == SEED && type.dim[i] < 0))
            return false;
    }
    return true;
}

static int seeds_of(const View *view) {
    int k = 1;
    for (int i = 0; i < view->type.rank; i++)
        k *= view->shows[i] == SEED ? view->type.dim[i] : 1;
    return k;
}

/* Axes of a view from the left in the order seeds, rows, `shown`, others. */
static void order_axes(const View *view, unsigned shown, int *axes) {
    int n = 0;
    unsigned order[] = {SEED, ROW, shown, (OUTPUT | INPUT) & ~shown, 0};
    for (int k = 0; k < 5; k++)
        for (int i = 0; i < view->type.rank; i++)
            if (view->shows[i] == order[k])
                axes[n++] = i;
}

/* t, which broadcasts to the view and does not change along what is not `along`: as numbers in the
 * order (seeds, rows, along). */
static Node *factor_along(Graph *g, Loc loc, const View *view, unsigned along, Node *t) {
    int rank = view->type.rank, axes[MAX_RANK], perm[MAX_RANK];
    Type type = type_scalar();
    type.rank = rank;
    for (int i = 0; i < rank; i++)
        type.dim[i] = type_dim(t->type, i - rank);
    t = ir_reshape(g, loc, t, type);
    for (int i = 0; i < rank; i++)
        type.dim[i] = view->shows[i] & (SEED | ROW | along) ? view->type.dim[i] : 1;
    t = ir_expand(g, loc, t, type);
    order_axes(view, along, axes);
    for (int i = 0; i < rank; i++)
        perm[i] = axes[i] - rank;
    return ir_transpose(g, loc, t, rank, perm);
}

/* The other way: numbers in the order (seeds, rows, shown) as a value with the view's axes, those
 * that show something else of length 1. */
static Node *with_axes(Graph *g, Loc loc, const View *view, unsigned shown, Node *a) {
    int rank = view->type.rank, axes[MAX_RANK], back[MAX_RANK];
    Type type = type_scalar();
    type.rank = rank;
    order_axes(view, shown, axes);
    for (int i = 0; i < rank; i++) {
        bool kept = view->shows[axes[i]] & (SEED | ROW | shown);
        type.dim[i] = kept ? view->type.dim[axes[i]] : 1;
        back[axes[i]] = i - rank;
    }
    return ir_transpose(g, loc, ir_reshape(g, loc, a, type), rank, back);
}

/* Whether all axes that show `shown` are in the set, and t changes along none that shows `other`.
 */
static bool sums_along(const View *view, unsigned shown, unsigned other, unsigned set,
                       const Node *t) {
    for (int i = 0; i < view->type.rank; i++) {
        int k = view->type.rank - 1 - i;
        if ((view->shows[i] & shown) && !(set >> k & 1))
            return false;
        if ((view->shows[i] & other) && type_dim(t->type, -k - 1) != 1)
            return false;
    }
    return true;
}

/* The sum of the view times t, which may have axes besides. */
static Node *sum_of(Rebuild *r, const Node *node, View *view, Node *t) {
    Graph *g = r->graph;
    if (!widen(view, node->in[0]->type))
        return NULL;
    unsigned set = axis_set(node), done = 0;
    unsigned along = sums_along(view, OUTPUT, INPUT, set, t)   ? OUTPUT
                     : sums_along(view, INPUT, OUTPUT, set, t) ? INPUT
                                                               : 0;
    int k = seeds_of(view);
    if (!along || !pays(r, view, k))
        return NULL;
    Node *a = contracted(r, view, node->loc, along, factor_along(g, node->loc, view, along, t), k);
    a = with_axes(g, node->loc, view, (OUTPUT | INPUT) & ~along, a);
    for (int i = 0; i < view->type.rank; i++)
        done |= (unsigned)(view->shows[i] == along) << (view->type.rank - 1 - i);
    a = reduced(g, node->loc, OP_sum, a, set & ~done, true);
    return squeezed(g, node->loc, a, set);
}

/* sum(J), sum(J * t), sum(t * J), sum(J / t) */
static Node *product_in_sum(Rebuild *r, const Node *node) {
    const Node *a = node->in[0];
    View view;
    if (read_view(r, a, &view))
        return sum_of(r, node, &view, ir_const(r->graph, node->loc, 1));
    for (int i = 0; i < 2; i++) {
        if (!(a->op == OP_mul || (a->op == OP_div && i == 0)) || !used_once(r, a) ||
            !read_view(r, a->in[i], &view))
            continue;
        Node *t = a->in[1 - i];
        if (a->op == OP_div)
            t = ir_binary(r->graph, node->loc, OP_div, ir_const(r->graph, node->loc, 1), t);
        return sum_of(r, node, &view, t);
    }
    return NULL;
}

/* ---- products of matrices ---- */

/* A product in which operand `at` is a view: (rows?, one axis that stays, one that is contracted).
 */
typedef struct Contraction {
    unsigned along;  /* OUTPUT or INPUT */
    bool joined;     /* the axis that stays shows rows as well */
    bool transposed; /* the other operand has its columns before the contracted axis */
    int columns;     /* of the other operand */
} Contraction;

static bool read_contraction(const Node *node, int at, const View *view, Contraction *c) {
    int rank = view->type.rank, rows = has_rows(view->jacobian->type);
    bool last = (at == 0) != (node->attr.ints[at] != 0); /* the last axis is contracted */
    unsigned along = view->shows[rank - (last ? 1 : 2)], stays = view->shows[rank - (last ? 2 : 1)];
    *c = (Contraction){.along = along, .joined = stays & ROW};
    c->transposed = (at == 0) == (node->attr.ints[1 - at] != 0);
    c->columns = type_dim(node->in[1 - at]->type, c->transposed ? -2 : -1);
    if (rank != 2 + (rows && !c->joined) || (rank == 3 && view->shows[0] != ROW))
        return false;
    return (along == OUTPUT || along == INPUT) && (along | stays | ROW) == (ROW | OUTPUT | INPUT) &&
           !(along & stays) && c->columns > 0;
}

/* The columns of the other operand as numbers in the order (k, rows, contracted). */
static Node *columns_of(Graph *g, Loc loc, const Node *node, int at, const View *view,
                        const Contraction *c) {
    Node *other = node->in[1 - at];
    int length = type_dim(other->type, c->transposed ? -1 : -2);
    int rows = has_rows(view->jacobian->type) ? view->jacobian->type.dim[0] : 1;
    int own = c->joined ? 1 : rows;
    int dims[] = {own, c->transposed ? c->columns : length, c->transposed ? length : c->columns};
    Node *t = ir_reshape(g, loc, other, type_make(3, dims));
    int perm[] = {c->transposed ? -2 : -1, -3, c->transposed ? -1 : -2};
    t = ir_transpose(g, loc, t, 3, perm);
    return ir_expand(g, loc, t, type_make(3, (int[]){c->columns, rows, length}));
}

static Node *product_of(Rebuild *r, const Node *node, int at, const View *view) {
    Contraction c;
    Graph *g = r->graph;
    if (!read_contraction(node, at, view, &c) || !pays(r, view, c.columns))
        return NULL;
    Node *t = columns_of(g, node->loc, node, at, view, &c);
    Node *a = contracted(r, view, node->loc, c.along, t, c.columns); /* (k, rows, stays) */
    int rows = has_rows(view->jacobian->type) ? view->jacobian->type.dim[0] : 1;
    int stays = (int)(type_size(a->type, 1) / c.columns / (rows < 0 ? -rows : rows));
    a = ir_reshape(g, node->loc, a, type_make(3, (int[]){c.columns, rows, stays}));
    if (at == 0)
        a = ir_transpose(g, node->loc, a, 3, (int[]){-2, -1, -3}); /* (rows, stays, k) */
    else if (!c.joined)
        a = ir_transpose(g, node->loc, a, 3, (int[]){-2, -3, -1}); /* (rows, k, stays) */
    return ir_reshape(g, node->loc, a, node->type);
}

static const bool of[NUM_OPS] = {[OP_sum] = true, [OP_matmul] = true};

static Node *product(Rebuild *r, const Node *node) {
    View view;
    if (node->op == OP_sum)
        return product_in_sum(r, node);
    for (int at = 0; at < 2; at++)
        if (read_view(r, node->in[at], &view)) {
            Node *result = product_of(r, node, at, &view);
            if (result)
                return result;
        }
    return NULL;
}

bool pass_jacobians(Graph *graph) {
    return rebuild_of(graph, of, product, NULL);
}
