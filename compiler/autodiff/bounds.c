/* Intervals of values, and the poles that lie in them: see bounds.h. */
#include "autodiff/bounds.h"
#include "ir/interval.h"

#include <float.h>
#include <math.h>
#include <string.h>

static const double exp_overflows = 80; /* a little below where it does in float */

static Bounds everywhere(void) {
    return (Bounds){.low = -INFINITY, .high = INFINITY};
}

static Bounds between(double low, double high) {
    return (Bounds){.low = low, .high = high};
}

static Interval interval(Bounds a) {
    return (Interval){a.low, a.high};
}

static Bounds bounded(Interval a) {
    return between(a.low, a.high);
}

static Bounds times(Bounds a, Bounds b) {
    return bounded(interval_product(interval(a), interval(b)));
}

static Bounds joined(Bounds a, Bounds b) {
    return bounded(interval_join(interval(a), interval(b)));
}

static bool is_even(const Node *node) {
    return node->op == OP_const && fmod(node->attr.value, 2) == 0 && node->attr.value > 0;
}

static Bounds leaf(const Node *node) {
    switch (node->op) {
    case OP_const:
        return between(node->attr.value, node->attr.value);
    case OP_scalar: /* no hyper is called so: the word is reserved */
        return strcmp(node->attr.name, "rows") == 0 ? between(1, INFINITY) : everywhere();
    case OP_rand:
    case OP_eye:
        return between(0, 1);
    case OP_iota:
        return between(0, INFINITY);
    default:
        return everywhere();
    }
}

static Bounds elementwise(const Node *node, const Bounds *bounds) {
    Interval in[3] = {{0}};
    for (int i = 0; i < node->n_in && i < 3; i++)
        in[i] = interval(bounds[node->in[i]->id]);
    Op op = node->op == OP_mul && node->in[0] == node->in[1] ? OP_square : node->op;
    Interval image;
    return interval_map(op, in, &image) ? bounded(interval_in_floats(op, image)) : everywhere();
}

/* A sum has the sign of what is summed. */
static Bounds summed(Bounds a) {
    return between(a.low >= 0 ? a.low : -INFINITY, a.high <= 0 ? a.high : INFINITY);
}

/* A transposition that moves nothing: axes longer than 1 stay in their order. */
static bool keeps_order(const Node *node) {
    for (int k = 0, last = -node->type.rank - 1; k < node->type.rank; k++)
        if (node->type.dim[k] != 1) {
            if (node->attr.ints[k] < last)
                return false;
            last = node->attr.ints[k];
        }
    return true;
}

/* The node whose numbers these are, in the same order. */
static const Node *same_numbers(const Node *node) {
    while (node->op == OP_reshape || (node->op == OP_transpose && keeps_order(node)))
        node = node->in[0];
    return node;
}

/* v vᵀ of a row v: a sum of squares. */
static bool is_row_by_itself(const Node *node) {
    const int *last = node->type.dim + node->type.rank - 2;
    return node->op == OP_matmul && last[0] == 1 && last[1] == 1 &&
           same_numbers(node->in[0]) == same_numbers(node->in[1]);
}

static Bounds bounds_of(const Node *node, const Bounds *bounds) {
    Bounds a = node->n_in > 0 ? bounds[node->in[0]->id] : everywhere();
    switch (node->op) {
    case OP_sum:
    case OP_cumsum:
    case OP_cumsum_back:
    case OP_put:
    case OP_fold:
        return summed(a);
    case OP_amax:
    case OP_reshape:
    case OP_transpose:
    case OP_slice:
    case OP_gather:
    case OP_take:
    case OP_window:
        return a;
    case OP_pad:
        return joined(a, between(0, 0));
    case OP_matmul:
        return is_row_by_itself(node) ? between(0, INFINITY)
                                      : summed(times(a, bounds[node->in[1]->id]));
    case OP_concat:
        for (int i = 1; i < node->n_in; i++)
            a = joined(a, bounds[node->in[i]->id]);
        return a;
    default:
        break;
    }
    if (node->n_in == 0)
        return leaf(node);
    if (optab[node->op].kind != KIND_map)
        return everywhere();
    return elementwise(node, bounds);
}

bool bounds_reaches_pole(const Node *node, const Bounds *bounds) {
    Bounds a = node->n_in > 0 ? bounds[node->in[0]->id] : everywhere();
    Bounds b = node->n_in > 1 ? bounds[node->in[1]->id] : everywhere();
    switch (node->op) {
    case OP_log:
    case OP_sqrt:
    case OP_lgamma:
    case OP_digamma:
    case OP_trigamma:
    case OP_polygamma:
        return a.low <= 0;
    case OP_log1p:
        return a.low <= -1;
    case OP_exp:
        return a.high > exp_overflows;
    case OP_div:
        return b.low <= 0 && b.high >= 0;
    case OP_pow:
        return a.low <= 0 && !(b.low == b.high && b.low >= 1 && floor(b.low) == b.low);
    default:
        return false;
    }
}

static Bounds operand(const Node *node, int i, const Bounds *bounds) {
    return i < node->n_in ? bounds[node->in[i]->id] : everywhere();
}

static bool all_are(const Node *node, const Bounds *bounds, bool (*is)(Bounds a)) {
    for (int i = 0; i < node->n_in; i++)
        if (!is(bounds[node->in[i]->id]))
            return false;
    return node->n_in > 0;
}

static bool is_steady_one(Bounds a) {
    return a.steady;
}

static bool is_flat_one(Bounds a) {
    return a.flat;
}

static bool flat_and_positive(Bounds a) {
    return a.flat && a.low >= 0;
}

/* Whether no derivative reaches a leaf from here, whatever the leaf: draws, hypers, comparisons. */
static bool is_steady(const Node *node, const Bounds *bounds) {
    if (node->op == OP_input || node->op == OP_param || node->op == OP_state)
        return false;
    bool no_rule = node->op == OP_stop || (optab[node->op].flags & STEP);
    return node->n_in == 0 || no_rule || all_are(node, bounds, is_steady_one);
}

/* Whether the derivative is 0 wherever the value is: that of a square, of a sum of squares that
 * are weighted, masked, joined or chosen from. */
static bool is_flat(const Node *node, const Bounds *bounds) {
    Bounds a = operand(node, 0, bounds), b = operand(node, 1, bounds);
    switch (node->op) {
    case OP_square:
    case OP_exp:
    case OP_sigmoid:
    case OP_softplus:
        return true;
    case OP_pow:
        return is_even(node->in[1]) || (a.low >= 0 && b.low == b.high && b.low > 1);
    case OP_mul:
        return node->in[0] == node->in[1] || (a.flat && b.flat);
    case OP_matmul:
        return is_row_by_itself(node) || all_are(node, bounds, flat_and_positive);
    case OP_add:
    case OP_sum:
    case OP_cumsum:
    case OP_cumsum_back:
    case OP_fold:
        return all_are(node, bounds, flat_and_positive);
    case OP_where:
        return b.flat && operand(node, 2, bounds).flat;
    case OP_gather:
    case OP_take:
    case OP_window:
    case OP_div:
    case OP_neg:
    case OP_abs:
    case OP_log1p:
    case OP_tanh:
    case OP_erf:
    case OP_atan:
        return a.flat;
    case OP_max:
    case OP_min:
    case OP_amax:
    case OP_reshape:
    case OP_transpose:
    case OP_slice:
    case OP_pad:
    case OP_concat:
    case OP_expand:
        return all_are(node, bounds, is_flat_one);
    default:
        return false;
    }
}

/* A bound as floats have it: what is smaller than they can be is 0, what is larger infinite. */
static double as_float(double bound) {
    double size = fabs(bound);
    return size < FLT_MIN ? 0 : size > FLT_MAX ? copysign(INFINITY, bound) : bound;
}

Bounds *bounds_of_nodes(const Graph *graph, Arena *arena, int count) {
    Bounds *bounds = NEW_ARRAY(arena, Bounds, count);
    for (int id = 0; id < count; id++) {
        const Node *node = graph->nodes.at[id];
        Bounds own = bounds_of(node, bounds);
        if (isnan(own.low) || isnan(own.high) || own.low > own.high)
            own = everywhere();
        own.low = as_float(own.low), own.high = as_float(own.high);
        own.singular = bounds_reaches_pole(node, bounds);
        own.steady = is_steady(node, bounds);
        own.flat = own.steady || is_flat(node, bounds) || own.low > 0 || own.high < 0;
        for (int i = 0; i < node->n_in; i++)
            own.singular = own.singular || bounds[node->in[i]->id].singular;
        bounds[id] = own;
    }
    return bounds;
}

bool bounds_is_norm(const Node *node, const Bounds *bounds) {
    const Node *power = node->op == OP_pow ? node->in[1] : NULL;
    bool root = node->op == OP_sqrt ||
                (power && power->op == OP_const && power->attr.value > 0 && power->attr.value < 1);
    return root && bounds[node->in[0]->id].flat && bounds[node->in[0]->id].low <= 0;
}
