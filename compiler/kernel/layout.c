/* Layouts: where the elements of a view lie in the memory of the value below it.
 *
 * A view moves no numbers: it is an offset and a stride for each of its dimensions.
 *
 *     slice(%1) axis=-1 range=20:40 of [n,40]     offset 20, strides 40, 1
 *     transpose(%1) perm=-1,-2 of [n,40]          strides 1, 40
 *     expand of [784] to [n,784]                  strides 0, 1
 *     window of 3 in [n,28], stride 2             strides 28, 1, 2
 */
#include "kernel/fuse.h"

Len len_of(int dim) {
    return dim < 0 ? (Len){-(long)dim, 1} : (Len){dim, 0};
}

Len len_product(Len a, Len b) {
    Len product = {a.coef * b.coef, a.power + b.power};
    return product.coef == 0 ? (Len){0, 0} : product;
}

bool len_equal(Len a, Len b) {
    return a.coef == b.coef && (a.power == b.power || a.coef == 0);
}

bool len_divides(Len a, Len b, Len *quotient) {
    if (a.coef == 0 || b.coef % a.coef != 0 || b.power < a.power)
        return false;
    *quotient = (Len){b.coef / a.coef, b.power - a.power};
    return true;
}

double len_value(Len a, double rows) {
    double value = (double)a.coef;
    for (int i = 0; i < a.power; i++)
        value *= rows;
    return value;
}

const Layout *layout_kept(Arena *arena, const Layout *layout) {
    Layout *kept = NEW(arena, Layout);
    *kept = *layout;
    return kept;
}

/* Row-major strides of a type. */
static void contiguous(Type type, Len *stride) {
    Len next = {1, 0};
    for (int d = type.rank - 1; d >= 0; d--) {
        stride[d] = next;
        next = len_product(next, len_of(type.dim[d]));
    }
}

void layout_whole(const Node *node, Layout *layout) {
    *layout = (Layout){.base = node, .whole = true};
    contiguous(node->type, layout->stride);
}

/* Dimensions longer than 1 of a type: their lengths, and their places in `at`. */
static int long_dims(Type type, Len *length, int *at) {
    int count = 0;
    for (int d = 0; d < type.rank; d++)
        if (type.dim[d] != 1) {
            length[count] = len_of(type.dim[d]);
            at[count++] = d;
        }
    return count;
}

/* Gives the dimensions [from, to) of the new type strides that run through the old dimensions
 * [first, last), which must be one run of memory. */
static bool join(const Len *old, const Len *stride, int first, int last, const Len *length,
                 const int *at, int from, int to, Layout *layout) {
    for (int d = first; d + 1 < last; d++)
        if (!len_equal(stride[d], len_product(stride[d + 1], old[d + 1])))
            return false;
    Len next = stride[last - 1];
    for (int d = to - 1; d >= from; d--) {
        layout->stride[at[d]] = next;
        next = len_product(next, length[d]);
    }
    return true;
}

/* Reshape: groups of old and new dimensions with equal products, each one run of memory. */
static bool reshape(const Node *node, const Layout *operand, Layout *layout) {
    enum { SOME_ROWS = 1000003 }; /* only to tell which product is behind */
    Len old[MAX_RANK], length[MAX_RANK], stride[MAX_RANK];
    int old_at[MAX_RANK], at[MAX_RANK];
    int olds = long_dims(node->in[0]->type, old, old_at);
    int news = long_dims(node->type, length, at);
    for (int i = 0; i < olds; i++)
        stride[i] = operand->stride[old_at[i]];
    for (int i = 0, j = 0; i < olds && j < news;) {
        int first = i, from = j;
        Len left = old[i++], right = length[j++];
        while (!len_equal(left, right)) {
            if (len_value(left, SOME_ROWS) < len_value(right, SOME_ROWS) && i < olds)
                left = len_product(left, old[i++]);
            else if (j < news)
                right = len_product(right, length[j++]);
            else
                return false;
        }
        if (!join(old, stride, first, i, length, at, from, j, layout))
            return false;
    }
    return true;
}

/* The operand's dimensions against the result's right ends; repeated ones stand still. */
static void expand(const Node *node, const Layout *operand, Layout *layout) {
    Type from = node->in[0]->type;
    int shift = node->type.rank - from.rank;
    for (int d = 0; d < from.rank; d++)
        if (from.dim[d] == node->type.dim[d + shift])
            layout->stride[d + shift] = operand->stride[d];
}

static void transpose(const Node *node, const Layout *operand, Layout *layout) {
    int rank = node->type.rank, count = node->attr.count;
    for (int d = 0; d < rank; d++)
        layout->stride[d] =
            operand->stride[d < rank - count ? d : rank + node->attr.ints[d - (rank - count)]];
}

static void slice(const Node *node, const Layout *operand, Layout *layout) {
    int axis = node->type.rank + node->attr.ints[0];
    for (int d = 0; d < node->type.rank; d++)
        layout->stride[d] = operand->stride[d];
    Len step = len_product(operand->stride[axis], (Len){node->attr.ints[1], 0});
    layout->offset.c[step.power] += step.coef;
}

/* Both axes run along the operand's one, in steps of the dilation and of the stride. */
static void window(const Node *node, const Layout *operand, Layout *layout) {
    int axis = node->type.rank + node->attr.ints[0];
    for (int d = 0; d < node->type.rank; d++)
        layout->stride[d] = operand->stride[d < axis ? d : d - 1];
    Len step = layout->stride[axis];
    layout->stride[axis - 1] = len_product(step, (Len){node->attr.ints[3], 0});
    layout->stride[axis] = len_product(step, (Len){node->attr.ints[2], 0});
}

bool layout_view(const Node *node, const Layout *operand, Layout *layout) {
    *layout = (Layout){.base = operand->base, .offset = operand->offset, .whole = operand->whole};
    for (int d = 0; d < node->type.rank; d++)
        layout->stride[d] = (Len){0, 0};
    switch (optab[node->op].attr) {
    case ATTR_PERM:
        transpose(node, operand, layout);
        layout->whole = false;
        return true;
    case ATTR_WINDOW:
        window(node, operand, layout);
        layout->whole = false;
        return true;
    case ATTR_RANGE:
        slice(node, operand, layout);
        layout->whole = false;
        return true;
    default:
        if (node->op == OP_reshape)
            return reshape(node, operand, layout);
        expand(node, operand, layout);
        return true;
    }
}

bool axis_in(const AxisMap *map, int rank, int axis) {
    for (int i = 0; i < map->start[rank]; i++)
        if (map->at[i] == axis)
            return true;
    return false;
}

void space_strides(const Space *space, const AxisMap *map, Type type, const Layout *layout,
                   Len *stride) {
    for (int a = 0; a < space->axes; a++)
        stride[a] = (Len){0, 0};
    for (int d = 0; d < type.rank; d++) {
        Len next = layout->stride[d];
        for (int i = map->start[d + 1] - 1; i >= map->start[d]; i--) {
            stride[map->at[i]] = next;
            next = len_product(next, space->length[map->at[i]]);
        }
    }
}
