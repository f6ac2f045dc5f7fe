/* Joins two steps of a batch into one graph: what no update touched is computed once.
 *
 * Does       puts `second` behind `first`: where it reads a slot that `first` assigns it reads the
 *            value that is assigned.  What is equal then is shared.  Of two losses of one name the
 *            first stays
 * Requires   no placeholders; the two assign different slots, so that each slot is still
 *            overwritten once, in place
 * Keeps      values
 * Example    judge trains D on code(x), then encode trains the encoder on D(code(x)): code(x) and
 *            its noise are computed once, and D is the new one
 *
 * Returns NULL where no product would be saved: then two graphs are as good, and smaller.
 */
#include "passes/join.h"
#include "passes/passes.h"

static Node *assigned(const Graph *graph, const char *name) {
    for (int i = 0; i < graph->roots.count; i++)
        if (graph->roots.at[i].kind == ROOT_assign && graph->roots.at[i].name == name)
            return graph->roots.at[i].node;
    return NULL;
}

static bool assign_apart(const Graph *first, const Graph *second) {
    for (int i = 0; i < first->roots.count; i++)
        if (first->roots.at[i].kind == ROOT_assign && assigned(second, first->roots.at[i].name))
            return false;
    return true;
}

static bool has_root(const Graph *graph, const Root *root) {
    for (int i = 0; i < graph->roots.count; i++)
        if (graph->roots.at[i].kind == root->kind && graph->roots.at[i].name == root->name)
            return root->kind != ROOT_check; /* their names are no names of values */
    return false;
}

/* Copies all nodes of `from`; `before`, where it is not NULL, has the slots' new values, and
 * `made` where its nodes went. */
static Node **copy_nodes(Graph *to, const Graph *from, const Graph *before, Node *const *made) {
    Node **map = NEW_ARRAY(to->arena, Node *, from->nodes.count + 1);
    for (int id = 0; id < from->nodes.count; id++) {
        const Node *node = from->nodes.at[id];
        bool slot = node->op == OP_param || node->op == OP_state;
        const Node *now = before && slot ? assigned(before, node->attr.name) : NULL;
        Node **in = NEW_ARRAY(to->arena, Node *, node->n_in + 1);
        for (int i = 0; i < node->n_in; i++)
            in[i] = map[node->in[i]->id];
        map[id] = now ? made[now->id] : ir_copy(to, node, in);
    }
    return map;
}

static void copy_roots(Graph *to, const Graph *from, Node *const *map) {
    for (int i = 0; i < from->roots.count; i++) {
        const Root *root = &from->roots.at[i];
        if (!has_root(to, root))
            graph_root_like(to, root, map[root->node->id]);
    }
}

static int products(const Graph *graph) {
    int count = 0;
    for (int i = 0; i < graph->nodes.count; i++)
        count += optab[graph->nodes.at[i]->op].kind == KIND_gemm;
    return count;
}

Graph *graph_join(const Graph *first, const Graph *second, const char *name) {
    if (!assign_apart(first, second))
        return NULL;
    Graph *both = graph_open(first->arena, first->names, name);
    Node **one = copy_nodes(both, first, NULL, NULL);
    Node **two = copy_nodes(both, second, first, one);
    copy_roots(both, first, one);
    copy_roots(both, second, two);
    pass_cse(both);
    pass_dce(both);
    return products(both) < products(first) + products(second) ? both : NULL;
}
