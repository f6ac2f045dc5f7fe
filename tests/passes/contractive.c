/* A contractive penalty of one layer: the passes leave the closed form, in value and in cost.
 *
 *     Σ over examples, j and i of (d h_j / d x_i)²  =  Σ_j (h_j (1 - h_j))² Σ_i W_ij²
 *
 * With the gradients by W and b, no node has an axis for h and one for x beside the rows.
 */
#include "autodiff/autodiff.h"
#include "autodiff/numeric.h"
#include "driver/compile.h"

#include <math.h>

enum { X = 7, H = 5 };
static const Loc nowhere = {0, 0, 0};

/* The step: roots penalty, dW, db, h. */
static Graph *build(Arena *arena) {
    Graph *g = graph_open(arena, names_open(arena), "contractive");
    Node *x = ir_leaf(g, nowhere, OP_input, "x", type_make(2, (int[]){ROWS, X}));
    Node *w = ir_leaf(g, nowhere, OP_param, "W", type_make(2, (int[]){X, H}));
    Node *b = ir_leaf(g, nowhere, OP_param, "b", type_make(1, (int[]){H}));
    Node *h = ir_binary(g, nowhere, OP_add, ir_matmul(g, nowhere, x, w, false, false), b);
    h = ir_unary(g, nowhere, OP_sigmoid, h);
    Node *j = ir_jacobian(g, nowhere, h, x, type_make(3, (int[]){ROWS, H, X}));
    Node *y =
        ir_reduce(g, nowhere, OP_sum, ir_unary(g, nowhere, OP_square, j), 3, (int[]){-3, -2, -1});
    graph_root(g, ROOT_loss, "penalty", y);
    graph_root(g, ROOT_output, "dW", ir_grad(g, nowhere, y, w));
    graph_root(g, ROOT_output, "db", ir_grad(g, nowhere, y, b));
    graph_root(g, ROOT_output, "h", h);
    graph_root(g, ROOT_output, "w", w);
    return g;
}

static int check_cost(Arena *arena, const Graph *graph) {
    int failures = 0;
    for (int id = 0; id < graph->nodes.count; id++) {
        const Node *node = graph->nodes.at[id];
        bool dense = type_has_rows(node->type) && type_size(node->type, 1) >= X * H;
        if (!dense && node->type.rank <= 2)
            continue;
        printf("%%%d %s has the type %s\n", id, optab[node->op].name, type_text(arena, node->type));
        failures++;
    }
    return failures;
}

static double closed_form(const double *h, const double *w) {
    double sum = 0;
    for (int n = 0; n < ROWS_TRIED; n++)
        for (int j = 0; j < H; j++)
            for (int i = 0; i < X; i++) {
                double slope = h[n * H + j] * (1 - h[n * H + j]) * w[i * H + j];
                sum += slope * slope;
            }
    return sum;
}

int main(void) {
    Arena *arena = arena_open();
    Graph *graph = build(arena);
    Diag *diag = diag_open(arena);
    compile_graph(graph, &(PassOptions){0}, diag);
    int failures = check_cost(arena, graph) + diag_errors(diag);
    Samples samples = {.arena = arena, .domain = DOMAIN_ANY};
    const double **values = numeric_values(graph, &samples);
    const double *root[5];
    for (int i = 0; i < 5; i++)
        root[i] = values[graph->roots.at[i].node->id];
    double error = fabs(root[0][0] / closed_form(root[3], root[4]) - 1);
    if (!(error < 1e-9)) {
        printf("the penalty differs from the closed form by %g\n", error);
        failures++;
    }
    arena_close(arena);
    return failures > 0;
}
