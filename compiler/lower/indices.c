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
    bool compares = optab[node->op].flags & STEP && node->op != OP_floor;
    bool looks_up = optab[node->op].kind == KIND_gather;
    int first = node->op == OP_where ? 1 : 0, last = compares ? 0 : looks_up ? 1 : node->n_in;
    for (int i = first; i < last; i++)
        if (shows_data(l, node->in[i], n, seen))
            return true;
    return false;
}

void lower_index(Lowerer *l, const Term *term, Node *index, int n, const char *what) {
    Graph *g = l->graph;
    Loc loc = term->loc;
    bool may_leave = term->kind != TERM_class_number && term->flag; /* check_may_leave */
    if (!may_leave && !shows_data(l, index, n, NEW_ARRAY(l->arena, bool, index->id + 1)))
        return;
    Node *above = ir_binary(g, loc, OP_le, ir_const(g, loc, 0), index);
    Node *below = ir_binary(g, loc, OP_lt, index, ir_const(g, loc, n));
    Node *fine = ir_binary(g, loc, OP_mul, above, below);
    bool real = index->type.elem == ELEM_real;
    if (real)
        fine = ir_binary(g, loc, OP_mul, fine,
                         ir_binary(g, loc, OP_eq, ir_unary(g, loc, OP_floor, index), index));
    Node *check = ir_where(g, loc, fine, ir_const(g, loc, real ? INFINITY : INT32_MIN), index);
    graph_root(g, ROOT_check, arena_printf(l->arena, "%s of 0 to %d", what, n - 1), check);
}
