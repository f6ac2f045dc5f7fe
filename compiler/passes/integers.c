/* Compares and looks up by integers where real numbers stand for such, and the other way round.
 *
 * Does       compares as integers what are integers made real, or whole numbers; looks up by them,
 *            also where they are joined; makes the operands of a sum real instead of the sum, where
 *            nobody needs it as an integer and a float has it exactly
 * Requires   nothing
 * Keeps      values; of integers that a float does not have they are the exact ones
 * Example    %2 = real(%0)   %3 = const 7 : []     %4 = eq(%2, %3)   →   eq(%0, const 7 : int[])
 *            %2 = add(%0, %1) : int[9]             %3 = real(%2)     →   add(real(%0), real(%1))
 */
#include "passes/passes.h"
#include "passes/rebuild.h"

/* The integer that a real number is made of; NULL: it is none. */
static Node *integer_of(Rebuild *r, Node *node) {
    if (node->op == OP_real)
        return node->in[0];
    return elems_is_whole(node) ? ir_as(r->graph, node, ELEM_int) : NULL;
}

static Node *compared(Rebuild *r, const Node *test) {
    if (test->in[0]->op != OP_real && test->in[1]->op != OP_real)
        return NULL;
    Node *a = integer_of(r, test->in[0]), *b = integer_of(r, test->in[1]);
    return a && b ? ir_binary(r->graph, test->loc, test->op, a, b) : NULL;
}

/* real(op(a, b)): op(real(a), real(b)). */
static Node *made_real(Rebuild *r, const Node *real) {
    const Node *of = real->in[0];
    Node *in[3];
    bool sums = optab[of->op].elems == ELEMS_sums;
    if ((!sums && of->op != OP_where) || !used_once(r, of) || !elems_in_float(of))
        return NULL;
    for (int i = 0; i < of->n_in; i++)
        in[i] = ir_as(r->graph, of->in[i], ELEM_real);
    return graph_node(r->graph, of->op, of->loc, (Attr){0}, type_scalar(), of->n_in, in);
}

/* index(concat(real(a), 0)): concat(a, 0). */
static Node *joined(Rebuild *r, const Node *concat) {
    Node **part = NEW_ARRAY(r->scratch, Node *, concat->n_in);
    for (int i = 0; i < concat->n_in; i++)
        if (!(part[i] = integer_of(r, concat->in[i])))
            return NULL;
    return ir_concat(r->graph, concat->loc, concat->attr.ints[0], concat->n_in, part);
}

/* index(real(a)), floor between them or not. */
static Node *looked_up(Rebuild *r, const Node *index) {
    const Node *of = index->in[0]->op == OP_floor ? index->in[0]->in[0] : index->in[0];
    if (of->op == OP_concat)
        return joined(r, of);
    return of->op == OP_real ? of->in[0] : NULL;
}

static Node *integers(Rebuild *r, const Node *node) {
    switch (node->op) {
    case OP_lt:
    case OP_le:
    case OP_eq:
        return compared(r, node);
    case OP_index:
        return looked_up(r, node);
    case OP_real:
        return made_real(r, node);
    default:
        return NULL;
    }
}

bool pass_integers(Graph *graph) {
    return rebuild_near(graph, PASS_integers, integers, NULL);
}
