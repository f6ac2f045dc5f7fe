/* Bodies: graphs inside a graph, what a scan does in each step.  Whoever goes through all nodes of
 * a program comes to them by graph_bodies().
 *
 *     graph_bodies(graph, simplify, &options)     calls simplify(&options, scan) for each scan
 */
#include "ir/ir.h"

#include <string.h>

void graph_bodies(const Graph *graph, BodyVisit *visit, void *user) {
    for (int i = 0; i < graph->nodes.count; i++)
        if (graph->nodes.at[i]->attr.body)
            visit(user, graph->nodes.at[i]);
}

Graph *body_open(Arena *arena, Names *names, const char *name) {
    Graph *graph = graph_open(arena, names, name);
    graph->is_body = true;
    return graph;
}

Graph *body_copy(const Graph *from) {
    Graph *graph = body_open(from->arena, from->names, from->name);
    Node **map = NEW_ARRAY(from->arena, Node *, from->nodes.count + 1);
    for (int i = 0; i < from->nodes.count; i++) {
        const Node *node = from->nodes.at[i];
        Node **in = NEW_ARRAY(from->arena, Node *, node->n_in + 1);
        for (int k = 0; k < node->n_in; k++)
            in[k] = map[node->in[k]->id];
        map[i] = ir_copy(graph, node, in);
    }
    for (int i = 0; i < from->roots.count; i++)
        body_leave(graph, map[from->roots.at[i].node->id]);
    return graph;
}

void body_leave(Graph *body, Node *value) {
    graph_root(body, ROOT_assign, arena_printf(body->arena, "%d", body->roots.count), value);
}

Type body_pick(const Body *body, int number) {
    Type each = body->graph->roots.at[number].node->type;
    return type_prefixed(body->steps + (number < body->carried), each);
}

size_t body_offset(const Body *body, int number, int rows) {
    enum { BLOCK = 16 };
    size_t offset = 0;
    for (int k = 0; k < number; k++)
        offset += ((size_t)type_size(body_pick(body, k), rows) + BLOCK - 1) / BLOCK * BLOCK;
    return offset;
}

static bool same_node(const Node *a, const Node *b) {
    bool same = a->op == b->op && a->n_in == b->n_in && type_same(a->type, b->type) &&
                a->attr.name == b->attr.name && a->attr.count == b->attr.count &&
                memcmp(&a->attr.value, &b->attr.value, sizeof a->attr.value) == 0 &&
                memcmp(a->attr.ints, b->attr.ints, sizeof(int) * (size_t)a->attr.count) == 0;
    for (int i = 0; same && i < a->n_in; i++)
        same = a->in[i]->id == b->in[i]->id;
    return same;
}

bool body_same(const Body *a, const Body *b) {
    if (a == b)
        return true;
    if (!a || !b || a->carried != b->carried || a->stacks != b->stacks || a->steps != b->steps ||
        a->back != b->back || a->graph->nodes.count != b->graph->nodes.count ||
        a->graph->roots.count != b->graph->roots.count)
        return false;
    for (int i = 0; i < a->graph->nodes.count; i++)
        if (!same_node(a->graph->nodes.at[i], b->graph->nodes.at[i]))
            return false;
    for (int i = 0; i < a->graph->roots.count; i++)
        if (a->graph->roots.at[i].node->id != b->graph->roots.at[i].node->id)
            return false;
    return true;
}

static bool same_loc(Loc a, Loc b) {
    return a.file == b.file && a.begin == b.begin && a.end == b.end;
}

/* As body_same(), by all that nodes say. */
static bool same_bodies(const Body *a, const Body *b) {
    return a == b || (body_same(a, b) && graph_same(a->graph, b->graph));
}

bool graph_same(const Graph *a, const Graph *b) {
    if (a->nodes.count != b->nodes.count || a->roots.count != b->roots.count)
        return false;
    for (int i = 0; i < a->nodes.count; i++) {
        const Node *own = a->nodes.at[i], *other = b->nodes.at[i];
        if (!same_node(own, other) || own->name != other->name || !same_loc(own->loc, other->loc) ||
            !same_bodies(own->attr.body, other->attr.body))
            return false;
    }
    for (int i = 0; i < a->roots.count; i++) {
        const Root *own = &a->roots.at[i], *other = &b->roots.at[i];
        if (own->kind != other->kind || own->name != other->name ||
            own->node->id != other->node->id || own->columns != other->columns ||
            !same_loc(own->loc, other->loc))
            return false;
    }
    return true;
}
