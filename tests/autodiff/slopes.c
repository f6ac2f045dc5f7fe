/* The rule of every differentiable elementwise row of the op table, once and twice, at zeros of
 * both signs and at numbers of both signs from small to large: two operands in every combination.
 *
 * Where the function is smooth, the derivative is that of differences; at a kink (abs at 0, the
 * larger of two equal numbers) it lies between the slopes on both sides; where the function is
 * finite around a point of its domain, it is finite.
 *
 *     softplus'(100)   1        by exp(a) / (1 + exp(a)) it would be no number in float
 *     abs'(0)          0        between -1 and 1
 */
#include "autodiff/autodiff.h"

#include <float.h>
#include <math.h>
#include <string.h>

static const double sizes[] = {0, 1e-6, 0.3, 1, 2.5, 30, 100, 1e4};

enum { SIZES = sizeof sizes / sizeof *sizes, SAMPLES = 2 * SIZES, MOST = 3 };

static const char *const operands[] = {"a", "b", "c"};
static const Loc nowhere = {0, 0, 0};

typedef struct Check {
    Op op;
    int arity, count;      /* of operands; of combinations of samples */
    double *operand[MOST]; /* by combination */
    int moved, shift;      /* which operand is moved, by how many steps */
    Arena *arena;
    int wrong, compared;
} Check;

static double sample(int k) {
    return k % 2 ? -sizes[k / 2] : sizes[k / 2];
}

/* Where operand i has no pole; the table's domain keeps away from kinks, too. */
static bool is_tried(Op op, int i, double x) {
    if (optab[op].domain == DOMAIN_POSITIVE)
        return x > 0 || (op == OP_pow && i == 1);
    return x != 0 || op != OP_div || i == 0;
}

/* Shorter than the way to a pole at 0. */
static double step_at(double x) {
    return x == 0 ? 1e-4 : 1e-3 * fmin(fabs(x), 1);
}

static void fill_samples(Check *c) {
    int all = 1;
    for (int i = 0; i < c->arity; i++)
        all *= SAMPLES;
    for (int i = 0; i < c->arity; i++)
        c->operand[i] = NEW_ARRAY(c->arena, double, all);
    for (int at = 0; at < all; at++) {
        double x[MOST] = {sample(at % SAMPLES), sample(at / SAMPLES % SAMPLES),
                          sample(at / SAMPLES / SAMPLES)};
        bool good = true;
        for (int i = 0; i < c->arity; i++)
            good = good && is_tried(c->op, i, x[i]);
        for (int i = 0; good && i < c->arity; i++)
            c->operand[i][c->count] = x[i];
        c->count += good;
    }
}

static const double *leaf(void *user, const Node *node) {
    Check *c = user;
    int i = node->attr.name[0] - 'a';
    if (i != c->moved)
        return c->operand[i];
    double *values = NEW_ARRAY(c->arena, double, c->count);
    for (int k = 0; k < c->count; k++)
        values[k] = c->operand[i][k] + c->shift * step_at(c->operand[i][k]);
    return values;
}

/* The node's values where operand `moved` is moved by -2 … 2 steps. */
static void around(Check *c, const Graph *graph, const Node *node, int moved,
                   const double *values[5]) {
    EvalContext context = {1, leaf, NULL, c};
    c->moved = moved;
    for (c->shift = -2; c->shift <= 2; c->shift++)
        values[c->shift + 2] = ir_eval(c->arena, graph, &context)[node->id];
    c->moved = -1;
}

/* Whether `slope` is a derivative of the function that has the values f at five points. */
static bool fits(const double f[5], double h, double slope) {
    double left = (f[2] - f[1]) / h, right = (f[3] - f[2]) / h;
    double smooth = (8 * (f[3] - f[1]) - (f[4] - f[0])) / (12 * h), size = 0;
    for (int i = 0; i < 5; i++)
        size = fmax(size, fabs(f[i]));
    double slack = 1e-6 * fabs(smooth) + 20 * DBL_EPSILON * size / h;
    bool kink = fabs(left - right) > 0.02 * (fabs(left) + fabs(right));
    return fabs(slope - smooth) <= slack ||
           (kink && slope >= fmin(left, right) - slack && slope <= fmax(left, right) + slack);
}

/* `slope` is the derivative of `of` by operand i. */
static void compare(Check *c, const Graph *graph, const Node *of, const Node *slope, int i,
                    const char *order) {
    const double *f[5];
    EvalContext context = {1, leaf, NULL, c};
    around(c, graph, of, i, f);
    const double *slopes = ir_eval(c->arena, graph, &context)[slope->id];
    for (int k = 0; k < c->count; k++) {
        double at[5];
        bool finite = true;
        for (int s = 0; s < 5; s++) {
            at[s] = f[s][k];
            finite = finite && isfinite(at[s]);
        }
        if (c->op == OP_abs && of != graph->roots.at[0].node && c->operand[0][k] == 0)
            continue; /* its slope jumps */
        if (!finite)
            continue;
        c->compared++;
        if (isfinite(slopes[k]) && fits(at, step_at(c->operand[i][k]), slopes[k]))
            continue;
        if (c->wrong++ < 5)
            printf("%s, %s derivative by operand %d at (%g, %g, %g): %g\n", optab[c->op].name,
                   order, i, c->operand[0][k], c->arity > 1 ? c->operand[1][k] : 0,
                   c->arity > 2 ? c->operand[2][k] : 0, slopes[k]);
    }
}

static Node *summed(Graph *g, Node *a) {
    return ir_reduce(g, nowhere, OP_sum, a, 1, (int[]){-1});
}

/* Outputs: f, its derivatives, and for each of them its own. */
static Graph *build(Check *c, int from) {
    Graph *g = graph_open(c->arena, names_open(c->arena), optab[c->op].name);
    Type type = type_make(1, (int[]){c->count});
    Attr attr = {.value = optab[c->op].attr == ATTR_VALUE ? 2 : 0};
    Node *in[MOST], *first[MOST];
    for (int i = 0; i < c->arity; i++)
        in[i] = ir_leaf(g, nowhere, OP_param, operands[i], type);
    Node *f = graph_node(g, c->op, nowhere, attr, type, c->arity, in), *y = summed(g, f);
    graph_root(g, ROOT_output, "f", f);
    for (int i = from; i < c->arity; i++) {
        first[i] = ir_grad(g, nowhere, y, in[i]);
        graph_root(g, ROOT_output, "first", first[i]);
    }
    for (int i = from; i < c->arity; i++)
        for (int k = from; k < c->arity; k++)
            graph_root(g, ROOT_output, "second", ir_grad(g, nowhere, summed(g, first[i]), in[k]));
    Diag *diag = diag_open(c->arena);
    if (!autodiff_expand(g, diag)) {
        c->wrong++;
        diag_print(diag, stdout);
    }
    return g;
}

static bool check_op(Op op) {
    Check c = {.op = op, .arity = optab[op].arity, .moved = -1, .arena = arena_open()};
    int from = op == OP_where; /* a condition has no derivative */
    fill_samples(&c);
    const Graph *g = build(&c, from);
    const Root *root = g->roots.at, *first = root + 1, *second = first + c.arity - from;
    for (int i = from; i < c.arity; i++, first++) {
        compare(&c, g, root->node, first->node, i, "first");
        for (int k = from; k < c.arity; k++, second++)
            compare(&c, g, first->node, second->node, k, "second");
    }
    if (c.compared == 0)
        c.wrong += printf("%s: nothing was compared\n", optab[op].name);
    arena_close(c.arena);
    return c.wrong == 0;
}

int main(void) {
    int wrong = 0;
    for (int op = 0; op < NUM_OPS; op++)
        if (optab[op].kind == KIND_map && optab[op].arity > 0 && optab[op].attr != ATTR_TYPE &&
            !(optab[op].flags & STEP) && op != OP_stop)
            wrong += !check_op((Op)op);
    return wrong > 0;
}
