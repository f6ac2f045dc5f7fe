/* Windows: matrices that a product reads as windows of an image, without storing them.
 *
 * A matrix of windows that overlap has no strides, and would be many times what it shows: where
 * products alone read it, they read its windows, and the runtime packs a few rows at a time.  The
 * channels of a pixel are then copied as one run, if they lie side by side: before fusion an image
 * whose channels lie apart is turned once.
 *
 *     %4 = transpose(%3) : [n,14,14,3,3,16]      %3 two windows of %1 : [n,16,16,16]
 *     %5 = reshape(%4) : [196n,144]              view of %1
 *     %6 = matmul(%5, %2)                        reads %4 in place of %5
 */
#include "kernel/fuse.h"
#include "products/windows.h"

Node *windows_base(Node *node) {
    bool found = false;
    while (optab[node->op].kind == KIND_view) {
        found = found || node->op == OP_window;
        node = node->in[0];
    }
    return found ? node : NULL;
}

int windows_rows(Type windows, Type matrix) {
    Len rows = {1, 0};
    for (int d = 0; d < windows.rank - 1; d++) {
        rows = len_product(rows, len_of(windows.dim[d]));
        if (len_equal(rows, len_of(matrix.dim[0])))
            return d + 1;
    }
    return 0;
}

/* Can operand k of a product be windows, in place of the matrix that it is? */
static bool may_be_windows(const Node *product, int k) {
    const Node *matrix = product->in[k];
    return product->op == OP_matmul && product->type.rank == 2 && matrix->op == OP_reshape &&
           matrix->type.dim[1] <= AERT_WINDOW_COLUMNS && product->in[0] != product->in[1] &&
           windows_base(matrix->in[0]) && windows_rows(matrix->in[0]->type, matrix->type) > 0;
}

bool windows_fit(const Fusion *fusion, const Node *windows) {
    const FusionValue *value = &fusion->value[windows->id];
    Role base = fusion->value[value->layout.base->id].role;
    if (value->role != ROLE_view || (base != ROLE_leaf && base != ROLE_loop && base != ROLE_kernel))
        return false;
    for (int d = 0; d < windows->type.rank; d++)
        if (value->layout.stride[d].power > 0 || (d > 0 && windows->type.dim[d] < 0))
            return false;
    return value->layout.offset.c[1] == 0 && value->layout.offset.c[2] == 0;
}

/* Where both operands of a product could be windows, the first one is: the runtime has products of
 * windows by a matrix and of a matrix by windows, and none of two. */
void windows_find(Fusion *fusion, const bool *live) {
    const Graph *graph = fusion->graph;
    bool *stored = NEW_ARRAY(fusion->arena, bool, graph->nodes.count + 1);
    for (int i = 0; i < graph->roots.count; i++)
        stored[graph->roots.at[i].node->id] = true;
    for (int i = 0; i < graph->nodes.count; i++)
        for (int k = 0; live[i] && k < graph->nodes.at[i]->n_in; k++)
            stored[graph->nodes.at[i]->in[k]->id] |= !may_be_windows(graph->nodes.at[i], k);
    for (int i = 0; i < graph->nodes.count; i++)
        for (int k = 0; live[i] && k < graph->nodes.at[i]->n_in; k++) {
            const Node *matrix = graph->nodes.at[i]->in[k];
            fusion->value[matrix->id].windows = stored[matrix->id] ? NULL : matrix->in[0];
        }
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        if (live[i] && node->op == OP_matmul && fuse_windows(fusion, node, 0))
            fusion->value[node->in[1]->id].windows = NULL;
    }
}

const Node *fuse_windows(const Fusion *fusion, const Node *product, int k) {
    return fusion->value[product->in[k]->id].windows;
}

/* ---- channels side by side ---- */

/* An image turned so that its axis `channels` is the last, and what was made of it: where the axes
 * of the old value lie in the new one. */
typedef struct Turned {
    Node *node;
    int at[MAX_RANK];
} Turned;

/* The operand's axis that a transposition shows as its `axis`, both from the left. */
static int shown(const Node *node, int axis) {
    int still = node->type.rank - node->attr.count;
    return axis < still ? axis : node->type.rank + node->attr.ints[axis - still];
}

/* The axis of the image that becomes the axis of windows of it; -1 where it is one of theirs. */
static int image_axis(const Node *node, const Node *image, int axis) {
    for (; node != image && axis >= 0; node = node->in[0]) {
        int own = node->op == OP_window ? node->in[0]->type.rank + node->attr.ints[0] : 0;
        if (node->op == OP_transpose)
            axis = shown(node, axis);
        else if (node->op != OP_window)
            return -1;
        else if (axis >= own)
            axis = axis <= own + 1 ? -1 : axis - 1;
    }
    return axis;
}

static Turned turn_image(Graph *g, Node *image, int channels) {
    Turned turned = {0};
    int rank = image->type.rank, perm[MAX_RANK];
    for (int d = 0; d < rank; d++)
        turned.at[d] = d == channels ? rank - 1 : d < channels ? d : d - 1;
    if (image->op == OP_pad && image->attr.ints[0] + rank != channels) {
        turned = turn_image(g, image->in[0], channels);
        const int *ints = image->attr.ints;
        turned.node =
            ir_pad(g, image->loc, turned.node, turned.at[rank + ints[0]] - rank, ints[1], ints[3]);
        return turned;
    }
    for (int d = 0; d < rank; d++)
        perm[turned.at[d]] = d - rank;
    Node *copy = ir_transpose(g, image->loc, image, rank, perm);
    turned.node = graph_node(g, OP_expand, image->loc, (Attr){0}, copy->type, 1, &copy);
    turned.node->name = image->name;
    return turned;
}

static Turned turn(Graph *g, Node *node, Node *image, int channels) {
    if (node == image)
        return turn_image(g, node, channels);
    Turned in = turn(g, node->in[0], image, channels), turned = {0};
    int rank = node->type.rank;
    if (node->op == OP_transpose) {
        int perm[MAX_RANK];
        for (int d = 0; d < rank; d++) {
            turned.at[d] = d;
            perm[d] = in.at[shown(node, d)] - rank;
        }
        turned.node = ir_transpose(g, node->loc, in.node, rank, perm);
        return turned;
    }
    const int *ints = node->attr.ints;
    int own = rank - 1 + ints[0], now = in.at[own];
    for (int d = 0; d < rank; d++) {
        int from = in.at[d <= own ? d : d - 1];
        turned.at[d] = d == own + 1 ? now + 1 : from + (from > now);
    }
    turned.node = ir_window(g, node->loc, in.node, now - (rank - 1), ints[1], ints[2], ints[3]);
    return turned;
}

Node *windows_turned(Graph *g, Node *matrix) {
    Node *windows = matrix->op == OP_reshape ? matrix->in[0] : NULL;
    Node *image = windows && matrix->type.rank == 2 ? windows_base(windows) : NULL;
    if (!image || windows->op != OP_transpose)
        return matrix;
    int axis = image_axis(windows, image, windows->type.rank - 1);
    if (axis < 0 || axis == image->type.rank - 1 || image->type.dim[axis] == 1)
        return matrix;
    return ir_reshape(g, matrix->loc, turn(g, windows, image, axis).node, matrix->type);
}
