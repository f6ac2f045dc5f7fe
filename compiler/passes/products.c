/* Products of matrices: fewer transpositions, and smaller products.
 *
 * Does       turns transposed operands, and a transposed product, into the product's flags; drops
 *            the flag of a symmetric operand and takes numbers out of symmetric products, so that
 *            equal ones meet; makes a product over an axis of length 1 elementwise; takes Σ (M·W)²
 *            over the last axis, W (k, x) and x > k, as Σ M ∘ (M·(W·Wᵀ)): the product with x
 *            columns, and its gradients, are never made
 * Requires   nothing
 * Keeps      values, to rounding
 * Example    where %0 : [3200,200] and %1 : [200,784]
 *              %2 = matmul(%0, %1)      %3 = square(%2)         %4 = sum(%3) axes=-1
 *            → %2 = matmul(%1, %1) tb   %3 = matmul(%0, %2)
 *              %4 = mul(%0, %3)         %5 = sum(%4) axes=-1
 */
#include "passes/passes.h"
#include "passes/rebuild.h"

static bool flag(const Node *product, int i) {
    return product->attr.ints[i] != 0;
}

/* aᵀ·a and a·aᵀ are their own transposes. */
static bool is_symmetric(const Node *node) {
    if (node->op == OP_mul && node->in[0]->type.rank == 0)
        return is_symmetric(node->in[1]);
    if (node->op == OP_mul && node->in[1]->type.rank == 0)
        return is_symmetric(node->in[0]);
    return node->op == OP_matmul && node->in[0] == node->in[1] && flag(node, 0) != flag(node, 1);
}

static Node *transposed_operands(Rebuild *r, const Node *node) {
    Node *in[2];
    bool flags[2], found = false;
    for (int i = 0; i < 2; i++) {
        bool swap = is_swap(node->in[i]);
        bool needless = !swap && flag(node, i) && is_symmetric(node->in[i]);
        in[i] = swap ? node->in[i]->in[0] : node->in[i];
        flags[i] = flag(node, i) != (swap || needless);
        found = found || swap || needless;
    }
    return found ? ir_matmul(r->graph, node->loc, in[0], in[1], flags[0], flags[1]) : NULL;
}

/* A number times a matrix: the number, and the matrix in `matrix`; NULL where it is something else.
 */
static Node *scale_of(const Node *node, Node **matrix) {
    for (int i = 0; i < 2 && node->op == OP_mul; i++)
        if (node->in[i]->type.rank == 0 && node->in[1 - i]->type.rank > 0) {
            *matrix = node->in[1 - i];
            return node->in[i];
        }
    return NULL;
}

/* (s·a)·b = s·(a·b) where that makes symmetry visible: a·aᵀ, or a product with a symmetric matrix
 * that the gradient of a Gram matrix repeats. */
static Node *scaled_operand(Rebuild *r, const Node *node) {
    for (int i = 0; i < 2; i++) {
        Node *in[2] = {node->in[0], node->in[1]};
        Node *scale = scale_of(node->in[i], &in[i]);
        bool own = in[0] == in[1] && flag(node, 0) != flag(node, 1);
        if (!scale || !(own || is_symmetric(in[1 - i])))
            continue;
        Node *result = ir_matmul(r->graph, node->loc, in[0], in[1], flag(node, 0), flag(node, 1));
        return ir_binary(r->graph, node->loc, OP_mul, scale, result);
    }
    return NULL;
}

/* (m, 1) times (1, p): every element by every element */
static Node *outer_product(Rebuild *r, const Node *node) {
    Node *in[2];
    for (int i = 0; i < 2; i++) {
        Type type = node->in[i]->type;
        int row = type.rank - 2, inner = (i == 0) != flag(node, i) ? row + 1 : row;
        if (type.dim[inner] != 1)
            return NULL;
        int other = inner == row ? row + 1 : row;
        type.dim[i == 0 ? row : row + 1] = node->in[i]->type.dim[other];
        type.dim[i == 0 ? row + 1 : row] = 1;
        in[i] = ir_reshape(r->graph, node->loc, node->in[i], type);
    }
    return ir_binary(r->graph, node->loc, OP_mul, in[0], in[1]);
}

/* ---- Σ (M·W)² ---- */

/* Worth it where rows · x · k is more than k · k · x + rows · k · k. */
static bool gram_pays(double rows, double k, double x) {
    return x > k && (rows < 0 || rows * k * x > k * k * x + rows * k * k);
}

/* Only the squares' sum over the columns needs the product. */
static Node *gram(Rebuild *r, const Node *node) {
    Node *squares = node->in[0], *product = squares->op == OP_square ? squares->in[0] : NULL;
    Graph *g = r->graph;
    if (!product || product->op != OP_matmul || !node_has_axis(node, -1) || flag(product, 0) ||
        !used_once(r, squares) || !used_once(r, product))
        return NULL;
    Node *m = product->in[0], *w = product->in[1];
    bool tw = flag(product, 1);
    int rows = type_dim(m->type, -2), k = type_dim(m->type, -1), x = type_dim(product->type, -1);
    if (k < 0 || x < 0 || !gram_pays(rows, k, x))
        return NULL;
    Node *inner = ir_matmul(g, node->loc, w, w, tw, !tw); /* (k, k) */
    Node *result =
        ir_binary(g, node->loc, OP_mul, m, ir_matmul(g, node->loc, m, inner, false, false));
    return ir_reduce(g, node->loc, OP_sum, result, node->attr.count, node->attr.ints);
}

static const bool of[NUM_OPS] = {[OP_matmul] = true, [OP_sum] = true, [OP_transpose] = true};

static Node *product(Rebuild *r, const Node *node) {
    if (node->op == OP_matmul) {
        Node *result = transposed_operands(r, node);
        if (!result)
            result = scaled_operand(r, node);
        return result ? result : outer_product(r, node);
    }
    if (node->op == OP_sum)
        return gram(r, node);
    if (is_swap(node) && node->in[0]->op == OP_matmul && used_once(r, node->in[0])) {
        const Node *a = node->in[0];
        return ir_matmul(r->graph, node->loc, a->in[1], a->in[0], !flag(a, 1), !flag(a, 0));
    }
    return NULL;
}

bool pass_products(Graph *graph) {
    return rebuild_of(graph, of, product, NULL);
}
