/* The derivative rules, one for each name in the `grad` column of ops.def.
 *
 * A rule is given a node y = op(a, b, …) and its cotangent g, and contributes to operands what the
 * chain rule says, as nodes that can be differentiated again.  In the formulas d is what an operand
 * receives.  Elementwise rules write with give(), which sums away what broadcasting has repeated;
 * the others with give_whole().  What a cotangent's type may be is told in cotangent.h; axes are
 * counted from the right, so that an axis of Jacobian seeds at the left makes no difference.
 *
 * At most one argument of a call makes nodes: C leaves their order open, and the same model gives
 * the same program whatever compiler compiled aecc.
 */
#include "autodiff/live.h"

/* Nothing depends on the operands in a way that has a derivative. */
void grad_none(GradContext *c, Node *y, Node *g) {
    (void)c, (void)g;
    die("%s has no derivative", optab[y->op].name);
}

/* ---- elementwise, one operand ---- */

/* y = -a: d = -g */
void grad_neg(GradContext *c, Node *y, Node *g) {
    (void)y;
    give(c, 0, unary(c, OP_neg, g));
}

/* y = e^a: d = g y */
void grad_exp(GradContext *c, Node *y, Node *g) {
    give(c, 0, times(c, g, y));
}

/* y = log a: d = g / a */
void grad_log(GradContext *c, Node *y, Node *g) {
    give(c, 0, over(c, g, y->in[0]));
}

/* y = log(1 + a): d = g / (1 + a) */
void grad_log1p(GradContext *c, Node *y, Node *g) {
    give(c, 0, over(c, g, plus(c, number(c, 1), y->in[0])));
}

/* y = √a: d = g / 2y.  A norm, the root of a sum of squares, has no derivative at 0; its steps
 * there lead nowhere in particular, and d is 0.  So is that of any root of what is flat where it is
 * 0, such as a masked sum of squares. */
void grad_sqrt(GradContext *c, Node *y, Node *g) {
    Node *d = over(c, times(c, number(c, 0.5), g), y);
    give(c, 0, guarded(c, d, bounds_is_norm(y, c->live->bounds) ? y : NULL));
}

/* y = a²: d = 2 a g */
void grad_square(GradContext *c, Node *y, Node *g) {
    give(c, 0, times(c, g, times(c, number(c, 2), y->in[0])));
}

/* y = |a|: d = g sign a, 0 at 0 */
void grad_abs(GradContext *c, Node *y, Node *g) {
    give(c, 0, times(c, g, unary(c, OP_sign, y->in[0])));
}

/* y = sin a: d = g cos a */
void grad_sin(GradContext *c, Node *y, Node *g) {
    give(c, 0, times(c, g, unary(c, OP_cos, y->in[0])));
}

/* y = cos a: d = -g sin a */
void grad_cos(GradContext *c, Node *y, Node *g) {
    give(c, 0, unary(c, OP_neg, times(c, g, unary(c, OP_sin, y->in[0]))));
}

/* y = tanh a: d = g (1 - y²) */
void grad_tanh(GradContext *c, Node *y, Node *g) {
    Node *one = number(c, 1);
    give(c, 0, times(c, g, minus(c, one, unary(c, OP_square, y))));
}

/* y = erf a: d = g 2 e^(-a²) / √π */
void grad_erf(GradContext *c, Node *y, Node *g) {
    Node *bell = unary(c, OP_exp, unary(c, OP_neg, unary(c, OP_square, y->in[0])));
    give(c, 0, times(c, g, times(c, number(c, 1.12837916709551257390), bell)));
}

/* y = atan a: d = g / (1 + a²) */
void grad_atan(GradContext *c, Node *y, Node *g) {
    Node *square = unary(c, OP_square, y->in[0]);
    give(c, 0, over(c, g, plus(c, number(c, 1), square)));
}

/* y = log |gamma(a)|: d = g digamma a */
void grad_lgamma(GradContext *c, Node *y, Node *g) {
    give(c, 0, times(c, g, unary(c, OP_digamma, y->in[0])));
}

/* y = digamma a: d = g trigamma a */
void grad_digamma(GradContext *c, Node *y, Node *g) {
    give(c, 0, times(c, g, unary(c, OP_trigamma, y->in[0])));
}

/* y = trigamma a: d = g polygamma(2, a) */
void grad_trigamma(GradContext *c, Node *y, Node *g) {
    give(c, 0, times(c, g, ir_polygamma(c->graph, c->loc, 2, y->in[0])));
}

/* y = polygamma(n, a): d = g polygamma(n + 1, a) */
void grad_polygamma(GradContext *c, Node *y, Node *g) {
    double next = y->attr.value + 1;
    give(c, 0, times(c, g, ir_polygamma(c->graph, c->loc, next, y->in[0])));
}

/* y = 1 / (1 + e^-a): d = g y (1 - y) */
void grad_sigmoid(GradContext *c, Node *y, Node *g) {
    give(c, 0, times(c, g, times(c, y, minus(c, number(c, 1), y))));
}

/* y = log(1 + e^a): d = g sigmoid a */
void grad_softplus(GradContext *c, Node *y, Node *g) {
    give(c, 0, times(c, g, unary(c, OP_sigmoid, y->in[0])));
}

/* y = a, an integer as a real number: d = g */
void grad_real(GradContext *c, Node *y, Node *g) {
    (void)y;
    give(c, 0, g);
}

/* y = a, repeated: d = g, summed over the repetitions */
void grad_expand(GradContext *c, Node *y, Node *g) {
    (void)y;
    give(c, 0, g);
}

/* ---- elementwise, more operands ---- */

/* y = a + b: da = g, db = g */
void grad_add(GradContext *c, Node *y, Node *g) {
    (void)y;
    give(c, 0, g);
    give(c, 1, g);
}

/* y = a - b: da = g, db = -g */
void grad_sub(GradContext *c, Node *y, Node *g) {
    (void)y;
    give(c, 0, g);
    if (wants(c, 1))
        give(c, 1, unary(c, OP_neg, g));
}

/* y = a b: da = g b, db = g a */
void grad_mul(GradContext *c, Node *y, Node *g) {
    if (wants(c, 0))
        give(c, 0, times(c, g, y->in[1]));
    if (wants(c, 1))
        give(c, 1, times(c, g, y->in[0]));
}

/* y = a / b: da = g / b, db = -g y / b */
void grad_div(GradContext *c, Node *y, Node *g) {
    if (wants(c, 0))
        give(c, 0, over(c, g, y->in[1]));
    if (wants(c, 1))
        give(c, 1, unary(c, OP_neg, over(c, times(c, g, y), y->in[1])));
}

/* p a^(p - 1), well behaved at and below a = 0 where p is a constant whole number. */
static Node *pow_slope(GradContext *c, Node *a, Node *p) {
    bool fixed = p->op == OP_const;
    if (fixed && p->attr.value == 1)
        return number(c, 1);
    if (fixed && p->attr.value == 2)
        return times(c, number(c, 2), a);
    Node *less = fixed ? number(c, p->attr.value - 1) : minus(c, p, number(c, 1));
    Node *scale = fixed ? number(c, p->attr.value) : p;
    return times(c, scale, ir_binary(c->graph, c->loc, OP_pow, a, less));
}

/* y = a^b: da = g b a^(b - 1), db = g y log a.  A root of a sum of squares is treated as by sqrt.
 */
void grad_pow(GradContext *c, Node *y, Node *g) {
    Node *a = y->in[0], *b = y->in[1];
    Node *root = bounds_is_norm(y, c->live->bounds) ? y : NULL;
    if (wants(c, 0) && !(b->op == OP_const && b->attr.value == 0))
        give(c, 0, guarded(c, times(c, g, pow_slope(c, a, b)), root));
    if (wants(c, 1))
        give(c, 1, times(c, g, times(c, y, unary(c, OP_log, a))));
}

static Node *where_less(GradContext *c, Node *a, Node *b, Node *yes, Node *no) {
    Node *less = ir_binary(c->graph, c->loc, OP_lt, a, b);
    return ir_where(c->graph, c->loc, less, yes, no);
}

/* y = a where low < high, and b elsewhere, these two being a and b: the one that is taken receives
 * g.  At ties b does, but a constant yields to nobody: the derivative of max(a, 0) and of max(0, a)
 * is 0 at 0. */
static void give_taken(GradContext *c, Node *y, Node *g, Node *low, Node *high) {
    Node *zero = number(c, 0);
    if (wants(c, 0))
        give(c, 0, where_less(c, low, high, g, zero));
    if (wants(c, 1) && y->in[0]->op == OP_const)
        give(c, 1, where_less(c, high, low, g, zero));
    else if (wants(c, 1))
        give(c, 1, where_less(c, low, high, zero, g));
}

/* y = max(a, b): the larger receives g */
void grad_max(GradContext *c, Node *y, Node *g) {
    give_taken(c, y, g, y->in[1], y->in[0]);
}

/* y = min(a, b): the smaller receives g */
void grad_min(GradContext *c, Node *y, Node *g) {
    give_taken(c, y, g, y->in[0], y->in[1]);
}

/* y = a ? b : c: db = a ? g : 0, dc = a ? 0 : g */
void grad_where(GradContext *c, Node *y, Node *g) {
    Node *zero = number(c, 0);
    if (wants(c, 1))
        give(c, 1, ir_where(c->graph, c->loc, y->in[0], g, zero));
    if (wants(c, 2))
        give(c, 2, ir_where(c->graph, c->loc, y->in[0], zero, g));
}

/* ---- reductions ---- */

/* y = Σ a: d = g at every a */
void grad_sum(GradContext *c, Node *y, Node *g) {
    give_whole(c, 0, unreduced(c, g, y));
}

/* y = Σ a up to each: d = Σ g from each on */
void grad_cumsum(GradContext *c, Node *y, Node *g) {
    int axis = y->attr.ints[0];
    g = along(c, g, y->type, axis);
    give_whole(c, 0, ir_along(c->graph, c->loc, OP_cumsum_back, g, axis));
}

/* y = Σ a from each on: d = Σ g up to each */
void grad_cumsum_back(GradContext *c, Node *y, Node *g) {
    int axis = y->attr.ints[0];
    g = along(c, g, y->type, axis);
    give_whole(c, 0, ir_along(c->graph, c->loc, OP_cumsum, g, axis));
}

/* y = max a: d = g at the largest, in equal parts where there are several */
void grad_amax(GradContext *c, Node *y, Node *g) {
    Node *largest = ir_binary(c->graph, c->loc, OP_eq, y->in[0], unreduced(c, y, y));
    Node *count = ir_reduce(c->graph, c->loc, OP_sum, largest, y->attr.count, y->attr.ints);
    g = guarded(c, over(c, g, count), c->guard);
    give_whole(c, 0, times(c, unreduced(c, g, y), largest));
}

/* ---- products ---- */

static Node *swapped(GradContext *c, Node *a) {
    return ir_transpose(c->graph, c->loc, a, 2, (int[]){-1, -2});
}

static Node *product(GradContext *c, Node *a, Node *b, bool ta, bool tb) {
    return ir_matmul(c->graph, c->loc, a, b, ta, tb);
}

/* identity·d times bᵀ, for y (n, s): row s of bᵀ scaled by d's column s: (s, n, k) */
static Node *scaling(GradContext *c, const Node *y, Node *d) {
    bool ta = y->attr.ints[0], tb = y->attr.ints[1];
    Node *b = tb ? y->in[1] : swapped(c, y->in[1]);  /* (s, k) */
    Node *scale = swapped(c, ranked(c, d, y->type)); /* (s, n) */
    int s = scale->type.dim[0], n = scale->type.dim[1], k = b->type.dim[1];
    scale =
        ir_reshape(c->graph, c->loc, scale, type_make(3, ta ? (int[]){s, 1, n} : (int[]){s, n, 1}));
    b = ir_reshape(
        c->graph, c->loc, b,
        type_make(3, ta ? (int[]){b->type.dim[0], k, 1} : (int[]){b->type.dim[0], 1, k}));
    return times(c, scale, b);
}

/* The left operand's share under seeds: the seeds are more rows of one product with bᵀ. */
static Node *seeded_left(GradContext *c, const Node *y, Node *g, Node *b) {
    bool ta = y->attr.ints[0], tb = y->attr.ints[1];
    if (y->type.rank > 2) {
        b = ir_expand(c->graph, c->loc, b, seeded(g, y->type, b->type));
        return ta ? product(c, b, g, tb, true) : product(c, g, b, false, !tb);
    }
    int s = g->type.dim[0], n = g->type.dim[1];
    Node *flat = ir_reshape(c->graph, c->loc, g, type_make(2, (int[]){s * n, g->type.dim[2]}));
    Node *d = product(c, flat, b, false, !tb);
    d = ir_reshape(c->graph, c->loc, d, type_make(3, (int[]){s, n, d->type.dim[1]}));
    return ta ? swapped(c, d) : d;
}

/* y = a b: da = g bᵀ, db = aᵀ g, and with operands stored transposed the transposes of these */
void grad_matmul(GradContext *c, Node *y, Node *g) {
    Node *a = y->in[0], *b = y->in[1];
    Node *rows = c->guard ? live_factor(c, c->guard, 0) : NULL;
    Node *columns = c->guard ? live_factor(c, c->guard, 1) : NULL;
    bool ta = y->attr.ints[0], tb = y->attr.ints[1];
    if (c->diagonal) {
        give_whole(c, 0, guarded(c, scaling(c, y, g), rows));
        return;
    }
    g = whole(c, g, y->type);
    bool seeds = g->type.rank > y->type.rank;
    if (wants(c, 0)) {
        b = guarded(c, b, columns);
        Node *d = seeds ? seeded_left(c, y, g, b)
                  : ta  ? product(c, b, g, tb, true)
                        : product(c, g, b, false, !tb);
        give_whole(c, 0, guarded(c, d, rows));
    }
    if (wants(c, 1)) {
        a = ir_expand(c->graph, c->loc, guarded(c, a, rows), seeded(g, y->type, a->type));
        give_whole(c, 1, tb ? product(c, g, a, true, ta) : product(c, a, g, !ta, false));
    }
}

/* ---- the same numbers elsewhere ---- */

/* y = a in another shape: d = g in a's shape; one number stays one */
void grad_reshape(GradContext *c, Node *y, Node *g) {
    const Node *a = y->in[0];
    bool one = type_size(g->type, 1) == 1 && !type_has_rows(g->type);
    Type type = one ? type_scalar() : seeded(g, y->type, a->type);
    give_whole(c, 0, ir_reshape(c->graph, c->loc, one ? g : whole(c, g, y->type), type));
}

/* y = a with axes permuted: d = g with them permuted back */
void grad_transpose(GradContext *c, Node *y, Node *g) {
    int count = y->attr.count, back[MAX_RANK];
    for (int k = 0; k < count; k++)
        back[count + y->attr.ints[k]] = k - count;
    give_whole(c, 0, ir_transpose(c->graph, c->loc, ranked(c, g, y->type), count, back));
}

/* y = a[begin:end]: d = g between zeros */
void grad_slice(GradContext *c, Node *y, Node *g) {
    int axis = y->attr.ints[0], begin = y->attr.ints[1];
    Type whole_type = y->in[0]->type;
    g = along(c, g, y->type, axis);
    give_whole(c, 0,
               ir_pad(c->graph, c->loc, g, axis, begin, whole_type.dim[whole_type.rank + axis]));
}

/* The part [begin, end) of g along an axis: g itself where it does not change along it. */
static Node *part(GradContext *c, Node *g, int axis, int begin, int end) {
    if (-axis > g->type.rank || g->type.dim[g->type.rank + axis] == 1)
        return g;
    return ir_slice(c->graph, c->loc, g, axis, begin, end);
}

/* y = a between zeros: d = the part of g where a lies */
void grad_pad(GradContext *c, Node *y, Node *g) {
    const int *range = y->attr.ints;
    give_whole(c, 0, part(c, g, range[0], range[1], range[2]));
}

/* y = parts side by side: d = each its part of g */
void grad_concat(GradContext *c, Node *y, Node *g) {
    int axis = y->attr.ints[0], begin = 0;
    for (int i = 0; i < y->n_in; i++) {
        int length = y->in[i]->type.dim[y->type.rank + axis];
        if (wants(c, i))
            give_whole(c, i, part(c, g, axis, begin, begin + length));
        begin += length;
    }
}

/* g at the full lengths of both axes of windows */
static Node *along_windows(GradContext *c, Node *g, Type of, int axis) {
    return along(c, along(c, g, of, axis), of, axis - 1);
}

/* y = windows of a: d = the windows of g added up where they lie in a */
void grad_window(GradContext *c, Node *y, Node *g) {
    const int *ints = y->attr.ints;
    Type whole_type = y->in[0]->type;
    int length = whole_type.dim[whole_type.rank + ints[0]];
    g = along_windows(c, g, y->type, ints[0]);
    give_whole(c, 0, ir_fold(c->graph, c->loc, g, ints[0], length, ints[2], ints[3]));
}

/* y = windows a added up: d = the windows of g */
void grad_fold(GradContext *c, Node *y, Node *g) {
    const int *ints = y->attr.ints;
    Type a = y->in[0]->type;
    int axis = a.rank + ints[0], size = a.dim[axis - 1], places = a.dim[axis];
    g = along(c, g, y->type, ints[0]);
    Node *d = ir_window(c->graph, c->loc, g, ints[0], size, ints[2], ints[3]);
    give_whole(c, 0,
               part(c, d, ints[0], 0, places)); /* windows at the end may have been left out */
}

/* g with the axis of seeds moved from the left of its axes to their right, or back. */
static Node *rolled(GradContext *c, Node *g, bool right) {
    int rank = g->type.rank, perm[MAX_RANK];
    for (int k = 0; k < rank; k++)
        perm[k] = (right ? (k + 1) % rank : (k + rank - 1) % rank) - rank;
    return ir_transpose(c->graph, c->loc, g, rank, perm);
}

/* y = rows of a at b: d = the rows of g added at b */
void grad_gather(GradContext *c, Node *y, Node *g) {
    g = whole(c, g, y->type);
    Type type = y->in[0]->type;
    bool seeds = g->type.rank > y->type.rank;
    if (seeds) {
        type.dim[type.rank++] = g->type.dim[0];
        g = rolled(c, g, true);
    }
    Node *d = ir_scatter(c->graph, c->loc, g, y->in[1], type);
    give_whole(c, 0, seeds ? rolled(c, d, false) : d);
}

/* y = rows of a added at b: d = the rows of g at b */
void grad_scatter(GradContext *c, Node *y, Node *g) {
    g = whole(c, g, y->type);
    bool seeds = g->type.rank > y->type.rank;
    Node *d = ir_gather(c->graph, c->loc, seeds ? rolled(c, g, true) : g, y->in[1]);
    give_whole(c, 0, seeds ? rolled(c, d, false) : d);
}

/* The places of y's index, once for each seed of g. */
static Node *seeded_index(GradContext *c, const Node *y, const Node *g) {
    Node *index = y->in[1];
    return ir_expand(c->graph, c->loc, index, seeded(g, y->type, index->type));
}

/* y = a at the places b: d = g added at b */
void grad_take(GradContext *c, Node *y, Node *g) {
    int axis = y->attr.ints[0];
    Type type = y->in[0]->type;
    g = whole(c, g, y->type);
    give_whole(
        c, 0, ir_put(c->graph, c->loc, g, seeded_index(c, y, g), axis, type.dim[type.rank + axis]));
}

/* y = a added at the places b: d = g at b */
void grad_put(GradContext *c, Node *y, Node *g) {
    g = whole(c, g, y->type);
    give_whole(c, 0, ir_take(c->graph, c->loc, g, seeded_index(c, y, g), y->attr.ints[0]));
}
