/* Roles: what becomes of each node before any are grouped.
 *
 * Constants and step scalars are written into expressions, views are read through strides, cheap
 * values made of these, of draws and of what has memory are computed again by each reader, and one
 * function of them where the readers are few.  What must have memory (a root, an operand of a
 * product) is forced to be computed even so.
 *
 *     rand "mask"    : [n,784]       recomputed  drawn again in the backward pass
 *     lt(%1, %2)                     recomputed  with it
 *     exp(%6), %6 a product          recomputed  two read it, stored if three did
 *     reshape(%0) : [n,784]          view        of the input
 *     scalar "step", pow(%3, %4)     scalar
 *     transpose(%5), a root          loop        a copy
 */
#include "kernel/fuse.h"

enum {
    COST_CHEAP = 1,   /* an addition, a load */
    LIMIT_DRAWS = 20, /* what is drawn is computed again up to this cost */
    LIMIT_OTHERS = 4, /* other chains, loads counted … */
    LIMIT_FEW = 14,   /* … and where readers are few: storing costs as much as a function */
    FEW_READERS = 2,
};

/* Is it the identity: stop, outside of gradient checks? */
static bool is_stop(const Node *node) {
    return node->op == OP_stop;
}

static bool may_view(const Fusion *fusion, const Node *node) {
    if (is_stop(node))
        return !fusion->hold;
    return optab[node->op].kind == KIND_view || node->op == OP_expand;
}

/* The node whose memory a product reads: below reshapes and stops. */
static Node *below(const Fusion *fusion, Node *node) {
    while (node->op == OP_reshape || (is_stop(node) && !fusion->hold))
        node = node->in[0];
    return node;
}

static void force(Fusion *fusion, Node *node) {
    Node *base = below(fusion, node);
    if (optab[base->op].kind != KIND_leaf)
        fusion->value[base->id].forced = true;
}

/* What lies in one run of memory somewhere in what a scan leaves: neither a product nor another
 * scan needs a copy of it. */
static bool is_part_of_scan(const Fusion *fusion, const Node *node) {
    while (node->op == OP_reshape || (is_stop(node) && !fusion->hold) ||
           (node->op == OP_slice && node->attr.ints[0] == -node->type.rank))
        node = node->in[0];
    return node->op == OP_stacked;
}

static bool has_kernel(const Node *node) {
    return kernel_of(node) != KERNEL_loops;
}

/* What a product reads is forced to have memory: of windows, what they show. */
static void force_operand(Fusion *fusion, const Node *node, int k) {
    Node *matrix = node->in[k];
    if (fusion->value[matrix->id].windows) {
        Node *base = windows_base(matrix->in[0]);
        if (optab[base->op].kind != KIND_leaf)
            fusion->value[base->id].forced = true;
    } else if (!kernel_reads_parts(node) || !is_part_of_scan(fusion, matrix)) {
        force(fusion, matrix);
    }
}

static bool is_scalar(const Fusion *fusion, const Node *node) {
    const FusionValue *value = &fusion->value[node->id];
    Kind kind = optab[node->op].kind;
    if (node->type.rank != 0 || value->forced)
        return false;
    if (kind == KIND_scalar)
        return true;
    if ((kind != KIND_map && kind != KIND_view) || node->n_in == 0)
        return false;
    for (int i = 0; i < node->n_in; i++) {
        const FusionValue *in = &fusion->value[node->in[i]->id];
        if (in->role == ROLE_view && node->in[i]->type.rank == 0)
            in = &fusion->value[in->layout.base->id];
        if (in->role != ROLE_scalar && in->role != ROLE_const)
            return false;
    }
    return true;
}

/* Work for one element of a chain above what has memory or is drawn; -1 where it is none. */
static int recompute_cost(const Fusion *fusion, const Node *node, bool *draws) {
    Kind kind = optab[node->op].kind;
    *draws = kind == KIND_random;
    if (kind == KIND_random || kind == KIND_index)
        return optab[node->op].cost;
    if (kind != KIND_map || (is_stop(node) && fusion->hold))
        return -1;
    int cost = optab[node->op].cost;
    for (int i = 0; i < node->n_in; i++) {
        const Layout *layout = &fusion->value[node->in[i]->id].layout;
        const FusionValue *base = &fusion->value[layout->base->id];
        if (base->role == ROLE_recomputed && layout->whole) {
            cost += base->cost < 0 ? -base->cost : base->cost;
            *draws |= base->cost < 0;
        } else if (base->role == ROLE_leaf || base->role == ROLE_kernel ||
                   (base->role == ROLE_loop && base->forced)) {
            cost += COST_CHEAP; /* it has memory in any case */
        } else if (base->role != ROLE_const && base->role != ROLE_scalar) {
            return -1;
        }
    }
    return cost;
}

static bool assign_recomputed(Fusion *fusion, const Node *node, FusionValue *value) {
    bool draws = false;
    int cost = recompute_cost(fusion, node, &draws);
    int limit = draws ? LIMIT_DRAWS : value->readers <= FEW_READERS ? LIMIT_FEW : LIMIT_OTHERS;
    if (cost < 0 || cost > limit || value->forced)
        return false;
    value->role = ROLE_recomputed;
    value->cost = draws ? -cost : cost; /* negative: it draws */
    return true;
}

/* Gives the value memory of its own.  Returns the node: roles must be found again from there on. */
static const Node *forced(Fusion *fusion, const Node *node) {
    fusion->value[node->id].forced = true;
    return node;
}

/* The role of one node, its operands' being known.  NULL, or an operand that had to be forced. */
static const Node *assign_role(Fusion *fusion, Node *node) {
    FusionValue *value = &fusion->value[node->id];
    Kind kind = optab[node->op].kind;
    layout_whole(node, &value->layout);
    value->copied = NULL;
    if (kind == KIND_leaf) {
        value->role = ROLE_leaf;
    } else if (node->op == OP_const && !value->forced) {
        value->role = ROLE_const;
    } else if (is_scalar(fusion, node)) {
        value->role = ROLE_scalar;
    } else if (value->windows && windows_fit(fusion, value->windows)) {
        value->role = ROLE_view;
        value->layout = (Layout){.base = fusion->value[value->windows->id].layout.base};
    } else if (value->windows) {
        const Node *windows = value->windows;
        value->windows = NULL;
        return forced(fusion, windows);
    } else if (may_view(fusion, node)) {
        Layout view;
        const Layout *operand = &fusion->value[node->in[0]->id].layout;
        Role base = fusion->value[operand->base->id].role;
        bool literal = base == ROLE_const || base == ROLE_scalar;
        if (!layout_view(node, operand, &view) && !literal) {
            if (fusion->value[node->in[0]->id].forced)
                die("%%%d has no layout", node->id);
            return forced(fusion, node->in[0]);
        }
        if (node->op == OP_stacked)
            view.offset.c[0] =
                (long)body_offset(node->in[0]->attr.body, node->attr.ints[0], fusion->batch);
        if (!view.whole && !literal && base == ROLE_recomputed)
            return forced(fusion, operand->base);
        value->role = value->forced ? ROLE_loop : ROLE_view;
        if (value->forced)
            value->copied = layout_kept(fusion->arena, &view);
        else
            value->layout = view;
    } else if (has_kernel(node)) {
        value->role = ROLE_kernel;
    } else if (!assign_recomputed(fusion, node, value)) {
        value->role = ROLE_loop;
    }
    return NULL;
}

static void mark_live(const Graph *graph, bool *live) {
    for (int i = 0; i < graph->roots.count; i++)
        live[graph->roots.at[i].node->id] = true;
    for (int i = graph->nodes.count - 1; i >= 0; i--)
        for (int k = 0; live[i] && k < graph->nodes.at[i]->n_in; k++)
            live[graph->nodes.at[i]->in[k]->id] = true;
}

static void count_readers(Fusion *fusion, const bool *live) {
    const Graph *graph = fusion->graph;
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        for (int k = 0; live[i] && k < node->n_in; k++)
            fusion->value[node->in[k]->id].readers++;
    }
}

static void force_operands(Fusion *fusion, const bool *live) {
    const Graph *graph = fusion->graph;
    for (int i = 0; i < graph->roots.count; i++)
        force(fusion, graph->roots.at[i].node);
    for (int i = 0; i < graph->nodes.count; i++) {
        Node *node = graph->nodes.at[i];
        for (int k = 0; live[i] && has_kernel(node) && k < node->n_in; k++)
            force_operand(fusion, node, k);
    }
}

static void number_scalars(Fusion *fusion) {
    for (int i = 0; i < fusion->graph->nodes.count; i++) {
        FusionValue *value = &fusion->value[i];
        value->scalar = -1;
        if (value->role == ROLE_scalar) {
            value->scalar = fusion->scalars.count;
            list_add(fusion->arena, &fusion->scalars, fusion->graph->nodes.at[i]);
        }
    }
}

void fuse_roles(Fusion *fusion) {
    const Graph *graph = fusion->graph;
    bool *live = NEW_ARRAY(fusion->arena, bool, graph->nodes.count + 1);
    mark_live(graph, live);
    count_readers(fusion, live);
    windows_find(fusion, live);
    force_operands(fusion, live);
    for (int i = 0; i < graph->nodes.count;) {
        const Node *again = live[i] ? assign_role(fusion, graph->nodes.at[i]) : NULL;
        i = again ? again->id : i + 1;
    }
    number_scalars(fusion);
}

void fuse_reads(const Fusion *fusion, const Node *node, ReadVisit *visit, void *user) {
    for (int k = 0; k < fuse_edges(fusion, node); k++) {
        Edge edge = fuse_edge(fusion, node, k);
        Role role = fusion->value[edge.base->id].role;
        if (role == ROLE_recomputed)
            fuse_reads(fusion, edge.base, visit, user);
        else if (role == ROLE_leaf || role == ROLE_loop || role == ROLE_kernel)
            visit(user, edge.base, edge.layout);
    }
}
