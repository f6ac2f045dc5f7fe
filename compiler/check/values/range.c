/* Ranges of terms, see range.h: bounds by interval arithmetic, from a term's operands to the term.
 */
#include "check/values/range.h"
#include "ir/interval.h"

#include <math.h>
#include <string.h>

static const Range anything = {-INFINITY, INFINITY, false, false};

static bool is_single(Range a) {
    return a.low == a.high;
}

static Range single(double value) {
    return (Range){value, value, true, true};
}

/* The narrowest bounds that hold both. */
static Range both(Range a, Range b) {
    return (Range){fmin(a.low, b.low), fmax(a.high, b.high), a.reached && b.reached,
                   a.fixed && b.fixed};
}

/* Bounds that hold, but that perhaps no element reaches. */
static Range within(Range a) {
    a.reached = is_single(a);
    return a;
}

/* ---- elementwise ---- */

/* What the operation makes of the bounds, which some element has where one of its operands is the
 * same everywhere and the other has its own: two that vary may vary together, as in x - x. */
static Range range_of_op(Op op, Range a, Range b) {
    const Interval in[3] = {{a.low, a.high}, {b.low, b.high}};
    Interval image;
    if (!interval_map(op, in, &image))
        return anything;
    bool unary = optab[op].arity == 1;
    bool reached = unary ? a.reached : (is_single(a) && b.reached) || (is_single(b) && a.reached);
    return (Range){image.low, image.high, reached && interval_is_reached(op),
                   a.fixed && (unary || b.fixed)};
}

/* v / sum(v): parts of a whole, as softmax has them. */
static bool is_share(const Term *term, Range a) {
    const Term *whole = term->in[1];
    return a.low >= 0 && whole->kind == TERM_reduce && whole->op == OP_sum &&
           whole->in[0] == term->in[0];
}

/* The input that a term is, scaled as its declaration says, with 0 in its gaps; or NULL. */
static const InputInfo *scaled_input(const Model *m, const Term *term) {
    bool gaps = term->kind == TERM_map && term->op == OP_where;
    if (gaps && term->in[2]->kind == TERM_number && term->in[2]->value == 0)
        term = term->in[1];
    if (term->kind != TERM_map || term->op != OP_div)
        return NULL;
    const Term *scale = term->in[1];
    while (scale->kind == TERM_reshape)
        scale = scale->in[0];
    for (int i = 0; scale->kind == TERM_slot && i < m->inputs.count; i++)
        if (m->inputs.at[i].scale && strcmp(m->inputs.at[i].scale, scale->name) == 0)
            return &m->inputs.at[i];
    return NULL;
}

/* Of the data of the training; others may lie beyond 0..1. */
static Range range_of_scaled(const InputInfo *input) {
    return input->scaling == SCALING_scaled ? (Range){0, 1, false, false}
                                            : (Range){-INFINITY, INFINITY, true, false};
}

static Range range_of_map(const Model *m, const Term *term, const Range *known) {
    const InputInfo *scaled = scaled_input(m, term);
    if (scaled)
        return range_of_scaled(scaled);
    Range a = known[term->in[0]->id], b = term->n > 1 ? known[term->in[1]->id] : a;
    if (term->op == OP_where) {
        a = both(b, known[term->in[2]->id]);
        return term->ints[0] ? a : within(a); /* a choice by place takes every item of a list */
    }
    if (term->op == OP_div && is_share(term, a))
        return (Range){0, 1, false, a.fixed};
    return range_of_op(term->op, a, b);
}

/* ---- the other kinds ---- */

/* What a step of a scan is given of a stack: its slice. */
static bool is_step(const Term *term) {
    return term->kind == TERM_given && term->flag;
}

/* The input that a term shows, perhaps in another shape; or NULL. */
static const InputInfo *shown_input(const Model *m, const Term *term) {
    while (term->kind == TERM_reshape || term->kind == TERM_expand || term->kind == TERM_slice ||
           term->kind == TERM_transpose || term->kind == TERM_batch || is_step(term))
        term = term->in[0];
    for (int i = 0; term->kind == TERM_input && i < m->inputs.count; i++)
        if (m->inputs.at[i].name == term->name)
            return &m->inputs.at[i];
    return scaled_input(m, term);
}

static Range range_of_input(const Model *m, const Term *term) {
    for (int i = 0; i < m->inputs.count; i++) {
        const InputInfo *input = &m->inputs.at[i];
        if (input->name != term->name)
            continue;
        if (input->classes)
            return (Range){0, input->classes - 1, true, false};
        double least = input_holds(input->kind) == HOLDS_COUNTS ? 0 : -INFINITY;
        return input->ranged ? (Range){input->low, input->high, true, false}
                             : (Range){least, INFINITY, true, false};
    }
    return anything;
}

static Range range_of_slice(const Model *m, const Term *term, Range a) {
    const Term *in = term->in[0];
    if (in->kind == TERM_iota && !in->type.rows)
        return (Range){term->ints[1], term->ints[2] - 1, true, true};
    return shown_input(m, in) ? a : within(a);
}

static Range range_of_sum(const Term *term, Range a) {
    double count = type_size(term->in[0]->type.shape, 1) / type_size(term->type.shape, 1);
    return term->op == OP_sum ? within(range_of_op(OP_mul, a, single(count))) : within(a);
}

/* The places along the axis that an operation names. */
static Range places_along(const Term *term) {
    Type shape = term->in[0]->type.shape;
    return (Range){0, shape.dim[shape.rank + term->ints[0]] - 1, true, false};
}

static Range range_of(const Model *m, const Term *term, const Range *known) {
    Range first = term->n ? known[term->in[0]->id] : anything;
    switch (term->kind) {
    case TERM_number:
        return single(term->value);
    case TERM_input:
        return range_of_input(m, term);
    case TERM_training:
        return (Range){0, 1, true, false};
    case TERM_iota:
        return term->type.rows ? anything
                               : (Range){0, type_size(term->type.shape, 1) - 1, true, true};
    case TERM_eye:
        return (Range){0, 1, false, true};
    case TERM_random:
        return term->op == OP_rand ? (Range){0, 1, false, false} : anything;
    case TERM_map:
        return range_of_map(m, term, known);
    case TERM_reshape:
    case TERM_transpose:
    case TERM_expand:
    case TERM_batch:
    case TERM_spread:
    case TERM_collect:
    case TERM_class_number:
        return first;
    case TERM_slice:
        return range_of_slice(m, term, first);
    case TERM_concat:
        for (int i = 1; i < term->n; i++)
            first = both(first, known[term->in[i]->id]);
        return first;
    case TERM_reduce:
        return range_of_sum(term, first);
    case TERM_argmax:
        return places_along(term);
    case TERM_given:
        return is_step(term) ? first : anything;
    case TERM_along:
        return term->op == OP_cumsum ? anything : places_along(term);
    case TERM_gather:
    case TERM_batch_mean:
        return within(first);
    case TERM_draw:
    case TERM_noise:
        return within(both(first, known[term->in[1]->id]));
    default:
        return anything;
    }
}

static Range term_range(Checker *c, const Term *term) {
    const Model *m = c->model;
    for (int id = c->ranges.count; id <= term->id; id++)
        list_add(c->arena, &c->ranges, range_of(m, m->terms.at[id], c->ranges.at));
    return c->ranges.at[term->id];
}

/* ---- what is told ---- */

static const char *range_text(Checker *c, double low, double high) {
    return arena_printf(c->arena, "%s..%s", text_number(c->arena, low),
                        isinf(high) ? "infinity" : text_number(c->arena, high));
}

static void advise_range(Checker *c, const char *of, const InputInfo *x) {
    static const char *const kinds[] = {
#define ABI_INPUT(name, NAME, rank, holds, lengths, many) [INPUT_##name] = #name,
#include "abi.def"
    };
    const char *most = of ? strstr(of, "infinity") : NULL; /* an input has none */
    x = x ? x : &c->model->inputs.at[0];
    if (most)
        check_help(c, "write  input %s : %s%s in %.*sN  with the largest that there may be%s",
                   x->name, kinds[x->kind], type_text(c->arena, x->type), (int)(most - of), of,
                   x->type.rank == 1 ? ", or of whole numbers  counts[…]" : "");
    else if (!x->classes)
        check_help(c, "%s  input %s : %s%s in %s",
                   of ? "write" : "the range of an input bounds what is computed of it:", x->name,
                   kinds[x->kind], type_text(c->arena, x->type), of ? of : "…");
}

/* An argument that may be any number, as logits are, and has none but those of 0..1: most likely
 * probabilities, or the argument beside it. */
static void check_any_number(Checker *c, const Ast *formal, const char *what, Loc loc,
                             const Term *value) {
    Range found = term_range(c, value);
    const InputInfo *input = shown_input(c->model, value);
    bool class = input && input_holds(input->kind) == HOLDS_A_CLASS;
    if (found.fixed || is_single(found) || (!class && (found.low < 0 || found.high > 1)))
        return;
    if (input)
        diag_warning(c->diag, loc, "%s with %s = `%s`, which lies in %s: any number is meant here",
                     what, formal->name, input->name, range_text(c, found.low, found.high));
    else
        diag_warning(c->diag, loc, "%s with %s in %s, as probabilities are: any number is meant",
                     what, formal->name, range_text(c, found.low, found.high));
    check_help(c, input ? "are the arguments in their order?"
                        : "give it what comes before the `sigmoid` or `softmax`");
}

/* Inside the prelude nothing is told: the definition that the user calls says the range of its own
 * argument, and has told it. */
void check_argument_range(Checker *c, const Ast *formal, const char *what, Loc loc,
                          const Value *value) {
    const Ast *range = formal->n > 1 ? formal->kid[1] : NULL;
    if (!range || value->kind != VALUE_term || check_in_prelude(c, loc))
        return;
    double low = range->kid[0]->number, high = range->kid[1]->number;
    if (isinf(low) && isinf(high)) {
        check_any_number(c, formal, what, loc, value->term);
        return;
    }
    Range found = term_range(c, value->term);
    if (!found.reached || (found.low >= low && found.high <= high))
        return;
    const char *wanted = range_text(c, low, high), *is = range_text(c, found.low, found.high);
    const InputInfo *input = shown_input(c->model, value->term);
    bool bounded = isfinite(found.low) && isfinite(found.high);
    if (is_single(found))
        diag_warning(c->diag, loc, "%s with %s = %s, which must lie in %s", what, formal->name,
                     text_number(c->arena, found.low), wanted);
    else if (input && bounded)
        diag_warning(c->diag, loc, "%s of `%s`, which lies in %s: its values must lie in %s", what,
                     input->name, is, wanted);
    else if (input)
        diag_warning(c->diag, loc, "%s of `%s`, which %s: its values must lie in %s", what,
                     input->name,
                     input->scaling == SCALING_none ? "has no range" : "is standardized", wanted);
    else if (bounded)
        diag_warning(c->diag, loc, "%s of values in %s: they must lie in %s", what, is, wanted);
    else
        diag_warning(c->diag, loc, "%s of values without bounds: they must lie in %s", what,
                     wanted);
    if (!bounded)
        advise_range(c, input ? wanted : NULL, input);
}

/* An error where tokens choose rows of a table that has less of them than the vocabulary has words,
 * all of which the data will have. */
static bool check_vocabulary(Checker *c, Loc loc, const Term *index, int rows) {
    const InputInfo *input = shown_input(c->model, index);
    if (!input || input_holds(input->kind) != HOLDS_TOKENS || input->classes <= rows)
        return true;
    check_error(c, loc, "`%s` has a vocabulary of %d tokens, and the table has %d row%s",
                input->name, input->classes, rows, rows == 1 ? "" : "s");
    return false;
}

/* A number of a list that is no whole one, or NULL. */
static const Term *find_broken(const Term *term) {
    const Term *found = NULL;
    bool list = term->kind == TERM_map && term->op == OP_where && term->ints[0]; /* by place */
    if (term->kind == TERM_number)
        return term->value != floor(term->value) ? term : NULL;
    if (list || term->kind == TERM_reshape || term->kind == TERM_expand)
        for (int i = list; i < term->n && !found; i++)
            found = find_broken(term->in[i]);
    return found;
}

/* Whether a term has whole numbers by its making; what is not found out in a few steps has not. */
static bool is_whole(const Model *m, const Term *term, int steps) {
    const InputInfo *input = shown_input(m, term);
    int from = term->kind == TERM_map && term->op == OP_where ? 1 : 0;
    if (input)
        return input->classes > 0;
    switch (term->kind) {
    case TERM_number:
        return term->value == floor(term->value);
    case TERM_iota:
    case TERM_eye:
    case TERM_argmax:
    case TERM_training:
    case TERM_draw: /* is an index by its making, or is told to be none when it runs */
        return true;
    case TERM_along:
        return term->op != OP_cumsum;
    case TERM_map:
        if (optab[term->op].flags & STEP)
            return true;
        if (term->op != OP_add && term->op != OP_sub && term->op != OP_mul && term->op != OP_max &&
            term->op != OP_min && term->op != OP_where)
            return false;
        break;
    case TERM_reduce:
    case TERM_reshape:
    case TERM_expand:
    case TERM_slice:
    case TERM_concat:
    case TERM_transpose:
    case TERM_noise:
        break;
    case TERM_given:
        return is_step(term) && is_whole(m, term->in[0], steps);
    default:
        return false;
    }
    for (int i = from; i < term->n; i++)
        if (steps == 0 || !is_whole(m, term->in[i], steps - 1))
            return false;
    return true;
}

bool check_may_leave(Checker *c, const Term *index, int rows) {
    Range found = term_range(c, index);
    return index->kind != TERM_draw &&
           (found.low < 0 || found.high >= rows || !is_whole(c->model, index, 8));
}

bool check_index_range(Checker *c, Loc loc, const Term *index, int rows, bool classes) {
    if (!check_vocabulary(c, loc, index, rows))
        return false;
    Range found = term_range(c, index);
    double wrong = found.low < 0 ? found.low : found.high;
    const Term *broken = find_broken(index);
    if (broken) {
        const char *number = text_number(c->arena, broken->value);
        check_error(c, loc,
                    classes ? "this is class %s, and the classes are 0 to %d"
                            : "an index is a whole number, and this is %s",
                    number, rows - 1);
        return false;
    }
    if (!found.reached)
        return true;
    if (found.low >= 0 && found.high < rows)
        return true;
    const char *inside, *number = text_number(c->arena, wrong);
    if (found.fixed) {
        check_error(c, loc,
                    classes ? "this is class %s, and the classes are 0 to %d"
                            : "this takes row %s of a table that has rows 0 to %d",
                    number, rows - 1);
        return false;
    }
    if (isfinite(wrong))
        diag_warning(c->diag, check_user_loc(c, loc, &inside),
                     classes ? "this class goes up to %s, and the classes are 0 to %d"
                             : "this index goes up to %s, and the table has rows 0 to %d",
                     number, rows - 1);
    return true;
}
