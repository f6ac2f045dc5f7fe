/* Indices that data supplies: checked when the program runs.
 *
 * A gather reads a row of a table, a class number stands for a class.  What is computed from draws
 * and comparisons is one by its making, where the bounds that are known of it say so; what comes
 * from data may be anything, and a row that is not there would be read as zeros without a word.  So
 * an entry gives out, beside its results, a value that is infinite where the index is one, of
 * integers -2^31, and the index itself where it is none; the runtime looks at it after each run
 * (session_accepts).
 *
 *     gather(table [5,4], x[0])    →    check "a row of 0 to 4" = where(fine, infinity, x[0]),
 *                                       fine = (0 <= x[0]) * (x[0] < 5) * (floor(x[0]) == x[0])
 *
 * A step of a scan leaves where(fine, 0, index), as what it carries: 0 is always a row, and what a
 * step that is left out would leave.  Behind the loop the stack of these is looked at.
 */
#include "lower/internal.h"

#include <math.h>
#include <stdint.h>

const InputInfo *lower_input_of(const Lowerer *l, const char *name) {
    for (int i = 0; i < l->model->inputs.count; i++)
        if (names_of(l->graph->names, l->model->inputs.at[i].name) == name)
            return &l->model->inputs.at[i];
    return NULL;
}

/* An input that declares its classes, or its vocabulary, holds no others: that is looked at when
 * its file is opened. */
static bool is_known_index(const Lowerer *l, const Node *leaf, int n) {
    const InputInfo *input = lower_input_of(l, leaf->attr.name);
    return input && input->classes && input->classes <= n;
}

/* Whether a number of the data comes through to the node, other than by what is compared or looked
 * up. */
static bool shows_data(const Lowerer *l, const Node *node, int n, bool *seen) {
    if (seen[node->id])
        return false;
    seen[node->id] = true;
    if (node->op == OP_input)
        return !is_known_index(l, node, n);
    if (node->op == OP_arg) { /* of a stack its slice */
        const Term *given = l->model->terms.at[node->attr.ints[0]];
        return given->flag && shows_data(l, lower_known(l, given->in[0]->id), n, seen);
    }
    bool compares = optab[node->op].flags & STEP && node->op != OP_floor;
    bool looks_up = optab[node->op].kind == KIND_gather;
    int first = node->op == OP_where ? 1 : 0, last = compares ? 0 : looks_up ? 1 : node->n_in;
    for (int i = first; i < last; i++)
        if (shows_data(l, node->in[i], n, seen))
            return true;
    return false;
}

/* Whether a node is made of what a step of a scan is given. */
static bool is_of_step(const Node *node, bool *seen) {
    if (seen[node->id] || node->op == OP_arg)
        return node->op == OP_arg;
    seen[node->id] = true;
    for (int i = 0; i < node->n_in; i++)
        if (is_of_step(node->in[i], seen))
            return true;
    return false;
}

/* 1 where the index is a whole number of 0 to n - 1, else 0. */
static Node *is_index(Graph *g, Loc loc, Node *index, int n) {
    Node *above = ir_binary(g, loc, OP_le, ir_const(g, loc, 0), index);
    Node *below = ir_binary(g, loc, OP_lt, index, ir_const(g, loc, n));
    Node *fine = ir_binary(g, loc, OP_mul, above, below);
    if (index->type.elem != ELEM_real)
        return fine;
    Node *floored = ir_unary(g, loc, OP_floor, index);
    return ir_binary(g, loc, OP_mul, fine, ir_binary(g, loc, OP_eq, floored, index));
}

void lower_index(Lowerer *l, const Term *term, Lowered index, int n, const char *what) {
    Graph *g = l->graph;
    Loc loc = term->loc;
    Node *node = index.node;
    /* term->flag: see check_may_leave */
    if (!term->flag && !shows_data(l, node, n, NEW_ARRAY(l->arena, bool, node->id + 1)))
        return;
    Node *fine = is_index(g, loc, node, n);
    const char *name = arena_printf(g->arena, "%s of 0 to %d", what, n - 1);
    if (is_of_step(node, NEW_ARRAY(l->arena, bool, node->id + 1))) {
        index.node = ir_where(g, loc, fine, ir_const(g, loc, 0), ir_as(g, node, ELEM_real));
        list_add(l->arena, &l->in_steps, (StepCheck){index, loc, name});
        return;
    }
    double good = node->type.elem == ELEM_real ? INFINITY : INT32_MIN;
    graph_root(g, ROOT_check, name, ir_where(g, loc, fine, ir_const(g, loc, good), node));
}

void lower_step_counts(Lowerer *l, Lowered counts) {
    for (int k = 0; k < l->in_steps.count; k++) {
        Lowered *wrong = &l->in_steps.at[k].wrong;
        Loc loc = l->in_steps.at[k].loc;
        TermType type;
        lower_join(&wrong->type, &counts.type, &type);
        wrong->node = ir_where(l->graph, loc, lower_align(l, loc, counts, &type),
                               lower_align(l, loc, *wrong, &type), ir_const(l->graph, loc, 0));
        wrong->type = type;
    }
}

void lower_step_checks(Lowerer *l, Node *scan, int first) {
    Graph *g = l->graph;
    for (int k = 0; k < l->in_steps.count; k++) {
        const StepCheck *check = &l->in_steps.at[k];
        Node *stack = ir_stacked(g, check->loc, scan, first + k);
        Node *index = lower_steps(l, check->loc, stack, check->wrong.type.shape.rank);
        Node *fine = ir_binary(g, check->loc, OP_eq, index, ir_const(g, check->loc, 0));
        graph_root(g, ROOT_check, check->name,
                   ir_where(g, check->loc, fine, ir_const(g, check->loc, INFINITY), index));
    }
    l->in_steps.count = 0;
}
