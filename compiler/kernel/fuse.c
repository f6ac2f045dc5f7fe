/* Fuse: groups the nodes that are computed into kernels, see fuse.h.
 *
 * Every node starts as a group.  Groups are merged along the edges of the graph, then where they
 * read the same value, then into the products that they follow, whenever the nodes have common axes
 * and no third group lies between them.  Merging never computes anything twice.
 *
 *     %5 = matmul(%1, %2)      kernel 1: the product, then %6 and %7 over its piece, while in cache
 *     %6 = add(%5, %3)
 *     %7 = max(%6, 0)
 */
#include "kernel/fuse.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_NODES = 128,     /* of a group: larger kernels are slow to compile and no faster */
    MOST_SEARCHED = 1000, /* groups that one search visits before it takes the groups to need
                             each other */
};

/* Where a search has come to from one of its ends: down from what reads, or up from what is read.
 */
typedef enum End { END_need, END_of, NUM_ENDS } End;

typedef struct Found {
    IntList groups;
    int *seen; /* by group: number of the search that has been there */
} Found;

/* Two groups that have no common axes, or a third one between them, as long as both have so many
 * nodes: groups only grow. */
typedef struct Refusal {
    int other, nodes, own_nodes;
} Refusal;
typedef List(Refusal) RefusalList;

/* How many numbers the values of a nest have: all of its axes or the outer ones, so that there are
 * two at most.  Many groups show by that alone that they have no common axes. */
typedef struct Sizes {
    int count;
    double at[2];
} Sizes;

typedef struct Fuser {
    Fusion *fusion;
    Arena *arena;     /* until all are merged: what is below, and nodes of groups */
    Arena *scratch;   /* of one attempt */
    Sizes *sizes;     /* by group */
    NodeList *reads;  /* by node that is computed: values with memory that it reads */
    IntList *readers; /* by node: the nodes that read it so, ascending */
    int *rank;        /* by node: more than that of what it reads */
    int *lowest;      /* by group: the smallest rank of its nodes */
    int *reach;       /* by group: no smaller than the rank of any node that it needs or has */
    int search;
    bool gave_up; /* whether the last one did: another may find that there is no way */
    Found found[NUM_ENDS];
    IntList raised; /* groups whose reach is to be raised */
    int *joined;    /* by node: number of the list that it has been put into */
    int lists;
    RefusalList *refused; /* by group that others were to be merged into */
    int merged;           /* since it was set to 0 */
} Fuser;

/* ---- nodes of a group ---- */

static void gather(Fuser *fuser, Arena *arena, NodeList *list, Node *node) {
    if (fuser->joined[node->id] == fuser->lists)
        return;
    fuser->joined[node->id] = fuser->lists;
    list_add(arena, list, node);
}

/* The node, if it is not there, and the recomputed nodes that it reads. */
static void gather_recomputed(Fuser *fuser, Arena *arena, NodeList *list, Node *node) {
    const Fusion *fusion = fuser->fusion;
    gather(fuser, arena, list, node);
    for (int k = 0; k < fuse_edges(fusion, node); k++) {
        const Node *base = fuse_edge(fusion, node, k).base;
        if (fusion->value[base->id].role == ROLE_recomputed &&
            fuser->joined[base->id] != fuser->lists)
            gather_recomputed(fuser, arena, list, fusion->graph->nodes.at[base->id]);
    }
}

static int by_id(const void *a, const void *b) {
    return (*(Node *const *)a)->id - (*(Node *const *)b)->id;
}

/* A loop node and the recomputed nodes that it reads, ascending. */
static NodeList alone(Fuser *fuser, Node *node) {
    NodeList nodes = {0};
    fuser->lists++;
    gather_recomputed(fuser, fuser->arena, &nodes, node);
    qsort(nodes.at, (size_t)nodes.count, sizeof *nodes.at, by_id);
    return nodes;
}

/* What two groups have, ascending: each has the recomputed nodes that its own read. */
static NodeList join(Arena *arena, const NodeList *a, const NodeList *b) {
    int room = a->count + b->count;
    NodeList nodes = {.at = NEW_ARRAY(arena, Node *, room), .room = room};
    for (int i = 0, k = 0; i < a->count || k < b->count;) {
        Node *left = i < a->count ? a->at[i] : NULL, *right = k < b->count ? b->at[k] : NULL;
        bool takes_left = left && (!right || left->id <= right->id);
        i += takes_left;
        k += right && (!takes_left || left == right);
        nodes.at[nodes.count++] = takes_left ? left : right;
    }
    return nodes;
}

/* ---- sizes of a group's values ---- */

/* False where it would be the third. */
static bool add_size(Sizes *sizes, double size) {
    for (int i = 0; i < sizes->count; i++)
        if (sizes->at[i] == size)
            return true;
    if (sizes->count == 2)
        return false;
    sizes->at[sizes->count++] = size;
    return true;
}

static bool add_sizes(Sizes *sizes, const Sizes *others) {
    for (int i = 0; i < others->count; i++)
        if (!add_size(sizes, others->at[i]))
            return false;
    return true;
}

/* Those of one loop node. */
static Sizes sizes_of(const Fusion *fusion, const Node *node) {
    Sizes sizes = {0};
    add_size(&sizes, type_size(node->type, fusion->batch));
    if (fuse_is_reduce(node))
        add_size(&sizes, type_size(*fuse_edge(fusion, node, 0).type, fusion->batch));
    return sizes;
}

/* ---- no third group in between ---- */

typedef struct Reads {
    Fuser *fuser;
    Node *reader;
} Reads;

static void note_read(void *user, const Node *base, const Layout *layout) {
    const Reads *reads = user;
    const Fusion *fusion = reads->fuser->fusion;
    NodeList *list = &reads->fuser->reads[reads->reader->id];
    IntList *readers = &reads->fuser->readers[base->id];
    (void)layout;
    if (fusion->value[base->id].role == ROLE_leaf)
        return;
    list_add(reads->fuser->arena, list, fusion->graph->nodes.at[base->id]);
    if (readers->count == 0 || readers->at[readers->count - 1] != reads->reader->id)
        list_add(reads->fuser->arena, readers, reads->reader->id);
}

/* Who reads whom, which merging does not change. */
static void find_reads(Fuser *fuser) {
    const Fusion *fusion = fuser->fusion;
    for (int i = 0; i < fusion->graph->nodes.count; i++) {
        Node *node = fusion->graph->nodes.at[i];
        Reads reads = {fuser, node};
        if (fusion->value[i].role == ROLE_loop)
            fuse_reads(fusion, node, note_read, &reads);
        for (int k = 0; fusion->value[i].role == ROLE_kernel && k < node->n_in; k++) {
            const Node *base = fusion->value[node->in[k]->id].layout.base;
            Role role = fusion->value[base->id].role;
            if (role == ROLE_loop || role == ROLE_kernel)
                note_read(&reads, base, NULL);
        }
        for (int k = 0; k < fuser->reads[i].count; k++) {
            int below = fuser->rank[fuser->reads[i].at[k]->id];
            fuser->rank[i] = below >= fuser->rank[i] ? below + 1 : fuser->rank[i];
        }
        int group = fusion->value[i].group;
        if (group >= 0)
            fuser->lowest[group] = fuser->reach[group] = fuser->rank[i];
        if (group >= 0 && fusion->value[i].role == ROLE_loop)
            fuser->sizes[group] = sizes_of(fusion, node);
    }
}

/* Raises what a group may reach, and so for all that read it. */
static void raise(Fuser *fuser, int group, int reach) {
    const Fusion *fusion = fuser->fusion;
    IntList *queue = &fuser->raised;
    queue->count = 0;
    list_add(fuser->arena, queue, group);
    while (queue->count > 0) {
        int now = queue->at[--queue->count];
        const Group *g = &fusion->groups.at[now];
        if (fuser->reach[now] >= reach)
            continue;
        fuser->reach[now] = reach;
        for (int i = -1; i < g->nodes.count; i++) {
            const Node *node = i < 0 ? g->main : g->nodes.at[i];
            for (int k = 0; node && k < fuser->readers[node->id].count; k++)
                list_add(fuser->arena, queue, fusion->value[fuser->readers[node->id].at[k]].group);
        }
    }
}

/* Does group `need` need group `of` through a third one?  Looked for from both ends, breadth first:
 * where there is a way there is mostly a short one, and where there is none one end is mostly soon
 * exhausted, while the other has the whole of a deep net before it. */
typedef struct Way {
    int need, of; /* groups */
    bool is_found;
} Way;

/* The search has come to a group from that end. */
static void come_to(Fuser *fuser, Way *way, End end, int from, int to) {
    int start = end == END_need ? way->need : way->of, goal = end == END_need ? way->of : way->need;
    Found *found = &fuser->found[end];
    if (to == goal)
        way->is_found |= from != start;
    if (to == goal || to == start || found->seen[to] == fuser->search ||
        fuser->reach[to] < fuser->reach[way->of] || fuser->reach[to] > fuser->reach[way->need])
        return;
    found->seen[to] = fuser->search;
    way->is_found |= fuser->found[1 - end].seen[to] == fuser->search;
    list_add(fuser->arena, &found->groups, to);
}

static void go_on(Fuser *fuser, Way *way, End end, int from) {
    const Fusion *fusion = fuser->fusion;
    const Group *g = &fusion->groups.at[from];
    for (int i = -1; i < g->nodes.count; i++) {
        const Node *node = i < 0 ? g->main : g->nodes.at[i];
        const NodeList *reads = node && end == END_need ? &fuser->reads[node->id] : NULL;
        const IntList *readers = node && end == END_of ? &fuser->readers[node->id] : NULL;
        for (int k = 0; reads && k < reads->count; k++)
            come_to(fuser, way, end, from, fusion->value[reads->at[k]->id].group);
        for (int k = 0; readers && k < readers->count; k++)
            come_to(fuser, way, end, from, fusion->value[readers->at[k]].group);
    }
}

static bool between(Fuser *fuser, int of, int need) {
    Way way = {.need = need, .of = of};
    fuser->gave_up = false;
    if (fuser->reach[need] < fuser->reach[of])
        return false;
    fuser->search++;
    for (int end = 0; end < NUM_ENDS; end++)
        fuser->found[end].groups.count = 0;
    go_on(fuser, &way, END_need, need);
    go_on(fuser, &way, END_of, of);
    for (int i = 0; !way.is_found; i++) {
        for (int end = 0; end < NUM_ENDS && !way.is_found; end++) {
            if (i == fuser->found[end].groups.count)
                return false;
            go_on(fuser, &way, (End)end, fuser->found[end].groups.at[i]);
        }
        if (!way.is_found && i >= MOST_SEARCHED)
            return fuser->gave_up = true;
    }
    return true;
}

/* ---- merging ---- */

static bool mergeable(const Fusion *fusion, int group) {
    const Group *g = &fusion->groups.at[group];
    if (g->gone || g->main)
        return false;
    return !(fusion->hold && g->nodes.at[g->nodes.count - 1]->op == OP_stop);
}

static NodeList kept_nodes(Arena *arena, const NodeList *nodes) {
    NodeList copy = {NEW_ARRAY(arena, Node *, nodes->count), nodes->count, nodes->count};
    memcpy(copy.at, nodes->at, sizeof *copy.at * (size_t)copy.count);
    return copy;
}

static void commit(Fuser *fuser, int from, int to, const NodeList *nodes) {
    Fusion *fusion = fuser->fusion;
    Group *group = &fusion->groups.at[to];
    int reach = fuser->reach[from] > fuser->reach[to] ? fuser->reach[from] : fuser->reach[to];
    group->nodes = kept_nodes(fuser->arena, nodes);
    for (int i = 0; i < nodes->count; i++)
        if (fusion->value[nodes->at[i]->id].role == ROLE_loop)
            fusion->value[nodes->at[i]->id].group = to;
    fusion->groups.at[from].gone = true;
    add_sizes(&fuser->sizes[to], &fuser->sizes[from]);
    if (fuser->lowest[from] < fuser->lowest[to])
        fuser->lowest[to] = fuser->lowest[from];
    fuser->reach[to] = -1; /* also for those who read what was `from` */
    raise(fuser, to, reach);
}

/* What is known of merging `a` into `b`: by that alone it is refused where both are as they were.
 */
static Refusal *refusal(Fuser *fuser, int a, int b) {
    for (int i = 0; i < fuser->refused[b].count; i++)
        if (fuser->refused[b].at[i].other == a)
            return &fuser->refused[b].at[i];
    list_add(fuser->arena, &fuser->refused[b], (Refusal){.other = a});
    return &fuser->refused[b].at[fuser->refused[b].count - 1];
}

static void merge(Fuser *fuser, int a, int b) {
    Fusion *fusion = fuser->fusion;
    int a_nodes = fusion->groups.at[a].nodes.count, b_nodes = fusion->groups.at[b].nodes.count;
    if (a == b || !mergeable(fusion, a) || !mergeable(fusion, b) || a_nodes + b_nodes > MOST_NODES)
        return;
    Sizes sizes = fuser->sizes[a];
    if (!add_sizes(&sizes, &fuser->sizes[b]))
        return;
    Refusal *refused = refusal(fuser, a, b);
    if (refused->nodes == a_nodes && refused->own_nodes == b_nodes)
        return;
    if (between(fuser, a, b) || between(fuser, b, a)) {
        if (!fuser->gave_up)
            *refused = (Refusal){a, a_nodes, b_nodes};
        return;
    }
    Space space;
    NodeList nodes = join(fuser->scratch, &fusion->groups.at[a].nodes, &fusion->groups.at[b].nodes);
    if (space_solve(fusion, fuser->scratch, &nodes, &space)) {
        commit(fuser, a, b, &nodes);
        fuser->merged++;
    } else {
        *refused = (Refusal){a, a_nodes, b_nodes};
    }
    arena_clear(fuser->scratch);
}

typedef struct Merging {
    Fuser *fuser;
    const Node *reader;
    int *reader_of; /* by node: a group that reads all of it; for merging siblings */
    bool reduces;   /* edges from and to reductions, too */
} Merging;

static void merge_read(void *user, const Node *base, const Layout *layout) {
    Merging *merging = user;
    const Fusion *fusion = merging->fuser->fusion;
    (void)layout;
    bool plain = !fuse_is_reduce(base) && !fuse_is_reduce(merging->reader);
    if (fusion->value[base->id].role == ROLE_loop && (plain || merging->reduces))
        merge(merging->fuser, fusion->value[base->id].group,
              fusion->value[merging->reader->id].group);
}

/* Groups that read the same computed value, element for element. */
static void merge_sibling(void *user, const Node *base, const Layout *layout) {
    Merging *merging = user;
    const Fusion *fusion = merging->fuser->fusion;
    Role role = fusion->value[base->id].role;
    int group = fusion->value[merging->reader->id].group;
    if (fuse_is_reduce(merging->reader) && !merging->reduces)
        return;
    bool batch = base->op == OP_input && base->type.rank >= 2;
    if ((role != ROLE_loop && role != ROLE_kernel && !batch) || !layout->whole ||
        base->type.rank < 1)
        return;
    int other = merging->reader_of[base->id] - 1;
    if (other >= 0 && !fusion->groups.at[other].gone && other != group &&
        fusion->value[base->id].group != group)
        merge(merging->fuser, other, group);
    merging->reader_of[base->id] = fusion->value[merging->reader->id].group + 1;
}

static void merge_all(Fuser *fuser, ReadVisit *visit, int *reader_of, bool reduces) {
    const Fusion *fusion = fuser->fusion;
    for (int i = 0; i < fusion->graph->nodes.count; i++) {
        const Node *node = fusion->graph->nodes.at[i];
        Merging merging = {fuser, node, reader_of, reduces};
        if (fusion->value[i].role == ROLE_loop)
            fuse_reads(fusion, node, visit, &merging);
    }
}

/* ---- ends of products ---- */

/* Which side a product is cut along: the longer, but for weights' gradients of enough rows: their
 * pieces are then one run of memory, as the update that ends them wants it. */
static bool cut_by_columns(const Fusion *fusion, const Node *node) {
    enum { ENOUGH = 240 };
    int rank = node->type.rank, rows = node->type.dim[0];
    if (rank != 2 || rows >= ENOUGH || (fusion->by_things && rows < -1))
        return false;
    return len_value(len_of(node->type.dim[1]), fusion->batch) >
           len_value(len_of(rows), fusion->batch);
}

static bool ends(Fuser *fuser, int product, int reader) {
    Fusion *fusion = fuser->fusion;
    Group *group = &fusion->groups.at[product];
    if (!mergeable(fusion, reader) || group->main->type.rank != 2)
        return false;
    Group trial = *group;
    Frame frame;
    trial.nodes = fusion->groups.at[reader].nodes;
    if (!space_solve(fusion, fuser->scratch, &trial.nodes, &trial.space) ||
        !loops_frame(fusion, &trial, trial.by_columns, &frame))
        return false;
    return !between(fuser, product, reader) && !between(fuser, reader, product);
}

/* Can the product end with the group: along the side that it is cut by, or along the other, not
 * much shorter? */
static bool ends_by_rows_or_columns(Fuser *fuser, int product, int reader) {
    Group *group = &fuser->fusion->groups.at[product];
    double rows =
        type_size((Type){.rank = 1, .dim = {group->main->type.dim[0]}}, fuser->fusion->batch);
    double columns =
        type_size((Type){.rank = 1, .dim = {group->main->type.dim[1]}}, fuser->fusion->batch);
    if (group->main->type.rank != 2)
        return false;
    if (ends(fuser, product, reader))
        return true;
    if (group->by_columns ? 2 * rows < columns : 2 * columns < rows)
        return false;
    group->by_columns = !group->by_columns;
    if (ends(fuser, product, reader))
        return true;
    group->by_columns = !group->by_columns;
    return false;
}

/* Ends a product with the first group that reads it, all of whose values lie on the product's axes.
 */
static void end_product(Fuser *fuser, int product) {
    Fusion *fusion = fuser->fusion;
    const IntList *readers = &fuser->readers[fusion->groups.at[product].main->id];
    for (int i = 0; i < readers->count; i++) {
        int reader = fusion->value[readers->at[i]].group;
        if (fusion->value[readers->at[i]].role != ROLE_loop || reader == product)
            continue;
        bool fits = ends_by_rows_or_columns(fuser, product, reader);
        arena_clear(fuser->scratch);
        if (fits) {
            NodeList nodes = fusion->groups.at[reader].nodes;
            commit(fuser, reader, product, &nodes);
            return;
        }
    }
}

static void open_groups(Fuser *fuser) {
    Fusion *fusion = fuser->fusion;
    int nodes = fusion->graph->nodes.count, computed = 0;
    for (int i = 0; i < nodes; i++)
        computed += fusion->value[i].role == ROLE_loop || fusion->value[i].role == ROLE_kernel;
    fusion->groups.count = 0;
    if (computed > fusion->groups.room) {
        fusion->groups.room = computed + computed / 8; /* there may be some more the next time */
        fusion->groups.at = NEW_ARRAY(fusion->arena, Group, fusion->groups.room);
    }
    for (int i = 0; i < nodes; i++) {
        FusionValue *value = &fusion->value[i];
        Node *node = fusion->graph->nodes.at[i];
        value->group = -1;
        if (value->role != ROLE_loop && value->role != ROLE_kernel)
            continue;
        Group group = {.kind = kernel_of(node), .main = value->role == ROLE_kernel ? node : NULL};
        group.by_columns = group.main && cut_by_columns(fusion, node);
        if (!group.main)
            group.nodes = alone(fuser, node);
        value->group = fusion->groups.count;
        list_add(fusion->arena, &fusion->groups, group);
    }
}

/* A node that reads a recomputed value in two ways has no common axes with it: the value then gets
 * memory. */
static bool recomputed_values_fit(Fuser *fuser) {
    Fusion *fusion = fuser->fusion;
    bool fit = true;
    for (int g = 0; g < fusion->groups.count; g++) {
        const NodeList *nodes = &fusion->groups.at[g].nodes;
        Space space;
        if (nodes->count > 1 && !space_solve(fusion, fuser->scratch, nodes, &space)) {
            for (int i = 0; i + 1 < nodes->count; i++)
                fusion->value[nodes->at[i]->id].forced = true;
            fit = false;
        }
        arena_clear(fuser->scratch);
    }
    return fit;
}

static void mark_stored(void *user, const Node *base, const Layout *layout) {
    const Fusion *fusion = ((Merging *)user)->fuser->fusion;
    FusionValue *value = &fusion->value[base->id];
    (void)layout;
    if (value->role == ROLE_kernel ||
        (value->role == ROLE_loop &&
         value->group != fusion->value[((Merging *)user)->reader->id].group))
        value->stored = true;
}

static AxisMap *kept(Arena *arena, const AxisMap *map, int count) {
    AxisMap *copy = NEW_ARRAY(arena, AxisMap, count);
    memcpy(copy, map, sizeof *map * (size_t)count);
    return copy;
}

static void keep_space(Arena *arena, Space *space, int nodes) {
    Len *length = NEW_ARRAY(arena, Len, space->axes);
    for (int a = 0; a < space->axes; a++)
        length[a] = space->length[a];
    space->length = length;
    space->map = kept(arena, space->map, nodes);
    space->whole = kept(arena, space->whole, nodes);
}

static void settle(Fuser *fuser) {
    Fusion *fusion = fuser->fusion;
    merge_all(fuser, mark_stored, NULL, true);
    for (int i = 0; i < fusion->graph->nodes.count; i++) {
        FusionValue *value = &fusion->value[i];
        value->stored |= (value->forced && value->role == ROLE_loop) || value->role == ROLE_kernel;
    }
    for (int g = 0; g < fusion->groups.count; g++) {
        Group *group = &fusion->groups.at[g];
        group->nodes.count = group->gone ? 0 : group->nodes.count;
        if (group->nodes.count == 0)
            continue;
        if (!space_solve(fusion, fuser->scratch, &group->nodes, &group->space))
            die("group %d of %s has lost its axes", g, fusion->graph->name);
        keep_space(fusion->arena, &group->space, group->nodes.count);
        group->nodes = kept_nodes(fusion->arena, &group->nodes);
        arena_clear(fuser->scratch);
    }
}

Fusion *fuse(Arena *arena, const Graph *graph, int batch, bool hold, bool by_things) {
    Fusion *fusion = NEW(arena, Fusion);
    *fusion = (Fusion){
        .arena = arena, .graph = graph, .batch = batch, .hold = hold, .by_things = by_things};
    fusion->value = NEW_ARRAY(arena, FusionValue, graph->nodes.count + 1);
    int nodes = graph->nodes.count + 1;
    fusion->place = NEW_ARRAY(arena, int, nodes);
    Fuser fuser = {.fusion = fusion, .arena = arena_open(), .scratch = arena_open()};
    fuser.joined = NEW_ARRAY(fuser.arena, int, nodes);
    do {
        fusion->scalars.count = 0;
        fuse_roles(fusion);
        open_groups(&fuser);
    } while (!recomputed_values_fit(&fuser));
    int groups = fusion->groups.count + 1;
    for (int end = 0; end < NUM_ENDS; end++)
        fuser.found[end].seen = NEW_ARRAY(fuser.arena, int, groups);
    fuser.lowest = NEW_ARRAY(fuser.arena, int, groups);
    fuser.reach = NEW_ARRAY(fuser.arena, int, groups);
    fuser.sizes = NEW_ARRAY(fuser.arena, Sizes, groups);
    fuser.refused = NEW_ARRAY(fuser.arena, RefusalList, groups);
    fuser.rank = NEW_ARRAY(fuser.arena, int, nodes);
    fuser.reads = NEW_ARRAY(fuser.arena, NodeList, nodes);
    fuser.readers = NEW_ARRAY(fuser.arena, IntList, nodes);
    find_reads(&fuser);
    /* elementwise chains, then those that share what they read (exp(-|a|) of a loss and its
     * gradient is computed once), then their reductions */
    merge_all(&fuser, merge_read, NULL, false);
    merge_all(&fuser, merge_sibling, NEW_ARRAY(fuser.arena, int, nodes), false);
    do {
        fuser.merged = 0;
        merge_all(&fuser, merge_read, NULL, true);
        merge_all(&fuser, merge_sibling, NEW_ARRAY(fuser.arena, int, nodes), true);
    } while (fuser.merged > 0);
    for (int g = 0; g < fusion->groups.count; g++)
        if (kernel_table[fusion->groups.at[g].kind].flags & ENDS)
            end_product(&fuser, g);
    settle(&fuser);
    arena_close(fuser.scratch);
    arena_close(fuser.arena);
    return fusion;
}
