/* Cuts a graph at what placeholders differentiate by, and mends it: see cut.h. */
#include "passes/cut.h"

/* Passes leave what has a name alone. */
static bool is_named_leaf(const Node *node) {
    return (optab[node->op].flags & LEAF) && node->attr.name;
}

/* By id: second operands of placeholders.  False where there are none to cut at. */
static bool find_wanted(const Graph *graph, bool *wanted) {
    bool found = false;
    for (int id = 0; id < graph->nodes.count; id++) {
        const Node *node = graph->nodes.at[id];
        if (optab[node->op].kind != KIND_gone || is_named_leaf(node->in[1]))
            continue;
        wanted[node->in[1]->id] = found = true;
    }
    return found;
}

static Node *copied(Graph *to, const Node *node, Node *const *map, Arena *scratch) {
    Node **in = NEW_ARRAY(scratch, Node *, node->n_in + 1);
    for (int i = 0; i < node->n_in; i++)
        in[i] = map[node->in[i]->id];
    return ir_copy(to, node, in);
}

int cut_open(Graph *graph) {
    int n_roots = graph->roots.count;
    Arena *scratch = arena_open();
    Graph *cut = graph_open(graph->arena, graph->names, graph->name);
    bool *wanted = NEW_ARRAY(scratch, bool, graph->nodes.count + 1);
    Node **map = NEW_ARRAY(scratch, Node *, graph->nodes.count + 1);
    Node **whole = NEW_ARRAY(scratch, Node *, graph->nodes.count + 1);
    bool found = find_wanted(graph, wanted);
    for (int id = 0; found && id < graph->nodes.count; id++) {
        const Node *node = graph->nodes.at[id];
        map[id] = whole[id] = copied(cut, node, map, scratch);
        if (!wanted[id])
            continue;
        const char *name = arena_printf(graph->arena, "v:%d", id);
        map[id] = ir_leaf(cut, node->loc, OP_input, name, node->type);
        graph_root(cut, ROOT_output, name, whole[id]);
    }
    for (int i = 0; found && i < n_roots; i++)
        graph->roots.at[i].node = whole[graph->roots.at[i].node->id];
    for (int i = 0; i < cut->roots.count; i++)
        list_add(graph->arena, &graph->roots, cut->roots.at[i]);
    if (found)
        graph->nodes = cut->nodes;
    arena_close(scratch);
    return n_roots;
}

/* The root that a leaf of cut_open() stands for, or NULL. */
static const Root *root_of(const Graph *graph, int n_roots, const Node *node) {
    for (int i = n_roots; i < graph->roots.count && node->op == OP_input; i++)
        if (graph->roots.at[i].name == node->attr.name)
            return &graph->roots.at[i];
    return NULL;
}

/* `a` as a node of its own: others may have become equal to it that v is not. */
static Node *same(Graph *graph, Node *a) {
    Node *view = graph_node(graph, OP_reshape, a->loc, (Attr){0}, a->type, 1, &a);
    view->name = a->name;
    return view;
}

void cut_mend(Graph *graph, int n_roots) {
    if (graph->roots.count == n_roots)
        return;
    Arena *scratch = arena_open();
    Graph *mended = graph_open(graph->arena, graph->names, graph->name);
    Node **map = NEW_ARRAY(scratch, Node *, graph->nodes.count + 1);
    for (int id = 0; id < graph->nodes.count; id++) {
        const Node *node = graph->nodes.at[id];
        const Root *root = root_of(graph, n_roots, node);
        map[id] = root ? same(mended, map[root->node->id]) : copied(mended, node, map, scratch);
    }
    for (int i = 0; i < n_roots; i++)
        graph->roots.at[i].node = map[graph->roots.at[i].node->id];
    graph->roots.count = n_roots;
    graph->nodes = mended->nodes;
    arena_close(scratch);
}
