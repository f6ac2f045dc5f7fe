/* Reach: what of an example's input each kernel sees, line by line.
 *
 * An entry that draws its own input runs again and again on what it has drawn.  What an image is
 * made of are lines: the elements along its outermost axis.  Of each value this finds along which
 * of its axes such lines go on, and which lines of the input line l of it sees: l + from up to
 * l + end.  So the runtime knows which pieces a change of some lines cannot reach; what they have
 * computed stays where it is, since no two values of such an entry share memory.
 *
 *     %0 = input "x" : [n,1,28,28]            line l sees      l
 *     %4 = pad(%0) axis=-2 range=3:31         line l of 31     l - 3
 *     %6 = window(%4) axis=-2 size=3          line l of 29     l - 3 … l - 1
 *     %9 = matmul(…%6…, …) : [812n,16]        28 things of 812 the same
 *
 * What a loop goes along has its lines ahead of the examples, and they are computed for all of them
 * together.  A step sees what its own slice does, and all before it:
 *
 *     %3 = gather(W, delayed x) : [n,31,64]   line l sees      l - 1
 *     %5 = transpose(%3) : [31,n,64]          line l, ahead    l - 1
 *     %8 = scan(…, %5, …)                     step l           l - 31 … l - 1
 *
 * Whatever does more than move lines or compute along them sees all of an example, and what mixes
 * examples sees them all: that is always true, and only slower.
 */
#include "plan/plan.h"

#include <string.h>

typedef enum Seeing {
    SEES_nothing, /* of the input that is drawn */
    SEES_lines,
    SEES_all, /* of its own example */
    SEES_others,
} Seeing;

/* What a value sees.  SEES_lines: element i of an example, in row-major order, lies in line
 * i / inner % lines. */
typedef struct Sight {
    Seeing sees;
    int lines, from, end;
    long inner;
    bool ahead; /* of the examples: all of them have a line before any has the next */
} Sight;

typedef struct Reaching {
    const Plan *plan;
    Sight input;
    Sight *sight; /* by node id */
} Reaching;

static const Sight nothing = {.sees = SEES_nothing}, others = {.sees = SEES_others};

/* All of what it sees lines of: of an example, or where lines are ahead of them of all. */
static Sight all_of(Sight s) {
    return s.ahead ? others : (Sight){.sees = SEES_all};
}

/* The length of a dimension within one example. */
static long within(Type type, int d) {
    return type.dim[d] < 0 ? -(long)type.dim[d] : type.dim[d];
}

/* Numbers right of a dimension. */
static long right_of(Type type, int d) {
    long size = 1;
    for (int k = d + 1; k < type.rank; k++)
        size *= within(type, k);
    return size;
}

/* Are these two the outermost axes, the first one before the other, or one axis?  -1: none. */
static bool outermost(Type type, int first, int then) {
    for (int d = 0; d < then; d++)
        if (d != first && type.dim[d] != 1)
            return false;
    return first >= 0 && first <= then;
}

/* The dimension of the examples; -1: there is none, or several. */
static int find_rows(Type type) {
    int rows = 0, found = -1;
    for (int d = 0; d < type.rank; d++)
        if (type.dim[d] < 0 && rows++ == 0)
            found = d;
    return rows == 1 ? found : -1;
}

/* The dimension that lines are a part of, or -1. */
static int find_lines(const Sight *s, Type type) {
    for (int d = 0; d < type.rank; d++) {
        long right = right_of(type, d);
        if (right <= s->inner && s->inner % right == 0 &&
            s->inner * s->lines <= right * within(type, d))
            return d;
    }
    return -1;
}

/* Are the lines all of dimension d? */
static bool is_whole(const Sight *s, Type type, int d) {
    return d >= 0 && type.dim[d] == s->lines && s->inner == right_of(type, d);
}

/* The same lines in a value whose dimension at[d] is dimension d of `from`, -1: it has none. */
static Sight moved(Sight s, Type from, Type to, const int *at) {
    if (s.sees != SEES_lines)
        return s;
    int d = find_lines(&s, from);
    if (d < 0 || at[d] < 0 || from.dim[d] != to.dim[at[d]])
        return all_of(s);
    s.inner = s.inner / right_of(from, d) * right_of(to, at[d]);
    return s;
}

/* What sees both. */
static Sight join(Sight a, Sight b) {
    if (a.sees == SEES_nothing || b.sees == SEES_others)
        return b;
    if (b.sees == SEES_nothing || a.sees == SEES_others)
        return a;
    if (a.sees != b.sees || a.lines != b.lines || a.inner != b.inner || a.ahead != b.ahead)
        return all_of(a.ahead ? a : b);
    a.from = a.from < b.from ? a.from : b.from;
    a.end = a.end > b.end ? a.end : b.end;
    return a;
}

/* ---- by operation ---- */

/* Operands that are aligned at the right, or are the result but for the length of an axis. */
static Sight aligned(const Reaching *r, const Node *node) {
    Sight sight = nothing;
    for (int k = 0; k < node->n_in; k++) {
        Type from = node->in[k]->type;
        int at[MAX_RANK];
        for (int d = 0; d < from.rank; d++)
            at[d] = d + node->type.rank - from.rank;
        sight = join(sight, moved(r->sight[node->in[k]->id], from, node->type, at));
    }
    return sight;
}

static Sight transposed(const Node *node, Sight s) {
    int at[MAX_RANK], rank = node->type.rank, left = rank - node->attr.count;
    for (int d = 0; d < left; d++)
        at[d] = d;
    for (int k = 0; k < node->attr.count; k++)
        at[rank + node->attr.ints[k]] = left + k;
    return moved(s, node->in[0]->type, node->type, at);
}

static Sight reduced(const Node *node, Sight s) {
    Type from = node->in[0]->type;
    int at[MAX_RANK], left = 0;
    for (int d = 0; d < from.rank; d++) {
        bool goes = node->op == OP_argmax ? d - from.rank == node->attr.ints[0]
                                          : node_has_axis(node, d - from.rank);
        at[d] = goes ? -1 : left++;
    }
    return moved(s, from, node->type, at);
}

/* Rows of a table: lines of the index. */
static Sight gathered(const Reaching *r, const Node *node) {
    Sight table = r->sight[node->in[0]->id], index = r->sight[node->in[1]->id];
    int at[MAX_RANK];
    for (int d = 0; d < node->in[1]->type.rank; d++)
        at[d] = d;
    return table.sees == SEES_nothing ? moved(index, node->in[1]->type, node->type, at)
                                      : join(all_of(table), all_of(index));
}

/* Rows of the first operand, and of the result. */
static Sight multiplied(const Reaching *r, const Node *node) {
    const Node *a = node->in[0], *b = node->in[1];
    Sight s = r->sight[a->id], t = r->sight[b->id];
    int rank = node->type.rank, at[MAX_RANK];
    if (a->type.dim[rank - (node->attr.ints[0] ? 2 : 1)] < 0)
        return s.sees == SEES_nothing && t.sees == SEES_nothing ? nothing : others;
    if (node->attr.ints[0] || t.sees != SEES_nothing) {
        Sight both = join(s, t);
        return both.sees == SEES_lines ? all_of(both) : both;
    }
    for (int d = 0; d < rank; d++)
        at[d] = d < rank - 1 ? d : -1;
    return moved(s, a->type, node->type, at);
}

/* slice, pad and window, along the lines or another axis: the same, but for how many lines there
 * are and which line of the operand is the first. */
static Sight shifted(const Node *node, Sight s) {
    Type from = node->in[0]->type;
    const int *ints = node->attr.ints;
    int axis = from.rank + ints[0], at[MAX_RANK], to = axis + (node->op == OP_window);
    for (int d = 0; d < from.rank; d++)
        at[d] = d < axis ? d : d + (to - axis);
    if (s.sees != SEES_lines || find_lines(&s, from) != axis)
        return moved(s, from, node->type, at);
    if (!is_whole(&s, from, axis) || (node->op == OP_window && ints[2] != 1))
        return all_of(s);
    int by = node->op == OP_slice ? ints[1] : node->op == OP_pad ? -ints[1] : 0;
    s.lines = node->type.dim[to];
    s.inner = right_of(node->type, to);
    s.from += by;
    s.end += by + (node->op == OP_window ? (ints[1] - 1) * ints[3] : 0);
    return s;
}

/* Lines behind or before what sees none of them, as in  concat(0, x[0:30]),  or side by side. */
static Sight joined(const Reaching *r, const Node *node) {
    int before = 0, axis = node->type.rank + node->attr.ints[0];
    Sight found = nothing;
    for (int k = 0; k < node->n_in; k++) {
        Sight s = r->sight[node->in[k]->id];
        Type from = node->in[k]->type;
        if (s.sees == SEES_lines && is_whole(&s, from, axis)) {
            if (found.sees != SEES_nothing)
                return all_of(s);
            found = s;
            found.lines = node->type.dim[axis];
            found.inner = right_of(node->type, axis);
            found.from -= before;
            found.end -= before;
        } else if (s.sees != SEES_nothing) {
            return aligned(r, node);
        }
        before += from.dim[axis];
    }
    return found;
}

/* ---- loops ---- */

/* By step: what the steps up to it are given. */
static Sight scanned(const Reaching *r, const Node *node) {
    const Body *body = node->attr.body;
    Sight seen = nothing;
    for (int k = 0; k < node->n_in; k++) {
        Sight s = r->sight[node->in[k]->id];
        bool stack = k >= body->carried && k < body->carried + body->stacks;
        if (s.sees == SEES_nothing)
            continue;
        if (!stack || body->back || s.sees != SEES_lines || !s.ahead ||
            !is_whole(&s, node->in[k]->type, 0))
            return others;
        s.inner = 1;
        seen = join(seen, s);
    }
    seen.from -= body->steps;
    return seen;
}

/* Stacks of what is carried begin with what no step has made. */
static Sight stacked(const Node *node, Sight s) {
    int late = node->attr.ints[0] < node->in[0]->attr.body->carried;
    s.lines = node->type.dim[0];
    s.inner = right_of(node->type, 0);
    s.from -= late;
    s.end -= late;
    return s;
}

/* What goes along one axis, or several, of its own example or of all of them. */
static Sight along(const Node *node, Sight s) {
    Type from = node->in[0]->type;
    bool mixes = optab[node->op].attr == ATTR_NONE || optab[node->op].attr == ATTR_BODY;
    for (int d = 0; d < from.rank && !mixes; d++)
        mixes = from.dim[d] < 0 && from.rank + node->attr.ints[0] == d;
    return mixes ? others : join(s, all_of(s));
}

/* The same where that axis is not the lines'. */
static Sight beside(const Node *node, Sight s) {
    Type from = node->in[0]->type;
    int lines = s.sees == SEES_lines ? find_lines(&s, from) : -1;
    return lines >= 0 && lines != from.rank + node->attr.ints[0] ? s : along(node, s);
}

static Sight sees(const Reaching *r, const Node *node) {
    Sight first = node->n_in > 0 ? r->sight[node->in[0]->id] : nothing, any = first;
    for (int k = 1; k < node->n_in; k++)
        any = join(any, r->sight[node->in[k]->id]);
    switch (node->op) {
    case OP_input:
        return plan_input(r->plan->program, node->attr.name) == 0 ? r->input : nothing;
    case OP_reshape:
        return first;
    case OP_transpose:
        return transposed(node, first);
    case OP_slice:
    case OP_pad:
    case OP_window:
        return shifted(node, first);
    case OP_sum:
    case OP_amax:
    case OP_argmax:
        return reduced(node, first);
    case OP_matmul:
        return multiplied(r, node);
    case OP_gather:
        return gathered(r, node);
    case OP_expand:
        return aligned(r, node);
    case OP_concat:
        return joined(r, node);
    case OP_cumsum:
    case OP_cumsum_back:
    case OP_rank:
    case OP_argsort:
        return beside(node, first);
    case OP_scan:
        return scanned(r, node);
    case OP_stacked:
        return stacked(node, first);
    default:
        return any.sees == SEES_nothing           ? nothing
               : optab[node->op].kind == KIND_map ? aligned(r, node)
                                                  : along(node, any);
    }
}

/* Where examples are the outermost axis, or right of the lines; else it sees others, too. */
static Sight placed(Sight s, Type type) {
    int rows = find_rows(type), lines = s.sees == SEES_lines ? find_lines(&s, type) : -1;
    if (lines >= 0 && lines != rows)
        s.ahead = lines < rows;
    bool fits = s.ahead ? outermost(type, lines, rows) : outermost(type, rows, rows);
    return fits || s.sees == SEES_nothing ? s : others;
}

static void find_sights(Reaching *r) {
    const Graph *graph = r->plan->graph;
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        Sight s = sees(r, node);
        r->sight[node->id] = node->op == OP_scan ? s : placed(s, node->type);
    }
}

/* ---- by kernel ---- */

/* The lines of an image are its rows, those of a vector its numbers. */
static Sight lines_of(Type type) {
    Sight s = {.sees = SEES_all, .lines = 1, .from = 0, .end = 1, .inner = 1};
    for (int d = 0; d < type.rank && s.lines == 1; d++)
        if (type.dim[d] > 1) {
            s.sees = SEES_lines;
            s.lines = type.dim[d];
            s.inner = right_of(type, d);
        }
    return s; /* a single number is a line, of no axis */
}

/* A kernel goes through what it writes in row-major order: thing `u` of an example is that part of
 * its elements.  So lines are things where they are the outermost axis of all that it writes. */
static Reach kernel_reach(const Reaching *r, const Kernel *kernel) {
    Sight s = nothing;
    bool whole = kernel->extent == 0 && kernel->extent_rows > 0;
    for (int k = 0; k < kernel->touches.count; k++) {
        const Node *node = kernel->touches.at[k].node;
        const Sight *own = &r->sight[node->id];
        if (!kernel->touches.at[k].write || own->sees == SEES_nothing)
            continue;
        if (own->sees == SEES_lines) {
            long size = 1;
            for (int d = 0; d < node->type.rank; d++)
                size *= within(node->type, d);
            whole = whole && own->inner * own->lines == size;
        }
        s = join(s, *own);
    }
    if (s.sees == SEES_nothing)
        return (Reach){.lines = REACH_NOTHING};
    if (s.sees == SEES_others || kernel->extent > 0 || kernel->group < 0)
        return (Reach){.lines = REACH_OTHERS};
    if (s.sees == SEES_lines && whole && kernel->extent_rows % s.lines == 0)
        return (Reach){s.lines, s.from, s.end, s.ahead};
    return (Reach){.lines = s.ahead ? REACH_OTHERS : REACH_EXAMPLE};
}

static Reach loop_reach(const Reaching *r, const Kernel *kernel) {
    Sight s = r->sight[r->plan->fusion->groups.at[kernel->group].main->id];
    if (s.sees == SEES_lines)
        return (Reach){s.lines, s.from, s.end, true};
    return (Reach){.lines = s.sees == SEES_nothing ? REACH_NOTHING : REACH_OTHERS};
}

static bool has_loops(const Plan *plan) {
    for (int i = 0; i < plan->kernels.count; i++)
        if (plan->kernels.at[i].body)
            return true;
    return false;
}

/* Whether output line l sees no line behind it: then lines are drawn one after another. */
static Reach output_reach(const Reaching *r) {
    const Graph *graph = r->plan->graph;
    for (int i = 0; i < graph->roots.count; i++) {
        const Sight *s = &r->sight[graph->roots.at[i].node->id];
        const char *name = graph->roots.at[i].name;
        if (name && strcmp(name, "xhat") == 0 && s->sees == SEES_lines && !s->ahead &&
            s->lines == r->input.lines && s->inner == r->input.inner)
            return (Reach){s->lines, s->from, s->end, false};
    }
    return (Reach){.lines = REACH_EXAMPLE};
}

const Node *plan_drawn(const Program *program, const Entry *entry, const Graph *graph) {
    bool draws = entry->kind == ENTRY_sample || entry->kind == ENTRY_decode;
    for (int i = 0; draws && i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        if (node->op == OP_input && plan_input(program, node->attr.name) == 0)
            return node;
    }
    return NULL;
}

/* A loop that only whole rounds can go through makes a table worth nothing, and costs its memory.
 */
void plan_reach(Plan *plan) {
    const Node *input = plan->loop ? NULL : plan_drawn(plan->program, plan->entry, plan->graph);
    if (!input)
        return;
    Arena *arena = plan->graph->arena;
    Reaching r = {.plan = plan,
                  .input = lines_of(input->type),
                  .sight = NEW_ARRAY(arena, Sight, plan->graph->nodes.count + 1)};
    find_sights(&r);
    Reach drawn = output_reach(&r);
    if (has_loops(plan) && (drawn.lines < 0 || drawn.end > 1))
        return;
    plan->line = r.input.inner;
    plan->reach = NEW_ARRAY(arena, Reach, plan->kernels.count + 1);
    for (int i = 0; i < plan->kernels.count; i++) {
        const Kernel *kernel = &plan->kernels.at[i];
        plan->reach[i] = kernel->body ? loop_reach(&r, kernel) : kernel_reach(&r, kernel);
    }
    plan->reach[plan->kernels.count] = drawn;
}
