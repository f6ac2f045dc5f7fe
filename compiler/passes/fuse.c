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
#include "passes/fuse.h"

typedef struct Fuser {
    Fusion *fusion;
    Arena *scratch; /* of one attempt */
    int *seen;      /* by group: number of the search that has been there */
    int search;
    int merged; /* since it was set to 0 */
} Fuser;

/* ---- nodes of a group ---- */

typedef struct Gather {
    bool *in; /* by node */
    int low, high;
} Gather;

static void gather(Gather *set, const Node *node) {
    set->in[node->id] = true;
    set->low = node->id < set->low ? node->id : set->low;
    set->high = node->id > set->high ? node->id : set->high;
}

static void add_free(const Fusion *fusion, const Node *node, Gather *set) {
    for (int k = 0; k < fuse_edges(fusion, node); k++) {
        const Node *base = fuse_edge(fusion, node, k).base;
        if (fusion->value[base->id].role == ROLE_free && !set->in[base->id]) {
            gather(set, base);
            add_free(fusion, base, set);
        }
    }
}

/* The loop nodes of two lists and the free nodes that they read, ascending. */
static NodeList join(const Fusion *fusion, Arena *arena, const NodeList *a, const NodeList *b) {
    const NodeList *list[2] = {a, b};
    Gather set = {.low = fusion->graph->nodes.count, .high = -1};
    set.in = NEW_ARRAY(arena, bool, fusion->graph->nodes.count);
    NodeList nodes = {0};
    for (int l = 0; l < 2; l++)
        for (int i = 0; list[l] && i < list[l]->count; i++) {
            gather(&set, list[l]->at[i]);
            add_free(fusion, list[l]->at[i], &set);
        }
    for (int i = set.low; i <= set.high; i++)
        if (set.in[i])
            list_add(arena, &nodes, fusion->graph->nodes.at[i]);
    return nodes;
}

/* ---- no third group in between ---- */

typedef struct Search {
    Fuser *fuser;
    int target, source; /* groups: does source need target through another? */
    bool direct;        /* looking at source's own reads */
    bool found;
} Search;

static void search_group(Search *search, int group);

static void search_read(void *user, const Node *base, const Layout *layout) {
    Search *search = user;
    const Value *value = &search->fuser->fusion->value[base->id];
    (void)layout;
    if (value->role == ROLE_leaf || search->found)
        return;
    if (value->group == search->target) {
        search->found |= !search->direct;
        return;
    }
    if (value->group == search->source ||
        search->fuser->seen[value->group] == search->fuser->search)
        return;
    search->fuser->seen[value->group] = search->fuser->search;
    bool direct = search->direct;
    search->direct = false;
    search_group(search, value->group);
    search->direct = direct;
}

static void search_group(Search *search, int group) {
    const Fusion *fusion = search->fuser->fusion;
    const Group *g = &fusion->groups.at[group];
    for (int i = 0; i < g->nodes.count; i++)
        if (fusion->value[g->nodes.at[i]->id].role == ROLE_loop)
            fuse_reads(fusion, g->nodes.at[i], search_read, search);
    for (int k = 0; g->main && k < g->main->n_in; k++) {
        const Layout *layout = &fusion->value[g->main->in[k]->id].layout;
        search_read(search, layout->base, layout);
    }
}

/* Does group b need group a through a third one? */
static bool between(Fuser *fuser, int a, int b) {
    Search search = {.fuser = fuser, .target = a, .source = b, .direct = true};
    fuser->search++;
    search_group(&search, b);
    return search.found;
}

/* ---- merging ---- */

static bool mergeable(const Fusion *fusion, int group) {
    const Group *g = &fusion->groups.at[group];
    if (g->gone || g->main)
        return false;
    return !(fusion->hold && g->nodes.at[g->nodes.count - 1]->op == OP_stop);
}

static void commit(Fusion *fusion, int from, int to, const NodeList *nodes) {
    Group *group = &fusion->groups.at[to];
    group->nodes = (NodeList){0};
    for (int i = 0; i < nodes->count; i++) {
        list_add(fusion->arena, &group->nodes, nodes->at[i]);
        if (fusion->value[nodes->at[i]->id].role == ROLE_loop)
            fusion->value[nodes->at[i]->id].group = to;
    }
    fusion->groups.at[from].gone = true;
}

static void merge(Fuser *fuser, int a, int b) {
    Fusion *fusion = fuser->fusion;
    if (a == b || !mergeable(fusion, a) || !mergeable(fusion, b))
        return;
    fuser->scratch = arena_open();
    Space space;
    NodeList nodes =
        join(fusion, fuser->scratch, &fusion->groups.at[a].nodes, &fusion->groups.at[b].nodes);
    if (space_solve(fusion, fuser->scratch, &nodes, &space) && !between(fuser, a, b) &&
        !between(fuser, b, a)) {
        commit(fusion, a, b, &nodes);
        fuser->merged++;
    }
    arena_close(fuser->scratch);
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
    enum { ENOUGH = 256 };
    int rank = node->type.rank, rows = node->type.dim[0];
    if (rank != 2 || rows >= ENOUGH)
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

static void note_read(void *user, const Node *base, const Layout *layout) {
    const Node **wanted = user;
    (void)layout;
    if (base == *wanted)
        *wanted = NULL;
}

static bool reads_node(const Fusion *fusion, const Node *reader, const Node *base) {
    const Node *wanted = base;
    fuse_reads(fusion, reader, note_read, &wanted);
    return !wanted;
}

/* Can the product end with the group: along the side that it is cut by, or along the other, not
 * much shorter? */
static bool ends_either_way(Fuser *fuser, int product, int reader) {
    Group *group = &fuser->fusion->groups.at[product];
    double rows = type_size((Type){1, {group->main->type.dim[0]}}, fuser->fusion->batch);
    double columns = type_size((Type){1, {group->main->type.dim[1]}}, fuser->fusion->batch);
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
    const Node *main = fusion->groups.at[product].main;
    for (int i = main->id + 1; i < fusion->graph->nodes.count; i++) {
        const Node *node = fusion->graph->nodes.at[i];
        int reader = fusion->value[i].group;
        if (fusion->value[i].role != ROLE_loop || reader == product ||
            !reads_node(fusion, node, main))
            continue;
        fuser->scratch = arena_open();
        bool fits = ends_either_way(fuser, product, reader);
        arena_close(fuser->scratch);
        if (fits) {
            NodeList nodes = fusion->groups.at[reader].nodes;
            commit(fusion, reader, product, &nodes);
            return;
        }
    }
}

static void open_groups(Fusion *fusion) {
    for (int i = 0; i < fusion->graph->nodes.count; i++) {
        Value *value = &fusion->value[i];
        Node *node = fusion->graph->nodes.at[i];
        value->group = -1;
        if (value->role != ROLE_loop && value->role != ROLE_kernel)
            continue;
        Group group = {.main = value->role == ROLE_kernel ? node : NULL};
        group.by_columns = group.main && cut_by_columns(fusion, node);
        if (!group.main) {
            NodeList one = {&node, 1, 1};
            group.nodes = join(fusion, fusion->arena, &one, NULL);
        }
        value->group = fusion->groups.count;
        list_add(fusion->arena, &fusion->groups, group);
    }
}

/* A node that reads a free value in two ways has no common axes with it: the value then gets
 * memory. */
static bool free_values_fit(Fusion *fusion) {
    bool fit = true;
    for (int g = 0; g < fusion->groups.count; g++) {
        const NodeList *nodes = &fusion->groups.at[g].nodes;
        Arena *scratch = arena_open();
        Space space;
        if (nodes->count > 0 && !space_solve(fusion, scratch, nodes, &space)) {
            if (nodes->count == 1)
                die("%%%d has no loops", nodes->at[0]->id);
            for (int i = 0; i + 1 < nodes->count; i++)
                fusion->value[nodes->at[i]->id].forced = true;
            fit = false;
        }
        arena_close(scratch);
    }
    return fit;
}

static void mark_stored(void *user, const Node *base, const Layout *layout) {
    const Fusion *fusion = ((Merging *)user)->fuser->fusion;
    Value *value = &fusion->value[base->id];
    (void)layout;
    if (value->role == ROLE_kernel ||
        (value->role == ROLE_loop &&
         value->group != fusion->value[((Merging *)user)->reader->id].group))
        value->stored = true;
}

static void settle(Fuser *fuser) {
    Fusion *fusion = fuser->fusion;
    merge_all(fuser, mark_stored, NULL, true);
    for (int i = 0; i < fusion->graph->nodes.count; i++) {
        Value *value = &fusion->value[i];
        value->stored |= (value->forced && value->role == ROLE_loop) || value->role == ROLE_kernel;
    }
    for (int g = 0; g < fusion->groups.count; g++) {
        Group *group = &fusion->groups.at[g];
        if (!group->gone && group->nodes.count > 0 &&
            !space_solve(fusion, fusion->arena, &group->nodes, &group->space))
            die("group %d of %s has lost its axes", g, fusion->graph->name);
    }
}

Fusion *fuse(Arena *arena, const Graph *graph, int batch, bool hold) {
    Fusion *fusion = NEW(arena, Fusion);
    *fusion = (Fusion){.arena = arena, .graph = graph, .batch = batch, .hold = hold};
    fusion->value = NEW_ARRAY(arena, Value, graph->nodes.count + 1);
    do {
        fusion->groups.count = 0;
        fusion->scalars.count = 0;
        fuse_roles(fusion);
        open_groups(fusion);
    } while (!free_values_fit(fusion));
    Fuser fuser = {.fusion = fusion};
    fuser.seen = NEW_ARRAY(arena, int, fusion->groups.count + 1);
    /* elementwise chains, then those that share what they read (exp(-|a|) of a loss and its
     * gradient is computed once), then their reductions */
    merge_all(&fuser, merge_read, NULL, false);
    merge_all(&fuser, merge_sibling, NEW_ARRAY(arena, int, graph->nodes.count + 1), false);
    do {
        fuser.merged = 0;
        merge_all(&fuser, merge_read, NULL, true);
        merge_all(&fuser, merge_sibling, NEW_ARRAY(arena, int, graph->nodes.count + 1), true);
    } while (fuser.merged > 0);
    for (int g = 0; g < fusion->groups.count; g++)
        if (fusion->groups.at[g].main && optab[fusion->groups.at[g].main->op].kind == KIND_gemm)
            end_product(&fuser, g);
    settle(&fuser);
    return fusion;
}
