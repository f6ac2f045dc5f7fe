/* The reference evaluator: what each operation means, in double precision.
 *
 * Every kernel kind is a plain loop over the places of its result: a place is a tuple of indices,
 * and the operands' elements are found from it.  Slow, obvious, and the same for all ops of a kind;
 * tests compare everything faster with it.
 *
 *     %2 = matmul(%0, %1)  ->  values[2][i * p + j] = sum over k of a[i][k] * b[k][j]
 *
 * A node whose operand is not known (a leaf for which the context has no values) is not known
 * either: NULL.
 */
#include "ir/ir.h"

#include <math.h>

/* An array: lengths with the rows filled in, and the elements in row-major order. */
typedef struct Array {
    int rank;
    int dim[MAX_RANK];
    long size;
    const double *at;
} Array;

typedef struct Eval {
    Arena *arena;
    const EvalContext *context;
    const double **values; /* by id */
} Eval;

static Array array_of(const Eval *eval, Type type, const double *at) {
    long rows = eval->context->rows;
    Array array = {.rank = type.rank, .size = (long)type_size(type, (double)rows), .at = at};
    for (int i = 0; i < type.rank; i++)
        array.dim[i] = type.dim[i] < 0 ? -type.dim[i] * (int)rows : type.dim[i];
    return array;
}

static Array operand(const Eval *eval, const Node *node, int i) {
    return array_of(eval, node->in[i]->type, eval->values[node->in[i]->id]);
}

/* The tuple of the place `flat`. */
static void place_of(const Array *array, long flat, int *index) {
    for (int i = array->rank - 1; i >= 0; i--) {
        index[i] = (int)(flat % array->dim[i]);
        flat /= array->dim[i];
    }
}

static long flat_of(const Array *array, const int *index) {
    long flat = 0;
    for (int i = 0; i < array->rank; i++)
        flat = flat * array->dim[i] + index[i];
    return flat;
}

/* The element that broadcasting shows at `index` of a result with `rank` axes. */
static double shown(const Array *array, int rank, const int *index) {
    int own[MAX_RANK];
    for (int i = 0; i < array->rank; i++)
        own[i] = array->dim[i] == 1 ? 0 : index[rank - array->rank + i];
    return array->at[flat_of(array, own)];
}

/* ---- one function a kernel kind: fills `out`, the elements of `result` ---- */

typedef void Compute(const Eval *eval, const Node *node, const Array *result, double *out);

static void eval_leaf(const Eval *eval, const Node *node, const Array *result, double *out) {
    const double *values = eval->context->leaf(eval->context->user, node);
    for (long i = 0; i < result->size; i++)
        out[i] = values[i];
}

static void eval_map(const Eval *eval, const Node *node, const Array *result, double *out) {
    Array in[3] = {{0}};
    int index[MAX_RANK];
    for (int k = 0; k < node->n_in; k++)
        in[k] = operand(eval, node, k);
    for (long i = 0; i < result->size; i++) {
        double x[3] = {0, 0, 0};
        place_of(result, i, index);
        for (int k = 0; k < node->n_in; k++)
            x[k] = shown(&in[k], result->rank, index);
        out[i] = optab[node->op].value(x[0], x[1], x[2], node->attr.value);
    }
}

/* Element e of row r is draw (r, e) of its stream; all are in row 0 where the first axis has no
 * rows. */
static void eval_random(const Eval *eval, const Node *node, const Array *result, double *out) {
    const EvalContext *context = eval->context;
    bool by_row = node->type.rank > 0 && node->type.dim[0] < 0;
    long each = by_row ? result->size / context->rows : result->size;
    for (long i = 0; i < result->size; i++)
        out[i] = context->draw(context->user, node->op, node->attr.name, (int)(i / each),
                               (int)(i % each));
}

static void eval_index(const Eval *eval, const Node *node, const Array *result, double *out) {
    int index[MAX_RANK], rank = result->rank;
    (void)eval;
    for (long i = 0; i < result->size; i++) {
        place_of(result, i, index);
        if (optab[node->op].attr == ATTR_AXIS)
            out[i] = index[rank + node->attr.ints[0]];
        else
            out[i] = index[rank - 1] == index[rank - 2];
    }
}

/* The place in the result of the element at `from` of the operand. */
static long kept_place(const Node *node, const Array *a, const int *from, const Array *result) {
    int to[MAX_RANK], rank = 0;
    for (int i = 0; i < a->rank; i++)
        if (!node_has_axis(node, i - a->rank))
            to[rank++] = from[i];
    return flat_of(result, to);
}

static void eval_reduce(const Eval *eval, const Node *node, const Array *result, double *out) {
    Array a = operand(eval, node, 0);
    bool *begun = NEW_ARRAY(eval->arena, bool, result->size);
    int index[MAX_RANK];
    for (long i = 0; i < a.size; i++) {
        place_of(&a, i, index);
        long to = kept_place(node, &a, index, result);
        out[to] = begun[to] ? optab[node->op].value(out[to], a.at[i], 0, 0) : a.at[i];
        begun[to] = true;
    }
}

static void order_argmax(const Eval *eval, const Node *node, const Array *result, double *out) {
    Array a = operand(eval, node, 0);
    double *largest = NEW_ARRAY(eval->arena, double, result->size);
    int index[MAX_RANK];
    for (long i = 0; i < a.size; i++) {
        place_of(&a, i, index);
        int place = index[a.rank + node->attr.ints[0]];
        long to = kept_place(node, &a, index, result);
        if (place == 0 || a.at[i] > largest[to]) {
            largest[to] = a.at[i];
            out[to] = place;
        }
    }
}

static void order_rank(const Eval *eval, const Node *node, const Array *result, double *out) {
    Array a = operand(eval, node, 0);
    int axis = a.rank + node->attr.ints[0], index[MAX_RANK];
    for (long i = 0; i < a.size; i++) {
        place_of(&a, i, index);
        int own = index[axis];
        for (int k = 0; k < a.dim[axis]; k++) {
            index[axis] = k;
            double other = a.at[flat_of(&a, index)];
            out[i] += other > a.at[i] || (other == a.at[i] && k < own); /* `out` is 0 at first */
        }
    }
    (void)result;
}

/* Places by insertion: each goes behind those that are not larger. A value that is no number goes
 * last. */
static void order_argsort(const Eval *eval, const Node *node, const Array *result, double *out) {
    Array a = operand(eval, node, 0);
    int axis = a.rank + node->attr.ints[0], index[MAX_RANK];
    for (long i = 0; i < a.size; i++) {
        place_of(&a, i, index);
        int own = index[axis], before = 0;
        for (int k = 0; k < a.dim[axis]; k++) {
            index[axis] = k;
            double other = a.at[flat_of(&a, index)];
            bool less = other < a.at[i] || (isnan(a.at[i]) && !isnan(other));
            bool same = other == a.at[i] || (isnan(a.at[i]) && isnan(other));
            before += less || (same && k < own);
        }
        index[axis] = before;
        out[flat_of(result, index)] = own;
    }
}

static void eval_scan(const Eval *eval, const Node *node, const Array *result, double *out) {
    Array a = operand(eval, node, 0);
    int axis = a.rank + node->attr.ints[0], index[MAX_RANK];
    for (long i = 0; i < a.size; i++) { /* `out` is 0 at first */
        place_of(&a, i, index);
        int own = index[axis];
        bool back = node->op == OP_cumsum_back;
        int first = back ? 0 : own, last = back ? own : a.dim[axis] - 1;
        for (index[axis] = first; index[axis] <= last; index[axis]++)
            out[flat_of(result, index)] += a.at[i];
    }
}

static void eval_gemm(const Eval *eval, const Node *node, const Array *result, double *out) {
    Array a = operand(eval, node, 0), b = operand(eval, node, 1);
    int ta = node->attr.ints[0], tb = node->attr.ints[1], rank = result->rank;
    int inner = a.dim[rank - (ta ? 2 : 1)];
    int index[MAX_RANK], left[MAX_RANK], right[MAX_RANK];
    for (long i = 0; i < result->size; i++) {
        double sum = 0;
        place_of(result, i, index);
        for (int k = 0; k < rank; k++)
            left[k] = right[k] = index[k];
        for (int k = 0; k < inner; k++) {
            left[rank - (ta ? 1 : 2)] = index[rank - 2];
            left[rank - (ta ? 2 : 1)] = k;
            right[rank - (tb ? 1 : 2)] = k;
            right[rank - (tb ? 2 : 1)] = index[rank - 1];
            sum += a.at[flat_of(&a, left)] * b.at[flat_of(&b, right)];
        }
        out[i] = sum;
    }
}

static void view_reshape(const Eval *eval, const Node *node, const Array *result, double *out) {
    const double *a = eval->values[node->in[0]->id];
    for (long i = 0; i < result->size; i++)
        out[i] = a[i];
}

static void view_transpose(const Eval *eval, const Node *node, const Array *result, double *out) {
    Array a = operand(eval, node, 0);
    int index[MAX_RANK], from[MAX_RANK], rank = a.rank, count = node->attr.count;
    for (long i = 0; i < result->size; i++) {
        place_of(result, i, index);
        for (int k = 0; k < rank - count; k++)
            from[k] = index[k];
        for (int k = 0; k < count; k++)
            from[rank + node->attr.ints[k]] = index[rank - count + k];
        out[i] = a.at[flat_of(&a, from)];
    }
}

static void view_slice(const Eval *eval, const Node *node, const Array *result, double *out) {
    Array a = operand(eval, node, 0);
    int index[MAX_RANK];
    for (long i = 0; i < result->size; i++) {
        place_of(result, i, index);
        index[a.rank + node->attr.ints[0]] += node->attr.ints[1];
        out[i] = a.at[flat_of(&a, index)];
    }
}

static void move_pad(const Eval *eval, const Node *node, const Array *result, double *out) {
    Array a = operand(eval, node, 0);
    int index[MAX_RANK], axis = a.rank + node->attr.ints[0];
    for (long i = 0; i < a.size; i++) { /* `out` is 0 elsewhere */
        place_of(&a, i, index);
        index[axis] += node->attr.ints[1];
        out[flat_of(result, index)] = a.at[i];
    }
}

static void move_concat(const Eval *eval, const Node *node, const Array *result, double *out) {
    int index[MAX_RANK], axis = result->rank + node->attr.ints[0], before = 0;
    for (int k = 0; k < node->n_in; k++) {
        Array a = operand(eval, node, k);
        for (long i = 0; i < a.size; i++) {
            place_of(&a, i, index);
            index[axis] += before;
            out[flat_of(result, index)] = a.at[i];
        }
        before += a.dim[axis];
    }
}

/* The element of the whole that element i of the windows shows; `axis` is the one over windows. */
static long shown_by(const Node *node, const Array *whole, const Array *windows, int axis, long i) {
    int at[MAX_RANK], from[MAX_RANK];
    place_of(windows, i, at);
    for (int k = 0; k < whole->rank; k++)
        from[k] = at[k < axis ? k : k + 1];
    from[axis - 1] = node->attr.ints[2] * at[axis] + node->attr.ints[3] * at[axis - 1];
    return flat_of(whole, from);
}

static void view_window(const Eval *eval, const Node *node, const Array *result, double *out) {
    Array a = operand(eval, node, 0);
    int axis = result->rank + node->attr.ints[0];
    for (long i = 0; i < result->size; i++)
        out[i] = a.at[shown_by(node, &a, result, axis, i)];
}

static void move_fold(const Eval *eval, const Node *node, const Array *result, double *out) {
    Array a = operand(eval, node, 0);
    int axis = a.rank + node->attr.ints[0];
    for (long i = 0; i < a.size; i++) /* `out` is 0 at first */
        out[shown_by(node, result, &a, axis, i)] += a.at[i];
}

/* The number of the row, or place, that element i of `index` names, of `count`. */
static long row_of(const Node *node, const Array *index, long i, int count) {
    double row = index->at[i];
    if (!(row >= 0 && row < count) || row != floor(row))
        die("%%%d (%s): index %g into %d rows", node->id, optab[node->op].name, row, count);
    return (long)row;
}

static void gather_rows(const Eval *eval, const Node *node, const Array *result, double *out) {
    Array table = operand(eval, node, 0), index = operand(eval, node, 1);
    long each = table.size / table.dim[0];
    for (long i = 0; i < result->size; i++)
        out[i] = table.at[row_of(node, &index, i / each, table.dim[0]) * each + i % each];
}

static void gather_scatter(const Eval *eval, const Node *node, const Array *result, double *out) {
    Array rows = operand(eval, node, 0), index = operand(eval, node, 1);
    long each = result->size / result->dim[0];
    for (long i = 0; i < rows.size; i++) /* `out` is 0 at first */
        out[row_of(node, &index, i / each, result->dim[0]) * each + i % each] += rows.at[i];
}

/* The element of `of` at the place that element i of `index` names along the node's axis. */
static long named_by(const Node *node, const Array *of, const Array *index, long i) {
    int at[MAX_RANK], axis = of->rank + node->attr.ints[0];
    place_of(index, i, at);
    at[axis] = (int)row_of(node, index, i, of->dim[axis]);
    return flat_of(of, at);
}

static void gather_take(const Eval *eval, const Node *node, const Array *result, double *out) {
    Array a = operand(eval, node, 0), index = operand(eval, node, 1);
    for (long i = 0; i < result->size; i++)
        out[i] = a.at[named_by(node, &a, &index, i)];
}

static void gather_put(const Eval *eval, const Node *node, const Array *result, double *out) {
    Array a = operand(eval, node, 0), index = operand(eval, node, 1);
    for (long i = 0; i < a.size; i++) /* `out` is 0 at first */
        out[named_by(node, result, &index, i)] += a.at[i];
}

/* ---- scans ---- */

/* What a step is given: leaves of the body. */
typedef struct Steps {
    const Eval *eval;
    const Node *scan;
    int step;
    const double **carried;
} Steps;

static const double *given(void *user, const Node *leaf) {
    const Steps *steps = user;
    const Eval *eval = steps->eval;
    const Body *body = steps->scan->attr.body;
    if (leaf->op != OP_arg)
        return eval->context->leaf(eval->context->user, leaf);
    int number = leaf->attr.ints[0];
    if (number < body->carried)
        return steps->carried[number];
    const double *whole = eval->values[steps->scan->in[number]->id];
    bool stack = number < body->carried + body->stacks;
    return whole + (stack ? steps->step * array_of(eval, leaf->type, NULL).size : 0);
}

static double drawn_in(void *user, Op op, const char *name, int row, int element) {
    const EvalContext *context = ((const Steps *)user)->eval->context;
    return context->draw(context->user, op, name, row, element);
}

/* Fills the stacks of what the scan leaves, one behind the other in `out`. */
static void eval_loop(const Eval *eval, const Node *node, const Array *result, double *out) {
    const Body *body = node->attr.body;
    const Graph *graph = body->graph;
    int roots = graph->roots.count;
    Steps steps = {eval, node, 0, NEW_ARRAY(eval->arena, const double *, body->carried + 1)};
    EvalContext inner = {eval->context->rows, given, drawn_in, &steps};
    (void)result;
    for (int k = 0; k < body->carried; k++)
        steps.carried[k] = eval->values[node->in[k]->id];
    for (int i = -1; i < body->steps; i++) {
        steps.step =
            body->back ? body->steps - 1 - i : i; /* of the first values: one before them */
        const double **values = i < 0 ? NULL : ir_eval(eval->arena, graph, &inner);
        double *to = out;
        for (int k = 0; k < roots; k++) {
            const Node *root = graph->roots.at[k].node;
            Array each = array_of(eval, root->type, NULL);
            int place = steps.step + (k < body->carried && !body->back);
            const double *from = values              ? values[root->id]
                                 : k < body->carried ? steps.carried[k]
                                                     : NULL;
            for (long e = 0; from && e < each.size; e++)
                to[place * each.size + e] = from[e];
            to += each.size * (body->steps + (k < body->carried));
        }
        for (int k = 0; values && k < body->carried; k++)
            steps.carried[k] = values[graph->roots.at[k].node->id];
    }
}

/* Where a pick lies behind those before it. */
static void view_stacked(const Eval *eval, const Node *node, const Array *result, double *out) {
    const Body *body = node->in[0]->attr.body;
    const double *from = eval->values[node->in[0]->id];
    for (int k = 0; k < node->attr.ints[0]; k++)
        from += array_of(eval, body_pick(body, k), NULL).size;
    for (long i = 0; i < result->size; i++)
        out[i] = from[i];
}

/* The kinds whose ops differ in more than their expression. */
static void eval_view(const Eval *eval, const Node *node, const Array *result, double *out) {
    static Compute *const views[NUM_OPS] = {
        [OP_reshape] = view_reshape, [OP_transpose] = view_transpose, [OP_slice] = view_slice,
        [OP_window] = view_window,   [OP_stacked] = view_stacked,
    };
    views[node->op](eval, node, result, out);
}

static void eval_move(const Eval *eval, const Node *node, const Array *result, double *out) {
    static Compute *const moves[NUM_OPS] = {
        [OP_pad] = move_pad,
        [OP_concat] = move_concat,
        [OP_fold] = move_fold,
    };
    moves[node->op](eval, node, result, out);
}

static void eval_order(const Eval *eval, const Node *node, const Array *result, double *out) {
    static Compute *const orders[NUM_OPS] = {
        [OP_argmax] = order_argmax,
        [OP_rank] = order_rank,
        [OP_argsort] = order_argsort,
    };
    orders[node->op](eval, node, result, out);
}

static void eval_gather(const Eval *eval, const Node *node, const Array *result, double *out) {
    static Compute *const gathers[NUM_OPS] = {
        [OP_gather] = gather_rows,
        [OP_scatter] = gather_scatter,
        [OP_take] = gather_take,
        [OP_put] = gather_put,
    };
    gathers[node->op](eval, node, result, out);
}

static void eval_scalar(const Eval *eval, const Node *node, const Array *result, double *out) {
    eval_leaf(eval, node, result, out);
}

static void eval_gone(const Eval *eval, const Node *node, const Array *result, double *out) {
    (void)eval, (void)result, (void)out;
    die("%%%d: %s has no value before autodiff", node->id, optab[node->op].name);
}

/* Is everything that the node needs known? */
static bool is_known(const Eval *eval, const Node *node) {
    for (int i = 0; i < node->n_in; i++)
        if (!eval->values[node->in[i]->id])
            return false;
    Kind kind = optab[node->op].kind;
    if (kind == KIND_leaf || kind == KIND_scalar)
        return eval->context->leaf(eval->context->user, node) != NULL;
    return true;
}

const double **ir_eval(Arena *arena, const Graph *graph, const EvalContext *context) {
    static Compute *const compute[NUM_KINDS] = {
#define KIND(name, what) [KIND_##name] = eval_##name,
#include "ir/kinds.def"
    };
    Eval eval = {arena, context, NEW_ARRAY(arena, const double *, graph->nodes.count + 1)};
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        if (optab[node->op].kind != KIND_gone && !is_known(&eval, node))
            continue;
        Array result = array_of(&eval, node->type, NULL);
        long size = result.size;
        for (int k = 0; node->attr.body && k < node->attr.body->graph->roots.count; k++)
            size += array_of(&eval, body_pick(node->attr.body, k), NULL).size;
        double *out = NEW_ARRAY(arena, double, size);
        compute[optab[node->op].kind](&eval, node, &result, out);
        eval.values[i] = out;
    }
    return eval.values;
}
