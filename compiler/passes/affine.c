/* Products take the scale and the shift that follow them.
 *
 * What a layer adds to each feature and what a normalisation by numbers that are known subtracts,
 * divides by, multiplies by and adds again is one factor and one summand for each feature, which
 * are computed once a batch.  Where the weight has fewer numbers than the product the factor is
 * put into the weight: then nothing is left but the summand.
 *
 * Does       turns chains of + - * / by values without rows, above a product, with the views
 *            between them, into one product and one sum, or into a sum alone
 * Requires   nothing left to differentiate: gradients by weight, scale and shift are shorter apart.
 *            While a model trains, batch_norm looks at its batch; then there is no such chain
 * Keeps      values, to rounding: what follows a product only, which is rounded itself.  A large
 *            mean that is taken away from data would take their digits with it
 * Example    where %0 : [196n,9], %1 : [9,16] and the others [16]
 *              %7 = matmul(%0, %1)   %8 = add(%7, %2)    %9 = sub(%8, %3)
 *              %10 = mul(%4, %9)     %11 = div(%10, %5)  %12 = add(%11, %6)
 *            → %7 = div(%4, %5)      %8 = mul(%1, %7)    %9 = matmul(%0, %8)
 *              %10 = sub(%2, %3)     %11 = mul(%10, %4)  %12 = div(%11, %5)
 *              %13 = add(%12, %6)    %14 = add(%9, %13)
 */
#include "ir/length.h"
#include "passes/passes.h"
#include "passes/rebuild.h"

enum {
    MOST_LINKS = 32,
    MANY = 32,  /* rows, where work for each of them is compared with work for all */
    STORED = 2, /* work for a number that is read, multiplied and stored */
};

/* From the last operation down to the product, which is no link. */
typedef struct Chain {
    Node *link[MOST_LINKS];
    int count;
    Node *product;
    double before,
        after; /* work of the links, with MANY rows; of what takes their place, at least */
} Chain;

/* What has become of the product's numbers u: scale u + shift, both aligned with the link's type;
 * NULL: 1, 0. */
typedef struct Affine {
    Node *scale, *shift;
} Affine;

static bool is_view(const Node *node) {
    return node->op == OP_reshape || node->op == OP_transpose || node->op == OP_slice ||
           node->op == OP_fold;
}

/* The operand of which the result is an affine function, by the other one; -1 where none is. */
static int varying(const Node *node) {
    bool divides = node->op == OP_div;
    if (node->op != OP_add && node->op != OP_sub && node->op != OP_mul && !divides)
        return -1;
    for (int i = 0; i < (divides ? 1 : 2); i++)
        if (type_equal(node->in[i]->type, node->type) && !type_has_rows(node->in[1 - i]->type))
            return i;
    return -1;
}

/* False where the last operation ends no chain, or its links are no more work than what would take
 * their place. */
static bool read_chain(Rebuild *r, const Node *top, Chain *chain) {
    *chain = (Chain){.product = (Node *)top};
    for (const Node *node = top; node->op != OP_matmul; node = chain->product) {
        int i = is_view(node) ? 0 : varying(node), cost = optab[node->op].cost;
        if (i < 0 || chain->count == MOST_LINKS || !used_once(r, node->in[i]))
            return false;
        chain->link[chain->count++] = (Node *)node;
        chain->product = node->in[i];
        if (is_view(node))
            continue;
        chain->before += cost * type_size(node->type, MANY);
        chain->after += 2 * cost * type_size(node->in[1 - i]->type, 1);
    }
    chain->after += type_size(top->type, MANY); /* one link is as good as another */
    return chain->before > chain->after;
}

/* ---- values without rows through views ---- */

/* With axes of length 1 at the left, as many as `rank`. */
static Node *aligned(Graph *g, Loc loc, Node *v, int rank) {
    Type type = {.rank = rank};
    for (int i = 0; i < rank; i++)
        type.dim[i] = type_dim(v->type, i - rank);
    return ir_reshape(g, loc, v, type);
}

/* v, aligned with `from`, as it is after a reshape to `to`: axes that meet are repeated.  NULL
 * where one of them is rows. */
static Node *reshaped(Graph *g, Loc loc, Node *v, Type from, Type to) {
    AxisGroup groups[MAX_RANK + 1];
    int count = axis_groups(from, to, groups);
    Type wide = v->type, type = to;
    for (int k = 0; k < count; k++) {
        bool gone = true;
        for (int i = groups[k].a_begin; i < groups[k].a_end; i++)
            gone = gone && v->type.dim[i] == 1;
        for (int i = groups[k].a_begin; i < groups[k].a_end && !gone; i++)
            wide.dim[i] = from.dim[i];
        for (int i = groups[k].b_begin; i < groups[k].b_end && gone; i++)
            type.dim[i] = 1;
    }
    return type_has_rows(wide) ? NULL : ir_reshape(g, loc, ir_expand(g, loc, v, wide), type);
}

/* Through a transposition, or back through it. */
static Node *transposed(Graph *g, Node *v, const Node *node, bool back) {
    int rank = node->type.rank, count = node->attr.count, perm[MAX_RANK];
    for (int k = 0; k < count; k++) {
        int shown = node->attr.ints[k];
        perm[back ? shown + count : k] = back ? k - count : shown;
    }
    return ir_transpose(g, node->loc, aligned(g, node->loc, v, rank), count, perm);
}

/* v, aligned with the view's operand, aligned with its result; or back. NULL where it cannot. */
static Node *through(Graph *g, Node *v, const Node *view, bool back) {
    Type below = view->in[0]->type, to = back ? below : view->type;
    if (!v)
        return NULL;
    v = aligned(g, view->loc, v, back ? view->type.rank : below.rank);
    if (view->op == OP_reshape)
        return reshaped(g, view->loc, v, back ? view->type : below, to);
    if (view->op == OP_transpose)
        return transposed(g, v, view, back);
    int axis = view->attr.ints[0], own = axis + view->type.rank;
    if (view->op == OP_slice) /* along another axis than those of v */
        return type_dim(v->type, axis) == 1 ? v : NULL;
    Type type = back ? type_prefixed(1, v->type) : type_without(v->type, 0);
    for (int i = 0; i < to.rank; i++) { /* a fold: two axes are one */
        int from = back ? i - (i > own) : i + (i > own);
        type.dim[i] = i == own || (back && i == own + 1) ? 1 : v->type.dim[from];
    }
    bool other = type_size(type, 1) == type_size(v->type, 1);
    return other ? ir_reshape(g, view->loc, v, type) : NULL;
}

/* ---- what the links make of the product ---- */

static Node *either(Graph *g, Loc loc, Op op, Node *a, Node *b) {
    return a ? ir_binary(g, loc, op, a, b) : op == OP_sub ? ir_unary(g, loc, OP_neg, b) : b;
}

static void follow(Graph *g, const Node *node, Affine *a) {
    int i = varying(node);
    Loc loc = node->loc;
    Node *v = aligned(g, loc, node->in[1 - i], node->type.rank);
    if (node->op == OP_mul || node->op == OP_div) {
        Node *one = node->op == OP_div ? ir_const(g, loc, 1) : NULL;
        a->scale = either(g, loc, node->op, a->scale ? a->scale : one, v);
        a->shift = a->shift ? ir_binary(g, loc, node->op, a->shift, v) : NULL;
    } else if (node->op == OP_sub && i == 1) { /* v - (scale u + shift) */
        a->scale = a->scale ? ir_unary(g, loc, OP_neg, a->scale) : ir_const(g, loc, -1);
        a->shift = a->shift ? ir_binary(g, loc, OP_sub, v, a->shift) : v;
    } else {
        a->shift = either(g, loc, node->op, a->shift, v);
    }
}

/* False where one of the two does not pass a view. */
static bool follow_all(Graph *g, const Chain *chain, Affine *a) {
    *a = (Affine){0};
    for (int i = chain->count - 1; i >= 0; i--) {
        const Node *node = chain->link[i];
        if (!is_view(node)) {
            follow(g, node, a);
            continue;
        }
        Affine next = {through(g, a->scale, node, false), NULL};
        if (node->op != OP_fold) /* which would add the shift up */
            next.shift = through(g, a->shift, node, false);
        if (!next.scale != !a->scale || !next.shift != !a->shift)
            return false;
        *a = next;
    }
    return true;
}

/* ---- the factor in the weight ---- */

/* Operand k of the product times the scale, which is aligned with the product; NULL where the
 * operand has rows, or is not what the scale belongs to, or `most` is no more work. */
static Node *scaled(Graph *g, const Node *product, int k, Node *scale, double most) {
    Node *matrix = product->in[k], *weight = matrix->op == OP_expand ? matrix->in[0] : matrix;
    Type type = aligned(g, product->loc, scale, product->type.rank)->type, whole;
    int own = type.rank - 2 + k, other = type.rank - 1 - k, extra = type.rank - weight->type.rank;
    if (type_has_rows(weight->type) || type.dim[other] != 1 || extra < 0 ||
        STORED * type_size(weight->type, 1) >= most)
        return NULL;
    if (product->attr.ints[k]) {
        type.dim[other] = type.dim[own];
        type.dim[own] = 1;
    }
    for (int i = 0; i < extra; i++) {
        if (type.dim[0] != 1)
            return NULL;
        type = type_without(type, 0);
    }
    if (!type_broadcast(type, weight->type, &whole) || !type_equal(whole, weight->type))
        return NULL;
    scale = ir_reshape(g, product->loc, scale, type);
    weight = ir_binary(g, product->loc, OP_mul, weight, scale);
    return ir_expand(g, product->loc, weight, matrix->type);
}

/* The product with the scale in one of its operands, or NULL. */
static Node *scaled_product(Graph *g, const Chain *chain, Node *scale, double most) {
    const Node *product = chain->product;
    for (int i = 0; i < chain->count && scale; i++)
        if (is_view(chain->link[i]))
            scale = through(g, scale, chain->link[i], true);
    for (int k = 1; k >= 0 && scale; k--) {
        Node *in[2] = {product->in[0], product->in[1]};
        in[k] = scaled(g, product, k, scale, most);
        if (in[k])
            return ir_matmul(g, product->loc, in[0], in[1], product->attr.ints[0] != 0,
                             product->attr.ints[1] != 0);
    }
    return NULL;
}

/* ---- the pass ---- */

/* The views of the chain, above another product. */
static Node *viewed(Graph *g, const Chain *chain, Node *a) {
    for (int i = chain->count - 1; i >= 0; i--)
        if (is_view(chain->link[i]))
            a = ir_copy(g, chain->link[i], &a);
    return a;
}

static const bool of[NUM_OPS] = {
    [OP_add] = true, [OP_sub] = true, [OP_mul] = true, [OP_div] = true};

static Node *affine(Rebuild *r, const Node *node) {
    const bool *inner = r->user;
    Graph *g = r->graph;
    Chain chain;
    Affine a;
    bool made = node->id < g->nodes.count && g->nodes.at[node->id] == node;
    if (made || inner[node->id] || varying(node) < 0 || !type_has_rows(node->type) ||
        !read_chain(r, node, &chain) || !follow_all(g, &chain, &a))
        return NULL;
    double each = type_size(node->type, MANY);
    Node *product = a.scale ? scaled_product(g, &chain, a.scale, each) : NULL;
    if (!product && a.scale && chain.before <= chain.after + each)
        return NULL;
    Node *result = viewed(g, &chain, product ? product : chain.product);
    if (a.scale && !product)
        result = ir_binary(g, node->loc, OP_mul, result, a.scale);
    return a.shift ? ir_binary(g, node->loc, OP_add, result, a.shift) : result;
}

/* By old id: operands of links, and of nothing else, that another link may follow, with views
 * between the two. */
static bool *inner(const Graph *graph, Arena *scratch) {
    bool *inner = NEW_ARRAY(scratch, bool, graph->nodes.count + 1);
    int *uses = NEW_ARRAY(scratch, int, graph->nodes.count + 1);
    for (int i = 0; i < graph->roots.count; i++)
        uses[graph->roots.at[i].node->id]++;
    for (int id = graph->nodes.count - 1; id >= 0; id--) {
        const Node *node = graph->nodes.at[id];
        inner[id] = inner[id] && uses[id] == 1;
        int link = is_view(node) && inner[id] ? 0 : varying(node);
        for (int i = 0; i < node->n_in; i++)
            uses[node->in[i]->id]++;
        if (link >= 0)
            inner[node->in[link]->id] = true;
    }
    return inner;
}

bool pass_affine(Graph *graph) {
    Arena *scratch = arena_open();
    bool changed = rebuild_of(graph, of, affine, inner(graph, scratch));
    arena_close(scratch);
    return changed;
}
