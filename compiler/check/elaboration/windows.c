/* Windows: the last axes of a value as overlapping windows, and windows added up again.
 *
 *     window(v, [3, 3], pad = same)           [16,28,28]      →  [16,3,3,28,28]
 *     fold(u, [28, 28], pad = same)           [16,3,3,28,28]  →  [16,28,28]
 *
 * Each axis is a step of its own, [28] → [3,28]; a transposition then brings the axes within a
 * window before those over windows.  What does not fit is told here: the graph's own windows leave
 * out what a stride does not reach.
 */
#include "check/elaboration/builtins.h"

#include <string.h>

/* One axis: its length, what lies before and behind it, its windows, and how many there are. */
typedef struct Along {
    int length, size, stride, dilation;
    int before, behind;
    int places;
} Along;

/* The arguments of both functions, axis by axis from the first. */
typedef struct Windows {
    int axes;
    Along at[MAX_RANK];
} Windows;

/* Item i of a list, or the value for all axes. */
static const Value *item(const Value *value, int i) {
    return value->kind == VALUE_list ? &value->items[i] : value;
}

/* One whole number for each axis, at least `least`; false after an error. */
static bool numbers(Checker *c, Loc loc, const Value *value, const char *what, int count, int least,
                    int *out) {
    if (value->kind == VALUE_list && value->count != count) {
        check_error(c, loc, "%s has %d numbers, and the windows have %d axes", what, value->count,
                    count);
        return false;
    }
    for (int i = 0; i < count; i++) {
        out[i] = 1;
        if (value->kind == VALUE_missing)
            continue;
        if (!value_integer(c, loc, item(value, i), what, &out[i]))
            return false;
        if (out[i] < least) {
            check_error(c, loc, "%s is at least %d, and this is %d", what, least, out[i]);
            return false;
        }
    }
    return true;
}

static bool is_word(const Value *value, const char *word) {
    return value->kind == VALUE_axis && strcmp(value->name, word) == 0;
}

static long span_of(const Along *a) {
    return (long)a->dilation * (a->size - 1) + 1;
}

/* `same`: as many windows as the stride goes into the axis; of an odd number of zeros the last one
 * is behind. */
static void pad_same(Along *a) {
    int windows = (a->length - 1) / a->stride + 1;
    long lacking = (long)(windows - 1) * a->stride + span_of(a) - a->length;
    lacking = lacking > 0 ? lacking : 0;
    a->before = (int)(lacking / 2);
    a->behind = (int)(lacking - a->before);
    a->places = windows;
}

/* Zeros by number, on both sides or [before, behind]. */
static bool pad_by_number(Checker *c, Loc loc, const Value *pad, Along *a) {
    int zeros[2];
    bool pair = pad->kind == VALUE_list && pad->count == 2;
    for (int i = 0; i < 2; i++) {
        if (!value_integer(c, loc, pair ? &pad->items[i] : pad, "padding", &zeros[i]))
            return false;
        if (zeros[i] < 0 || zeros[i] > MAX_NUMBERS) {
            check_error(c, loc, "padding is a number of zeros, `same` or `valid`, and this is %d",
                        zeros[i]);
            return false;
        }
    }
    a->before = zeros[0], a->behind = zeros[1];
    return true;
}

/* That a window is too large may come of an input's lengths in another order: shows where they are
 * written, and which order is meant. */
static void note_input(Checker *c) {
    if (c->model->inputs.count == 0)
        return;
    const InputInfo *input = &c->model->inputs.at[0];
    Binding *declared = scope_find_here(c->file, input->name);
    if (declared)
        diag_note(c->diag, declared->loc, "an image is [channels, height, width]; `%s` is %s",
                  input->name, type_text(c->arena, input->type));
}

/* How many windows there are; false, told, where they do not fit. */
static bool place(Checker *c, Loc loc, const Value *pad, Along *a) {
    bool same = is_word(pad, "same");
    long span = span_of(a);
    if (same && span <= MAX_NUMBERS)
        pad_same(a);
    else if (pad->kind != VALUE_missing && !same && !is_word(pad, "valid") &&
             !pad_by_number(c, loc, pad, a))
        return false;
    long whole = (long)a->before + a->length + a->behind, rest = whole - span;
    const char *zeros =
        whole > a->length ? arena_printf(c->arena, ", %ld with its zeros", whole) : "";
    if (rest < 0) {
        check_error(c, loc, "a window that spans %ld is larger than the axis, which has %d%s", span,
                    a->length, zeros);
        note_input(c);
        return false;
    }
    if (same)
        return true;
    a->places = (int)(rest / a->stride) + 1;
    if (rest % a->stride == 0)
        return true;
    check_error(c, loc,
                "stride %d does not divide the %ld steps that a window of %ld can go in %d%s",
                a->stride, rest, span, a->length, zeros);
    check_help(c, "pad = same  makes windows for all %d; so does another number of zeros",
               a->length);
    return false;
}

/* The arguments stride, pad, dilation, from `v` on: whether there is one for each axis. */
static bool read_all(Checker *c, Loc loc, const Value *v, Windows *w) {
    int strides[MAX_RANK], dilations[MAX_RANK];
    if (!numbers(c, loc, &v[0], "a stride", w->axes, 1, strides) ||
        !numbers(c, loc, &v[2], "a dilation", w->axes, 1, dilations))
        return false;
    if (v[1].kind == VALUE_list && v[1].count != w->axes) {
        check_error(c, loc, "the padding is for %d axes, and the windows have %d", v[1].count,
                    w->axes);
        return false;
    }
    for (int i = 0; i < w->axes; i++) {
        w->at[i].stride = strides[i];
        w->at[i].dilation = dilations[i];
    }
    return true;
}

/* The axes in turn of the last of [.., k, o, k, o] or, back, of [.., k, k, o, o]. */
static Term *reordered(Checker *c, Loc loc, Term *a, int axes, bool back) {
    int count = 2 * axes, order[MAX_RANK];
    if (!a || axes < 2)
        return a;
    TermType type = a->type;
    for (int i = 0; i < count; i++) {
        int from = back ? i / 2 + (i % 2) * axes : i < axes ? 2 * i : 2 * (i - axes) + 1;
        order[i] = from - count;
        type.shape.dim[type.shape.rank - count + i] =
            a->type.shape.dim[a->type.shape.rank + order[i]];
    }
    Term *term = term_new(c, TERM_transpose, loc, type, 1, &a);
    term->count = count;
    memcpy(term->ints, order, sizeof order);
    return term;
}

/* One operation along an axis, its attributes as the graph has them; NULL after NULL, or where the
 * result is too large. */
static Term *step(Checker *c, Loc loc, TermKind kind, Op op, Attr attr, Term *a) {
    const char *why;
    if (!a)
        return NULL;
    Term *term = term_shaped(c, kind, loc, op, &attr, (Type){0}, 1, &a, &why);
    if (!term)
        check_error(c, loc, "%s", why);
    return term;
}

/* [.., L, ..] with `right` axes behind it → [.., zeros, L, zeros, ..] */
static Term *padded(Checker *c, Loc loc, Term *a, int right, const Along *along) {
    int begin = along->before, length = begin + along->length;
    Attr attr = {.count = 4, .ints = {-right - 1, begin, length, length + along->behind}};
    return begin + along->behind == 0 ? a : step(c, loc, TERM_pad, OP_pad, attr, a);
}

/* And back. */
static Term *unpadded(Checker *c, Loc loc, Term *a, int right, const Along *along) {
    int begin = along->before;
    Attr attr = {.count = 3, .ints = {-right - 1, begin, begin + along->length}};
    return begin + along->behind == 0 ? a : step(c, loc, TERM_slice, OP_slice, attr, a);
}

/* [.., L, ..] → [.., size, places, ..] */
static Term *spread_axis(Checker *c, Loc loc, Term *a, int right, const Along *along) {
    Attr attr = {.count = 4, .ints = {-right - 1, along->size, along->stride, along->dilation}};
    return step(c, loc, TERM_window, OP_window, attr, a);
}

/* And back. */
static Term *join_axis(Checker *c, Loc loc, Term *a, int right, const Along *along) {
    int whole = along->before + along->length + along->behind;
    Attr attr = {.count = 4, .ints = {-right - 1, whole, along->stride, along->dilation}};
    return step(c, loc, TERM_fold, OP_fold, attr, a);
}

static bool count_axes(Checker *c, Loc loc, const Value *list, int most, const char *of,
                       Windows *w) {
    w->axes = list->kind == VALUE_list ? list->count : 1;
    if (w->axes >= 1 && w->axes <= most)
        return true;
    check_error(c, loc, "there are windows along %d axes here, and %s", w->axes, of);
    return false;
}

Value rule_window(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *a = value_as_term(c, call->loc, &v[0]);
    Windows w = {0};
    int sizes[MAX_RANK];
    if (!a)
        return value_error();
    Type shape = a->type.shape;
    const char *of =
        arena_printf(c->arena, "%s has %d", termtype_text(c->arena, &a->type), shape.rank);
    if (!count_axes(c, call->loc, &v[1], shape.rank, of, &w) ||
        !numbers(c, call->loc, &v[1], "a window", w.axes, 1, sizes))
        return value_error();
    if (!read_all(c, call->loc, v + 2, &w))
        return value_error();
    for (int i = 0; i < w.axes; i++) {
        w.at[i].length = shape.dim[shape.rank - w.axes + i];
        w.at[i].size = sizes[i];
        if ((w.at[i].length < 0 && check_rows_axis(c, call->loc, a, "take windows of")) ||
            !place(c, call->loc, item(&v[3], i), &w.at[i]))
            return value_error();
    }
    if (shape.rank + w.axes > MAX_FEATURES) {
        check_error(c, call->loc, "windows of %s would have %d axes, and a shape has at most %d",
                    termtype_text(c->arena, &a->type), shape.rank + w.axes, MAX_FEATURES);
        return value_error();
    }
    for (int i = 0; i < w.axes; i++)
        a = padded(c, call->loc, a, w.axes - 1 - i, &w.at[i]);
    for (int i = 0; i < w.axes; i++)
        a = spread_axis(c, call->loc, a, w.axes - 1 - i, &w.at[i]);
    return value_term(reordered(c, call->loc, a, w.axes, false), call->loc);
}

/* The length that an axis is folded to: a number, or where it is `none` the least whose windows
 * these are, which for `same` is that of all strides. */
static bool length_of(Checker *c, Loc loc, const Value *length, const Value *pad, int places,
                      Along *a) {
    if (length->kind != VALUE_none)
        return value_integer(c, loc, length, "a length", &a->length);
    bool same = is_word(pad, "same");
    if (!same && pad->kind != VALUE_missing && !is_word(pad, "valid") &&
        !pad_by_number(c, loc, pad, a))
        return false;
    long least = same ? (long)places * a->stride
                      : (long)(places - 1) * a->stride + span_of(a) - a->before - a->behind;
    a->length = (int)(least < 1 ? 1 : least > MAX_NUMBERS ? MAX_NUMBERS : least);
    return true;
}

/* fold(u, shape): u is what window(…) of a value with these last axes has. */
Value rule_fold(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *u = value_as_term(c, call->loc, &v[0]);
    Windows w = {0};
    if (!u)
        return value_error();
    Type shape = u->type.shape;
    const char *of =
        arena_printf(c->arena, "%s has %d", termtype_text(c->arena, &u->type), shape.rank);
    if (!count_axes(c, call->loc, &v[1], shape.rank / 2, of, &w))
        return value_error();
    if (!read_all(c, call->loc, v + 2, &w))
        return value_error();
    for (int i = 0; i < w.axes; i++) {
        w.at[i].size = shape.dim[shape.rank - 2 * w.axes + i];
        if (!length_of(c, call->loc, item(&v[1], i), item(&v[3], i),
                       shape.dim[shape.rank - w.axes + i], &w.at[i]) ||
            !place(c, call->loc, item(&v[3], i), &w.at[i]))
            return value_error();
    }
    for (int i = 0; i < w.axes; i++) {
        int places = shape.dim[shape.rank - w.axes + i];
        if (places == w.at[i].places)
            continue;
        check_error(c, call->loc, "%d windows of %d do not make an axis of %d: that has %d", places,
                    w.at[i].size, w.at[i].length, w.at[i].places);
        check_help(
            c,
            "shape, stride, pad and dilation are those of  window(v, …)  whose windows these are");
        return value_error();
    }
    u = reordered(c, call->loc, u, w.axes, true);
    for (int i = w.axes - 1; i >= 0; i--)
        u = join_axis(c, call->loc, u, w.axes - 1 - i, &w.at[i]);
    for (int i = 0; i < w.axes; i++)
        u = unpadded(c, call->loc, u, w.axes - 1 - i, &w.at[i]);
    return value_term(u, call->loc);
}

/* group_size(channels, groups): how many are in each. */
Value rule_group_size(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    int channels, groups;
    if (!value_integer(c, call->loc, &v[0], "a number of channels", &channels) ||
        !value_integer(c, call->loc, &v[1], "a number of groups", &groups))
        return value_error();
    if (groups >= 1 && channels % groups == 0)
        return value_number(c, call->loc, channels / groups);
    check_error(c, call->loc, "%d channels cannot be divided into %d equal groups", channels,
                groups);
    return value_error();
}
