/* Along which axes a value of a batch of texts goes through their places, and what becomes of these
 * axes from operand to result.
 *
 *     [n,31,128]      axis 1, of texts that axis 0 goes through
 *     [n,4,31,31]     axes 2 and 3, as what each place asks of each other has them
 *     [31n,128]       rows that lie text by text, or all texts' first ones ahead of their second
 */
#include "plan/text_rows.h"

/* The axis that goes through the texts; -1: there is none, or more than one that depends on how
 * many they are. */
static int text_axis(Type type) {
    int axis = -1;
    for (int d = 0; d < type.rank; d++)
        if (type.dim[d] < 0) {
            if (axis >= 0 || type.dim[d] != ROWS)
                return -1;
            axis = d;
        }
    return axis;
}

static bool is_flat(const TextFinder *f, Type type) {
    return type.rank > 0 && len_equal(len_of(type.dim[0]), f->rows);
}

Behind text_all_ways(const TextFinder *f, Type type) {
    int texts = text_axis(type), last = type.rank - 1;
    Behind ways = is_flat(f, type) ? BY_TEXT | AHEAD : 0;
    for (int d = 0; d < type.rank && texts >= 0; d++)
        if (type.dim[d] == f->of.count)
            ways |= ALONG(d);
    if (last > 0 && type.dim[last] == f->of.count && type.dim[last - 1] == f->of.count)
        ways |= LATER | EARLIER;
    return ways;
}

Behind text_closed(const TextFinder *f, const Node *node, Behind found) {
    int last = node->type.rank - 1;
    if (found & LATER && found & ALONG(last - 1))
        found |= ALONG(last);
    if (found & EARLIER && found & ALONG(last))
        found |= ALONG(last - 1);
    return found & f->ways[node->id];
}

/* ---- from operand to result ---- */

static Len before(Type type, int axis) {
    Len size = {1, 0};
    for (int d = 0; d < axis; d++)
        size = len_product(size, len_of(type.dim[d]));
    return size;
}

static int reshaped(const Node *node, int axis) {
    Type from = node->in[0]->type, to = node->type;
    for (int d = 0; d < to.rank; d++)
        if (to.dim[d] == from.dim[axis] && len_equal(before(to, d), before(from, axis)))
            return d;
    return -1;
}

static int transposed(const Node *node, int axis) {
    int rank = node->type.rank, moved = rank - node->attr.count;
    for (int k = 0; k < node->attr.count; k++)
        if (rank + node->attr.ints[k] == axis)
            return moved + k;
    return axis < moved ? axis : -1;
}

static int folded(const Node *node, int axis) {
    int rank = node->in[0]->type.rank, left = 0;
    for (int d = 0; d < axis; d++)
        left += !node_has_axis(node, d - rank);
    return node_has_axis(node, axis - rank) ? -1 : left;
}

/* The axis that a product sums over, of its operand k. */
static int inner_axis(const Node *product, int k) {
    return product->type.rank - 1 - (product->attr.ints[k] != k);
}

/* The axis of the operand that its result has: the two are the last ones. */
static int outer_axis(const Node *product, int k) {
    return 2 * product->type.rank - 3 - inner_axis(product, k);
}

static int multiplied(const Node *node, int k, int axis) {
    int rank = node->type.rank;
    return axis < rank - 2 ? axis : axis == outer_axis(node, k) ? rank - 2 + k : -1;
}

/* Sums of windows: two axes become one. */
static int windowed(const Node *node, int axis) {
    int own = node->type.rank + node->attr.ints[0];
    return axis < own ? axis : axis > own + 1 ? axis - 1 : -1;
}

/* The axis of the node that its operand's axis is, place by place; -1: there is none. */
static int axis_of(const Node *node, int k, int axis) {
    Type from = node->in[k]->type;
    switch (node->op) {
    case OP_reshape:
        return reshaped(node, axis);
    case OP_transpose:
        return transposed(node, axis);
    case OP_sum:
    case OP_amax:
        return folded(node, axis);
    case OP_slice:
    case OP_pad:
    case OP_concat:
        return axis == from.rank + node->attr.ints[0] ? -1 : axis;
    case OP_matmul:
        return multiplied(node, k, axis);
    case OP_window:
        return from.rank + node->attr.ints[0] == axis
                   ? -1
                   : axis + (axis > from.rank + node->attr.ints[0]);
    case OP_fold:
        return windowed(node, axis);
    default:
        return optab[node->op].kind == KIND_map ? axis + node->type.rank - from.rank : -1;
    }
}

/* Rows that one has along one axis, the other along two. */
static Behind unfolded(const TextFinder *f, const Node *node, Behind way) {
    Type from = node->in[0]->type, to = node->type;
    if (node->op != OP_reshape || is_flat(f, from) == is_flat(f, to))
        return 0;
    const Type two = is_flat(f, to) ? from : to;
    int outer = 0, inner;
    while (outer < two.rank && two.dim[outer] == 1)
        outer++;
    for (inner = outer + 1; inner < two.rank && two.dim[inner] == 1;)
        inner++;
    if (inner >= two.rank)
        return 0;
    bool by_text = two.dim[outer] == ROWS && two.dim[inner] == f->of.count;
    bool ahead = two.dim[outer] == f->of.count && two.dim[inner] == ROWS;
    Behind flat = by_text ? BY_TEXT
                  : ahead ? AHEAD
                          : 0,
           along = by_text ? ALONG(inner) : ALONG(outer);
    return is_flat(f, to) ? (way == along ? flat : 0) : way == flat ? along : 0;
}

static Behind way_of(const TextFinder *f, const Node *node, int k, Behind way) {
    Type from = node->in[k]->type;
    int last = from.rank - 1, end = node->type.rank - 1;
    if (way & (BY_TEXT | AHEAD) && axis_of(node, k, 0) == 0 && is_flat(f, node->type))
        return way;
    if (way & (LATER | EARLIER)) {
        int own = axis_of(node, k, last), other = axis_of(node, k, last - 1);
        return own == end && other == end - 1   ? way
               : own == end - 1 && other == end ? LATER + EARLIER - way
                                                : 0;
    }
    for (int d = 0; d < from.rank; d++) {
        int own = axis_of(node, k, d);
        if (way == ALONG(d) && own >= 0 && axis_of(node, k, text_axis(from)) >= 0)
            return ALONG(own);
    }
    return unfolded(f, node, way);
}

Behind text_to_result(const TextFinder *f, const Node *node, int k, Behind found) {
    Behind all = 0;
    found = f->ways[node->id] ? found : 0;
    for (Behind left = found & f->ways[node->in[k]->id]; left; left &= left - 1)
        all |= way_of(f, node, k, left & -left);
    return all & f->ways[node->id];
}

Behind text_to_operand(const TextFinder *f, const Node *node, int k, Behind found) {
    Behind all = 0, ways = f->ways[node->in[k]->id];
    found &= f->ways[node->id];
    for (Behind left = found ? ways : 0; left; left &= left - 1)
        if (way_of(f, node, k, left & -left) & found)
            all |= left & -left;
    return all;
}

/* ---- what a product sums over ---- */

Behind text_to_sums(const TextFinder *f, const Node *product, int k, Behind found) {
    Type type = product->in[k]->type;
    int axis = inner_axis(product, k), texts = text_axis(type);
    bool each = texts >= 0 && texts < type.rank - 2;
    found &= f->ways[product->in[k]->id];
    return (Behind)((each && found & ALONG(axis) ? IN_SUMS : 0) |
                    (axis == 0 ? found & (BY_TEXT | AHEAD) : 0));
}

Behind text_from_sums(const TextFinder *f, const Node *product, int k, Behind sums) {
    Behind all = 0;
    for (Behind left = f->ways[product->in[k]->id]; left; left &= left - 1)
        if (text_to_sums(f, product, k, left & -left) & sums)
            all |= left & -left;
    return all;
}

/* ---- rows ---- */

int text_row_axes(const TextFinder *f, Type type) {
    Len size = {1, 0};
    for (int d = 0; d < type.rank; d++) {
        size = len_product(size, len_of(type.dim[d]));
        if (len_equal(size, f->rows))
            return d + 1;
    }
    return 0;
}

Behind text_rows_of(const TextFinder *f, Type type, Behind found) {
    if (is_flat(f, type))
        return found & (BY_TEXT | AHEAD);
    if (type.rank < 2 || text_row_axes(f, type) != 2)
        return 0;
    return type.dim[0] == ROWS ? (found & ALONG(1) ? BY_TEXT : 0) : found & ALONG(0) ? AHEAD : 0;
}
