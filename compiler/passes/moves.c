/* Joins operations that only move numbers, and moves them out of the way of formulas.
 *
 * Does       joins neighbouring reshapes, transpositions and slices; turns a transposition that
 *            only moves axes of length 1 into a reshape; lets elementwise operations work on the
 *            shape with fewer axes, taking reshapes through them; takes transpositions out of
 *            them, of pads, slices, windows, folds, repetitions and reshapes of what stays side by
 *            side, and into outer products, whose operands are small
 * Requires   nothing
 * Keeps      values, bit for bit
 * Example      %1 = reshape(%0) : [n,1,28,28]   %2 = exp(%1) : [n,1,28,28]
 *            → %1 = exp(%0) : [n,784]           %2 = reshape(%1) : [n,1,28,28]
 *
 * Reshapes stop moving because every move lets an operation work on fewer axes.
 */
#include "ir/length.h"
#include "passes/passes.h"
#include "passes/rebuild.h"

/* The same operation on other operands. */
static Node *copied(Rebuild *r, const Node *node, Node *const *in) {
    const Node bare = {.op = node->op,
                       .attr = {.value = node->attr.value},
                       .type = {.elem = node->type.elem},
                       .loc = node->loc,
                       .name = node->name,
                       .n_in = node->n_in};
    return ir_copy(r->graph, &bare, in);
}

/* ---- transpositions ---- */

/* For all axes of the result: the operand's axis it shows, both from the left. */
static void full_perm(const Node *node, int *perm) {
    int rank = node->type.rank, count = node->attr.count;
    for (int i = 0; i < rank; i++)
        perm[i] = i < rank - count ? i : rank + node->attr.ints[i - (rank - count)];
}

/* The transposition of `a` by a permutation as full_perm gives it, without axes that stay at the
 * left. */
static Node *permuted(Graph *g, Loc loc, Node *a, const int *perm) {
    int rank = a->type.rank, first = 0, ints[MAX_RANK];
    while (first < rank && perm[first] == first)
        first++;
    if (first == rank)
        return a;
    for (int i = first; i < rank; i++)
        ints[i - first] = perm[i] - rank;
    return ir_transpose(g, loc, a, rank - first, ints);
}

/* Do the axes longer than 1 stay in order? */
static bool keeps_order(const Node *node, const int *perm) {
    int last = -1;
    for (int i = 0; i < node->type.rank; i++)
        if (node->type.dim[i] != 1) {
            if (perm[i] < last)
                return false;
            last = perm[i];
        }
    return true;
}

/* transpose(a · b) where the product is larger than both: the operands are transposed instead. */
static Node *outer_transposed(Rebuild *r, const Node *node, const int *perm) {
    Node *a = node->in[0], *in[3];
    Graph *g = r->graph;
    if (!is_elementwise(a) || a->n_in < 2 || !used_once(r, a))
        return NULL;
    for (int i = 0; i < a->n_in; i++) {
        Type type = type_scalar();
        if (type_equal(a->in[i]->type, a->type))
            return NULL;
        type.rank = a->type.rank;
        for (int k = 0; k < type.rank; k++)
            type.dim[k] = type_dim(a->in[i]->type, k - type.rank);
        in[i] = a->in[i];
        if (in[i]->type.rank > 0)
            in[i] = permuted(g, node->loc, ir_reshape(g, node->loc, in[i], type), perm);
    }
    return copied(r, a, in);
}

static Node *move_transpose(Rebuild *r, const Node *node) {
    Node *a = node->in[0];
    int perm[MAX_RANK], inner[MAX_RANK];
    full_perm(node, perm);
    if (keeps_order(node, perm))
        return ir_reshape(r->graph, node->loc, a, node->type);
    if (a->op == OP_transpose) {
        full_perm(a, inner);
        for (int i = 0; i < node->type.rank; i++)
            perm[i] = inner[perm[i]];
        return permuted(r->graph, node->loc, a->in[0], perm);
    }
    return outer_transposed(r, node, perm);
}

/* ---- reshapes ---- */

static bool is_one_number(const Node *node) {
    return node->type.rank == 0;
}

/* reshape(f(a, b)) to fewer axes: f(reshape(a), reshape(b)). */
static Node *flattened(Rebuild *r, const Node *node) {
    Node *f = node->in[0], *in[3];
    if (!is_elementwise(f) || f->op == OP_expand || f->type.rank <= node->type.rank ||
        !used_once(r, f))
        return NULL;
    for (int i = 0; i < f->n_in; i++)
        if (!is_one_number(f->in[i]) && !type_equal(f->in[i]->type, f->type))
            return NULL;
    for (int i = 0; i < f->n_in; i++)
        in[i] =
            is_one_number(f->in[i]) ? f->in[i] : ir_reshape(r->graph, f->loc, f->in[i], node->type);
    return copied(r, f, in);
}

/* Repetition of transpose(a), no axis more: a repeated so that, transposed, it is the same. */
static Node *expanded_below(Rebuild *r, const Node *node, const int *perm) {
    Type type = node->type;
    for (int i = 0; i < type.rank; i++)
        type.dim[perm[i]] = node->type.dim[i];
    return ir_expand(r->graph, node->loc, node->in[0]->in[0], type);
}

/* reshape(transpose(a)), which parts or joins axes that a has side by side: transposed, a reshape
 * of a.  Likewise where what is transposed is repeated in between. */
static Node *reshape_below(Rebuild *r, const Node *node) {
    const Node *a = node->in[0], *view = a->op == OP_expand ? a->in[0] : a;
    AxisGroup groups[MAX_RANK + 1];
    int perm[MAX_RANK], order[MAX_RANK] = {0}, begin[MAX_RANK] = {0};
    Type type = {.rank = node->type.rank};
    if (view->op != OP_transpose || view->type.rank != a->type.rank)
        return NULL;
    full_perm(view, perm);
    int count = axis_groups(a->type, node->type, groups);
    for (int g = 0; g < count; g++) {
        if (groups[g].a_begin == groups[g].a_end)
            return NULL;
        for (int i = groups[g].a_begin + 1; i < groups[g].a_end; i++)
            if (perm[i] != perm[i - 1] + 1)
                return NULL;
    }
    for (int axis = 0, at = 0; axis < a->type.rank; axis++) /* of what is not transposed */
        for (int g = 0; g < count; g++)
            if (perm[groups[g].a_begin] == axis) {
                begin[g] = at;
                at += groups[g].b_end - groups[g].b_begin;
            }
    for (int g = 0; g < count; g++)
        for (int i = groups[g].b_begin; i < groups[g].b_end; i++) {
            order[i] = begin[g] + i - groups[g].b_begin;
            type.dim[order[i]] = node->type.dim[i];
        }
    Node *inner = view == a ? view->in[0] : expanded_below(r, a, perm);
    return permuted(r->graph, node->loc, ir_reshape(r->graph, node->loc, inner, type), order);
}

static Node *move_reshape(Rebuild *r, const Node *node) {
    Node *a = node->in[0];
    if (type_equal(a->type, node->type))
        return a;
    if (a->op == OP_reshape)
        return ir_reshape(r->graph, node->loc, a->in[0], node->type);
    Node *moved = reshape_below(r, node);
    return moved ? moved : flattened(r, node);
}

/* f(reshape(a), b) with fewer axes below the reshape: reshape(f(a, reshape(b))). */
static Node *lift_reshape(Rebuild *r, const Node *node) {
    const Node *view = NULL;
    Node *in[3];
    for (int i = 0; i < node->n_in; i++) {
        const Node *a = node->in[i];
        bool flatter = a->op == OP_reshape && a->in[0]->type.rank < a->type.rank;
        if (is_one_number(a))
            continue;
        if (!type_equal(a->type, node->type))
            return NULL;
        if (flatter && (!view || a->in[0]->type.rank < view->in[0]->type.rank))
            view = a;
    }
    if (!view)
        return NULL;
    for (int i = 0; i < node->n_in; i++) {
        Node *a = node->in[i];
        bool same = a->op == OP_reshape && type_equal(a->in[0]->type, view->in[0]->type);
        in[i] = same ? a->in[0]
                : is_one_number(a)
                    ? a
                    : ir_reshape(r->graph, node->loc, a->op == OP_reshape ? a->in[0] : a,
                                 view->in[0]->type);
    }
    return ir_reshape(r->graph, node->loc, copied(r, node, in), node->type);
}

/* f(reshape(a), b) with axes of length 1: without them, and a reshape above. */
static Node *drop_units(Rebuild *r, const Node *node) {
    Node *in[3];
    unsigned units = 0;
    bool view = false;
    for (int i = 0; i < node->type.rank; i++)
        units |= (unsigned)(node->type.dim[i] == 1) << (node->type.rank - 1 - i);
    for (int i = 0; i < node->n_in; i++)
        view = view || (node->in[i]->op == OP_reshape && node->in[i]->type.rank > 0);
    if (!units || !view)
        return NULL;
    for (int i = 0; i < node->n_in; i++)
        in[i] = squeezed(r->graph, node->loc, node->in[i],
                         units & ((1u << node->in[i]->type.rank) - 1));
    return ir_reshape(r->graph, node->loc, copied(r, node, in), node->type);
}

/* The inverse of a permutation applied to what broadcasts to the permuted type. */
static Node *permuted_back(Graph *g, Loc loc, Node *a, const int *perm, int rank) {
    int back[MAX_RANK];
    Type type = type_scalar();
    type.rank = rank;
    for (int i = 0; i < rank; i++) {
        back[perm[i]] = i;
        type.dim[i] = type_dim(a->type, i - rank);
    }
    return permuted(g, loc, ir_reshape(g, loc, a, type), back);
}

/* f(transpose(a), transpose(b), small): transpose(f(a, b, small transposed back)), where those of
 * full size are transposed alike. */
static Node *lift_transpose(Rebuild *r, const Node *node) {
    const Node *view = NULL;
    Node *in[3];
    int perm[MAX_RANK], other[MAX_RANK];
    for (int i = 0; i < node->n_in; i++) {
        const Node *a = node->in[i];
        if (!type_equal(a->type, node->type))
            continue;
        if (a->op != OP_transpose)
            return NULL;
        full_perm(a, view ? other : perm);
        for (int k = 0; view && k < a->type.rank; k++)
            if (perm[k] != other[k])
                return NULL;
        view = a;
    }
    if (!view)
        return NULL;
    for (int i = 0; i < node->n_in; i++) {
        Node *a = node->in[i];
        if (type_equal(a->type, node->type))
            in[i] = a->in[0];
        else
            in[i] =
                is_one_number(a) ? a : permuted_back(r->graph, node->loc, a, perm, node->type.rank);
    }
    return permuted(r->graph, node->loc, copied(r, node, in), perm);
}

/* ---- along an axis: pads, slices, windows and folds leave transpositions to their readers, so
 * that what they copy is one run of memory ---- */

/* pad(transpose(a)), slice(transpose(a)): transposed, the same of a. */
static Node *below_transpose(Rebuild *r, const Node *node) {
    const Node *view = node->in[0];
    const int *ints = node->attr.ints;
    int rank = node->type.rank, perm[MAX_RANK] = {0};
    full_perm(view, perm);
    int axis = perm[rank + ints[0]] - rank;
    Node *moved = node->op == OP_pad
                      ? ir_pad(r->graph, node->loc, view->in[0], axis, ints[1], ints[3])
                      : ir_slice(r->graph, node->loc, view->in[0], axis, ints[1], ints[2]);
    return permuted(r->graph, node->loc, moved, perm);
}

/* window(transpose(a)): transposed, windows of a. */
static Node *move_window(Rebuild *r, const Node *node) {
    const Node *view = node->in[0];
    const int *ints = node->attr.ints;
    int rank = view->type.rank, at = rank + ints[0], perm[MAX_RANK] = {0}, order[MAX_RANK] = {0};
    if (view->op != OP_transpose)
        return NULL;
    full_perm(view, perm);
    int axis = perm[at];
    for (int i = 0; i <= rank; i++) {
        int from = perm[i > at ? i - 1 : i];
        order[i] = i == at + 1 ? axis + 1 : from + (from > axis);
    }
    Node *windows =
        ir_window(r->graph, node->loc, view->in[0], axis - rank, ints[1], ints[2], ints[3]);
    return permuted(r->graph, node->loc, windows, order);
}

/* fold(transpose(a)), the last axis of a elsewhere: transposed, the fold with that axis at the end.
 */
static Node *move_fold(Rebuild *r, const Node *node) {
    const Node *view = node->in[0];
    const int *ints = node->attr.ints;
    int rank = view->type.rank, at = rank + ints[0], perm[MAX_RANK] = {0}, order[MAX_RANK] = {0};
    int back[MAX_RANK] = {0}, last = 0;
    if (view->op != OP_transpose)
        return NULL;
    full_perm(view, perm);
    while (perm[last] != rank - 1)
        last++;
    if (last == rank - 1 || last == at || last == at - 1)
        return NULL;
    for (int i = 0; i < rank; i++)
        order[i] = i == rank - 1 ? rank - 1 : perm[i < last ? i : i + 1];
    int stays = last < at ? last : last - 1; /* where it lies in the result */
    for (int i = 0; i < rank - 1; i++)
        back[i] = i == stays ? rank - 2 : i < stays ? i : i - 1;
    Node *a = permuted(r->graph, node->loc, view->in[0], order);
    int axis = (last < at ? at - 1 : at) - rank;
    Node *folded = ir_fold(r->graph, node->loc, a, axis, ints[1], ints[2], ints[3]);
    return permuted(r->graph, node->loc, folded, back);
}

/* ---- slices ---- */

/* A slice of a slice, of all, of a pad or a concat that holds it whole. */
static Node *move_slice(Rebuild *r, const Node *node) {
    Node *a = node->in[0];
    int axis = node->attr.ints[0], begin = node->attr.ints[1], end = node->attr.ints[2];
    if (type_equal(a->type, node->type))
        return a;
    if (a->op == OP_slice && a->attr.ints[0] == axis) {
        int from = a->attr.ints[1];
        return ir_slice(r->graph, node->loc, a->in[0], axis, from + begin, from + end);
    }
    if (a->op == OP_pad && a->attr.ints[0] == axis && a->attr.ints[1] <= begin &&
        end <= a->attr.ints[2]) {
        int from = a->attr.ints[1];
        return ir_slice(r->graph, node->loc, a->in[0], axis, begin - from, end - from);
    }
    if (a->op == OP_transpose)
        return below_transpose(r, node);
    if (a->op != OP_concat || a->attr.ints[0] != axis)
        return NULL;
    for (int i = 0, at = 0; i < a->n_in; i++) {
        int length = type_dim(a->in[i]->type, axis);
        if (at <= begin && end <= at + length)
            return ir_slice(r->graph, node->loc, a->in[i], axis, begin - at, end - at);
        at += length;
    }
    return NULL;
}

/* ---- sums of parts ---- */

enum { MAX_PARTS = 16 };

/* Parts along one axis, each with its place. */
typedef struct Parts {
    int axis, length, count;
    Node *part[MAX_PARTS];
    int begin[MAX_PARTS];
} Parts;

static bool add_part(Parts *parts, Node *part, int begin) {
    int at = parts->count;
    if (at == MAX_PARTS)
        return false;
    for (; at > 0 && parts->begin[at - 1] > begin; at--) {
        parts->part[at] = parts->part[at - 1];
        parts->begin[at] = parts->begin[at - 1];
    }
    parts->part[at] = part;
    parts->begin[at] = begin;
    parts->count++;
    return true;
}

/* A part with zeros around it, or several that were joined. */
static bool add_pad(Parts *parts, const Node *pad) {
    int axis = pad->attr.ints[0], begin = pad->attr.ints[1];
    Node *inside = pad->in[0];
    if (parts->count == 0)
        parts->axis = axis, parts->length = pad->attr.ints[3];
    if (axis != parts->axis || pad->attr.ints[3] != parts->length)
        return false;
    if (inside->op != OP_concat || inside->attr.ints[0] != axis)
        return add_part(parts, inside, begin);
    for (int i = 0; i < inside->n_in; i++) {
        if (!add_part(parts, inside->in[i], begin))
            return false;
        begin += type_dim(inside->in[i]->type, axis);
    }
    return true;
}

static bool may_hold_pads(const Node *in, Type type) {
    return (in->op == OP_pad || in->op == OP_add) && type_equal(in->type, type);
}

/* The pads of a sum, as far as nobody else reads its parts; false where something else is in it,
 * which mostly shows before a long sum has been gone through. */
static bool collect_pads(Rebuild *r, Parts *parts, const Node *node) {
    if (node->op == OP_pad)
        return add_pad(parts, node);
    if (node->op != OP_add || !may_hold_pads(node->in[0], node->type) ||
        !may_hold_pads(node->in[1], node->type))
        return false;
    for (int i = 0; i < 2; i++) {
        const Node *in = node->in[i];
        if ((in->op == OP_add && !used_once(r, in)) || !collect_pads(r, parts, in))
            return false;
    }
    return true;
}

/* pad(a) + pad(b) + … that make one run: a, b … side by side, with what zeros are left around them.
 */
static Node *join_pads(Rebuild *r, const Node *node) {
    Parts parts = {0};
    if (!collect_pads(r, &parts, node))
        return NULL;
    int end = parts.begin[0];
    for (int i = 0; i < parts.count; i++) {
        if (parts.begin[i] != end)
            return NULL;
        end += type_dim(parts.part[i]->type, parts.axis);
    }
    Node *joined = ir_concat(r->graph, node->loc, parts.axis, parts.count, parts.part);
    if (type_equal(joined->type, node->type))
        return joined;
    return ir_pad(r->graph, node->loc, joined, parts.axis, parts.begin[0], parts.length);
}

static Node *move(Rebuild *r, const Node *node) {
    Node *moved = NULL;
    switch (optab[node->op].kind) {
    case KIND_view:
        return node->op == OP_reshape     ? move_reshape(r, node)
               : node->op == OP_transpose ? move_transpose(r, node)
               : node->op == OP_slice     ? move_slice(r, node)
               : node->op == OP_window    ? move_window(r, node)
                                          : NULL;
    case KIND_move:
        if (node->op == OP_fold)
            return move_fold(r, node);
        return node->op == OP_pad && node->in[0]->op == OP_transpose ? below_transpose(r, node)
                                                                     : NULL;
    case KIND_map:
        if (node->n_in == 0 || node->op == OP_expand)
            return NULL;
        if (node->op == OP_add && (moved = join_pads(r, node)))
            return moved;
        if (!(moved = lift_reshape(r, node)) && !(moved = drop_units(r, node)))
            moved = lift_transpose(r, node);
        return moved;
    default:
        return NULL;
    }
}

bool pass_moves(Graph *graph) {
    return rebuild_near(graph, PASS_moves, move, NULL);
}
