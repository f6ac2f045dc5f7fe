/* Folds of products become products of windows.
 *
 * A convolution's gradient and a transposed convolution multiply each pixel by a kernel, which
 * gives a window of numbers, and add up where windows overlap.  The same sums, number by number of
 * what comes out, are each a product of the pixels around it by the kernel backwards:
 *
 *     sum over o, p with o + p = y  of  u[o] w[p]
 *     sum over q  of  padded u[y + q] w[size - 1 - q]
 *
 * What was a matrix of all windows is then never made, and nothing is added twice.
 *
 * Does       turns fold(… reshape(matmul(u, w))), with slices of it, into such a product, along all
 *            axes that are folded; with a stride s the s numbers between two places are columns of
 *            one product, whose kernel is every s-th element of w
 * Requires   nothing left to differentiate: the derivative of a window is a fold again
 * Keeps      values, to rounding
 * Example      %2 = matmul(%0, %1) tb : [14n,48]
 *              %3 = reshape(%2) : [n,14,3,16]
 *              %4 = transpose(%3) perm=-2,-3,-1 : [n,3,14,16]
 *              %5 = fold(%4) axis=-2 of=16 stride=1 dilation=1 : [n,16,16]
 *            → pads u by two on each side, takes windows of three, multiplies those by w backwards
 */
#include "ir/length.h"
#include "passes/passes.h"
#include "passes/rebuild.h"

enum {
    MOST_FOLDS = 3,
    LEAST_COLUMNS = 4, /* of the new product: fewer would leave most of a vector empty */
};

/* One fold of the chain. */
typedef struct Fold {
    int size, stride, dilation;
    int window, place; /* axes of what is folded: within a window, over windows */
    int begin, end;    /* the part of the result that is wanted */
    int steps;         /* elements of a window of the new product */
    int first, last;   /* its windows: strides of the result */
} Fold;

/* What a chain of slices and folds, topmost first, is made of. */
typedef struct Chain {
    Type type; /* of its result */
    int folds;
    Fold fold[MOST_FOLDS];
    int axis[MAX_RANK]; /* by dimension of the result: that of `parts`; or -1 - a fold */
    int begin[MAX_RANK], end[MAX_RANK]; /* of the result, before slices */
    Node *parts, *product;              /* a reshape, and the matrix below it */
    Node *u, *w;                        /* its operands, [rows, k] and … */
    bool turned;                        /* … [k, columns], or transposed */
    int rows;                           /* axes of parts that are rows */
} Chain;

static int shown(const Node *node, int axis) {
    int still = node->type.rank - node->attr.count;
    return axis < still ? axis : node->type.rank + node->attr.ints[axis - still];
}

static void enter_slice(Chain *chain, const Node *node) {
    int axis = node->type.rank + node->attr.ints[0], begin = chain->begin[axis];
    chain->begin[axis] = node->attr.ints[1] + begin;
    chain->end[axis] = node->attr.ints[1] + chain->end[axis];
}

static void enter_transpose(Chain *chain, const Node *node) {
    for (int d = 0; d < chain->type.rank; d++)
        if (chain->axis[d] >= 0)
            chain->axis[d] = shown(node, chain->axis[d]);
    for (int i = 0; i < chain->folds; i++) {
        chain->fold[i].window = shown(node, chain->fold[i].window);
        chain->fold[i].place = shown(node, chain->fold[i].place);
    }
}

/* False where the axis that is folded is itself one of windows. */
static bool enter_fold(Chain *chain, const Node *node) {
    const int *ints = node->attr.ints;
    int own = node->type.rank + ints[0], found = -1;
    if (chain->folds == MOST_FOLDS)
        return false;
    for (int d = 0; d < chain->type.rank; d++) {
        if (chain->axis[d] == own)
            found = d;
        chain->axis[d] += chain->axis[d] > own;
    }
    for (int i = 0; i < chain->folds; i++) {
        if (chain->fold[i].window == own || chain->fold[i].place == own)
            return false;
        chain->fold[i].window += chain->fold[i].window > own;
        chain->fold[i].place += chain->fold[i].place > own;
    }
    if (found < 0)
        return false;
    chain->axis[found] = -1 - chain->folds;
    chain->fold[chain->folds++] = (Fold){.size = type_dim(node->in[0]->type, ints[0] - 1),
                                         .stride = ints[2],
                                         .dilation = ints[3],
                                         .window = own,
                                         .place = own + 1,
                                         .begin = chain->begin[found],
                                         .end = chain->end[found]};
    return true;
}

/* The product below a reshape, as matmul or, over an axis of length 1, as elements by elements. */
static bool enter_product(Chain *chain, Node *node) {
    AxisGroup groups[MAX_RANK + 1];
    if (node->op != OP_reshape || node->in[0]->type.rank != 2 || node->in[0]->type.dim[1] < 0)
        return false;
    chain->parts = node;
    chain->product = node->in[0];
    chain->u = chain->product->in[0];
    bool outer = chain->product->op == OP_mul && type_dim(chain->u->type, -1) == 1;
    if (outer) {
        chain->w = chain->product->in[1];
        if (chain->u->type.rank != 2 || chain->w->type.rank != 2 || chain->w->type.dim[0] != 1)
            return false;
    } else if (chain->product->op == OP_matmul && !chain->product->attr.ints[0]) {
        chain->w = chain->product->in[1];
        chain->turned = chain->product->attr.ints[1] != 0;
    } else {
        return false;
    }
    if (axis_groups(chain->product->type, node->type, groups) != 2 || groups[0].a_end != 1)
        return false;
    chain->rows = groups[0].b_end;
    return true;
}

static bool read_chain(Rebuild *r, const Node *top, Chain *chain) {
    *chain = (Chain){.type = top->type};
    for (int d = 0; d < top->type.rank; d++) {
        chain->axis[d] = d;
        chain->end[d] = top->type.dim[d];
    }
    for (const Node *node = top;; node = node->in[0]) {
        if (node != top && !used_once(r, node))
            return false;
        if (node->op == OP_slice && chain->folds == 0)
            enter_slice(chain, node);
        else if (node->op == OP_transpose)
            enter_transpose(chain, node);
        else if (node->op != OP_fold)
            return chain->folds > 0 && enter_product(chain, (Node *)node) &&
                   used_once(r, chain->product);
        else if (!enter_fold(chain, node))
            return false;
    }
}

/* The fold along whose windows an axis of parts runs; -1 where it is none. */
static int fold_of(const Chain *chain, int axis) {
    for (int i = 0; i < chain->folds; i++)
        if (chain->fold[i].window == axis)
            return i;
    return -1;
}

/* The windows of the new product; false where the chain is none, or it would not pay. */
static bool settle(Chain *chain) {
    long columns = 1;
    for (int i = 0; i < chain->folds; i++) {
        Fold *f = &chain->fold[i];
        if (f->window < chain->rows || f->place >= chain->rows || f->begin >= f->end ||
            (f->stride > 1 && f->dilation > 1))
            return false;
        f->steps = (f->size + f->stride - 1) / f->stride;
        f->first = f->begin / f->stride;
        f->last = (f->end - 1) / f->stride + 1;
        columns *= f->stride;
    }
    for (int d = chain->rows; d < chain->parts->type.rank; d++)
        columns *= fold_of(chain, d) >= 0 ? 1 : chain->parts->type.dim[d];
    for (int d = 0; d < chain->type.rank; d++)
        if (chain->axis[d] >= 0 &&
            (chain->begin[d] != 0 || chain->end[d] != chain->parts->type.dim[chain->axis[d]]))
            return false; /* sliced along another axis */
    return columns >= LEAST_COLUMNS;
}

/* By the axes of `a` that it shows, all of them, from the left. */
static Node *transposed(Graph *g, Loc loc, Node *a, int count, const int *perm) {
    int ints[MAX_RANK];
    for (int d = 0; d < count; d++)
        ints[d] = perm[d] - count;
    return ir_transpose(g, loc, a, count, ints);
}

/* An axis from `begin` to `end`, zeros where it has none. */
static Node *range(Graph *g, Loc loc, Node *a, int axis, int begin, int end) {
    int length = a->type.dim[axis], from = begin > 0 ? begin : 0, to = end < length ? end : length;
    a = ir_slice(g, loc, a, axis - a->type.rank, from, to);
    if (begin < 0 || end > length)
        a = ir_pad(g, loc, a, axis - a->type.rank, from - begin, end - begin);
    return a;
}

/* u as windows: [rows of parts with the new places, steps of each fold, k], flattened to a matrix.
 */
static Node *windows(Graph *g, Loc loc, const Chain *chain) {
    Type type = {.rank = chain->rows + 1};
    int at[MAX_RANK], of[MOST_FOLDS], order[MAX_RANK], count = 0;
    for (int d = 0; d < chain->rows; d++) {
        type.dim[d] = chain->parts->type.dim[d];
        at[d] = d;
    }
    type.dim[chain->rows] = type_dim(chain->u->type, -1);
    at[chain->rows] = chain->rows;
    Node *a = ir_reshape(g, loc, chain->u, type);
    for (int i = 0; i < chain->folds; i++) {
        const Fold *f = &chain->fold[i];
        a = range(g, loc, a, f->place, f->first - f->dilation * (f->steps - 1), f->last);
    }
    for (int i = 0; i < chain->folds; i++) { /* an axis within windows before that over them */
        const Fold *f = &chain->fold[i];
        int own = at[f->place];
        a = ir_window(g, loc, a, own - a->type.rank, f->steps, 1, f->dilation);
        for (int d = 0; d <= chain->rows; d++)
            at[d] += at[d] >= own;
        for (int j = 0; j < i; j++)
            of[j] += of[j] >= own;
        of[i] = own;
    }
    for (int d = 0; d < chain->rows; d++)
        order[count++] = at[d];
    for (int i = 0; i < chain->folds; i++)
        order[count++] = of[i];
    order[count++] = at[chain->rows];
    a = transposed(g, loc, a, count, order);
    Type matrix = {.rank = 2, .dim = {1, 1}};
    for (int d = 0; d < count; d++)
        matrix.dim[d >= chain->rows] *= a->type.dim[d];
    return ir_reshape(g, loc, a, matrix);
}

/* [columns of parts, k], those that are within windows as long as whole strides. */
static Node *kernel_parts(Graph *g, Loc loc, const Chain *chain) {
    Type type = {.rank = chain->parts->type.rank - chain->rows + 1};
    for (int d = 0; d < type.rank - 1; d++)
        type.dim[d] = chain->parts->type.dim[chain->rows + d];
    type.dim[type.rank - 1] = type_dim(chain->u->type, -1);
    Node *w = chain->turned ? chain->w : ir_transpose(g, loc, chain->w, 2, (int[]){-1, -2});
    w = ir_reshape(g, loc, w, type);
    for (int i = 0; i < chain->folds; i++) {
        const Fold *f = &chain->fold[i];
        w = range(g, loc, w, f->window - chain->rows, 0, f->steps * f->stride);
    }
    return w;
}

/* Rows of a matrix, the last one first. */
static Node *backwards(Graph *g, Loc loc, Node *a) {
    int rows = a->type.dim[0];
    if (rows == 1)
        return a;
    Node *places = ir_iota(g, loc, type_make(1, &rows), -1);
    return ir_gather(g, loc, a, ir_binary(g, loc, OP_sub, ir_const(g, loc, rows - 1), places));
}

/* w as the kernel of those windows: [steps backwards, k] by [strides, other columns]. */
static Node *kernel(Graph *g, Loc loc, const Chain *chain) {
    Node *w = kernel_parts(g, loc, chain);
    Type type = {0};
    int at[MAX_RANK] = {0}, perm[MAX_RANK], count = 0, last = w->type.rank - 1, steps = 1;
    for (int d = 0; d <= last; d++) {
        int i = d < last ? fold_of(chain, chain->rows + d) : -1;
        at[d] = type.rank;
        type.dim[type.rank++] = i < 0 ? w->type.dim[d] : chain->fold[i].steps;
        if (i >= 0)
            type.dim[type.rank++] = chain->fold[i].stride;
    }
    for (int i = 0; i < chain->folds; i++) {
        perm[count++] = at[chain->fold[i].window - chain->rows];
        steps *= chain->fold[i].steps;
    }
    perm[count++] = at[last];
    for (int i = 0; i < chain->folds; i++)
        perm[count++] = at[chain->fold[i].window - chain->rows] + 1;
    for (int d = 0; d < last; d++)
        if (fold_of(chain, chain->rows + d) < 0)
            perm[count++] = at[d];
    w = transposed(g, loc, ir_reshape(g, loc, w, type), count, perm);
    int k = type_dim(chain->u->type, -1), all = (int)type_size(w->type, 1);
    w = backwards(g, loc, ir_reshape(g, loc, w, type_make(2, (int[]){steps, all / steps})));
    return ir_reshape(g, loc, w, type_make(2, (int[]){steps * k, all / (steps * k)}));
}

/* The product's numbers where the chain's result has them. */
static Node *placed(Graph *g, Loc loc, const Chain *chain, Node *a) {
    Type parts = {0}, type = chain->type;
    int at[MAX_RANK] = {0}, stride[MOST_FOLDS], perm[MAX_RANK], count = 0;
    for (int d = 0; d < chain->rows; d++) {
        at[d] = parts.rank;
        parts.dim[parts.rank++] = chain->parts->type.dim[d];
    }
    for (int i = 0; i < chain->folds; i++) {
        parts.dim[chain->fold[i].place] = chain->fold[i].last - chain->fold[i].first;
        stride[i] = parts.rank;
        parts.dim[parts.rank++] = chain->fold[i].stride;
    }
    for (int d = chain->rows; d < chain->parts->type.rank; d++) {
        at[d] = parts.rank;
        if (fold_of(chain, d) < 0)
            parts.dim[parts.rank++] = chain->parts->type.dim[d];
    }
    a = ir_reshape(g, loc, a, parts);
    for (int d = 0; d < type.rank; d++) {
        if (chain->axis[d] >= 0) {
            perm[count++] = at[chain->axis[d]];
            continue;
        }
        const Fold *f = &chain->fold[-1 - chain->axis[d]];
        perm[count++] = at[f->place];
        perm[count++] = stride[-1 - chain->axis[d]];
        type.dim[d] = (f->last - f->first) * f->stride;
    }
    a = ir_reshape(g, loc, transposed(g, loc, a, count, perm), type);
    for (int d = 0; d < type.rank; d++)
        if (chain->axis[d] < 0) {
            const Fold *f = &chain->fold[-1 - chain->axis[d]];
            int skipped = f->first * f->stride;
            a = range(g, loc, a, d, f->begin - skipped, f->end - skipped);
        }
    return a;
}

/* By old id: slices and folds of which another is made, which is looked at instead. */
static bool *inner(const Graph *graph, Arena *scratch) {
    bool *inner = NEW_ARRAY(scratch, bool, graph->nodes.count + 1);
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        if (node->op == OP_slice || node->op == OP_fold)
            inner[node->in[0]->id] = true;
    }
    return inner;
}

static const bool of[NUM_OPS] = {[OP_slice] = true, [OP_fold] = true};

static Node *unfolded(Rebuild *r, const Node *node) {
    const bool *inner = r->user;
    Chain chain;
    bool made = node->id < r->graph->nodes.count && r->graph->nodes.at[node->id] == node;
    if (made || inner[node->id] || !read_chain(r, node, &chain) || !settle(&chain))
        return NULL;
    Node *product = ir_matmul(r->graph, node->loc, windows(r->graph, node->loc, &chain),
                              kernel(r->graph, node->loc, &chain), false, false);
    return placed(r->graph, node->loc, &chain, product);
}

bool pass_unfold(Graph *graph) {
    Arena *scratch = arena_open();
    bool changed = rebuild_of(graph, of, unfolded, inner(graph, scratch));
    arena_close(scratch);
    return changed;
}
