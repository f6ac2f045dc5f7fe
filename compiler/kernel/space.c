/* Common axes: the loop nest in which a set of nodes can be computed together.
 *
 * Every node's dimensions are given axes, from the last node up to its operands: an elementwise
 * operand shares its reader's axes, a reduction's operand has new ones where it folds.
 * Where a value is reached in two ways the axes are made equal, and an axis is split where one type
 * has a product of the other's lengths:
 *
 *     %1 : [n,784]      reshape(%1) : [n,1,28,28]      axes n, 28, 28 for both
 *
 * There is no common nest where lengths do not divide, or a value would need the same axis twice.
 */
#include "kernel/fuse.h"

#include <stdint.h>
#include <string.h>

enum { MAX_PARTS = 128, MAX_READS = 32 };

/* An axis while it is being settled: the same as another, or split into an outer and an inner one.
 */
typedef struct AxisPart {
    Len length;
    int same;         /* -1: itself */
    int outer, inner; /* -1: not split */
} AxisPart;

/* Numbers of parts: many of these are cleared for each set of nodes, so they are bytes. */
typedef struct Seq {
    unsigned char count;
    unsigned char at[MAX_AXES];
} Seq;

/* What the set reads of outside: the same value, element for element, has the same axes wherever it
 * is read. */
typedef struct Read {
    const Node *base;
    Seq axes;
} Read;

typedef struct Solver {
    const Fusion *fusion;
    const NodeList *nodes;
    int parts;
    bool failed;
    AxisPart part[MAX_PARTS];
    Seq **dims;  /* by place in nodes: axes of each dimension; NULL: not known yet */
    Seq **whole; /* of a reduction: of its operand's dimensions */
    Seq *room;   /* for those of the next node */
    bool joins_reads;
    int reads;
    Read read[MAX_READS];
} Solver;

static int new_part(Solver *s, Len length) {
    if (s->parts == MAX_PARTS) {
        s->failed = true;
        return 0;
    }
    s->part[s->parts] = (AxisPart){length, -1, -1, -1};
    return s->parts++;
}

static void seq_add(Solver *s, Seq *seq, int part) {
    if (seq->count == MAX_AXES)
        s->failed = true;
    else
        seq->at[seq->count++] = (unsigned char)part;
}

/* The final axes that a part has become. */
static void resolve_part(Solver *s, int part, Seq *out) {
    while (s->part[part].same >= 0)
        part = s->part[part].same;
    if (s->part[part].outer < 0) {
        seq_add(s, out, part);
        return;
    }
    resolve_part(s, s->part[part].outer, out);
    resolve_part(s, s->part[part].inner, out);
}

static Seq resolve(Solver *s, const Seq *seq) {
    Seq out = {0};
    for (int i = 0; i < seq->count; i++)
        resolve_part(s, seq->at[i], &out);
    return out;
}

/* Splits an axis so that it ends in another one; where there is no room for more parts, not. */
static void split(Solver *s, int part, int inner, Len quotient) {
    int outer = new_part(s, quotient);
    if (!s->failed)
        s->part[part].inner = inner, s->part[part].outer = outer;
}

/* Makes two runs of axes one, from the right, splitting the longer of two axes. */
static void unify(Solver *s, const Seq *a, const Seq *b) {
    Seq left = resolve(s, a), right = resolve(s, b);
    while (!s->failed && left.count > 0 && right.count > 0) {
        int x = left.at[left.count - 1], y = right.at[right.count - 1];
        Len quotient;
        if (x == y) { /* mostly: nothing has become another axis */
            left.count--, right.count--;
            continue;
        }
        if (len_equal(s->part[x].length, s->part[y].length)) {
            s->part[y].same = x;
            left.count--, right.count--;
        } else if (len_divides(s->part[x].length, s->part[y].length, &quotient)) {
            split(s, y, x, quotient);
            right.at[right.count - 1] = s->part[y].outer;
            left.count--;
        } else if (len_divides(s->part[y].length, s->part[x].length, &quotient)) {
            split(s, x, y, quotient);
            left.at[left.count - 1] = s->part[x].outer;
            right.count--;
        } else {
            s->failed = true;
        }
        if (!s->failed)
            left = resolve(s, &left), right = resolve(s, &right);
    }
    if (left.count != right.count)
        s->failed = true;
}

static void fresh(Solver *s, const Type *type, Seq *dims) {
    for (int d = 0; d < type->rank; d++) {
        dims[d].count = 0;
        if (type->dim[d] != 1)
            seq_add(s, &dims[d], new_part(s, len_of(type->dim[d])));
    }
}

/* Axes of an operand of that type, given its reader's. */
static void edge_dims(Solver *s, const Node *node, const Seq *own, const Type *type, Seq *dims) {
    if (!fuse_is_reduce(node)) {
        int shift = node->type.rank - type->rank;
        for (int d = 0; d < type->rank; d++)
            dims[d] = type->dim[d] == 1 ? (Seq){0} : own[d + shift];
        return;
    }
    fresh(s, type, dims);
    for (int d = 0, kept = 0; d < type->rank; d++)
        if (!node_has_axis(node, d - type->rank))
            dims[d] = own[kept++];
}

static int place_of(const Solver *s, const Node *node) {
    int place = s->fusion->place[node->id]; /* of other nodes: left there by other lists */
    return place < s->nodes->count && s->nodes->at[place] == node ? place : -1;
}

/* The axes that a reader gives to the elements below a whole layout, in their order. */
static Seq axes_below(Solver *s, const Type *type, const Layout *layout, const Seq *dims) {
    Seq all = {0};
    for (int d = 0; d < type->rank; d++)
        for (int i = 0; layout->stride[d].coef != 0 && i < dims[d].count; i++)
            seq_add(s, &all, dims[d].at[i]);
    return all;
}

static void join_read(Solver *s, const Node *base, const Seq *axes) {
    Role role = s->fusion->value[base->id].role;
    if (role == ROLE_const || role == ROLE_scalar)
        return;
    for (int i = 0; i < s->reads; i++)
        if (s->read[i].base == base) {
            unify(s, &s->read[i].axes, axes);
            return;
        }
    if (s->reads < MAX_READS)
        s->read[s->reads++] = (Read){base, *axes};
}

/* The axes of a node's dimensions. */
static Seq *dims_of(Solver *s, int place) {
    const Type *type = &s->nodes->at[place]->type;
    if (!s->dims[place]) {
        s->dims[place] = s->room;
        s->room += type->rank;
        fresh(s, type, s->dims[place]);
    }
    return s->dims[place];
}

/* The first axes that a node is given, where each is one of its dimensions, as is mostly so.  Those
 * that dims_of() would have made for it are counted all the same: how many there can be is one
 * number for every set. */
static bool give_first(Solver *s, int place, const Seq *axes) {
    const Type *type = &s->nodes->at[place]->type;
    Seq all = resolve(s, axes), *dims = s->room;
    int left = all.count;
    if (s->dims[place] || s->failed || s->parts + left > MAX_PARTS)
        return false;
    for (int d = type->rank - 1; d >= 0; d--) {
        dims[d].count = type->dim[d] != 1;
        if (dims[d].count == 0)
            continue;
        if (left == 0 || !len_equal(s->part[all.at[left - 1]].length, len_of(type->dim[d])))
            return false;
        dims[d].at[0] = all.at[--left];
    }
    if (left > 0)
        return false;
    s->dims[place] = dims;
    s->room += type->rank;
    s->parts += all.count;
    return true;
}

/* The node's dimensions take the axes in turn. */
static void give(Solver *s, int place, const Seq *axes) {
    if (give_first(s, place, axes))
        return;
    Seq own = {0}, all = *axes, *dims = dims_of(s, place);
    for (int d = 0; d < s->nodes->at[place]->type.rank; d++)
        for (int i = 0; i < dims[d].count; i++)
            seq_add(s, &own, dims[d].at[i]);
    unify(s, &all, &own);
}

static void settle_node(Solver *s, int place) {
    const Node *node = s->nodes->at[place];
    const Seq *own = dims_of(s, place);
    for (int k = 0; k < fuse_edges(s->fusion, node) && !s->failed; k++) {
        Edge edge = fuse_edge(s->fusion, node, k);
        Seq of_edge[MAX_RANK], *dims = of_edge;
        int below = place_of(s, edge.base);
        bool ends_here = below < 0 && !(s->joins_reads && edge.layout->whole);
        if (fuse_is_reduce(node)) {
            dims = s->whole[place] = s->room;
            s->room += edge.type->rank;
        } else if (ends_here) {
            continue;
        }
        edge_dims(s, node, own, edge.type, dims);
        if (ends_here)
            continue;
        Seq axes = axes_below(s, edge.type, edge.layout, dims);
        if (!edge.layout->whole)
            s->failed = true;
        else if (below >= 0)
            give(s, below, &axes);
        else
            join_read(s, edge.base, &axes);
    }
}

/* What a reduction folds, in order. */
static Seq folded(Solver *s, int place) {
    Seq all = {0};
    const Node *node = s->nodes->at[place];
    int rank = fuse_edge(s->fusion, node, 0).type->rank;
    for (int d = 0; d < rank; d++)
        for (int i = 0; node_has_axis(node, d - rank) && i < s->whole[place][d].count; i++)
            seq_add(s, &all, s->whole[place][d].at[i]);
    return all;
}

/* Reductions of one kernel fold the same axes. */
static void join_reductions(Solver *s) {
    int first = -1;
    for (int i = 0; i < s->nodes->count && !s->failed; i++) {
        if (!fuse_is_reduce(s->nodes->at[i]))
            continue;
        if (first >= 0) {
            Seq a = folded(s, first), b = folded(s, i);
            unify(s, &a, &b);
        }
        first = first < 0 ? i : first;
    }
}

/* ---- the result ---- */

/* Resolved axes, in the numbers of parts; false where one occurs twice. */
static bool final_map(Solver *s, const Seq *dims, int rank, AxisMap *map) {
    int count = 0;
    uint64_t seen[MAX_PARTS / 64] = {0};
    for (int d = 0; d < rank; d++) {
        map->start[d] = (unsigned char)count;
        Seq seq = resolve(s, &dims[d]);
        for (int i = 0; i < seq.count; i++) {
            uint64_t *set = &seen[seq.at[i] / 64], bit = UINT64_C(1) << seq.at[i] % 64;
            if (count == MAX_AXES || *set & bit)
                return false;
            *set |= bit;
            map->at[count++] = (unsigned char)seq.at[i];
        }
    }
    map->start[rank] = (unsigned char)count;
    return true;
}

static const AxisMap *widest(const Solver *s, const Space *space, int place, int *rank) {
    const Node *node = s->nodes->at[place];
    bool reduce = fuse_is_reduce(node);
    *rank = reduce ? fuse_edge(s->fusion, node, 0).type->rank : node->type.rank;
    return reduce ? &space->whole[place] : &space->map[place];
}

/* Are all axes of `a` among those of `b`? */
static bool within(const AxisMap *a, int a_rank, const AxisMap *b, int b_rank) {
    for (int i = 0; i < a->start[a_rank]; i++)
        if (!axis_in(b, b_rank, a->at[i]))
            return false;
    return true;
}

/* Of the nodes that are not recomputed the one with the most axes, the last of several: the loops
 * run in the order of its axes. */
static int leader(const Solver *s, const Space *space) {
    int best = -1, most = -1;
    for (int i = s->nodes->count - 1; i >= 0; i--) {
        int rank;
        const AxisMap *map = widest(s, space, i, &rank);
        if (s->fusion->value[s->nodes->at[i]->id].role == ROLE_loop && map->start[rank] > most)
            best = i, most = map->start[rank];
    }
    return best;
}

/* The nodes of a nest have all its axes, or else all the same few: those become *outer, which is
 * NULL where every node has all.  False where the nodes do not fall into two such kinds. */
static bool find_outer(const Solver *s, Space *space, const AxisMap *full, int full_rank,
                       const AxisMap **outer, int *outer_rank) {
    *outer = NULL;
    *outer_rank = 0;
    for (int i = 0; i < s->nodes->count; i++) {
        const Node *node = s->nodes->at[i];
        int rank;
        const AxisMap *most = widest(s, space, i, &rank), *own = &space->map[i];
        if (!within(most, rank, full, full_rank))
            return false;
        if (s->fusion->value[node->id].role != ROLE_loop)
            continue;
        if (fuse_is_reduce(node) && most->start[rank] != full->start[full_rank])
            return false;
        space->reduces |= fuse_is_reduce(node);
        if (own->start[node->type.rank] == full->start[full_rank] && !fuse_is_reduce(node))
            continue;
        if (*outer && (own->start[node->type.rank] != (*outer)->start[*outer_rank] ||
                       !within(own, node->type.rank, *outer, *outer_rank)))
            return false;
        *outer = own;
        *outer_rank = node->type.rank;
    }
    return true;
}

static void renumber(AxisMap *map, int rank, const int *number) {
    for (int i = 0; i < map->start[rank]; i++)
        map->at[i] = (unsigned char)number[map->at[i]];
}

/* Orders the axes: outer ones first, each set as in the leader. */
static void order_axes(const Solver *s, Arena *arena, Space *space, const AxisMap *full,
                       int full_rank, const AxisMap *outer, int outer_rank) {
    int number[MAX_PARTS];
    space->length = NEW_ARRAY(arena, Len, full->start[full_rank]);
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < full->start[full_rank]; i++) {
            bool is_outer = !outer || axis_in(outer, outer_rank, full->at[i]);
            if (is_outer == (pass == 0)) {
                number[full->at[i]] = space->axes;
                space->length[space->axes++] = s->part[full->at[i]].length;
            }
        }
        if (pass == 0)
            space->outer = space->axes;
    }
    for (int i = 0; i < s->nodes->count; i++) {
        int rank;
        renumber(&space->map[i], s->nodes->at[i]->type.rank, number);
        if (fuse_is_reduce(s->nodes->at[i])) {
            AxisMap *map = &space->whole[i];
            widest(s, space, i, &rank);
            renumber(map, rank, number);
        }
    }
}

static bool finish(Solver *s, Arena *arena, Space *space) {
    int count = s->nodes->count;
    *space =
        (Space){.map = NEW_ARRAY(arena, AxisMap, count), .whole = NEW_ARRAY(arena, AxisMap, count)};
    for (int i = 0; i < count; i++) {
        const Node *node = s->nodes->at[i];
        if (!final_map(s, s->dims[i], node->type.rank, &space->map[i]))
            return false;
        if (fuse_is_reduce(node) &&
            !final_map(s, s->whole[i], fuse_edge(s->fusion, node, 0).type->rank, &space->whole[i]))
            return false;
    }
    int lead = leader(s, space), full_rank, outer_rank;
    if (lead < 0)
        return false;
    const AxisMap *full = widest(s, space, lead, &full_rank), *outer;
    AxisMap full_copy = *full, outer_copy = {{0}, {0}};
    if (!find_outer(s, space, &full_copy, full_rank, &outer, &outer_rank))
        return false;
    if (outer)
        outer_copy = *outer;
    int axes = full_copy.start[full_rank];
    space->columns = outer && axes > 0 && axis_in(&outer_copy, outer_rank, full_copy.at[axes - 1]);
    order_axes(s, arena, space, &full_copy, full_rank, outer ? &outer_copy : NULL, outer_rank);
    /* Values with fewer axes that come from no reduction: only where these are the outer axes of
     * the
     * others.  The two copies still have the numbers of axes from before order_axes(). */
    if (outer && !space->reduces)
        for (int i = 0; i < outer_copy.start[outer_rank]; i++)
            if (!axis_in(&outer_copy, outer_rank, full_copy.at[i]))
                return false;
    return true;
}

/* How many dimensions nodes and operands of reductions have. */
static int count_dims(const Fusion *fusion, const NodeList *nodes) {
    int count = 0;
    for (int i = 0; i < nodes->count; i++) {
        const Node *node = nodes->at[i];
        count += node->type.rank;
        for (int k = 0; fuse_is_reduce(node) && k < fuse_edges(fusion, node); k++)
            count += fuse_edge(fusion, node, k).type->rank;
    }
    return count;
}

static bool solve(const Fusion *fusion, Arena *arena, const NodeList *nodes, bool joins_reads,
                  Space *space) {
    int count = nodes->count;
    Solver s; /* whose long arrays are not cleared for each of some thousand sets */
    s.fusion = fusion;
    s.nodes = nodes;
    s.joins_reads = joins_reads;
    s.parts = s.reads = 0;
    s.failed = false;
    s.dims = NEW_ARRAY(arena, Seq *, count);
    s.whole = NEW_ARRAY(arena, Seq *, count);
    s.room = NEW_ARRAY(arena, Seq, count_dims(fusion, nodes));
    for (int i = 0; i < count; i++)
        fusion->place[nodes->at[i]->id] = i;
    for (int i = count - 1; i >= 0 && !s.failed; i--)
        settle_node(&s, i);
    join_reductions(&s);
    return !s.failed && finish(&s, arena, space) && !s.failed;
}

bool space_solve(const Fusion *fusion, Arena *arena, const NodeList *nodes, Space *space) {
    return solve(fusion, arena, nodes, false, space) || solve(fusion, arena, nodes, true, space);
}
