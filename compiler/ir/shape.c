/* The shape rules: one short function for each name in the `shape` column of ops.def.
 *
 * A rule computes the result's type from the operands' types and the attributes, or says why there
 * is none, in words for whoever wrote the model: the verifier, the builders, the reader and `check`
 * all ask the same rules.
 *
 *     bcast   [n,784], [784]          ->  [n,784]
 *     bcast   [20], [784]             ->  "[20] and [784] do not fit: … axis -1 has 20 and 784"
 *     matmul  [n,784], [784,400]      ->  [n,400]
 */
#include "ir/ir.h"

#include <string.h>

static bool refuse(const char **why, Arena *arena, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool refuse(const char **why, Arena *arena, const char *format, ...) {
    va_list list;
    va_start(list, format);
    *why = arena_vprintf(arena, format, list);
    va_end(list);
    return false;
}

static const char *text_of(Arena *arena, const Node *node) {
    return type_text(arena, node->type);
}

/* The limits that every result keeps. */
static bool accept(Type result, Arena *arena, Type *type, const char **why) {
    if (result.rank < 0 || result.rank > MAX_RANK)
        return refuse(why, arena, "the result would have %d axes; at most %d are possible",
                      result.rank, MAX_RANK);
    for (int i = 0; i < result.rank; i++)
        if (result.dim[i] == 0)
            return refuse(why, arena, "an axis of %s has length 0", type_text(arena, result));
    if (type_size(result, 1) > MAX_ELEMENTS)
        return refuse(why, arena, "%s has more than %d elements", type_text(arena, result),
                      MAX_ELEMENTS);
    *type = result;
    return true;
}

/* `axis`, negative, exists in `of`. */
static bool axis_in(int axis, const Node *of, Arena *arena, const char **why) {
    if (axis < 0 && axis >= -of->type.rank)
        return true;
    return refuse(why, arena, "%s has no axis %d", text_of(arena, of), axis);
}

/* The same for an axis that is cut or joined: its length must be a number. */
static bool static_axis_in(int axis, const Node *of, Arena *arena, const char **why) {
    if (!axis_in(axis, of, arena, why))
        return false;
    if (of->type.dim[of->type.rank + axis] > 0)
        return true;
    return refuse(why, arena, "axis %d of %s is the batch, which cannot be cut or joined", axis,
                  text_of(arena, of));
}

bool op_type(Op op, const Attr *attr, Type own, int n, const Type *in, Arena *arena, Type *type,
             const char **why) {
    Node *operand = NEW_ARRAY(arena, Node, n), **at = NEW_ARRAY(arena, Node *, n);
    for (int i = 0; i < n; i++) {
        operand[i].type = in[i];
        at[i] = &operand[i];
    }
    Node node = {.op = op, .type = own, .attr = *attr, .n_in = n, .in = at};
    return optab[op].shape(&node, arena, type, why);
}

bool node_type(const Node *node, Arena *arena, Type *type, const char **why) {
    return optab[node->op].shape(node, arena, type, why) &&
           elems_rule(node, arena, &type->elem, why);
}

/* What the node says of itself. */
bool shape_typed(const Node *node, Arena *arena, Type *type, const char **why) {
    if (node->op == OP_scalar && node->type.rank != 0)
        return refuse(why, arena, "a scalar has the shape [], not %s", text_of(arena, node));
    if (node->op == OP_eye && node->type.rank < 2)
        return refuse(why, arena, "an identity needs two axes; %s has %d", text_of(arena, node),
                      node->type.rank);
    if (optab[node->op].attr == ATTR_AXIS && !axis_in(node->attr.ints[0], node, arena, why))
        return false;
    return accept(node->type, arena, type, why);
}

bool shape_same(const Node *node, Arena *arena, Type *type, const char **why) {
    return accept(node->in[0]->type, arena, type, why);
}

/* "784", "n", "5n" */
static const char *length_text(Arena *arena, int length) {
    const char *text = type_text(arena, type_make(1, &length));
    return arena_copy(arena, text + 1, strlen(text) - 2);
}

/* Says which two lengths of `a` and `b` meet and differ. */
static bool refuse_broadcast(Type a, Type b, Arena *arena, const char **why) {
    int i = 1;
    while (a.dim[a.rank - i] == b.dim[b.rank - i] || a.dim[a.rank - i] == 1 ||
           b.dim[b.rank - i] == 1)
        i++;
    return refuse(why, arena,
                  "%s and %s do not fit: counted from the right, lengths must be equal or 1, "
                  "and axis %d has %s and %s",
                  type_text(arena, a), type_text(arena, b), -i,
                  length_text(arena, a.dim[a.rank - i]), length_text(arena, b.dim[b.rank - i]));
}

bool shape_bcast(const Node *node, Arena *arena, Type *type, const char **why) {
    Type result = node->in[0]->type;
    for (int i = 1; i < node->n_in; i++)
        if (!type_broadcast(result, node->in[i]->type, &result))
            return refuse_broadcast(result, node->in[i]->type, arena, why);
    return accept(result, arena, type, why);
}

bool shape_expand(const Node *node, Arena *arena, Type *type, const char **why) {
    Type result;
    if (!type_broadcast(node->in[0]->type, node->type, &result) || !type_equal(result, node->type))
        return refuse(why, arena, "%s cannot be repeated to make %s", text_of(arena, node->in[0]),
                      text_of(arena, node));
    return accept(result, arena, type, why);
}

/* The axes listed go; argmax lists one. */
bool shape_reduce(const Node *node, Arena *arena, Type *type, const char **why) {
    const Node *a = node->in[0];
    Type result = a->type;
    for (int i = 0; i < node->attr.count; i++) {
        if (!axis_in(node->attr.ints[i], a, arena, why))
            return false;
        if (i > 0 && node->attr.ints[i] <= node->attr.ints[i - 1])
            return refuse(why, arena, "axes are listed once each and in order");
        /* ascending: i axes left of this one have gone */
        result = type_without(result, a->type.rank + node->attr.ints[i] - i);
    }
    return accept(result, arena, type, why);
}

/* The operand's type; the axis has a length. */
bool shape_along(const Node *node, Arena *arena, Type *type, const char **why) {
    return static_axis_in(node->attr.ints[0], node->in[0], arena, why) &&
           accept(node->in[0]->type, arena, type, why);
}

/* The two agree but for the axis, whose length is that of the index. */
bool shape_take(const Node *node, Arena *arena, Type *type, const char **why) {
    const Node *a = node->in[0], *index = node->in[1];
    int axis = node->attr.ints[0];
    if (!static_axis_in(axis, a, arena, why) || !static_axis_in(axis, index, arena, why))
        return false;
    Type like = index->type;
    if (like.rank == a->type.rank)
        like.dim[like.rank + axis] = a->type.dim[like.rank + axis];
    if (!type_equal(like, a->type))
        return refuse(why, arena, "places in %s have its shape but for axis %d, not %s",
                      text_of(arena, a), axis, text_of(arena, index));
    return accept(index->type, arena, type, why);
}

bool shape_put(const Node *node, Arena *arena, Type *type, const char **why) {
    const Node *a = node->in[0], *index = node->in[1];
    if (!static_axis_in(node->attr.ints[0], a, arena, why))
        return false;
    if (!type_equal(a->type, index->type))
        return refuse(why, arena, "each of %s needs a place, not %s", text_of(arena, a),
                      text_of(arena, index));
    Type result = a->type;
    result.dim[result.rank + node->attr.ints[0]] = node->attr.ints[1];
    if (node->attr.ints[1] <= 0)
        return refuse(why, arena, "an axis has a length of at least 1, not %d", node->attr.ints[1]);
    return accept(result, arena, type, why);
}

/* a is (…, m, k) and b (…, k, p), each after its transposition; the result is (…, m, p). */
bool shape_matmul(const Node *node, Arena *arena, Type *type, const char **why) {
    Type a = node->in[0]->type, b = node->in[1]->type;
    bool ta = node->attr.ints[0] != 0, tb = node->attr.ints[1] != 0;
    if (a.rank < 2 || a.rank != b.rank)
        return refuse(why, arena,
                      "a product needs two matrices with equally many axes, not %s and %s",
                      type_text(arena, a), type_text(arena, b));
    for (int i = 0; i < a.rank - 2; i++)
        if (a.dim[i] != b.dim[i])
            return refuse(why, arena, "the leading axes of %s and %s differ", type_text(arena, a),
                          type_text(arena, b));
    if (a.dim[a.rank - (ta ? 2 : 1)] != b.dim[b.rank - (tb ? 1 : 2)])
        return refuse(why, arena, "%s%s times %s%s: the inner lengths differ", type_text(arena, a),
                      ta ? " transposed" : "", type_text(arena, b), tb ? " transposed" : "");
    Type result = a;
    result.dim[a.rank - 2] = a.dim[a.rank - (ta ? 1 : 2)];
    result.dim[a.rank - 1] = b.dim[b.rank - (tb ? 2 : 1)];
    return accept(result, arena, type, why);
}

static int count_rows_axes(Type type) {
    int count = 0;
    for (int i = 0; i < type.rank; i++)
        count += type.dim[i] < 0;
    return count;
}

/* The number of elements is coefficient * n^power on both sides. */
bool shape_reshape(const Node *node, Arena *arena, Type *type, const char **why) {
    Type a = node->in[0]->type;
    if (!accept(node->type, arena, type, why))
        return false;
    if (count_rows_axes(a) != count_rows_axes(node->type))
        return refuse(why, arena, "%s cannot become %s: the batch must stay an axis",
                      type_text(arena, a), text_of(arena, node));
    if (type_size(a, 1) != type_size(node->type, 1))
        return refuse(why, arena, "%s has %.0f elements%s and cannot become %s, which has %.0f",
                      type_text(arena, a), type_size(a, 1), type_has_rows(a) ? " an example" : "",
                      text_of(arena, node), type_size(node->type, 1));
    return true;
}

bool shape_transpose(const Node *node, Arena *arena, Type *type, const char **why) {
    Type a = node->in[0]->type, result = a;
    int count = node->attr.count;
    unsigned seen = 0;
    if (count > a.rank)
        return refuse(why, arena, "%s has %d axes, and %d are listed", type_text(arena, a), a.rank,
                      count);
    for (int k = 0; k < count; k++) {
        int axis = node->attr.ints[k];
        if (axis >= 0 || axis < -count || (seen >> -axis & 1))
            return refuse(why, arena, "the last %d axes are listed once each, as -%d to -1", count,
                          count);
        seen |= 1u << -axis;
        result.dim[a.rank - count + k] = a.dim[a.rank + axis];
    }
    return accept(result, arena, type, why);
}

bool shape_slice(const Node *node, Arena *arena, Type *type, const char **why) {
    const Node *a = node->in[0];
    int axis = node->attr.ints[0], begin = node->attr.ints[1], end = node->attr.ints[2];
    if (!static_axis_in(axis, a, arena, why))
        return false;
    Type result = a->type;
    int *length = &result.dim[result.rank + axis];
    if (begin < 0 || begin >= end || end > *length)
        return refuse(why, arena, "%d to %d is not a part of axis %d of %s", begin, end, axis,
                      type_text(arena, a->type));
    *length = end - begin;
    return accept(result, arena, type, why);
}

bool shape_pad(const Node *node, Arena *arena, Type *type, const char **why) {
    const Node *a = node->in[0];
    int axis = node->attr.ints[0], begin = node->attr.ints[1], end = node->attr.ints[2];
    int total = node->attr.ints[3];
    if (!static_axis_in(axis, a, arena, why))
        return false;
    Type result = a->type;
    int *length = &result.dim[result.rank + axis];
    if (begin < 0 || begin >= end || end > total || end - begin != *length)
        return refuse(why, arena, "axis %d of %s does not fill %d to %d of %d", axis,
                      type_text(arena, a->type), begin, end, total);
    *length = total;
    return accept(result, arena, type, why);
}

bool shape_concat(const Node *node, Arena *arena, Type *type, const char **why) {
    const Node *first = node->in[0];
    int axis = node->attr.ints[0];
    if (!static_axis_in(axis, first, arena, why))
        return false;
    Type result = first->type;
    int at = result.rank + axis;
    for (int i = 1; i < node->n_in; i++) {
        if (!static_axis_in(axis, node->in[i], arena, why))
            return false;
        Type next = node->in[i]->type, like = next;
        if (next.rank == result.rank)
            like.dim[at] = result.dim[at];
        if (!type_equal(like, result))
            return refuse(why, arena, "%s and %s cannot be joined: other axes than %d differ",
                          text_of(arena, first), type_text(arena, next), axis);
        if (result.dim[at] > MAX_ELEMENTS - next.dim[at])
            return refuse(why, arena, "the result has more than %d elements", MAX_ELEMENTS);
        result.dim[at] += next.dim[at];
    }
    return accept(result, arena, type, why);
}

/* What a window of `size` spans, and how often it fits into `length`; false where it does not. */
static bool places_of(int length, int size, int stride, int dilation, long *places) {
    if (size < 1 || stride < 1 || dilation < 1)
        return false;
    long span = (long)dilation * (size - 1) + 1;
    *places = span > length ? 0 : (length - span) / stride + 1;
    return span <= length;
}

bool shape_window(const Node *node, Arena *arena, Type *type, const char **why) {
    const Node *a = node->in[0];
    const int *ints = node->attr.ints;
    long places;
    if (!static_axis_in(ints[0], a, arena, why))
        return false;
    int at = a->type.rank + ints[0];
    if (!places_of(a->type.dim[at], ints[1], ints[2], ints[3], &places))
        return refuse(why, arena, "%d with stride %d and dilation %d is no window of axis %d of %s",
                      ints[1], ints[2], ints[3], ints[0], text_of(arena, a));
    Type result = {.rank = a->type.rank + 1};
    for (int i = 0; i < result.rank && result.rank <= MAX_RANK; i++)
        result.dim[i] = i < at        ? a->type.dim[i]
                        : i == at     ? ints[1]
                        : i == at + 1 ? (int)places
                                      : a->type.dim[i - 1];
    return accept(result, arena, type, why);
}

bool shape_fold(const Node *node, Arena *arena, Type *type, const char **why) {
    const Node *a = node->in[0];
    const int *ints = node->attr.ints;
    long places;
    if (!static_axis_in(ints[0], a, arena, why) || !static_axis_in(ints[0] - 1, a, arena, why))
        return false;
    int at = a->type.rank + ints[0], size = a->type.dim[at - 1];
    if (!places_of(ints[1], size, ints[2], ints[3], &places) || places < a->type.dim[at])
        return refuse(why, arena, "windows %s with stride %d and dilation %d do not lie in %d",
                      text_of(arena, a), ints[2], ints[3], ints[1]);
    Type result = type_without(a->type, at);
    result.dim[at - 1] = ints[1];
    return accept(result, arena, type, why);
}

/* The type of the rows that `index` picks of a `table`: index.shape + table.shape[1:]. */
static bool picked(Type table, Type index, Arena *arena, Type *type, const char **why) {
    if (table.rank < 1)
        return refuse(why, arena, "a table has rows; [] has none");
    if (index.rank + table.rank - 1 > MAX_RANK)
        return refuse(why, arena, "the result would have %d axes; at most %d are possible",
                      index.rank + table.rank - 1, MAX_RANK);
    Type result = index;
    result.elem = table.elem;
    for (int i = 1; i < table.rank; i++)
        result.dim[result.rank++] = table.dim[i];
    return accept(result, arena, type, why);
}

bool shape_gather(const Node *node, Arena *arena, Type *type, const char **why) {
    return picked(node->in[0]->type, node->in[1]->type, arena, type, why);
}

bool shape_scatter(const Node *node, Arena *arena, Type *type, const char **why) {
    Type rows;
    if (!picked(node->type, node->in[1]->type, arena, &rows, why))
        return false;
    if (!type_equal(rows, node->in[0]->type))
        return refuse(why, arena, "rows for %s at %s have the shape %s, not %s",
                      text_of(arena, node), text_of(arena, node->in[1]), type_text(arena, rows),
                      text_of(arena, node->in[0]));
    return accept(node->type, arena, type, why);
}

bool shape_second(const Node *node, Arena *arena, Type *type, const char **why) {
    return accept(node->in[1]->type, arena, type, why);
}

/* h.shape + v.shape, with what is per example written once: only `check` knows, and writes it down.
 */
bool shape_jacobian(const Node *node, Arena *arena, Type *type, const char **why) {
    return accept(node->type, arena, type, why);
}

/* The type of operand `to`; where operand 2 has an axis of seeds before the type of operand `from`,
 * with that axis. */
static bool product_type(const Node *node, int from, int to, Arena *arena, Type *type,
                         const char **why) {
    Type given = node->in[2]->type, wanted = node->in[from]->type, result = node->in[to]->type;
    if (given.rank == wanted.rank + 1 && given.dim[0] > 0 && result.rank < MAX_RANK) {
        wanted = type_prefixed(given.dim[0], wanted);
        result = type_prefixed(given.dim[0], result);
    }
    if (!type_equal(given, wanted))
        return refuse(why, arena, "%s is not of the type %s, nor of one with an axis before it",
                      text_of(arena, node->in[2]), text_of(arena, node->in[from]));
    return accept(result, arena, type, why);
}

bool shape_jvp(const Node *node, Arena *arena, Type *type, const char **why) {
    return product_type(node, 1, 0, arena, type, why);
}

bool shape_vjp(const Node *node, Arena *arena, Type *type, const char **why) {
    return product_type(node, 0, 1, arena, type, why);
}

/* What is carried keeps its type; a stack has a slice for each step. */
bool shape_scan(const Node *node, Arena *arena, Type *type, const char **why) {
    const Body *body = node->attr.body;
    if (!body || body->carried < 0 || body->stacks < 0 || body->steps < 1 ||
        node->n_in < body->carried + body->stacks || body->graph->roots.count < body->carried)
        return refuse(why, arena, "a scan whose body does not fit its operands");
    for (int i = 0; i < body->carried; i++)
        if (!type_equal(node->in[i]->type, body->graph->roots.at[i].node->type))
            return refuse(why, arena, "what is carried is %s at first and %s then",
                          text_of(arena, node->in[i]),
                          text_of(arena, body->graph->roots.at[i].node));
    for (int i = body->carried; i < body->carried + body->stacks; i++)
        if (node->in[i]->type.rank < 1 || node->in[i]->type.dim[0] != body->steps)
            return refuse(why, arena, "%s has no slice for each of %d steps",
                          text_of(arena, node->in[i]), body->steps);
    return accept(type_scalar(), arena, type, why);
}

bool shape_stacked(const Node *node, Arena *arena, Type *type, const char **why) {
    const Body *body = node->in[0]->attr.body;
    int number = node->attr.ints[0];
    if (!body || number < 0 || number >= body->graph->roots.count)
        return refuse(why, arena, "there is no value %d to be picked", number);
    return accept(body_pick(body, number), arena, type, why);
}
