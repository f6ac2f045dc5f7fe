/* Derivatives against central differences.
 *
 *     autodiff_test x.ir …   every placeholder of the files, innermost first
 *     autodiff_test          every differentiable elementwise row of the op table, first and second
 *                            order, with operands that broadcast
 */
#include "autodiff/autodiff.h"
#include "autodiff/numeric.h"

#include <math.h>
#include <string.h>

static const double tolerance = 1e-6;

/* Expands one group of placeholders and compares.  False where it is wrong or none is left. */
static bool check_step(Graph *graph, Diag *diag, Domain domain, int *failures) {
    Arena *arena = arena_open();
    List(double *) expected = {0};
    int n_roots = graph->roots.count;
    for (int id = 0; id < graph->nodes.count; id++) {
        Node *node = graph->nodes.at[id];
        const Node *first = expected.count > 0 ? graph->roots.at[n_roots].node : node;
        if (optab[node->op].kind != KIND_gone || node->op != first->op ||
            node->in[0] != first->in[0] || (node->n_in > 2 && node->in[2] != first->in[2]))
            continue;
        list_add(arena, &expected, numeric_derivative(graph, node, domain, arena));
        graph_root(graph, ROOT_output, "expected", node);
    }
    bool expanded = autodiff_step(graph, diag);
    ir_verify(graph, "autodiff");
    Samples samples = {.arena = arena, .domain = domain};
    const double **values = numeric_values(graph, &samples);
    for (int i = 0; i < expected.count; i++) {
        const Node *node = graph->roots.at[n_roots + i].node;
        double error = numeric_error(values[node->id], expected.at[i], numeric_size(node->type));
        if (error < tolerance)
            continue;
        printf("%s: derivative %%%d of type %s is wrong by %g\n", graph->name, node->id,
               type_text(arena, node->type), error);
        *failures += 1;
    }
    graph->roots.count = n_roots;
    arena_close(arena);
    return expanded;
}

static int check_graph(Graph *graph, Diag *diag, Domain domain) {
    int failures = 0;
    while (check_step(graph, diag, domain, &failures))
        continue;
    return failures;
}

static int check_file(Arena *arena, const char *path) {
    Names *names = names_open(arena);
    Diag *diag = diag_open(arena);
    size_t length;
    GraphList graphs = {0};
    int failures = 0;
    const char *text = text_read_file(arena, path, 1 << 20, &length);
    if (!text)
        die("cannot read %s", path);
    if (ir_read(arena, names, diag, diag_source(diag, path, text, length), text, &graphs))
        for (int i = 0; i < graphs.count; i++)
            failures += check_graph(graphs.at[i], diag, DOMAIN_ANY);
    failures += diag_errors(diag);
    diag_print(diag, stderr);
    return failures;
}

/* Σ w·op(a, b, c), its gradients, and the gradients of the sum of their squares. */
static int check_op(Arena *arena, Op op) {
    Graph *g = graph_open(arena, names_open(arena), optab[op].name);
    Loc loc = {0};
    static const char *const operands[] = {"a", "b", "c"};
    static const int dims[] = {ROWS, 2, 3};
    Type full = type_make(3, dims);
    Type types[] = {full, type_make(2, (int[]){2, 1}), type_make(3, (int[]){ROWS, 1, 3})};
    Node *in[3], *slopes[3];
    for (int i = 0; i < optab[op].arity; i++)
        in[i] = ir_leaf(g, loc, OP_input, operands[i], types[i]);
    Attr attr = {.value = optab[op].attr == ATTR_VALUE ? 2 : 0};
    Node *y = graph_node(g, op, loc, attr, full, optab[op].arity, in);
    y = ir_binary(g, loc, OP_mul, y, ir_leaf(g, loc, OP_input, "w", full));
    y = ir_reduce(g, loc, OP_sum, y, 3, (int[]){-3, -2, -1});
    int wanted = op == OP_where ? 1 : 0;
    for (int i = wanted; i < optab[op].arity; i++)
        slopes[i] = ir_grad(g, loc, y, in[i]);
    for (int i = wanted; i < optab[op].arity; i++) {
        Type type = in[i]->type;
        int axes[] = {-3, -2, -1};
        Node *z = ir_reduce(g, loc, OP_sum, ir_unary(g, loc, OP_square, slopes[i]), type.rank,
                            axes + 3 - type.rank);
        for (int k = wanted; k < optab[op].arity; k++)
            if (autodiff_reaches(g, y, in[k]))
                graph_root(g, ROOT_output, "second", ir_grad(g, loc, z, in[k]));
    }
    Diag *diag = diag_open(arena);
    return check_graph(g, diag,
                       optab[op].domain); /* errors: linear ones have no second derivative */
}

int main(int argc, char **argv) {
    Arena *arena = arena_open();
    int failures = 0;
    for (int i = 1; i < argc; i++)
        failures += check_file(arena, argv[i]);
    for (int op = 0; argc == 1 && op < NUM_OPS; op++)
        if (optab[op].kind == KIND_map && optab[op].arity > 0 && !(optab[op].flags & STEP) &&
            op != OP_stop)
            failures += check_op(arena, (Op)op);
    arena_close(arena);
    return failures > 0;
}
