/* Sums what changes along the axis, and only that.
 *
 * Does       takes factors that do not change along an axis out of the sum over it; sums before
 *            reshaping and transposing; joins sums of sums; takes signs out
 * Requires   nothing
 * Keeps      values, to rounding
 * Example    a contractive penalty becomes a scaling of row norms:
 *              sum(square(d [n,20,1] * W [1,20,784])) axes=-2,-1
 *            → sum(square(d) [n,20] * sum(square(W)) axes=-1 [1,20]) axes=-1
 */
#include "ir/length.h"
#include "passes/passes.h"
#include "passes/rebuild.h"

/* ---- products under a sum ---- */

enum { MAX_FACTORS = 8 };

typedef struct Factors {
    Node *factor[MAX_FACTORS];
    int count;
    bool squared;
} Factors;

/* Takes a product apart, as far as nobody else uses its parts.  `waiting` factors are still to
 * come. */
static void collect(Rebuild *r, Factors *product, Node *node, int waiting) {
    bool root = product->count + waiting == 0, fits = product->count + waiting + 2 <= MAX_FACTORS;
    if (node->op == OP_mul && fits && (root || used_once(r, node))) {
        collect(r, product, node->in[0], waiting + 1);
        collect(r, product, node->in[1], waiting);
    } else {
        product->factor[product->count++] = node;
    }
}

static bool changes(const Node *node, int k) {
    return type_dim(node->type, -k - 1) != 1;
}

/* The factors that change along axis k, as a set. */
static unsigned changing(const Factors *product, int k) {
    unsigned set = 0;
    for (int i = 0; i < product->count; i++)
        set |= (unsigned)changes(product->factor[i], k) << i;
    return set;
}

/* The product of the factors of a set, squared where the whole is; NULL of none. */
static Node *multiplied(Graph *g, Loc loc, const Factors *product, unsigned set) {
    Node *result = NULL;
    for (int i = 0; i < product->count; i++)
        if (set >> i & 1)
            result =
                result ? ir_binary(g, loc, OP_mul, result, product->factor[i]) : product->factor[i];
    return result && product->squared ? ir_unary(g, loc, OP_square, result) : result;
}

static int bits(unsigned set) {
    int count = 0;
    for (; set; set &= set - 1)
        count++;
    return count;
}

/* The smallest set of factors, not all, that change along an axis of the sum; 0: there is none. */
static unsigned separable(const Factors *product, unsigned axes) {
    unsigned all = (1u << product->count) - 1, best = 0;
    for (int k = 0; k < MAX_RANK; k++) {
        unsigned set = axes >> k & 1 ? changing(product, k) : 0;
        if (set && set != all && (!best || bits(set) < bits(best)))
            best = set;
    }
    return best;
}

/* Sums over the axes along which only `set` changes, leaves them with length 1, and sums over the
 * others. */
static Node *sum_apart(Rebuild *r, const Node *node, const Factors *product, unsigned set) {
    Graph *g = r->graph;
    unsigned axes = axis_set(node), first = 0, all = (1u << product->count) - 1;
    for (int k = 0; k < MAX_RANK; k++)
        if ((axes >> k & 1) && (changing(product, k) & ~set) == 0)
            first |= 1u << k;
    Node *inner =
        reduced(g, node->loc, OP_sum, multiplied(g, node->loc, product, set), first, true);
    Node *rest = multiplied(g, node->loc, product, all & ~set);
    Node *whole = ir_binary(g, node->loc, OP_mul, rest, inner);
    whole = reduced(g, node->loc, OP_sum, whole, axes & ~first, true);
    unsigned own = (1u << whole->type.rank) - 1;
    whole = squeezed(g, node->loc, whole, axes & own);
    return ir_expand(g, node->loc, whole, node->type);
}

/* Whether the product of the factors in `set` is as large as that of all. */
static bool as_large(const Factors *product, unsigned set, Type all) {
    Type type = type_scalar();
    for (int i = 0; i < product->count; i++)
        if ((set >> i & 1) && !type_broadcast(type, product->factor[i]->type, &type))
            die("factors do not fit");
    return type_equal(type, all);
}

static Node *sum_of_product(Rebuild *r, const Node *node) {
    Node *a = node->in[0];
    Factors product = {.squared = a->op == OP_square};
    if (product.squared)
        a = a->in[0];
    if (a->op != OP_mul)
        return NULL;
    collect(r, &product, a, 0);
    unsigned set = separable(&product, axis_set(node));
    if (!used_once(r, node->in[0]) && as_large(&product, set, node->in[0]->type))
        return NULL; /* the product is made anyway */
    return set ? sum_apart(r, node, &product, set) : NULL;
}

/* sum(a / b) = sum(a) / b where b does not change along the axes */
static Node *sum_of_quotient(Rebuild *r, const Node *node) {
    Node *a = node->in[0]->in[0], *b = node->in[0]->in[1];
    unsigned axes = axis_set(node), own = (1u << b->type.rank) - 1;
    for (int k = 0; k < MAX_RANK; k++)
        if ((axes >> k & 1) &&
            (changes(b, k) || type_dim(a->type, -k - 1) != type_dim(node->in[0]->type, -k - 1)))
            return NULL;
    Node *sum = ir_reduce(r->graph, node->loc, OP_sum, a, node->attr.count, node->attr.ints);
    Node *by = squeezed(r->graph, node->loc, b, axes & own);
    return ir_expand(r->graph, node->loc, ir_binary(r->graph, node->loc, OP_div, sum, by),
                     node->type);
}

/* ---- reductions of moved values ---- */

/* Without axes of length 1 that the reduction leaves; they come back above it. */
static Node *reduce_units(Rebuild *r, const Node *node) {
    const Type type = node->in[0]->type;
    unsigned axes = axis_set(node), units = 0, rest = 0;
    for (int k = type.rank - 1; k >= 0; k--)
        units |= (unsigned)(type.dim[type.rank - 1 - k] == 1 && !(axes >> k & 1)) << k;
    if (!units)
        return NULL;
    for (int k = 0, at = 0; k < type.rank; k++)
        if (!(units >> k & 1))
            rest |= (axes >> k & 1) << at++;
    Node *a = squeezed(r->graph, node->loc, node->in[0], units);
    a = reduced(r->graph, node->loc, node->op, a, rest, false);
    return ir_reshape(r->graph, node->loc, a, node->type);
}

static Node *reduce_reshape(Rebuild *r, const Node *node) {
    const Node *view = node->in[0];
    Node *a = view->in[0];
    AxisGroup groups[MAX_RANK + 1];
    unsigned axes = axis_set(node), inner = 0, done = 0;
    int rank = view->type.rank, count = axis_groups(a->type, view->type, groups);
    for (int k = 0; k < count; k++) {
        bool all = groups[k].b_begin < groups[k].b_end;
        unsigned set = 0;
        for (int i = groups[k].b_begin; i < groups[k].b_end; i++) {
            all = all && (axes >> (rank - 1 - i) & 1 || view->type.dim[i] == 1);
            set |= 1u << (rank - 1 - i);
        }
        for (int i = groups[k].a_begin; all && i < groups[k].a_end; i++)
            inner |= 1u << (a->type.rank - 1 - i);
        done |= all && (set & axes) ? set : 0;
    }
    Node *sum = reduced(r->graph, node->loc, node->op, a, inner, true);
    if (sum == a || type_equal(sum->type, a->type))
        return reduce_units(r, node);
    Type rest = view->type;
    for (int i = 0; i < rank; i++)
        if (done >> (rank - 1 - i) & 1)
            rest.dim[i] = 1;
    sum = ir_reshape(r->graph, node->loc, sum, rest);
    sum = reduced(r->graph, node->loc, node->op, sum, axes, true);
    return ir_reshape(r->graph, node->loc, sum, node->type);
}

static Node *reduce_transpose(Rebuild *r, const Node *node) {
    const Node *view = node->in[0];
    Node *a = view->in[0];
    int rank = a->type.rank, count = view->attr.count, perm[MAX_RANK], place[MAX_RANK], kept = 0;
    unsigned axes = axis_set(node), inner = 0;
    bool stays[MAX_RANK];
    for (int i = 0; i < rank; i++) {
        perm[i] = i < rank - count ? i : rank + view->attr.ints[i - (rank - count)];
        stays[perm[i]] = !(axes >> (rank - 1 - i) & 1);
    }
    for (int i = 0; i < rank; i++) {
        place[i] = kept;
        kept += stays[i];
        inner |= stays[i] ? 0 : 1u << (rank - 1 - i);
    }
    int outer[MAX_RANK], n = 0;
    for (int i = 0; i < rank; i++)
        if (stays[perm[i]])
            outer[n++] = place[perm[i]] - kept;
    Node *sum = reduced(r->graph, node->loc, node->op, a, inner, false);
    return n > 1 ? ir_transpose(r->graph, node->loc, sum, n, outer) : sum;
}

/* A reduction of a reduction by the same operation. */
static Node *reduce_reduce(Rebuild *r, const Node *node) {
    const Node *inner = node->in[0];
    unsigned first = axis_set(inner), second = axis_set(node), axes = first;
    for (int k = 0, at = 0; k < inner->in[0]->type.rank; k++)
        if (!(first >> k & 1))
            axes |= (second >> at++ & 1) << k;
    return reduced(r->graph, node->loc, node->op, inner->in[0], axes, false);
}

static bool all_ones(const Node *node) {
    for (int i = 0; i < node->attr.count; i++)
        if (type_dim(node->in[0]->type, node->attr.ints[i]) != 1)
            return false;
    return true;
}

static Node *sum(Rebuild *r, const Node *node) {
    if (optab[node->op].kind != KIND_reduce)
        return NULL;
    Node *a = node->in[0];
    if (all_ones(node))
        return ir_reshape(r->graph, node->loc, a, node->type);
    if (a->op == node->op && used_once(r, a))
        return reduce_reduce(r, node);
    if (a->op == OP_reshape)
        return reduce_reshape(r, node);
    if (a->op == OP_transpose)
        return reduce_transpose(r, node);
    if (node->op != OP_sum)
        return NULL;
    if (a->op == OP_neg)
        return ir_unary(
            r->graph, node->loc, OP_neg,
            ir_reduce(r->graph, node->loc, OP_sum, a->in[0], node->attr.count, node->attr.ints));
    if (a->op == OP_div)
        return sum_of_quotient(r, node);
    return sum_of_product(r, node);
}

bool pass_sums(Graph *graph) {
    return rebuild_near(graph, PASS_sums, sum, NULL);
}
