/* Intervals of values, and the poles that lie in them: see range.h. */
#include "autodiff/range.h"

#include <math.h>
#include <string.h>

static const double exp_overflows = 80; /* a little below where it does in float */

static Range everywhere(void) {
    return (Range){-INFINITY, INFINITY, false, false};
}

static Range between(double low, double high) {
    return (Range){low, high, false, false};
}

/* a b, where 0 times an unbounded number is 0: values themselves are finite. */
static double product(double a, double b) {
    return a == 0 || b == 0 ? 0 : a * b;
}

static Range times(Range a, Range b) {
    double p[4] = {product(a.low, b.low), product(a.low, b.high), product(a.high, b.low),
                   product(a.high, b.high)};
    return between(fmin(fmin(p[0], p[1]), fmin(p[2], p[3])),
                   fmax(fmax(p[0], p[1]), fmax(p[2], p[3])));
}

static Range joined(Range a, Range b) {
    return between(fmin(a.low, b.low), fmax(a.high, b.high));
}

static Range squared(Range a) {
    double low = a.low > 0 ? a.low : a.high < 0 ? -a.high : 0;
    double high = fmax(fabs(a.low), fabs(a.high));
    return between(product(low, low), product(high, high));
}

static bool is_even(const Node *node) {
    return node->op == OP_const && fmod(node->attr.value, 2) == 0 && node->attr.value > 0;
}

static Range quotient(Range a, Range b) {
    if (b.low > 0 || b.high < 0)
        return times(a, between(1 / b.high, 1 / b.low));
    return everywhere();
}

static Range power(const Node *node, Range a) {
    if (is_even(node->in[1]))
        return between(0, INFINITY);
    return a.low >= 0 ? between(0, INFINITY) : everywhere();
}

static Range leaf(const Node *node) {
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

static Range elementwise(const Node *node, Range a, Range b, Range c) {
    switch (node->op) {
    case OP_neg:
        return between(-a.high, -a.low);
    case OP_exp:
        return between(exp(a.low), exp(a.high));
    case OP_log:
        return a.low > 0 ? between(log(a.low), log(a.high)) : everywhere();
    case OP_log1p:
        return a.low > -1 ? between(log1p(a.low), log1p(a.high)) : everywhere();
    case OP_sqrt:
        return between(sqrt(fmax(a.low, 0)), sqrt(fmax(a.high, 0)));
    case OP_square:
        return squared(a);
    case OP_abs:
        return between(sqrt(squared(a).low), fmax(fabs(a.low), fabs(a.high)));
    case OP_softplus:
        return between(0, fmax(a.high, 0) + 1);
    case OP_sigmoid:
    case OP_lt:
    case OP_le:
    case OP_eq:
        return between(0, 1);
    case OP_sign:
    case OP_sin:
    case OP_cos:
    case OP_tanh:
    case OP_erf:
        return between(-1, 1);
    case OP_stop:
    case OP_expand:
        return a;
    case OP_add:
        return between(a.low + b.low, a.high + b.high);
    case OP_sub:
        return between(a.low - b.high, a.high - b.low);
    case OP_mul:
        return node->in[0] == node->in[1] ? squared(a) : times(a, b);
    case OP_div:
        return quotient(a, b);
    case OP_pow:
        return power(node, a);
    case OP_max:
        return between(fmax(a.low, b.low), fmax(a.high, b.high));
    case OP_min:
        return between(fmin(a.low, b.low), fmin(a.high, b.high));
    case OP_where:
        return joined(b, c);
    default:
        return everywhere();
    }
}

/* A sum has the sign of what is summed. */
static Range summed(Range a) {
    return between(a.low >= 0 ? a.low : -INFINITY, a.high <= 0 ? a.high : INFINITY);
}

static Range range_of(const Node *node, const Range *ranges) {
    Range a = node->n_in > 0 ? ranges[node->in[0]->id] : everywhere();
    switch (node->op) {
    case OP_sum:
        return summed(a);
    case OP_amax:
    case OP_reshape:
    case OP_transpose:
    case OP_slice:
    case OP_gather:
        return a;
    case OP_pad:
        return joined(a, between(0, 0));
    case OP_concat:
        for (int i = 1; i < node->n_in; i++)
            a = joined(a, ranges[node->in[i]->id]);
        return a;
    default:
        break;
    }
    if (node->n_in == 0)
        return leaf(node);
    if (optab[node->op].kind != KIND_map)
        return everywhere();
    return elementwise(node, a, node->n_in > 1 ? ranges[node->in[1]->id] : a,
                       node->n_in > 2 ? ranges[node->in[2]->id] : a);
}

bool range_reaches_pole(const Node *node, const Range *ranges) {
    Range a = node->n_in > 0 ? ranges[node->in[0]->id] : everywhere();
    Range b = node->n_in > 1 ? ranges[node->in[1]->id] : everywhere();
    switch (node->op) {
    case OP_log:
    case OP_sqrt:
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

/* Whether the value is made of squares alone. */
static bool is_squares(const Node *node, const Range *ranges) {
    bool a = node->n_in > 0 && ranges[node->in[0]->id].squares;
    bool b = node->n_in > 1 && ranges[node->in[1]->id].squares;
    switch (node->op) {
    case OP_square:
        return true;
    case OP_pow:
        return is_even(node->in[1]);
    case OP_mul:
        return node->in[0] == node->in[1] || (a && ranges[node->in[1]->id].low > 0) ||
               (b && ranges[node->in[0]->id].low > 0);
    case OP_div:
        return a && ranges[node->in[1]->id].low > 0;
    case OP_add:
        return a && b;
    case OP_sum:
    case OP_amax:
    case OP_reshape:
    case OP_transpose:
    case OP_slice:
    case OP_expand:
        return a;
    default:
        return false;
    }
}

Range *range_of_nodes(const Graph *graph, Arena *arena, int count) {
    Range *ranges = NEW_ARRAY(arena, Range, count);
    for (int id = 0; id < count; id++) {
        const Node *node = graph->nodes.at[id];
        Range range = range_of(node, ranges);
        if (isnan(range.low) || isnan(range.high) || range.low > range.high)
            range = everywhere();
        range.singular = range_reaches_pole(node, ranges);
        range.squares = is_squares(node, ranges);
        for (int i = 0; i < node->n_in; i++)
            range.singular = range.singular || ranges[node->in[i]->id].singular;
        ranges[id] = range;
    }
    return ranges;
}
