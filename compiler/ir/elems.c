/* Elements: which operands are integers, and where one becomes a real number.
 *
 * Classes, tokens, places along an axis and indices are int32, exact up to 2^31 - 1; all else is
 * real.  Rows of elems.def say what an operation takes and makes.  The verifier and the reader ask
 * elems_rule(), which changes nothing; graph_node() has elems_fit() turn operands into what the
 * row wants.
 *
 *     mul(%0 : int[n], %1 : [n])     →   %2 = real(%0) : [n]     %3 = mul(%2, %1)
 *     eq(%0 : int[n], const 3)       →   the constant is an integer, and no operation is needed
 *     sub(const 3, %1 : int[4])      →   an integer where %1 is iota, and cannot pass 32 bits
 */
#include "ir/interval.h"

#include <math.h>

/* -2^31, no class and no place: what stands for none, as infinity does among real numbers. */
static const double least = -2147483648.0, most = 2147483647.0;

static const struct {
    const char *operands;
    char result;
} rules[] = {
#define ELEMS(name, operands, result) [ELEMS_##name] = {operands, result},
#include "ir/elems.def"
};

/* The letter of operand i; o behind the end of a row without any. */
static char letter_of(const Node *node, int i) {
    const char *at = rules[optab[node->op].elems].operands;
    while (*at && i-- > 0 && at[1])
        at++;
    return *at ? *at : 'o';
}

/* The elements of the first operand that is a t; real where there is none. */
static Elem alike(const Node *node) {
    for (int i = 0; i < node->n_in; i++)
        if (letter_of(node, i) == 't')
            return node->in[i]->type.elem;
    return ELEM_real;
}

bool elems_rule(const Node *node, Arena *arena, Elem *elem, const char **why) {
    static const char *const words[] = {"real numbers", "integers"};
    char result = rules[optab[node->op].elems].result;
    for (int i = 0; i < node->n_in; i++) {
        char letter = letter_of(node, i);
        Elem is = node->in[i]->type.elem;
        Elem wanted = letter == 'o'   ? is
                      : letter == 't' ? alike(node)
                      : letter == 'i' ? ELEM_int
                                      : ELEM_real;
        if (is != wanted) {
            *why = arena_printf(arena, "%s takes %s as operand %d, not %s", optab[node->op].name,
                                words[wanted], i, words[is]);
            return false;
        }
    }
    *elem = result == 'o'   ? node->type.elem
            : result == 't' ? alike(node)
            : result == 'i' ? ELEM_int
                            : ELEM_real;
    return true;
}

/* ---- operands as a row wants them ---- */

bool elems_is_whole(const Node *node) {
    double value = node->attr.value;
    return node->op == OP_const && value >= least && value <= most && value == floor(value);
}

Node *ir_as(Graph *g, Node *a, Elem elem) {
    if (a->type.elem == elem)
        return a;
    if (a->op == OP_const && (elem == ELEM_real || elems_is_whole(a))) {
        Type type = a->type;
        type.elem = elem;
        return ir_fill(g, a->loc, a->attr.value, type);
    }
    if (elem == ELEM_int && a->op == OP_real)
        return a->in[0];
    return ir_unary(g, a->loc, elem == ELEM_int ? OP_index : OP_real, a);
}

enum { DEEPEST = 8 };

/* What an integer may be, as far as the graph tells: a place lies on its axis; any other is taken
 * for a class or token, of which there are 2^31 - 1 at most, so that the last is one less. */
static Interval reach_of(const Node *node, int depth) {
    Interval in[3];
    Interval image = {least, most};
    Kind kind = optab[node->op].kind;
    if (node->op == OP_const)
        return (Interval){node->attr.value, node->attr.value};
    if (node->op == OP_input)
        return (Interval){0, most - 1};
    if (kind == KIND_order || node->op == OP_iota) {
        Type of = node->op == OP_iota ? node->type : node->in[0]->type;
        int length = type_dim(of, node->attr.ints[0]);
        return (Interval){0, (length > 0 ? length : -(double)length * MAX_ROWS) - 1};
    }
    if (depth == DEEPEST || node->n_in == 0 || node->n_in > 3)
        return image;
    for (int i = 0; i < node->n_in; i++)
        in[i] = node->in[i]->type.elem == ELEM_int ? reach_of(node->in[i], depth + 1) : image;
    if (kind == KIND_view)
        return in[0];
    return kind == KIND_map && interval_map(node->op, in, &image) ? image : (Interval){least, most};
}

bool elems_in_float(const Node *node) {
    Interval reach = reach_of(node, 0);
    return reach.low >= -16777216 && reach.high <= 16777216;
}

/* Whether what the operation makes of integers is one, whatever they are. */
static bool stays_within(const Node *node) {
    Interval in[2], image;
    for (int i = 0; i < 2; i++)
        in[i] = reach_of(node->in[i], 0);
    return interval_map(node->op, in, &image) && image.low >= least && image.high <= most;
}

/* What operands are that are to be alike: integers where all are, or numbers that may as well be.
 * Of a sum that is one already, as a copy is, it is not asked again how far it reaches. */
static Elem common(const Node *node) {
    bool any = false, all = true;
    for (int i = 0; i < node->n_in; i++) {
        if (letter_of(node, i) != 't')
            continue;
        bool is = node->in[i]->type.elem == ELEM_int;
        any |= is;
        all &= is || elems_is_whole(node->in[i]);
    }
    bool asks = optab[node->op].elems == ELEMS_sums && node->type.elem == ELEM_real;
    return any && all && (!asks || stays_within(node)) ? ELEM_int : ELEM_real;
}

void elems_fit(Graph *g, Node *node) {
    Elem both = common(node);
    for (int i = 0; i < node->n_in; i++) {
        char letter = letter_of(node, i);
        if (letter != 'o')
            node->in[i] = ir_as(g, node->in[i],
                                letter == 't'   ? both
                                : letter == 'i' ? ELEM_int
                                                : ELEM_real);
    }
}
