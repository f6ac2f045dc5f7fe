/* Lists: what their items are, and what they are worth where a value is wanted.
 *
 *     widths[0]  widths[-1]  widths[1:]  widths.length    items, which may be of any kind
 *     h * [1, 2, 4]           →   where(iota(3) < 1, 1, where(iota(3) < 2, 2, 4))
 *     [[1, 0], [0, 1]]        →   a matrix; [a, b] of two [20] is a [2,20]
 *
 * A value is chosen by its place, so that nothing is stored, items may be any values of one shape,
 * and a gradient reaches them.
 */
#include "check/elaboration/elaboration.h"

#include <string.h>

enum { MAX_LIST_NUMBERS = 256 };

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
Term *list_as_term(Checker *c, Loc loc, const Value *list) {
    if (list->stands && *list->stands)
        return *list->stands;
    Term *term = build_term(c, loc, list);
    if (list->stands)
        *list->stands = term;
    return term;
}

Value value_of_list(Checker *c, Value value) {
    if (value.kind != VALUE_list)
        return value;
    return value_term(list_as_term(c, value.loc, &value), value.loc);
}

/* ---- items ---- */

/* widths[0], widths[1:] */
Value list_index(Checker *c, const Value *list, const Ast *ast, int begin, int end, bool single) {
    int n = list->count;
    begin += begin < 0 ? n : 0;
    end = single ? begin + 1 : end + (end < 0 ? n : 0);
    if (begin < 0 || end > n || begin > end || (single && begin >= n)) {
        if (n)
            check_error(c, ast->loc, "this leaves the list, which has places 0 to %d", n - 1);
        else
            check_error(c, ast->loc, "this list is empty");
        return value_error();
    }
    if (single)
        return list->items[begin];
    return (Value){
        .kind = VALUE_list, .loc = ast->loc, .count = end - begin, .items = list->items + begin};
}
