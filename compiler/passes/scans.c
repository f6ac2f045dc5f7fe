/* Leaves out of scans what nothing needs.
 *
 * Does       takes out what steps leave and nobody picks, with what is carried for its own sake,
 *            and the operands that no step reads; what is kept or given twice is so once; a stack
 *            that is the same in each step is given to all steps
 * Requires   nothing
 * Keeps      values of all picks
 * Example    a scan of h and c of which h alone is picked still carries c; kept products that no
 *            derivative reads are not kept
 */
#include "passes/passes.h"

/* What of a scan is needed, and its new numbers. */
typedef struct Needs {
    bool *root, *arg; /* by number */
    int *same;        /* by number of an operand: the first that is the same, for the same use */
    int *number;      /* by number of an operand that stays: its new one */
    int *new_root;
    const Body *body; /* the new one; NULL: it stays as it is */
} Needs;

static void mark_body(const Body *body, const Needs *needs, Arena *scratch) {
    const Graph *graph = body->graph;
    bool changed = true;
    while (changed) {
        bool *live = NEW_ARRAY(scratch, bool, graph->nodes.count + 1);
        changed = false;
        for (int k = 0; k < graph->roots.count; k++)
            live[graph->roots.at[k].node->id] |= needs->root[k];
        for (int i = graph->nodes.count - 1; i >= 0; i--) {
            const Node *node = graph->nodes.at[i];
            for (int k = 0; live[i] && k < node->n_in; k++)
                live[node->in[k]->id] = true;
            if (!live[i] || node->op != OP_arg)
                continue;
            int number = node->attr.ints[0];
            needs->arg[needs->same[number]] = true;
            if (number < body->carried && !needs->root[number])
                needs->root[number] = changed = true;
        }
    }
}

/* Anything at all has to be carried. */
static void keep_one(const Body *body, const Needs *needs, int n_in) {
    bool any = false;
    for (int k = 0; k < n_in; k++)
        any |= k < body->carried ? needs->root[k] : needs->arg[k];
    if (!any && body->carried > 0)
        needs->root[0] = true;
}

static bool stays(const Body *body, const Needs *needs, int k) {
    return k < body->carried ? needs->root[k] : needs->arg[k] && needs->same[k] == k;
}

/* A stack of one value, repeated. */
static bool is_repeated(const Node *scan, int k) {
    const Body *body = scan->attr.body;
    const Node *stack = scan->in[k];
    return k >= body->carried && k < body->carried + body->stacks && stack->op == OP_expand &&
           body->steps > 1 && type_dim(stack->in[0]->type, -stack->type.rank) == 1;
}

/* What is carried, the stacks, and what all steps share, in this order. */
static void count_operands(const Node *scan, const Needs *needs, Body *body) {
    const Body *old = scan->attr.body;
    int count = 0;
    for (int shared = 0; shared < 2; shared++)
        for (int k = 0; k < scan->n_in; k++) {
            bool stack = k < old->carried + old->stacks && !is_repeated(scan, k);
            if (stack == shared || !stays(old, needs, k))
                continue;
            needs->number[k] = count++;
            body->carried += k < old->carried;
            body->stacks += k >= old->carried && stack;
        }
}

static const Body *smaller(const Node *scan, const Needs *needs, Arena *scratch) {
    const Body *old = scan->attr.body;
    const Graph *from = old->graph;
    Arena *arena = from->arena;
    Body *body = NEW(arena, Body);
    *body = (Body){.steps = old->steps, .back = old->back};
    count_operands(scan, needs, body);
    Graph *graph = body_open(arena, from->names, from->name);
    Node **map = NEW_ARRAY(scratch, Node *, from->nodes.count + 1);
    for (int i = 0; i < from->nodes.count; i++) {
        const Node *node = from->nodes.at[i];
        Node **in = NEW_ARRAY(scratch, Node *, node->n_in + 1);
        bool whole = true;
        for (int k = 0; k < node->n_in; k++)
            whole &= (in[k] = map[node->in[k]->id]) != NULL;
        if (!whole || (node->op == OP_arg && !stays(old, needs, needs->same[node->attr.ints[0]])))
            continue;
        map[i] = node->op == OP_arg
                     ? ir_arg(graph, node->loc, needs->number[needs->same[node->attr.ints[0]]],
                              node->type)
                     : ir_copy(graph, node, in);
        map[i]->name = node->name;
    }
    for (int k = 0; k < from->roots.count; k++) {
        needs->new_root[k] = graph->roots.count;
        if (needs->root[k])
            body_leave(graph, map[from->roots.at[k].node->id]);
    }
    body->graph = graph;
    return body;
}

/* The first number under which the step leaves the same: of what it keeps, what it carries is
 * apart.
 */
static int first_left(const Body *body, int number) {
    int first = number < body->carried ? number : body->carried;
    while (body->graph->roots.at[first].node != body->graph->roots.at[number].node)
        first++;
    return first;
}

static int first_given(const Node *scan, int number) {
    const Body *body = scan->attr.body;
    int stacks = body->carried + body->stacks;
    int first = number < body->carried ? number : number < stacks ? body->carried : stacks;
    while (scan->in[first] != scan->in[number])
        first++;
    return first;
}

static void find_needs(const Graph *graph, Needs *needs, Arena *scratch) {
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        if (node->attr.body) {
            int roots = node->attr.body->graph->roots.count;
            needs[i].root = NEW_ARRAY(scratch, bool, roots + 1);
            needs[i].new_root = NEW_ARRAY(scratch, int, roots + 1);
            needs[i].arg = NEW_ARRAY(scratch, bool, node->n_in + 1);
            needs[i].same = NEW_ARRAY(scratch, int, node->n_in + 1);
            needs[i].number = NEW_ARRAY(scratch, int, node->n_in + 1);
            for (int k = 0; k < node->n_in; k++)
                needs[i].same[k] = first_given(node, k);
        } else if (node->op == OP_stacked) {
            needs[node->in[0]->id].root[first_left(node->in[0]->attr.body, node->attr.ints[0])] =
                true;
        }
    }
}

static bool make_smaller(const Graph *graph, Needs *needs, Arena *scratch) {
    bool any = false;
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        const Body *body = node->attr.body;
        if (!body)
            continue;
        mark_body(body, &needs[i], scratch);
        keep_one(body, &needs[i], node->n_in);
        mark_body(body, &needs[i], scratch);
        bool all = true;
        for (int k = 0; k < body->graph->roots.count; k++)
            all &= needs[i].root[k];
        for (int k = 0; k < node->n_in; k++)
            all &= stays(body, &needs[i], k) && !is_repeated(node, k);
        if (!all)
            needs[i].body = smaller(node, &needs[i], scratch);
        any |= !all;
    }
    return any;
}

/* The one value that a stack repeats. */
static Node *repeated(Graph *to, const Node *stack) {
    Type type = type_without(stack->type, 0);
    Node *one = stack->in[0];
    if (one->type.rank == stack->type.rank)
        one = ir_reshape(to, stack->loc, one, type_without(one->type, 0));
    return ir_expand(to, stack->loc, one, type);
}

static Node *copied_scan(Graph *to, const Node *scan, Node *const *map, const Needs *needs,
                         Arena *scratch) {
    Node **in = NEW_ARRAY(scratch, Node *, scan->n_in + 1);
    int count = 0;
    for (int k = 0; k < scan->n_in; k++) {
        if (!stays(scan->attr.body, needs, k))
            continue;
        Node *operand = map[scan->in[k]->id];
        in[needs->number[k]] = is_repeated(scan, k) ? repeated(to, operand) : operand;
        count++;
    }
    return ir_scan(to, scan->loc, needs->body, count, in);
}

static Node *copied(Graph *to, const Node *node, Node *const *map, const Needs *needs,
                    Arena *scratch) {
    if (needs[node->id].body)
        return copied_scan(to, node, map, &needs[node->id], scratch);
    Node **in = NEW_ARRAY(scratch, Node *, node->n_in + 1);
    for (int k = 0; k < node->n_in; k++)
        in[k] = map[node->in[k]->id];
    if (node->op != OP_stacked || !needs[node->in[0]->id].body)
        return ir_copy(to, node, in);
    Node *taken = ir_stacked(
        to, node->loc, in[0],
        needs[node->in[0]->id].new_root[first_left(node->in[0]->attr.body, node->attr.ints[0])]);
    taken->name = node->name;
    return taken;
}

static bool has_scans(const Graph *graph) {
    bool any = false;
    for (int i = 0; i < graph->nodes.count; i++)
        any |= graph->nodes.at[i]->attr.body != NULL;
    return any;
}

bool pass_scans(Graph *graph) {
    if (!has_scans(graph))
        return false;
    Arena *scratch = arena_open();
    Needs *needs = NEW_ARRAY(scratch, Needs, graph->nodes.count + 1);
    find_needs(graph, needs, scratch);
    bool any = make_smaller(graph, needs, scratch);
    if (any) {
        Graph *to = graph_open(graph->arena, graph->names, graph->name);
        Node **map = NEW_ARRAY(scratch, Node *, graph->nodes.count + 1);
        for (int i = 0; i < graph->nodes.count; i++)
            map[i] = copied(to, graph->nodes.at[i], map, needs, scratch);
        for (int i = 0; i < graph->roots.count; i++)
            graph->roots.at[i].node = map[graph->roots.at[i].node->id];
        graph->nodes = to->nodes;
    }
    arena_close(scratch);
    return any;
}
