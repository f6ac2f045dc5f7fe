/* Numbers that count or choose something: classes, rows of a table, parts of an axis.
 *
 *     v[0:10]   v[3]   v[:, 2:4]   gather(table, index)   class_number(y, 10)   whole(k, 1, 784)
 *
 * What is known when the model is compiled is checked here, what comes from data when the program
 * runs (lower/indices.c).
 */
#include "check/elaboration/builtins.h"
#include "check/values/range.h"

#include <math.h>

/* whole(k, low, high): k itself.  A number that is known only when the program runs is not looked
 * at. */
Value rule_whole(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *k = value_as_term(c, call->loc, &v[0]);
    int low, high;
    double number;
    if (!k || !value_integer(c, call->loc, &v[1], "the least that it may be", &low) ||
        !value_integer(c, call->loc, &v[2], "the most that it may be", &high))
        return value_error();
    if (!term_is_number(k, &number) || (number >= low && number <= high && number == floor(number)))
        return v[0];
    check_error(c, call->loc, "`%s` is a whole number from %d to %d here, and this is %s",
                call->n > 1 && call->kid[1]->kind == AST_name ? call->kid[1]->name : "k", low, high,
                text_number(c->arena, number));
    return value_error();
}

/* iota(n) == y, as one_hot writes it: a vector with a 1 at a class's place. */
static bool is_one_hot(const Term *v, int classes) {
    if (v->kind != TERM_map || v->op != OP_eq)
        return false;
    for (int i = 0; i < 2; i++) {
        Type shape = v->in[i]->type.shape;
        if (v->in[i]->kind == TERM_iota && !v->in[i]->type.rows && shape.dim[0] == classes)
            return true;
    }
    return false;
}

/* class_number(v, classes): v itself.  A number that is known is checked here, what data says when
 * the program runs. */
Value rule_class_number(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *in = value_as_term(c, call->loc, &v[0]);
    int classes;
    double number;
    if (!in || !value_integer(c, call->loc, &v[1], "the number of classes", &classes))
        return value_error();
    if (term_is_number(in, &number) &&
        !(number >= 0 && number < classes && number == floor(number))) {
        check_error(c, call->loc, "this is class %g, and the classes are 0 to %d", number,
                    classes - 1);
        return value_error();
    }
    if (is_one_hot(in, classes)) {
        check_error(c, call->loc,
                    "this is a one-hot vector of %d classes, and a class number is "
                    "wanted",
                    classes);
        check_help(c, "give the number itself, as a label is: its vector is made of it here");
        return value_error();
    }
    if (!check_index_range(c, call->loc, in, classes, true))
        return value_error();
    Term *term = term_new(c, TERM_class_number, call->loc, in->type, 1, &in);
    if (term) {
        term->value = classes;
        term->flag = check_may_leave(c, in, classes);
    }
    return value_term(term, call->loc);
}

Value rule_gather(Checker *c, Scope *scope, const Ast *call, Value *v) {
    (void)scope;
    Term *in[2] = {value_as_term(c, call->loc, &v[0]), value_as_term(c, call->loc, &v[1])};
    if (!in[0] || !in[1])
        return value_error();
    if (in[0]->type.rows || in[0]->type.shape.rank < 1) {
        check_error(c, call->loc, "gather takes rows of a shared table, and this is %s",
                    value_text(c, &v[0]));
        return value_error();
    }
    if (check_rows_axis(c, call->loc, in[0], "take rows of"))
        return value_error();
    if (!check_index_range(c, call->loc, in[1], in[0]->type.shape.dim[0], false))
        return value_error();
    const char *why;
    Term *term =
        term_shaped(c, TERM_gather, call->loc, OP_gather, &(Attr){0}, (Type){0}, 2, in, &why);
    if (!term) {
        check_error(c, call->loc, "%s", why);
        return value_error();
    }
    term->flag =
        !check_in_prelude(c, call->loc) && check_may_leave(c, in[1], in[0]->type.shape.dim[0]);
    TermType type = in[1]->type; /* rows and samples are those of the index */
    type.shape = term->type.shape;
    term->type = type;
    return value_term(term, call->loc);
}

/* What one index takes of an axis: places begin … end - 1; of one place the axis goes. */
typedef struct Taken {
    int begin, end;
    bool single;
} Taken;

static bool bound(Checker *c, Scope *scope, const Ast *ast, int *place) {
    if (!ast)
        return true;
    Value value = check_expression(c, scope, ast);
    if (value_integer(c, ast->loc, &value, "an index", place))
        return true;
    double number;
    if (value.kind == VALUE_term && !term_is_number(value.term, &number))
        check_help(c, "by a number that is computed,  gather(table, index)  takes rows, and  "
                      "where(condition, a, b)  chooses");
    return false;
}

static bool check_taken(Checker *c, Scope *scope, const Ast *index, const Term *v, int length,
                        Taken *taken) {
    *taken = (Taken){.end = length, .single = index->kind != AST_range};
    const Ast *first = taken->single ? index : index->kid[0];
    const Ast *last = taken->single ? NULL : index->kid[1];
    if (length < 0)
        return !(first || last) || !check_rows_axis(c, index->loc, v, "take a part of");
    return bound(c, scope, first, &taken->begin) && bound(c, scope, last, &taken->end);
}

/* The part of an axis, negative, of v, which is a part of the whole; NULL after an error. */
static Term *take_part(Checker *c, const Ast *ast, const Ast *index, const Value *whole, Term *v,
                       int axis, Taken *taken) {
    int length = v->type.shape.dim[v->type.shape.rank + axis];
    if (length < 0) /* the whole of it */
        return v;
    /* places counted from the end become places */
    taken->begin += taken->begin < 0 ? length : 0;
    taken->end = taken->single ? taken->begin + 1 : taken->end + (taken->end < 0 ? length : 0);
    if (taken->begin == 0 && taken->end == length)
        return v;
    Attr part = {.count = 3, .ints = {axis, taken->begin, taken->end}};
    const char *why;
    Term *term = term_shaped(c, TERM_slice, ast->loc, OP_slice, &part, (Type){0}, 1, &v, &why);
    if (!term) {
        check_error(c, index->loc, "this range leaves the axis, which has places 0 to %d",
                    length - 1);
        check_mark(c, ast->kid[0]->loc, whole);
    }
    return term;
}

/* widths[0], widths[1:]: one item, or those from `begin` to before `end`; negative places count
 * from the end. */
static Value list_index(Checker *c, const Value *list, const Ast *ast, int begin, int end,
                        bool single) {
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

/* v[0:10]  v[3]  v[:, 2:4]  widths[1:] */
Value check_index(Checker *c, Scope *scope, const Ast *ast) {
    Value base = check_expression(c, scope, ast->kid[0]);
    if (base.kind == VALUE_list && ast->n == 2) {
        Taken taken;
        if (!check_taken(c, scope, ast->kid[1], NULL, base.count, &taken))
            return value_error();
        return list_index(c, &base, ast->kid[1], taken.begin, taken.end, taken.single);
    }
    Term *v = value_as_term(c, ast->kid[0]->loc, &base);
    if (!v)
        return value_error();
    Type kept = {0}, shape = v->type.shape;
    if (ast->n - 1 > shape.rank) {
        check_error(c, ast->loc, "this gives %d indices to %s", ast->n - 1,
                    termtype_text(c->arena, &v->type));
        return value_error();
    }
    for (int i = 0; i < shape.rank; i++) {
        const Ast *index = i + 1 < ast->n ? ast->kid[i + 1] : NULL;
        Taken taken = {.end = shape.dim[i]};
        if (index && !check_taken(c, scope, index, v, shape.dim[i], &taken))
            return value_error();
        v = index ? take_part(c, ast, index, &base, v, i - shape.rank, &taken) : v;
        if (!v)
            return value_error();
        if (!taken.single)
            kept.dim[kept.rank++] = v->type.shape.dim[i];
    }
    TermType type = v->type;
    type.shape = kept;
    return value_term(
        type_equal(kept, v->type.shape) ? v : term_new(c, TERM_reshape, ast->loc, type, 1, &v),
        ast->loc);
}
