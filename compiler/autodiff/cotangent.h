/* Cotangents: what flows backwards, and the few helpers that the derivative rules are written with.
 *
 * The cotangent g of a node of type T is a node that *broadcasts* to T: axes along which it does
 * not change may be 1 or, at the left, missing.  So the gradient of a mean is one number until
 * somebody needs more.
 *
 * A Jacobian has one seed for each element of h.  They are one more axis, at the left of all
 * others, and g then broadcasts to [seeds, T…].  Axes are counted from the right, therefore the
 * rules do not notice.  A g with more axes than T has that axis; one without is the same for all
 * seeds.
 *
 *     h (n, 20), a node of type (n, 400): its cotangent is (20, n, 400)
 *
 * The seeds are an identity at first, and stay *diagonal* through elementwise operations: then only
 * the diagonal d, which broadcasts to T, is kept, g[s, n, j] being d[n, j] where s = j and 0
 * elsewhere.  The first product turns it into a scaling of the matrix, and nothing with a (seeds,
 * n, h) identity is ever formed.
 */
#ifndef AECC_COTANGENT_H
#define AECC_COTANGENT_H

#include "ir/ir.h"

typedef struct GradContext {
    Graph *graph;
    Arena *scratch;
    Node *node;      /* whose rule runs */
    Loc loc;         /* its place: derivatives carry it */
    int seeds;       /* length of the seed axis, 0 for none */
    int rows;        /* first dimension of h where it has rows, else 0 */
    bool diagonal;   /* the g of this rule is a diagonal */
    bool transposed; /* what is swept is itself a sweep: cotangents are differentials */
    Node *guard;     /* NULL, or where g is live: the rule may multiply by what is not finite */
    struct Live *live;
    bool tells;       /* arguments of functions with a pole are given out: see live_visit */
    bool *needed;     /* by id: on a way from a wanted v to y */
    Node **full;      /* by id: cotangents so far */
    Node **diagonals; /* by id: their diagonal parts */
    Node ***parts;    /* by id of a scan: cotangents of what it leaves, or NULL; `n_parts` ids */
    int n_parts;
} GradContext;

/* Adds to operand `i` what it contributes.  `g` is the cotangent of `node`. */
typedef void GradRule(GradContext *c, Node *node, Node *g);
#define OP(name, arity, attr, shape, elems, grad, ...) GradRule grad_##grad;
#include "ir/ops.def"

/* Whether a gradient is due to operand i. */
bool wants(const GradContext *c, int i);
/* Contributes g, which broadcasts to the node's type, to operand i: sums over the axes that the
 * operand does not have or has with length 1.  For elementwise rules. */
void give(GradContext *c, int i, Node *g);
/* Contributes g, which broadcasts to the operand's own type.  From a diagonal: a diagonal again,
 * or, with the seed axis, dense. */
void give_whole(GradContext *c, int i, Node *g);

/* Short builders at the place of the node. */
Node *number(GradContext *c, double value);
Node *unary(GradContext *c, Op op, Node *a);
Node *plus(GradContext *c, Node *a, Node *b);
Node *minus(GradContext *c, Node *a, Node *b);
Node *times(GradContext *c, Node *a, Node *b); /* b where a is 1, and the other way round */
Node *over(GradContext *c, Node *a, Node *b);
/* g where it is live, else 0; `places` is NULL for everywhere.  give() does it for its rules. */
Node *guarded(GradContext *c, Node *g, Node *places);

/* [seeds, type…] where g has the seed axis in front of `of`'s axes, else `type`. */
Type seeded(const Node *g, Type of, Type type);
/* g, the cotangent of a value of type `of`, with none of that type's axes missing (they are 1) … */
Node *ranked(GradContext *c, Node *g, Type of);
/* … with `axis` at its full length … */
Node *along(GradContext *c, Node *g, Type of, int axis);
/* … with all of them. */
Node *whole(GradContext *c, Node *g, Type of);
/* g with axes of length 1 put in where `reduction` has taken them out. */
Node *unreduced(GradContext *c, Node *g, const Node *reduction);
/* The dense cotangent of a diagonal d of a value of type `of`: identity · d. */
Node *dense_of(GradContext *c, Node *d, Type of);
/* Whether a diagonal cotangent can belong to a value of this type. */
bool diagonal_fits(const GradContext *c, Type type);

#endif
