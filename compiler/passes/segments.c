/* Cuts a long scan into segments, so that its gradient keeps what is carried from one to the next.
 *
 * Does       makes a scan of k steps the body of another one, which goes over the segments; steps
 *            that are left over come before, in a scan of their own
 * Requires   placeholders: of what is differentiated already all steps are kept
 * Keeps      values, bit for bit: the same steps in the same order
 * Example    scan(h, u) steps=100                   k = 10
 *            →   scan(h, reshape(u)) steps=10 { scan(h, u) steps=10 }
 *
 * The gradient of the outer scan is a scan in whose body the inner one stands anew: a segment's
 * values are made again, from what was carried into it, and kept until its own gradient is done.
 */
#include "passes/segments.h"
#include "autodiff/autodiff.h"

/* A scan in segments. */
typedef struct Segments {
    const Body *body;       /* of the scan; NULL: it stays */
    Node *rest, *outer;     /* rest: of the first steps; NULL: there are none */
    int left, every, count; /* steps in `rest`, in a segment; segments */
} Segments;

/* ---- how many ---- */

static double carried_size(const Body *body, int rows) {
    double size = 0;
    for (int k = 0; k < body->carried; k++)
        size += type_size(body->graph->roots.at[k].node->type, rows);
    return size;
}

/* Numbers kept at once where each `every`-th step is: the steps of a segment are, meanwhile. */
static double kept_by(const Body *body, int every, int rows) {
    double carried = carried_size(body, rows), made = autodiff_kept(body->graph, rows);
    if (every == 1)
        return carried * (body->steps + 1) + made * body->steps;
    int left = body->steps % every;
    return carried * (body->steps / every + 1 + every + 1 + left) + made * (every + left);
}

static int best_every(const Body *body, int rows) {
    int best = 1;
    for (int every = 2; every <= body->steps; every++)
        if (kept_by(body, every, rows) < kept_by(body, best, rows))
            best = every;
    return best;
}

static int choose(const Body *body, const PassOptions *options, int rows) {
    if (options->keep_every > 0)
        return options->keep_every < body->steps ? options->keep_every : body->steps;
    bool much = options->keep_most > 0 && kept_by(body, 1, rows) > options->keep_most;
    return much ? best_every(body, rows) : 1;
}

static bool is_differentiated(const Graph *graph, const Node *scan) {
    for (int i = scan->id; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        if (optab[node->op].kind == KIND_gone && autodiff_reaches(graph, node->in[0], scan))
            return true;
    }
    return false;
}

/* ---- the scans ---- */

/* Elements [begin, end) of the first axis. */
static Node *part_of(Graph *graph, Loc loc, Node *stack, int begin, int end) {
    if (begin == 0 && end == stack->type.dim[0])
        return stack;
    return ir_slice(graph, loc, stack, -stack->type.rank, begin, end);
}

static Node *step_of(Graph *graph, Loc loc, Node *stack, int at) {
    Node *one = part_of(graph, loc, stack, at, at + 1);
    return ir_reshape(graph, loc, one, type_without(stack->type, 0));
}

/* [count · every, …]  →  [count, every, …], and back. */
static Node *in_segments(Graph *graph, Loc loc, Node *stack, const Segments *s) {
    Type type = type_prefixed(s->count, stack->type);
    type.dim[1] = s->every;
    return ir_reshape(graph, loc, stack, type);
}

static Node *joined(Graph *graph, Loc loc, Node *stack) {
    Type type = type_without(stack->type, 0);
    type.dim[0] *= stack->type.dim[0];
    return ir_reshape(graph, loc, stack, type);
}

static const Body *with_steps(const Body *of, int steps) {
    Body *body = NEW(of->graph->arena, Body);
    *body = *of;
    body->graph = body_copy(of->graph);
    body->steps = steps;
    return body;
}

/* The scan of the steps [begin, end) of the stacks. */
static Node *scan_of(Graph *graph, const Node *scan, Node *const *in, int begin, int end) {
    const Body *body = scan->attr.body;
    Node **given = NEW_ARRAY(graph->arena, Node *, scan->n_in);
    for (int k = 0; k < scan->n_in; k++) {
        bool stack = k >= body->carried && k < body->carried + body->stacks;
        given[k] = stack ? part_of(graph, scan->loc, in[k], begin, end) : in[k];
    }
    return ir_scan(graph, scan->loc, with_steps(body, end - begin), scan->n_in, given);
}

/* What goes over the segments: leaves what is carried out of one, then all values of its steps. */
static const Body *outer_body(const Node *scan, Node *const *given, const Segments *s) {
    const Body *old = s->body;
    Loc loc = scan->loc;
    Body *body = NEW(old->graph->arena, Body);
    *body = *old;
    Graph *graph = body_open(old->graph->arena, old->graph->names, old->graph->name);
    body->graph = graph;
    body->steps = s->count;
    Node **arg = NEW_ARRAY(graph->arena, Node *, scan->n_in);
    for (int k = 0; k < scan->n_in; k++) {
        bool stack = k >= old->carried && k < old->carried + old->stacks;
        Type type = given[k]->type;
        arg[k] = ir_arg(graph, loc, k, stack ? type_without(type, 0) : type);
        arg[k]->name = given[k]->name;
    }
    Node *inner = ir_scan(graph, loc, with_steps(old, s->every), scan->n_in, arg);
    for (int k = 0; k < old->carried; k++)
        body_leave(graph,
                   step_of(graph, loc, ir_stacked(graph, loc, inner, k), old->back ? 0 : s->every));
    for (int k = 0; k < old->graph->roots.count; k++) {
        Node *all = ir_stacked(graph, loc, inner, k);
        int first = k < old->carried && !old->back;
        body_leave(graph, part_of(graph, loc, all, first, first + s->every));
    }
    return body;
}

static Segments segmented(Graph *graph, const Node *scan, Node *const *in, int every) {
    const Body *body = scan->attr.body;
    Segments s = {.body = body, .left = body->steps % every, .every = every};
    s.count = body->steps / every;
    int first = body->back ? 0 : s.left; /* steps of the segments */
    Node **given = NEW_ARRAY(graph->arena, Node *, scan->n_in);
    if (s.left > 0)
        s.rest = scan_of(graph, scan, in, body->back ? body->steps - s.left : 0,
                         body->back ? body->steps : s.left);
    for (int k = 0; k < scan->n_in; k++) {
        given[k] = in[k];
        if (k < body->carried && s.rest)
            given[k] = step_of(graph, scan->loc, ir_stacked(graph, scan->loc, s.rest, k),
                               body->back ? 0 : s.left);
        else if (k >= body->carried && k < body->carried + body->stacks)
            given[k] =
                in_segments(graph, scan->loc,
                            part_of(graph, scan->loc, in[k], first, first + s.count * every), &s);
    }
    s.outer = ir_scan(graph, scan->loc, outer_body(scan, given, &s), scan->n_in, given);
    return s;
}

/* ---- what is picked ---- */

/* What the scan leaves as number `number`: the rest's part before the segments', or behind. */
static Node *picked(Graph *graph, Loc loc, const Segments *s, Node *const *in, int number) {
    const Body *body = s->body;
    Node *parts[2], *all = ir_stacked(graph, loc, s->outer, body->carried + number);
    parts[!body->back] = joined(graph, loc, all);
    if (s->rest)
        parts[body->back] = ir_stacked(graph, loc, s->rest, number);
    else if (number < body->carried)
        parts[body->back] = ir_reshape(graph, loc, in[number], type_prefixed(1, in[number]->type));
    else
        return parts[!body->back];
    return ir_concat(graph, loc, -parts[0]->type.rank, 2, parts);
}

/* The slice of what is carried at the end alone: the segments' own, or NULL. */
static Node *picked_last(Graph *graph, const Node *slice, const Segments *scans) {
    const Node *taken = slice->op == OP_slice ? slice->in[0] : NULL;
    if (!taken || taken->op != OP_stacked || slice->attr.ints[0] != -taken->type.rank)
        return NULL;
    const Segments *s = &scans[taken->in[0]->id];
    int last = s->body && !s->body->back ? s->body->steps : 0, number = taken->attr.ints[0];
    if (!s->body || number >= s->body->carried || slice->attr.ints[1] != last ||
        slice->attr.ints[2] != last + 1)
        return NULL;
    Node *all = ir_stacked(graph, slice->loc, s->outer, number);
    last = s->body->back ? 0 : s->count;
    return part_of(graph, slice->loc, all, last, last + 1);
}

static Node *made_of(Graph *to, const Node *node, Node *const *map, const Segments *scans) {
    const Node *first = node->n_in > 0 ? node->in[0] : NULL;
    Node **in = NEW_ARRAY(to->arena, Node *, node->n_in + 1), *last;
    for (int k = 0; k < node->n_in; k++)
        in[k] = map[node->in[k]->id];
    if (node->op != OP_stacked || !scans[first->id].body)
        return (last = picked_last(to, node, scans)) ? last : ir_copy(to, node, in);
    Node **given = NEW_ARRAY(to->arena, Node *, first->n_in + 1);
    for (int k = 0; k < first->n_in; k++)
        given[k] = map[first->in[k]->id];
    return picked(to, node->loc, &scans[first->id], given, node->attr.ints[0]);
}

/* ---- the graph ---- */

void graph_segment(Graph *graph, const PassOptions *options, int rows, KeepingList *kept) {
    Arena *arena = graph->arena;
    int *every = NEW_ARRAY(arena, int, graph->nodes.count + 1);
    bool any = false;
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        if (!node->attr.body || !is_differentiated(graph, node))
            continue;
        const Body *body = node->attr.body;
        every[i] = choose(body, options, rows);
        any |= every[i] > 1;
        list_add(arena, kept,
                 (Keeping){node->loc, body->steps, every[i], kept_by(body, every[i], rows),
                           kept_by(body, 1, rows)});
    }
    if (!any)
        return;
    Graph *to = graph_open(arena, graph->names, graph->name);
    Node **map = NEW_ARRAY(arena, Node *, graph->nodes.count + 1);
    Segments *scans = NEW_ARRAY(arena, Segments, graph->nodes.count + 1);
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        Node **in = NEW_ARRAY(arena, Node *, node->n_in + 1);
        for (int k = 0; k < node->n_in; k++)
            in[k] = map[node->in[k]->id];
        if (every[i] > 1)
            scans[i] = segmented(to, node, in, every[i]);
        map[i] = every[i] > 1 ? scans[i].outer : made_of(to, node, map, scans);
        map[i]->name = map[i]->name ? map[i]->name : node->name;
    }
    for (int i = 0; i < graph->roots.count; i++)
        graph->roots.at[i].node = map[graph->roots.at[i].node->id];
    graph->nodes = to->nodes;
}
