/* Every row of the op table against values that NumPy computed (values.txt).
 *
 * A row without a case fails.  Placeholders are expanded first.
 *
 *     values values.txt
 */
#include "autodiff/autodiff.h"
#include "cases.h"

#include <math.h>

static const double *leaf(void *user, const Node *node) {
    return case_value(user, node->attr.name, node->type);
}

/* Is each number as NumPy has it, to rounding? */
static bool same_values(const Case *one, const double *found, const double *expected, int count) {
    for (int i = 0; i < count; i++)
        if (!(fabs(found[i] - expected[i]) <= 1e-13 * (1 + fabs(expected[i])))) {
            printf("%s: element %d is %.17g, expected %.17g\n", one->name, i, found[i],
                   expected[i]);
            return false;
        }
    return true;
}

/* Is there a node of the operation that the case is named for? */
static bool has_op(const Graph *graph, Op op) {
    for (int i = 0; i < graph->nodes.count; i++)
        if (graph->nodes.at[i]->op == op)
            return true;
    return false;
}

static bool check_case(Case *one) {
    Arena *arena = arena_open();
    Diag *diag = diag_open(arena);
    Graph *graph = case_graph(arena, one, diag);
    EvalContext context = {CASE_ROWS, leaf, case_draw, one};
    bool good = has_op(graph, one->op);
    if (!good)
        printf("%s: the graph has no %s\n", one->name, optab[one->op].name);
    if (optab[one->op].kind == KIND_gone && !autodiff_expand(graph, diag)) {
        diag_print(diag, stdout);
        good = false;
    }
    if (good) {
        ir_verify(graph, "reading");
        const Node *root = graph->roots.at[0].node;
        const double *found = ir_eval(arena, graph, &context)[root->id];
        const double *expected = case_value(one, "result", root->type);
        if (!found || !expected)
            printf("%s: values are missing, or not as many as the type says\n", one->name);
        good = found && expected &&
               same_values(one, found, expected, (int)type_size(root->type, CASE_ROWS));
    }
    arena_close(arena);
    return good;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: values values.txt\n");
        return 2;
    }
    Arena *arena = arena_open();
    CaseList cases = cases_read(arena, argv[1]);
    int wrong = 0, counts[NUM_OPS] = {0};
    for (int i = 0; i < cases.count; i++) {
        wrong += !check_case(&cases.at[i]);
        counts[cases.at[i].op]++;
    }
    for (int op = 0; op < NUM_OPS; op++)
        if (counts[op] == 0 && op != OP_arg && op != OP_scan &&
            op != OP_stacked) { /* tests/autodiff/scan.ir */
            printf("%s: the row has no case\n", optab[op].name);
            wrong++;
        }
    printf("%d cases of %d operations, %d wrong\n", cases.count, NUM_OPS, wrong);
    arena_close(arena);
    return wrong > 0;
}
