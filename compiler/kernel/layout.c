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

/* The dimensions first … end - 1 of a type, those of length 1 left out, with their places in `at`.
 */
static int long_dims(Type type, int first, int end, int *at) {
    int count = 0;
    for (int d = first; d < end; d++)
        if (type.dim[d] != 1)
            at[count++] = d;
    return count;
}

/* Reshape: in each group of dimensions with equal products the new ones run through the old ones,
 * which must be one run of memory. */
static bool reshape(const Node *node, const Layout *operand, Layout *layout) {
    Type from = node->in[0]->type, to = node->type;
    AxisGroup groups[MAX_RANK + 1];
    int count = axis_groups(from, to, groups), at[MAX_RANK];
    for (int g = 0; g < count; g++) {
        int olds = long_dims(from, groups[g].a_begin, groups[g].a_end, at);
        if (olds == 0)
            continue;
        Len next = operand->stride[at[olds - 1]];
        for (int i = 0; i + 1 < olds; i++)
            if (!len_equal(operand->stride[at[i]],
                           len_product(operand->stride[at[i + 1]], len_of(from.dim[at[i + 1]]))))
                return false;
        int news = long_dims(to, groups[g].b_begin, groups[g].b_end, at);
        for (int i = news - 1; i >= 0; i--) {
            layout->stride[at[i]] = next;
            next = len_product(next, len_of(to.dim[at[i]]));
        }
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
    case ATTR_NUMBER: /* of a pick; where it begins, `roles` knows */
        contiguous(node->type, layout->stride);
        layout->whole = false;
        return true;
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
