/* What a value is worth where a whole number, a shape or a tensor is wanted.
 *
 *     dense(20)                a whole number, known when compiled
 *     reshape(v, [28, 28])     a shape
 *     h * [1, 2, 4]            →   where(iota(3) < 1, 1, where(iota(3) < 2, 2, 4))
 *     [[1, 0], [0, 1]]         →   a matrix; [a, b] of two [20] is a [2,20]
 *
 * A value of a list is chosen by its place, so that nothing is stored, items may be any values of
 * one shape, and a gradient reaches them.
 */
#include "check/elaboration/elaboration.h"

#include <math.h>

enum { MOST_INTEGER = 1000000000, MAX_LIST_NUMBERS = 256 };

/* ---- whole numbers and shapes ---- */

/* One whose absolute value is at most `most`. */
static bool whole_number(Checker *c, Loc loc, const Value *value, const char *what, int most,
                         int *result) {
    double number;
    if (value->kind == VALUE_error)
        return false;
    bool known = value->kind == VALUE_term && term_is_number(value->term, &number);
    if (!known || number != floor(number) || !isfinite(number)) {
        check_error(c, loc, "%s must be a whole number known when compiled, and this is %s", what,
                    known ? text_number(c->arena, number) : value_text(c, value));
        if (value->kind == VALUE_term && !value->term->type.rows && !known)
            check_help(c, "a `const` is known when compiled; a `hyper`, `rows` or `step` is known "
                          "only when the program runs");
        return false;
    }
    if (fabs(number) > most) {
        check_error(c, loc, "%s is at %s %d, and this is %.0f", what, number < 0 ? "least" : "most",
                    number < 0 ? -most : most, number);
        if (most == MAX_PLACES)
            check_help(c, "classes and words are integers of 32 bits");
        return false;
    }
    *result = (int)number;
    return true;
}

bool value_integer(Checker *c, Loc loc, const Value *value, const char *what, int *result) {
    return whole_number(c, loc, value, what, MOST_INTEGER, result);
}

bool value_many(Checker *c, Loc loc, const Value *value, const char *what, int *result) {
    return whole_number(c, loc, value, what, MAX_PLACES, result);
}

bool value_shape(Checker *c, Loc loc, const Value *value, Type *shape) {
    *shape = (Type){0};
    if (value->kind == VALUE_error)
        return false;
    const Value *items = value->kind == VALUE_list ? value->items : value;
    int count = value->kind == VALUE_list ? value->count : 1;
    if (count > MAX_FEATURES) {
        check_error(c, loc, "a shape has at most %d axes, and this has %d", MAX_FEATURES, count);
        return false;
    }
    for (int i = 0; i < count; i++) {
        int length;
        if (!value_integer(c, loc, &items[i], "a length", &length))
            return false;
        if (length < 1) {
            check_error(c, loc, "a length must be at least 1, and this is %d", length);
            if (length == -1)
                check_help(c, "no length is filled in: `v.size` is how many numbers v has, "
                              "`flatten(v)` puts all of them on one axis");
            return false;
        }
        shape->dim[shape->rank++] = length;
    }
    if (type_size(*shape, 1) > MAX_NUMBERS) {
        check_error(c, loc, "a tensor of %.0f numbers is larger than the limit of %d",
                    type_size(*shape, 1), MAX_NUMBERS);
        return false;
    }
    return true;
}

/* ---- a list as a value ---- */

typedef struct Stack {
    Loc loc;
    int n;
    Term **part;
    Term *place; /* [n,1,1]: before the axes of the parts */
} Stack;

/* Chooses between the parts begin … end - 1 by their place: between two halves, then within each,
 * until one part is left. */
static Term *choose_part(Checker *c, const Stack *s, int begin, int end) {
    bool same = true;
    for (int i = begin + 1; i < end; i++)
        same = same && check_same_term(c, s->part[begin], s->part[i]);
    if (same)
        return s->part[begin];
    int middle = begin + (end - begin) / 2;
    Term *left = choose_part(c, s, begin, middle), *right = choose_part(c, s, middle, end);
    Term *pair[2] = {s->place, term_number(c, s->loc, middle)};
    Term *before = left && right ? term_map(c, s->loc, OP_lt, 2, pair, NULL) : NULL;
    Term *in[3] = {before, left, right};
    Term *chosen = before ? term_map(c, s->loc, OP_where, 3, in, NULL) : NULL;
    if (chosen && chosen->kind == TERM_map)
        chosen->ints[0] = 1; /* both halves occur, which range_of_map goes by */
    return chosen;
}

bool check_rows_axis(Checker *c, Loc loc, const Term *v, const char *verb) {
    if (!type_has_rows(v->type.shape))
        return false;
    check_error(c, loc, "this would %s %s, whose axis n is the batch", verb,
                termtype_text(c->arena, &v->type));
    check_help(c,
               "its length is known only when the program runs: it can be reduced, contracted, or "
               "broadcast against another n");
    return true;
}

static bool alike(Checker *c, const Stack *s) {
    Type first = s->part[0]->type.shape;
    for (int i = 0; i < s->n; i++) {
        Term *part = s->part[i];
        if (!type_equal(part->type.shape, first)) {
            check_error(c, s->loc, "the items of this list are %s and %s",
                        termtype_text(c->arena, &s->part[0]->type),
                        termtype_text(c->arena, &part->type));
            check_help(c, "a list that stands for a value has items of one shape");
            return false;
        }
        if (check_rows_axis(c, s->loc, part, "put into a list"))
            return false;
    }
    return true;
}

static Term *stack(Checker *c, Stack *s) {
    if (!alike(c, s))
        return NULL;
    Type part = s->part[0]->type.shape;
    if (part.rank >= MAX_FEATURES || s->n * type_size(part, 1) > MAX_NUMBERS) {
        check_error(c, s->loc, "a shape has at most %d axes, and this list would have %d",
                    MAX_FEATURES, part.rank + 1);
        return NULL;
    }
    TermType type = {.shape.rank = 1, .shape.dim = {s->n}};
    s->place = term_new(c, TERM_iota, s->loc, type, 0, NULL);
    for (int i = 0; i < part.rank; i++)
        type.shape.dim[type.shape.rank++] = 1;
    if (part.rank)
        s->place = term_new(c, TERM_reshape, s->loc, type, 1, &s->place);
    Term *all = choose_part(c, s, 0, s->n);
    Type shape = {.rank = part.rank + 1, .dim = {s->n}};
    for (int i = 0; i < part.rank; i++)
        shape.dim[i + 1] = part.dim[i];
    return all ? term_expand(c, s->loc, all, shape) : NULL;
}

static int count_items(const Value *list) {
    int n = 0;
    for (int i = 0; i < list->count; i++)
        n += list->items[i].kind == VALUE_list ? count_items(&list->items[i]) : 1;
    return n;
}

static Term *build_term(Checker *c, Loc loc, const Value *list) {
    Stack s = {.loc = loc, .n = list->count};
    if (s.n == 0) {
        check_error(c, loc, "this list is empty, where a number or tensor is wanted");
        return NULL;
    }
    if (count_items(list) > MAX_LIST_NUMBERS) {
        check_error(c, loc, "a list that stands for a value has at most %d items, and this has %d",
                    MAX_LIST_NUMBERS, count_items(list));
        return NULL;
    }
    s.part = NEW_ARRAY(c->arena, Term *, s.n);
    for (int i = 0; i < s.n; i++) {
        s.part[i] = value_as_term(c, loc, &list->items[i]);
        if (!s.part[i])
            return NULL;
    }
    return stack(c, &s);
}

/* The same term wherever a list that has a name is read: a derivative by it finds what depends on
 * it. */
static Term *list_as_term(Checker *c, Loc loc, const Value *list) {
    if (list->stands && *list->stands)
        return *list->stands;
    Term *term = build_term(c, loc, list);
    if (list->stands)
        *list->stands = term;
    return term;
}

Term *value_as_term(Checker *c, Loc loc, const Value *value) {
    if (value->kind == VALUE_term)
        return value->term;
    if (value->kind == VALUE_error)
        return NULL;
    if (value->kind == VALUE_list)
        return list_as_term(c, loc, value);
    const char *name = value->kind == VALUE_definition  ? value->define->ast->name
                       : value->kind == VALUE_primitive ? value->name
                       : value->kind == VALUE_axis      ? value->name
                                                        : NULL;
    const char *meant = name ? check_meant(c, c->scope, name) : NULL;
    if (meant && check_was_told(c, name))
        return NULL;
    check_error(c, loc, "this is %s, where a number or tensor is wanted", value_text(c, value));
    if (meant)
        check_offer(c, c->scope, meant);
    else if (name && value->kind != VALUE_axis)
        check_help(c, "give it its arguments:  %s(…)", name);
    if (value->kind == VALUE_distribution)
        check_help(c, "draw from it with `~`:  z ~ …");
    if (value->kind == VALUE_block || value->kind == VALUE_results)
        check_help(c, "say which of its names is meant, with a point");
    return NULL;
}

Value value_of_list(Checker *c, Value value) {
    if (value.kind != VALUE_list)
        return value;
    return value_term(list_as_term(c, value.loc, &value), value.loc);
}
