/* Loops: the nest in which a group is computed, ready to be written.
 *
 * The axes of the group's space become loops, neighbours one loop wherever every value is one run
 * of memory over both.  Reductions divide the work into passes: a pass computes what they fold, the
 * next one reads what they have found.  A value of one pass that a later one reads is computed
 * again where that is cheap, else kept.
 *
 *     softmax of [n,10]:  for each row: pass 0 finds the maximum,
 *                         pass 1 exp (kept) and its sum, pass 2 divides
 */
#include "kernel/fuse.h"

enum {
    LONGEST_LOCAL = 4096, /* elements of a row kept in a local array */
    CHEAP_AGAIN = 4,      /* cost up to which a value is computed again */
};

/* ---- what is read and written, by axis of the space ---- */

static AxisMap edge_map(const Fusion *fusion, const Group *group, int place, int k) {
    const Node *node = group->nodes.at[place];
    if (fuse_is_reduce(node))
        return group->space.whole[place];
    Type type = *fuse_edge(fusion, node, k).type;
    const AxisMap *own = &group->space.map[place];
    AxisMap map = {{0}, {0}};
    int shift = node->type.rank - type.rank, count = 0;
    for (int d = 0; d < type.rank; d++) {
        map.start[d] = (unsigned char)count;
        for (int i = own->start[d + shift]; type.dim[d] != 1 && i < own->start[d + shift + 1]; i++)
            map.at[count++] = own->at[i];
    }
    map.start[type.rank] = (unsigned char)count;
    return map;
}

/* What index and random leaves need beside, or instead of, the place in memory: sums over some
 * dimensions. */
static void index_access(Arena *arena, const Group *group, int place, LoopNode *node) {
    const Node *of = node->node;
    const Space *space = &group->space;
    Layout first, second;
    Kind kind = optab[of->op].kind;
    if (kind != KIND_index && kind != KIND_random)
        return;
    node->index = NEW_ARRAY(arena, Access, 2);
    for (int k = 0; k < 2; k++)
        node->index[k].stride = NEW_ARRAY(arena, Len, space->axes);
    layout_whole(of, &first);
    layout_whole(of, &second);
    int rank = of->type.rank;
    bool rows = rank > 0 && of->type.dim[0] < 0;
    for (int d = 0; d < rank; d++) {
        bool along = optab[of->op].attr == ATTR_AXIS && d == rank + of->attr.ints[0];
        if (kind == KIND_random) {
            second.stride[d] = (Len){d == 0 && rows, 0};
            if (d == 0 && rows)
                first.stride[d] = (Len){0, 0};
        } else if (optab[of->op].attr == ATTR_AXIS) {
            first.stride[d] = (Len){along, 0};
            second.stride[d] = (Len){0, 0};
        } else {
            first.stride[d] = (Len){d == rank - 2, 0};
            second.stride[d] = (Len){d == rank - 1, 0};
        }
    }
    space_strides(space, &space->map[place], of->type, &first, node->index[0].stride);
    space_strides(space, &space->map[place], of->type, &second, node->index[1].stride);
}

static void fill_node(const Fusion *fusion, Arena *arena, const Group *group, int place,
                      LoopNode *node) {
    const Space *space = &group->space;
    Layout whole;
    node->node = group->nodes.at[place];
    layout_whole(node->node, &whole);
    int edges = fuse_edges(fusion, node->node);
    Len *strides = NEW_ARRAY(arena, Len, (edges + 1) * space->axes);
    node->own.base = node->node;
    node->own.stride = strides;
    space_strides(space, &space->map[place], node->node->type, &whole, node->own.stride);
    node->edge = NEW_ARRAY(arena, Access, edges);
    for (int k = 0; k < edges; k++) {
        Edge edge = fuse_edge(fusion, node->node, k);
        Role role = fusion->value[edge.base->id].role;
        node->edge[k].base = edge.base;
        node->edge[k].stride = strides + (k + 1) * space->axes;
        if (role == ROLE_const || role == ROLE_scalar)
            continue;
        AxisMap map = edge_map(fusion, group, place, k);
        node->edge[k].offset = edge.layout->offset;
        space_strides(space, &map, *edge.type, edge.layout, node->edge[k].stride);
    }
    int full = space->axes;
    bool narrow =
        space->map[place].start[node->node->type.rank] < full || fuse_is_reduce(node->node);
    node->is_outer = fusion->value[node->node->id].role == ROLE_loop && narrow;
}

/* ---- axes ---- */

typedef void AccessVisit(void *user, Access *access);

static void each_access(const Fusion *fusion, Loops *loops, AccessVisit *visit, void *user) {
    for (int i = 0; i < loops->count; i++) {
        visit(user, &loops->node[i].own);
        for (int k = 0; loops->node[i].index && k < 2; k++)
            visit(user, &loops->node[i].index[k]);
        for (int k = 0; k < fuse_edges(fusion, loops->node[i].node); k++)
            visit(user, &loops->node[i].edge[k]);
    }
}

typedef struct Reorder {
    int axes;
    const int *from; /* new axis k is the old axis from[k] */
} Reorder;

static void reorder_access(void *user, Access *access) {
    const Reorder *reorder = user;
    Len stride[MAX_AXES];
    for (int a = 0; a < reorder->axes; a++)
        stride[a] = access->stride[reorder->from[a]];
    for (int a = 0; a < reorder->axes; a++)
        access->stride[a] = stride[a];
}

/* Outer axes first, as the frame says. */
static void reorder(const Fusion *fusion, Loops *loops, const Frame *frame) {
    int from[MAX_AXES], count = 0;
    Len length[MAX_AXES];
    for (int pass = 0; pass < 2; pass++) {
        for (int a = 0; a < loops->axes; a++)
            if (frame->is_outer[a] == (pass == 0))
                from[count++] = a;
        if (pass == 0)
            loops->outer = count;
    }
    for (int a = 0; a < loops->axes; a++)
        length[a] = loops->length[from[a]];
    for (int a = 0; a < loops->axes; a++)
        loops->length[a] = length[a];
    each_access(fusion, loops, reorder_access, &(Reorder){loops->axes, from});
}

typedef struct Collapse {
    int axis;
    Len length; /* of axis + 1 */
    int axes;
    bool possible;
} Collapse;

static void test_access(void *user, Access *access) {
    Collapse *collapse = user;
    Len inner = access->stride[collapse->axis + 1];
    collapse->possible &=
        len_equal(access->stride[collapse->axis], len_product(inner, collapse->length));
}

static void collapse_access(void *user, Access *access) {
    const Collapse *collapse = user;
    for (int a = collapse->axis; a + 1 < collapse->axes; a++)
        access->stride[a] = access->stride[a + 1];
}

/* Makes one loop of neighbours over which every value is one run. */
static void collapse(const Fusion *fusion, Loops *loops) {
    for (int a = loops->axes - 2; a >= 0; a--) {
        Len joined = len_product(loops->length[a], loops->length[a + 1]);
        bool possible = a + 1 != loops->outer && joined.power <= 1;
        Collapse c = {a, loops->length[a + 1], loops->axes, possible};
        each_access(fusion, loops, test_access, &c);
        if (!c.possible)
            continue;
        loops->length[a] = joined;
        each_access(fusion, loops, collapse_access, &c);
        for (int b = a + 1; b + 1 < loops->axes; b++)
            loops->length[b] = loops->length[b + 1];
        loops->axes--;
        loops->outer -= a + 1 < loops->outer;
    }
}

static double extent(const Loops *loops, int from, int to, double rows) {
    double size = 1;
    for (int a = from; a < to; a++)
        size *= len_value(loops->length[a], rows);
    return size;
}

static void choose_form(const Fusion *fusion, const Group *group, const Frame *frame,
                        Loops *loops) {
    bool flat = loops->outer == loops->axes;
    if (frame) {
        loops->form = frame->form;
    } else if (flat && loops->axes == 1) {
        loops->form = FORM_flat;
    } else if (flat) {
        loops->form = FORM_rows;
        loops->outer = loops->axes > 0 ? loops->axes - 1 : 0;
    } else {
        bool fits = loops->outer == 1 ||
                    (loops->outer > 1 &&
                     extent(loops, loops->outer - 1, loops->outer, fusion->batch) <= LONGEST_LOCAL);
        loops->form = group->space.columns && fits ? FORM_columns : FORM_rows;
    }
    int free_axes = loops->outer - (loops->form == FORM_columns);
    for (int power = 0; loops->cut < free_axes; loops->cut++) {
        power += loops->length[loops->cut].power;
        if (power > 1)
            break;
    }
}

/* ---- passes ---- */

LoopNode *loops_find(const Loops *loops, const Node *node) {
    int low = 0, high = loops->count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (loops->node[middle].node->id < node->id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < loops->count && loops->node[low].node == node ? &loops->node[low] : NULL;
}

static void number_passes(const Fusion *fusion, Loops *loops) {
    loops->passes = 1;
    for (int i = 0; i < loops->count; i++) {
        LoopNode *node = &loops->node[i];
        for (int k = 0; k < fuse_edges(fusion, node->node); k++) {
            const LoopNode *in = loops_find(loops, node->edge[k].base);
            int pass = !in ? 0 : in->pass + fuse_is_reduce(in->node);
            node->pass = pass > node->pass ? pass : node->pass;
        }
        if ((!node->is_outer || fuse_is_reduce(node->node)) && node->pass >= loops->passes)
            loops->passes = node->pass + 1;
    }
}

/* The cost of computing a value again from what other passes have stored; more than CHEAP_AGAIN,
 * and no exact figure, where that is too dear or cannot be done. */
static int recomputing_cost(const Fusion *fusion, const Loops *loops, const LoopNode *node) {
    /* what is drawn is drawn again rather than kept: roles.c has decided so */
    int cost = optab[node->node->op].kind == KIND_random ? 1 : optab[node->node->op].cost;
    for (int k = 0; k < fuse_edges(fusion, node->node) && cost <= CHEAP_AGAIN; k++) {
        const LoopNode *in = loops_find(loops, node->edge[k].base);
        if (in && !in->is_outer && fusion->value[in->node->id].role == ROLE_loop &&
            !fusion->value[in->node->id].stored)
            cost += recomputing_cost(fusion, loops, in);
    }
    return cost;
}

static bool computed_in(const Fusion *fusion, const Loops *loops, const LoopNode *node, int pass) {
    const FusionValue *value = &fusion->value[node->node->id];
    if (value->role == ROLE_recomputed || node->pass == pass)
        return true;
    return !value->stored && recomputing_cost(fusion, loops, node) <= CHEAP_AGAIN;
}

static void demand(const Fusion *fusion, const Loops *loops, int pass, LoopNode *node,
                   bool *computes, bool *kept) {
    int place = (int)(node - loops->node);
    if (node->is_outer || computes[place])
        return;
    if (!computed_in(fusion, loops, node, pass)) {
        if (kept)
            kept[place] = true;
        return;
    }
    computes[place] = true;
    for (int k = 0; k < fuse_edges(fusion, node->node); k++) {
        LoopNode *in = loops_find(loops, node->edge[k].base);
        if (in)
            demand(fusion, loops, pass, in, computes, kept);
    }
}

static void demand_pass(const Fusion *fusion, const Loops *loops, int pass, bool *computes,
                        bool *kept) {
    for (int i = 0; i < loops->count; i++)
        computes[i] = false;
    for (int i = 0; i < loops->count; i++) {
        LoopNode *node = &loops->node[i];
        const FusionValue *value = &fusion->value[node->node->id];
        if (value->role != ROLE_loop || node->pass != pass)
            continue;
        if (fuse_is_reduce(node->node)) {
            LoopNode *in = loops_find(loops, node->edge[0].base);
            if (in)
                demand(fusion, loops, pass, in, computes, kept);
        } else if (!node->is_outer &&
                   (value->stored || node->keep != KEEP_no || (kept && kept[i]))) {
            demand(fusion, loops, pass, node, computes, kept);
        }
    }
}

void loops_pass(const Fusion *fusion, const Loops *loops, int pass, bool *computes) {
    demand_pass(fusion, loops, pass, computes, NULL);
}

/* From the last pass to the first: what a pass reads of an earlier one must be kept by that one. */
static void choose_keeps(const Fusion *fusion, Arena *arena, Loops *loops) {
    bool *computes = NEW_ARRAY(arena, bool, loops->count + 1);
    bool *kept = NEW_ARRAY(arena, bool, loops->count + 1);
    for (int pass = loops->passes - 1; pass >= 0; pass--)
        demand_pass(fusion, loops, pass, computes, kept);
    bool local = loops->form == FORM_rows;
    for (int a = loops->outer; a < loops->axes; a++)
        local &= loops->length[a].power == 0;
    local &= extent(loops, loops->outer, loops->axes, 1) <= LONGEST_LOCAL;
    for (int i = 0; i < loops->count; i++)
        if (kept[i])
            loops->node[i].keep =
                local && !fusion->value[loops->node[i].node->id].stored ? KEEP_local : KEEP_memory;
}

Loops *loops_build(const Fusion *fusion, Arena *arena, const Group *group, const Frame *frame) {
    Loops *loops = NEW(arena, Loops);
    const Space *space = &group->space;
    loops->axes = space->axes;
    loops->outer = space->outer;
    for (int a = 0; a < space->axes; a++)
        loops->length[a] = space->length[a];
    loops->count = group->nodes.count;
    loops->node = NEW_ARRAY(arena, LoopNode, loops->count);
    for (int i = 0; i < loops->count; i++) {
        fill_node(fusion, arena, group, i, &loops->node[i]);
        index_access(arena, group, i, &loops->node[i]);
    }
    if (frame)
        reorder(fusion, loops, frame);
    collapse(fusion, loops);
    choose_form(fusion, group, frame, loops);
    number_passes(fusion, loops);
    choose_keeps(fusion, arena, loops);
    return loops;
}

/* ---- the end of a product ---- */

/* Axes, in order, of what the group reads of the product; -1 where it reads it in a way that has
 * none. */
static int product_axes(const Fusion *fusion, const Group *group, int *axes) {
    int count = -1;
    for (int i = 0; i < group->nodes.count; i++)
        for (int k = 0; k < fuse_edges(fusion, group->nodes.at[i]); k++) {
            Edge edge = fuse_edge(fusion, group->nodes.at[i], k);
            if (edge.base != group->main)
                continue;
            AxisMap map = edge_map(fusion, group, i, k);
            int n = map.start[edge.type->rank];
            for (int d = 0; d < edge.type->rank; d++)
                if (edge.type->dim[d] != 1 && edge.layout->stride[d].coef == 0)
                    return -1;
            if (!edge.layout->whole || (count >= 0 && n != count))
                return -1;
            for (int j = 0; j < n; j++) {
                if (count >= 0 && axes[j] != map.at[j])
                    return -1;
                axes[j] = map.at[j];
            }
            count = n;
        }
    return count;
}

bool loops_frame(const Fusion *fusion, const Group *group, bool by_columns, Frame *frame) {
    int axes[MAX_AXES], count = product_axes(fusion, group, axes);
    const Space *space = &group->space;
    if (count < 0 || count != space->axes)
        return false;
    Len columns = {1, 0}, width = len_of(group->main->type.dim[1]);
    int split = count;
    while (split > 0 && !len_equal(columns, width))
        columns = len_product(columns, space->length[axes[--split]]);
    if (!len_equal(columns, width) || split == 0 || split == count)
        return false;
    *frame = (Frame){.form = by_columns ? FORM_columns : FORM_rows};
    for (int i = 0; i < count; i++)
        frame->is_outer[axes[i]] = (i >= split) == by_columns;
    if (space->outer < space->axes) { /* it has row values: over the side that is cut */
        for (int a = 0; a < space->axes; a++)
            if (frame->is_outer[a] != (a < space->outer))
                return false;
    }
    Arena *scratch = arena_open();
    Loops *loops = loops_build(fusion, scratch, group, frame);
    bool fits = !by_columns || loops->outer == 1;
    arena_close(scratch);
    return fits;
}
