/* Stops in steps become one stop of all steps, which a gradient check can hold.
 *
 * Does       puts before a scan with stop() in its body another one, which leaves what is stopped
 * as
 *            a stack; the stack is stopped, and the steps are given its slices
 * Requires   no placeholders: derivatives know already that nothing goes through a stop
 * Keeps      values
 * Example    scan { assign "0" = tanh(stop(%0)) }
 *            →   all = stacked(scan { assign "0" = tanh(%0), assign "1" = %0 })
 *                scan(…, stop(all)) { assign "0" = tanh(%1) }
 *
 * A step's memory is the next one's, so that nothing in it can be held while parameters move; a
 * stack has room for all steps.
 */
#include "passes/held.h"

static int count_stops(const Graph *graph) {
    int count = 0;
    for (int i = 0; i < graph->nodes.count; i++)
        count += graph->nodes.at[i]->op == OP_stop;
    return count;
}

/* A copy of a body; the stops are told from each other by their order. */
typedef struct Copying {
    const Body *from;
    Graph *graph;
    Node **map;
    bool given; /* what is stopped comes in as one stack more for each; else it is left */
    int stops;
} Copying;

static Node *copied(Copying *c, const Node *node, int stops) {
    Graph *graph = c->graph;
    Node **in = NEW_ARRAY(graph->arena, Node *, node->n_in + 1);
    int before = c->from->carried + c->from->stacks;
    for (int i = 0; i < node->n_in; i++)
        in[i] = c->map[node->in[i]->id];
    if (node->op == OP_stop)
        return c->given ? ir_arg(graph, node->loc, before + c->stops++, node->type) : in[0];
    if (node->op == OP_arg && c->given && node->attr.ints[0] >= before)
        return ir_arg(graph, node->loc, node->attr.ints[0] + stops, node->type);
    return ir_copy(graph, node, in);
}

static Body *copy_body(const Body *from, int stops, bool given) {
    const Graph *old = from->graph;
    Arena *arena = old->arena;
    Body *body = NEW(arena, Body);
    *body = *from;
    body->graph = body_open(arena, old->names, old->name);
    body->stacks += given ? stops : 0;
    Copying c = {from, body->graph, NEW_ARRAY(arena, Node *, old->nodes.count + 1), given, 0};
    for (int i = 0; i < old->nodes.count; i++) {
        c.map[i] = copied(&c, old->nodes.at[i], stops);
        c.map[i]->name = c.map[i]->name ? c.map[i]->name : old->nodes.at[i]->name;
    }
    for (int i = 0; i < old->roots.count; i++)
        body_leave(body->graph, c.map[old->roots.at[i].node->id]);
    for (int i = 0; i < old->nodes.count && !given; i++)
        if (old->nodes.at[i]->op == OP_stop)
            body_leave(body->graph, c.map[i]);
    return body;
}

/* The scan of the operands `in`, whose steps are given what they stop. */
static Node *held_scan(Graph *graph, const Node *scan, Node *const *in) {
    Arena *arena = graph->arena;
    Body *all = NEW(arena, Body);
    *all = *scan->attr.body;
    all->graph = body_open(arena, graph->names, graph->name);
    all->graph->nodes = scan->attr.body->graph->nodes;
    for (int i = 0; i < scan->attr.body->graph->roots.count; i++)
        body_leave(all->graph, scan->attr.body->graph->roots.at[i].node);
    graph_hold(all->graph);
    int stops = count_stops(all->graph), roots = all->graph->roots.count;
    if (stops == 0)
        return ir_scan(graph, scan->loc, all, scan->n_in, in);
    Node *first = ir_scan(graph, scan->loc, copy_body(all, stops, false), scan->n_in, in);
    Node **given = NEW_ARRAY(arena, Node *, scan->n_in + stops);
    for (int i = 0, k = 0; i < scan->n_in + stops; i++) {
        int at = i - all->carried - all->stacks;
        if (at >= 0 && at < stops)
            given[i] = ir_unary(graph, scan->loc, OP_stop,
                                ir_stacked(graph, scan->loc, first, roots + at));
        else
            given[i] = in[k++];
    }
    return ir_scan(graph, scan->loc, copy_body(all, stops, true), scan->n_in + stops, given);
}

void graph_hold(Graph *graph) {
    Graph *to = graph_open(graph->arena, graph->names, graph->name);
    Node **map = NEW_ARRAY(graph->arena, Node *, graph->nodes.count + 1);
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        Node **in = NEW_ARRAY(graph->arena, Node *, node->n_in + 1);
        for (int k = 0; k < node->n_in; k++)
            in[k] = map[node->in[k]->id];
        map[i] = node->attr.body ? held_scan(to, node, in) : ir_copy(to, node, in);
        map[i]->name = map[i]->name ? map[i]->name : node->name;
    }
    for (int i = 0; i < graph->roots.count; i++)
        graph->roots.at[i].node = map[graph->roots.at[i].node->id];
    graph->nodes = to->nodes;
}
