/* Scans: a block that runs once for each step along the first axis of a value, and carries values
 * from step to step.
 *
 *     scan t in u with h : [n] = 0 { h = tanh(t + matmul(h, U)) }
 *     →   given 0, h as the step before left it;  given 1, the slice of u;  scan of tanh(…)
 *         behind it h is all its values, [steps, n]
 *
 * The block is checked once.  What is made in it of what a step is given lies in the loop; what is
 * not is computed once, before it (lower/loops.c).  A draw is made for all steps before the loop,
 * and each is given its own.  `given m` has a slice of m beside that of u: where it is 0 a step
 * leaves what is carried as it was, which is a choice in the block as any other.
 */
#include "check/elaboration/elaboration.h"

enum { FIRST_CARRY = 3 }; /* among the kids of the tree */

typedef struct ScanCheck {
    const char *name; /* of this scan alone */
    int steps;
    Term *counts;                 /* of each step whether it counts; NULL: all do */
    List(Term *) carried, stacks; /* what a step is given */
} ScanCheck;

bool check_outside_scan(Checker *c, Loc loc, const char *what) {
    if (!c->scan)
        return true;
    check_error(c, loc, "%s cannot stand in a `scan`", what);
    return false;
}

static Term *given(Checker *c, Loc loc, TermType type, int n, Term *const *in, int number) {
    Term *term = term_new(c, TERM_given, loc, type, n, in);
    term->name = names_of(c->names, arena_printf(c->arena, "%s:%d", c->scan->name, term->id));
    term->count = 1;
    term->ints[0] = number;
    return term;
}

static Term *slice_of(Checker *c, Loc loc, Term *stack) {
    TermType type = stack->type;
    type.shape = type_without(type.shape, 0);
    Term *term = given(c, loc, type, 1, &stack, c->scan->stacks.count);
    term->flag = true;
    list_add(c->arena, &c->scan->stacks, term);
    return term;
}

Term *scan_draw(Checker *c, Loc loc, Op op, const char *name, TermType type) {
    type.shape = type_prefixed(c->scan->steps, type.shape);
    Term *all = term_leaf(c, TERM_random, loc, name, type);
    all->op = op;
    return slice_of(c, loc, all);
}

/* What the steps go along; NULL after an error. */
static Term *stack_of(Checker *c, Scope *scope, const Ast *ast) {
    Term *stack = check_term(c, scope, ast->kid[0]);
    if (!stack)
        return NULL;
    if (stack->type.shape.rank < 1 || stack->type.shape.dim[0] < 0) {
        check_error(c, ast->kid[0]->loc, "a `scan` goes along the first axis, and this is %s",
                    termtype_text(c->arena, &stack->type));
        return NULL;
    }
    return stack;
}

/* What says which steps count, a number for each; `none`: all of them, as where nothing is said.
 * False after an error. */
static bool counts_of(Checker *c, Scope *scope, const Ast *ast, int steps, Term **counts) {
    *counts = NULL;
    if (!ast)
        return true;
    Value value = check_expression(c, scope, ast);
    if (value.kind == VALUE_none)
        return true;
    Term *term = value.kind == VALUE_error ? NULL : value_as_term(c, ast->loc, &value);
    Type each = {.rank = 1, .dim = {steps}};
    if (term && !type_equal(term->type.shape, each)) {
        check_error(c, ast->loc, "a number is wanted for each of the %d steps, and this is %s",
                    steps, termtype_text(c->arena, &term->type));
        return false;
    }
    *counts = term;
    return term != NULL;
}

/* The first value of what is carried, at its shape; NULL after an error. */
static Term *first_of(Checker *c, Scope *scope, const Ast *carry) {
    Value list = check_expression(c, scope, carry->kid[0]);
    Type shape, joined;
    if (!value_shape(c, carry->kid[0]->loc, &list, &shape))
        return NULL;
    Term *first = check_term(c, scope, carry->kid[1]);
    if (!first)
        return NULL;
    if (type_broadcast(shape, first->type.shape, &joined) && type_equal(joined, shape))
        return term_expand(c, carry->loc, first, shape);
    check_error(c, carry->kid[1]->loc, "`%s` begins as %s, and %s is wanted", carry->name,
                termtype_text(c->arena, &first->type), type_text(c->arena, shape));
    return NULL;
}

/* Rows and samples of what is carried: those of everything that a step starts from. */
static bool lead_of(Checker *c, Loc loc, int n, Term *const *in, TermType *lead) {
    *lead = (TermType){.rows = true};
    for (int i = 0; i < n; i++) {
        TermType own = in[i]->type, joined;
        own.shape = (Type){0};
        if (!termtype_join(lead, &own, &joined)) {
            check_error(c, loc,
                        "what this `scan` starts from has other sample axes than what it goes "
                        "along");
            return false;
        }
        *lead = joined;
    }
    return true;
}

/* Gives the names of a step their values. */
static bool bind_given(Checker *c, Scope *inside, const Ast *ast, Term *stack, Term **first) {
    int n = ast->n - FIRST_CARRY;
    TermType lead;
    Term **in = NEW_ARRAY(c->arena, Term *, n + 3), *counts = c->scan->counts;
    for (int k = 0; k < n; k++)
        in[k + 1] = first[k];
    in[n + 1] = stack;
    in[n + 2] = counts;
    if (!lead_of(c, ast->loc, n + (counts ? 2 : 1), in + 1, &lead))
        return false;
    for (int k = 0; k < n; k++) {
        const Ast *carry = ast->kid[k + FIRST_CARRY];
        TermType type = lead;
        type.shape = first[k]->type.shape;
        in[0] = first[k];
        Term *term = given(c, carry->loc, type, n + (counts ? 3 : 2), in, k);
        term->user_name = carry->name;
        list_add(c->arena, &c->scan->carried, term);
        if (scope_find_here(inside, carry->name)) {
            check_error(c, carry->loc, "`%s` is carried twice", carry->name);
            return false;
        }
        scope_bind(c, inside, carry->name, carry->loc, value_term(term, carry->loc));
        scope_find_here(inside, carry->name)->used = true;
    }
    Term *slice = slice_of(c, ast->name_loc, stack);
    slice->user_name = ast->name;
    if (scope_find_here(inside, ast->name)) {
        check_error(c, ast->name_loc, "`%s` is carried, and the step's slice wants another name",
                    ast->name);
        return false;
    }
    scope_bind(c, inside, ast->name, ast->name_loc, value_term(slice, ast->name_loc));
    return true;
}

/* What a step leaves of one name, as it is carried: what it was where the gate is 0.  NULL after an
 * error. */
static Term *left_of(Checker *c, Scope *inside, const Ast *carry, Term *gate, Term *before) {
    const Binding *binding = scope_find_here(inside, carry->name);
    Value value = binding->value;
    Term *term = value.kind == VALUE_error ? NULL : value_as_term(c, binding->loc, &value);
    TermType joined;
    if (!term)
        return NULL;
    bool fits = type_equal(term->type.shape, before->type.shape) &&
                termtype_join(&term->type, &before->type, &joined) &&
                joined.n_samples == before->type.n_samples;
    if (fits)
        return gate ? term_map(c, carry->loc, OP_where, 3, (Term *[]){gate, term, before}, NULL)
                    : term;
    check_error(c, binding->loc, "a step is given `%s` as %s and leaves it as %s", carry->name,
                termtype_text(c->arena, &before->type), termtype_text(c->arena, &term->type));
    if (type_equal(term->type.shape, before->type.shape))
        check_help(c, "it has a sample axis that what the `scan` starts from has not");
    return NULL;
}

static Term *make_scan(Checker *c, Scope *inside, const Ast *ast) {
    ScanCheck *scan = c->scan;
    int n = scan->carried.count, count = 0;
    Term *gate = scan->counts ? slice_of(c, ast->kid[2]->loc, scan->counts) : NULL;
    Term **in = NEW_ARRAY(c->arena, Term *, 2 * n + scan->stacks.count);
    for (int k = 0; k < n; k++)
        if ((in[count] = left_of(c, inside, ast->kid[k + FIRST_CARRY], gate, scan->carried.at[k])))
            count++;
    if (count < n)
        return NULL;
    for (int k = 0; k < n; k++)
        in[count++] = scan->carried.at[k];
    for (int k = 0; k < scan->stacks.count; k++)
        in[count++] = scan->stacks.at[k];
    TermType type = scan->carried.at[0]->type;
    type.shape = (Type){0};
    Term *term = term_new(c, TERM_scan, ast->loc, type, count, in);
    term->name = scan->name;
    term->value = scan->steps;
    term->flag = gate != NULL; /* the last operand */
    term->count = 2;
    term->ints[0] = n;
    term->ints[1] = ast->number == 1;
    return term;
}

static Term *pick_of(Checker *c, const Ast *carry, Term *scan, int number) {
    TermType type = scan->in[scan->ints[0] + number]->type;
    type.shape = type_prefixed((int)scan->value, type.shape);
    Term *term = term_new(c, TERM_stacked, carry->loc, type, 1, &scan);
    term->count = 1;
    term->ints[0] = number;
    term->user_name = carry->name;
    return term;
}

/* The scan; NULL after an error. */
static Term *run_scan(Checker *c, Scope *scope, const Ast *ast) {
    int n = ast->n - FIRST_CARRY;
    Term *stack = stack_of(c, scope, ast), **first = NEW_ARRAY(c->arena, Term *, n);
    bool fine = stack != NULL;
    for (int k = 0; k < n; k++)
        fine = (first[k] = first_of(c, scope, ast->kid[k + FIRST_CARRY])) && fine;
    if (!fine)
        return NULL;
    ScanCheck scan = {.steps = stack->type.shape.dim[0]};
    if (!counts_of(c, scope, ast->kid[2], scan.steps, &scan.counts))
        return NULL;
    scan.name = arena_printf(c->arena, "scan:%d", c->model->terms.count);
    Scope *inside = scope_open(c, scope);
    Term *term = NULL;
    int errors = diag_errors(c->diag);
    c->scan = &scan;
    if (bind_given(c, inside, ast, stack, first)) {
        const Ast *body = ast->kid[1];
        Value last = {.kind = VALUE_missing};
        c->frame->scans++;
        check_all(c, inside, body->kid, body->n, &last);
        c->frame->scans--;
        if (diag_errors(c->diag) == errors)
            term = make_scan(c, inside, ast);
    }
    c->scan = NULL;
    return term;
}

void check_scan(Checker *c, Scope *scope, const Ast *ast, Value *result) {
    bool apart = check_outside_scan(c, ast->loc, "a `scan`");
    Term *scan = apart ? run_scan(c, scope, ast) : NULL;
    for (int k = 0; k < ast->n - FIRST_CARRY; k++) {
        const Ast *carry = ast->kid[k + FIRST_CARRY];
        Value all = scan ? value_term(pick_of(c, carry, scan, k), carry->loc) : value_error();
        check_bind(c, scope, carry->name, carry->loc, all);
        *result = all;
    }
}
