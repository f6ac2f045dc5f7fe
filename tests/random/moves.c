/* Productions: what moves numbers about, and products. */
#include "maker.h"

static bool has_axes(const Maker *m, const Value *v) {
    (void)m;
    return v->shape.rank > 0;
}

static bool has_two_axes(const Maker *m, const Value *v) {
    (void)m;
    return v->shape.rank > 1;
}

static const char *lengths(Maker *m, Type shape) {
    const char *text = "";
    for (int i = 0; i < shape.rank; i++)
        text = arena_printf(m->arena, "%s%s%d", text, i ? ", " : "", shape.dim[i]);
    return text;
}

/* As many numbers in other axes. */
static Type other_shape(Maker *m, Type shape) {
    int size = (int)type_size(shape, 1);
    Type other = {0};
    while (other.rank < 2 && size > 1) {
        int divisor = 1 + below(m, size);
        while (size % divisor)
            divisor--;
        other.dim[other.rank++] = divisor;
        size /= divisor;
    }
    if (size > 1 || other.rank == 0 || chance(m, 6))
        other.dim[other.rank++] = size;
    return other;
}

void move_reshape(Maker *m) {
    int place = any_that(m, has_axes);
    if (place < 0)
        return;
    Value v = derived(&m->pool.at[place]);
    v.size = m->pool.at[place].size;
    const char *text = use(m, place);
    has(m, HAS_moves);
    if (chance(m, 3)) {
        v.shape = type_make(1, (int[]){(int)type_size(v.shape, 1)});
        keep(m, v, "%s |> flatten", text);
        return;
    }
    v.shape = other_shape(m, v.shape);
    keep(m, v, chance(m, 2) ? "reshape(%s, [%s])" : "%s |> reshape(%s)", text, lengths(m, v.shape));
}

/* All axes in another order, counted from either end. */
static void all_axes(Maker *m, int place, Value v) {
    int rank = v.shape.rank, order[MAX_RANK];
    const char *text = "";
    for (int i = 0; i < rank; i++) {
        int other = below(m, i + 1);
        order[i] = order[other];
        order[other] = i;
    }
    for (int i = 0; i < rank; i++) {
        v.shape.dim[i] = m->pool.at[place].shape.dim[order[i]];
        text = arena_printf(m->arena, "%s%s%d", text, i ? ", " : "",
                            chance(m, 2) ? order[i] : order[i] - rank);
    }
    keep(m, v, "transpose(%s, [%s])", use(m, place), text);
}

void move_transpose(Maker *m) {
    int place = any_that(m, has_two_axes);
    if (place < 0)
        return;
    Value v = derived(&m->pool.at[place]);
    v.size = m->pool.at[place].size;
    has(m, HAS_moves);
    if (chance(m, 2)) {
        all_axes(m, place, v);
        return;
    }
    int *last = &v.shape.dim[v.shape.rank - 1], kept = *last;
    *last = last[-1];
    last[-1] = kept;
    keep(m, v, "transpose(%s)", use(m, place));
}

/* v[1:3], v[:, -2:], v[2] */
static void index_value(Maker *m, int place, bool whole) {
    Value v = derived(&m->pool.at[place]);
    v.size = m->pool.at[place].size;
    const char *text = "";
    int rank = v.shape.rank, used = whole ? rank : 1 + below(m, rank);
    Type shape = {0};
    for (int i = 0; i < rank; i++) {
        int length = v.shape.dim[i], begin = below(m, length);
        int end = begin + 1 + below(m, length - begin);
        const char *comma = i ? ", " : "";
        if (i >= used) {
            shape.dim[shape.rank++] = length;
        } else if (whole || chance(m, 4)) {
            text = arena_printf(m->arena, "%s%s%d", text, comma,
                                chance(m, 2) ? begin : begin - length);
        } else if (chance(m, 4)) {
            text = arena_printf(m->arena, "%s%s:", text, comma);
            shape.dim[shape.rank++] = length;
        } else if (chance(m, 3)) {
            text = arena_printf(m->arena, "%s%s%d:", text, comma, begin - length);
            shape.dim[shape.rank++] = length - begin;
        } else {
            text = arena_printf(m->arena, "%s%s%d:%d", text, comma, begin, end);
            shape.dim[shape.rank++] = end - begin;
        }
    }
    v.shape = shape;
    has(m, HAS_moves);
    keep(m, v, "%s[%s]", use(m, place), text);
}

void move_slice(Maker *m) {
    int place = any_that(m, has_axes);
    if (place >= 0)
        index_value(m, place, false);
}

void move_index(Maker *m) {
    int place = any_that(m, has_axes);
    if (place >= 0)
        index_value(m, place, true);
}

void move_concat(Maker *m) {
    int a = any_that(m, has_axes), b = any_that(m, has_axes);
    if (a < 0 || b < 0)
        return;
    Value v, left = m->pool.at[a], right = m->pool.at[b];
    if (left.shape.rank != right.shape.rank)
        return;
    int rank = left.shape.rank, axis = below(m, rank);
    Type shape = left.shape;
    shape.dim[axis] += right.shape.dim[axis];
    for (int i = 0; i < rank; i++)
        if (i != axis && left.shape.dim[i] != right.shape.dim[i])
            return;
    left.shape.dim[axis] = right.shape.dim[axis] = 1;
    if (!join(&left, &right, &v))
        return;
    v.shape = shape;
    v.size = left.size > right.size ? left.size : right.size;
    has(m, HAS_moves);
    const char *first = use(m, a), *second = use(m, b);
    keep(m, v, "concat(%s, %s, axis = %d)", first, second, chance(m, 2) ? axis : axis - rank);
}

void move_expand(Maker *m) {
    int place = any(m);
    Value v = derived(&m->pool.at[place]);
    v.size = m->pool.at[place].size;
    bool grown = false;
    for (int i = 0; i < v.shape.rank; i++)
        if (v.shape.dim[i] == 1 && chance(m, 2))
            v.shape.dim[i] = 2 + below(m, 3), grown = true;
    if (v.shape.rank < 3 && (!grown || chance(m, 3))) {
        memmove(v.shape.dim + 1, v.shape.dim, sizeof(int) * (size_t)v.shape.rank);
        v.shape.dim[0] = 2 + below(m, 3);
        v.shape.rank++;
    }
    has(m, HAS_moves);
    keep(m, v, "expand(%s, [%s])", use(m, place), lengths(m, v.shape));
}

/* a with the transpose, or the reshaped numbers, of b, or with a matrix of numbers */
void move_matmul(Maker *m) {
    int a = any_that(m, has_axes), b = any_that(m, has_axes);
    if (a < 0 || b < 0)
        return;
    Value left = m->pool.at[a], right = m->pool.at[b], v;
    int inner = left.shape.dim[left.shape.rank - 1], size = (int)type_size(right.shape, 1);
    Type shape = left.shape, whole = right.shape;
    left.shape = right.shape = (Type){0};
    if (size % inner || !join(&left, &right, &v))
        return;
    v.shape = shape;
    v.shape.dim[shape.rank - 1] = size / inner;
    v.size = inner;
    if (numbers_in(&v) > LARGEST)
        return;
    has(m, HAS_product);
    const char *first = calm(m, a), *second = calm(m, b);
    if (whole.rank == 2 && whole.dim[0] == inner)
        keep(m, v, "matmul(%s, %s)", first, second);
    else if (whole.rank == 2 && whole.dim[1] == inner)
        keep(m, v, "matmul(%s, transpose(%s))", first, second);
    else
        keep(m, v, "matmul(%s, reshape(%s, %d, %d))", first, second, inner, size / inner);
}

/* Windows of the last one or two axes, or those added up again. */
void move_windows(Maker *m) {
    int place = any_that(m, has_axes);
    if (place < 0)
        return;
    Value v = derived(&m->pool.at[place]);
    v.size = m->pool.at[place].size;
    const Type whole = v.shape;
    int axes = whole.rank > 1 && chance(m, 2) ? 2 : 1, first = whole.rank - axes;
    int stride = 1 + below(m, 2), dilation = 1 + below(m, 2), size[2], places[2];
    bool same = chance(m, 2);
    for (int i = 0; i < axes; i++) {
        int length = whole.dim[first + i];
        size[i] = 1 + below(m, same ? 3 : length < 3 ? length : 3);
        int rest = length - dilation * (size[i] - 1) - 1;
        if (!same && (rest < 0 || rest % stride))
            return;
        places[i] = same ? (length + stride - 1) / stride : rest / stride + 1;
    }
    v.shape.rank = whole.rank + axes;
    for (int i = 0; i < axes; i++) {
        v.shape.dim[first + i] = size[i];
        v.shape.dim[first + axes + i] = places[i];
    }
    if (v.shape.rank > 4 || numbers_in(&v) > LARGEST)
        return;
    Type sizes = type_make(axes, size), left = type_make(axes, whole.dim + first);
    const char *rest = arena_printf(m->arena, "stride = %d, dilation = %d, pad = %s", stride,
                                    dilation, same ? "same" : "valid");
    const char *windows =
        arena_printf(m->arena, "window(%s, [%s], %s)", use(m, place), lengths(m, sizes), rest);
    has(m, HAS_windows);
    if (chance(m, 2)) {
        keep(m, v, "%s", windows);
        return;
    }
    v.shape = whole;
    v.size *= 2;
    keep(m, v, "fold(sin(%s), [%s], %s)", windows, lengths(m, left), rest);
}

void move_gather(Maker *m) {
    int place = any_that(m, has_axes);
    if (place < 0)
        return;
    Value v = derived(&m->pool.at[place]);
    int *last = &v.shape.dim[v.shape.rank - 1], n = *last, width = 1 + below(m, 3);
    const char *text = named(m, place), *arg = chance(m, 2) ? "argmax" : "argmin";
    bool one_hot = chance(m, 3);
    *last = one_hot ? n : width;
    v.size = 5;
    has(m, HAS_gather);
    const char *table =
        one_hot ? arena_printf(m->arena, "identity(%d)", n)
                : arena_printf(m->arena, "reshape(sin(iota(%d)), %d, %d)", n * width, n, width);
    keep(m, v, "gather(%s, %s(%s)) + 0.2 * mean(%s, axis = -1, keep = true)", table, arg, text,
         text);
}

int make_shape(Maker *m, int place, Type type) {
    Value v = derived(&m->pool.at[place]);
    const char *text = calm(m, place), *shape = lengths(m, type);
    int size = (int)type_size(type, 1);
    const char *made = arena_printf(m->arena, "dense(flatten(%s), %d)", text, size);
    if (type.rank != 1)
        made = arena_printf(m->arena, "%s |> reshape(%s)", made, shape);
    v.shape = type;
    if (numbers_in(&v) > LARGEST)
        return -1;
    const char *name = fresh(m, "v");
    line(m, "%s = %s", name, made);
    return keep_named(m, v, name);
}
