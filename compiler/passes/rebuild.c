/* Rebuilding graphs, and the small questions and results that passes share: see rebuild.h. */
#include "passes/rebuild.h"

#include <string.h>

enum { REPEATS = 8 };
_Static_assert(NUM_PASSES <= 16, "Node.idle has a bit for each pass");

/* Whose users have been counted; a list that passes change is another one. */
typedef struct Uses {
    Node *const *of; /* the list; NULL: none */
    int nodes, roots;
    int live; /* so many nodes before the first that nothing needs */
} Uses;

/* Counts users of each node, roots included: none of what nothing needs. */
static const Uses *count_uses(Graph *graph) {
    if (!graph->uses)
        graph->uses = NEW(graph->arena, Uses);
    int count = graph->nodes.count;
    Uses *known = graph->uses, now = {graph->nodes.at, count, graph->roots.count, count};
    if (known->of == now.of && known->nodes == now.nodes && known->roots == now.roots)
        return known;
    *known = now;
    for (int id = 0; id < count; id++)
        graph->nodes.at[id]->uses = 0;
    for (int i = 0; i < graph->roots.count; i++)
        graph->roots.at[i].node->uses++;
    for (int id = count - 1; id >= 0; id--) {
        const Node *node = graph->nodes.at[id];
        known->live = node->uses > 0 ? known->live : id;
        for (int i = 0; node->uses > 0 && i < node->n_in; i++)
            node->in[i]->uses++;
    }
    return known;
}

/* Whether `simplify` may replace the node: of others it is known by their operation, or it was
 * asked before. */
static inline bool may_replace(const Node *node, const bool *of, unsigned idle) {
    return !(node->idle & idle) && (!of || of[node->op]);
}

/* What `simplify` makes of the node; NULL: nothing. */
static Node *asked(Rebuild *r, Node *node) {
    if (!r->simplify || !may_replace(node, r->of, r->idle))
        return NULL;
    r->asked_uses = false;
    Node *now = r->simplify(r, node);
    if (!now && !r->asked_uses)
        node->idle |= (unsigned short)r->idle;
    return now;
}

/* What comes in place of `node`, whose operands are of the new graph; NULL: it stays. */
static Node *simplified(Rebuild *r, Node *node) {
    Node *now = asked(r, node);
    if (!now)
        return NULL;
    r->changed = true;
    for (int i = 0; i < REPEATS; i++) {
        Node *next = !r->of || r->of[now->op] ? r->simplify(r, now) : NULL;
        if (!next)
            break;
        now = next;
    }
    if (!type_same(now->type, node->type))
        die("%s is replaced by %s of another type", optab[node->op].name, optab[now->op].name);
    if (!now->name && !(optab[now->op].flags & LEAF))
        now->name = node->name;
    return now;
}

/* The first node from `id` on that `simplify` may replace, or `end`: a pass that finds nothing to
 * do does little else. */
static int next_asked(const Rebuild *r, Node *const *nodes, int id, int end) {
    const bool *of = r->of;
    unsigned idle = r->idle;
    while (id < end && !may_replace(nodes[id], of, idle))
        id++;
    return id;
}

/* The first node that is dead or that `simplify` would replace, or the number of nodes.  Asked of
 * the old graph, of which all before that node would be copied as it is; what `simplify` builds is
 * dropped.  The graph of the trial stays in `scratch`, so that none opened later is taken for it;
 * its list is the one that remake() fills next.
 */
static int first_change(Graph *graph, Rebuild r, int live) {
    int count = graph->nodes.count, seen = 0;
    Node *const *old = graph->nodes.at;
    if (graph->spare.room <= count) {
        graph->spare.room = count + count / 8 + 1;
        graph->spare.at = NEW_ARRAY(graph->arena, Node *, graph->spare.room);
    }
    r.graph = NEW(r.scratch, Graph);
    *r.graph = (Graph){.name = graph->name, .arena = r.scratch, .names = graph->names};
    NodeList *trial = &r.graph->nodes;
    *trial = graph->spare;
    for (int id = 0; r.simplify && (id = next_asked(&r, old, id, live)) < live; id++) {
        for (; seen < id; seen++)
            trial->at[seen] = old[seen];
        trial->count = id;
        if (asked(&r, old[id]))
            return id;
    }
    return live;
}

/* The node with the operands that have come in place of its own.  What was known of it and of a few
 * levels below is forgotten where something there is another. */
static void renew_operands(Node *node) {
    int stays = LEVELS;
    for (int i = 0; i < node->n_in; i++) {
        Node *now = node->in[i]->now;
        if (now == node->in[i]) {
            stays = now->stays < stays ? now->stays + 1 : stays;
            continue;
        }
        node->in[i] = now;
        node->verified = node->typed = false;
        node->hash = 0;
        stays = 0;
    }
    node->stays = (unsigned char)stays;
    if (stays < LEVELS)
        node->idle = 0;
}

static Node *keep(Graph *graph, Node *node) {
    node->id = graph->nodes.count;
    list_add(graph->arena, &graph->nodes, node);
    return node;
}

/* Makes the list of nodes anew from the live ones, those from `first` on simplified. */
static bool remake(Graph *graph, Rebuild r, int first) {
    int count = graph->nodes.count;
    Graph *made = r.graph = graph_open(graph->arena, graph->names, graph->name);
    made->nodes = graph->spare;
    made->nodes.count = 0;
    for (int id = 0; id < first; id++) {
        Node *node = graph->nodes.at[id];
        node->now = node;
        node->stays = LEVELS;
        list_add(graph->arena, &made->nodes, node);
    }
    for (int id = first; id < count; id++) {
        Node *node = graph->nodes.at[id];
        if (node->uses == 0)
            continue;
        renew_operands(node);
        Node *other = simplified(&r, node);
        node->now = other ? other : keep(made, node);
        if (other)
            other->uses += node->uses;
    }
    for (int i = 0; i < graph->roots.count; i++)
        graph->roots.at[i].node = graph->roots.at[i].node->now;
    graph->spare = graph->nodes;
    graph->nodes = made->nodes;
    graph->uses->of = NULL;
    return r.changed;
}

static bool rebuilt(Graph *graph, Rebuild r) {
    r.scratch = arena_open();
    int first = first_change(graph, r, count_uses(graph)->live);
    bool changed = first < graph->nodes.count && remake(graph, r, first);
    arena_close(r.scratch);
    return changed;
}

bool rebuild(Graph *graph, Simplify *simplify, void *user) {
    return rebuilt(graph, (Rebuild){.simplify = simplify, .user = user});
}

bool rebuild_of(Graph *graph, const bool *of, Simplify *simplify, void *user) {
    return rebuilt(graph, (Rebuild){.simplify = simplify, .user = user, .of = of});
}

bool rebuild_near(Graph *graph, PassId pass, Simplify *simplify, void *user) {
    return rebuilt(graph, (Rebuild){.simplify = simplify, .user = user, .idle = 1u << pass});
}

bool used_once(Rebuild *r, const Node *operand) {
    r->asked_uses = true;
    return operand->uses <= 1;
}

/* ---- what patterns ask ---- */

bool is_const(const Node *node, double *value) {
    *value = node->attr.value;
    return node->op == OP_const;
}

bool is_elementwise(const Node *node) {
    return optab[node->op].kind == KIND_map && node->n_in > 0;
}

bool is_swap(const Node *node) {
    const Attr *attr = &node->attr;
    if (node->op != OP_transpose || attr->count < 2)
        return false;
    for (int k = 0; k < attr->count - 2; k++)
        if (attr->ints[k] != k - attr->count)
            return false;
    return attr->ints[attr->count - 2] == -1;
}

/* ---- common results ---- */

unsigned axis_set(const Node *reduction) {
    unsigned axes = 0;
    for (int i = 0; i < reduction->attr.count; i++)
        axes |= 1u << (-reduction->attr.ints[i] - 1);
    return axes;
}

Node *squeezed(Graph *graph, Loc loc, Node *a, unsigned axes) {
    Type type = type_scalar();
    for (int i = 0; i < a->type.rank; i++)
        if (!(axes >> (a->type.rank - i - 1) & 1))
            type.dim[type.rank++] = a->type.dim[i];
    return ir_reshape(graph, loc, a, type);
}

Node *reduced(Graph *graph, Loc loc, Op op, Node *a, unsigned axes, bool keep) {
    int ints[MAX_RANK], count = 0;
    Type kept = a->type;
    for (int i = 0; i < a->type.rank; i++)
        if ((axes >> (a->type.rank - i - 1) & 1) && (a->type.dim[i] != 1 || !keep)) {
            ints[count++] = i - a->type.rank;
            kept.dim[i] = 1;
        }
    Node *result = count > 0 ? ir_reduce(graph, loc, op, a, count, ints) : a;
    return keep ? ir_reshape(graph, loc, result, kept) : result;
}
