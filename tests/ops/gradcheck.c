/* Every differentiable row of the op table by finite differences, once and twice.
 *
 * The graphs are those of values.txt, with operands drawn from the row's domain.  With f the case's
 * result, weights v, w and directions u, it compares
 *
 *     y = sum(f * w + f^2 * v)         grad(y, a)   with  (y(a + h) - y(a - h)) / 2h
 *     z = sum of grad(y, a) * u        grad(z, a)   with  (z(a + h) - z(a - h)) / 2h
 *
 * for each operand a but `index` and `condition`, which are kept as they are.  The square makes the
 * first gradient depend on the operands for linear rows, too.
 *
 *     gradcheck values.txt
 */
#include "autodiff/autodiff.h"
#include "cases.h"
#include "sample.h"

#include <stdlib.h>
#include <string.h>

static const char *const grad_rules[NUM_OPS] = {
#define OP(name, arity, attr, shape, elems, grad, ...) [OP_##name] = #grad,
#include "ir/ops.def"
};

enum { MAX_OPERANDS = 8 };

/* One case on its way through the check. */
typedef struct Check {
    const Case *one;
    Arena *arena;
    Graph *graph;
    int count;                       /* operands that are differentiated by */
    const char *names[MAX_OPERANDS]; /* of their leaves */
    Type types[MAX_OPERANDS];
    /* which leaf's element is moved, and by how much */
    const char *moved;
    int element;
    double step;
} Check;

static bool differentiable(Op op) {
    return strcmp(grad_rules[op], "none") != 0;
}

/* ---- operands ---- */

static double in_domain(Domain domain, double unit) {
    switch (domain) {
    case DOMAIN_POSITIVE:
        return 0.3 + 2 * unit;
    case DOMAIN_NONZERO:
        return unit < 0.5 ? -0.3 - 2 * unit : 0.3 + 2 * (unit - 0.5);
    case DOMAIN_UNIT:
        return 0.1 + 0.8 * unit;
    case DOMAIN_SMALL:
        return 4 * unit - 2;
    case DOMAIN_ANY:
        break;
    }
    return 3 * unit - 1.5;
}

static bool is_kept(const char *name) {
    return strcmp(name, "index") == 0 || strcmp(name, "condition") == 0;
}

static const double *leaf(void *user, const Node *node) {
    Check *check = user;
    const char *name = node->attr.name;
    if (is_kept(name))
        return case_value(check->one, name, node->type);
    int size = (int)type_size(node->type, CASE_ROWS);
    double *values = NEW_ARRAY(check->arena, double, size);
    bool operand = case_value(check->one, name, node->type) != NULL;
    for (int i = 0; i < size; i++)
        values[i] = in_domain(operand ? optab[check->one->op].domain : DOMAIN_ANY,
                              sample_unit(1, name, 0, i));
    if (check->moved && strcmp(name, check->moved) == 0)
        values[check->element] += check->step;
    return values;
}

/* ---- the graph ---- */

static Node *sum_all(Graph *g, Node *a) {
    int axes[MAX_RANK];
    for (int i = 0; i < a->type.rank; i++)
        axes[i] = i - a->type.rank;
    return ir_reduce(g, a->loc, OP_sum, a, a->type.rank, axes);
}

/* sum(f * w + f^2 * v) */
static Node *weigh(Graph *g, Node *f) {
    Loc loc = f->loc;
    Type type = f->type;
    type.elem = ELEM_real;
    Node *w = ir_leaf(g, loc, OP_input, "weight", type);
    Node *v = ir_leaf(g, loc, OP_input, "weight of square", type);
    Node *square = ir_unary(g, loc, OP_square, f);
    Node *both = ir_binary(g, loc, OP_add, ir_binary(g, loc, OP_mul, f, w),
                           ir_binary(g, loc, OP_mul, square, v));
    return sum_all(g, both);
}

static void find_operands(Check *check, Node **operands) {
    for (int i = 0; i < check->graph->nodes.count; i++) {
        Node *node = check->graph->nodes.at[i];
        if (node->op != OP_input || is_kept(node->attr.name) || check->count == MAX_OPERANDS)
            continue;
        check->names[check->count] = node->attr.name;
        check->types[check->count] = node->type;
        operands[check->count++] = node;
    }
}

/* Roots: y, z, then for each operand its first and its second gradient. */
static bool build(Check *check, Diag *diag) {
    Graph *g = check->graph;
    Node *operands[MAX_OPERANDS], *first[MAX_OPERANDS], *z = NULL;
    Node *y = weigh(g, g->roots.at[0].node);
    find_operands(check, operands);
    for (int i = 0; i < check->count; i++) {
        first[i] = ir_grad(g, y->loc, y, operands[i]);
        Node *u =
            ir_leaf(g, y->loc, OP_input, arena_printf(g->arena, "direction %d", i), first[i]->type);
        Node *part = sum_all(g, ir_binary(g, y->loc, OP_mul, first[i], u));
        z = z ? ir_binary(g, y->loc, OP_add, z, part) : part;
    }
    g->roots.count = 0;
    graph_root(g, ROOT_output, "y", y);
    graph_root(g, ROOT_output, "z", z);
    for (int i = 0; i < check->count; i++) {
        graph_root(g, ROOT_output, "first", first[i]);
        graph_root(g, ROOT_output, "second", ir_grad(g, y->loc, z, operands[i]));
    }
    bool good = autodiff_expand(g, diag);
    if (good)
        ir_verify(g, "autodiff");
    return good;
}

/* ---- the comparison ---- */

/* y and z where one element of one operand is moved by `step`. */
static void eval_moved(Check *check, int operand, int element, double step, double *yz) {
    Arena *whole = check->arena, *arena = arena_open();
    check->arena = arena;
    check->moved = check->names[operand];
    check->element = element;
    check->step = step;
    EvalContext context = {CASE_ROWS, leaf, case_draw, check};
    const double **values = ir_eval(arena, check->graph, &context);
    for (int i = 0; i < 2; i++)
        yz[i] = values[check->graph->roots.at[i].node->id][0];
    check->moved = NULL;
    check->arena = whole;
    arena_close(arena);
}

static bool compare(Check *check, const double **values, int operand) {
    static const char *const orders[] = {"first", "second"};
    const double step = 1e-5;
    int size = (int)type_size(check->types[operand], CASE_ROWS);
    for (int e = 0; e < size; e++) {
        double above[2], below[2];
        eval_moved(check, operand, e, step, above);
        eval_moved(check, operand, e, -step, below);
        for (int order = 0; order < 2; order++) {
            const Node *root = check->graph->roots.at[2 + 2 * operand + order].node;
            double found = values[root->id][e];
            double expected = (above[order] - below[order]) / (2 * step);
            if (fabs(found - expected) <= 2e-7 * (1 + fabs(expected)))
                continue;
            printf("%s: %s gradient by %s, element %d: %.10g, by differences %.10g\n",
                   check->one->name, orders[order], check->names[operand], e, found, expected);
            return false;
        }
    }
    return true;
}

static bool check_case(const Case *one) {
    Arena *arena = arena_open();
    Diag *diag = diag_open(arena);
    Check check = {.one = one, .arena = arena, .graph = case_graph(arena, one, diag)};
    bool good = build(&check, diag);
    if (good) {
        EvalContext context = {CASE_ROWS, leaf, case_draw, &check};
        const double **values = ir_eval(arena, check.graph, &context);
        for (int i = 0; i < check.count; i++)
            good = compare(&check, values, i) && good;
    } else {
        printf("%s: no gradients\n", one->name);
        diag_print(diag, stdout);
    }
    arena_close(arena);
    return good;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: gradcheck values.txt\n");
        return 2;
    }
    Arena *arena = arena_open();
    CaseList cases = cases_read(arena, argv[1]);
    int wrong = 0, checked = 0, counts[NUM_OPS] = {0};
    for (int i = 0; i < cases.count; i++) {
        if (!differentiable(cases.at[i].op))
            continue;
        wrong += !check_case(&cases.at[i]);
        checked++;
        counts[cases.at[i].op]++;
    }
    for (int op = 0; op < NUM_OPS; op++)
        if (differentiable((Op)op) && counts[op] == 0 && op != OP_scan &&
            op != OP_stacked) { /* tests/autodiff/scan.ir */
            printf("%s: the row has no case\n", optab[op].name);
            wrong++;
        }
    printf("%d cases checked, %d wrong\n", checked, wrong);
    arena_close(arena);
    return wrong > 0;
}
