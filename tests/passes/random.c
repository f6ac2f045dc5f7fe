/* Random graphs keep their values, and their gradients, through all passes.
 *
 *     passes_random COUNT [SEED]     graphs number SEED to SEED + COUNT - 1
 *
 * A graph grows from a few leaves: an operation is drawn, with operands and attributes, and taken
 * where its shape rule accepts it.  Every other graph ends in gradients, first and second ones, the
 * others in a Jacobian: whichever way it is made, its products with numbers are what one reverse
 * sweep and, after the passes, jvp and vjp give.  Beside it each graph has a product that is scaled
 * and shifted.
 */
#include "autodiff/autodiff.h"
#include "autodiff/numeric.h"
#include "driver/compile.h"
#include "sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Dice {
    uint64_t state;
} Dice;

static int roll(Dice *dice, int sides) {
    dice->state = sample_mix(dice->state);
    return (int)(dice->state % (uint64_t)sides);
}

/* Those whose values stay moderate, and the ones that move numbers, more often. */
static const Op ops[] = {
    OP_neg,  OP_square,  OP_abs,     OP_sin,       OP_tanh,  OP_sigmoid, OP_softplus, OP_add,
    OP_add,  OP_sub,     OP_mul,     OP_mul,       OP_max,   OP_min,     OP_lt,       OP_where,
    OP_stop, OP_expand,  OP_expand,  OP_sum,       OP_sum,   OP_amax,    OP_matmul,   OP_matmul,
    OP_pad,  OP_reshape, OP_reshape, OP_transpose, OP_slice, OP_concat,  OP_transpose};
enum { NUM_TRIED = sizeof ops / sizeof *ops };

static Type any_type(Dice *dice) {
    static const int types[][4] = {{0},
                                   {1, 3},
                                   {1, 1},
                                   {1, ROWS},
                                   {2, ROWS, 4},
                                   {2, ROWS, 1},
                                   {2, 3, 4},
                                   {2, 4, 3},
                                   {2, 1, 4},
                                   {2, 4, ROWS},
                                   {3, ROWS, 2, 2},
                                   {3, 2, ROWS, 2},
                                   {3, 4, ROWS, 1},
                                   {2, -2, 2},
                                   {3, ROWS, 3, 4},
                                   {3, 1, 2, 2}};
    const int *type = types[roll(dice, sizeof types / sizeof *types)];
    return type_make(type[0], type + 1);
}

static Attr any_attr(Dice *dice, Op op, const Node *a) {
    Attr attr = {0};
    int rank = a->type.rank, axis = -1 - roll(dice, rank > 0 ? rank : 1);
    switch (optab[op].attr) {
    case ATTR_AXES:
        for (int i = -rank; i < 0; i++)
            if (roll(dice, 2))
                attr.ints[attr.count++] = i;
        break;
    case ATTR_FLAGS:
        attr = (Attr){.count = 2, .ints = {roll(dice, 2), roll(dice, 2)}};
        break;
    case ATTR_PERM:
        attr.count = rank;
        for (int i = 0; i < rank; i++)
            attr.ints[i] = i - rank;
        for (int i = rank - 1; i > 0; i--) {
            int other = roll(dice, i + 1), kept = attr.ints[i];
            attr.ints[i] = attr.ints[other];
            attr.ints[other] = kept;
        }
        break;
    case ATTR_AXIS:
        attr = (Attr){.count = 1, .ints = {axis}};
        break;
    case ATTR_RANGE:
        attr = (Attr){.count = op == OP_pad ? 4 : 3, .ints = {axis, roll(dice, 2), 0, 0}};
        attr.ints[2] = attr.ints[1] + (rank ? a->type.dim[rank + axis] : 0) - (op == OP_slice);
        attr.ints[3] = attr.ints[2] + roll(dice, 2);
        break;
    default:
        break;
    }
    return attr;
}

/* One more node, if what was drawn fits. */
static void grow(Graph *g, Dice *dice) {
    Op op = ops[roll(dice, NUM_TRIED)];
    Node *in[3];
    int n_in = optab[op].arity < 0 ? 2 : optab[op].arity;
    for (int i = 0; i < n_in; i++)
        in[i] = g->nodes.at[roll(dice, g->nodes.count)];
    Node node = {.op = op, .type = any_type(dice), .n_in = n_in, .in = in};
    node.attr = any_attr(dice, op, in[0]);
    Type type = node.type;
    const char *why;
    bool listed = optab[op].attr == ATTR_AXES || optab[op].attr == ATTR_PERM;
    if ((listed && node.attr.count == 0) || !optab[op].shape(&node, g->arena, &type, &why) ||
        type_size(type, ROWS_TRIED) > 300)
        return;
    graph_node(g, op, (Loc){0}, node.attr, node.type, n_in, in);
}

static Node *total(Graph *g, Node *a) {
    int axes[MAX_RANK];
    for (int i = 0; i < a->type.rank; i++)
        axes[i] = i - a->type.rank;
    return ir_reduce(g, (Loc){0}, OP_sum, ir_unary(g, (Loc){0}, OP_tanh, a), a->type.rank, axes);
}

/* Gradients of a number made of a late node, and of their squares. */
static void add_gradients(Graph *g, Dice *dice, Node *const *leaves, int n_leaves) {
    Node *y = total(g, g->nodes.at[g->nodes.count - 1 - roll(dice, 4)]);
    Node *v = g->nodes.at[roll(dice, g->nodes.count)];
    if (autodiff_reaches(g, y, v))
        graph_root(g, ROOT_output, "dv", ir_grad(g, (Loc){0}, y, v));
    for (int i = 0; i < n_leaves; i++) {
        if (!autodiff_reaches(g, y, leaves[i]))
            continue;
        Node *slope = ir_grad(g, (Loc){0}, y, leaves[i]);
        graph_root(g, ROOT_output, "slope", slope);
        Node *z = total(g, ir_binary(g, (Loc){0}, OP_mul, slope, leaves[i]));
        graph_root(g, ROOT_output, "second", ir_grad(g, (Loc){0}, z, leaves[i]));
    }
}

static void axes_of(int first, int count, int *axes) {
    for (int i = 0; i < count; i++)
        axes[i] = first + i;
}

/* Two nodes of one example's, h of v: without rows, so that none can meet on the way. */
static bool pick_two(const Graph *g, Dice *dice, Node **h, Node **v) {
    for (int tries = 0; tries < 300; tries++) {
        *h = g->nodes.at[roll(dice, g->nodes.count)];
        *v = g->nodes.at[roll(dice, g->nodes.count)];
        int outputs = (*h)->type.rank, inputs = (*v)->type.rank;
        if (!type_has_rows((*h)->type) && !type_has_rows((*v)->type) && outputs > 0 && inputs > 0 &&
            outputs + inputs < MAX_RANK && *h != *v && autodiff_reaches(g, *h, *v))
            return true;
    }
    return false;
}

/* Σ J u along h as a product with the Jacobian, and as the gradient of Σ h u; Σ J t along v. */
static void add_jacobian(Graph *g, Dice *dice) {
    Loc loc = {0};
    int axes[MAX_RANK];
    Node *h, *v;
    if (!pick_two(g, dice, &h, &v))
        return;
    int outputs = h->type.rank, inputs = v->type.rank;
    Type type = h->type, column = h->type;
    for (int i = 0; i < inputs; i++) {
        type.dim[type.rank++] = v->type.dim[i];
        column.dim[column.rank++] = 1;
    }
    Node *u = ir_leaf(g, loc, OP_input, "u", h->type), *t = ir_leaf(g, loc, OP_input, "t", v->type);
    Node *j = ir_jacobian(g, loc, h, v, type);
    Node *back = ir_binary(g, loc, OP_mul, j, ir_reshape(g, loc, u, column));
    Node *along = ir_binary(g, loc, OP_mul, j, t);
    Node *weighted = ir_binary(g, loc, OP_mul, h, u);
    axes_of(-outputs - inputs, outputs, axes);
    graph_root(g, ROOT_output, "uJ", ir_reduce(g, loc, OP_sum, back, outputs, axes));
    axes_of(-inputs, inputs, axes);
    graph_root(g, ROOT_output, "Jt", ir_reduce(g, loc, OP_sum, along, inputs, axes));
    axes_of(-outputs, outputs, axes);
    Node *y = ir_reduce(g, loc, OP_sum, weighted, outputs, axes);
    graph_root(g, ROOT_output, "grad", ir_grad(g, loc, y, v));
    if (roll(dice, 2))
        graph_root(g, ROOT_output, "J", j);
}

/* A view of [n,12], [4n,3] …: rows stay where they are, at the left. */
static Node *any_view(Graph *g, Dice *dice, Node *a) {
    static const int types[][5] = {{2, ROWS, 12},    {3, ROWS, 3, 4}, {4, ROWS, 2, 3, 2},
                                   {3, ROWS, 12, 1}, {3, -2, 2, 3},   {2, -4, 3}};
    const int *type = types[roll(dice, sizeof types / sizeof *types)];
    int rank = a->type.rank, last = a->type.dim[rank - 1];
    switch (roll(dice, 5)) {
    case 0:
        return rank < 3 ? a : ir_transpose(g, (Loc){0}, a, 2, (int[]){-1, -2});
    case 1:
        return last < 2 ? a : ir_slice(g, (Loc){0}, a, -1, roll(dice, 2), last);
    case 2:
        return rank < 3 || a->type.dim[1] > 4
                   ? a
                   : ir_fold(g, (Loc){0}, a, -1, 2 * a->type.dim[rank - 2] + last, 1, 2);
    default:
        return type_size(a->type, 1) == 12
                   ? ir_reshape(g, (Loc){0}, a, type_make(type[0], type + 1))
                   : a;
    }
}

/* + - * / by numbers without rows, with any of the axes. */
static Node *any_link(Graph *g, Dice *dice, Node *a, int number) {
    static const Op tried[] = {OP_add, OP_sub, OP_mul, OP_div};
    static const char *const names[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"};
    Op op = tried[roll(dice, 4)];
    Type type = a->type;
    for (int i = 0; i < type.rank; i++)
        if (type.dim[i] < 0 || roll(dice, 2))
            type.dim[i] = 1;
    Node *v = ir_leaf(g, (Loc){0}, OP_param, names[number], type);
    if (op == OP_div) {
        v = ir_unary(g, (Loc){0}, OP_square, v);
        v = ir_binary(g, (Loc){0}, OP_add, v, ir_const(g, (Loc){0}, 0.5));
    }
    return op == OP_div || roll(dice, 2) ? ir_binary(g, (Loc){0}, op, a, v)
                                         : ir_binary(g, (Loc){0}, op, v, a);
}

/* A product, and what scales and shifts it. */
static void add_chain(Graph *g, Dice *dice) {
    bool turned = roll(dice, 2), first = roll(dice, 4) == 0;
    Node *u = ir_leaf(g, (Loc){0}, OP_input, "seen", type_make(2, (int[]){ROWS, 5}));
    Node *w = ir_leaf(g, (Loc){0}, OP_param, "weight",
                      type_make(2, turned ? (int[]){12, 5} : (int[]){5, 12}));
    Node *a = ir_matmul(g, (Loc){0}, u, w, false, turned);
    if (first) { /* the weight at the left, once for each row */
        u = ir_reshape(g, (Loc){0}, u, type_make(3, (int[]){ROWS, 5, 1}));
        w = ir_expand(g, (Loc){0}, w, type_prefixed(ROWS, w->type));
        a = ir_matmul(g, (Loc){0}, w, u, !turned, false);
    }
    for (int links = 1 + roll(dice, 10); links >= 0; links--)
        a = roll(dice, 3) ? any_link(g, dice, a, links) : any_view(g, dice, a);
    graph_root(g, ROOT_output, "chain", a);
}

static Graph *build(Arena *arena, int seed) {
    Dice dice = {(uint64_t)seed};
    Graph *g = graph_open(arena, names_open(arena), "random");
    Node *leaves[3];
    static const char *const names[] = {"a", "b", "c"};
    static const double numbers[] = {0, 1, 2, -1, 0.5};
    for (int i = 0; i < 3; i++) {
        Type type = any_type(&dice);
        type.elem = i == 2 && seed % 3 == 0 ? ELEM_int : ELEM_real;
        leaves[i] = ir_leaf(g, (Loc){0}, OP_input, names[i], type);
    }
    for (int i = 0; i < 2; i++) {
        Type type = any_type(&dice);
        ir_fill(g, (Loc){0}, numbers[roll(&dice, 5)], type);
    }
    for (int i = 0; i < 150; i++)
        grow(g, &dice);
    for (int i = 0; i < 3; i++)
        graph_root(g, ROOT_output, "value",
                   g->nodes.at[g->nodes.count - 1 - roll(&dice, 12) % g->nodes.count]);
    if (seed % 2)
        add_gradients(g, &dice, leaves, 3);
    else
        add_jacobian(g, &dice);
    add_chain(g, &dice);
    return g;
}

/* The root of that name, or NULL. */
static const Node *root_named(const Graph *graph, const char *name) {
    for (int i = 0; i < graph->roots.count; i++)
        if (strcmp(graph->roots.at[i].name, name) == 0)
            return graph->roots.at[i].node;
    return NULL;
}

/* Whether the Jacobian's product with u is the gradient. */
static int check_jacobian(const Graph *graph, const double **values, int seed) {
    const Node *product = root_named(graph, "uJ"), *slope = root_named(graph, "grad");
    if (!product)
        return 0;
    double error = numeric_error(values[product->id], values[slope->id], numeric_size(slope->type));
    if (error < 1e-9)
        return 0;
    printf("graph %d: the Jacobian is not that of the gradient, by %g\n", seed, error);
    return 1;
}

static int check(Arena *arena, int seed) {
    Graph *plain = build(arena, seed), *simple = build(arena, seed);
    Diag *diag = diag_open(arena);
    int failures = 0;
    autodiff_expand(plain, diag);
    compile_graph(simple, &(PassOptions){0}, diag);
    for (int i = 0; i < simple->nodes.count; i++) /* what passes know of them is to be found anew */
        simple->nodes.at[i]->idle = 0, simple->nodes.at[i]->hash = 0;
    for (int id = 0; id < NUM_PASSES; id++)
        if (passes_run_one(simple, (PassId)id)) {
            printf("graph %d: pass %d has not come to an end\n", seed, id);
            failures++;
        }
    Samples samples = {.arena = arena, .domain = DOMAIN_ANY};
    const double **before = numeric_values(plain, &samples);
    const double **after = numeric_values(simple, &samples);
    failures += check_jacobian(plain, before, seed);
    for (int i = 0; i < plain->roots.count; i++) {
        const Node *node = plain->roots.at[i].node;
        double error = numeric_error(after[simple->roots.at[i].node->id], before[node->id],
                                     numeric_size(node->type));
        if (error < 1e-6)
            continue;
        printf("graph %d: root %d, %s, is changed by %g\n", seed, i, plain->roots.at[i].name,
               error);
        failures++;
    }
    return failures;
}

int main(int argc, char **argv) {
    int count = argc > 1 ? atoi(argv[1]) : 100, first = argc > 2 ? atoi(argv[2]) : 1;
    int failures = 0;
    for (int seed = first; seed < first + count; seed++) {
        Arena *arena = arena_open();
        failures += check(arena, seed);
        arena_close(arena);
    }
    return failures > 0;
}
